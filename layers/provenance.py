"""Which bytes a source consists of, and their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from layers.document import is_database
from layers.manifest import read_manifest
from layers.model import Source
from layers.stores import Store, store_at, told

AT_ONCE = 1 << 22
PARTS: Mapping[str, tuple[str, ...]] = {
    ".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".tab", ".dat", ".map", ".id", ".ind"),
    ".mif": (".mif", ".mid"),
    ".gml": (".gml", ".xsd", ".gfs"),
    ".gpkg": (".gpkg", ".gpkg-wal"),
}
"""Files of the same stem that are read with one of these suffixes."""


class Origin(NamedTuple):
    """What a source is called in findings, and the SHA-256 of its bytes; None for what has no bytes of its own."""

    text: str | None
    sha256: str | None


def origin(source: Source) -> Origin:
    """As the project file has it; for an indexed data set its original."""
    where = source.path if source.address is None else source.address
    if where is None or (isinstance(where, str) and is_database(where)):
        return Origin(source.text, None)
    if (not isinstance(where, Path) or where.is_dir()) and (found := read_manifest(where, source.at)) is not None:
        return Origin(found[1].source, found[1].sha256)
    return Origin(source.text, sha256(where) if isinstance(where, Path) else sha256_of(store_at(where, source.at)))


def sha256_of(store: Store) -> str:
    """As `sha256`, for what lies in an object store."""
    with told(store.root):
        if not store.is_folder:
            return _of_object(store, store.root)
        return _of_lines([f"{name} {_of_object(store, store.path(name))}" for name in store.sizes()])


def parts(path: Path) -> tuple[Path, ...]:
    """The files that are read when `path` is opened: itself, its companions, or all files below a folder."""
    if path.is_dir():
        return tuple(sorted(file for file in path.rglob("*") if file.is_file()))
    wanted = PARTS.get(path.suffix.lower(), ())
    found = {
        file
        for file in path.parent.glob("*")
        if file.suffix.lower() in wanted and file.stem == path.stem and file.is_file()
    }
    return tuple(sorted(found | {path}))


def sha256(path: Path) -> str:
    """The hash of a file's bytes; of several files, of the sorted lines `name hash` (names relative, `/` in them)."""
    files = parts(path)
    if files == (path,) and path.suffix.lower() != ".shp":
        return _of_file(path)
    base = path if path.is_dir() else path.parent
    return _of_lines([f"{file.relative_to(base).as_posix()} {_of_file(file)}" for file in files])


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_object(store: Store, path: str) -> str:
    found = hashlib.sha256()
    with store.system.open_input_stream(path, compression=None) as file:
        while piece := file.read(AT_ONCE):
            found.update(piece)
    return found.hexdigest()


def _of_lines(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8")).hexdigest()
