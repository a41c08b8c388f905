"""tables.xlsx: live formulas that hold their values, units in the headings, nothing of the data as a formula."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from checks.model import Report
from checks.site import sites
from maps.outputs import tables
from maps.outputs.docx import write as write_docx
from maps.terminal import table
from tests.checks.case_inputs import inputs_of

EVIL = '=HYPERLINK("http://x","y")'
NUMBERS = ("面积", "占用", "合计", "小计")
UNITS = ("公顷", "㎡", "%", "米", "个")


def square(west: float, east: float) -> str:
    return f"POLYGON(({west} 0, {east} 0, {east} 1000, {west} 1000, {west} 0))"


def make_report(hectare_places: int = 4) -> Report:
    """Two zones: one with everything and hostile names, one without a plan and partly without land use."""
    use = {"scheme": "survey-2020", "deduct": 0.1}
    plan = {"scheme": "plan-2023"}
    case: dict[str, Any] = {
        "layers": {
            "zones": [
                {"wkt": square(0, 600), "zone": EVIL, "area": "@片区"},
                {"wkt": square(600, 700), "zone": EVIL, "area": "-二"},
                {"wkt": square(2000, 2300), "zone": "乙园区"},
            ],
            "land_use": [
                {"wkt": square(-10, 333), "code": "0103", "id": "+1", "owner": EVIL, "ownership": "30", **use},
                {"wkt": square(333, 700), "code": "0601", "id": "=2+2", "owner": "市", "ownership": "20", **use},
                {"wkt": square(600, 650), "code": "0702", "id": "doubled", "name": "{{1}}", **use},
                {"wkt": square(2000, 2100), "code": "0404", "id": "g", **use},
            ],
            "land_use_plan": [
                {"wkt": square(-10, 500), "code": "100101", **plan},
                {"wkt": square(500, 700), "code": "0103", **plan},
            ],
            "basic_farmland": [{"wkt": square(0, 100), "deduct": 0.1, "name": EVIL}],
            "urban_boundary": [{"wkt": square(-10, 400), "division": "concentrated"}],
        }
    }
    inputs = inputs_of(case)
    object.__setattr__(inputs.project, "hectare_places", hectare_places)
    return Report(inputs, (), {}, (), {}, "info", sites=sites(inputs))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    tables.write(make_report(), folder)
    return folder / "tables.xlsx"


def cells(path: Path, *, values: bool) -> Iterator[tuple[str, Any]]:
    for sheet in openpyxl.load_workbook(path, data_only=values).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                yield f"{sheet.title}!{cell.coordinate}", cell


def test_the_sheets_are_there_and_end_in_a_total(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    assert workbook.sheetnames == [
        "三线占用汇总", "占用明细", "基本农田占用明细", "现状分类汇总", "权属分类汇总", "净面积与平差", "用地平衡表",
        "现状规划对照", "流向矩阵", "变化分类", "四至", "文字表述", "数据核对", "编制说明",
    ]  # fmt: skip
    for sheet in workbook.worksheets[:10]:
        assert sheet.cell(sheet.max_row, 1).value == "合计", sheet.title


def test_every_column_of_figures_names_its_unit(book: Path) -> None:
    for sheet in openpyxl.load_workbook(book, data_only=True).worksheets[:10]:
        last = sheet.max_row
        first = next(row for row in range(3, last + 1) if isinstance(sheet.cell(row, 4).value, int))
        for column in range(5, sheet.max_column + 1):
            figures = [sheet.cell(row, column).value for row in range(first, last + 1)]
            if any(isinstance(value, float) for value in figures):
                heads = "".join(str(_over(sheet, row, column) or "") for row in range(3, first))
                assert "系数" in heads or any(unit in heads for unit in UNITS), (sheet.title, heads)


def _over(sheet: Any, row: int, column: int) -> Any:
    """The heading over a cell, where it is merged too."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col).value
    return sheet.cell(row, column).value


def test_formulas_are_ours_alone_and_hold_their_values(book: Path) -> None:
    values = {place: cell.value for place, cell in cells(book, values=True)}
    formulas = {place: cell.value for place, cell in cells(book, values=False) if cell.data_type == "f"}
    assert len(formulas) > 100
    for place, formula in formulas.items():
        assert "HYPERLINK" not in formula and "2+2" not in formula
        assert isinstance(values[place], int | float), place
    texts = [cell.value for _, cell in cells(book, values=False) if cell.data_type == "s"]
    assert EVIL in texts and "=2+2" in texts and "@片区" in texts and "{{1}}" not in [t for t in texts if t == "1"]
    assert not any(name.endswith(("externalLink", "hyperlink")) for name in ZipFile(book).namelist())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice to calculate the formulas with")
