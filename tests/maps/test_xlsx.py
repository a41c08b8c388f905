"""The Excel report: every finding and its evidence, numbers as numbers, no formula from data, the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

from zoneproof.cli import main

HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "<b>x</b>", "a\x0bb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("xlsx")
    squares = [shapely.box(540_000 + i * 2_000, 2_604_000, 541_000 + i * 2_000, 2_605_000) for i in range(len(HOSTILE))]
    frame = gpd.GeoDataFrame(
        {"YQMC": [name.replace("\x0b", " ") for name in HOSTILE]}, geometry=squares, crs="EPSG:4542"
    )
    frame.to_file(place / "zones.gpkg")
    frame.rename(columns={"YQMC": "BSM"}).to_file(place / "line.gpkg")
    text = '[project]\nname = "=x"\nas_of = 2025-07-25\npacks = ["control-lines"]\n[layers]\nzones = "zones.gpkg"\n'
    (place / "zone.toml").write_text(text + 'basic_farmland = "line.gpkg"\n', encoding="utf-8")
    for out in ("a", "b"):
        main(["check", str(place), "-o", str(place / out), "--only", "xlsx", "-q"])
    return place


def test_every_finding_and_its_evidence_stand_in_it(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "a" / "report.xlsx")
    assert book.sheetnames == ["结论", "证据", "量算", "输入", "指标"]
    content = json.loads((folder / "a" / "findings.json").read_text(encoding="utf-8"))
    findings = [finding for zone in content["zones"] for finding in zone["findings"]]
    rows = list(book["结论"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [finding["id"] for finding in findings]
    assert [row[6] for row in rows] == [finding["value"] for finding in findings]
    ids = [row[0] for row in book["证据"].iter_rows(min_row=2, values_only=True)]
    assert ids == [item["id"] for finding in findings for item in finding["evidence"]]


def test_no_text_of_the_data_is_a_formula(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "a" / "report.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert {"=1+1", "@SUM(A1)"} <= {cell.value for cell in cells}


def test_each_finding_leads_to_its_place_on_the_map_and_takes_a_decision(folder: Path) -> None:
    page = openpyxl.load_workbook(folder / "a" / "report.xlsx")["结论"]
    assert page.cell(2, 19).hyperlink.target.startswith("map.html#f=%3D1%2B1%2FLINE-1")
    (choice,) = page.data_validations.dataValidation
    assert "同意" in choice.formula1 and page.freeze_panes == "D2" and page.auto_filter.ref


def test_the_same_report_gives_the_same_bytes(folder: Path) -> None:
    one, other = (hashlib.sha256((folder / out / "report.xlsx").read_bytes()).hexdigest() for out in "ab")
    assert one == other


def test_headings_follow_the_language(folder: Path) -> None:
    main(["check", str(folder), "-o", str(folder / "en"), "--only", "xlsx", "--lang", "en", "-q"])
    book = openpyxl.load_workbook(folder / "en" / "report.xlsx")
    assert book.sheetnames[0] == "verdicts" and book["verdicts"].cell(1, 2).value == "zone"
