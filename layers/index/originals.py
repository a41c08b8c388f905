"""The features of the original in its own order, with all fields, whatever form it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast

import pyarrow as pa

from layers.geoparquet import ParquetSource
from layers.ogr import OgrSource
from layers.readers import Originals, Rows, Selection, VectorSource, joined
from layers.selections import Layer


class Counted(VectorSource, Protocol):
    """A layer that knows how many features it has."""

    @property
    def count(self) -> int:
        """How many."""


def originals(source: Counted, skip: int, rows: int) -> Iterator[Originals]:
    """All features but the first `skip`, about `rows` of them at a time.

    Fields of forms that are not read through Arrow take the type of what is in them.
    """
    if isinstance(source, OgrSource | ParquetSource):
        yield from source.originals(skip, rows)
        return
    for some, absent in _batches(source):
        first, skip = min(skip, some.count), max(skip - some.count, 0)
        table = pa.table([_field(some.columns[name]) for name in source.columns], names=list(source.columns))
        kept = slice(first, None)
        yield Originals(some.fids[kept], some.geometry[kept], some.mended[kept], absent[kept], table.slice(first))


def _batches(source: Counted) -> Iterator[tuple[Rows, Any]]:
    if hasattr(source, "streamed"):
        yield from cast("Layer", source).streamed(source.columns, None, None)
        return
    selection: Selection = source.select(source.columns, None)
    missing = selection.missing
    every = joined([selection.near(None), missing], source.columns)
    absent = [fid in set(missing.fids.tolist()) for fid in every.fids.tolist()]
    yield every, pa.array(absent, pa.bool_()).to_numpy(zero_copy_only=False)


def _field(cells: Sequence[object]) -> pa.Array:
    return pa.array(cells, from_pandas=False)
