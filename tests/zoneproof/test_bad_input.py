"""Bad input: exit 2, a line per problem, nothing written, no traceback, inputs untouched."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, box

from zoneproof.cli import main

CRS = "EPSG:4542"
X, Y = 540000, 2604000
ZONE_TOML = """
[project]
name = "测试园区"
as_of = 2025-07-25
packs = ["border-expansion"]
[layers]
zones = "zones.gpkg"
ecological_redline = "redline.gpkg"
land_use = {path = "land_use.gpkg"}
utilities = {path = "pipes.gpkg"}
expansion = "expansion.gpkg"
[tables]
incidents = "incidents.csv"
rankings = "rankings.csv"
"""


def square(offset: float, size: float = 500) -> object:
    return box(X + offset, Y, X + offset + size, Y + size)


def write(path: Path, geometry: list[object], crs: str | None = CRS, **columns: list[object]) -> None:
    gpd.GeoDataFrame(columns, geometry=geometry, crs=crs).to_file(path, engine="pyogrio")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that is in order; each test breaks one thing."""
    here = tmp_path / "项目 (一)"
    here.mkdir()
    write(here / "zones.gpkg", [square(0)], zone=["甲区"], area=["一片区"])
    write(here / "expansion.gpkg", [square(500)], zone=["甲区"], area=["二片区"])
    write(here / "redline.gpkg", [square(2000)], name=["红线"])
    write(here / "land_use.gpkg", [square(0)], code=["0601"], scheme=["survey-2020"])
    write(here / "pipes.gpkg", [LineString([(X, Y), (X + 100, Y)])], kind=["water"], status=["built"])
    (here / "incidents.csv").write_text("date,kind,level\n2024-05-01,safety,general\n", encoding="utf-8")
    (here / "rankings.csv").write_text("zone,year,group,rank,total\n甲区,2024,type,10,40\n", encoding="utf-8")
    (here / "zone.toml").write_text(ZONE_TOML, encoding="utf-8")
    return here


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def edit(folder: Path, old: str, new: str, file: str = "zone.toml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def no_crs(folder: Path) -> None:
    (folder / "redline.gpkg").unlink()
    write(folder / "redline.shp", [square(2000)], crs=None, name=["r"])
    edit(folder, "redline.gpkg", "redline.shp")


def empty(folder: Path) -> None:
    gpd.GeoDataFrame({"name": []}, geometry=[], crs=CRS).to_file(folder / "redline.gpkg", geometry_type="Polygon")


def wrong_type(folder: Path) -> None:
    write(folder / "redline.gpkg", [LineString([(X, Y), (X + 9, Y)])], name=["r"])


def two_zones(folder: Path) -> None:
    write(folder / "zones.gpkg", [square(0), square(-900)], zone=["甲区", "乙区"])
    write(folder / "expansion.gpkg", [square(500)], area=["二片区"])


def unknown_zone(folder: Path) -> None:
    write(folder / "expansion.gpkg", [square(500)], zone=["丙区"], area=["二片区"])


BREAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing file": (lambda f: (f / "redline.gpkg").unlink(), "redline.gpkg"),
    "missing layer": (lambda f: edit(f, '"redline.gpkg"', '"redline.gpkg#nope"'), "nope"),
    "no CRS": (no_crs, "crs"),
    "empty layer": (empty, "empty = true"),
    "empty stated but not so": (lambda f: edit(f, '"redline.gpkg"', '{path = "redline.gpkg", empty = true}'), "empty"),
    "wrong geometry type": (wrong_type, "LineString"),
    "missing required field": (lambda f: write(f / "land_use.gpkg", [square(0)], scheme=["survey-2020"]), "code"),
    "bad date": (lambda f: edit(f, "2024-05-01", "2024-13-41", "incidents.csv"), "2024-13-41"),
    "bad as_of": (lambda f: edit(f, "as_of = 2025-07-25", 'as_of = "someday"'), "as_of"),
    "unknown kind": (lambda f: edit(f, ",safety,", ",meteor,", "incidents.csv"), "meteor"),
    "unknown level": (lambda f: edit(f, ",general", ",gigantic", "incidents.csv"), "gigantic"),
    "unknown status": (
        lambda f: write(f / "pipes.gpkg", [LineString([(X, Y), (X + 9, Y)])], kind=["water"], status=["rusty"]),
        "rusty",
    ),
    "unknown utilities kind": (
        lambda f: write(f / "pipes.gpkg", [LineString([(X, Y), (X + 9, Y)])], kind=["beer"], status=["built"]),
        "beer",
    ),
    "rank above total": (lambda f: edit(f, "10,40", "41,40", "rankings.csv"), "41"),
    "rank below one": (lambda f: edit(f, "10,40", "0,40", "rankings.csv"), "0"),
    "broken TOML": (lambda f: edit(f, "[project]", "[project"), "zone.toml"),
    "expansion that names no zone of several": (two_zones, "expansion"),
    "expansion that names an unknown zone": (unknown_zone, "丙区"),
    "unknown role": (lambda f: edit(f, "ecological_redline", "ecological_redlime"), "ecological_redline"),
    "unknown key": (lambda f: edit(f, "as_of", "as_off"), "as_of"),
    "unknown pack": (lambda f: edit(f, "border-expansion", "border-expanson"), "border-expansion"),
    "unknown rule in params": (lambda f: edit(f, "[tables]", '[params]\n"BEZ-99" = {min = 1}\n[tables]'), "BEZ-99"),
    "unknown parameter": (lambda f: edit(f, "[tables]", '[params]\n"BEZ-1a" = {minn = 0.8}\n[tables]'), "minn"),
    "a layer that is no geodata": (lambda f: (f / "redline.gpkg").write_bytes(b"not a database"), "redline.gpkg"),
    "unknown CRS": (lambda f: edit(f, '"redline.gpkg"', '{path = "redline.gpkg", crs = "EPSG:0"}'), "EPSG:0"),
    "Xi'an 80 without parameters": (
        lambda f: edit(f, '"redline.gpkg"', '{path = "redline.gpkg", crs = "EPSG:2383"}'),
        "towgs84",
    ),
    "a where that does not parse": (
        lambda f: edit(f, '"redline.gpkg"', '{path = "redline.gpkg", where = "name = = 3"}'),
        "where",
    ),
}


