"""A workbook of tables as offices hand them in: title, unit, framed cells, our own formulas with their values in them.

Numbers are numbers, formulas are ours alone, and nothing of the data is ever a formula, a link or markup. No clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from layers.text import Text
from maps.office import plain

Kind = Literal["text", "wide", "count", "m2", "ha", "share", "m", "factor"]
Level = Literal["row", "sub", "total"]
UNKNOWN = Text("未能核定", "not established")
HEAD_ROWS = 2
"""Title and unit line; the heading follows."""
PER_HA, PER_M2 = 1_000_000, 100
WIDE = 165.0
"""A sheet whose columns are wider together is printed on A3."""
LINE_PT, ROW_PT, MOST_PT = 13.0, 18.0, 400.0
UNITS: Mapping[str, Text] = {
    "m2": Text("㎡", "m2"),
    "ha": Text("公顷", "ha"),
    "share": Text("%", "%"),
    "m": Text("米", "m"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading with the unit, what its cells are, the heading that it stands under with its neighbours."""

    heading: Text
    kind: Kind = "text"
    width: float = 10
    group: Text | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the rows from `first` to `last` of the cell's own column; subtotals among them count once."""

    first: int
    last: int
    value: int


@dataclass(frozen=True, slots=True)
class RowSum:
    """The sum of other cells of the row, those of `less` taken off."""

    columns: tuple[int, ...]
    value: int
    less: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Cells of the row over one cell of its own or another row."""

    columns: tuple[int, ...]
    over: int
    value: float
    row: int | None = None


Cell = Text | str | int | float | Sum | RowSum | Part | None


@dataclass(slots=True)
class Sheet:
    """A table: its name, title, columns and rows; the last row is the total."""

    name: Text
    title: Text
    columns: tuple[Column, ...]
    rows: list[tuple[Level, list[Cell]]] = field(default_factory=list)


class Book:
    """The workbook, sheet by sheet; `places` of hectares, `day` (YYYY-MM-DD) that its properties carry."""

    def __init__(self, path: Path, lang: Literal["zh", "en"], places: int, day: str) -> None:
        self.lang, self.places = lang, places
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"author": "zoneproof", "created": datetime.fromisoformat(day)})
        self._formats: dict[tuple[object, ...], Any] = {}
        self._first = 0

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def add(self, sheet: Sheet, project: str) -> None:
        """Write one sheet."""
        page = self._book.add_worksheet(self._show(sheet.name))
        last = len(sheet.columns) - 1
        page.merge_range(0, 0, 0, last, self._show(sheet.title), self._format(title=True))
        page.set_row(0, 30)
        self._under_title(page, sheet, project, last)
        first = self._first = HEAD_ROWS + self._headings(page, sheet)
        for number, (level, cells) in enumerate(sheet.rows, first):
            for column, cell in enumerate(cells):
                self._put(page, (number, column), cell, sheet.columns[column].kind, level)
            page.set_row(number, self._height(sheet, cells))
        for number, each in enumerate(sheet.columns):
            page.set_column(number, number, each.width)
        page.freeze_panes(first, 0)
        _print(page, sheet, first)

    def _under_title(self, page: Any, sheet: Sheet, project: str, last: int) -> None:
        half = max(last // 2, 1)
        left, right = self._format(small="left"), self._format(small="right")
        page.merge_range(1, 0, 1, half, plain(project), left)
        units = [unit for kind, unit in UNITS.items() if any(column.kind == kind for column in sheet.columns)]
        told = Text("单位:" + "、".join(unit.zh for unit in units), "unit: " + ", ".join(unit.en for unit in units))
        note = self._show(told) if units else ""
        if last - half > 1:
            page.merge_range(1, half + 1, 1, last, note, right)
        elif last > half:
            page.write_string(1, last, note, right)
        page.set_row(1, 18)

    def _headings(self, page: Any, sheet: Sheet) -> int:
        """Write the headings; how many rows they take."""
        style = self._format(head=True)
        grouped = any(column.group for column in sheet.columns)
        bottom = HEAD_ROWS + (1 if grouped else 0)
        number = 0
        while number < len(sheet.columns):
            column = sheet.columns[number]
            end = number
            if column.group is not None:
                while end + 1 < len(sheet.columns) and sheet.columns[end + 1].group == column.group:
                    end += 1
                if end > number:
                    page.merge_range(HEAD_ROWS, number, HEAD_ROWS, end, self._show(column.group), style)
                else:
                    page.write_string(HEAD_ROWS, number, self._show(column.group), style)
                for each in range(number, end + 1):
                    page.write_string(bottom, each, self._show(sheet.columns[each].heading), style)
            elif grouped:
                page.merge_range(HEAD_ROWS, number, bottom, number, self._show(column.heading), style)
            else:
                page.write_string(bottom, number, self._show(column.heading), style)
            number = end + 1
        page.set_row(bottom, 36 if self.lang == "zh" else 48)
        return 2 if grouped else 1

    def _put(self, page: Any, at: tuple[int, int], cell: Cell, kind: Kind, level: Level) -> None:
        row, column = at
        style = self._format(kind=kind, level=level)
        if isinstance(cell, Sum | RowSum | Part):
            value = cell.value if isinstance(cell, Part) else self._number(cell.value, kind)
            page.write_formula(row, column, formula(cell, row, column, self._first), style, value)
        elif isinstance(cell, int | float):
            page.write_number(row, column, self._number(cell, kind), style)
        elif cell in (None, ""):
            page.write_blank(row, column, None, style)
        else:
            text = self._show(cell) if isinstance(cell, Text) else plain(str(cell))
            page.write_string(row, column, text, self._format(kind="wide" if kind == "wide" else "text", level=level))

    def _height(self, sheet: Sheet, cells: list[Cell]) -> float:
        """As high as the longest text of a row needs; Chinese characters are twice as wide."""
        lines = 1
        for column, cell in zip(sheet.columns, cells, strict=True):
            if isinstance(cell, Text | str):
                text = self._show(cell) if isinstance(cell, Text) else plain(cell)
                width = sum(2 if ord(char) > 255 else 1 for char in text)
                lines = max(lines, -int(-width // max(column.width - 2, 1)))
        return min(max(ROW_PT, lines * LINE_PT + 4), MOST_PT)

    def _number(self, value: float, kind: Kind) -> float:
        """Cents in the column's unit."""
        return value / PER_HA if kind == "ha" else value / PER_M2 if kind == "m2" else value

    def _show(self, text: Text) -> str:
        return plain(text.show(self.lang))

    def _format(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(self._style(**wanted))
        return self._formats[key]

    def _style(
        self,
        *,
        kind: Kind = "text",
        level: Level = "row",
        title: bool = False,
        head: bool = False,
        small: str | None = None,
    ) -> Mapping[str, Any]:
        song, black = ("宋体", "黑体") if self.lang == "zh" else ("Times New Roman", "Arial")
        if title:
            return {"font_name": black, "font_size": 16, "bold": True, "align": "center", "valign": "vcenter"}
        if small:
            return {"font_name": song, "font_size": 10, "align": small, "valign": "vcenter"}
        framed = {"border": 1, "valign": "vcenter", "font_name": song, "font_size": 10}
        if head:
            return {**framed, "font_name": black, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"}
        numbers = {"ha": "#,##0." + "0" * self.places, "m2": "#,##0.00", "m": "#,##0.00"}
        zero = "" if kind == "m" else ";0"
        style: dict[str, Any] = {**framed, "align": "left" if kind == "wide" else "center", "text_wrap": True}
        if kind in numbers:
            style |= {
                "num_format": f"{numbers[kind]};[Red]-{numbers[kind]}{zero}",
                "align": "right",
                "text_wrap": False,
            }
        elif kind in ("share", "factor", "count"):
            forms = {"share": "0.00%", "factor": "0.0000", "count": "#,##0"}
            style |= {"num_format": forms[kind], "align": "center" if kind == "count" else "right", "text_wrap": False}
        else:
            style |= {"num_format": "@"}
        if level != "row":
            style |= {"bold": True, "bg_color": "#F0F0F0" if level == "sub" else "#E3E9F0"}
        return style


def formula(cell: Sum | RowSum | Part, row: int, column: int, first: int) -> str:
    """Our own formula for a cell; rows of the table are counted from `first`."""
    if isinstance(cell, Sum):
        letter = xl_col_to_name(column)
        return f"=SUBTOTAL(9,{letter}{cell.first + first + 1}:{letter}{cell.last + first + 1})"
    added = "+".join(xl_rowcol_to_cell(row, each) for each in cell.columns)
    if isinstance(cell, RowSum):
        return f"={added}" + "".join(f"-{xl_rowcol_to_cell(row, each)}" for each in cell.less)
    below = xl_rowcol_to_cell(row if cell.row is None else cell.row + first, cell.over, row_abs=cell.row is not None)
    return f"=IF({below}=0,0,({added})/{below})"


def _print(page: Any, sheet: Sheet, first: int) -> None:
    """A4, wide ones A3, as wide as the page, the heading on every page, pages numbered."""
    page.set_paper(8 if sum(column.width for column in sheet.columns) > WIDE else 9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, first - 1)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.center_horizontally()
    page.set_footer("&C&P / &N")
    page.hide_gridlines(2)
