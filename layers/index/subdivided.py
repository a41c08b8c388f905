"""Huge features in pieces, with their parent's FID: for other tools, and to see at a glance where they reach."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geo.repair import repair
from geo.subdivide import subdivide
from layers.index.frame import SIDES, Names
from layers.index.merge import Stretch
from layers.index.parts import geo_schema
from layers.manifest import File

SUBDIVIDED = "subdivided"
HUGE = 4_096
"""Features of more vertices are subdivided."""
LEAST_BYTES = 16 * HUGE
PIECE, REPAIRED = "piece", "repaired"


def huge_of(stretch: Stretch, names: Names) -> list[tuple[int, bytes]]:
    """FID and WKB of the features that have many vertices."""
    wkb = stretch.table[names.geometry]
    sizes = np.array([0 if item is None else len(item) for item in wkb.to_pylist()])
    rows = np.flatnonzero(sizes > LEAST_BYTES)
    return [(int(stretch.keys[2, row]), wkb[int(row)].as_py()) for row in rows]


def write_subdivided(
    path: Path, name: str, huge: list[tuple[int, bytes]], names: Names, crs: CRS | None
) -> File | None:
    """Write their pieces; None where nothing of them has many vertices, or can be repaired."""
    fids: list[int] = []
    numbers: list[int] = []
    pieces: list[object] = []
    mended: list[bool] = []
    for fid, wkb in sorted(huge):
        geometry = shapely.from_wkb(wkb)
        dimension = int(shapely.get_dimensions(geometry))
        if shapely.get_num_coordinates(geometry) <= HUGE or dimension < 1:
            continue
        done, repaired, lost = repair(np.array([geometry], dtype=object), dimension)
        if lost[0]:
            continue
        found = subdivide(done[0])
        fids += [fid] * len(found)
        numbers += range(len(found))
        pieces += list(found)
        mended += [bool(repaired[0])] * len(found)
    if not pieces:
        return None
    geoms = np.array([*pieces, None], dtype=object)[:-1]
    sides = [pa.array(side, pa.float64()) for side in shapely.bounds(geoms).T]
    columns = {
        names.fid: pa.array(fids, pa.int64()),
        PIECE: pa.array(numbers, pa.int32()),
        REPAIRED: pa.array(mended),
        names.geometry: pa.array(shapely.to_wkb(geoms), pa.binary()),
        names.bounds: pa.StructArray.from_arrays(sides, SIDES),
    }
    table = pa.table(columns)
    table = table.cast(geo_schema(table.schema, names, crs))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", row_group_size=10_000)
    return File(name, hashlib.sha256(path.read_bytes()).hexdigest(), table.num_rows)
