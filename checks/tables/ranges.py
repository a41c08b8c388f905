"""The ranges that the tables speak of: the land of a zone or its expansion by area (片区) and connected part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.land import array_of, column, dissolve
from checks.tables import cents
from checks.tables.model import Range
from layers.names import name_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from checks.site import Site


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """The ranges of one subject with their geometry; `doubled` is the land that two areas name, in cents."""

    ranges: tuple[Range, ...]
    geometry: NDArray[np.object_]
    doubled: int


def ranges_of(site: Site, subject: str) -> Ranges:
    """Parts from north to south, then west to east; together they have the measured area of the land to 0.01 m²."""
    import shapely

    land = site.land(subject)
    found: list[tuple[str | None, int, BaseGeometry]] = []
    doubled_m2 = 0.0
    taken: BaseGeometry = shapely.Polygon()
    for name, area in _areas(site, subject):
        own = shapely.difference(area, taken) if not taken.is_empty else area
        if not taken.is_empty:
            doubled_m2 += float(site.plane.area_m2(shapely.intersection(area, taken)))
        taken = shapely.union(taken, area)
        found += [(name, number, part) for number, part in enumerate(parts_in_order(own), 1)]
    shapes = array_of([part for _, _, part in found])
    areas = cents.closed(site.plane.area_m2(shapes).tolist(), cents.of_m2(land.area_m2))
    ranges = tuple(
        Range(site.name, subject, name, number, own) for (name, number, _), own in zip(found, areas, strict=True)
    )
    return Ranges(ranges, shapes, cents.of_m2(doubled_m2))


def parts_in_order(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Connected parts from north to south, then west to east."""
    import shapely

    from geo.parts import connected

    def place(part: BaseGeometry) -> tuple[float, float, bytes]:
        west, _, _, north = part.bounds
        return -north, west, shapely.to_wkb(part, byte_order=1)

    return sorted(connected(geometry), key=place) if not geometry.is_empty else []


def _areas(site: Site, subject: str) -> list[tuple[str | None, BaseGeometry]]:
    """The land by the area that it names, in the order of the names; land that names none comes last."""
    frame = site.land(subject).frame
    spelled: dict[str, str] = {}
    lands: dict[str, list[BaseGeometry]] = {}
    for name, geometry in zip(column(frame, "area"), frame.geometry, strict=True):
        key = name_key(name or "")
        spelled[key] = min(spelled.get(key, name or ""), name or "")
        lands.setdefault(key, []).append(geometry)
    if len(lands) == 1:
        (key,) = lands
        return [(spelled[key] or None, site.land(subject).geometry)]
    order = sorted(lands, key=lambda key: (not key, key))
    return [(spelled[key] or None, dissolve(lands[key])) for key in order]
