"""四至: a land's extreme points, what adjoins it to the east, south, west and north, and its map sheets.

Neighbours are roads, parcels and water outside the land. A parcel or water adjoins where it lies within the sliver
width of the boundary; a road, which is drawn by its middle, within half its width besides, if that is known. Where
nothing adjoins a side, it has no name: blank, never guessed from what lies farther off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.classes import name_of
from checks.land import column
from checks.standards import restated

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from checks.site import Site
    from geo.sides import Side
    from layers.model import Inputs


@dataclass(frozen=True, slots=True)
class Extreme:
    """The outermost point on a side: x east and y north in the plane, longitude and latitude in degrees."""

    x_m: float
    y_m: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a submission tells of a land's place."""

    extremes: Mapping[Side, Extreme]
    neighbours: Mapping[Side, tuple[str, ...]]
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Neighbour:
    name: str
    geometry: BaseGeometry
    reach_m: float


def surroundings(site: Site, land: BaseGeometry) -> Surroundings | None:
    """Of a land of the plane, which need not be the whole zone; None for no land at all."""
    from geo.sheets import sheets_of

    if land.is_empty:
        return None
    return Surroundings(_extremes(site, land), neighbours(site, land), sheets_of(land, site.plane))


def neighbours(site: Site, land: BaseGeometry) -> Mapping[Side, tuple[str, ...]]:
    """The names on each side, those first that run along it longest; sides without any are empty."""
    from geo.sides import SIDES, along

    found = list(_candidates(site.inputs, land, site.sliver_width_m))
    lengths = along(land, [one.geometry for one in found], [one.reach_m for one in found])
    told: dict[Side, tuple[str, ...]] = {}
    for side in SIDES:
        by_name: dict[str, float] = {}
        for one, length in zip(found, lengths, strict=True):
            if side in length:
                by_name[one.name] = by_name.get(one.name, 0.0) + length[side]
        told[side] = tuple(sorted(by_name, key=lambda name: (-round(by_name[name], 3), name)))
    return told


def _extremes(site: Site, land: BaseGeometry) -> Mapping[Side, Extreme]:
    import shapely

    from geo.sides import extremes

    places = extremes(land)
    lonlat = shapely.get_coordinates(site.plane.to_lonlat(shapely.multipoints(list(places.values()))))
    return {
        side: Extreme(x, y, float(lon), float(lat))
        for (side, (x, y)), (lon, lat) in zip(places.items(), lonlat, strict=True)
    }


def _candidates(inputs: Inputs, land: BaseGeometry, sliver_m: float) -> Iterator[_Neighbour]:
    """Roads that are there, parcels and water near the boundary, without what of them lies inside the land."""
    import shapely

    own = shapely.buffer(land, -sliver_m)
    for role in ("roads", "parcels", "land_use"):
        layer = inputs.layers.get(role)
        if layer is None or not len(layer.frame):
            continue
        frame = layer.frame
        reach_m = sliver_m + _widest_m(frame) / 2
        near = sorted(frame.sindex.query(land.boundary, predicate="dwithin", distance=reach_m).tolist())
        for row, (name, half_m) in _named(frame.iloc[near], role, layer.role.title.zh).items():
            geometry = frame.geometry.iloc[near[row]]
            outside = shapely.difference(geometry, own if role == "roads" else land)
            if not outside.is_empty:
                yield _Neighbour(name, outside, sliver_m + half_m)


def _widest_m(frame: gpd.GeoDataFrame) -> float:
    """The greatest width that is stated, 0 where none is."""
    widths = frame["width_m"].dropna() if "width_m" in frame else ()
    return float(max(widths, default=0.0))


def _named(frame: gpd.GeoDataFrame, role: str, title: str) -> dict[int, tuple[str, float]]:
    """Position → name and half the width, of the rows that can be a neighbour."""
    names = column(frame, "name")
    if role == "roads":
        status = column(frame, "status")
        widths = frame["width_m"].tolist() if "width_m" in frame else [0.0] * len(frame)
        return {
            row: (names[row] or title, 0.0 if math.isnan(width) else width / 2)
            for row, width in enumerate(widths)
            if status[row] != "planned"
        }
    if role == "parcels":
        return {row: (str(feature), 0.0) for row, feature in enumerate(frame["feature"])}
    water = {name: tuple(scheme.get("water", ())) for name, scheme in restated("land_use")["schemes"].items()}
    codes = zip(column(frame, "scheme"), column(frame, "code"), strict=True)
    return {
        row: (names[row] or name_of(scheme, code), 0.0)
        for row, (scheme, code) in enumerate(codes)
        if scheme is not None and code is not None and code.startswith(water.get(scheme, ("-",)) or ("-",))
    }
