"""Gap-free coverages: cut the plane by lines, name the faces, join those of one name.

All cutting is snap-rounded to the millimetre, so neighbours share every vertex and no sliver arises between layers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

GRID_M = 0.001
Polygons = npt.NDArray[np.object_]
Key = TypeVar("Key", bound=Hashable)


def faces(lines: Sequence[BaseGeometry], inside: BaseGeometry) -> Polygons:
    """The faces that the lines cut out of `inside`, in a canonical order."""
    noded = shapely.union_all([*lines, inside.boundary], grid_size=GRID_M)
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    found = found[shapely.contains_properly(inside.buffer(GRID_M), shapely.point_on_surface(found))]
    return ordered(shapely.normalize(found))


def ordered(polygons: Polygons) -> Polygons:
    """Polygons from west to east, then south to north."""
    bounds = shapely.bounds(polygons)
    return polygons[np.lexsort(bounds.T[::-1])]


def which(polygons: Polygons, sources: Sequence[BaseGeometry]) -> npt.NDArray[np.int64]:
    """Per polygon the index of the source that its inner point lies in (the first of several), -1 for none."""
    index = np.full(len(polygons), -1)
    points, hits = STRtree(list(sources)).query(shapely.point_on_surface(polygons), predicate="intersects")
    for position, hit in zip(points, hits, strict=True):
        if index[position] < 0 or hit < index[position]:
            index[position] = hit
    return index


def absorb(
    polygons: Polygons, keys: Sequence[Key], small_m2: float, wards: Sequence[Hashable] | None = None
) -> list[Key]:
    """Keys in which every patch under `small_m2` has taken the key of the neighbour with the longest shared edge.

    A patch is a connected run of polygons of one key; only neighbours of the same ward count.
    """
    keys, wards = list(keys), list(wards) if wards is not None else [None] * len(polygons)
    tree = STRtree(polygons)
    left, right = tree.query(polygons, predicate="touches")
    shared = shapely.length(shapely.intersection(polygons[left], polygons[right]))
    edges = [
        (int(a), int(b), float(metres)) for a, b, metres in zip(left, right, shared, strict=True) if metres > GRID_M
    ]
    areas = shapely.area(polygons)
    for _ in range(6):
        patches = _patches(keys, edges)
        size: dict[int, float] = {}
        for position, patch in enumerate(patches):
            size[patch] = size.get(patch, 0.0) + areas[position]
        best: dict[int, tuple[float, int]] = {}
        for a, b, metres in edges:
            if size[patches[a]] < small_m2 and patches[a] != patches[b] and wards[a] == wards[b]:
                best[patches[a]] = max(best.get(patches[a], (0.0, -1)), (metres, b))
        if not best:
            break
        keys = [keys[best[patch][1]] if patch in best else key for key, patch in zip(keys, patches, strict=True)]
    return keys


def _patches(keys: Sequence[Hashable], edges: Sequence[tuple[int, int, float]]) -> list[int]:
    """Per polygon the smallest index that it is joined to over edges between equal keys."""
    root = list(range(len(keys)))

    def find(position: int) -> int:
        while root[position] != position:
            root[position] = root[root[position]]
            position = root[position]
        return position

    for a, b, _ in edges:
        if keys[a] == keys[b]:
            low, high = sorted((find(a), find(b)))
            root[high] = low
    return [find(position) for position in range(len(keys))]


def joined(polygons: Polygons, keys: Sequence[Key]) -> dict[Key, list[Polygon]]:
    """Per key, in order of first appearance, its connected polygons; vertices stay as they are."""
    members: dict[Key, list[int]] = {}
    for position, key in enumerate(keys):
        members.setdefault(key, []).append(position)
    return {
        key: list(ordered(shapely.get_parts(shapely.normalize(shapely.coverage_union_all(polygons[rows])))))
        for key, rows in members.items()
    }
