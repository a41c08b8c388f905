"""The manifest of an indexed data set: what it was made of, what its parts are, and how to tell that they are whole.

Each row group's bytes have a hash of their own, so that reading one of them proves it without reading its part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, get_type_hints

from geo.errors import ZoneproofError
from layers.stores import Store, store_at, told
from layers.text import Text

MANIFEST = "manifest.json"
UNFINISHED = "zoneproof-unfinished"
"""The folder that holds everything while a data set is being made, and is gone afterwards."""
FORMAT = "zoneproof-index"
SCHEMA_VERSION = "1"
Box = tuple[float, float, float, float]
_types: Callable[[Any], Mapping[str, Any]] = cache(get_type_hints)


@dataclass(frozen=True, slots=True)
class Group:
    """A row group of a part: its rows, the box around them (None where they lie nowhere), its bytes and their hash."""

    rows: int
    bbox: Box | None
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class IndexedPart:
    """A file of the data set; `tail_sha256` is of the bytes behind its last row group, with which a reader begins."""

    path: str
    size: int
    sha256: str
    rows: int
    bbox: Box | None
    area_m2: float | None
    county: str | None
    groups: tuple[Group, ...]
    tail_sha256: str


@dataclass(frozen=True, slots=True)
class File:
    """Another file of the data set."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a reader needs to know; `source`, `layer`, `sha256`, `crs` and `notes` are the original's.

    `columns` are the original's fields in their order; `geometry`, `fid`, `state` and `bounds` name the columns that
    the index has beside them.
    """

    tool: Mapping[str, str]
    source: str
    layer: str | None
    sha256: str | None
    crs: str | None
    features: int
    columns: tuple[str, ...]
    geometry: str
    fid: str
    state: str
    bounds: str
    notes: tuple[Text, ...]
    bbox: Box | None
    hilbert: Mapping[str, Any]
    options: Mapping[str, Any]
    broken: Mapping[str, int]
    report: File
    subdivided: tuple[File, ...]
    parts: tuple[IndexedPart, ...]

    def to_bytes(self) -> bytes:
        """The file as it is written."""
        content = {"format": FORMAT, "schema_version": SCHEMA_VERSION, **asdict(self)}
        return (json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8")


def is_index(path: Path) -> bool:
    """Whether a folder is an indexed data set, finished."""
    if not (path / MANIFEST).is_file():
        return False
    try:
        given = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(given, dict) and given.get("format") == FORMAT


def read_manifest(where: Path | str, place: str) -> tuple[Store, Manifest] | None:
    """Where the data set lies and its manifest; None where there is no indexed data set.

    Raises ZoneproofError `index-broken` for a manifest that is not as we write it, `index-version` for one of another
    version, `index-unfinished` where there is none yet.
    """
    store = store_at(where, place)
    with told(place):
        content = store.read(MANIFEST) if store.size(MANIFEST) is not None else None
        if content is None and any(name.startswith(f"{UNFINISHED}/") for name in store.sizes()):
            raise ZoneproofError("index-unfinished", place)
    if content is None or FORMAT.encode() not in content:
        return None
    try:
        given = json.loads(content)
        if given.pop("format") != FORMAT:
            return None
        if (version := given.pop("schema_version")) != SCHEMA_VERSION:
            raise ZoneproofError("index-version", place, version=str(version))
        manifest = _manifest(given)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ZoneproofError("index-broken", place, message=" ".join(str(error).split()) or "?") from error
    return store, manifest


def _manifest(given: Mapping[str, Any]) -> Manifest:
    parts = tuple(map(part_of, given["parts"]))
    manifest: Manifest = _checked(
        Manifest,
        {
            **given,
            "columns": tuple(given["columns"]),
            "notes": tuple(_checked(Text, note) for note in given["notes"]),
            "bbox": _box(given["bbox"]),
            "report": _checked(File, given["report"]),
            "subdivided": tuple(_checked(File, file) for file in given["subdivided"]),
            "parts": parts,
        },
    )
    named = [each.path for files in (manifest.parts, manifest.subdivided, (manifest.report,)) for each in files]
    if outside := [path for path in named if _is_outside(path)]:
        raise ValueError(outside[0])
    if any(part.rows != sum(group.rows for group in part.groups) for part in parts):
        raise ValueError("rows")
    if manifest.features != sum(part.rows for part in parts):
        raise ValueError("features")
    return manifest


def part_of(given: Mapping[str, Any]) -> IndexedPart:
    """A part of a manifest; ValueError, TypeError or KeyError where it is none."""
    groups = tuple(map(_group, given["groups"]))
    part: IndexedPart = _checked(IndexedPart, {**given, "bbox": _box(given["bbox"]), "groups": groups})
    return part


def _group(given: Mapping[str, Any]) -> Group:
    group: Group = _checked(Group, {**given, "bbox": _box(given["bbox"])})
    return group


def _checked(kind: type[Any], given: Mapping[str, Any]) -> Any:
    """The dataclass of these values; their plain types are held to."""
    made = kind(**given)
    hints = _types(kind)
    for name, value in given.items():
        plain = [each for each in (str, int) if hints[name] is each]
        if plain and (not isinstance(value, plain[0]) or isinstance(value, bool)):
            raise TypeError(name)
        if hints[name] == (str | None) and not isinstance(value, str | None):
            raise TypeError(name)
    return made


def _box(given: Sequence[float] | None) -> Box | None:
    if given is None:
        return None
    west, south, east, north = (float(side) for side in given)
    return west, south, east, north


def _is_outside(path: str) -> bool:
    """Whether a path of a manifest leads out of the data set."""
    steps = PurePosixPath(path)
    return steps.is_absolute() or ".." in steps.parts or "\\" in path or ":" in path or not steps.parts
