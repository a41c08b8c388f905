"""What is wrong with a layer: one line each, all in one pass, and nothing but that."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from layers.problems import catalogue

X, Y = 540_000.0, 2_604_000.0
CRS = "EPSG:4542"


def square(east: float, size: float = 100.0) -> Polygon:
    return box(X + east, Y, X + east + size, Y + size)


def write(
    path: Path, geometry: list[object], crs: str | None = CRS, layer: str | None = None, **columns: object
) -> None:
    gpd.GeoDataFrame(columns, geometry=geometry, crs=crs).to_file(path, layer=layer)


def undefined_crs(path: Path) -> None:
    write(path, [square(0)])
    with sqlite3.connect(path) as base:
        for table in ("gpkg_geometry_columns", "gpkg_contents"):
            base.execute(f"UPDATE {table} SET srs_id = 0")  # noqa: S608
    base.close()


def several(path: Path) -> None:
    write(path, [square(0)], layer="红线")
    write(path, [square(0)], layer="边界")


def zip_of(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            write(path.parent / f"{name}.shp", [square(0)])
            for part in ("shp", "shx", "dbf", "prj"):
                archive.write(path.parent / f"{name}.{part}", f"{name}.{part}")


LINE = LineString([(X, Y), (X + 9, Y)])
BAD: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "several layers": (lambda f: several(f / "a.gpkg"), '"a.gpkg"', "layers-several", "红线, 边界"),
    "a layer nearly named": (lambda f: several(f / "a.gpkg"), '"a.gpkg#红钱"', "layer-missing", "红线"),
    "several in a zip": (lambda f: zip_of(f / "a.zip", "p", "q"), '"a.zip"', "layers-several", "p, q"),
    "a missing one in a zip": (lambda f: zip_of(f / "a.zip", "p", "q"), '"a.zip#qq"', "layer-missing", "q"),
    "no zip": (lambda f: (f / "a.zip").write_bytes(b"x"), '"a.zip"', "source-unreadable", "zip"),
    "no geodata": (lambda f: (f / "a.gpkg").write_bytes(b"x"), '"a.gpkg"', "source-unreadable", "a.gpkg"),
    "broken GeoJSON": (
        lambda f: (f / "a.geojson").write_text('{"type": "Feat', encoding="utf-8"),
        '"a.geojson"',
        "source-unreadable",
        "a.geojson",
    ),
    "GeoJSON in no known encoding": (
        lambda f: (f / "a.geojson").write_bytes(
            b'{"type": "Feature", "properties": {"name": "x"}, "geometry": {"type": "Polygon", "coordinates": '
            b"[[[99.39, 23.53], [99.4, 23.53], [99.4, 23.54], [99.39, 23.53]]]}}" + b"\xff\x81"
        ),
        '"a.geojson"',
        "encoding-not-found",
        "a.geojson",
    ),
    "broken GeoParquet": (
        lambda f: (f / "a.parquet").write_bytes(b"x"),
        '"a.parquet"',
        "source-unreadable",
        "a.parquet",
    ),
    "parquet without geometry": (
        lambda f: pd.DataFrame({"a": [1]}).to_parquet(f / "a.parquet"),
        '"a.parquet"',
        "parquet-not-geo",
        "a.parquet",
    ),
    "a layer of a parquet": (
        lambda f: gpd.GeoDataFrame(geometry=[square(0)], crs=CRS).to_parquet(f / "a.parquet"),
        '"a.parquet#x"',
        "layer-missing",
        "x",
    ),
    "no geometry": (
        lambda f: (f / "a.csv").write_text("a\n1\n", encoding="utf-8"),
        '"a.csv"',
        "layer-no-geometry",
        "a.csv",
    ),
    "no CRS": (lambda f: write(f / "a.shp", [square(0)], None), '"a.shp"', "crs-unknown", "crs ="),
    "an undefined CRS": (lambda f: undefined_crs(f / "a.gpkg"), '"a.gpkg"', "crs-unknown", "crs ="),
    "another datum": (lambda f: write(f / "a.gpkg", [square(0)], "EPSG:2383"), '"a.gpkg"', "datum-unknown", "towgs84"),
    "lines for land": (lambda f: write(f / "a.gpkg", [LINE, square(0)]), '"a.gpkg"', "geometry-type", "LineString"),
    "points for land": (lambda f: write(f / "a.gpkg", [Point(X, Y)]), '"a.gpkg"', "geometry-type", "Point"),
    "empty": (
        lambda f: gpd.GeoDataFrame({"n": []}, geometry=[], crs=CRS).to_file(f / "a.gpkg", geometry_type="Polygon"),
        '"a.gpkg"',
        "layer-empty",
        "empty = true",
    ),
    "empty by where": (
        lambda f: write(f / "a.gpkg", [square(0)], n=[1]),
        '{path = "a.gpkg", where = "n = 2"}',
        "layer-empty-where",
        "n = 2",
    ),
    "not empty": (
        lambda f: write(f / "a.gpkg", [square(0)]),
        '{path = "a.gpkg", empty = true}',
        "layer-not-empty",
        "1",
    ),
    "an unknown column in where": (
        lambda f: write(f / "a.gpkg", [square(0)], n=[1]),
        '{path = "a.gpkg", where = "nn = 2"}',
        "where-column",
        "nn",
    ),
    "the same in GeoJSON": (
        lambda f: write(f / "a.geojson", [Point(99, 23).buffer(1)], "EPSG:4326", n=[1]),
        '{path = "a.geojson", where = "nn = 2"}',
        "where-column",
        "nn",
    ),
    "a where that does not parse": (
        lambda f: write(f / "a.gpkg", [square(0)], n=[1]),
        '{path = "a.gpkg", where = "n = = 2"}',
        "where-invalid",
        "n = = 2",
    ),
    "two statements": (
        lambda f: write(f / "a.gpkg", [square(0)], n=[1]),
        '{path = "a.gpkg", where = "1 = 1; DROP TABLE a"}',
        "where-invalid",
        ";",
    ),
    "a mapped column that is not there": (
        lambda f: write(f / "a.gpkg", [square(0)], 名字=["x"]),
        '{path = "a.gpkg", fields = {name = "名子"}}',
        "column-missing",
        "名字",
    ),
    "covers without polygons": (
        lambda f: (write(f / "a.gpkg", [square(0)]), write(f / "b.gpkg", [LINE])),
        '{path = "a.gpkg", covers = "b.gpkg"}',
        "geometry-type",
        "covers",
    ),
    "covers beside a source that has none": (
        lambda f: (write(f / "a.gpkg", [square(0)]), (f / "b.gpkg").write_bytes(b"x")),
        '[{path = "a.gpkg", covers = "b.gpkg"}, "a.gpkg"]',
        "source-unreadable",
        "covers",
    ),
    "covers without a CRS": (
        lambda f: (write(f / "a.gpkg", [square(0)]), write(f / "b.shp", [square(0)], None)),
        '{path = "a.gpkg", covers = "b.shp"}',
        "crs-unknown",
        "covers",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_layers(load: Callable[..., object], tmp_path: Path, name: str) -> None:
    spoil, entry, code, named = BAD[name]
    spoil(tmp_path)
    loaded = load(f"ecological_redline = {entry}")
    assert loaded.inputs is None
    assert loaded.codes == [code], loaded.told
    assert named in loaded.told
    assert "ecological_redline" in loaded.told


def test_all_problems_come_in_one_pass_even_where_zones_are_wrong(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "z.gpkg").write_bytes(b"x")
    write(tmp_path / "g.shp", [square(0)], None)
    (tmp_path / "i.csv").write_text("date,kind\n2024-13-41,陨石\n", encoding="utf-8")
    loaded = load(
        'zones = "z.gpkg"\ngreen = {path = "g.shp", crs = "EPSG:4542", covers = "g.shp"}', tables='incidents = "i.csv"'
    )
    assert sorted(loaded.codes) == ["cell-date", "cell-value", "crs-unknown", "source-unreadable"]


def test_required_fields_and_listed_values(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "l.gpkg", [square(0)], scheme=["survey-2020"])
    missing = load('land_use = "l.gpkg"')
    assert missing.codes == ["field-missing"]
    assert "code" in missing.told
    write(tmp_path / "u.gpkg", [LINE, LINE, LINE], kind=["给水", "beer", None], BSM=["p1", "p2", "p3"])
    unknown = load('utilities = "u.gpkg"')
    assert unknown.codes == ["cell-value"]
    assert "beer" in unknown.told
    assert "p2" in unknown.told


def test_values_are_only_checked_within_reach(load: Callable[..., object], tmp_path: Path) -> None:
    far = shapely.affinity.translate(LINE, 3000)
    write(tmp_path / "u.gpkg", [LINE, far], kind=["给水", "beer"])
    assert load('utilities = "u.gpkg"').inputs is not None
    assert load('utilities = "u.gpkg"', reach={"utilities": 3500.0}).codes == ["cell-value"]


@pytest.mark.parametrize(
    ("value", "ok"), [(0.0, True), (1.0, True), (1.5, False), (-0.1, False), ("12.5%", True), ("x", False)]
)
def test_shares(load: Callable[..., object], tmp_path: Path, value: object, ok: bool) -> None:
    write(tmp_path / "f.gpkg", [square(0)], KCXS=[value])
    loaded = load('basic_farmland = "f.gpkg"')
    assert loaded.codes == ([] if ok else ["cell-share"])


def test_zones_that_name_themselves_only_in_part(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "z.gpkg", [square(0), square(200)], zone=["甲", None])
    loaded = load('zones = "z.gpkg"')
    assert loaded.codes == ["zone-null"]
    assert "0:2" in loaded.told


def test_a_zone_whose_land_is_lost(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "z.gpkg", [square(0), None], zone=["甲", "乙"])
    loaded = load('zones = "z.gpkg"')
    assert loaded.codes == ["zone-lost"]
    assert "乙" in loaded.told


def test_zones_that_lie_nowhere(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "z.gpkg", [None, None], zone=["甲", "乙"])
    assert load('zones = "z.gpkg"').codes == ["zones-none"]
    write(tmp_path / "y.gpkg", [Polygon([(X, Y), (X + 9, Y), (X, Y)])], zone=["甲"])
    assert load('zones = "y.gpkg"').codes == ["zone-lost"]


@pytest.mark.parametrize(
    ("zones", "expansion", "code"),
    [
        (["甲", "乙"], {"area": ["a"]}, "expansion-nameless"),
        (["甲", "乙"], {"zone": ["丙"]}, "expansion-unknown-zone"),
        (["甲", "甲"], {"zone": ["丙"]}, "expansion-unknown-zone"),
        (["甲", "甲"], {"area": ["a"]}, None),
    ],
)
def test_expansion_names_its_zone(
    load: Callable[..., object], tmp_path: Path, zones: list[str], expansion: dict[str, list[str]], code: str | None
) -> None:
    write(tmp_path / "z.gpkg", [square(0), square(200)], zone=zones)
    write(tmp_path / "e.gpkg", [square(100)], **expansion)
    loaded = load('zones = "z.gpkg"\nexpansion = "e.gpkg"')
    assert loaded.codes == ([code] if code else []), loaded.told


def test_every_sentence_can_be_told_in_both_languages() -> None:
    for code, entry in catalogue().items():
        assert set(entry) == {"zh", "en"}, code
        assert all(set(words) == {"what", "mend"} for words in entry.values()), code


def test_a_missing_file_of_zones_is_told_once(load: Callable[..., object]) -> None:
    assert load('zones = "none.gpkg"').codes == ["file-missing"]
