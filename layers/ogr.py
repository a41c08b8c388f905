"""Layers that OGR reads, by pyogrio and arrow. Files are opened for reading only, and nothing appears beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
from numpy.typing import NDArray
from pyogrio.raw import open_arrow, read, read_arrow

from geo.errors import ZoneproofError
from layers.copies import unescaped
from layers.datasets import Dataset, dataset_at
from layers.drawing import SUFFIX, entities
from layers.encoding import Encoding
from layers.gdal_errors import GDAL_ERRORS, told
from layers.problems import nearest
from layers.readers import WHOLE, Column, Geoms, Ids, Originals, Part, Rows, Selection, WholeSelection, meets, parsed
from layers.selections import Box, IndexedSelection, ScannedSelection
from layers.shapefile import shapefile_encoding
from layers.text import Text
from layers.where import checked

FIDS_AT_ONCE = 4_000
"""OGR's own SQL takes no more than 4,997 in one question."""
FID = "\0FID"
"""Where the numbers of features stand: a name that no field has."""
QUOTED = re.compile(r'("(?:[^"]|"")*")')


@dataclass
class OgrSource:
    """One layer of a data set that OGR opened."""

    layer: str
    place: str
    encoding: Encoding | None
    columns: tuple[str, ...]
    crs: str | None
    count: int
    driver: str
    geometry: str
    random: bool
    indexed: bool
    extent: Box | None
    notes: tuple[Text, ...]
    dataset: Dataset
    raw_names: Mapping[str, str] = field(default_factory=dict)
    within: str | None = None

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns; read whole where small or where single features can't be had."""
        if where is not None:
            where = checked(where, self.columns, self.place)
        if self.count <= WHOLE or not self.random:
            return WholeSelection.of(*self.rows(columns, where=where))
        if self._all_indexed():
            return IndexedSelection(self, tuple(columns), where)
        return ScannedSelection(self, tuple(columns), where)

    def parts(self, rows: int) -> tuple[Part, ...]:
        """All of it: OGR reads a layer from its beginning."""
        del rows
        return (Part(),)

    def only(self, part: Part) -> OgrSource:
        """All of it."""
        del part
        return self

    def rows(
        self, columns: Sequence[str], *, where: str | None = None, fids: Ids | None = None, bbox: Box | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        """The features that meet `where` and `bbox` or have these FIDs, and which of them have no geometry."""
        chosen = {**self._chosen(columns, where), "fids": fids, "bbox": bbox}
        with told(self.place, where):
            meta, table = read_arrow(self.dataset.name, **chosen)
        return self._as_rows(meta, table, columns)

    def sample(self, columns: Sequence[str], most: int) -> Rows:
        """The first features, at most so many."""
        with told(self.place):
            meta, table = read_arrow(self.dataset.name, **self._chosen(columns, None), max_features=most)
        return self._as_rows(meta, table, columns)[0]

    def streamed(
        self, columns: Sequence[str], where: str | None, boxes: Geoms | None
    ) -> Iterator[tuple[Rows, NDArray[np.bool_]]]:
        """As `rows`, a batch at a time; where there are boxes only what meets one or has no geometry."""
        chosen = self._chosen(columns, where)
        with (
            told(self.place, where),
            open_arrow(self.dataset.name, use_pyarrow=True, **chosen) as (meta, batches),
        ):
            for batch in batches:
                yield self._as_rows(meta, pa.Table.from_batches([batch]), columns, boxes)

    def originals(self, skip: int, rows: int) -> Iterator[Originals]:
        """All features but the first `skip`, about `rows` of them at a time."""
        chosen = {**self._chosen(self.columns, None), "batch_size": rows, "skip_features": skip}
        with told(self.place), open_arrow(self.dataset.name, use_pyarrow=True, **chosen) as (meta, batches):
            for batch in batches:
                table = _numbered(meta, pa.Table.from_batches([batch]))
                ids, geometry, mended, absent = self._geometry(meta, table)
                fields = [self._field(table[self._raw(column)]) for column in self.columns]
                yield Originals(ids, geometry, mended, absent, pa.table(fields, names=list(self.columns)))

    def matching(self, where: str) -> int:
        """How many features meet `where`."""
        chosen = self._chosen([], where)
        with told(self.place, where):
            return int(read_arrow(self.dataset.name, read_geometry=False, **chosen)[1].num_rows)

    def _as_rows(
        self, meta: Mapping[str, Any], table: pa.Table, columns: Sequence[str], boxes: Geoms | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        table = _numbered(meta, table)
        with told(self.place):
            ids, geometry, mended, absent = self._geometry(meta, table)
        kept = np.arange(len(ids)) if boxes is None else np.flatnonzero(absent | meets(geometry, boxes))
        kept = kept[np.argsort(ids[kept], kind="stable")]
        with told(self.place):
            cells = {column: self._values(table[self._raw(column)].take(kept)) for column in columns}
        return Rows(ids[kept], geometry[kept], mended[kept], cells), absent[kept]

    def _geometry(
        self, meta: Mapping[str, Any], table: pa.Table
    ) -> tuple[Ids, Geoms, NDArray[np.bool_], NDArray[np.bool_]]:
        """FIDs, and what `parsed` gives."""
        ids = np.asarray(table[FID], dtype=np.int64)
        try:
            return ids, *parsed(table[meta["geometry_name"] or "wkb_geometry"].to_numpy())
        except NotImplementedError:
            return ids, *parsed(self._straightened(ids))

    def _straightened(self, fids: Ids) -> Geoms:
        """The WKB of features with curves made lines, which only the other way of reading does."""
        some = [fids[i : i + FIDS_AT_ONCE] for i in range(0, len(fids), FIDS_AT_ONCE)]
        chosen = self._chosen([], None)
        with told(self.place):
            return np.concatenate([read(self.dataset.name, fids=chunk, **chosen)[2] for chunk in some])

    def _all_indexed(self) -> bool:
        """Whether an index knows the place of every feature, so that asking it misses none without a geometry."""
        if self.driver == "FlatGeobuf":
            return self.indexed
        if self.driver != "GPKG" or not self.indexed:
            return False
        table = f"rtree_{self.layer}_{self.geometry}_rowid".replace('"', '""')
        try:
            counted = read_arrow(self.dataset.name, sql=f'SELECT count(*) AS n FROM "{table}"', read_geometry=False)[1]  # noqa: S608
        except GDAL_ERRORS:
            return False
        return bool(counted["n"][0].as_py() == self.count)

    def _chosen(self, columns: Sequence[str], where: str | None) -> dict[str, Any]:
        # a column that only `where` names must be read too, or OGR finds nothing
        wanted = [self._raw(name) for name in (self.columns if where is not None or self.within else columns)]
        return {
            "layer": self.layer,
            "encoding": self._codec(),
            "columns": wanted,
            "where": self._and_within(self._raw_where(where)),
            "return_fids": True,
            "datetime_as_string": True,
            **self.dataset.options,
        }

    def _and_within(self, where: str | None) -> str | None:
        """The condition, of one layer of a drawing where one is named."""
        if self.within is None or where is None:
            return where if self.within is None else self.within
        return f"({self.within}) AND ({where})"

    def _values(self, column: pa.ChunkedArray) -> Column:
        cells: list[object] = column.to_pylist()
        if self._byte_wise:
            return [self._decoded(cell) if isinstance(cell, str) else cell for cell in cells]
        return cells

    def _field(self, column: pa.ChunkedArray) -> Any:
        text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        return pa.array(self._values(column), column.type) if text and self._byte_wise else column

    @property
    def _byte_wise(self) -> bool:
        """UTF-8 cut inside a character makes pyogrio fail: such a dbf is read byte by byte and decoded here."""
        return self.encoding is not None and self.encoding.cut and self.encoding.codec == "utf-8"

    def _codec(self) -> str | None:
        if self.encoding is None:
            return None
        return "ISO-8859-1" if self._byte_wise else self.encoding.codec.upper()

    def _raw(self, name: str) -> str:
        """A field's name as OGR has it."""
        return self.raw_names.get(name, name)

    def _raw_where(self, where: str | None) -> str | None:
        if where is None or not self.raw_names:
            return where
        # every other piece is a name in double quotes
        pieces = QUOTED.split(where)
        plain = [text.encode("utf-8").decode("latin-1") if self._byte_wise else text for text in pieces[::2]]
        names = [self._raw(text[1:-1].replace('""', '"')).replace('"', '""') for text in pieces[1::2]]
        return "".join(text + f'"{name}"' for text, name in zip(plain, names, strict=False)) + plain[-1]

    def _decoded(self, text: str) -> str:
        return text.encode("latin-1").decode("utf-8", "ignore")


def _numbered(meta: Mapping[str, Any], table: pa.Table) -> pa.Table:
    """What OGR read, with its numbers as `FID`: in GeoJSON they have the name of the field that they are taken from."""
    names = list(table.column_names)
    names[names.index(meta["fid_column"] or "OGC_FID")] = FID
    return table.rename_columns(names)


def open_ogr(path: Path, layer: str | None, encoding: str | None, place: str) -> OgrSource:
    """Open one layer of whatever OGR can read.

    Raises ZoneproofError `source-unreadable`, `layer-missing`, `layers-several`, or what the encoding lacks.
    """
    dataset = dataset_at(path, layer, place, encoding)
    with told(place):
        listed = {str(name): kind for name, kind in pyogrio.list_layers(dataset.name)}
    drawing = dataset.path.suffix.lower() == SUFFIX
    drawn = dataset.layer if drawing and dataset.layer not in listed else None
    name = _layer(listed, None if drawn else dataset.layer, place)
    found = shapefile_encoding(dataset, name, encoding, place)
    raw = "ISO-8859-1" if found is not None and found.cut and found.codec == "utf-8" else None
    codec = raw or (found.codec.upper() if found else None)
    with told(place):
        info = pyogrio.read_info(dataset.name, layer=name, encoding=codec, **dataset.options)
    if info["geometry_type"] is None:
        raise ZoneproofError("layer-no-geometry", place, layer=name)
    if info["driver"] == "FlatGeobuf" and info["features"]:
        with told(place):  # OGR takes a file that ends between two features for whole
            read(dataset.name, fids=[int(info["features"]) - 1], columns=[], **dataset.options)
    names = _names(info, dataset, byte_wise=bool(raw))
    source = OgrSource(
        name,
        place,
        found,
        tuple(names),
        info["crs"],
        int(info["features"]),
        str(info["driver"]),
        str(info["geometry_name"]),
        bool(info["capabilities"]["random_read"]),
        bool(info["capabilities"]["fast_spatial_filter"]),
        info["total_bounds"],
        (*dataset.notes, *((found.note,) if found is not None and found.note is not None else ())),
        dataset,
        {name: told_name for name, told_name in names.items() if name != told_name or raw or dataset.renamed},
    )
    if not drawing:
        return source
    meant = entities(dataset, drawn, place)
    return replace(
        source,
        within=meant.condition,
        count=meant.count,
        notes=(*source.notes, *meant.notes),
        extent=None if meant.condition else source.extent,
    )


def _names(info: Mapping[str, Any], dataset: Dataset, *, byte_wise: bool) -> dict[str, str]:
    """Every field: its name → what OGR calls it."""
    names = [str(column) for column in info["fields"]]
    if byte_wise:
        return {name.encode("latin-1").decode("utf-8", "ignore"): name for name in names}
    return {unescaped(name) if dataset.renamed else name: name for name in names}


def _layer(listed: Mapping[str, str | None], named: str | None, place: str) -> str:
    if named is not None:
        if named not in listed:
            raise ZoneproofError("layer-missing", place, layer=named, hint=nearest(named, list(listed)))
        return named
    spatial = [name for name, kind in listed.items() if kind is not None] or list(listed)
    if len(spatial) > 1:
        raise ZoneproofError("layers-several", place, layers=", ".join(spatial))
    if not spatial:
        raise ZoneproofError("layers-none", place)
    return spatial[0]
