"""OUT, replaced whole or left as it was: outputs are written beside it and swapped in once all are there."""

from __future__ import annotations

import glob
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from checks.model import Report
from geo.errors import ZoneproofError
from layers.model import Progress
from layers.problems import Problems, nearest
from layers.text import Text
from maps import outputs as folder_of_outputs
from maps.exchange import exchanged
from maps.outputs.findings import FILES, NAME, TOOL

GDAL_ERRORS = (DataSourceError, DataLayerError, FeatureError, sqlite3.Error)
"""What writing a GeoPackage raises where the disk is full."""
STAGED = ".zoneproof-new-"
ASIDE = ".zoneproof-old-"
"""What temporary folders beside OUT are called after its name; those of a killed run may be deleted."""


class Output(Protocol):
    """What every module in `maps/outputs/` offers: its name for `--only`, its files, and how to write them."""

    NAME: str
    FILES: tuple[str, ...]

    def write(self, report: Report, folder: Path, progress: Progress | None = None, **options: Any) -> None:
        """Write the files of this output to `folder`."""


@cache
def known_outputs() -> Mapping[str, str]:
    """Every output: its name for `--only` → its module, findings.json first."""
    names = sorted(module.name for module in iter_modules(folder_of_outputs.__path__))
    modules = [import_module(f"maps.outputs.{name}") for name in names]
    known = {str(module.NAME): module.__name__ for module in modules}
    return {NAME: known.pop(NAME), **known}


def chosen_outputs(only: str | None, problems: Problems) -> tuple[str, ...] | None:
    """The outputs that `--only` names, split by commas; None: all of them. Unknown names are noted as problems."""
    if only is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in only.split(",") if name.strip()))
    _check_names(names, problems)
    return names


def _check_names(names: Sequence[str], problems: Problems) -> None:
    for name in names:
        if name not in known_outputs():
            problems.add("output-unknown", "--only", name=name, hint=nearest(name, tuple(known_outputs())))


def check_out(out: Path, problems: Problems, own: Callable[[Path], bool] | None = None) -> None:
    """Note a problem unless `out` is absent, empty or made by Zoneproof, and its folder can be written to.

    `own` tells whether a folder was made here; by its findings.json where nothing else is said.
    """
    out = out.resolve()
    where = str(out)
    parent = out.parent
    try:
        if out.exists() and not out.is_dir():
            problems.add("out-file", where)
            return
        parent = next((folder for folder in out.parents if folder.exists()), out.parent)
        if not parent.is_dir():
            problems.add("out-file", str(parent))
            return
        foreign = out.is_dir() and any(out.iterdir()) and not (own or made_here)(out)
        with tempfile.TemporaryDirectory(prefix=f"{out.name}{STAGED}", dir=parent):
            pass
    except OSError as error:
        problems.add("out-unwritable", str(parent), reason=error.strerror or str(error))
        return
    if foreign:
        problems.add("out-foreign", where)


def made_here(out: Path) -> bool:
    """Whether a folder holds a findings.json of ours."""
    try:
        content = json.loads((out / FILES[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(content, dict)
        and isinstance(content.get("schema_version"), str)
        and isinstance(content.get("tool"), dict)
        and content["tool"].get("name") == TOOL
    )


def write_outputs(
    report: Report,
    out: Path,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Write findings.json and the outputs named in `only` (None: all) to `out`, whole or not at all.

    `options`: by output's name what its `write` takes besides (`{"map": {"basemap": …}}`).
    Raises `InputError` where `out` is not ours to replace or a name is unknown, `ZoneproofError` where the disk
    refuses.
    """
    problems = Problems()
    wanted = tuple(known_outputs()) if only is None else (NAME, *only)
    _check_names(wanted, problems)
    check_out(out, problems)
    check_inputs(report, out, problems)
    problems.stop()
    names = [name for name in known_outputs() if name in wanted]
    with replaced(out.resolve()) as folder:
        for done, name in enumerate(names):
            if progress:
                progress(Text(f"写出 {name}", f"writing {name}"), done, len(names))
            output = cast(Output, import_module(known_outputs()[name]))
            output.write(report, folder, progress, **(options or {}).get(name, {}))


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """A new folder to write to, which takes the place of `out` (an absolute path) once all is written, or is gone."""
    _put_back(out)
    with _refusals(out), _parents(out), _staged(out) as folder:
        yield folder
        _swap(folder, out)


def check_inputs(report: Report, out: Path, problems: Problems) -> None:
    """Note an input inside OUT would be deleted with it."""
    project = report.inputs.project
    check_paths((project.file, *(source.path for source in project.sources)), out, problems)


def check_paths(paths: Iterable[Path | None], out: Path, problems: Problems) -> None:
    """Note each of the files that lies inside OUT."""
    out = out.resolve()
    for path in paths:
        if path is not None and out in path.resolve().parents:
            problems.add("out-holds-input", str(out), path=str(path))


@contextmanager
def _refusals(out: Path) -> Iterator[None]:
    """Turn what the disk refuses (rights, space, a locked file) into the user's words."""
    try:
        yield
    except PermissionError as error:
        raise ZoneproofError("out-locked", str(out), file=str(error.filename or out)) from error
    except OSError as error:
        raise ZoneproofError("out-unwritable", str(out), reason=error.strerror or str(error)) from error
    except GDAL_ERRORS as error:
        raise ZoneproofError("out-unwritable", str(out), reason=" ".join(str(error).split())) from error


@contextmanager
def _parents(out: Path) -> Iterator[None]:
    """Make the folders above OUT; those that were made go again if writing fails."""
    made = [folder for folder in out.parents if not folder.exists()]
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """A new folder beside OUT, gone again unless it was swapped in."""
    staged = Path(tempfile.mkdtemp(prefix=f"{out.name}{STAGED}", dir=out.parent))
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _swap(folder: Path, out: Path) -> None:
    """Put `folder` in the place of OUT; on failure the old OUT is back.

    Where the system can exchange two folders in one step, a run that is killed leaves the old one or the new one.
    """
    mode = out.stat().st_mode if out.exists() else 0o777 & ~_umask()
    folder.chmod(mode & 0o7777)
    if not out.exists():
        folder.rename(out)
        return
    if exchanged(folder, out):
        return  # what was OUT goes with the staged folder
    aside = Path(tempfile.mkdtemp(prefix=f"{out.name}{ASIDE}", dir=out.parent))
    aside.rmdir()
    out.rename(aside)
    try:
        folder.rename(out)
    except BaseException:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _put_back(out: Path) -> None:
    """OUT as it was, where a run was killed between setting it aside and putting the new one in its place."""
    if out.exists() or not out.parent.is_dir():
        return
    aside = sorted(path for path in out.parent.glob(f"{glob.escape(out.name)}{ASIDE}*") if made_here(path))
    if len(aside) == 1:
        with suppress(OSError):
            aside[0].rename(out)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
