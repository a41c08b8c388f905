"""A zone.toml as it stands on disk, before anything in it is believed; and what its paths mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from layers.problems import InputError, Problem, Problems

PROJECT_FILE = "zone.toml"
REMOTE = "s3://"
DATABASE = ("postgresql://", "postgres://")
_PLACE = re.compile(r"\s*\((?:at )?(?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """A project file and the tables in it."""

    file: Path
    table: Mapping[str, object]

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.file.parent


def project_file(path: Path) -> Path:
    """The zone.toml that a PROJECT argument means: the file itself, or the one in the folder."""
    return path / PROJECT_FILE if path.is_dir() else path


def read_document(path: Path) -> Document:
    """The project file at `path`, or in the folder `path`; utf-8 with or without a byte-order mark.

    Raises InputError where there is none, it cannot be read, or it is no TOML (with line and column).
    """
    file = project_file(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError((Problem("project-encoding", str(file), {"line": line}),)) from None
    except FileNotFoundError:
        raise InputError((Problem("project-missing", str(path), {"name": PROJECT_FILE}),)) from None
    except (OSError, ValueError) as error:
        raise InputError((Problem("file-unreadable", str(file), {"detail": str(error)}),)) from None
    try:
        return Document(file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError((_broken(file, str(error), text),)) from None
    except RecursionError:
        raise InputError((_broken(file, "nested too deeply", text),)) from None


def _broken(file: Path, message: str, text: str) -> Problem:
    place = _PLACE.search(message)
    last = text.count("\n") + 1
    line, column = (place[1], place[2]) if place and place[1] else (last, len(text) - text.rfind("\n"))
    return Problem("toml-broken", str(file), {"line": line, "column": column, "detail": _PLACE.sub("", message)})


def locate(text: str, folder: Path) -> tuple[Path, str | None]:
    """The file or folder that a path of the project file means, and the layer behind its last `#`.

    A `#` belongs to the name where a file of that whole name exists. Backslashes of a relative path count as slashes.
    """
    for written in dict.fromkeys((text, text.replace("\\", "/"))):
        if exists(whole := folder / written):
            return whole, None
        before, hash_, layer = written.rpartition("#")
        if hash_ and exists(folder / before):
            return folder / before, layer or None
    before, hash_, layer = text.replace("\\", "/").rpartition("#")
    return (folder / before, layer or None) if hash_ else (folder / text.replace("\\", "/"), None)


def find(text: str, folder: Path, where: str, problems: Problems) -> tuple[Path, str | None] | None:
    """As `locate`, for what must exist and be within reach; what is not is noted, with the nearest name there is."""
    if "://" in text or text.startswith("/vsi"):
        problems.add("source-remote", where, path=text)
        return None
    path, layer = locate(text, folder)
    if exists(path):
        if path.is_file() or path.is_dir():
            return path, layer
        problems.add("source-special", where, path=text)
        return None
    if near := _near(path):
        problems.add("file-misspelt", where, path=text, near=near)
    else:
        problems.add("file-missing", where, path=text)
    return None


def is_remote(text: str) -> bool:
    """Whether a path of a project file means an object store or a database."""
    return text.startswith((REMOTE, *DATABASE))


def is_database(text: str) -> bool:
    """Whether a path of a project file means a table of a database."""
    return text.startswith(DATABASE)


def exists(path: Path) -> bool:
    """Whether there is such a file or folder; false also for what can be no path at all."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _near(path: Path) -> str | None:
    try:
        names = sorted(other.name for other in path.parent.iterdir() if other.name != path.name)
    except (OSError, ValueError):
        return None
    close = get_close_matches(path.name, names, 1, 0.8)
    return close[0] if close else None
