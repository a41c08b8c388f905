"""Boundaries as surveyors write them: where a ring starts, which way it runs, in which order parts are numbered."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.rings import polygons_of

Places = NDArray[np.float64]
"""(N, 2), x east, y north; of a ring N without the repeated first place."""


def surveyed_ring(ring: BaseGeometry, *, hole: bool) -> Places:
    """The places of a ring, not repeated, from the one nearest the north-west corner of its bounds.

    An outer ring runs clockwise, a hole counter-clockwise. Of places equally near the northernmost goes first.
    """
    xy = shapely.get_coordinates(ring)[:-1]
    west, north = xy[:, 0].min(), xy[:, 1].max()
    start = int(np.lexsort((xy[:, 0], -xy[:, 1], np.hypot(xy[:, 0] - west, xy[:, 1] - north)))[0])
    if bool(shapely.is_ccw(ring)) != hole:
        xy = xy[::-1]
        start = len(xy) - 1 - start
    return np.roll(xy, -start, axis=0)


def surveyed_rings(polygon: Polygon) -> list[Places]:
    """The outer ring, then the holes from upper left to lower right, each as `surveyed_ring` gives it."""
    holes = [Polygon(ring) for ring in polygon.interiors]
    order = reading_order(holes)
    inner = [surveyed_ring(holes[i].exterior, hole=True) for i in order]
    return [surveyed_ring(polygon.exterior, hole=False), *inner]


def reading_order(parts: Sequence[BaseGeometry]) -> list[int]:
    """Positions of parts from upper left to lower right.

    The part that reaches farthest north begins a row; all whose middle lies above that part's southern edge stand in
    it, from west to east; then the next row. What ties is ordered by bounds and bytes, never by the given order.
    """
    bounds = [part.bounds for part in parts]
    left = sorted(range(len(parts)), key=lambda i: (-bounds[i][3], bounds[i][0], bounds[i], parts[i].wkb))
    order: list[int] = []
    while left:
        edge = bounds[left[0]][1]
        row = [i for i in left if i == left[0] or (bounds[i][1] + bounds[i][3]) / 2 > edge]
        order += sorted(row, key=lambda i: (bounds[i][0], -bounds[i][3], bounds[i], parts[i].wkb))
        left = [i for i in left if i not in row]
    return order


def parts_in_order(land: BaseGeometry) -> list[Polygon]:
    """The polygons of a land from upper left to lower right."""
    parts, _ = polygons_of(np.array([land], dtype=object))
    return [parts[i] for i in reading_order(list(parts))]


def azimuth_deg(start: Sequence[float], end: Sequence[float]) -> float:
    """Grid azimuth from one place to another: degrees from north, clockwise, 0 ≤ azimuth < 360.

    >>> azimuth_deg((0, 0), (1, 1)), azimuth_deg((0, 0), (-1, 0))
    (45.0, 270.0)
    """
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1])) % 360.0


def dms(degrees: float, places: int = 2) -> str:
    """Degrees, minutes and seconds, rounded half away from zero and never showing 60.

    >>> dms(23.9999999999), dms(99.5125, 0)
    ('24°00′00.00″', '99°30′45″')
    """
    scale = 10**places
    ticks = math.floor(abs(degrees) * 3600 * scale + 0.5)
    whole, seconds = divmod(ticks, 60 * scale)
    sign = "-" if degrees < 0 and ticks else ""
    width = 3 + places if places else 2
    return f"{sign}{whole // 60}°{whole % 60:02d}′{seconds / scale:0{width}.{places}f}″"