def test_the_held_values_are_what_libreoffice_calculates(book: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path, book],
        check=False, capture_output=True, timeout=180,
    )  # fmt: skip
    assert (tmp_path / "tables.xlsx").exists(), done.stderr
    ours = {place: cell.value for place, cell in cells(book, values=True)}
    theirs = {place: cell.value for place, cell in cells(tmp_path / "tables.xlsx", values=True)}
    formulas = [place for place, cell in cells(book, values=False) if cell.data_type == "f"]
    for place in formulas:
        assert theirs[place] == pytest.approx(ours[place], abs=1e-9), place


def test_the_total_is_the_measured_land(book: Path) -> None:
    report = make_report()
    measured = sum(site.land("zone").area_m2 for site in report.sites)
    workbook = openpyxl.load_workbook(book, data_only=True)
    for name, heading in (("三线占用汇总", "总面积(公顷)"), ("现状分类汇总", "面积(㎡)"), ("流向矩阵", "合计(公顷)")):
        sheet = workbook[name]
        column = next(cell.column for row in sheet.iter_rows(3, 4) for cell in row if cell.value == heading)
        total = sheet.cell(sheet.max_row, column).value
        assert abs(total * (1 if "㎡" in heading else 1e4) - measured) < 0.02, name  # two zones, 0.01 each


def test_land_of_two_classes_or_none_is_not_passed_over(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, data_only=True)
    net = workbook["净面积与平差"]
    said = {row[5].value: row[9].value for row in net.iter_rows(min_row=4) if row[5].value}
    assert said["无图斑"] == said["图斑重叠,地类不一"] == "未能核定" and isinstance(said["旱地"], float)
    assert net.cell(net.max_row, 10).value == "未能核定", "a total of which a part is not known"
    kinds = {row[5].value for row in workbook["现状规划对照"].iter_rows(min_row=4)}
    assert {"01 耕地", "10 工矿用地", "04 草地", "现状无图斑", "规划无图斑"} <= kinds


def test_hectares_in_two_places_and_negatives_in_red(tmp_path: Path, book: Path) -> None:
    tables.write(make_report(2), tmp_path)
    forms = {cell.number_format for _, cell in cells(tmp_path / "tables.xlsx", values=False)}
    assert "#,##0.00;[Red]-#,##0.00;0" in forms and not any("0.0000;" in form for form in forms)
    sheet = openpyxl.load_workbook(book, data_only=True)["现状规划对照"]
    losses = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float) and cell.value < 0]
    assert losses and all("[Red]-" in cell.number_format for cell in losses)


def test_the_same_bytes_and_in_english(tmp_path: Path, book: Path) -> None:
    tables.write(make_report(), tmp_path)
    again = (tmp_path / "tables.xlsx").read_bytes()
    assert hashlib.sha256(again).digest() == hashlib.sha256(book.read_bytes()).digest()
    tables.write(make_report(), tmp_path, lang="en")
    english = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert english.worksheets[0].cell(1, 1).value == "Land against the control lines"
    assert english.worksheets[0].cell(english.worksheets[0].max_row, 1).value == "total"


def test_the_sentences_stand_in_terminal_and_word_too(tmp_path: Path, book: Path) -> None:
    import docx

    report = make_report()
    sheet = openpyxl.load_workbook(book)["文字表述"]
    said = [sheet.cell(row, 3).value for row in range(4, sheet.max_row + 1)]
    assert len(said) == 2 and all("生态保护红线未能核定" in text for text in said)
    printed = "".join(table(report, "zh", 200).split())
    assert all("".join(text.split()) in printed for text in said)
    write_docx(report, tmp_path)
    written = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "report.docx")).paragraphs)
    assert all(text in written for text in said)


def test_the_four_sides_of_each_zone(book: Path) -> None:
    page = openpyxl.load_workbook(book)["四至"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=4)]
    assert [row[2] for row in rows] == ["东", "南", "西", "北"] * 2
    assert [row[0] for row in rows] == [EVIL] * 4 + ["乙园区"] * 4
    assert all(row[6].startswith("F47G") for row in rows)
    assert [row[5] for row in rows] == [None] * 8
