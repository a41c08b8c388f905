"""A survey coordinate file as a layer: a feature per parcel line, FIDs from 0, fields as they are named in practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import ZoneproofError
from layers.encoding import codec_of
from layers.problems import InputError, Problem
from layers.readers import Geoms, Part, Rows, Selection, WholeSelection
from layers.survey.header import frame_of
from layers.survey.lines import FULL, Parcel, listed, parse
from layers.survey.rings import UnclosedError, count_note, geometry_of
from layers.text import Text
from layers.where import matching

SUFFIX = ".txt"
NAME = "DKHA"
"""The stated area's column: hectares, under a name of its own, since areas of layers are in square metres."""
COLUMNS = tuple(NAME if name == "DKMJ" else name for name in FULL)


@dataclass
class SurveySource:
    """The parcels of one file."""

    place: str
    crs: str | None
    geometry: Geoms
    cells: dict[str, list[object]]
    driver: str = "survey"
    notes: tuple[Text, ...] = ()
    columns: tuple[str, ...] = field(default=COLUMNS)

    @property
    def count(self) -> int:
        """How many parcels there are."""
        return len(self.geometry)

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns."""
        kept = np.ones(self.count, dtype=bool)
        if where is not None:
            kept = matching(where, self.cells, self.count, self.place)
        return WholeSelection.of(self._rows(columns).take(kept), self._absent[kept])

    def sample(self, columns: Sequence[str], most: int) -> Rows:
        """The first parcels, at most so many."""
        return self._rows(columns).take(np.arange(self.count) < most)

    def parts(self, rows: int) -> tuple[Part, ...]:
        """All of it."""
        del rows
        return (Part(),)

    def only(self, part: Part) -> SurveySource:
        """All of it."""
        del part
        return self

    @property
    def _absent(self) -> NDArray[np.bool_]:
        return np.asarray(shapely.is_missing(self.geometry), dtype=np.bool_)

    def _rows(self, columns: Sequence[str]) -> Rows:
        fids = np.arange(self.count, dtype=np.int64)
        cells = {name: self.cells[name] for name in columns}
        return Rows(fids, self.geometry, np.zeros(self.count, dtype=bool), cells)


def is_survey(path: Path) -> bool:
    """Whether a path is a survey coordinate file by its name."""
    return path.suffix.lower() == SUFFIX and not path.is_dir()


def open_survey(path: Path, layer: str | None, encoding: str | None, place: str) -> SurveySource:
    """Read a survey coordinate file.

    Raises InputError with every line that can't be read (`survey-line`, `survey-ring`, `survey-place` …),
    ZoneproofError `layer-missing`, `encoding-unknown`, `encoding-wrong`, `encoding-not-found`, `source-unreadable`.
    """
    if layer is not None:
        hint = Text("坐标文件没有图层", "a coordinate file has no layers")
        raise ZoneproofError("layer-missing", place, layer=layer, hint=hint)
    try:
        content = parse(decoded(path.read_bytes(), encoding, place), place)
    except OSError as error:
        raise ZoneproofError("source-unreadable", place, message=error.strerror or str(error)) from error
    frame = frame_of(content, place)
    problems = [*content.problems, *frame.problems]
    geometry = np.full(len(content.parcels), None, dtype=object)
    for row, parcel in enumerate(content.parcels):
        try:
            geometry[row] = geometry_of(parcel, frame.order)
        except UnclosedError as unclosed:
            problems.append(Problem("survey-ring", place, {"line": unclosed.line}))
    if problems:
        raise InputError(tuple(problems))
    counted = count_note(content.parcels)
    empty = [parcel.line for parcel in content.parcels if not parcel.points]
    notes = [*content.notes, *frame.notes, *([counted] if counted else [])]
    if empty:
        notes.append(listed(Text("地块没有坐标", "parcels without a point"), empty))
    cells = {name: [_cell(parcel, name) for parcel in content.parcels] for name in COLUMNS}
    return SurveySource(place, frame.crs, geometry, cells, notes=tuple(notes))


def _cell(parcel: Parcel, name: str) -> object:
    """A value of a parcel line; hectares as a number where they are one."""
    if name != NAME:
        return parcel.values.get(name)
    text = parcel.values.get("DKMJ", "").removesuffix("公顷").strip()
    try:
        return float(text)
    except ValueError:
        return text or None


def decoded(content: bytes, encoding: str | None, place: str) -> str:
    """The text: by its BOM, as stated, else UTF-8 or GB18030, whichever decodes it strictly."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    elif content[:3] == b"\xef\xbb\xbf":
        candidates = ["utf-8-sig"]
    elif encoding is not None:
        codec = codec_of(encoding)
        if codec is None:
            raise ZoneproofError("encoding-unknown", place, encoding=encoding)
        candidates = [codec]
    else:
        candidates = ["utf-8", "gb18030"]
    for codec in candidates:
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    if encoding is not None:
        raise ZoneproofError("encoding-wrong", place, encoding=encoding)
    raise ZoneproofError("encoding-not-found", place)
