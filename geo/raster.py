"""What the cells of a raster say: Horn's slope, elevation, shares of classes, each cell counted by its weight.

A weight is the share of the cell on the land, so cells count by their planar area on the grid, and shares are of the
covered area: a scale of the grid's plane that is even over the land does not show in them.
Cells without a value are NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.cells import Floats, Grid

SAME = 1e-9
"""A value that is above a limit by no more than this is on it: an even slope keeps its own limit."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, greatest and mean value under some weights; `known` is the weighted share of cells that have a value."""

    least: float
    greatest: float
    mean: float
    known: float


def slope_deg(elevation_m: Floats, grid: Grid) -> Floats:
    """Slope in degrees by Horn (1981), for all cells but the outermost; NaN where one of the nine has no value.

    `grid` in metres. With the neighbours a b c / d · f / g h i: east = ((c + 2f + i) − (a + 2d + g)) / 8 width,
    south = ((g + 2h + i) − (a + 2b + c)) / 8 height, slope = atan √(east² + south²).
    """
    z = elevation_m
    down, across = 2 * z[1:-1], 2 * z[:, 1:-1]
    down += z[:-2]
    down += z[2:]
    across += z[:, :-2]
    across += z[:, 2:]
    slope: Floats = down[:, 2:] - down[:, :-2]
    south: Floats = across[2:] - across[:-2]
    slope /= 8 * grid.width
    south /= 8 * grid.height
    slope *= slope
    south *= south
    slope += south
    for step in (np.sqrt, np.arctan, np.degrees):  # in place: a new array a step costs as much as the step
        step(slope, out=slope)
    hollow = np.isnan(z[1:-1, 1:-1])  # the cell's own height is not in the formula
    if hollow.any():
        slope[hollow] = np.nan
    return slope


def percent_of(degrees: float | Floats) -> Floats:
    """Rise over run in percent of slopes in degrees: 45° is 100 %."""
    return np.asarray(100 * np.tan(np.radians(degrees)), dtype=np.float64)


def spread(values: Floats, weights: Floats) -> Spread | None:
    """Least, greatest and weighted mean of the cells on the land that have a value; None where none has."""
    on = weights > 0
    seen, weight = values[on], weights[on]
    known = ~np.isnan(seen)
    if not known.any():
        return None
    total = float(weight.sum())
    seen, weight = seen[known], weight[known]
    mean = float((seen * weight).sum() / weight.sum())
    return Spread(float(seen.min()), float(seen.max()), mean, known_share(values, weights) if total else 0.0)


def known_share(values: Floats, weights: Floats) -> float:
    """Share of the weighted cells that have a value; 1 where all have, 0 where there are no cells."""
    lacking = weights[np.isnan(values)]
    total = float(weights.sum())
    return 0.0 if total == 0 else 1.0 - float(lacking.sum()) / total


def share_where(chosen: NDArray[np.bool_], values: Floats, weights: Floats) -> float | None:
    """Weighted share of the cells that are chosen among those that have a value; None where none has."""
    known = ~np.isnan(values)
    total = float(weights[known].sum())
    return float(weights[chosen & known].sum()) / total if total > 0 else None


def above(values: Floats, limit: float) -> NDArray[np.bool_]:
    """Cells whose value is above the limit; on it they are not."""
    return np.asarray(values > limit + SAME)


def class_shares(values: Floats, weights: Floats, breaks: Sequence[float]) -> tuple[float, ...] | None:
    """Shares of the classes ≤ b1, ≤ b2, …, > bn, the upper bound within its class; None where nothing is known."""
    known = ~np.isnan(values)
    total = float(weights[known].sum())
    if total <= 0:
        return None
    place = np.searchsorted(np.asarray(breaks, dtype=np.float64) + SAME, values[known], side="left")
    sums = np.bincount(place, weights[known], len(breaks) + 1)
    return tuple(float(part) / total for part in sums)


def value_shares(values: Floats, weights: Floats) -> dict[float, float]:
    """Share of each value that occurs on the land, in the order of the values."""
    on = (weights > 0) & ~np.isnan(values)
    found, place = np.unique(values[on], return_inverse=True)
    sums = np.bincount(place.ravel(), weights[on], len(found))
    total = float(weights[on].sum())
    return {float(value): float(part) / total for value, part in zip(found, sums, strict=True)}


def sampled(values: Floats, column: Floats, row: Floats, *, nearest: bool) -> Floats:
    """Values at places in cells (0.5 is the first cell's centre), of the nearest cell or bilinear between four centres.

    NaN beyond the cells (bilinear: beyond the outermost centres), and where one that counts has no value.
    """
    rows, columns = values.shape
    edge = 0.0 if nearest else 0.5
    inside = (column >= edge) & (column <= columns - edge) & (row >= edge) & (row <= rows - edge)
    if nearest:
        at = (np.clip(row, 0, rows - 1).astype(np.int64), np.clip(column, 0, columns - 1).astype(np.int64))
        return np.where(inside, values[at], np.nan)
    x, y = (column - 0.5).clip(0, columns - 1), (row - 0.5).clip(0, rows - 1)
    left, top = (np.floor(place).astype(np.int64) for place in (x, y))
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    east, south = x - left, y - top
    result = np.zeros(column.shape)
    for at_row, at_column, weight in (
        (top, left, (1 - south) * (1 - east)),
        (top, right, (1 - south) * east),
        (bottom, left, south * (1 - east)),
        (bottom, right, south * east),
    ):
        counts = weight > 0
        result[counts] += weight[counts] * values[at_row[counts], at_column[counts]]
    result[~inside] = np.nan
    return result
