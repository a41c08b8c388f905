"""`zoneproof index`: from a layer to a data set, in bounded memory; killed at any time, it goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

import numpy as np

from geo.errors import ZoneproofError
from geo.hilbert import LEVEL, extent_of
from layers.document import is_database, is_remote, locate
from layers.index.making import Making
from layers.index.originals import Counted
from layers.index.parts import PARTS, Size, box_around
from layers.index.report import REPORT, write_report
from layers.index.subdivided import SUBDIVIDED
from layers.indexed import IndexedSource, open_indexed
from layers.manifest import MANIFEST, UNFINISHED, Manifest, is_index, read_manifest
from layers.model import Progress
from layers.problems import nearest
from layers.provenance import sha256, sha256_of
from layers.readers import VectorSource, open_path
from layers.stores import store_at
from layers.text import Text

BUILD = "1"
"""What was begun by another way of making is not gone on with."""
TOOL = "zoneproof"
STATE = "state.json"
OPTIONS = ("encoding", "partition", "part_rows")
MADE = (UNFINISHED, PARTS, SUBDIVIDED, REPORT, MANIFEST)
COUNTY_FIELDS = ("XZQDM", "XZQHDM", "ZLDWDM", "QSDWDM")
"""Fields of the survey's standards whose codes begin with the county's six digits, what tells where land lies first."""
NO_PARTITION = "none"


@dataclass(frozen=True)
class Options:
    """What shapes a data set besides its source."""

    encoding: str | None = None
    partition: str | None = None
    part_rows: int | None = None
    called: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Made:
    """A finished data set, and whether it was there before."""

    folder: Path
    manifest: Manifest
    before: bool


def index(source: str, folder: Path, options: Options, progress: Progress) -> Made:
    """Make the data set, or finish it; one that is there already, of the same source and options, is left as it is.

    Raises ZoneproofError for a source that cannot be read (as a check would), `index-folder`, `index-exists`,
    `index-inside`, `index-of-index`, `index-changed`, `index-partition`, `index-unwritable`.
    """
    far = is_remote(source) or is_database(source)
    where, layer = (source, None) if far else locate(source, Path())
    if isinstance(where, Path):
        if not where.exists():
            raise ZoneproofError("file-missing", source, path=source)
        if where.is_dir() and where.resolve() in (folder.resolve(), *folder.resolve().parents):
            raise ZoneproofError("index-inside", str(folder))
    progress(Text(f"校验 {source}", f"hashing {source}"), 0, 0)
    digest = _digest(where, source)
    vector = open_path(where, layer, options.encoding, source)
    if isinstance(vector, IndexedSource):
        raise ZoneproofError("index-of-index", source)
    county = _county(vector, options.partition, source)
    state = {
        "source": source if options.called is None else options.called,
        "layer": layer,
        "sha256": digest,
        "options": [options.encoding, county, options.part_rows],
        "tool": _tool(),
    }
    with _refusals(folder):
        if (there := _there(folder, state, force=options.force)) is not None:
            return Made(folder, there, before=True)
        making = Making(folder / UNFINISHED, cast("Counted", vector), county, Size(options.part_rows), progress)
        manifest = _manifest(making, state)
        if _digest(where, source) != digest:
            raise ZoneproofError("index-changed", source)
        _finish(folder, manifest, force=options.force)
    return Made(folder, manifest, before=False)


def _manifest(making: Making, state: Mapping[str, Any]) -> Manifest:
    """Everything written, into the folder of what is unfinished."""
    runs = making.runs()
    parts, subdivided = making.parts(runs)
    report, broken = write_report(making.folder, runs)
    boxes = [part.bbox for part in parts if part.bbox is not None]
    return Manifest(
        tool=state["tool"],
        source=state["source"],
        layer=state["layer"],
        sha256=state["sha256"],
        crs=making.source.crs,
        features=sum(part.rows for part in parts),
        columns=making.names.fields,
        geometry=making.names.geometry,
        fid=making.names.fid,
        state=making.names.state,
        bounds=making.names.bounds,
        notes=making.source.notes,
        bbox=box_around(np.array(boxes)) if boxes else None,
        hilbert={"extent": list(extent_of(making.crs)), "level": LEVEL},
        options=dict(zip(OPTIONS, state["options"], strict=True)),
        broken=broken,
        report=report,
        subdivided=tuple(subdivided),
        parts=tuple(parts),
    )


def _digest(where: Path | str, place: str) -> str | None:
    """The SHA-256 of the source's bytes; None for a database, which has none of its own."""
    if isinstance(where, str) and is_database(where):
        return None
    return sha256(where) if isinstance(where, Path) else sha256_of(store_at(where, place))


def _county(vector: VectorSource, named: str | None, place: str) -> str | None:
    """The field that county codes are taken from: the named one, else one of the standards' where there is one."""
    if named == NO_PARTITION:
        return None
    if named is None:
        return next((own for code in COUNTY_FIELDS for own in vector.columns if own.upper() == code), None)
    if named not in vector.columns:
        raise ZoneproofError("index-partition", place, field=named, hint=nearest(named, list(vector.columns)))
    return named


def _tool() -> dict[str, str]:
    try:
        own = version(TOOL)
    except PackageNotFoundError:  # run from a folder that was never installed
        own = "unknown"
    return {"name": TOOL, "version": own}


def _there(folder: Path, state: Mapping[str, Any], *, force: bool) -> Manifest | None:
    """The finished data set of this source and these options; else the folder is made ready to go on or begin."""
    if folder.exists() and not folder.is_dir():
        raise ZoneproofError("index-folder", str(folder))
    if is_index(folder):
        found = read_manifest(folder, str(folder))
        options = dict(zip(OPTIONS, state["options"], strict=True))
        given = {key: value for key, value in state.items() if key != "options"} | {"options": options}
        if found is not None and not force:
            manifest = found[1]
            if any(getattr(manifest, key) != value for key, value in given.items()) or manifest.sha256 is None:
                raise ZoneproofError("index-exists", str(folder))
            open_indexed(folder, None, str(folder))
            return manifest
    elif folder.is_dir() and any(child.name not in MADE for child in folder.iterdir()):
        raise ZoneproofError("index-folder", str(folder))
    unfinished = folder / UNFINISHED
    written = json.dumps([BUILD, *state.values()], ensure_ascii=False)
    file = unfinished / STATE
    same = state["sha256"] is not None and file.is_file() and file.read_text(encoding="utf-8") == written
    if not same:  # nothing tells whether a database is as it was
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        file.write_text(written, encoding="utf-8")
    return None


def _finish(folder: Path, manifest: Manifest, *, force: bool) -> None:
    """Move all into place; the manifest, by which a reader knows the data set, goes first where it is old and last."""
    unfinished = folder / UNFINISHED
    if force:
        (folder / MANIFEST).unlink(missing_ok=True)
    for name in (PARTS, SUBDIVIDED, REPORT):
        old, new = folder / name, unfinished / name
        if old.is_dir():
            shutil.rmtree(old)
        elif old.exists():
            old.unlink()
        if new.exists():
            new.replace(old)
    (unfinished / MANIFEST).write_bytes(manifest.to_bytes())
    (unfinished / MANIFEST).replace(folder / MANIFEST)
    shutil.rmtree(unfinished)


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into the user's words."""
    try:
        yield
    except OSError as error:
        raise ZoneproofError("index-unwritable", str(folder), reason=error.strerror or str(error)) from error
