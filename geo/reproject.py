"""Geometry moved from one CRS to another, every vertex in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection

from geo.rings import finite


def reproject(geoms: Any, *steps: Transformer, inverse: bool = False) -> Any:
    """Run every vertex through the transformers, in one pass each; heights are dropped.

    Array in, array of the same shape out; a scalar gives a scalar. Missing stays None; a geometry with a vertex that
    PROJ cannot place becomes None, so that `repair` counts it as lost.
    """
    direction = TransformDirection.INVERSE if inverse else TransformDirection.FORWARD

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = xy[:, 0].copy(), xy[:, 1].copy()
        for step in steps:
            x, y = step.transform(x, y, direction=direction)
        moved = np.column_stack([x, y])
        moved[~np.isfinite(moved).all(axis=1)] = np.inf  # a ring that begins at NaN would not close
        return moved

    whole = np.asarray(geoms, dtype=object)
    moved = shapely.transform(whole.ravel(), move)
    moved[~finite(moved)] = None
    return moved[0] if whole.ndim == 0 else moved.reshape(whole.shape)
