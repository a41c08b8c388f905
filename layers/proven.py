"""Bytes of a part of an indexed data set, compared with what its manifest says of them before anything reads them."""

from __future__ import annotations

import hashlib
import io

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import ZoneproofError
from layers.manifest import IndexedPart
from layers.stores import Store, told

HEAD = b"PAR1"
"""What every Parquet file begins with."""


class ProvenPart:
    """One part, open; row groups are given as Parquet files that hold no more than was asked for."""

    def __init__(self, store: Store, part: IndexedPart, place: str) -> None:
        self.store, self.part, self.place = store, part, place
        self.last = max((group.end for group in part.groups), default=len(HEAD))
        tail = self._proven(self.last, part.size, part.tail_sha256)
        with told(self._at):
            self.metadata = pq.read_metadata(pa.BufferReader(HEAD + tail))
        if self.metadata.num_row_groups != len(part.groups) or self.metadata.num_rows != part.rows:
            raise self._changed()

    def group(self, number: int) -> pq.ParquetFile:
        """The part as a Parquet file of which only that row group can be read."""
        group = self.part.groups[number]
        content = self._proven(group.start, group.end, group.sha256)
        return pq.ParquetFile(_Piece(self.part.size, group.start, content), metadata=self.metadata)

    @property
    def _at(self) -> str:
        return f"{self.place} {self.part.path}"

    def _proven(self, start: int, end: int, sha256: str) -> bytes:
        with told(self._at), self.store.system.open_input_file(self.store.path(self.part.path)) as file:
            content = bytes(file.read_at(end - start, start)) if file.size() == self.part.size else b""
        if len(content) != end - start or hashlib.sha256(content).hexdigest() != sha256:
            raise self._changed()
        return content

    def _changed(self) -> ZoneproofError:
        return ZoneproofError("index-part", self.place, part=self.part.path)


class _Piece(io.RawIOBase):
    """A file of which only one piece is at hand."""

    def __init__(self, size: int, start: int, content: bytes) -> None:
        self._size, self._start, self._content, self._at = size, start, content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = self._size if size is None or size < 0 else self._at + size
        first, last = self._at - self._start, end - self._start
        if first < 0 or last > len(self._content):
            raise OSError(f"bytes {self._at} to {end} are not of the row group")
        self._at = end
        return self._content[first:last]
