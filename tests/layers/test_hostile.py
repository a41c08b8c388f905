"""Files made to harm: each is read within bounds, or refused in a line; nothing is written, opened or run by them."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from shapely.geometry import Polygon, box

from geo.errors import ZoneproofError
from layers.readers import open_path

X, Y = 540_000.0, 2_604_000.0
RING = "99.39,23.53 99.4,23.53 99.4,23.54 99.39,23.53"
PLACEMARK = (
    "<Placemark><name>&x;</name><Polygon><outerBoundaryIs><LinearRing>"
    f"<coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
)
GML = (
    '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"><gml:featureMember>'
    "<t><n>&x;</n></t></gml:featureMember></gml:FeatureCollection>"
)
ENTITIES = {
    "a file": '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE k [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>',
    "laughs": '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;">]>',
    "a parameter": '<!DOCTYPE k [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
}


def code(path: Path) -> str:
    with pytest.raises(ZoneproofError) as caught:
        source = open_path(path, None, None, "x")
        source.select(source.columns, None).near(None)
    return caught.value.code


def members(path: Path, *names: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../x.shp", "a/../../x.shp", "/etc/x.shp", "C:/x.shp", "C:\\x.shp", "..\\x.shp", "\\\\host\\x.shp"]
)
def test_no_path_leaves_an_archive(tmp_path: Path, name: str) -> None:
    assert code(members(tmp_path / "t.zip", "good.shp", name)) == "zip-outside"
    assert list(tmp_path.iterdir()) == [tmp_path / "t.zip"]


def test_zip_bombs(tmp_path: Path, load: Callable[..., object]) -> None:
    zeros = bytes(80 << 20)
    assert code(members(tmp_path / "one.zip", "t.shp", "t.dbf", content=zeros)) == "zip-bomb"
    assert code(members(tmp_path / "many.zip", *(f"{at}.txt" for at in range(20_001)))) == "zip-bomb"
    members(tmp_path / "t.xlsx", "xl/sharedStrings.xml", content=zeros)
    assert load("", tables='incidents = "t.xlsx"').codes == ["zip-bomb"]
    with zipfile.ZipFile(tmp_path / "lies.zip", "w") as archive:
        archive.writestr("t.shp", b"x")
    content = bytearray((tmp_path / "lies.zip").read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)  # says that it unpacks to 4 GB
    (tmp_path / "lies.zip").write_bytes(content)
    assert code(tmp_path / "lies.zip") == "zip-bomb"


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    content = bytearray(members(tmp_path / "t.zip", "t.shp").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "t.zip").write_bytes(content)
    assert code(tmp_path / "t.zip") == "zip-locked"


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_entities_of_xml_are_refused(tmp_path: Path, entity: str, codec: str) -> None:
    head = f'<?xml version="1.0" encoding="{codec}"?>{ENTITIES[entity]}'
    kml = f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{PLACEMARK}</Document></kml>'
    (tmp_path / "t.kml").write_text(kml, encoding=codec)
    (tmp_path / "t.gml").write_text(head + GML, encoding=codec)
    assert code(tmp_path / "t.kml") == "xml-entities"
    assert code(tmp_path / "t.gml") == "xml-entities"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_schema_that_a_gml_points_to_is_not_fetched(tmp_path: Path) -> None:
    text = GML.replace("&x;", "").replace(
        "<gml:FeatureCollection",
        '<gml:FeatureCollection xsi:schemaLocation="a http://127.0.0.1:1/x.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    )
    (tmp_path / "t.gml").write_text(text, encoding="utf-8")
    assert code(tmp_path / "t.gml") == "layer-no-geometry"


@pytest.mark.parametrize("far", [1e12, 1e300, -1e18, float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("form", ["shp", "gpkg", "parquet", "fgb"])
def test_coordinates_without_end_are_lost_by_name_and_the_rest_is_read(
    tmp_path: Path, load: Callable[..., object], far: float, form: str
) -> None:
    drawn = far if form == "parquet" else 1e12  # GDAL writes no others
    spike = Polygon([(X, Y), (X + 10, Y), (drawn, Y + 10), (X, Y)])
    frame = gpd.GeoDataFrame({"BSM": ["坏", "好"]}, geometry=[spike, box(X, Y, X + 9, Y + 9)], crs="EPSG:4542")
    path = tmp_path / f"t.{form}"
    if form == "parquet":
        frame.to_parquet(path)
    else:
        extra = {"SPATIAL_INDEX": "NO"} if form in ("fgb", "gpkg") else {}
        frame.to_file(path, encoding="utf-8", engine="pyogrio", **extra)
        path.write_bytes(path.read_bytes().replace(struct.pack("<d", 1e12), struct.pack("<d", far)))
    layer = load(f'basic_farmland = "t.{form}"').ok.layers["basic_farmland"]
    assert layer.unrepaired == ("坏",)
    assert list(layer.frame["feature"]) == ["好"]


def test_geojson_with_nan_and_huge_numbers(tmp_path: Path, load: Callable[..., object]) -> None:
    for number in ("NaN", "Infinity", "1e999", "9" * 400):
        ring = f"[[[{number},23.53],[99.4,23.53],[99.4,23.54],[{number},23.53]]]"
        geometry = f'{{"type":"Polygon","coordinates":{ring}}}'
        (tmp_path / "t.geojson").write_text(
            f'{{"type":"Feature","properties":{{"BSM":"a"}},"geometry":{geometry}}}', encoding="utf-8"
        )
        loaded = load('basic_farmland = "t.geojson"')
        assert loaded.codes in ([], ["source-unreadable"])
        if not loaded.codes:
            assert loaded.ok.layers["basic_farmland"].unrepaired == ("a",)


@pytest.mark.parametrize("depth", [50, 1_000, 100_000])
def test_deep_geojson(tmp_path: Path, load: Callable[..., object], depth: int) -> None:
    good = {
        "type": "Feature",
        "properties": {"BSM": "好"},
        "geometry": json.loads(shapely.to_geojson(box(99.39, 23.53, 99.4, 23.54))),
    }
    nested = "[" * depth + "]" * depth
    texts = (
        f'{{"type":"FeatureCollection","features":{nested}}}',
        nested,
        f'{{"type":"FeatureCollection","features":[{json.dumps(good)},{{"type":"Feature","properties":{{"a":{nested}}},"geometry":null}}]}}',
        '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth,
    )
    for text in texts:
        (tmp_path / "t.geojson").write_text(text, encoding="utf-8")
        loaded = load('basic_farmland = "t.geojson"')
        assert loaded.codes or len(loaded.ok.layers["basic_farmland"].frame) == 1


def bounded(code: str, *arguments: str, gigabytes: float) -> str:
    """What a process prints that may use so much memory."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({int(gigabytes * 2**30)},) * 2)\n"
    done = subprocess.run(
        [sys.executable, "-c", limit + code, *arguments], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_ring_of_ten_million_vertices_is_checked_within_bounds(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 10_000_000, endpoint=False)
    ring = np.column_stack([X + 500 * np.cos(turn), Y + 500 * np.sin(turn)])
    circle = shapely.polygons(np.vstack([ring, ring[:1]]))
    gpd.GeoDataFrame(geometry=[circle], crs="EPSG:4542").to_file(tmp_path / "r.gpkg")
    zones = gpd.GeoDataFrame({"zone": ["甲"]}, geometry=[box(X, Y, X + 900, Y + 900)], crs="EPSG:4542")
    zones.to_file(tmp_path / "z.gpkg")
    (tmp_path / "zone.toml").write_text(
        '[project]\nname = "甲"\npacks = ["control-lines"]\n[layers]\nzones = "z.gpkg"\n'
        'ecological_redline = "r.gpkg"\n',
        encoding="utf-8",
    )
    run = "import sys; from zoneproof.cli import main; main(sys.argv[1:])"
    arguments = ("check", str(tmp_path), "-o", str(tmp_path / "out"), "--only", "json", "--format", "json")
    zone = json.loads(bounded(run, *arguments, gigabytes=4))["zones"][0]
    value = next(one["value"] for one in zone["findings"] if one["rule"] == "LINE-2")
    assert value == pytest.approx(np.pi * 500**2 / 4, rel=1e-3)


@pytest.mark.skipif(not os.environ.get("ZONEPROOF_SLOW"), reason="writes a file of 1 GB (set ZONEPROOF_SLOW)")
def test_a_csv_of_one_gigabyte(tmp_path: Path) -> None:
    row = "2024-05-01,安全,一般,0,甲区," + "长" * 300 + "\n"
    with (tmp_path / "i.csv").open("w", encoding="utf-8") as file:
        file.write("date,kind,level,deaths,zone,remark\n")
        for _ in range(110):
            file.write(row * 10_000)
        file.write(row.replace(",0,", ",3,"))
    assert (tmp_path / "i.csv").stat().st_size > 1e9
    code = (
        "import sys\nfrom pathlib import Path\nfrom layers.model import Source\nfrom layers.problems import Problems\n"
        "from layers.roles import roles\nfrom layers.tables import read_table\n"
        "for where in (\"deaths = '3'\", None):\n    problems = Problems()\n"
        "    piece = read_table(Source(roles()['incidents'], 0, 'x', 'x', Path(sys.argv[1]), where=where), problems)\n"
        "    print(piece and piece.numbers, [problem.code for problem in problems.found])\n"
    )
    printed = bounded(code, str(tmp_path / "i.csv"), gigabytes=1)
    assert printed == "[1100001] []\nNone ['table-too-long']\n"


def test_pipes_devices_and_links(tmp_path: Path, load: Callable[..., object]) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "round.csv").symlink_to(tmp_path / "round.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing")
    codes = {name: load("", tables=f'incidents = "{name}.csv"').codes for name in ("pipe", "zero", "round", "gone")}
    assert codes == {
        "pipe": ["source-special"],
        "zero": ["source-special"],
        "round": ["file-missing"],
        "gone": ["file-missing"],
    }
    (tmp_path / "real.csv").write_text("date,kind\n2024-05-01,安全\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert len(load("", tables='incidents = "link.csv"').ok.tables["incidents"].frame) == 1


@pytest.mark.parametrize("name", ["a\x1b[2Jb", "a\u202eb", "=cmd()", "a'b", "{0}%s", "a" * 200])
def test_names_with_control_characters(tmp_path: Path, load: Callable[..., object], name: str) -> None:
    frame = gpd.GeoDataFrame({"BSM": [name], name: [1]}, geometry=[box(X, Y, X + 9, Y + 9)], crs="EPSG:4542")
    frame.to_file(tmp_path / f"{name}.gpkg", layer="x", engine="pyogrio")
    path = json.dumps(f"{name}.gpkg").replace("\\u202e", "\u202e")
    assert list(load(f"basic_farmland = {path}").ok.layers["basic_farmland"].frame["feature"]) == [name]
    (tmp_path / f"{name}.gpkg").write_bytes(b"x")
    told = load(f"basic_farmland = {path}").told
    assert told
    assert all(char.isprintable() for char in told)


def test_a_workbook_of_rubbish_inside(tmp_path: Path, load: Callable[..., object]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["日期", "类型"])
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, b"<a><b></a>" if name.endswith("sheet1.xml") else content)
    assert load("", tables='incidents = "t.xlsx"').codes == ["source-unreadable"]
