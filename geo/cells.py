"""Cells of a raster under a polygon: a grid, and the exact share of each cell that the polygon covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
NOISE = 1e-12
"""A share this near to 0 or 1 is 0 or 1: what is left of the rounding of sums."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A north-up grid: its north-west corner, the size of a cell, rows to the south, columns to the east.

    All in the unit of its CRS, metres where slopes are taken from it.
    """

    west: float
    north: float
    width: float
    height: float
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def trimmed(self, cells: int = 1) -> Grid:
        """The grid without its outermost cells."""
        west, north = self.west + cells * self.width, self.north - cells * self.height
        return Grid(west, north, self.width, self.height, self.rows - 2 * cells, self.columns - 2 * cells)

    def centres(self) -> Floats:
        """(rows × columns, 2) coordinates of the cells' centres, row by row."""
        x = self.west + (np.arange(self.columns) + 0.5) * self.width
        y = self.north - (np.arange(self.rows) + 0.5) * self.height
        return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1).reshape(-1, 2)


def covered_shares(polygon: BaseGeometry, grid: Grid) -> Floats:
    """Share (0–1) of every cell that a valid (multi)polygon of the grid's CRS covers; inner cells are exactly 1.

    Exact, not sampled: each ring is cut at the lines of the grid; a piece inside a cell adds the trapezoid between
    itself and the cell's east side to that cell, and its height to all cells east of it. Summed along the row, with
    shells turned one way and holes the other, that is the covered share. Land beyond the grid counts nowhere.
    """
    column, row, piece = _pieces(polygon, grid)
    shares = np.zeros((grid.rows, grid.columns + 1))
    if piece.size:
        fall = np.diff(row)[piece]
        x = (column[piece] + column[piece + 1]) / 2
        y = (row[piece] + row[piece + 1]) / 2
        in_row = np.clip(np.floor(y).astype(np.int64), 0, grid.rows - 1)
        in_column = np.clip(np.floor(x).astype(np.int64), 0, grid.columns)
        inside = in_column + 1 - np.clip(x, 0, None)
        here = in_row * (grid.columns + 1) + in_column
        kept = (y > 0) & (y < grid.rows) & (x < grid.columns)
        size = shares.size + 1
        here, fall, inside = here[kept], fall[kept], inside[kept].clip(0, 1)
        places, parts = np.concatenate([here, here + 1]), np.concatenate([fall * inside, fall * (1 - inside)])
        summed: Floats = np.bincount(places, parts, size).astype(np.float64, copy=False)
        shares = summed[:-1].reshape(shares.shape)
        np.cumsum(shares, axis=1, out=shares)
    result = shares[:, :-1]
    result[result < NOISE] = 0.0
    result[result > 1 - NOISE] = 1.0
    return result


def _pieces(polygon: BaseGeometry, grid: Grid) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """The rings in cells (column to the east, row to the south), cut at the grid's lines; where a piece begins."""
    parts = shapely.get_parts(np.asarray(shapely.orient_polygons(polygon), dtype=object))
    rings: Any = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    xy, owner = shapely.get_coordinates(rings, return_index=True)
    column, row = (xy[:, 0] - grid.west) / grid.width, (grid.north - xy[:, 1]) / grid.height
    edge = np.flatnonzero(owner[1:] == owner[:-1]) if len(owner) else np.empty(0, dtype=np.int64)
    cuts = [_crossings(values, edge, size) for values, size in ((column, grid.columns), (row, grid.rows))]
    at = np.concatenate([edge, *(edges for edges, _ in cuts)])
    along = np.concatenate([np.zeros(len(edge)), *(places for _, places in cuts)])
    order = np.lexsort((along, at))
    at, along = at[order], along[order]
    ends = np.flatnonzero(np.diff(at, append=-1))
    at, along = np.insert(at, ends + 1, at[ends]), np.insert(along, ends + 1, 1.0)
    begins = np.flatnonzero(along[:-1] <= along[1:]) if len(along) else np.empty(0, dtype=np.int64)
    begins = begins[at[begins] == at[begins + 1]]
    return column[at] + along * (column[at + 1] - column[at]), row[at] + along * (row[at + 1] - row[at]), begins


def _crossings(values: Floats, edge: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], Floats]:
    """Where edges cross the lines 0 … size of one direction: the edge, and how far along it (0–1)."""
    start, end = values[edge], values[edge + 1]
    low, high = np.minimum(start, end), np.maximum(start, end)
    first = np.clip(np.floor(low) + 1, 0, size + 1).astype(np.int64)
    count = np.clip(np.ceil(high).clip(0, size + 1).astype(np.int64) - first, 0, None)
    edges = np.repeat(edge, count)
    lines = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return edges, (lines - values[edges]) / (values[edges + 1] - values[edges])
