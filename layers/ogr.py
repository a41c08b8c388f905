"""Layers that OGR reads, by pyogrio and arrow. Files are opened for reading only, and nothing appears beside them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import open_arrow, read, read_arrow

from geo.errors import ZoneproofError
from layers.datasets import Dataset, dataset_at
from layers.encoding import Encoding
from layers.problems import nearest
from layers.readers import Column, Geoms, Ids, Rows, Selection, WholeSelection, joined, meets, parsed
from layers.shapefile import shapefile_encoding
from layers.text import Text
from layers.where import check_where

WHOLE = 50_000
"""Layers of up to this many features are read whole: faster than asking an index many times."""
FIDS_AT_ONCE = 5_000
_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, OSError, ValueError, RuntimeError)


@dataclass
class OgrSource:
    """One layer of a data set that OGR opened."""

    layer: str
    place: str
    encoding: Encoding | None
    columns: tuple[str, ...]
    crs: str | None
    count: int
    random: bool
    notes: tuple[Text, ...]
    dataset: Dataset
    options: Mapping[str, str] = field(default_factory=dict)

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns; read whole where small or where single features can't be had."""
        if where is not None:
            check_where(where, self.columns, self.place)
        if self.count > WHOLE and self.random:
            return OgrSelection(self, tuple(columns), where)
        return WholeSelection.of(*self.rows(columns, where=where))

    def rows(
        self, columns: Sequence[str], *, where: str | None = None, fids: Ids | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        """The features that meet `where` or have these FIDs, and which of them have no geometry."""
        with told(self.place, where):
            return self._rows(columns, where, fids)

    def bounds(self, where: str | None) -> tuple[Ids, NDArray[np.float64]]:
        """FID and bounding box of every feature that meets `where`; NaN where there is no geometry."""
        fids, bounds = [], []
        with told(self.place, where), self._batches(where) as (meta, batches):
            for batch in batches:
                fids.append(np.asarray(batch[meta["fid_column"] or "OGC_FID"], dtype=np.int64))
                wkb = batch[meta["geometry_name"] or "wkb_geometry"].to_numpy(zero_copy_only=False)
                bounds.append(shapely.bounds(parsed(wkb)[0]))
        return np.concatenate(fids), np.concatenate(bounds)

    def _rows(self, columns: Sequence[str], where: str | None, fids: Ids | None) -> tuple[Rows, NDArray[np.bool_]]:
        chosen = self._chosen(columns, where)
        meta, table = read_arrow(self.dataset.name, fids=fids, **chosen)
        ids = np.asarray(table[meta["fid_column"] or "OGC_FID"], dtype=np.int64)
        try:
            geometry, mended, absent = parsed(table[meta["geometry_name"] or "wkb_geometry"].to_numpy())
        except NotImplementedError:
            geometry, mended, absent = parsed(read(self.dataset.name, fids=fids, **chosen)[2])
        order = np.argsort(ids, kind="stable")
        cells = {column: self._values(table[self._raw(column)].take(order)) for column in columns}
        return Rows(ids[order], geometry[order], mended[order], cells), absent[order]

    def _chosen(self, columns: Sequence[str], where: str | None) -> dict[str, Any]:
        # a column that only `where` names must be read too, or OGR finds nothing
        wanted = [self._raw(name) for name in (self.columns if where is not None else columns)]
        return {
            "layer": self.layer,
            "encoding": self._codec(),
            "columns": wanted,
            "where": self._raw(where),
            "return_fids": True,
            "datetime_as_string": True,
            **self.options,
        }

    def _batches(self, where: str | None) -> Any:
        return open_arrow(self.dataset.name, use_pyarrow=True, **self._chosen([], where))

    def _values(self, column: pa.ChunkedArray) -> Column:
        cells: list[object] = column.to_pylist()
        if self._byte_wise:
            return [self._decoded(cell) if isinstance(cell, str) else cell for cell in cells]
        return cells

    @property
    def _byte_wise(self) -> bool:
        """UTF-8 cut inside a character makes pyogrio fail: such a dbf is read byte by byte and decoded here."""
        return self.encoding is not None and self.encoding.cut and self.encoding.codec == "utf-8"

    def _codec(self) -> str | None:
        if self.encoding is None:
            return None
        return "ISO-8859-1" if self._byte_wise else self.encoding.codec.upper()

    def _raw(self, text: str | None) -> str | None:
        return text.encode("utf-8").decode("latin-1") if text is not None and self._byte_wise else text

    def _decoded(self, text: str) -> str:
        return text.encode("latin-1").decode("utf-8", "ignore")


class OgrSelection:
    """A big layer: all bounding boxes are looked at, features only read where a box asks for them."""

    def __init__(self, source: OgrSource, columns: tuple[str, ...], where: str | None) -> None:
        self.source, self.columns, self.where = source, columns, where
        fids, bounds = source.bounds(where)
        placed = np.isfinite(bounds).all(axis=1)
        self.features = len(fids)
        self.fids, self.bounds, self.nowhere = fids[placed], bounds[placed], fids[~placed]

    @cached_property
    def missing(self) -> Rows:
        """Those without a geometry."""
        return self._some(self.nowhere)

    def near(self, boxes: Geoms | None) -> Rows:
        """The features that meet one of the boxes; all are read where they are so many that this is quicker."""
        if boxes is None:
            return self._all()
        extents = np.asarray(shapely.box(*self.bounds.T), dtype=object)
        found = np.unique(shapely.STRtree(extents).query(boxes)[1])
        rows = self._all() if len(found) > len(self.fids) // 4 else self._some(self.fids[found])
        return rows.take(meets(rows.geometry, boxes))

    def _all(self) -> Rows:
        rows, absent = self.source.rows(self.columns, where=self.where)
        return rows.take(~absent)

    def _some(self, fids: Ids) -> Rows:
        chunks = [np.sort(fids)[i : i + FIDS_AT_ONCE] for i in range(0, len(fids), FIDS_AT_ONCE)]
        return joined([self.source.rows(self.columns, fids=chunk)[0] for chunk in chunks], self.columns)


def open_ogr(path: Path, layer: str | None, encoding: str | None, place: str) -> OgrSource:
    """Open one layer of whatever OGR can read.

    Raises ZoneproofError `source-unreadable`, `layer-missing`, `layers-several`, or what the encoding lacks.
    """
    dataset = dataset_at(path, layer, place)
    with told(place):
        listed = {str(name): kind for name, kind in pyogrio.list_layers(dataset.name)}
    name = _layer(listed, dataset.layer, place)
    found = shapefile_encoding(dataset, name, encoding, place)
    options = {"WRITE_GFS": "NO"} if path.suffix.lower() in (".gml", ".xml") else {}
    raw = "ISO-8859-1" if found is not None and found.cut and found.codec == "utf-8" else None
    codec = raw or (found.codec.upper() if found else None)
    with told(place):
        info = pyogrio.read_info(dataset.name, layer=name, encoding=codec, **options)
    if info["geometry_type"] is None:
        raise ZoneproofError("layer-no-geometry", place, layer=name)
    fields = [str(column) for column in info["fields"]]
    if raw:
        fields = [column.encode("latin-1").decode("utf-8", "ignore") for column in fields]
    notes = (found.note,) if found is not None and found.note is not None else ()
    return OgrSource(
        name,
        place,
        found,
        tuple(fields),
        info["crs"],
        int(info["features"]),
        bool(info["capabilities"]["random_read"]),
        notes,
        dataset,
        options,
    )


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


@contextmanager
def told(place: str, where: str | None = None) -> Iterator[None]:
    """Turn what OGR says into a problem: of the condition where there is one (the layer itself opened before)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    except NotImplementedError:
        raise
    except UnicodeDecodeError as error:
        raise ZoneproofError("encoding-not-found", place) from error
    except _ERRORS as error:
        message = " ".join(str(error).split())
        if where is None:
            raise ZoneproofError("source-unreadable", place, message=message) from error
        raise ZoneproofError("where-invalid", place, condition=where, message=message) from error
