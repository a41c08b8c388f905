"""A large polygon cut into halo tiles, so that each small feature meets only the part of it round about.

The tiles are a fixed quadtree of the plane: a feature of extent e goes with the tile of side s ≥ e that its lower left
corner lies in, and that tile's part of the land is cut from a box of 2 s, which the feature cannot leave. So there
are no seams, and the part that a feature meets depends on the land and the feature alone, not on what else is there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
FEW = 256
"""A part of so few vertices is not cut further."""
FULL = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Tile:
    """The part of the land that some features meet; None: they all lie in the land. `rows` are their positions."""

    part: BaseGeometry | None
    rows: Rows


def tiles(land: BaseGeometry, bounds: Floats) -> Iterator[Tile]:
    """Features sorted into tiles of the land; those in tiles without land are left out.

    `land`: polygonal, valid, in the plane; `bounds`: (N, 4) west, south, east, north of the features.
    """
    rows = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    west, south, east, north = land.bounds
    side = 2.0 ** math.ceil(math.log2(max(east - west, north - south, 1.0)))
    extent = np.max(bounds[:, 2:] - bounds[:, :2], axis=1)
    yield from _sorted_in(land, rows, side, bounds, extent)


def _sorted_in(part: BaseGeometry, rows: Rows, side: float, bounds: Floats, extent: Floats) -> Iterator[Tile]:
    """The tiles of this side under a part of the land."""
    small = extent[rows] <= side
    if shapely.get_num_coordinates(part) <= FEW or not small.any():
        yield Tile(part, rows)
        return
    if not small.all():
        yield Tile(part, rows[~small])
    rows = rows[small]
    corner = np.floor(bounds[rows, :2] / side)
    order = np.lexsort((corner[:, 1], corner[:, 0]))
    rows, corner = rows[order], corner[order]
    starts = np.flatnonzero(np.r_[True, (corner[1:] != corner[:-1]).any(axis=1)])
    for first, last in zip(starts, np.r_[starts[1:], len(rows)], strict=True):
        own = rows[first:last]
        x, y = corner[first] * side
        box = (x, y, x + 2 * side, y + 2 * side)
        within = _cut(part, box)
        if within.is_empty:
            continue
        if within.area >= 4 * side * side * FULL:
            yield Tile(None, own)
        else:
            yield from _sorted_in(within, own, side / 2, bounds, extent)


def _cut(part: BaseGeometry, box: tuple[float, float, float, float]) -> BaseGeometry:
    """The part of a polygon in a box: by the quick way, which may leave one that touches itself, else overlaid."""
    west, south, east, north = part.bounds
    if box[0] <= west and box[1] <= south and box[2] >= east and box[3] >= north:
        return part
    try:
        found: BaseGeometry = shapely.clip_by_rect(part, *box)
        if found.is_empty or (found.is_valid and shapely.get_dimensions(found) == 2):
            return found
    except GEOSException:
        pass
    return shapely.intersection(part, shapely.box(*box))
