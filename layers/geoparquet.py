"""GeoParquet: one file, or a folder of parts. The CRS is the metadata's; where the key is absent it is OGC:CRS84."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geo.errors import ZoneproofError
from layers.covering import Covering, Near
from layers.readers import WHOLE, Geoms, Ids, Originals, Part, Rows, Selection, WholeSelection, meets, parsed
from layers.selections import Box, ScannedSelection
from layers.stores import Store, store_at, told
from layers.text import Text
from layers.where import matching

SUFFIXES = (".parquet", ".geoparquet", ".pq")
CRS84 = "OGC:CRS84"
AT_ONCE = 50_000


class ParquetSource:
    """A GeoParquet layer; its FIDs are rows from 0, over the parts in the order of their names."""

    notes: tuple[Text, ...] = ()
    extent: Box | None = None

    def __init__(
        self,
        store: Store,
        files: tuple[str, ...],
        place: str,
        geometry: str,
        columns: tuple[str, ...],
        *,
        crs: str | None,
        covering: Covering | None,
    ) -> None:
        self.system, self.files, self.place = store.system, files, place
        self.geometry, self.columns, self.crs, self.covering = geometry, columns, crs, covering
        self.first = 0
        with told(place):
            self._groups = list(_row_groups(store, files))

    @property
    def count(self) -> int:
        """How many rows it has."""
        return sum(rows for _, _, rows in self._groups)

    def parts(self, rows: int) -> tuple[Part, ...]:
        """Runs of row groups of one file, of about so many rows; a row group is never split."""
        found: list[Part] = []
        have = 0
        for file, groups in groupby(self._groups, key=itemgetter(0)):
            metadata = pq.read_metadata(file, filesystem=self.system)
            for _, group, count in groups:
                part = Part(file, group, group + 1, self._bounds(metadata, group))
                if found and found[-1].file == file and have + count <= rows:
                    found[-1] = found[-1].with_next(part)
                    have += count
                else:
                    found.append(part)
                    have = count
        return tuple(found)

    def _bounds(self, metadata: pq.FileMetaData, group: int) -> Box | None:
        bounds = self.covering.bounds(metadata, group) if self.covering is not None else None
        return None if bounds is None else (bounds[0], bounds[1], bounds[2], bounds[3])

    def only(self, part: Part) -> ParquetSource:
        """The row groups of that part."""
        wanted = [
            at
            for at, (file, group, _) in enumerate(self._groups)
            if file == part.file and part.first <= group < part.last
        ]
        restricted = copy(self)
        restricted.first = sum(rows for _, _, rows in self._groups[: min(wanted)])
        restricted._groups = [self._groups[at] for at in wanted]
        return restricted

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns."""
        if self.count > WHOLE:
            return ScannedSelection(self, tuple(columns), where)
        return WholeSelection.of(*self.rows(columns, where=where))

    def rows(
        self, columns: Sequence[str], *, where: str | None = None, fids: Ids | None = None, bbox: Box | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        """The features that meet `where` or have these FIDs, and which of them have no geometry."""
        del bbox
        wanted = self._wanted(where) if fids is None else fids
        table = self._table([*dict.fromkeys([*columns, self.geometry])], wanted)
        return self._as_rows(table, wanted, columns)

    def streamed(
        self, columns: Sequence[str], where: str | None, boxes: Geoms | None
    ) -> Iterator[tuple[Rows, NDArray[np.bool_]]]:
        """As `rows`, a batch at a time; where there are boxes only what meets one or has no geometry.

        Bounds that the file itself gives (a covering) tell most of the others, often whole row groups, unparsed.
        """
        wanted = self._wanted(where)
        near = self.covering.near(boxes) if self.covering is not None and boxes is not None else None
        read = [*dict.fromkeys([*columns, self.geometry, *([near.covering.column] if near else [])])]
        with told(self.place):
            for start, batch in self._batches(read, near):
                first, last = np.searchsorted(wanted, [start, start + batch.num_rows])
                fids = wanted[first:last]
                table = pa.Table.from_batches([batch]).take(fids - start)
                if near:
                    kept = near.rows(table)
                    table, fids = table.filter(kept), fids[kept]
                yield self._as_rows(table, fids, columns, boxes)

    def originals(self, skip: int, rows: int) -> Iterator[Originals]:
        """All features but the first `skip`, at most `rows` of them at a time."""
        with told(self.place):
            empty = pq.read_schema(self.files[0], filesystem=self.system).empty_table().select(self.columns)
            for start, batch in self._batches([*self.columns, self.geometry], None):
                for at in range(max(skip - start, 0), batch.num_rows, rows):
                    table = pa.Table.from_batches([batch.slice(at, rows)])
                    fids = np.arange(start + at, start + at + table.num_rows, dtype=np.int64)
                    geometry, mended, absent = parsed(self._wkb(table[self.geometry], fids))
                    fields = pa.concat_tables([empty, table.select(self.columns)], promote_options="permissive")
                    yield Originals(fids, geometry, mended, absent, fields)

    def matching(self, where: str) -> int:
        """How many features meet `where`."""
        return len(self._wanted(where))

    def _as_rows(
        self, table: pa.Table, fids: Ids, columns: Sequence[str], boxes: Geoms | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        geometry, mended, absent = parsed(self._wkb(table[self.geometry], fids))
        if boxes is not None:
            kept = np.flatnonzero(absent | meets(geometry, boxes))
            table = table.take(kept)
            fids, geometry, mended, absent = fids[kept], geometry[kept], mended[kept], absent[kept]
        return Rows(fids + self.first, geometry, mended, {name: table[name].to_pylist() for name in columns}), absent

    def _batches(self, columns: list[str], near: Near | None) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Batches of the row groups that may be near, each with the number of its first row."""
        start = 0
        for path, groups in groupby(self._groups, key=itemgetter(0)):
            file = pq.ParquetFile(path, filesystem=self.system)
            for _, group, rows in groups:
                at, start = start, start + rows
                if near is None or near.group(file.metadata, group):
                    for batch in file.iter_batches(AT_ONCE, row_groups=[group], columns=columns):
                        yield at, batch
                        at += batch.num_rows

    def _wanted(self, where: str | None) -> Ids:
        every = np.arange(self.count, dtype=np.int64)
        if where is None:
            return every
        table = self._table(list(self.columns), every)
        cells = {name: table[name].to_pylist() for name in self.columns}
        return every[matching(where, cells, self.count, self.place)]

    def _table(self, columns: list[str], fids: Ids) -> pa.Table:
        """These rows, from no more row groups than they lie in."""
        pieces, start = [], 0
        with told(self.place):
            for part, group, rows in self._groups:
                first, last = np.searchsorted(fids, [start, start + rows])
                if last > first:
                    piece = pq.ParquetFile(part, filesystem=self.system).read_row_group(group, columns=columns)
                    pieces.append(piece.take(fids[first:last] - start))
                start += rows
            empty = pq.read_schema(self.files[0], filesystem=self.system).empty_table().select(columns)
            return pa.concat_tables([empty, *pieces], promote_options="permissive")

    def _wkb(self, column: Any, fids: Ids) -> Any:
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            return column.to_numpy(zero_copy_only=False)
        return self._native[fids + self.first]

    @cached_property
    def _native(self) -> Any:
        """The WKB of geometry in a native encoding (GeoArrow), which geopandas knows how to read."""
        from geopandas import read_parquet  # noqa: PLC0415

        read = [
            np.asarray(read_parquet(part, columns=[self.geometry], filesystem=self.system).geometry)
            for part in self.files
        ]
        return shapely.to_wkb(np.concatenate(read))


def is_parquet(path: Path) -> bool:
    """Whether a path is GeoParquet by its name: a file, or a folder that holds such files."""
    if path.suffix.lower() in SUFFIXES:
        return True
    return path.is_dir() and path.suffix.lower() != ".gdb" and bool(_parts(store_at(path, str(path))))


def open_parquet(where: Path | str, layer: str | None, encoding: str | None, place: str) -> ParquetSource:
    """Open GeoParquet; ZoneproofError `source-unreadable`, `parquet-not-geo`, `parquet-parts`, `layer-missing`."""
    del encoding
    if layer is not None:
        hint = Text("GeoParquet 文件没有图层", "GeoParquet has no layers")
        raise ZoneproofError("layer-missing", place, layer=layer, hint=hint)
    store = store_at(where, place)
    with told(place):
        below = tuple(store.path(name) for name in _parts(store)) if store.is_folder else (store.root,)
        files = below if store.exists else ()
    if not files:
        raise ZoneproofError("file-missing", place, path=where)
    opened = [_schema(store, file, place) for file in files]
    geo, schema = opened[0]
    name = str(geo["primary_column"])
    for file, (other, fields) in zip(files, opened, strict=True):
        if other["columns"][name].get("crs", CRS84) != geo["columns"][name].get("crs", CRS84) or fields != schema:
            part, first = (PurePosixPath(each).name for each in (file, files[0]))
            raise ZoneproofError("parquet-parts", place, part=part, first=first)
    coverings = {Covering.of(each["columns"][name]) for each, _ in opened}
    covering = coverings.pop() if len(coverings) == 1 else None
    plain = tuple(field for field in schema if field != name and (covering is None or field != covering.column))
    return ParquetSource(store, files, place, name, plain, crs=_crs(geo["columns"][name]), covering=covering)


def _parts(store: Store) -> tuple[str, ...]:
    return tuple(sorted((name for name in store.sizes() if name.lower().endswith(SUFFIXES)), key=PurePosixPath))


def _schema(store: Store, file: str, place: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    with told(place):
        schema = pq.read_schema(file, filesystem=store.system)
    try:
        geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    except ValueError as error:
        raise ZoneproofError("parquet-not-geo", place) from error
    if not isinstance(geo, dict) or geo.get("primary_column") not in schema.names:
        raise ZoneproofError("parquet-not-geo", place)
    return geo, tuple(schema.names)


def _crs(column: Mapping[str, Any]) -> str | None:
    crs = column.get("crs", CRS84)
    return json.dumps(crs) if isinstance(crs, dict) else crs


def _row_groups(store: Store, files: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(file, number of the row group in it, its rows)."""
    for file in files:
        metadata = pq.read_metadata(file, filesystem=store.system)
        for group in range(metadata.num_row_groups):
            yield file, group, metadata.row_group(group).num_rows
