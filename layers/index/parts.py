"""Parts written: GeoParquet 1.1 with a bbox covering, and what the manifest says of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyproj import CRS

from layers.index.frame import NO_COUNTY, SIDES, Names
from layers.index.merge import Stretch
from layers.manifest import Box, Group, IndexedPart

PARTS = "parts"
GROUP_ROWS = 10_000
PART_BYTES = 128 << 20
"""A part ends with the row group that brings it over this."""
GEOPARQUET = "1.1.0"


@dataclass(frozen=True)
class Size:
    """Where a part ends: with so many rows, or so many bytes."""

    rows: int | None = None
    bytes: int = PART_BYTES

    @property
    def group_rows(self) -> int:
        """Rows of a row group."""
        return GROUP_ROWS if self.rows is None else min(GROUP_ROWS, self.rows)

    def ends(self, rows: int, size: int) -> bool:
        """Whether a part that has come so far is full."""
        return size >= self.bytes or (self.rows is not None and rows >= self.rows)


def geo_schema(schema: pa.Schema, names: Names, crs: CRS | None, *, covering: bool = True) -> pa.Schema:
    """The schema with the metadata that make it GeoParquet."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": None if crs is None else json.loads(crs.to_json()),
    }
    if covering:
        column["covering"] = {"bbox": {side: [names.bounds, side] for side in SIDES}}
    geo = {"version": GEOPARQUET, "primary_column": names.geometry, "columns": {names.geometry: column}}
    return schema.with_metadata({b"geo": json.dumps(geo).encode()})


def part_name(number: int, county: int | None) -> str:
    """Where a part stands below the data set."""
    below = "" if county is None else f"county={'none' if county == NO_COUNTY else f'{county:06d}'}/"
    return f"{PARTS}/{below}part-{number:05d}.parquet"


def write_part(
    path: Path, name: str, stretches: Iterator[Stretch], *, schema: pa.Schema, bounds: str, size: Size
) -> IndexedPart:
    """Take row groups from `stretches`, each a group, until the part is full; the caller sees to it that they belong.

    The file is there under its name only when it is whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    boxes: list[Box | None] = []
    area_1e4, rows = 0, 0
    with pa.OSFile(str(new), "wb") as sink, pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for stretch in stretches:
            writer.write_table(stretch.table.cast(schema), row_group_size=stretch.table.num_rows)
            boxes.append(_box(stretch, bounds))
            area_1e4 += int(stretch.keys[3].sum())
            rows += stretch.table.num_rows
            if size.ends(rows, sink.tell()):
                break
    entry = described(new, name, boxes, area_1e4 / 1e4)
    new.replace(path)
    return entry


def described(path: Path, name: str, boxes: list[Box | None], area_m2: float) -> IndexedPart:
    """What the manifest says of a file: its hashes are of the bytes on disk."""
    metadata = pq.read_metadata(path)
    groups = []
    whole, last = hashlib.sha256(), 4
    with path.open("rb") as file:
        whole.update(file.read(last))
        for number, box in enumerate(boxes):
            start, end = _span(metadata.row_group(number))
            if start != last:
                raise AssertionError(f"{path}: row group {number} begins at {start}, not at {last}")
            content = file.read(end - start)
            whole.update(content)
            rows = metadata.row_group(number).num_rows
            groups.append(Group(rows, box, start, end, hashlib.sha256(content).hexdigest()))
            last = end
        tail = file.read()
        whole.update(tail)
    known = [box for box in boxes if box is not None]
    around = np.array(known) if len(known) == len(boxes) else None
    return IndexedPart(
        path=name,
        size=path.stat().st_size,
        sha256=whole.hexdigest(),
        rows=metadata.num_rows,
        bbox=None if around is None else box_around(around),
        area_m2=area_m2,
        county=name.split("county=")[1].split("/", maxsplit=1)[0] if "county=" in name else None,
        groups=tuple(groups),
        tail_sha256=hashlib.sha256(tail).hexdigest(),
    )


def box_around(boxes: NDArray[np.float64]) -> Box:
    """The box around some (N, 4)."""
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _box(stretch: Stretch, bounds: str) -> Box | None:
    if stretch.group[1]:
        return None
    column = stretch.table[bounds].combine_chunks()
    return box_around(np.column_stack([column.field(side).to_numpy(zero_copy_only=False) for side in SIDES]))


def _span(group: Any) -> tuple[int, int]:
    """Where the bytes of a row group begin and end."""
    columns = [group.column(number) for number in range(group.num_columns)]
    starts = [
        column.data_page_offset
        if column.dictionary_page_offset is None
        else min(column.dictionary_page_offset, column.data_page_offset)
        for column in columns
    ]
    ends = [start + column.total_compressed_size for start, column in zip(starts, columns, strict=True)]
    return min(starts), max(ends)
