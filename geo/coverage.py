"""Polygons that should fit together without overlap and gap: where they don't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.rings import rings_of
from geo.robust import robust

Geoms = NDArray[np.object_]
Ints = NDArray[np.int64]
FREE_EDGES = 2_000_000
"""Where more edges than this have no neighbour, the polygons do not fit together at all and gaps mean nothing."""
_SPREAD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


@dataclass(frozen=True, slots=True)
class Shared:
    """Pairs of rows that overlap and the land that both claim; `failed` are pairs that GEOS could not intersect."""

    one: Ints
    other: Ints
    land: Geoms
    failed: tuple[tuple[int, int], ...] = ()


def shared_land(polygons: Geoms) -> Shared:
    """Every pair of valid polygons that overlaps, one < other. Missing ones overlap nothing.

    Edges that break the coverage are found in one pass; only polygons that have some are intersected.
    """
    there = np.flatnonzero(~(shapely.is_missing(polygons) | shapely.is_empty(polygons)))
    bad = there[~shapely.is_empty(shapely.coverage_invalid_edges(polygons[there]))] if len(there) else there
    one, other = shapely.STRtree(polygons[bad]).query(polygons[bad], predicate="intersects")
    one, other = bad[one[one < other]], bad[other[one < other]]
    land = np.empty(len(one), dtype=object)
    failed: list[tuple[int, int]] = []
    for at, (a, b) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        part = robust("intersection", polygons[a], polygons[b])
        if part is None:
            failed.append((a, b))
        land[at] = part
    kept = shapely.area(land) > 0
    return Shared(one[kept], other[kept], land[kept], tuple(failed))


def gaps(polygons: Geoms) -> Geoms | None:
    """Land that is enclosed by the polygons and belongs to none; None where they share hardly any edge.

    Edges that only one polygon has are the borders of gaps and of the whole; the faces between them that lie in no
    polygon are the gaps.
    """
    there = polygons[~(shapely.is_missing(polygons) | shapely.is_empty(polygons))]
    if not len(there):
        return np.empty(0, dtype=object)
    ends = _free_edges(there)
    if len(ends) > FREE_EDGES:
        return None
    lines = np.asarray(shapely.linestrings(ends), dtype=object)
    noded = shapely.node(shapely.multilinestrings(lines))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    taken, _ = shapely.STRtree(there).query(inside, predicate="intersects")
    free = np.ones(len(faces), dtype=bool)
    free[taken] = False
    return np.asarray(faces[free], dtype=object)


def _free_edges(polygons: Geoms) -> NDArray[np.float64]:
    """(N, 2, 2) edges that stand once in all polygons, whichever way they run."""
    rings = rings_of(polygons)
    inner = np.ones(len(rings.xy), dtype=bool)
    inner[rings.start[1:] - 1] = False
    start = np.flatnonzero(inner)
    bits = np.ascontiguousarray(rings.xy + 0.0).view(np.uint64)  # -0.0 is 0.0
    told = _mixed(bits[:, 0], bits[:, 1])
    key = told[start] + told[start + 1]
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    once = start[np.sort(first[count == 1])]
    return np.stack([rings.xy[once], rings.xy[once + 1]], axis=1)


def _mixed(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """A number for each vertex that no other one is likely to have."""
    told = x * _SPREAD[0] + (y ^ (y >> np.uint64(29))) * _SPREAD[1]
    mixed: NDArray[Any] = (told ^ (told >> np.uint64(31))) * _SPREAD[0]
    return mixed
