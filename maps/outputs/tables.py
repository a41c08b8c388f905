"""tables.xlsx: the area tables of a submission, from the same pairs as the verdicts.

Order: control lines, features taken, land use by class, by owner, net and balanced areas, balance of the plan, present
and plan, flow matrix, kinds of change, four sides, sentences, doubtful data, notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from checks.model import Report
from checks.tables.measure import tables_of
from checks.tables.model import Tables
from layers.model import Progress
from layers.text import Lang
from maps import labels
from maps.book import Book, Sheet

NAME = "tables"
FILES = ("tables.xlsx",)


def write(report: Report, folder: Path, progress: Progress | None = None, *, lang: Lang | None = None) -> None:
    """Write tables.xlsx to `folder`."""
    chosen: Lang = lang or report.inputs.project.lang
    project = report.inputs.project
    tables = tables_of(report, progress)
    day = max(labels.as_of_or_epoch(report), "1980-01-01")
    book = Book(folder / FILES[0], "en" if chosen == "en" else "zh", project.hectare_places, day)
    for sheet in _sheets(report, tables):
        book.add(sheet, project.name)
    book.close()


def _sheets(report: Report, tables: Tables) -> Iterator[Sheet]:
    from maps import table_land, table_lines, table_notes, table_plan, table_sides  # noqa: PLC0415

    for part in (table_lines, table_land, table_plan, table_sides, table_notes):
        yield from part.sheets(report, tables)
