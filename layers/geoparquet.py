"""GeoParquet: one file, or a folder of parts. The CRS is the metadata's; where the key is absent it is OGC:CRS84."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geo.errors import ZoneproofError
from layers.readers import Rows, Selection, WholeSelection, parsed
from layers.text import Text
from layers.where import matching

SUFFIXES = (".parquet", ".geoparquet", ".pq")
CRS84 = "OGC:CRS84"


@dataclass(frozen=True)
class ParquetSource:
    """A GeoParquet layer; its FIDs are rows from 0, over the parts in the order of their names."""

    parts: tuple[Path, ...]
    place: str
    geometry: str
    columns: tuple[str, ...]
    crs: str | None
    notes: tuple[Text, ...] = ()

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns."""
        wanted = self.columns if where is not None else columns
        table = _read(self.parts, [*dict.fromkeys([*wanted, self.geometry])], self.place)
        rows = np.arange(table.num_rows)
        if where is not None:
            rows = rows[matching(where, {name: table[name].to_pylist() for name in wanted}, len(rows), self.place)]
            table = table.take(rows)
        geometry, mended, absent = parsed(self._wkb(table, rows))
        cells = {name: table[name].to_pylist() for name in columns}
        return WholeSelection.of(Rows(rows.astype(np.int64), geometry, mended, cells), absent)

    def _wkb(self, table: pa.Table, rows: NDArray[np.int64]) -> Any:
        """The geometry as WKB values; native encodings (GeoArrow) go by way of geopandas."""
        column = table[self.geometry]
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            return column.to_numpy()
        from geopandas import read_parquet  # noqa: PLC0415

        read = [np.asarray(read_parquet(part, columns=[self.geometry]).geometry) for part in self.parts]
        return shapely.to_wkb(np.concatenate(read)[rows])


def is_parquet(path: Path) -> bool:
    """Whether a path is GeoParquet by its name: a file, or a folder that holds such files."""
    return path.suffix.lower() in SUFFIXES or (path.is_dir() and path.suffix.lower() != ".gdb" and bool(_parts(path)))


def open_parquet(path: Path, layer: str | None, encoding: str | None, place: str) -> ParquetSource:
    """Open GeoParquet; ZoneproofError `source-unreadable`, `parquet-not-geo`, `parquet-parts`, `layer-missing`."""
    del encoding
    if layer is not None:
        hint = Text("GeoParquet 文件没有图层", "GeoParquet has no layers")
        raise ZoneproofError("layer-missing", place, layer=layer, hint=hint)
    parts = _parts(path) if path.is_dir() else (path,)
    opened = [_schema(part, place) for part in parts]
    geo, schema = opened[0]
    name = str(geo["primary_column"])
    for part, (other, fields) in zip(parts, opened, strict=True):
        if other["columns"][name].get("crs", CRS84) != geo["columns"][name].get("crs", CRS84) or fields != schema:
            raise ZoneproofError("parquet-parts", place, part=part.name, first=parts[0].name)
    covering = geo["columns"][name].get("covering", {}).get("bbox", {}).get("xmin", [None])[0]
    plain = tuple(field for field in schema if field not in (name, covering))
    return ParquetSource(parts, place, name, plain, _crs(geo["columns"][name]))


def _parts(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()))


def _schema(part: Path, place: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    try:
        schema = pq.read_schema(part)
        geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
    if not isinstance(geo, dict) or geo.get("primary_column") not in schema.names:
        raise ZoneproofError("parquet-not-geo", place)
    return geo, tuple(schema.names)


def _crs(column: Mapping[str, Any]) -> str | None:
    crs = column.get("crs", CRS84)
    return json.dumps(crs) if isinstance(crs, dict) else crs


def _read(parts: Sequence[Path], columns: list[str], place: str) -> pa.Table:
    try:
        return pa.concat_tables(
            [pq.read_table(part, columns=columns, partitioning=None) for part in parts], promote_options="permissive"
        )
    except (pa.ArrowException, OSError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
