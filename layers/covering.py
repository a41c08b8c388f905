"""The bounds that a GeoParquet file gives of each feature (its bbox covering), to leave unread what lies elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from layers.readers import Geoms

SIDES = ("xmin", "ymin", "xmax", "ymax")
CELLS = 1024
ROUNDING = 1e-6
"""Bounds are often kept as 32-bit floats: this share of the largest coordinate is added to every box asked for."""


@dataclass(frozen=True)
class Covering:
    """Where a feature's four bounds stand: a path of field names for each of `SIDES`."""

    paths: tuple[tuple[str, ...], ...]

    @property
    def column(self) -> str:
        """The column that holds them."""
        return self.paths[0][0]

    @classmethod
    def of(cls, geometry: Mapping[str, Any]) -> Covering | None:
        """As the metadata of a geometry column state it; None where they don't."""
        bbox = (geometry.get("covering") or {}).get("bbox") or {}
        paths = tuple(tuple(bbox.get(side, ())) for side in SIDES)
        one_column = len({path[:1] for path in paths}) == 1 and all(len(path) == 2 for path in paths)
        return cls(paths) if one_column else None

    def bounds(self, metadata: pq.FileMetaData, group: int) -> NDArray[np.float64] | None:
        """The bounds of a row group by its statistics, a little wider than any rounding; None where one has none."""
        found = metadata.row_group(group)
        names = {".".join(path): side for path, side in zip(self.paths, SIDES, strict=True)}
        known: dict[str, float] = {}
        for number in range(found.num_columns):
            column = found.column(number)
            side = names.get(column.path_in_schema)
            statistics = column.statistics
            if side is None:
                continue
            if statistics is None or not statistics.has_min_max or statistics.null_count:
                return None
            known[side] = float(statistics.min if side.endswith("min") else statistics.max)
        if len(known) < len(SIDES) or not np.isfinite(list(known.values())).all():
            return None
        bounds = np.array([known[side] for side in SIDES])
        return np.asarray(bounds + np.array([-1, -1, 1, 1]) * ROUNDING * np.abs(bounds).max(), dtype=np.float64)

    def near(self, boxes: Geoms) -> Near:
        """What tells which features may meet one of the boxes."""
        bounds = shapely.bounds(boxes)
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        pad = ROUNDING * float(np.abs(bounds).max(initial=1.0))
        return Near(self, bounds + np.array([-pad, -pad, pad, pad]))


class Near:
    """Boxes asked for."""

    def __init__(self, covering: Covering, bounds: NDArray[np.float64]) -> None:
        self.covering = covering
        self.grid = Grid.of(bounds)

    def group(self, metadata: pq.FileMetaData, group: int) -> bool:
        """Whether a row group may hold a feature that meets a box or has no bounds."""
        bounds = self.covering.bounds(metadata, group)
        return bounds is None or bool(self.grid.may_meet(bounds[np.newaxis])[0])

    def rows(self, table: pa.Table) -> NDArray[np.bool_]:
        """Which rows may meet a box, or have no bounds."""
        bounds = np.column_stack([_numbers(table, path) for path in self.covering.paths])
        known = np.asarray(np.isfinite(bounds).all(axis=1), dtype=np.bool_)
        kept = np.logical_not(known)
        kept[known] = self.grid.may_meet(bounds[known])
        return kept


@dataclass(frozen=True)
class Grid:
    """Where boxes lie, in coarse cells: whether another box may meet one of them is told by four look-ups.

    `counts[i, j]`: how many marked cells lie below row i and left of column j.
    """

    origin: NDArray[np.float64]
    cell: NDArray[np.float64]
    counts: NDArray[np.int32]

    @classmethod
    def of(cls, bounds: NDArray[np.float64]) -> Grid:
        """The grid over boxes (N, 4) west, south, east, north."""
        if not len(bounds):
            return cls(np.zeros(2), np.ones(2), np.zeros((2, 2), dtype=np.int32))
        origin, far = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        cell = np.maximum(far - origin, 1e-9) / CELLS
        marked = np.zeros((CELLS + 1, CELLS + 1), dtype=np.int32)
        low, high = (np.floor((corner - origin) / cell).astype(np.int64) for corner in (bounds[:, :2], bounds[:, 2:]))
        for (west, south), (east, north) in zip(low, high, strict=True):
            marked[south : north + 1, west : east + 1] = 1
        counts = np.zeros((CELLS + 2, CELLS + 2), dtype=np.int32)
        counts[1:, 1:] = marked.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
        return cls(origin, cell, counts)

    def may_meet(self, bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of these boxes may meet one of the grid's; the others surely don't."""
        last = self.counts.shape[0] - 1
        low = np.clip(np.floor((bounds[:, :2] - self.origin) / self.cell), 0, last).astype(np.int64)
        high = np.clip(np.floor((bounds[:, 2:] - self.origin) / self.cell) + 1, 0, last).astype(np.int64)
        (west, south), (east, north) = low.T, high.T
        found = self.counts
        within = found[north, east] - found[south, east] - found[north, west] + found[south, west]
        return np.asarray((within > 0) & (west < east) & (south < north), dtype=np.bool_)


def _numbers(table: pa.Table, path: Sequence[str]) -> NDArray[np.float64]:
    column = pc.struct_field(table[path[0]], list(path[1:]))
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)
