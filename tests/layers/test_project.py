"""zone.toml: every form of the contract is understood, every mistake told, all in one pass."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from layers.document import Document, read_document
from layers.model import FieldMap, Project
from layers.problems import Problems
from layers.project import declared_packs, validate
from layers.roles import role_from_table, roles

HEAD = '[project]\nname = "园区"\npacks = ["border-expansion"]\n'
LAYERS = '[layers]\nzones = "zones.gpkg"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "项目 #1"
    (here / "报批").mkdir(parents=True)
    for name in ("zones.gpkg", "redline.shp", "报批/扩区范围.shp", "dem.tif", "a#b.gpkg", "incidents.csv", "shift.gsb"):
        (here / name).touch()
    return here


def read(folder: Path, text: str, **given: Any) -> tuple[Project, list[str]]:
    (folder / "zone.toml").write_text(text, encoding="utf-8")
    problems = Problems()
    project = validate(read_document(folder), roles(), problems, **given)
    return project, [problem.text.en for problem in problems.found]


def test_the_example_of_the_contract(folder: Path) -> None:
    for name in ("park.gpkg", "给水.shp", "电力.shp", "YJJBNT.shp", "county.gpkg", "parcels.gpkg"):
        (folder / name).touch()
    project, told = read(
        folder,
        """
[project]
name = "云南耿马产业园区"
as_of = 2025-07-25
packs = ["border-expansion", "development"]
crs = "EPSG:4542"
lang = "zh"
[layers]
zones = "park.gpkg#zones"
dem = "dem.tif"
utilities = [{path = "给水.shp", set = {kind = "water", status = "built"}}, {path = "电力.shp", set = {kind = "电力"}}]
basic_farmland = {path = "YJJBNT.shp", covers = "county.gpkg#border"}
ecological_redline = {empty = true}
parcels = {path = "parcels.gpkg", fields = {investment_yuan = {field = "TZE", unit = "万元"}}}
[layers.expansion]
path = "报批/扩区范围.shp"
encoding = "gbk"
crs = "EPSG:4521"
where = "ZT = '拟扩'"
fields = {zone = "YQMC", area = "PQMC"}
[tables]
incidents = {path = "incidents.csv", covers = ["2023-07-25", 2025-07-25]}
[params]
"BEZ-1a" = {min = 0.80, basis = "省商务厅 2025 年扩区审核口径"}
[measure]
sliver_width_m = 0.2
context_m = 0
""",
    )
    assert told == []
    assert (project.name, project.as_of) == ("云南耿马产业园区", date(2025, 7, 25))
    assert (project.crs, project.lang) == ("EPSG:4542", "zh")
    assert project.packs == ("border-expansion", "development")
    assert (project.sliver_width_m, project.context_m) == (0.2, 0.0)
    assert project.params == {"BEZ-1a": {"min": 0.80, "basis": "省商务厅 2025 年扩区审核口径"}}
    assert [(item.role.name, item.index, item.text, item.layer) for item in project.sources] == [
        ("zones", 0, "park.gpkg#zones", "zones"),
        ("expansion", 0, "报批/扩区范围.shp", None),
        ("ecological_redline", 0, None, None),
        ("basic_farmland", 0, "YJJBNT.shp", None),
        ("parcels", 0, "parcels.gpkg", None),
        ("utilities", 0, "给水.shp", None),
        ("utilities", 1, "电力.shp", None),
        ("dem", 0, "dem.tif", None),
        ("incidents", 0, "incidents.csv", None),
    ]
    by_role = {item.role.name: item for item in project.sources}
    expansion = by_role["expansion"]
    assert (expansion.encoding, expansion.crs, expansion.where) == ("gbk", "EPSG:4521", "ZT = '拟扩'")
    assert expansion.fields == {"zone": FieldMap("YQMC"), "area": FieldMap("PQMC")}
    assert expansion.path == folder / "报批" / "扩区范围.shp"
    assert by_role["utilities"].at == "zone.toml [layers] utilities[1]"
    assert by_role["utilities"].constants == {"kind": "power"}
    assert by_role["parcels"].fields == {"investment_yuan": FieldMap("TZE", "万元")}
    assert by_role["basic_farmland"].covers == "county.gpkg#border"
    assert by_role["incidents"].covers == (date(2023, 7, 25), date(2025, 7, 25))
    assert by_role["ecological_redline"].empty and by_role["ecological_redline"].path is None


def test_defaults(folder: Path) -> None:
    project, told = read(folder, HEAD + LAYERS)
    assert told == []
    assert (project.as_of, project.crs, project.lang, project.params) == (None, None, "zh", {})
    assert (project.sliver_width_m, project.context_m, project.folder) == (0.10, 500.0, folder)


def test_all_mistakes_come_in_one_pass(folder: Path) -> None:
    _, told = read(
        folder,
        """
