"""The made-up ground: a valley floor that climbs with the road, hills on both sides, the river cut into it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine

from layers.samples.valley import AXIS, ORIGIN, REACH, SEED, Array, bottom, river, river_band, sheet, spine

CELL_M = 12.0
FLOOR_M = 1088.0
FALL = 0.011
NODATA = -9999.0
COARSE = 3


def cell_grid(west: float, north: float) -> Affine:
    """The raster's transform: columns to the east, rows to the south."""
    return Affine(CELL_M, 0.0, west, 0.0, -CELL_M, north)


def _noise(shape: tuple[int, int], cells: float, rng: np.random.Generator) -> Array:
    """Smooth noise of about unit size whose bumps are `cells` cells wide."""
    rows, columns = (int(np.ceil(size / cells)) + 3 for size in shape)
    lattice = rng.normal(0, 1, (rows, columns))
    for axis, size in enumerate(shape):
        at = np.arange(size) / cells
        low = at.astype(int)
        share = at - low
        share = share * share * share * (share * (share * 6 - 15) + 10)
        share = share.reshape(-1, 1) if axis == 0 else share
        lattice = np.take(lattice, low, axis) * (1 - share) + np.take(lattice, low + 1, axis) * share
    return lattice


def _softplus(x: Array, scale: float) -> Array:
    return np.asarray(scale * np.logaddexp(0, x / scale))


def _smooth(grid: Array, rounds: int) -> Array:
    """Mean of five neighbours, some times over."""
    for _ in range(rounds):
        padded = np.pad(grid, 1, mode="edge")
        grid = (
            padded[1:-1, 1:-1] * 2 + padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
        ) / 6
    return grid


def _spread(coarse: Array, shape: tuple[int, int]) -> Array:
    """A grid of every `COARSE`-th cell brought to all cells, linearly."""
    for axis, size in enumerate(shape):
        at = np.arange(size) / COARSE
        low = np.minimum(at.astype(int), coarse.shape[axis] - 2)
        share = (at - low).reshape(-1, 1) if axis == 0 else at - low
        coarse = np.take(coarse, low, axis) * (1 - share) + np.take(coarse, low + 1, axis) * share
    return coarse


def elevation() -> tuple[npt.NDArray[np.float32], tuple[float, float]]:
    """Elevation in metres (rows from north), and the north-west corner in the sample's CRS."""
    rng = np.random.default_rng(SEED + 7)
    west, south, east, north = sheet().bounds
    shape = (int((north - south) / CELL_M), int((east - west) / CELL_M))
    x = west + (np.arange(0, shape[1] + COARSE, COARSE) + 0.5) * CELL_M
    y = north - (np.arange(0, shape[0] + COARSE, COARSE) + 0.5) * CELL_M
    points = shapely.points(*np.meshgrid(x, y))
    up = _spread(np.asarray(shapely.distance(points, bottom().simplify(3.0))), shape)
    climb = _spread(np.asarray(np.add.outer((y - ORIGIN[1]) * np.sin(AXIS), (x - ORIGIN[0]) * np.cos(AXIS))), shape)
    bank = _spread(np.asarray(shapely.distance(points, spine().along(*REACH, river, step=60))), shape)
    bed = rasterize([river_band()], shape, transform=cell_grid(west, north), dtype="uint8")
    rough = sum(weight * _noise(shape, cells, rng) for weight, cells in ((30, 46), (15, 21), (6, 9), (2.2, 4)))
    hill = 290 * (1 - np.exp(-0.42 * _softplus(up - 22, 30) / 290)) + rough * np.clip(up / 260, 0, 1)
    floor = FLOOR_M + FALL * climb + 0.007 * np.minimum(bank, 900) + 0.6 * _noise(shape, 12, rng)
    return np.round(_smooth(floor + hill - 4.0 * bed, 3), 1).astype(np.float32), (west, north)
