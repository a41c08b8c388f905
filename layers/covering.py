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

    def near(self, boxes: Geoms) -> Near:
        """What tells which features may meet one of the boxes."""
        bounds = shapely.bounds(boxes)
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        pad = ROUNDING * float(np.abs(bounds).max(initial=1.0))
        return Near(self, bounds + np.array([-pad, -pad, pad, pad]))


class Near:
    """Boxes asked for."""

    def __init__(self, covering: Covering, bounds: NDArray[np.float64]) -> None:
        self.covering, self.bounds = covering, bounds
        self.tree = shapely.STRtree(np.asarray(shapely.box(*bounds.T), dtype=object))

    def group(self, metadata: pq.FileMetaData, group: int) -> bool:
        """Whether a row group may hold a feature that meets a box or has no bounds."""
        found = metadata.row_group(group)
        names = {".".join(path): side for path, side in zip(self.covering.paths, SIDES, strict=True)}
        known: dict[str, float] = {}
        for number in range(found.num_columns):
            column = found.column(number)
            side = names.get(column.path_in_schema)
            statistics = column.statistics
            if side is None:
                continue
            if statistics is None or not statistics.has_min_max or statistics.null_count:
                return True
            known[side] = float(statistics.min if side.endswith("min") else statistics.max)
        if len(known) < len(SIDES) or not np.isfinite(list(known.values())).all():
            return True
        west, south, east, north = (known[side] for side in SIDES)
        return len(self.tree.query(shapely.box(west, south, east, north))) > 0

    def rows(self, table: pa.Table) -> NDArray[np.bool_]:
        """Which rows may meet a box, or have no bounds."""
        bounds = np.column_stack([_numbers(table, path) for path in self.covering.paths])
        known = np.asarray(np.isfinite(bounds).all(axis=1), dtype=np.bool_)
        kept = np.logical_not(known)
        where = np.flatnonzero(known)
        kept[where[np.unique(self.tree.query(shapely.box(*bounds[where].T))[0])]] = True
        return kept


def _numbers(table: pa.Table, path: Sequence[str]) -> NDArray[np.float64]:
    column = pc.struct_field(table[path[0]], list(path[1:]))
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)
