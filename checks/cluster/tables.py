"""How a piece of a layer and its pairs stand in files: Arrow, every value as it was.

A polygon of one ring, as most are, stands there as its vertices, which are written and read in half the time of WKB.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geo.pairs import Pairs
from layers.vectors import Piece

PIECE, PAIRS, FAILED = "piece.arrow", "pairs.arrow", "failed.arrow"
BOUNDS = ("xmin", "ymin", "xmax", "ymax")
FIELD = "field:"
BATCH = 20_000
POLYGON = 3
"""GEOS's number for it."""


def write_piece(folder: Path, piece: Piece) -> None:
    """The rows of a piece: FID, geometry in the plane, its bounds, what was done to it, the standard fields."""
    columns = {
        "fid": pa.array(piece.fids, pa.int64()),
        **_geometry(piece.geometry),
        **{name: pa.array(side) for name, side in zip(BOUNDS, shapely.bounds(piece.geometry).T, strict=True)},
        "repaired": pa.array(piece.repaired),
        "lost": pa.array(piece.lost),
        **{FIELD + name: _array(series) for name, series in piece.series.items()},
    }
    _write(folder / PIECE, pa.table(columns))


def write_pairs(folder: Path, found: Pairs, known: NDArray[np.bool_]) -> None:
    """The pairs; the parts that are `known` without being written are left out."""
    parts = found.geometry.copy()
    parts[known] = None
    columns = {
        "land": pa.array(found.land.astype(np.int64)),
        "row": pa.array(found.row.astype(np.int64)),
        **_geometry(parts),
        "area_1e4": pa.array(found.area_1e4),
        "whole": pa.array(found.whole),
    }
    _write(folder / PAIRS, pa.table(columns))
    failed = found.failed.astype(np.int64).reshape(-1, 2)
    _write(folder / FAILED, pa.table({"land": pa.array(failed[:, 0]), "row": pa.array(failed[:, 1])}))


def opened(path: Path) -> pa.Table:
    """A file of ours, mapped into memory."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def series_of(table: pa.Table) -> dict[str, pd.Series]:
    """The standard fields, as `standard_columns` made them."""
    return {name.removeprefix(FIELD): _series(table[name]) for name in table.column_names if name.startswith(FIELD)}


def geometry_of(table: pa.Table) -> NDArray[np.object_]:
    """The geometries of some rows."""
    geoms = np.asarray(shapely.from_wkb(table["geometry"].to_numpy()), dtype=object)
    rings = table["ring"].combine_chunks()
    counts = rings.value_lengths().to_numpy() // 2
    plain = np.flatnonzero(counts)
    owner = np.repeat(np.arange(len(plain)), counts[plain])
    geoms[plain] = shapely.polygons(shapely.linearrings(rings.flatten().to_numpy().reshape(-1, 2), indices=owner))
    return geoms


def bounds_of(table: pa.Table) -> NDArray[np.float64]:
    """The bounds of some rows, NaN where there is no geometry."""
    return np.column_stack([table[side].to_numpy() for side in BOUNDS])


def _geometry(geoms: NDArray[np.object_]) -> dict[str, pa.Array]:
    """The columns of geometries: the vertices of polygons of one ring, x and y in turn; all others as WKB."""
    plain = (shapely.get_type_id(geoms) == POLYGON) & (shapely.get_num_interior_rings(geoms) == 0)
    plain &= ~shapely.is_empty(geoms)
    ends = np.cumsum(np.where(plain, 2 * shapely.get_num_coordinates(geoms), 0))
    vertices = pa.array(shapely.get_coordinates(geoms[plain]).ravel())
    others = geoms.copy()
    others[plain] = None
    return {
        "geometry": pa.array(shapely.to_wkb(others), pa.large_binary()),
        "ring": pa.LargeListArray.from_arrays(np.concatenate([[0], ends]), vertices),
    }


def _array(series: pd.Series) -> pa.Array:
    if series.dtype != object:
        return pa.array(series.to_numpy(), from_pandas=False)
    cells = pa.array(series.tolist(), from_pandas=False)
    return cells if pa.types.is_date(cells.type) else cells.cast(pa.large_string())


def _series(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return pd.Series(column.to_numpy())
    return pd.Series(column.to_pylist(), dtype=object)


def _write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH)
