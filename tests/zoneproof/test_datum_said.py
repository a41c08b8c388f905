"""A layer on Xi'an 80 or Beijing 54 is refused, or shifted as the project says; every output tells so."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

import zoneproof
from maps.drawing import overview
from tests.geo.shift_grid import ctable2
from zoneproof.cli import main

GRID = "格网 of the county.ct2"
SHIFTS = {
    "three": ("EPSG:2382", "towgs84 = [-20.5, 10.25, 5.0]"),
    "seven": ("EPSG:2430", "towgs84 = [15.8, -154.4, -82.3, 0.1, 0.2, -0.3, 0.5]"),
    "grid": ("EPSG:2382", f'grid = "{GRID}"'),
}


def project(folder: Path, crs: str, keys: str) -> Path:
    ctable2(folder / GRID, 0.001, -0.002, (110.0, 29.0))
    zone = gpd.GeoSeries([shapely.box(111.0, 30.0, 111.01, 30.01)], crs="EPSG:4490")
    gpd.GeoDataFrame({"zone": ["甲"], "area": ["一"]}, geometry=zone).to_file(folder / "z.gpkg")

    land = shapely.box(500_000, 3_320_000, 500_500, 3_320_500)
    gpd.GeoDataFrame({"BSM": ["A"]}, geometry=[land], crs=crs).to_file(folder / "e.gpkg")
    text = '[project]\nname = "测试"\npacks = ["border-expansion"]\n[layers]\nzones = "z.gpkg"\n'
    text += f'ecological_redline = {{path = "e.gpkg"{", " if keys else ""}{keys}}}\n'
    (folder / "zone.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("crs", ["EPSG:2382", "EPSG:2430"])
def test_refused_where_no_shift_is_given(crs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path, crs, "")
    assert main(["check", str(folder), "--lang", "en", "--only", "json"]) == 2
    assert "towgs84" in capsys.readouterr().err
    assert not (folder / "zoneproof-out").exists()
    assert main(["inspect", str(folder), "--lang", "en"]) == 1
    assert "the shift from" in capsys.readouterr().out


@pytest.mark.parametrize("given", SHIFTS)
def test_shifted_and_said_in_every_output(given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path, *SHIFTS[given])
    assert main(["check", str(folder)]) in (1, 3)
    said = f"已按格网 {GRID} 转换到" if given == "grid" else "已按项目给出的参数转换到"
    told = capsys.readouterr().out.replace("\n", "").replace(" ", "")
    assert said.replace(" ", "") in told
    out = folder / "zoneproof-out"
    notes = json.loads((out / "findings.json").read_text(encoding="utf-8"))["inputs"][1]["notes"]
    assert said in json.dumps(notes, ensure_ascii=False)
    for name, part in (("report.docx", "word/document.xml"), ("zoneproof.qgz", "zoneproof.qgs")):
        assert said in zipfile.ZipFile(out / name).read(part).decode("utf-8"), name
    for name in ("report.xlsx", "tables.xlsx"):
        book = openpyxl.load_workbook(out / name)
        cells = [str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
        assert any(said in cell for cell in cells), name
    with closing(sqlite3.connect(out / "zoneproof.gpkg")) as database:
        assert all(said in row[0] for row in database.execute("SELECT description FROM gpkg_contents"))
    assert said in "".join(text.get_text().replace("\n", "") for text in overview(zoneproof.check(folder), "zh").texts)
    for form, file in (("kmz", "findings.kmz"), ("shp", "export.json"), ("txt", "export.json")):
        assert main(["export", str(folder), "--as", form]) == 0
        told = capsys.readouterr()
        assert said.replace(" ", "") in (told.out + told.err).replace("\n", "").replace(" ", "")
        content = folder / f"zoneproof-{form}" / file
        whole = zipfile.ZipFile(content).read("doc.kml") if form == "kmz" else content.read_bytes()
        assert said in whole.decode("utf-8"), form
    assert main(["inspect", str(folder)]) in (0, 1, 3)
    assert said in capsys.readouterr().out


def test_what_is_taken_as_it_is_is_said_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path, "EPSG:2382", "accept_datum_shift = true")
    assert main(["check", str(folder), "--only", "json", "--lang", "en"]) in (1, 3)
    assert "without a shift" in " ".join(capsys.readouterr().out.split())
