"""Where files lie that are read by ranges: a folder or a file here, or an object store (`s3://`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import fs

from geo.errors import ZoneproofError
from layers.document import REMOTE


@dataclass(frozen=True, eq=False)
class Store:
    """A file or a folder in a file system; names of files below it are relative, with `/`."""

    system: Any
    root: str

    @property
    def is_folder(self) -> bool:
        """Whether it is no single file."""
        return bool(self.system.get_file_info(self.root).type == fs.FileType.Directory)

    @property
    def exists(self) -> bool:
        """Whether there is anything."""
        return bool(self.system.get_file_info(self.root).type != fs.FileType.NotFound)

    def path(self, name: str) -> str:
        """A file's whole path, as its file system wants it."""
        return f"{self.root.rstrip('/')}/{name}"

    def sizes(self) -> dict[str, int]:
        """Every file below, with its size in bytes, in the order of their names."""
        found = self.system.get_file_info(fs.FileSelector(self.root, allow_not_found=True, recursive=True))
        start = len(self.root.rstrip("/")) + 1
        return dict(sorted((info.path[start:], info.size) for info in found if info.type == fs.FileType.File))

    def size(self, name: str) -> int | None:
        """How many bytes a file has; None where there is none."""
        info = self.system.get_file_info(self.path(name))
        return int(info.size) if info.type == fs.FileType.File else None

    def read(self, name: str) -> bytes:
        """A whole file."""
        with self.system.open_input_stream(self.path(name), compression=None) as file:
            return bytes(file.read())


def store_at(where: Path | str, place: str) -> Store:
    """What stands at a path, or at an address in an object store.

    Raises ZoneproofError `s3-secret` for an address with a password in it, `source-unreadable` for one that is none.
    """
    if isinstance(where, Path):
        return Store(fs.LocalFileSystem(), where.as_posix())
    if "@" in where.removeprefix(REMOTE).partition("/")[0]:
        raise ZoneproofError("s3-secret", place)
    with told(place):
        system, root = fs.FileSystem.from_uri(where)
    return Store(system, root.rstrip("/"))


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what Arrow, a disk or a store says into a problem."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
