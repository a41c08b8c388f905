"""A whole check of small files on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from checks.run import check_project
from layers.problems import InputError

X, Y = 540_000, 2_604_000
PACK = """
[pack]
id = "mine"
title = {zh = "自定义", en = "mine"}
[roles.river]
geometry = "polygon"
title = {zh = "河流", en = "river"}
[[rule]]
id = "M-1"
title = {zh = "避开河流", en = "Keeps off rivers"}
kind = "no-overlap"
subject = ["zone", "expansion"]
params = {role = "river"}
binding = "mandatory"
[[rule]]
id = "M-2"
title = {zh = "建成比例", en = "Built share"}
kind = "share"
params = {role = "built_up"}
"""
PROJECT = """
[project]
name = "测试"
packs = ["rules/mine.toml"]
[layers]
zones = "zones.gpkg"
expansion = "expansion.gpkg"
river = "river.gpkg"
built_up = "built.gpkg"
"""


def write(path: Path, *places: tuple[float, float, float], **columns: list[object]) -> None:
    geometry = [box(X + x, Y + y, X + x + size, Y + y + size) for x, y, size in places]
    gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4542").to_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.toml").write_text(PACK, encoding="utf-8")
    (tmp_path / "zone.toml").write_text(PROJECT, encoding="utf-8")
    write(tmp_path / "zones.gpkg", (0, 0, 100), (1000, 0, 100), zone=["甲", "乙"])
    write(tmp_path / "expansion.gpkg", (100, 0, 100), zone=["甲"])
    write(tmp_path / "river.gpkg", (1050, 0, 20), (190, 0, 100), name=["a", "b"])
    write(tmp_path / "built.gpkg", (0, 0, 50), status=["built"])
    return tmp_path


def test_every_rule_on_every_zone(folder: Path) -> None:
    report = check_project(folder)
    assert {finding.id: finding.verdict for zone in report.zones for finding in zone.findings} == {
        "甲/M-1": "pass",
        "甲/M-1@expansion": "fail",
        "甲/M-2": "info",
        "乙/M-1": "fail",
        "乙/M-1@expansion": "not-applicable",
        "乙/M-2": "info",
    }
    assert [zone.verdict for zone in report.zones] == ["fail", "fail"] and report.verdict == "fail"
    assert report.summary == {"pass": 1, "fail": 2, "undetermined": 0, "not-applicable": 1, "info": 2}
    assert (report.packs, report.pack_titles["mine"].zh) == (("mine",), "自定义")
    share = next(finding for finding in report.zones[0].findings + report.zones[1].findings if finding.id == "甲/M-2")
    assert share.outcome.value == pytest.approx(0.25, rel=1e-4)


def test_the_callers_wishes_go_before_the_file(folder: Path) -> None:
    report = check_project(folder / "zone.toml", sets=["M-2.min=0.5"], as_of=date(2025, 7, 25))
    share = next(finding for zone in report.zones for finding in zone.findings if finding.id == "甲/M-2")
    assert (share.verdict, share.basis, share.basis_note) == ("fail", "project", "未注明来源")
    assert report.inputs.project.as_of == date(2025, 7, 25)


def test_the_callers_packs_replace_the_projects(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "zone.toml").open("a", encoding="utf-8") as file:
        file.write('[params]\n"BEZ-2f" = {max_ratio = 1}\n')
    monkeypatch.chdir(folder / "rules")
    report = check_project(folder, packs=["mine.toml"])
    assert report.packs == ("mine",)
    assert [note.en for note in report.notes] == [
        "parameters of BEZ-2f are not used: its pack border-expansion is not in this run"
    ]


def test_all_mistakes_come_in_one_pass(folder: Path) -> None:
    text = PROJECT.replace('"测试"', "3").replace('"rules/mine.toml"', '"rules/mine.toml", "develpment"')
    text = text.replace('"built.gpkg"', '"gone.gpkg"')
    (folder / "zone.toml").write_text(text + '[params]\n"M-2" = {minn = 1}\n', encoding="utf-8")
    (folder / "rules" / "mine.toml").write_text(PACK.replace('"no-overlap"', '"no-overlpa"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check_project(folder, sets=["M-2"])
    lines = caught.value.lines("en")
    assert len(lines) == 6, lines
    for part in ("name", "develpment", "gone.gpkg", "minn", "no-overlpa", "--set M-2"):
        assert sum(part in line for line in lines) == 1, part


def test_progress_is_told(folder: Path) -> None:
    seen: list[str] = []
    check_project(folder, progress=lambda what, done, total: seen.append(what.en))
    assert seen[-1] == "checking"
    assert seen[0].startswith("reading")


def test_the_same_input_gives_the_same_report(folder: Path) -> None:
    first, second = check_project(folder), check_project(folder)
    assert first.zones == second.zones
