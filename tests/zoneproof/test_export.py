"""`zoneproof export` and coordinate files as layers of a project, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from layers.readers import open_path
from maps.exports.dialects import DIALECTS, Plot, to_bytes
from zoneproof.cli import main

LAND = shapely.box(33540000, 2604000, 33541000, 2605000).difference(shapely.box(33540400, 2604400, 33540600, 2604600))
APART = shapely.box(33539000, 2604950, 33539100, 2605050)


def project(folder: Path, zones: str = '"地块.txt"', *, dialect: str = "baopi", extra: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    plots = [Plot(shapely.union_all([LAND, APART]), 97.0, "1", "甲园区")]
    (folder / "地块.txt").write_bytes(to_bytes(plots, dialect, 33, 3))
    text = f'[project]\nname = "甲园区"\npacks = ["control-lines"]\n[layers]\nzones = {zones}\n{extra}'
    (folder / "zone.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_coordinate_file_is_a_layer_and_goes_out_as_it_came(tmp_path: Path, dialect: str) -> None:
    folder = project(tmp_path / "p", dialect=dialect)
    before = (folder / "地块.txt").read_bytes()
    assert main(["export", str(folder), "--as", "txt", "--dialect", dialect, "-q"]) == 0
    source = open_path(folder / "zoneproof-txt" / "甲园区.txt", None, None, "here")
    parts = source.select([], None).near(None).geometry
    assert shapely.union_all(parts).equals(shapely.union_all([LAND, APART]))
    assert [part.bounds[0] for part in parts] == [33539000, 33540000]
    assert (folder / "地块.txt").read_bytes() == before


def test_covers_fields_and_where_of_a_coordinate_file(tmp_path: Path) -> None:
    zones = '{path = "地块.txt", fields = {area = "DKMC"}, where = "DKBH = \'1\'"}'
    extra = 'ecological_redline = {path = "地块.txt", covers = "地块.txt"}\n'
    folder = project(tmp_path / "p", zones, extra=extra)
    assert main(["check", str(folder), "--only", "json", "-q"]) == 1
    findings = json.loads((folder / "zoneproof-out" / "findings.json").read_text(encoding="utf-8"))
    assert [record["crs"] for record in findings["inputs"]] == ["EPSG:4521", "EPSG:4521"]
    line = next(each for each in findings["zones"][0]["findings"] if each["rule"] == "LINE-2")
    assert line["verdict"] == "fail"


def test_a_line_that_cannot_be_read_has_its_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "p")
    path = folder / "地块.txt"
    path.write_bytes(path.read_bytes() + "J99,1,二六,三三\r\n".encode("gbk"))
    number = len(path.read_bytes().splitlines())
    assert main(["check", str(folder), "--lang", "zh"]) == 2
    told = capsys.readouterr().err
    assert f"第 {number} 行无法读取" in told
    assert "地块.txt" in told


def test_without_header_and_crs_it_is_an_error_that_says_how_to_state_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project(tmp_path / "p")
    path = folder / "地块.txt"
    text = path.read_bytes().decode("gbk")
    path.write_bytes(text[text.index("[地块坐标]") :].encode("gbk"))
    assert main(["check", str(folder), "--lang", "zh"]) == 2
    assert "没有坐标系" in capsys.readouterr().err
    stated = '[project]\nname = "甲园区"\npacks = ["control-lines"]\n'
    stated += '[layers]\nzones = {path = "地块.txt", crs = "EPSG:4521"}\n'
    (folder / "zone.toml").write_text(stated, encoding="utf-8")
    assert main(["check", str(folder), "--only", "json", "-q"]) in (0, 1, 3)


def test_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "p")
    assert main(["export", str(folder), "--as", "dxf", "--what", "zones,gremlins", "--lang", "en"]) == 2
    assert "gremlins cannot be exported" in capsys.readouterr().err
    assert main(["export", str(folder), "--as", "txt", "--what", "expansion", "--lang", "en"]) == 2
    assert "nothing to export" in capsys.readouterr().err
    assert not list(folder.glob("zoneproof-*"))


def test_an_export_never_replaces_a_check_s_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "p")
    main(["check", str(folder), "--only", "json", "-q"])
    out = folder / "zoneproof-out"
    assert main(["export", str(folder), "--as", "kmz", "-o", str(out)]) == 2
    assert (out / "findings.json").exists()
    assert main(["export", str(folder), "--as", "kmz", "-o", str(folder)]) == 2
    assert (folder / "zone.toml").exists()
    capsys.readouterr()
