"""report.xlsx: verdicts with a decision to fill in, evidence, measures, inputs and indicators, for the desk.

Numbers are numbers, ids are text, and no text of the data is ever a formula. The same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checks import words
from checks.model import Evidence, Finding, Report
from layers.model import Progress
from layers.text import Lang, Text
from maps import labels
from maps.comments import DECISIONS, Comments
from maps.measure_words import measure_words
from maps.office import fixed_zip, plain
from maps.outputs.findings import in_unit, ordered

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NAME = "xlsx"
FILES = ("report.xlsx",)
MOST = 200_000
"""Rows of evidence that are written; the rest stands in the GeoPackage."""
COLOURS = {"fail": "FBE3D6", "undetermined": "FCF0D4", "pass": "DCEBF7", "info": "EEEEEE", "not-applicable": "F7F7F7"}
SAID_EVERY = 1000
"""Rows after which progress is told."""
WIDEST = 32
LINE_PT, MOST_LINES = 14.0, 10
UNITS = {
    "m2": Text("㎡", "m2"), "m": Text("米", "m"), "count": Text("个", ""), "share": Text("", ""), "ratio": Text("", ""),
}  # fmt: skip
SHARE = "0.00%"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, headings, rows; a link and whether its figures are shares per row.

    `ungrouped`: Chinese headings of columns whose numbers have no thousands' commas.
    """

    name: Text
    headings: tuple[Text, ...]
    rows: list[tuple[Any, ...]]
    links: tuple[str | None, ...] = ()
    shares: tuple[bool, ...] = ()
    ungrouped: tuple[str, ...] = ()


def write(
    report: Report,
    folder: Path,
    progress: Progress | None = None,
    *,
    lang: Lang | None = None,
    comments: Comments | None = None,
) -> None:
    """Write report.xlsx to `folder`."""
    from openpyxl import Workbook  # noqa: PLC0415

    chosen: Lang = lang or report.inputs.project.lang
    book = Workbook()
    book.remove(book.active)
    sheets = list(_sheets(report, chosen, comments or Comments()))
    for done, sheet in enumerate(sheets):
        if progress:
            progress(Text(f"Excel: {sheet.name.zh}", f"Excel: {sheet.name.en}"), done, len(sheets))
        _add(book, sheet, chosen, progress)
    _decisions(book.worksheets[0], len(sheets[0].rows), chosen)
    path = folder / FILES[0]
    book.properties.creator = "zoneproof"
    book.save(path)
    fixed_zip(path, labels.as_of_or_epoch(report))


def _sheets(report: Report, lang: Lang, comments: Comments) -> Iterator[Sheet]:
    yield _verdicts(report, lang, comments)
    yield _evidence(report, lang)
    yield _measures(report, lang)
    yield _inputs(report, lang)
    yield _indicators(report, lang)
    if comments.unmatched:
        yield _unmatched(comments)


def _verdicts(report: Report, lang: Lang, comments: Comments) -> Sheet:
    headings = (
        Text("标识", "id"), Text("园区", "zone"), Text("规则", "rule"), Text("对象", "subject"), Text("内容", "title"),
        Text("结论", "verdict"), Text("实测", "measured"), Text("单位", "unit"), Text("要求", "required"),
        Text("余量", "margin"), Text("口径", "basis"), Text("依据文件", "document"), Text("条款", "clause"),
        Text("原文", "quote"), Text("原文情况", "standing"), Text("说明", "message"), Text("缺少", "missing"),
        Text("怎么改", "how to mend it"), Text("地图", "map"), Text("意见", "decision"), Text("备注", "comment"),
    )  # fmt: skip
    rows, links = [], []
    for zone, finding in _findings(report):
        outcome, cited, said = finding.outcome, finding.citation, comments.of(finding.id)
        limits = labels.limits(finding)
        required = "; ".join(labels.required(limit, labels.unit(finding, limit)).show(lang) for limit in limits)
        rows.append(
            (
                finding.id, zone, finding.rule, labels.SUBJECT[finding.subject].show(lang), finding.title.show(lang),
                labels.verdict(finding).show(lang), in_unit(outcome.value, outcome.unit),
                _unit(outcome.unit, lang), required,
                in_unit(limits[0].margin, outcome.unit) if limits else None, labels.basis(finding).show(lang),
                cited.document or "", cited.clause or "", cited.quote or "", labels.standing(finding).show(lang),
                outcome.message.show(lang), "; ".join(labels.wanted(one).show(lang) for one in outcome.missing),
                finding.texts["mend"].show(lang) if "mend" in finding.texts else "", Text("查看", "show").show(lang),
                "; ".join(one.decided.show(lang) for one in said if one.decision),
                "; ".join(one.comment for one in said if one.comment),
            )
        )  # fmt: skip
        links.append(f"map.html#f={quote(finding.id, safe='')}")
    shares = tuple(finding.outcome.unit == "share" for _, finding in _findings(report))
    return Sheet(Text("结论", "verdicts"), headings, rows, tuple(links), shares)


