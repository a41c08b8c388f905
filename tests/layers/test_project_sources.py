"""Entries of [layers] and [tables]: what each key may hold, and how a mistake in it is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from layers.document import read_document
from layers.model import Project, Source
from layers.problems import Problems
from layers.project import validate
from layers.roles import roles

HEAD = '[project]\nname = "园区"\npacks = ["border-expansion"]\n'
RED = "ecological_redline"
LAYERS = '[layers]\nzones = "zones.gpkg"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "项目 #1"
    (here / "报批").mkdir(parents=True)
    for name in ("zones.gpkg", "redline.shp", "报批/扩区范围.shp", "dem.tif", "a#b.gpkg", "incidents.csv", "shift.gsb"):
        (here / name).touch()
    return here


def read(folder: Path, text: str) -> tuple[Project, list[str]]:
    (folder / "zone.toml").write_text(text, encoding="utf-8")
    problems = Problems()
    project = validate(read_document(folder), roles(), problems)
    return project, [problem.text.en for problem in problems.found]


def source(folder: Path, entry: str, role: str = "ecological_redline") -> Source:
    section = "tables" if roles()[role].form == "table" else "layers"
    layers = LAYERS + (f"{role} = {entry}\n" if section == "layers" else f"[tables]\n{role} = {entry}\n")
    project, told = read(folder, HEAD + layers)
    assert told == []
    return next(item for item in project.sources if item.role.name == role)


def mistakes(folder: Path, entry: str, role: str = "ecological_redline") -> list[str]:
    section = "tables" if roles()[role].form == "table" else "layers"
    layers = LAYERS + (f"{role} = {entry}\n" if section == "layers" else f"[tables]\n{role} = {entry}\n")
    project, told = read(folder, HEAD + layers)
    assert told == [] or all(item.role.name != role for item in project.sources)
    return told


@pytest.mark.parametrize(
    ("role", "entry", "told"),
    [
        (RED, "3", ": this is 3; it should be a path, a table"),
        (RED, "[]", ": this is []; it should be a path, a table"),
        (RED, '""', '.path: this is ""; it should be text'),
        (RED, "{}", ": ecological_redline has no path"),
        (RED, '{paht = "x"}', ".paht: unknown key paht; did you mean path?"),
        (RED, '"gs://bucket/x"', ": gs://bucket/x cannot be read from there yet"),
        (RED, '"nothing.gpkg#layer"', ": no such file: nothing.gpkg#layer"),
        (RED, '"redlin.shp"', ": no such file: redlin.shp; did you mean redline.shp?"),
        (RED, '"a\\u0000b.shp"', ": no such file: a"),
        (RED, '{P, crs = "EPSG:0"}', ".crs: "),
        (RED, '{P, crs = ""}', '.crs: this is ""; it should be text'),
        (RED, '{P, where = ""}', '.where: this is ""; it should be text'),
        (RED, '{P, empty = "yes"}', '.empty: this is "yes"; it should be true or false'),
        (RED, '{P, covers = ["2025-01-01", "2025-01-02"]}', ".covers: this is ["),
        (RED, '{P, covers = "nowhere.gpkg#a"}', ".covers: no such file: nowhere.gpkg#a"),
        (RED, '{P, encoding = "hex"}', ".encoding: there is no encoding hex"),
        (RED, "{P, towgs84 = [1, 2]}", ".towgs84: this is [1, 2]; it should be a list"),
        (RED, "{P, towgs84 = [1, 2, true]}", ".towgs84: this is [1, 2, True]; it should be"),
        (RED, '{P, grid = "shift.gsp"}', ".grid: no such file: shift.gsp; did you"),
        (RED, '{P, towgs84 = [1, 2, 3], grid = "shift.gsb"}', ": the datum shift is given in more"),
        (RED, "{P, accept_datum_shift = 1}", ".accept_datum_shift: this is 1; it should be true"),
        (RED, '{P, fields = {nmae = "MC"}}', ".fields.nmae: the role ecological_redline has no field"),
        (RED, "{P, fields = {name = 3}}", ".fields.name: this is 3; it should be text"),
        (RED, '{P, fields = {stated_m2 = {unit = "ha"}}}', ".fields.stated_m2: field is missing"),
        (RED, '{P, fields = {name = {field = "A", unti = "m"}}}', ".fields.name.unti: unknown key"),
        (RED, '{P, fields = {name = {field = "A", unit = "m"}}}', ".fields.name.unit: the field name"),
        (RED, '{P, fields = {stated_m2 = {field = "A", unit = "斗"}}}', "_m2.unit: unknown unit 斗"),
        (RED, '{P, fields = {stated_m2 = {field = "A", unit = "m"}}}', "_m2.unit: m cannot be conv"),
        (RED, '{P, fields = {name = "A"}, set = {name = "B"}}', ".set.name: the field name stands"),
        ("utilities", '{P, set = {kind = "beer"}}', ".set.kind: beer is not among the values"),
        ("utilities", "{P, set = {kind = true}}", ".set.kind: this is true; it should be text"),
        ("basic_farmland", "{P, set = {deduct = 12}}", ".set.deduct: this is 12; it should be a number from 0 to 1"),
        ("land_use", "{P, set = {year = 2020.5}}", ".set.year: this is 2020.5; it should be a whole number"),
        ("parcels", '{P, set = {supplied_on = "2020"}}', '.set.supplied_on: this is "2020"; it should be a date'),
        ("dem", '{path = "dem.tif", fields = {a = "b"}}', ".fields: fields does not apply to rasters"),
        ("dem", '{path = "dem.tif", encodin = "gbk"}', ".encodin: unknown key encodin; known: "),
        ("incidents", '{I, crs = "EPSG:4542"}', ".crs: crs does not apply to tables"),
        ("incidents", "{I, empty = true}", ".empty: empty does not apply to tables"),
        ("incidents", '{I, covers = ["2025-01-02", "2025-01-01"]}', ".covers: this is ["),
        ("incidents", '{I, covers = "redline.shp"}', '.covers: this is "redline.shp"; it should be two dates'),
    ],
)
def test_mistakes_in_a_source(folder: Path, role: str, entry: str, told: str) -> None:
    lines = mistakes(
        folder, entry.replace("{P", '{path = "redline.shp"').replace("{I", '{path = "incidents.csv"'), role
    )
    assert len(lines) == 1, lines
    assert f"{role}{told}" in lines[0] or told in lines[0], lines[0]
    assert lines[0].startswith("zone.toml ["), lines[0]


def test_zones_cannot_be_stated_empty_without_a_path(folder: Path) -> None:
    (line,) = read(folder, HEAD + "[layers]\nzones = {empty = true}\n")[1]
    assert line.startswith("zone.toml [layers] zones: zones has no path")


def test_constants_have_the_type_of_their_field(folder: Path) -> None:
    entry = (
        '{path = "redline.shp", set = {supplied_on = "2020-05-06", started_on = 2021-01-02, investment_yuan = 5, '
        'started_area_share = 1, industry_edition = 2017, state = "已供未建", industry = 13}}'
    )
    assert source(folder, entry, "parcels").constants == {
        "supplied_on": date(2020, 5, 6),
        "started_on": date(2021, 1, 2),
        "investment_yuan": 5.0,
        "started_area_share": 1.0,
        "industry_edition": "2017",
        "state": "supplied",
        "industry": "13",
    }


def test_datum_keys(folder: Path) -> None:
    assert source(folder, '{path = "redline.shp", towgs84 = [1, 2, 3.5]}').towgs84 == (1.0, 2.0, 3.5)
    assert source(folder, '{path = "redline.shp", towgs84 = [1, 2, 3, 4, 5, 6, 7]}').towgs84 == (1, 2, 3, 4, 5, 6, 7)
    assert source(folder, '{path = "redline.shp", grid = "shift.gsb"}').grid == str((folder / "shift.gsb").resolve())
    assert source(folder, '{path = "redline.shp", accept_datum_shift = true}').accept_datum_shift
