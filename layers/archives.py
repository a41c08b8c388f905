"""Zip archives of strangers (also .xlsx): looked at before anything in them is opened; nothing is ever unpacked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from geo.errors import ZoneproofError

MOST_BYTES = 8 << 30
"""Unpacked size of all members together that is taken for honest."""
SURE_BYTES = 64 << 20
MOST_RATIO = 200
"""A member that packs better than this, and unpacks to more than SURE_BYTES, is a bomb: geodata packs 2 to 20 times."""
MOST_MEMBERS = 20_000
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError,
    UnicodeDecodeError,
)  # fmt: skip


@contextmanager
def archive_at(path: Path, place: str) -> Iterator[zipfile.ZipFile]:
    """An archive that is whole enough to be read.

    Raises ZoneproofError `zip-bomb`, `zip-outside` for a member that would leave the folder it is unpacked to,
    `zip-locked` for one with a password, `source-unreadable`, also for what breaks while it is read.
    """
    with told_zip(place), zipfile.ZipFile(path) as archive:
        _check(archive.infolist(), place)
        yield archive


@contextmanager
def told_zip(place: str) -> Iterator[None]:
    """Turn what a broken archive makes Python raise into a problem."""
    try:
        yield
    except _BROKEN as error:
        message = " ".join(str(error).split()) or type(error).__name__
        raise ZoneproofError("source-unreadable", place, message=message) from error


def _check(members: list[zipfile.ZipInfo], place: str) -> None:
    if len(members) > MOST_MEMBERS:
        raise ZoneproofError("zip-bomb", place, member=f"{len(members)} files", size_mb="-")
    for member in members:
        if _leaves(member.filename):
            raise ZoneproofError("zip-outside", place, member=member.filename)
        if member.flag_bits & 1:
            raise ZoneproofError("zip-locked", place, member=member.filename)
        if member.file_size > max(SURE_BYTES, MOST_RATIO * member.compress_size):
            raise ZoneproofError("zip-bomb", place, member=member.filename, size_mb=member.file_size >> 20)
    if (total := sum(member.file_size for member in members)) > MOST_BYTES:
        raise ZoneproofError("zip-bomb", place, member="*", size_mb=total >> 20)


def _leaves(name: str) -> bool:
    """Whether a member's path is absolute, names a drive, or climbs."""
    written = PureWindowsPath(name)
    return name.startswith(("/", "\\")) or bool(written.drive) or ".." in (*written.parts, *PurePosixPath(name).parts)
