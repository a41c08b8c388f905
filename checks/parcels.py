"""Industrial parcels by the indicators of building: what stands on each, as a share or ratio of its land."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checks.site import Site
from geo.exact import exact_sum

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

HIGH_STOREY_M = 8.0
"""A storey over this height counts twice (工业项目建设用地控制指标, 2008)."""
OFFICE_USES = ("office", "living")
MEASURES = ("floor-area-ratio", "building-coefficient", "office-share", "green-share", "investment")
NEEDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "floor-area-ratio": ("buildings", ("kind",)),
    "building-coefficient": ("buildings", ("kind",)),
    "office-share": ("buildings", ("kind", "use")),
    "green-share": ("green", ()),
    "investment": ("parcels", ("investment_yuan",)),
}
LIMITED: Mapping[str, tuple[str, ...]] = {"office-share": ("max_land", "max_floor")}
"""What of a measure is limited, where that is not the one figure itself."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """One figure of one parcel: `over` ÷ `under`; `over` is None where `lacking` (a field) leaves it open."""

    over: float | None
    under: float
    lacking: str | None = None

    @property
    def value(self) -> float | None:
        """The figure; 0 over 0 is 0: no floor has no office floor."""
        if self.over is None or (not self.under and self.over):
            return None
        return self.over / self.under if self.under else 0.0


def figures(site: Site, measure: str, parcel: Mapping[str, Any]) -> Mapping[str, Fraction]:
    """The figures of one parcel: `""` for the measure itself, or one for each thing that it limits."""
    geometry = parcel["geometry"]
    land_m2 = float(site.plane.area_m2(geometry))
    if measure == "investment":
        yuan = parcel.get("investment_yuan")
        known = yuan is not None and not math.isnan(float(yuan))
        field = None if known else "field:parcels.investment_yuan"
        return {"": Fraction(float(str(yuan)) if known else None, land_m2 / 10_000, field)}
    role = NEEDS[measure][0]
    rows = on_parcel(site, role, geometry)
    if measure == "green-share":
        return {"": Fraction(covered_m2(site, rows), land_m2)}
    if "kind" in rows and rows["kind"].isna().any():
        return dict.fromkeys(LIMITED.get(measure, ("",)), Fraction(None, land_m2, "field:buildings.kind"))
    if measure == "building-coefficient":
        return {"": Fraction(covered_m2(site, rows), land_m2)}
    houses = rows[rows["kind"] == "building"]
    floor, lacking = floor_m2(houses)
    if measure == "floor-area-ratio":
        return {"": Fraction(floor, land_m2, lacking)}
    return _office(site, houses, land_m2)


def on_parcel(site: Site, role: str, parcel: Any) -> pd.DataFrame:
    """The features on a parcel, cut to it, with the area on it and its share of the whole; of buildings the built."""
    import shapely

    frame: gpd.GeoDataFrame = site.inputs.layers[role].frame
    near = frame.iloc[sorted(frame.sindex.query(parcel, predicate="intersects"))]
    if "status" in near:
        near = near[near["status"].isna() | (near["status"] == "built")]
    pieces = shapely.intersection(near.geometry.to_numpy(), parcel)
    whole_m2 = shapely.area(near.geometry.to_numpy())
    found: pd.DataFrame = near.assign(
        geometry=pieces, own_m2=site.plane.area_m2(pieces), own_share=shapely.area(pieces) / whole_m2
    )
    return found[found["own_m2"] > 0]


def covered_m2(site: Site, rows: pd.DataFrame) -> float:
    """Area under the features, every square metre once."""
    import shapely

    from geo.rings import polygons_of

    polygons, _ = polygons_of(rows["geometry"].to_numpy())
    return float(site.plane.area_m2(shapely.union_all(polygons))) if len(polygons) else 0.0


def floor_m2(houses: pd.DataFrame) -> tuple[float | None, str | None]:
    """Floor area: as stated, by the building's share on the parcel; else footprint × floors, a high storey twice."""
    parts = []
    for house in houses.to_dict("records"):
        stated, floors, height_m = (_number(house.get(name)) for name in ("floor_m2", "floors", "storey_height_m"))
        if stated is not None:
            parts.append(stated * house["own_share"])
        elif floors is None:
            return None, "field:buildings.floors"
        else:
            twice = 2 if height_m is not None and height_m > HIGH_STOREY_M else 1
            parts.append(house["own_m2"] * floors * twice)
    return exact_sum(parts), None


def _office(site: Site, houses: pd.DataFrame, land_m2: float) -> Mapping[str, Fraction]:
    """Office and living: their footprint of the parcel's land, their floor of all floor."""
    if "use" in houses and houses["use"].isna().any():
        unknown = Fraction(None, land_m2, "field:buildings.use")
        return {"max_land": unknown, "max_floor": unknown}
    offices = houses[houses["use"].isin(OFFICE_USES)] if "use" in houses else houses.iloc[:0]
    floor, lacking = floor_m2(offices)
    whole, all_lacking = floor_m2(houses)
    missing = lacking or all_lacking
    return {
        "max_land": Fraction(covered_m2(site, offices), land_m2),
        "max_floor": Fraction(None if missing else floor, whole or 0.0, missing),
    }


def _number(value: object) -> float | None:
    return None if value is None or math.isnan(float(str(value))) else float(str(value))
