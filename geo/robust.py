"""Overlays that fail in no silence: as given, then snapped to 0.1 mm, then repaired; what still fails is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException, Polygon
from shapely.geometry.base import BaseGeometry

from geo.parts import canonical
from geo.repair import only, valid

Geoms = NDArray[np.object_]
Rows = NDArray[np.intp]
Operation = Literal["intersection", "difference", "union"]
SNAP_M = 1e-4
EQUAL = 1e-9
SAME_AREA = 1e-12
LARGEST: dict[Operation, Callable[[float, float], float]] = {
    "intersection": min,
    "difference": lambda a, _: a,
    "union": lambda a, b: a + b,
}


def robust(name: Operation, a: BaseGeometry, b: BaseGeometry) -> BaseGeometry | None:
    """An overlay of two polygonal geometries as given, snap-rounded to 0.1 mm, then both repaired.

    None where all of it fails; a result larger than it can be is a failure too.
    """
    slack_m2 = SNAP_M * (a.length + b.length)
    for mend, grid_size in ((False, None), (False, SNAP_M), (True, None), (True, SNAP_M)):
        try:
            first, second = (only(valid(geom), 2) or Polygon() for geom in (a, b)) if mend else (a, b)
            found: BaseGeometry = getattr(shapely, name)(first, second, grid_size=grid_size)
        except GEOSException:
            continue
        if found.area <= LARGEST[name](first.area, second.area) * (1 + EQUAL) + slack_m2:
            return found
    return None


def union(geoms: Geoms) -> tuple[BaseGeometry, Rows]:
    """Union of a flat array of polygonal geometries in canonical order, and the positions of what could not be united.

    Where no two of them overlap (a coverage) shared edges are only struck out, which is many times faster.
    """
    none = np.zeros(0, dtype=np.intp)
    if len(geoms) < 2:
        return (geoms[0] if len(geoms) else Polygon()), none
    order, areas = canonical(geoms), shapely.area(geoms)
    if (found := coverage(geoms[order])) is not None:
        return found, none
    slack_m2 = SNAP_M * float(shapely.length(geoms).sum())
    for grid_size in (None, SNAP_M):
        try:
            found = shapely.union_all(geoms[order], grid_size=grid_size)
        except GEOSException:
            continue
        if areas.max() - slack_m2 <= found.area <= areas.sum() + slack_m2:
            return found, none
    return _stepwise(geoms, order)


def coverage(geoms: Geoms) -> BaseGeometry | None:
    """The union of polygons that share edges exactly and don't overlap; None where they are no such coverage.

    Edges that two of them have are struck out. That gives the symmetric difference, which has all of their area only
    where none overlaps another; where their edges cross, it is no valid polygon.
    """
    try:
        found: BaseGeometry = shapely.coverage_union_all(geoms)
    except GEOSException:
        return None
    whole_m2 = float(shapely.area(geoms).sum())
    kept = abs(found.area - whole_m2) <= SAME_AREA * whole_m2
    return found if kept and found.is_valid else None


def _stepwise(geoms: Geoms, order: Sequence[int] | Rows) -> tuple[BaseGeometry, Rows]:
    done: BaseGeometry = Polygon()
    lost = []
    for i in order:
        more = robust("union", done, geoms[i])
        if more is None:
            lost.append(i)
        else:
            done = more
    return done, np.array(sorted(lost), dtype=np.intp)
