"""Which bytes a source consists of, and their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

PARTS: Mapping[str, tuple[str, ...]] = {
    ".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".tab", ".dat", ".map", ".id", ".ind"),
    ".mif": (".mif", ".mid"),
    ".gml": (".gml", ".xsd", ".gfs"),
    ".gpkg": (".gpkg", ".gpkg-wal"),
}
"""Files of the same stem that are read with one of these suffixes."""


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


def _of_lines(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8")).hexdigest()
