"""Connected parts of land: which there are, how wide and how compact they are, which lie together."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane
from geo.rings import polygons_of

WIDTH_M = 0.01
THIN = 400.0
"""Perimeter² over area (a square has 16) from which the inscribed circle is found by erosion: searching costs too much."""


def connected(geom: BaseGeometry) -> list[Polygon]:
    """The connected parts of dissolved land, largest first (planar), equals by bounds and bytes.

    Parts that share an edge are one, parts that meet in a point are two. Empty: an empty list.
    """
    polygons, _ = polygons_of(np.array([shapely.union_all([geom])], dtype=object))
    return list(polygons[canonical(polygons)])


def canonical(polygons: NDArray[np.object_]) -> NDArray[np.intp]:
    """Positions in an order that the given order cannot change: by area (largest first), bounds, then WKB."""
    if len(polygons) < 2:
        return np.arange(len(polygons))
    west, south, east, north = shapely.bounds(polygons).T
    _, binary = np.unique(shapely.to_wkb(polygons).astype(object), return_inverse=True)
    return np.lexsort((binary, north, east, south, west, -shapely.area(polygons)))


def width_m(polygon: BaseGeometry) -> float:
    """Width of a polygon of the plane: twice the radius of its largest inscribed circle, to 1 cm; empty: 0."""
    area, perimeter = polygon.area, polygon.length
    if area <= 0:
        return 0.0
    if perimeter**2 / area < THIN:
        return 2 * float(shapely.length(shapely.maximum_inscribed_circle(polygon, tolerance=WIDTH_M / 4)))
    return 2 * _radius_by_erosion(polygon, area / perimeter)


def widths_m(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """`width_m` of each polygon of a flat array."""
    return np.array([width_m(polygon) for polygon in polygons], dtype=np.float64)


def _radius_by_erosion(polygon: BaseGeometry, low: float) -> float:
    """Largest erosion that leaves something, by bisection to 1 mm; area/perimeter is never more than the radius."""
    high = 2 * low
    while not _gone(polygon, high):
        low, high = high, 2 * high
    while high - low > WIDTH_M / 10:
        middle = (low + high) / 2
        low, high = (low, middle) if _gone(polygon, middle) else (middle, high)
    return (low + high) / 2


def _gone(polygon: BaseGeometry, radius_m: float) -> bool:
    return bool(shapely.is_empty(shapely.buffer(polygon, -radius_m, quad_segs=8)))


def is_sliver(polygon: BaseGeometry, sliver_width_m: float) -> bool:
    """Whether a connected part disappears under erosion by half of the sliver width (contract §4)."""
    radius, area = sliver_width_m / 2, polygon.area
    if area > radius * polygon.length:
        return False
    return area <= math.pi * radius**2 * (1 - 1e-9) or _gone(polygon, radius)


def compactness(geom: BaseGeometry, plane: Plane) -> float | None:
    """4πA/P² with ellipsoidal area and geodesic perimeter (holes too): 1 for a circle; None for an empty geometry."""
    perimeter = plane.length_m(geom)
    return 4 * math.pi * plane.area_m2(geom) / perimeter**2 if perimeter > 0 else None


def clusters(parts: NDArray[np.object_], gap_m: float, plane: Plane) -> tuple[tuple[int, ...], ...]:
    """Groups of parts that lie together: chains of parts at most `gap_m` (geodesic) from the next; touching is 0.

    `parts`: flat array of geometries of the plane. Gives positions, each group ascending, groups by their first.
    """
    parts = np.asarray(parts, dtype=object)
    root = list(range(len(parts)))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    tree = shapely.STRtree(parts)
    reach = 1.01 * gap_m + 1.0  # the plane's scale is off by far less than this
    for i, j in tree.query(parts, predicate="dwithin", distance=reach).T if len(parts) else ():
        first, second = sorted((find(int(i)), find(int(j))))
        if first != second and plane.distance_m(parts[i], parts[j]) <= gap_m:
            root[second] = first
    groups: dict[int, list[int]] = {}
    for i in range(len(parts)):
        groups.setdefault(find(i), []).append(i)
    return tuple(tuple(group) for group in groups.values())
