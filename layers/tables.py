"""Tables: CSV, Excel and Parquet, read row by row into standard fields."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

from geo.errors import ZoneproofError
from layers.columns import Columns, choose, standard_columns
from layers.model import FieldMap, Source
from layers.problems import Problems
from layers.roles import find_field, folded
from layers.sheets import EXCEL, TEXTS, Sheet, csv_sheet, excel_sheet, parquet_sheet
from layers.text import Text
from layers.units import convertible, known_unit
from layers.vectors import place_of
from layers.where import matching

MOST_ROWS = 1_000_000
"""More rows than an Excel sheet has are no planner's table; `where` may choose from any number."""


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
    with problems.gather(), _opened(source, place) as sheet:
        chosen, notes = _chosen(source, sheet, place, problems)
        numbers, cells = _kept(source, sheet, chosen.wanted, place)
        labels = [str(number) for number in numbers]
        series = standard_columns(chosen, cells, labels, place, problems)
        piece = TablePiece(source, numbers, series, chosen.lacking, [*sheet.notes, *notes])
        _check_ranks(series, labels, place, problems)
    return piece


@contextmanager
def _opened(source: Source, place: str) -> Iterator[Sheet]:
    """The table's heading and rows, in whatever form it comes."""
    known = partial(_is_known, source)
    path = source.path
    suffix = path.suffix.lower() if path else ""
    if path is not None and suffix in TEXTS:
        yield csv_sheet(path, source.encoding, place, known)
    elif path is not None and suffix in EXCEL:
        with excel_sheet(path, source.layer, place, known) as sheet:
            yield sheet
    elif path is not None and suffix in (".parquet", ".pq"):
        yield parquet_sheet(path, place)
    else:
        raise ZoneproofError("table-form", place, suffix=suffix or "-")


def _is_known(source: Source, name: str) -> bool:
    """Whether a cell reads like the heading of one of the role's columns."""
    if any(folded(mapped.column) == folded(name) for mapped in source.fields.values()):
        return True
    return any(find_field(field, [name]) is not None for field in source.role.fields.values())


def _chosen(source: Source, sheet: Sheet, place: str, problems: Problems) -> tuple[Columns, list[Text]]:
    """The columns of the standard fields; those whose heading has no unit take the one of the title rows."""
    chosen = choose(source, sheet.columns, place, problems)
    maps, notes = dict(chosen.maps), []
    for unit in sheet.units:
        taken = [
            name
            for name, mapped in maps.items()
            if mapped.unit is None
            and (own := source.role.fields[name].unit) is not None
            and convertible(unit, own)
            and unit != known_unit(own)
        ]
        maps |= {name: FieldMap(maps[name].column, unit) for name in taken}
        if taken:
            named = ", ".join(maps[name].column for name in taken)
            notes.append(
                Text(
                    f"按表头上方所注单位 {unit} 读取: {named}", f"read in {unit}, as stated above the heading: {named}"
                )
            )
    return replace(chosen, maps=maps), notes


def _kept(source: Source, sheet: Sheet, wanted: Sequence[str], place: str) -> tuple[list[int], dict[str, list[object]]]:
    """Row numbers and cells of the rows that meet `where`; no more is held of a long table.

    Raises ZoneproofError `table-too-long`.
    """
    numbers: list[int] = []
    cells: dict[str, list[object]] = {name: [] for name in wanted}
    same: dict[str, str] = {}
    for batch in sheet.batches():
        keep = np.ones(len(batch.numbers), dtype=bool)
        if source.where is not None:
            keep = matching(source.where, batch.cells, len(batch.numbers), place)
        numbers += itertools.compress(batch.numbers, keep)
        for name in wanted:
            cells[name] += (
                same.setdefault(cell, cell) if isinstance(cell, str) and len(same) < MOST_ROWS else cell
                for cell in itertools.compress(batch.cells[name], keep)
            )
        if len(numbers) > MOST_ROWS:
            raise ZoneproofError("table-too-long", place, most=MOST_ROWS)
    return numbers, cells


def _check_ranks(series: Mapping[str, pd.Series], labels: Sequence[str], place: str, problems: Problems) -> None:
    """A rank lies between 1 and its total."""
    if "rank" not in series or "total" not in series:
        return
    for label, rank, total in zip(labels, series["rank"], series["total"], strict=True):
        if rank < 1 or rank > total:
            problems.add("rank-range", place, row=label, rank=f"{rank:g}", total=f"{total:g}")
