"""Tables: CSV, Excel and Parquet, read row by row into standard fields."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import ZoneproofError
from layers.columns import choose, standard_columns
from layers.encoding import codec_of
from layers.model import Source
from layers.problems import Problems, nearest
from layers.text import Text
from layers.values import blank
from layers.vectors import place_of
from layers.where import matching

DELIMITERS = ",;\t，"
EXCEL = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Raw:
    """The cells of a table: per column, and per row its number from 1. Rows without anything are left out."""

    columns: Mapping[str, Sequence[object]]
    numbers: Sequence[int]
    notes: tuple[Text, ...] = ()


@dataclass
class TablePiece:
    """What one table source gives: row numbers, and standard fields with the same index."""

    source: Source
    numbers: list[int]
    series: dict[str, pd.Series]
    lacking: tuple[str, ...]
    notes: list[Text] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are in it."""
        return len(self.numbers)

    @property
    def own_ids(self) -> list[str | None]:
        """The ids that the source itself gives."""
        return list(self.series["id"]) if "id" in self.series else [None] * len(self.numbers)


def read_table(source: Source, problems: Problems) -> TablePiece | None:
    """Read a table; what is wrong with it is noted, and None given where it could not be read at all."""
    place = place_of(source)
    piece = None
    with problems.gather():
        raw = _reader(source, place)(source, place)
        chosen = choose(source, tuple(raw.columns), place, problems)
        numbers = list(raw.numbers)
        keep = np.ones(len(numbers), dtype=bool)
        if source.where is not None:
            keep = matching(source.where, raw.columns, len(numbers), place)
        cells = {name: list(itertools.compress(raw.columns[name], keep)) for name in chosen.wanted}
        numbers = list(itertools.compress(numbers, keep))
        labels = [str(number) for number in numbers]
        series = standard_columns(chosen, cells, labels, place, problems)
        piece = TablePiece(source, numbers, series, chosen.lacking, list(raw.notes))
        _check_ranks(series, labels, place, problems)
    return piece


def _reader(source: Source, place: str) -> Callable[[Source, str], Raw]:
    suffix = source.path.suffix.lower() if source.path else ""
    if suffix in (".csv", ".txt", ".tsv"):
        return _csv
    if suffix in EXCEL:
        return _excel
    if suffix in (".parquet", ".pq"):
        return _parquet
    raise ZoneproofError("table-form", place, suffix=suffix or "-")


def _csv(source: Source, place: str) -> Raw:
    text, notes = decoded(_bytes(source, place), source.encoding, place)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ZoneproofError("source-unreadable", place, message=str(error)) from error
    return table_of(rows, place, notes)


def _bytes(source: Source, place: str) -> bytes:
    try:
        return source.path.read_bytes() if source.path else b""
    except OSError as error:
        raise ZoneproofError("source-unreadable", place, message=str(error)) from error


def decoded(content: bytes, stated: str | None, place: str) -> tuple[str, tuple[Text, ...]]:
    """The text of a table's bytes and what was guessed; raises ZoneproofError where no encoding fits."""
    if stated is not None:
        try:
            return content.decode(codec_of(stated) or stated).removeprefix("\ufeff"), ()
        except (UnicodeDecodeError, LookupError) as error:
            raise ZoneproofError("encoding-wrong", place, encoding=stated) from error
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), ()
    try:
        note = Text("未声明编码,按文本推断为 GB18030", "encoding not stated; judged from its text to be GB18030")
        return content.decode("gb18030"), (note,)
    except UnicodeDecodeError as error:
        raise ZoneproofError("encoding-not-found", place) from error


def _excel(source: Source, place: str) -> Raw:
    try:
        book = load_workbook(source.path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
    try:
        names = [sheet.title for sheet in book.worksheets]
        if source.layer is not None and source.layer not in names:
            raise ZoneproofError("sheet-missing", place, sheet=source.layer, hint=nearest(source.layer, names))
        if source.layer is None and len(names) != 1:
            raise ZoneproofError("sheets-several", place, sheets=", ".join(names))
        sheet = book[source.layer or names[0]]
        sheet.reset_dimensions()
        return table_of(sheet.iter_rows(values_only=True), place, ())
    finally:
        book.close()


def _parquet(source: Source, place: str) -> Raw:
    try:
        table = pq.read_table(source.path, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
    columns = {name: table[name].to_pylist() for name in table.column_names}
    return Raw(columns, range(1, table.num_rows + 1))


def table_of(rows: Iterable[Sequence[object]], place: str, notes: tuple[Text, ...]) -> Raw:
    """The first row with anything in it is the heading; data rows count from 1 behind it, blank ones are left out."""
    filled = itertools.dropwhile(_blank_row, rows)
    heading = [("" if blank(name) else str(name).strip()) for name in next(filled, ())]
    names = [name for name in heading if name]
    if not names:
        raise ZoneproofError("table-no-heading", place)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ZoneproofError("table-heading-twice", place, names=", ".join(twice))
    data = [(number, row) for number, row in enumerate(filled, 1) if not _blank_row(row)]
    columns = {name: [row[at] if at < len(row) else None for _, row in data] for at, name in enumerate(heading) if name}
    return Raw(columns, [number for number, _ in data], notes)


def _blank_row(row: Sequence[object]) -> bool:
    return all(blank(cell) for cell in row)


def _check_ranks(series: Mapping[str, pd.Series], labels: Sequence[str], place: str, problems: Problems) -> None:
    """A rank lies between 1 and its total."""
    if "rank" not in series or "total" not in series:
        return
    for label, rank, total in zip(labels, series["rank"], series["total"], strict=True):
        if rank < 1 or rank > total:
            problems.add("rank-range", place, row=label, rank=f"{rank:g}", total=f"{total:g}")
