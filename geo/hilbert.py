"""Places along a Hilbert curve: what is near on it is near on the plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

LEVEL = 30
"""Cells per side: two to this power."""
DEGREES = (-180.0, -180.0, 180.0, 180.0)
METRES = (-(2.0**26), -(2.0**26), 2.0**26, 2.0**26)
"""Wide enough for eastings with the number of their zone before them (45 500 000 m)."""


def extent_of(crs: CRS | None) -> tuple[float, float, float, float]:
    """The fixed square that a curve fills: the same for every layer of degrees, and for every one of metres."""
    return DEGREES if crs is not None and crs.is_geographic else METRES


def hilbert(
    xy: NDArray[np.float64], extent: tuple[float, float, float, float], level: int = LEVEL
) -> NDArray[np.int64]:
    """How far along the curve that fills `extent` each point (N, 2) lies, in cells; points outside count at its edge.

    Of every scale, from coarse to fine, the quadrant is noted and the rest turned so that the curve goes on.
    """
    side = 1 << level
    low, high = np.array(extent[:2]), np.array(extent[2:])
    cell = np.clip(np.floor((xy - low) / (high - low) * side), 0, side - 1).astype(np.int64)
    x, y = cell[:, 0].copy(), cell[:, 1].copy()
    along = np.zeros(len(xy), dtype=np.int64)
    step = side >> 1
    while step:
        right, top = (x & step) > 0, (y & step) > 0
        along += step * step * ((3 * right) ^ top)
        x &= step - 1
        y &= step - 1
        flip = right & ~top
        x[flip], y[flip] = step - 1 - x[flip], step - 1 - y[flip]
        x[~top], y[~top] = y[~top].copy(), x[~top].copy()
        step >>= 1
    return along
