"""Polygons as flat arrays: all vertices of all rings, where each ring starts, whose it is, and its sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

AT_ONCE = 20_000
"""Geometries whose vertices are held at once."""


@dataclass(frozen=True, slots=True)
class Rings:
    """R rings: `xy` (N, 2); `start` (R + 1), the last is N; `geom` (R) the owner; `sign` (R) +1 shell, −1 hole."""

    xy: NDArray[np.float64]
    start: NDArray[np.int64]
    geom: NDArray[np.int64]
    sign: NDArray[np.float64]


def flattened(geoms: NDArray[np.object_]) -> NDArray[np.object_]:
    """A flat array of geometries without heights and measures; a copy."""
    flat = geoms.copy()
    high = np.flatnonzero(shapely.has_z(geoms) | shapely.has_m(geoms))
    flat[high] = shapely.force_2d(geoms[high])
    return flat


def parts_of(geoms: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Simple geometries of a flat array, nested collections opened, and the position of each one's owner."""
    parts, owner = shapely.get_parts(geoms, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    return parts, owner


def polygons_of(geoms: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The non-empty Polygons in a flat array of any geometries, and the position of each's owner."""
    parts, owner = parts_of(geoms)
    keep = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    return parts[keep], owner[keep]


def finite(geoms: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which geometries of a flat array have no vertex at infinity or NaN (bounds would not show a NaN)."""
    good = np.ones(len(geoms), dtype=np.bool_)
    for start in range(0, len(geoms), AT_ONCE):
        some = geoms[start : start + AT_ONCE]
        if not np.isfinite(shapely.get_coordinates(some)).all():
            xy, owner = shapely.get_coordinates(some, return_index=True)
            good[start + owner[~np.isfinite(xy).all(axis=1)]] = False
    return good


def rings_of(geoms: NDArray[np.object_]) -> Rings:
    """All rings of all polygons in a flat array of geometries; what is no polygon is left out."""
    if (shapely.get_type_id(geoms) == 3).all():
        polygons, owner = geoms, np.arange(len(geoms))
    else:
        polygons, owner = polygons_of(geoms)
    holed = shapely.get_num_interior_rings(polygons) > 0
    xy, counts = shapely.get_coordinates(polygons[~holed]), shapely.get_num_coordinates(polygons[~holed])
    filled = counts > 0
    whole = (xy, counts[filled], owner[~holed][filled], np.ones(int(filled.sum())))
    parts = [whole, _holed(polygons[holed], owner[holed])] if holed.any() else [whole]
    xy, counts, owner, sign = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Rings(xy, np.concatenate([[0], np.cumsum(counts)]), owner, sign)


def _holed(polygons: NDArray[np.object_], owner: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
    """Vertices, ring lengths, owners and signs of polygons with holes."""
    _, xy, (start, shells) = shapely.to_ragged_array(polygons, include_z=False)
    sign = np.full(len(start) - 1, -1.0)
    sign[shells[:-1]] = 1.0
    return xy, np.diff(start), np.repeat(owner, np.diff(shells)), sign
