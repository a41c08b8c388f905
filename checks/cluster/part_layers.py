"""The layers of a run that lie in the ledger in parts: whole, or no more of them than lies around some zones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from checks.cluster import tables
from checks.cluster.ledger import Ledger
from geo.pairs import Pairs
from geo.plane import Plane
from layers.assemble import layer_of
from layers.model import Layer, Role
from layers.vectors import Piece

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shelf:
    """One finished part: its key, the bounds of what is in it, whether any of that lies on a zone's land."""

    key: str
    bounds: Bounds | None
    pairs: bool

    def meets(self, other: Shelf) -> bool:
        """Whether their bounds meet."""
        if self.bounds is None or other.bounds is None:
            return False
        return bool(_meet(np.array([self.bounds]), np.array([other.bounds]))[0])


@dataclass(frozen=True, eq=False)
class Ask:
    """What is wanted: features that meet one of the boxes (N, 4), pairs of some lands; None: all."""

    boxes: NDArray[np.float64] | None = None
    lands: NDArray[np.int64] | None = None

    def meets(self, shelf: Shelf) -> bool:
        """Whether something on a shelf may be wanted."""
        if shelf.bounds is None:
            return False
        return self.boxes is None or bool(_meet(np.array([shelf.bounds]), self.boxes)[0])

    def of(self, ledger: Ledger, shelf: Shelf) -> Taken:
        """The wanted rows of a shelf."""
        table = tables.opened(ledger.file(shelf.key, tables.PIECE))
        wanted = ~np.asarray(table["lost"].to_numpy(zero_copy_only=False), dtype=np.bool_)
        if self.boxes is not None:
            wanted &= _meet(tables.bounds_of(table), self.boxes)
        place = np.where(wanted, np.cumsum(wanted) - 1, -1)
        return Taken(table.filter(pa.array(wanted)), place)


@dataclass(frozen=True, eq=False)
class Taken:
    """The wanted rows of a part, and where each row of the part stands among them (-1: not wanted)."""

    table: pa.Table
    place: NDArray[np.int64]

    def pairs(self, ledger: Ledger, key: str, ask: Ask, at: NDArray[np.int64], *, filled: bool = True) -> Pairs:
        """The wanted pairs that a task kept of the part, their rows standing where `at[i]` says of row i of the table.

        What stands there without a geometry is the row as it is, and is `filled` with it or left missing.
        """
        if not ledger.has_file(key, tables.PAIRS):
            return NO_PAIRS
        found, failed = (self._wanted(ledger, key, name, ask) for name in (tables.PAIRS, tables.FAILED))
        row = self.place[found["row"].to_numpy()]
        part = tables.geometry_of(found)
        whole = shapely.is_missing(part) & filled
        part[whole] = tables.geometry_of(self.table.take(pa.array(row[whole])))
        lost = np.column_stack([failed["land"].to_numpy(), at[self.place[failed["row"].to_numpy()]]])
        inside = np.asarray(found["whole"].to_numpy(zero_copy_only=False), dtype=np.bool_)
        return Pairs(found["land"].to_numpy(), at[row], part, found["area_1e4"].to_numpy(), inside, lost)

    def _wanted(self, ledger: Ledger, key: str, name: str, ask: Ask) -> pa.Table:
        table = tables.opened(ledger.file(key, name))
        wanted = self.place[table["row"].to_numpy()] >= 0
        if ask.lands is not None:
            wanted &= np.isin(table["land"].to_numpy(), ask.lands)
        return table.filter(pa.array(wanted))


NO_PAIRS = Pairs(
    np.zeros(0, np.intp),
    np.zeros(0, np.intp),
    np.empty(0, object),
    np.zeros(0, np.int64),
    np.zeros(0, np.bool_),
    np.zeros((0, 2), np.intp),
)


@dataclass(frozen=True, eq=False)
class Record:
    """One source of a role: what its parts have in common, and where they are."""

    number: int
    piece: Piece
    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, eq=False)