def run(folder: Path, *arguments: str) -> int:
    return main(["check", str(folder), *arguments])


def test_the_unbroken_project_is_judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(folder)
    assert run(folder) in (0, 1, 3), capsys.readouterr().err
    after = digest(folder)
    assert {name: after[name] for name in before} == before
    assert (folder / "zoneproof-out" / "findings.json").is_file()


@pytest.mark.parametrize("name", BREAKS)
def test_bad_input_is_told_and_nothing_written(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, named = BREAKS[name]
    spoil(folder)
    before = digest(folder)
    assert run(folder, "--lang", "en") == 2
    err = capsys.readouterr().err
    assert named in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1, err
    assert digest(folder) == before


def test_all_problems_come_in_one_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("unknown key", "missing file", "bad date", "rank above total", "unknown pack", "unknown status"):
        BREAKS[name][0](folder)
    assert run(folder, "--lang", "zh") == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 6, lines


def test_a_missing_project_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["file", "somebody's folder", "unwritable"])
def test_out_that_is_not_ours_is_left_alone(kind: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "out"
    if kind == "file":
        out.write_text("mine", encoding="utf-8")
    elif kind == "somebody's folder":
        out.mkdir()
        (out / "diary.txt").write_text("mine", encoding="utf-8")
        (out / "findings.json").write_text("{}", encoding="utf-8")
    else:
        locked = folder.parent / "locked"
        locked.mkdir()
        locked.chmod(0o500)
        out = locked / "out"
        if os.access(locked, os.W_OK):
            if not Path("/proc").is_dir():
                pytest.skip("this user may write anywhere")
            out = Path("/proc/out")
    before = digest(folder.parent)
    assert run(folder, "-o", str(out)) == 2
    assert str(out.parent) in capsys.readouterr().err
    assert digest(folder.parent) == before
