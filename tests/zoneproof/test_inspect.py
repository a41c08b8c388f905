"""`zoneproof inspect` as a planner types it: what it prints, what it writes, what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from zoneproof.cli import main

HOSTILE = "<img src=x onerror=alert(1)>|{{7*7}}\x1b[31m"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A zone, and green land of which two features overlap; their names are hostile."""
    folder = tmp_path / "p"
    folder.mkdir()
    zone = shapely.box(500_000, 2_600_000, 501_000, 2_601_000)
    gpd.GeoDataFrame({"zone": ["甲"], "area": ["一"]}, geometry=[zone], crs="EPSG:4542").to_file(folder / "z.gpkg")
    land = [shapely.box(500_000 + x, 2_600_000, 500_100 + x, 2_600_100) for x in (0, 50, 300)]
    ids = [HOSTILE, "B", "C"]
    gpd.GeoDataFrame({"DKBH": ids}, geometry=land, crs="EPSG:4542").to_file(folder / "l.gpkg")
    (folder / "zone.toml").write_text(
        '[project]\nname = "<b>园区"\npacks = ["border-expansion"]\n[layers]\nzones = "z.gpkg"\nparcels = "l.gpkg"\n',
        encoding="utf-8",
    )
    return folder


def test_the_table_tells_feature_place_and_area(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*")}
    assert main(["inspect", str(project), "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert "overlap each other by more than 1 m2: 1" in told
    assert "99.0007" in told and "5,000.00 m2" in told and "with B" in told
    assert "\x1b" not in told
    assert {path: path.read_bytes() for path in project.rglob("*")} == before
    assert main(["inspect", str(project)]) == 1
    assert "互相重叠,超过 1 平方米: 1 处" in capsys.readouterr().out


def test_the_folder_holds_report_map_and_places(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["inspect", str(project), "-o", str(out), "-q"]) == 1
    assert {path.name for path in out.iterdir()} == {"inspect.json", "inspect.md", "problems.geojson", "map.html"}
    told = json.loads((out / "inspect.json").read_text(encoding="utf-8"))
    source = told["sources"][1]
    assert (source["role"], source["features"], source["crs"]["found"]["en"]) == ("parcels", 3, "stated by the layer")
    flaw = next(one for one in source["flaws"] if one["code"] == "overlap")
    assert (flaw["count"], flaw["listed"], len(flaw["places"])) == (1, 1, 1)
    assert flaw["places"][0]["value"] == pytest.approx(5000, rel=5e-3)
    places = gpd.read_file(out / "problems.geojson")
    assert set(places["code"]) == {"overlap"}
    assert places.geometry.iloc[0].x == pytest.approx(99.0007, abs=1e-3)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(["inspect", str(project), "-o", str(out), "-q"]) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_no_name_becomes_markup(project: Path, tmp_path: Path) -> None:
    assert main(["inspect", str(project), "-o", str(tmp_path / "out"), "-q"]) == 1
    for name in ("inspect.md", "map.html"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "<img src=x" not in text and "<b>园区" not in text and "\x1b" not in text
    assert "Content-Security-Policy" in (tmp_path / "out" / "map.html").read_text(encoding="utf-8")


def test_a_folder_that_is_not_ours_is_left_alone(project: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "a.txt").write_text("x", encoding="utf-8")
    assert main(["inspect", str(project), "-o", str(foreign)]) == 2
    assert [path.name for path in foreign.iterdir()] == ["a.txt"]
    assert main(["inspect", str(project), "-o", str(project)]) == 2
    assert (project / "zone.toml").exists()


def test_a_clean_project_exits_with_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "zone.toml").write_text(
        '[project]\nname = "园区"\npacks = ["border-expansion"]\n[layers]\nzones = "z.gpkg"\n', encoding="utf-8"
    )
    assert main(["inspect", str(project), "--lang", "en"]) == 0
    assert "nothing found" in capsys.readouterr().out
    (project / "zone.toml").unlink()
    assert main(["inspect", str(project)]) == 2