[project]
name = "园区"
as_of = 2025-07-25T08:00:00
packs = ["border-expansion"]
language = "zh"
[layers]
zones = "zones.gpgk"
ecological_redlime = "redline.shp"
incidents = "incidents.csv"
expansion = {path = "报批/扩区范围.shp", encoding = "gbbk"}
[tables]
rankings = {path = "nirgends.csv", feilds = {zone = "YQ"}}
[measure]
sliver_width_m = 0
""",
    )
    assert told == [
        "zone.toml [project] language: unknown key language; did you mean lang?",
        "zone.toml [project] as_of: this is 2025-07-25T08:00:00; it should be a date YYYY-MM-DD, without a time",
        "zone.toml [layers] zones: no such file: zones.gpgk; did you mean zones.gpkg?",
        "zone.toml [layers] ecological_redlime: unknown role ecological_redlime; did you mean ecological_redline?",
        "zone.toml [layers] incidents: the role incidents stands in the wrong section; move it under [tables]",
        'zone.toml [layers] expansion.encoding: there is no encoding gbbk; the usual ones are "utf-8" and "gbk"',
        "zone.toml [tables] rankings.feilds: unknown key feilds; did you mean fields?",
        "zone.toml [tables] rankings: no such file: nirgends.csv; check the path; "
        "relative paths start at the folder of zone.toml",
        "zone.toml [measure] sliver_width_m: this is 0; it should be a number above 0",
    ]


def test_what_is_in_order_is_kept_beside_mistakes(folder: Path) -> None:
    project, told = read(folder, HEAD + LAYERS + 'dem = "dme.tif"\nexpansion = [{path = "redline.shp"}, {path = 3}]\n')
    assert len(told) == 2
    assert [(item.role.name, item.index) for item in project.sources] == [("zones", 0), ("expansion", 0)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LAYERS, "zone.toml: the section [project] is missing"),
        ("[project]\n" + LAYERS, "zone.toml: the section [project] is missing"),
        (
            '[projekt]\nname = "x"\npacks = ["p"]\n' + LAYERS,
            "zone.toml [projekt]: there is no section [projekt]; did you mean",
        ),
        ('[project]\npacks = ["p"]\n' + LAYERS, "zone.toml [project]: the project has no name"),
        (
            '[project]\nname = " "\npacks = ["p"]\n' + LAYERS,
            'zone.toml [project] name: this is " "; it should be text in quotes',
        ),
        (
            '[project]\nnaem = "x"\npacks = ["p"]\n' + LAYERS,
            "zone.toml [project] naem: unknown key naem; did you mean name?",
        ),
        ('[project]\nname = "x"\n' + LAYERS, "zone.toml [project]: no rule pack is named in packs"),
        ('[project]\nname = "x"\npacks = []\n' + LAYERS, "zone.toml [project]: no rule pack is named in packs"),
        (
            '[project]\nname = "x"\npacks = "p"\n' + LAYERS,
            'zone.toml [project] packs: this is "p"; it should be a list of texts',
        ),
        (
            'crs = "EPSG:4542"\n' + HEAD + LAYERS,
            "zone.toml crs: crs stands in the wrong place; move it under [project]",
        ),
        (
            'zones = "a.gpkg"\n' + HEAD + LAYERS,
            "zone.toml zones: zones stands in the wrong place; move it under [layers]",
        ),
        ('layers = "a.gpkg"\n' + HEAD, 'zone.toml layers: this is "a.gpkg"; it should be a table {…}'),
        (HEAD, "zone.toml [layers]: zones is missing"),
        (HEAD + '[layers]\nzone = "zones.gpkg"\n', "zone.toml [layers] zone: unknown role zone; did you mean zones?"),
        (HEAD + 'as_of = "someday"\n' + LAYERS, 'zone.toml [project] as_of: this is "someday"; it should be a date'),
        (
            HEAD + 'as_of = "2025-02-30"\n' + LAYERS,
            'zone.toml [project] as_of: this is "2025-02-30"; it should be a date',
        ),
        (HEAD + 'crs = "EPSG:4490"\n' + LAYERS, "zone.toml [project] crs: "),
        (HEAD + 'crs = "EPSG:0"\n' + LAYERS, "zone.toml [project] crs: "),
        (HEAD + 'lang = "fr"\n' + LAYERS, 'zone.toml [project] lang: this is "fr"; it should be "zh", "en" or "both"'),
        (
            HEAD + LAYERS + "[measure]\ncontext_m = -1\n",
            "zone.toml [measure] context_m: this is -1; it should be a number of at",
        ),
        (
            HEAD + LAYERS + "[measure]\nsliver_width_m = nan\n",
            "zone.toml [measure] sliver_width_m: this is nan; it should be",
        ),
        (
            HEAD + LAYERS + "[measure]\nsliver_width_m = true\n",
            "zone.toml [measure] sliver_width_m: this is true; it should",
        ),
        (
            HEAD + LAYERS + "[measure]\nsliver_m = 1\n",
            "zone.toml [measure] sliver_m: unknown key sliver_m; did you mean",
        ),
        (
            HEAD + LAYERS + '[params]\n"BEZ-1a" = 0.8\n',
            "zone.toml [params] BEZ-1a: this is 0.8; it should be a table {…}",
        ),
        (
            HEAD + LAYERS + '[params]\n"BEZ-1a" = {min = 1, basis = 3}\n',
            "zone.toml [params] BEZ-1a.basis: this is 3; it should be text",
        ),
    ],
)
def test_mistakes_outside_the_layers(folder: Path, text: str, told: str) -> None:
    assert len(lines := read(folder, text)[1]) == 1, lines
    assert lines[0].startswith(told), lines[0]


def test_given_packs_and_date_go_before_the_file(folder: Path) -> None:
    project, told = read(
        folder,
        '[project]\nname = "x"\nas_of = 2020-01-01\n' + LAYERS,
        packs=["a", "a", "b.toml"],
        as_of=date(2025, 1, 1),
    )
    assert told == []
    assert (project.packs, project.as_of) == (("a", "b.toml"), date(2025, 1, 1))
    document = Document(folder / "zone.toml", {"project": {"packs": ["p", "q", "p"]}})
    assert declared_packs(document, Problems()) == ("p", "q")


def test_roles_of_packs_can_be_used_and_may_be_unknown_while_a_pack_is_broken(folder: Path) -> None:
    text = HEAD + LAYERS + 'river = {path = "redline.shp", fields = {name = "HLMC"}}\n'
    assert "unknown role river" in read(folder, text)[1][0]
    assert read(folder, text, roles_complete=False)[1] == []
    problems = Problems()
    river = role_from_table("river", {"geometry": "line", "fields": {"name": {}}}, "county", problems, "")
    assert river is not None
    project = validate(read_document(folder), roles({"river": river}), problems)
    assert problems.found == []
    assert [item.role.name for item in project.sources] == ["zones", "river"]
