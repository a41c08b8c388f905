"""Geometry moved from one CRS to another, every vertex in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection


def reproject(geoms: Any, *steps: Transformer, inverse: bool = False) -> Any:
    """Run every vertex through the transformers, in one pass each; heights are dropped.

    Array in, array of the same shape out; a scalar gives a scalar. Missing stays None; a geometry with a vertex that
    PROJ cannot place becomes None, so that `repair` counts it as lost.
    """
    whole = np.asarray(geoms, dtype=object)
    flat = whole.ravel()
    xy, owner = shapely.get_coordinates(flat, return_index=True)
    new = move(xy, *steps, inverse=inverse)
    nowhere = ~np.isfinite(new[:, 0])
    moved = shapely.set_coordinates(flat.copy(), new)
    if nowhere.any():
        moved[np.unique(owner[nowhere])] = None
    return moved[0] if whole.ndim == 0 else moved.reshape(whole.shape)


def move(xy: NDArray[np.float64], *steps: Transformer, inverse: bool = False) -> NDArray[np.float64]:
    """Run (N, 2) coordinates through the transformers; infinite, both, where PROJ cannot place one."""
    direction = TransformDirection.INVERSE if inverse else TransformDirection.FORWARD
    x, y = xy[:, 0].copy(), xy[:, 1].copy()
    for step in steps:
        x, y = step.transform(x, y, direction=direction, inplace=True)
    moved = np.column_stack([x, y])
    moved[~(np.isfinite(x) & np.isfinite(y))] = np.inf  # a ring that begins at NaN would not close
    return moved
