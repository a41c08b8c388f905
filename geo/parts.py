"""Connected parts of land: which there are, how wide and how compact they are, which lie together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane
from geo.rings import polygons_of

WIDTH_M = 0.01
EXACT_M = 1e-6
NARROW_M = 2.0
THIN = 60.0
TANGLED = 2000.0
"""Perimeter² over area (a square has 16): from THIN on a search for the inscribed circle wanders along the part, beyond
TANGLED it gives up early."""


def connected(geom: BaseGeometry) -> list[Polygon]:
    """The connected parts of dissolved land, largest first (planar), equals by bounds and bytes.

    Parts that share an edge are one, parts that meet in a point are two. Empty: an empty list.
    """
    given, _ = polygons_of(np.array([geom], dtype=object))
    polygons, _ = polygons_of(np.array([shapely.union_all(given[canonical(given)])], dtype=object))
    return list(polygons[canonical(polygons)])


def canonical(polygons: NDArray[np.object_]) -> NDArray[np.intp]:
    """Positions in an order that the given order cannot change: by area (largest first), bounds, then WKB."""
    if len(polygons) < 2:
        return np.arange(len(polygons))
    keys = np.column_stack([shapely.bounds(polygons), -shapely.area(polygons)])
    order = np.lexsort(keys.T)
    if (keys[order[1:]] == keys[order[:-1]]).all(axis=1).any():
        _, binary = np.unique(shapely.to_wkb(polygons).astype(object), return_inverse=True)
        order = np.lexsort((binary, *keys.T))
    return order


def width_m(polygon: BaseGeometry) -> float:
    """Width of a polygon of the plane: twice the radius of its largest inscribed circle, to 1 cm; empty: 0."""
    area, perimeter = polygon.area, polygon.length
    if area <= 0:
        return 0.0
    tangle, mean_width_m = perimeter**2 / area, 2 * area / perimeter
    found = 0.0
    if (tangle > THIN and mean_width_m < NARROW_M) or tangle > TANGLED:
        found = 2 * _radius_by_erosion(polygon)
    if tangle <= THIN or mean_width_m >= NARROW_M:
        circle = shapely.maximum_inscribed_circle(polygon, WIDTH_M / 2)  # type: ignore[call-overload]
        found = max(found, 2 * float(shapely.length(circle)))
    return found


def _radius_by_erosion(polygon: BaseGeometry) -> float:
    """Radius of the largest inscribed circle: what erosion leaves last is where it lies; its distance is measured."""
    low = polygon.area / polygon.length  # a radius is never less
    high, left = 2 * low, polygon
    while not (rest := _eroded(polygon, high)).is_empty:
        low, high, left = high, 2 * high, rest
    while high - low > max(WIDTH_M / 20, low * 1e-4):
        middle = (low + high) / 2
        if (rest := _eroded(polygon, middle)).is_empty:
            high = middle
        else:
            low, left = middle, rest
    if left is polygon:
        return low
    places = shapely.points(shapely.get_coordinates([left, left.point_on_surface()]))
    return float(shapely.distance(polygon.boundary, places).max())


def _eroded(polygon: BaseGeometry, radius_m: float) -> BaseGeometry:
    return shapely.buffer(polygon, -radius_m, quad_segs=16)


def is_sliver(polygon: BaseGeometry, sliver_width_m: float) -> bool:
    """Whether a connected part disappears under erosion by half of the sliver width (contract §4).

    A part as wide as the sliver width to the micrometre is a sliver, however its coordinates round.
    """
    radius = sliver_width_m / 2 + EXACT_M
    if polygon.area > radius * polygon.length:  # then it holds a circle of that radius
        return False
    return bool(_eroded(polygon, radius).is_empty)


def compactness(geom: BaseGeometry, plane: Plane) -> float | None:
    """4πA/P² with ellipsoidal area and geodesic perimeter (holes too): 1 for a circle; None for an empty geometry."""
    perimeter = plane.length_m(geom)
    return 4 * math.pi * plane.area_m2(geom) / perimeter**2 if perimeter > 0 else None


def clusters(
    parts: NDArray[np.object_] | Sequence[BaseGeometry], gap_m: float, plane: Plane
) -> tuple[tuple[int, ...], ...]:
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
