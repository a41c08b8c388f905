"""What the facilities of a kind can supply to a zone: whose facility is whose, and what is known of its capacity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from checks import words
from checks.land import SUBJECT_ROLES, column, written
from checks.model import Evidence
from checks.overlaps import is_far
from checks.selection import matching
from checks.site import Site
from geo.exact import exact_sum
from layers.names import name_key
from layers.text import Text
from layers.units import known_unit

if TYPE_CHECKING:
    from collections.abc import Hashable

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

ROLE = "facilities"


@dataclass(frozen=True, slots=True)
class Supply:
    """The built facilities of one kind: their summed capacity, None where it is not known, then `missing` says why."""

    kind: Text
    capacity: float | None
    unit: str | None
    missing: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def own_facilities(site: Site) -> gpd.GeoDataFrame:
    """The facilities that count for the zone: all where it is the only one, else those nearest to it."""
    frame = site.inputs.layers[ROLE].frame
    if len(site.ground.names) < 2 or frame.empty or is_far(site, ROLE):
        return frame
    return frame[_nearest_zone(site) == site.key]


def _nearest_zone(site: Site) -> NDArray[np.object_]:
    """The key of the nearest zone, by its land or its expansion's; of several as near the first by name."""
    import numpy as np
    import shapely

    geometries, keys = [], []
    for role in SUBJECT_ROLES.values():
        if role in site.inputs.layers:
            layer = site.inputs.layers[role].frame
            geometries += list(layer.geometry)
            keys += [name_key(name or "") for name in column(layer, "zone")]
    facilities = site.inputs.layers[ROLE].frame.geometry.to_numpy()
    tree = shapely.STRtree(geometries)
    found: dict[int, str] = {}
    for facility, land in tree.query_nearest(facilities, all_matches=True).T:
        found[int(facility)] = min(found.get(int(facility), keys[land]), keys[land])
    return np.array([found.get(row) for row in range(len(facilities))], dtype=object)


def supply(site: Site, frame: gpd.GeoDataFrame, kind: str) -> Supply:
    """What the built facilities of a kind can do.

    A kind of which no facility states a capacity, or a built one states none, is not known; so is a sum over units that
    differ, as the demand is stated in one of them.
    """
    title = kind_title(site, kind)
    of_kind = frame[matching(frame, {"kind": (kind,)})]
    built = of_kind[matching(of_kind, {"status": ("built",)})]
    if "capacity" not in frame or of_kind["capacity"].isna().all():
        return Supply(title, None, None, (f"field:{ROLE}.capacity",), _evidence(site, built))
    missing = [f"feature:{ROLE}/{feature}" for feature in built["feature"][built["capacity"].isna()]]
    units = {_unit(value) for value in column(built if len(built) else of_kind, "unit")}
    if len(units) > 1:
        missing.append(f"field:{ROLE}.unit")
    unit = min(filter(None, units), default=None)
    capacity = None if missing else exact_sum(float(value) for value in built["capacity"])
    return Supply(title, capacity, unit, tuple(missing), _evidence(site, built))


def kind_title(site: Site, kind: str) -> Text:
    """The kind in words: the first Chinese one that a source may write for it; a user's own kind is its own word."""
    values = site.inputs.layers[ROLE].role.fields["kind"].values or {}
    return Text((*values.get(kind, ()), kind)[0], kind)


def without_kind(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """The facilities without a kind: any of them may be of any kind."""
    if "kind" not in frame:
        return ()
    return tuple(f"feature:{ROLE}/{feature}" for feature in frame["feature"][frame["kind"].isna()])


def _unit(value: str | None) -> str | None:
    return (known_unit(value) or value) if value else None


def _evidence(site: Site, built: gpd.GeoDataFrame) -> tuple[Evidence, ...]:
    found = []
    for row in built.to_dict("records"):
        told = _told(site, row)
        geometry = row["geometry"]
        bbox = site.plane.bbox_lonlat(geometry)
        found.append(Evidence(ROLE, str(row["feature"]), bbox=bbox, note=told, geometry=geometry))
    return tuple(found)


def _told(site: Site, row: dict[Hashable, object]) -> Text:
    named = written(row.get("name"))
    name = Text(named, named) if named else kind_title(site, str(row["kind"]))
    capacity = row.get("capacity")
    if not isinstance(capacity, int | float) or math.isnan(capacity):
        return Text(f"{name.zh} 规模未填", f"{name.en}, no capacity stated")
    told = words.number(cast(float, capacity), trim=True)
    unit = f" {unit}" if (unit := written(row.get("unit"))) else ""
    return Text(f"{name.zh} {told}{unit}", f"{name.en} {told}{unit}")
