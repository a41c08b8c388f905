"""The rows of CSV, Excel and Parquet tables, a batch at a time, and where their heading stands.

Above the heading there may be title rows (often one merged cell, `单位:万元` among them). The heading is the row, of
the first ones, that names most of what the role knows; where none does, the first one with more than one cell.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook

from geo.errors import ZoneproofError
from layers.archives import archive_at
from layers.encoding import text_codec
from layers.problems import nearest
from layers.text import Text
from layers.units import known_unit
from layers.values import blank

TEXTS = (".csv", ".txt", ".tsv")
EXCEL = (".xlsx", ".xlsm")
DELIMITERS = ",;\t，"
HEAD_ROWS = 12
"""So many rows with anything in them are looked at for the heading."""
BATCH_ROWS = 20_000
LINE_CHARS = 1 << 20
_UNITS = re.compile(r"单位\s*[::]\s*([^\s()]+)")

Row = Sequence[object]


@dataclass(frozen=True)
class Batch:
    """Some rows: per row its number from 1 behind the heading, per column its cells. Blank rows are left out."""

    numbers: Sequence[int]
    cells: Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Sheet:
    """A table that was opened: its columns, the units stated above them, its rows not read yet."""

    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Batch]]
    units: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    def batches(self) -> Iterator[Batch]:
        """The rows, some at a time; once."""
        return self.rows()


def sheet_of(rows: Iterable[Row], place: str, notes: tuple[Text, ...], known: Callable[[str], bool]) -> Sheet:
    """Find the heading among the first rows.

    Raises ZoneproofError `table-no-heading`, `table-heading-twice`.
    """
    coming = iter(rows)
    head: list[Row] = []
    while len([row for row in head if not _blank_row(row)]) < HEAD_ROWS and (row := next(coming, None)) is not None:
        head.append(row)
    at = _heading(head, known)
    names = ["" if blank(name) else str(name).strip() for name in head[at]] if head else []
    if not any(names):
        raise ZoneproofError("table-no-heading", place)
    named = [name for name in names if name]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise ZoneproofError("table-heading-twice", place, names=", ".join(twice))
    data = itertools.chain(head[at + 1 :], coming)
    return Sheet(tuple(named), lambda: _batches(data, names), _units(head[:at]), notes)


def _heading(head: Sequence[Row], known: Callable[[str], bool]) -> int:
    filled = [at for at, row in enumerate(head) if not _blank_row(row)]
    if not filled:
        return 0
    scores = [sum(isinstance(cell, str) and known(cell.strip()) for cell in head[at]) for at in filled]
    if max(scores):
        return filled[scores.index(max(scores))]
    return next((at for at in filled if sum(not blank(cell) for cell in head[at]) > 1), filled[0])


def _units(titles: Sequence[Row]) -> tuple[str, ...]:
    """The units that rows above the heading state: `单位:万元、亩`."""
    said = [unicodedata.normalize("NFKC", cell) for row in titles for cell in row if isinstance(cell, str)]
    words = [word for text in said for found in _UNITS.findall(text) for word in re.split("[、,;/和]", found)]
    return tuple(dict.fromkeys(unit for word in words if (unit := known_unit(word)) is not None))


def _batches(rows: Iterable[Row], names: Sequence[str]) -> Iterator[Batch]:
    numbered = ((number, row) for number, row in enumerate(rows, 1) if not _blank_row(row))
    while some := list(itertools.islice(numbered, BATCH_ROWS)):
        cells = {name: [row[at] if at < len(row) else None for _, row in some] for at, name in enumerate(names) if name}
        yield Batch([number for number, _ in some], cells)


def _blank_row(row: Row) -> bool:
    return all(blank(cell) for cell in row)


def csv_sheet(path: Path, encoding: str | None, place: str, known: Callable[[str], bool]) -> Sheet:
    """A table of text, row by row; the file is gone through once for its encoding, and once for its rows.

    Raises ZoneproofError as `text_codec`, `source-unreadable`.
    """
    try:
        codec = text_codec(path, encoding, place)
    except OSError as error:
        raise ZoneproofError("source-unreadable", place, message=str(error)) from error
    notes = (codec.note,) if codec.note else ()
    return sheet_of(_csv_rows(path, codec.codec, place), place, notes, known)


def _csv_rows(path: Path, codec: str, place: str) -> Iterator[Row]:
    with _told_csv(place), path.open(encoding=codec, errors="replace", newline="") as file:
        lines = _lines(file, place)
        first = next(lines, "").removeprefix("\ufeff")
        while first and not first.strip("\r\n"):
            first = next(lines, "")
        start = list(itertools.islice(lines, HEAD_ROWS))
        sample = first + "".join(start)
        delimiter = max(DELIMITERS, key=sample.count)
        yield from csv.reader(itertools.chain([first], start, lines), delimiter=delimiter, strict=True)


def csv_head(content: bytes, place: str) -> list[list[str]]:
    """The rows in the beginning of a CSV.

    Raises ZoneproofError `encoding-not-found`, `source-unreadable`.
    """
    codec = "utf-16" if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None
    codec = codec or next((codec for codec in ("utf-8", "gb18030") if _decodes(content, codec)), None)
    if codec is None:
        raise ZoneproofError("encoding-not-found", place)
    text = content.decode(codec, "replace").removeprefix("\ufeff").lstrip("\r\n")
    delimiter = max(DELIMITERS, key="\n".join(text.split("\n")[: HEAD_ROWS + 1]).count)
    with _told_csv(place):
        return list(itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 200))


def _decodes(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: io.TextIOBase | Any, place: str) -> Iterator[str]:
    """Lines of bounded length: a file without line ends is not read as one."""
    while line := file.readline(LINE_CHARS):
        if len(line) == LINE_CHARS and not line.endswith("\n"):
            raise ZoneproofError("source-unreadable", place, message=f"line of over {LINE_CHARS} characters")
        yield line


@contextmanager
def _told_csv(place: str) -> Iterator[None]:
    try:
        yield
    except (csv.Error, OSError, UnicodeError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error


@contextmanager
def excel_sheet(path: Path, name: str | None, place: str, known: Callable[[str], bool]) -> Iterator[Sheet]:
    """A sheet of a workbook, row by row; its only one where none is named.

    Raises ZoneproofError as `archive_at`, `sheet-missing`, `sheets-several`, `source-unreadable`.
    """
    with archive_at(path, place):
        pass
    with _told_excel(place):
        book = load_workbook(path, read_only=True, data_only=True)
    try:
        names = [sheet.title for sheet in book.worksheets]
        if name is not None and name not in names:
            raise ZoneproofError("sheet-missing", place, sheet=name, hint=nearest(name, names))
        if name is None and len(names) != 1:
            raise ZoneproofError("sheets-several", place, sheets=", ".join(names))
        yield sheet_of(_excel_rows(book[name or names[0]], place), place, (), known)
    finally:
        book.close()


def _excel_rows(sheet: Any, place: str) -> Iterator[Row]:
    with _told_excel(place):
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
    while True:
        with _told_excel(place):
            row = next(rows, None)
        if row is None:
            return
        yield row


@contextmanager
def _told_excel(place: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # whatever a broken workbook makes openpyxl raise
        message = " ".join(str(error).split()) or type(error).__name__
        raise ZoneproofError("source-unreadable", place, message=message) from error


def parquet_sheet(path: Path, place: str) -> Sheet:
    """A Parquet table, a batch at a time."""
    with _told_parquet(place):
        file = pq.ParquetFile(path)
        names = tuple(str(name) for name in file.schema_arrow.names)
    return Sheet(names, lambda: _parquet_batches(file, place))


def _parquet_batches(file: Any, place: str) -> Iterator[Batch]:
    with _told_parquet(place):
        number = 0
        for some in file.iter_batches(BATCH_ROWS):
            cells = {name: some.column(at).to_pylist() for at, name in enumerate(some.schema.names)}
            yield Batch(range(number + 1, number + some.num_rows + 1), cells)
            number += some.num_rows


@contextmanager
def _told_parquet(place: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
