"""What may be wrong with single geometries of a layer: broken, doubled, thin, of tiny parts. Arrays in, rows out."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Geoms = NDArray[np.object_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_PLACE = re.compile(r"(.*?)\s*\[(\S+) (\S+)\]$")


@dataclass(frozen=True, slots=True)
class Broken:
    """An invalid geometry: its row, what GEOS calls the fault, and where it is (None where GEOS doesn't say)."""

    row: int
    reason: str
    xy: tuple[float, float] | None


def broken(geoms: Geoms) -> list[Broken]:
    """Every geometry that is not valid."""
    rows = np.flatnonzero(~shapely.is_valid(geoms) & ~shapely.is_missing(geoms))
    return [
        _broken(int(row), str(reason)) for row, reason in zip(rows, shapely.is_valid_reason(geoms[rows]), strict=True)
    ]


def _broken(row: int, reason: str) -> Broken:
    found = _PLACE.match(reason)
    return Broken(row, found[1], (float(found[2]), float(found[3]))) if found else Broken(row, reason, None)


def doubled(geoms: Geoms) -> Ints:
    """The first row that has the same shape as each one; a row of its own where none before it has.

    Rings may begin elsewhere and run the other way round. What is missing or empty is like nothing.
    """
    first = np.arange(len(geoms))
    there = np.flatnonzero(~(shapely.is_missing(geoms) | shapely.is_empty(geoms)))
    keys = np.column_stack([shapely.bounds(geoms[there]), shapely.get_num_coordinates(geoms[there])])
    _, group, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    some = there[count[group.ravel()] > 1]
    seen: dict[bytes, int] = {}
    for row, shape in zip(some, shapely.to_wkb(shapely.normalize(geoms[some])), strict=True):
        first[row] = seen.setdefault(bytes(shape), int(row))
    return first


def slivers(polygons: Geoms, width_m: float) -> Ints:
    """Rows that vanish under erosion by half of `width_m` (plane metres); what is empty is none.

    A shape of inradius r has an area of at most r times its perimeter: whatever is larger need not be eroded.
    """
    area, around = shapely.area(polygons), shapely.length(polygons)
    thin = np.flatnonzero((area > 0) & (2 * area <= width_m * around))
    return thin[shapely.is_empty(shapely.buffer(polygons[thin], -width_m / 2, quad_segs=2))]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of what has several: each with the row that it belongs to."""

    row: Ints
    part: Geoms


def several(geoms: Geoms) -> Parts:
    """The parts of geometries that have more than one."""
    rows = np.flatnonzero(shapely.get_num_geometries(geoms) > 1)
    part, owner = shapely.get_parts(geoms[rows], return_index=True)
    return Parts(rows[owner], part)


def holes(geoms: Geoms) -> Parts:
    """The holes of polygons, as polygons, each with the row that has it."""
    part, owner = shapely.get_parts(geoms, return_index=True)
    held = np.flatnonzero(shapely.get_num_interior_rings(part) > 0)
    ring, inner = shapely.get_rings(part[held], return_index=True)
    first = np.diff(inner, prepend=-1) != 0  # a polygon's shell comes before its holes
    return Parts(owner[held][inner[~first]], shapely.polygons(ring[~first]))