class Stored:
    """A role's layer in parts. `doubled`: ids that several features have; `around`: only part of it may be taken.

    `against`: by role and part the results of laying the other layer's parts against it.
    """

    role: Role
    records: tuple[Record, ...]
    covers: BaseGeometry | None
    stated_empty: bool
    unrepaired: tuple[str, ...] = ()
    doubled: frozenset[str] = frozenset()
    far: bool = False
    around: bool = False
    against: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """The parts of all sources."""
        return tuple(shelf for record in self.records for shelf in record.shelves)

    def take(self, ledger: Ledger, plane: Plane, ask: Ask) -> Drawn:
        """The layer and its pairs, as far as they are asked for."""
        asked = ask if self.around else Ask(None, ask.lands)
        pieces: dict[int, Piece] = {}
        found: list[Pairs] = []
        faced: dict[str, list[Pairs]] = {other: [] for other in self.against}
        start = 0
        for record in self.records:
            shelves = [shelf for shelf in record.shelves if asked.meets(shelf)]
            taken = [asked.of(ledger, shelf) for shelf in shelves]
            pieces[record.number], places = _joined(record.piece, [part.table for part in taken])
            for shelf, part, at in zip(shelves, taken, places, strict=True):
                found.append(part.pairs(ledger, shelf.key, asked, at + start))
                for other, keys in self.against.items():
                    laid = keys.get(shelf.key, ())
                    faced[other] += [part.pairs(ledger, key, asked, at + start, filled=False) for key in laid]
            start += pieces[record.number].rows
        layer, _ = layer_of(self.role, pieces, plane, self.covers, stated_empty=self.stated_empty, doubled=self.doubled)
        layer = Layer(self.role, layer.frame, self.covers, self.stated_empty, self.unrepaired, layer.lacking)
        return Drawn(layer, _sorted(found), {other: _sorted(parts) for other, parts in faced.items()})


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was taken of a layer: its features, their pairs, and by role what other layers have of these."""

    layer: Layer
    pairs: Pairs
    against: Mapping[str, Pairs]


class PartLayers(Mapping[str, Layer]):
    """Layers by role, taken from the ledger when they are asked for; `drawn` holds what was taken."""

    def __init__(
        self,
        ready: Mapping[str, Layer],
        stored: Mapping[str, Stored],
        ledger: Ledger,
        plane: Plane,
        asks: Mapping[str, Ask] | None = None,
    ) -> None:
        self._ready, self._stored, self._ledger, self._plane = dict(ready), stored, ledger, plane
        self._asks = asks or {}
        self._names = [*ready, *stored]
        self.drawn: dict[str, Drawn] = {}

    def __getitem__(self, role: str) -> Layer:
        if role not in self._ready:
            taken = self._stored[role].take(self._ledger, self._plane, self._asks.get(role, Ask()))
            self.drawn[role] = taken
            self._ready[role] = taken.layer
        return self._ready[role]

    def around(self, boxes: NDArray[np.float64]) -> PartLayers:
        """No more of them than meets one of the boxes (N, 4)."""
        near = {role: replace(stored, around=True) for role, stored in self._stored.items()}
        ready = {role: layer for role, layer in self._ready.items() if role not in near}
        return PartLayers(
            ready, near, self._ledger, self._plane, dict.fromkeys(near, Ask(boxes, np.empty(0, np.int64)))
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _meet(bounds: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which bounds (N, 4) meet one of the boxes."""
    met = np.zeros(len(bounds), dtype=np.bool_)
    west, south, east, north = bounds.T
    for left, low, right, high in boxes:
        met |= (west <= right) & (east >= left) & (south <= high) & (north >= low)
    return met


def _joined(empty: Piece, parts: Sequence[pa.Table]) -> tuple[Piece, list[NDArray[np.int64]]]:
    """The rows of all parts as one piece in the order of their FIDs, and where each part's rows stand in it."""
    if not parts:
        return empty, []
    fids = np.concatenate([part["fid"].to_numpy() for part in parts])
    order = np.argsort(fids, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ends = np.cumsum([part.num_rows for part in parts])[:-1]
    geometry = np.concatenate([tables.geometry_of(part) for part in parts])[order]
    each = [tables.series_of(part) for part in parts]
    series = {
        name: pd.concat([empty.series[name], *(one[name] for one in each)], ignore_index=True)
        .iloc[order]
        .reset_index(drop=True)
        for name in empty.series
    }
    repaired = np.concatenate(
        [np.asarray(part["repaired"].to_numpy(zero_copy_only=False), dtype=np.bool_) for part in parts]
    )
    lost = np.zeros(len(fids), dtype=np.bool_)
    piece = replace(empty, fids=fids[order], geometry=geometry, series=series, repaired=repaired[order], lost=lost)
    return piece, np.split(place, ends)


def _sorted(found: Sequence[Pairs]) -> Pairs:
    """All pairs in one table, by land and row."""
    every = (NO_PAIRS, *found)
    land, row = (np.concatenate([part.land for part in every]), np.concatenate([part.row for part in every]))
    order = np.lexsort((row, land))
    return Pairs(
        land[order],
        row[order],
        np.concatenate([part.geometry for part in every])[order],
        np.concatenate([part.area_1e4 for part in every])[order],
        np.concatenate([part.whole for part in every])[order],
        np.concatenate([part.failed for part in every]),
    )