def _evidence(report: Report, lang: Lang) -> Sheet:
    headings = (
        Text("标识", "id"), Text("规则", "rule"), Text("结论", "verdict"), Text("园区", "zone"), Text("图层", "layer"),
        Text("要素", "feature"), Text("面积(㎡)", "area (m2)"), Text("长度(米)", "length (m)"),
        Text("宽度(米)", "width (m)"), Text("细碎图斑", "sliver"), Text("西", "west"), Text("南", "south"),
        Text("东", "east"), Text("北", "north"), Text("说明", "note"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for zone, finding in _findings(report):
        rows += [_item(finding, zone, item, lang) for item in ordered(report, finding)[: MOST - len(rows)]]
    return Sheet(Text("证据", "evidence"), headings, rows)


def _item(finding: Finding, zone: str, item: Evidence, lang: Lang) -> tuple[Any, ...]:
    """One piece of evidence."""
    return (
        f"{finding.id}/{item.key}", finding.rule, labels.verdict(finding).show(lang), zone, item.role,
        item.feature, in_unit(item.area_m2, "m2"), in_unit(item.length_m, "m"), in_unit(item.width_m, "m"),
        Text("是", "yes").show(lang) if item.sliver else "", *(item.bbox or (None,) * 4),
        item.note.show(lang) if item.note else "",
    )  # fmt: skip


def _measures(report: Report, lang: Lang) -> Sheet:
    headings = (
        Text("标识", "id"), Text("规则", "rule"), Text("量", "measure"), Text("名称", "in words"), Text("值", "value"),
    )  # fmt: skip
    rows = [
        (finding.id, finding.rule, name, measure_words(name).show(lang), value)
        for _, finding in _findings(report)
        for name, value in finding.outcome.measures.items()
        if value is not None
    ]
    return Sheet(Text("量算", "measures"), headings, rows)


def _inputs(report: Report, lang: Lang) -> Sheet:
    headings = (
        Text("角色", "role"), Text("来源", "source"), Text("SHA-256", "SHA-256"), Text("坐标系", "CRS"),
        Text("要素数", "features"), Text("读取数", "read"), Text("面积(㎡)", "area (m2)"),
        Text("已修复", "repaired"), Text("说明", "notes"),
    )  # fmt: skip
    rows = [
        (
            record.role, record.source or "", record.sha256 or "", record.crs or "", record.features, record.read,
            in_unit(record.area_m2, "m2"), len(record.repaired), "; ".join(note.show(lang) for note in record.notes),
        )
        for record in report.inputs.records
    ]  # fmt: skip
    return Sheet(Text("输入", "inputs"), headings, rows)


def _indicators(report: Report, lang: Lang) -> Sheet:
    headings = (
        Text("园区", "zone"), Text("年份", "year"), Text("指标", "name"), Text("值", "value"), Text("单位", "unit"),
        Text("来源", "source"),
    )  # fmt: skip
    table = report.inputs.tables.get("indicators")
    listed = (table.role.fields["name"].values if table else None) or {}
    rows = []
    for row in table.frame.to_dict("records") if table else []:
        name = str(row["name"])
        begin, colon, own = name.partition(":")
        known = listed.get(name) or [word + own for word in listed.get(begin + colon, ())]
        told = Text((*known, name)[0], name).show(lang)
        cells = (row.get("zone"), _whole(row["year"]), told, _whole(row["value"]), row.get("unit"), row.get("source"))
        rows.append(tuple(None if cell is None or cell != cell else cell for cell in cells))  # noqa: PLR0124 (NaN)
    return Sheet(Text("指标", "indicators"), headings, rows, ungrouped=("年份",))


def _whole(value: Any) -> Any:
    """A whole number as one, so that it is shown without decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _unmatched(comments: Comments) -> Sheet:
    headings = (
        Text("标识", "id"), Text("内容", "title"), Text("意见", "decision"), Text("备注", "comment"),
        Text("审查人", "reviewer"), Text("日期", "date"),
    )  # fmt: skip
    rows = [(one.finding, one.title, one.decision, one.comment, one.reviewer, one.date) for one in comments.unmatched]
    return Sheet(Text("未对应的意见", "comments without finding"), headings, list(rows))


def _findings(report: Report) -> Iterator[tuple[str, Finding]]:
    return ((zone.zone, finding) for zone in report.zones for finding in zone.findings)


def _add(book: Workbook, sheet: Sheet, lang: Lang, progress: Progress | None) -> None:
    """A sheet with its heading row frozen and filtered."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    page = book.create_sheet(sheet.name.show("zh" if lang == "both" else lang))
    page.append([heading.show(lang) for heading in sheet.headings])
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF3")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    shares = {number for number, share in enumerate(sheet.shares, 2) if share}
    for number, row in enumerate(sheet.rows, 2):
        if progress and number % SAID_EVERY == 0:
            progress(Text(f"Excel: {sheet.name.zh}", f"Excel: {sheet.name.en}"), number, len(sheet.rows))
        for column, value in enumerate(row, 1):
            _put(page, number, column, value, share=number in shares)
        for name in sheet.ungrouped:
            page.cell(number, _column(sheet, name)).number_format = "0"
        page.row_dimensions[number].height = LINE_PT * _lines(row)
        if sheet.links and sheet.links[number - 2]:
            cell = page.cell(number, _column(sheet, "地图"))
            cell.hyperlink, cell.font = sheet.links[number - 2], Font(color="0563C1", underline="single")
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headings))}{max(len(sheet.rows) + 1, 2)}"
    for column in range(1, len(sheet.headings) + 1):
        page.column_dimensions[get_column_letter(column)].width = _width(page, column)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"


