"""Sorted runs merged into one order, a stretch at a time: no more of it is held than a stretch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from layers.index.frame import NOWHERE, Keys

STRETCH_ROWS = 60_000
STRIDE = 250
"""Every so many rows of a run one is taken to find where stretches end."""
Mark = tuple[int, int, int]
"""County, place on the curve, FID: no two features have the same."""


@dataclass(frozen=True)
class Stretch:
    """Features that follow each other, all of one county, all with a place or all without."""

    table: pa.Table
    keys: Keys

    @property
    def group(self) -> tuple[int, bool]:
        """County code, and whether they lie nowhere."""
        return int(self.keys[0, 0]), bool(self.keys[1, 0] == NOWHERE)

    @property
    def last(self) -> Mark:
        """The mark of the last one."""
        county, along, fid, _ = self.keys[:, -1].tolist()
        return county, along, fid


def stretches(tables: Sequence[pa.Table], keys: Sequence[Keys], after: Mark | None, rows: int) -> Iterator[Stretch]:
    """Everything behind a mark in stretches of `rows`; fewer only where a group ends."""
    kept: Stretch | None = None
    for found in _merged(tables, keys, after):
        for piece in _by_group(found):
            if kept is not None and kept.group != piece.group:
                yield kept
                kept = None
            waiting = piece if kept is None else _joined(kept, piece)
            whole = waiting.table.num_rows // rows * rows
            yield from (_cut(waiting, start, start + rows) for start in range(0, whole, rows))
            kept = _cut(waiting, whole, waiting.table.num_rows) if whole < waiting.table.num_rows else None
    if kept is not None:
        yield kept


def _merged(tables: Sequence[pa.Table], keys: Sequence[Keys], after: Mark | None) -> Iterator[Stretch]:
    places = [_position(run, after) if after else 0 for run in keys]
    for border in [*_borders(keys), None]:
        ends = [run.shape[1] if border is None else _position(run, border) for run in keys]
        pieces = [(start, end) for start, end in zip(places, ends, strict=True)]
        if any(end > start for start, end in pieces):
            table = pa.concat_tables(
                [run.slice(start, max(end - start, 0)) for run, (start, end) in zip(tables, pieces, strict=True)],
                promote_options="permissive",
            )
            every = np.concatenate(
                [run[:, start : max(end, start)] for run, (start, end) in zip(keys, pieces, strict=True)], axis=1
            )
            order = np.lexsort((every[2], every[1], every[0]))
            yield Stretch(table.take(order), every[:, order])
        places = [max(start, end) for start, end in pieces]


def _borders(keys: Sequence[Keys]) -> list[Mark]:
    """Marks that split everything into stretches of about so many rows."""
    some = np.concatenate([run[:3, ::STRIDE] for run in keys], axis=1)
    some = some[:, np.lexsort((some[2], some[1], some[0]))]
    return [(int(a), int(b), int(c)) for a, b, c in some[:, :: STRETCH_ROWS // STRIDE].T]


def _position(run: Keys, mark: Mark) -> int:
    """How many features of a sorted run stand up to a mark, itself among them."""
    low, high = 0, run.shape[1]
    for row, value in zip(run[:2], mark[:2], strict=True):
        low, high = (low + int(np.searchsorted(row[low:high], value, side=side)) for side in ("left", "right"))
    return low + int(np.searchsorted(run[2, low:high], mark[2], side="right"))


def _by_group(found: Stretch) -> Iterator[Stretch]:
    nowhere = found.keys[1] == NOWHERE
    changes = np.flatnonzero((np.diff(found.keys[0]) != 0) | (np.diff(nowhere.astype(np.int8)) != 0)) + 1
    ends = [*changes.tolist(), found.table.num_rows]
    start = 0
    for end in ends:
        yield _cut(found, start, end)
        start = end


def _cut(whole: Stretch, start: int, end: int) -> Stretch:
    return Stretch(whole.table.slice(start, end - start), whole.keys[:, start:end])


def _joined(one: Stretch, other: Stretch) -> Stretch:
    table = pa.concat_tables([one.table, other.table], promote_options="permissive")
    return Stretch(table, np.concatenate([one.keys, other.keys], axis=1))
