"""An indexed data set (`zoneproof index`): read part by part, and the same features as its original's.

FIDs, field types, CRS and what is said of a feature's geometry are the original's. A part is compared with the manifest
before anything in it counts; parts and row groups whose bounds meet no box are not opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.errors import ZoneproofError
from layers.covering import SIDES, Covering, Near
from layers.manifest import IndexedPart, Manifest, read_manifest
from layers.proven import ProvenPart
from layers.readers import Geoms, Ids, Part, Rows, Selection, joined, meets, parsed
from layers.selections import Box, ScannedSelection
from layers.stores import Store, told
from layers.text import Text
from layers.where import matching

MENDED, UNREADABLE = "mended", "unreadable"
"""What a state column says of geometry that was not read as it stands in the original."""
FID = "FID"


class IndexedSource:
    """An indexed data set, or some row groups of it."""

    def __init__(self, store: Store, manifest: Manifest, place: str) -> None:
        self.store, self.manifest, self.place = store, manifest, place
        self.columns, self.crs, self.notes, self.extent = manifest.columns, manifest.crs, manifest.notes, manifest.bbox
        self.covering = Covering(tuple((manifest.bounds, side) for side in SIDES))
        self._groups = [(part, group) for part in manifest.parts for group in range(len(part.groups))]

    @property
    def count(self) -> int:
        """How many features there are."""
        return sum(part.groups[group].rows for part, group in self._groups)

    def parts(self, rows: int) -> tuple[Part, ...]:
        """Runs of row groups of one part, of about so many rows; a row group is never split."""
        found: list[Part] = []
        have = 0
        for part, group in self._groups:
            one = part.groups[group]
            if found and found[-1].file == part.path and have + one.rows <= rows:
                found[-1] = found[-1].with_next(Part(part.path, group, group + 1, one.bbox))
                have += one.rows
            else:
                found.append(Part(part.path, group, group + 1, one.bbox, part.sha256))
                have = one.rows
        return tuple(found)

    def only(self, part: Part) -> IndexedSource:
        """The row groups of that part, as if there were no others; FIDs stay the original's."""
        restricted = copy(self)
        restricted._groups = [
            (own, group) for own, group in self._groups if own.path == part.file and part.first <= group < part.last
        ]
        return restricted

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns."""
        return ScannedSelection(self, tuple(columns), where)

    def rows(
        self, columns: Sequence[str], *, where: str | None = None, fids: Ids | None = None, bbox: Box | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        """All features that meet `where` and are among `fids`, and which of them have no geometry."""
        del bbox
        pieces = list(self.streamed(columns, where, None))
        fid = np.concatenate([np.empty(0, dtype=np.int64), *(rows.fids for rows, _ in pieces)])
        absent = np.concatenate([np.empty(0, dtype=np.bool_), *(gone for _, gone in pieces)])
        order = np.argsort(fid, kind="stable")
        found = joined([rows for rows, _ in pieces], columns)
        wanted = np.ones(found.count, dtype=np.bool_) if fids is None else np.isin(found.fids, fids)
        return found.take(wanted), absent[order][wanted]

    def streamed(
        self, columns: Sequence[str], where: str | None, boxes: Geoms | None
    ) -> Iterator[tuple[Rows, NDArray[np.bool_]]]:
        """A row group at a time; where there are boxes only what meets one or has no geometry."""
        own = self.manifest
        near = self.covering.near(boxes) if boxes is not None else None
        read = [*(self.columns if where is not None else dict.fromkeys(columns)), own.fid, own.state, own.geometry]
        for table in self._tables([*read, own.bounds] if near else read, near):
            kept = np.ones(table.num_rows, dtype=np.bool_) if near is None else near.rows(table)
            if where is not None:
                kept &= self._meets(where, table)
            yield self._as_rows(table.filter(pa.array(kept)), columns, boxes)

    def matching(self, where: str) -> int:
        """How many features meet `where`."""
        read = [*self.columns, self.manifest.fid]
        return sum(int(self._meets(where, table).sum()) for table in self._tables(read, None))

    def _meets(self, where: str, table: pa.Table) -> NDArray[np.bool_]:
        cells = {name: table[name].to_pylist() for name in self.columns}
        if not any(name.casefold() == FID.casefold() for name in cells):
            cells[FID] = table[self.manifest.fid].to_pylist()
        return matching(where, cells, table.num_rows, self.place)

    def _tables(self, columns: list[str], near: Near | None) -> Iterator[pa.Table]:
        """Row groups that may be near, one after the other."""
        opened: ProvenPart | None = None
        for part, group in self._groups:
            box = part.groups[group].bbox
            if near is not None and box is not None and not near.grid.may_meet(np.array([box]))[0]:
                continue
            if opened is None or opened.part is not part:
                opened = ProvenPart(self.store, part, self.place)
            file = opened.group(group)
            with told(self.place):
                yield file.read_row_group(group, columns=columns)

    def _as_rows(self, table: pa.Table, columns: Sequence[str], boxes: Geoms | None) -> tuple[Rows, NDArray[np.bool_]]:
        geometry, _, absent = parsed(table[self.manifest.geometry].to_numpy())
        state = table[self.manifest.state].to_numpy()
        absent &= state != UNREADABLE
        kept = np.arange(table.num_rows) if boxes is None else np.flatnonzero(absent | meets(geometry, boxes))
        table = table.take(kept)
        fids = table[self.manifest.fid].to_numpy().astype(np.int64)
        cells = {name: table[name].to_pylist() for name in columns}
        return Rows(fids, geometry[kept], np.asarray(state[kept] == MENDED, dtype=np.bool_), cells), absent[kept]


def open_indexed(where: Path | str, layer: str | None, place: str) -> IndexedSource | None:
    """Open an indexed data set; None where there is none.

    Raises ZoneproofError `index-broken`, `index-version`, `layer-missing`, and `index-part` for a part that is not
    there or has another size than the manifest says.
    """
    found = read_manifest(where, place)
    if found is None:
        return None
    store, manifest = found
    if layer is not None:
        hint = Text("索引数据集只有一个图层", "an indexed data set has one layer only")
        raise ZoneproofError("layer-missing", place, layer=layer, hint=hint)
    _check_sizes(store, manifest.parts, place)
    return IndexedSource(store, manifest, place)


def _check_sizes(store: Store, parts: Sequence[IndexedPart], place: str) -> None:
    with told(place):
        sizes = store.sizes()
    for part in parts:
        if sizes.get(part.path) != part.size:
            raise ZoneproofError("index-part", place, part=part.path)