def _unit(unit: str | None, lang: Lang) -> str:
    """The unit in words; shares stand in percent."""
    return UNITS.get(str(unit), words.UNITS.get(str(unit), Text(unit or "", unit or ""))).show(lang)


def _lines(row: Sequence[Any]) -> int:
    """How many lines the longest cell of a row takes."""
    return min(max((-(-_length(cell) // (WIDEST - 4)) for cell in row), default=1) or 1, MOST_LINES)


def _length(cell: Any) -> int:
    """The width of a cell in characters; Chinese ones count twice."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return len(f"{cell:,}" if isinstance(cell, int) else f"{cell:,.6f}".rstrip("0"))
    return sum(2 if ord(char) > 255 else 1 for char in str(cell)) if cell is not None else 0


def _put(page: Worksheet, row: int, column: int, value: Any, *, share: bool = False) -> None:
    """A number as a number; everything else as text, never a formula."""
    cell = page.cell(row, column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        cell.number_format = SHARE if share else "#,##0" if isinstance(value, int) else "#,##0.00####"
        cell.alignment = _top(wrapped=False)
    elif value not in (None, ""):
        cell.value = plain(str(value))
        cell.data_type = "s"
        cell.number_format = "@"
        cell.alignment = _top(wrapped=True)


@cache
def _top(*, wrapped: bool) -> Any:
    """One object for all cells: openpyxl takes long to make it."""
    from openpyxl.styles import Alignment  # noqa: PLC0415

    return Alignment(wrap_text=True, vertical="top") if wrapped else Alignment(vertical="top")


def _column(sheet: Sheet, name: str) -> int:
    return next(number for number, heading in enumerate(sheet.headings, 1) if heading.zh == name)


def _width(page: Worksheet, column: int) -> float:
    """As wide as its longest cell of the first rows; Chinese characters count twice."""
    cells: Sequence[Any] = [page.cell(row, column).value for row in range(1, min(page.max_row, 60) + 1)]
    return min(max(*map(_length, cells), 6) + 2, WIDEST)


def _offered(lang: Lang) -> str:
    """The decisions as Excel takes a list."""
    return '"' + ",".join(text.show("zh" if lang == "both" else lang) for text in DECISIONS.values()) + '"'


def _decisions(page: Worksheet, rows: int, lang: Lang) -> None:
    """A list of decisions to choose from, and each verdict in its colour."""
    from openpyxl.formatting.rule import FormulaRule  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    last = rows + 1
    choice = DataValidation("list", formula1=_offered(lang), allow_blank=True)
    page.add_data_validation(choice)
    choice.add(f"T2:T{last}")
    for verdict, colour in COLOURS.items():
        words = {labels.SHORT[verdict].show(lang)}  # type: ignore[index]
        if verdict == "fail":
            words.add(labels.IN_PRINCIPLE.show(lang))
        for word in sorted(words):
            rule = FormulaRule([f'$F2="{word}"'], fill=PatternFill("solid", bgColor=colour))
            page.conditional_formatting.add(f"A2:U{last}", rule)
    page.freeze_panes = "D2"
