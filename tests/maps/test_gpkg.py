"""zoneproof.gpkg as QGIS 3.22 wants it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import LineString, Point

from checks.model import Report
from layers.model import Field, Layer
from layers.text import Text
from maps.near import near
from maps.outputs import gpkg


def written(report: Report, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    gpkg.write(report, folder)
    return folder / "zoneproof.gpkg"


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def with_layer(report: Report, name: str, change: Callable[[Layer], Layer]) -> Report:
    layers = {**report.inputs.layers, name: change(report.inputs.layers[name])}
    return replace(report, inputs=replace(report.inputs, layers=layers))


def test_version_contents_and_moment(report: Report, tmp_path: Path) -> None:
    path = written(report, tmp_path / "out")
    assert [file.name for file in path.parent.iterdir()] == ["zoneproof.gpkg"]
    assert rows(path, "PRAGMA user_version") == [(10200,)]
    assert rows(path, "PRAGMA journal_mode") == [("delete",)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    contents = {
        table: (kind, title)
        for table, kind, title in rows(path, "SELECT table_name, data_type, identifier FROM gpkg_contents")
    }
    assert contents == {
        "zones": ("features", "园区用地范围"),
        "expansion": ("features", "拟扩区范围"),
        "roads": ("features", "道路"),
        "facilities": ("features", "配套设施"),
        "ecological_redline": ("features", "生态保护红线"),
        "evidence": ("features", "审查证据"),
        "findings": ("attributes", "审查结果"),
        "layer_styles": ("attributes", "layer_styles"),
    }
    assert set(rows(path, "SELECT last_change FROM gpkg_contents")) == {("2025-07-25T00:00:00.000Z",)}
    assert {name for (name,) in rows(path, "SELECT column_name FROM gpkg_geometry_columns")} == {"geom"}


def test_only_features_near_the_land(report: Report, tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(written(report, tmp_path / "out"), layer="ecological_redline")
    assert list(frame["name"]) == ["红线一"]
    assert frame["source"].tolist() == ["zones.gpkg#zones"]
    assert frame.crs.to_epsg() == 4542
    wide = replace(report.inputs.project, context_m=8000.0)
    far = replace(report, inputs=replace(report.inputs, project=wide))
    assert len(near(far)["ecological_redline"].frame) == 2


def test_evidence_has_the_columns_of_the_contract(report: Report, tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(written(report, tmp_path / "out"), layer="evidence")
    assert list(frame.columns) == [
        "id",
        "rule",
        "verdict",
        "zone",
        "role",
        "feature",
        "area_m2",
        "width_m",
        "note",
        "geometry",
    ]
    assert list(frame["id"]) == ["甲园区/BEZ-2d/ecological_redline/9", "甲园区/BEZ-2d/ecological_redline/10"]
    assert list(frame["area_m2"]) == [30000.13, 1.01]
    assert frame["note"][1].startswith("细碎图斑")


def test_findings_are_a_table(report: Report, tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(written(report, tmp_path / "out"), layer="findings")
    assert not isinstance(frame, gpd.GeoDataFrame)
    assert len(frame) == 6
    first = frame.set_index("rule").loc["BEZ-5"]
    assert (first["value"], first["threshold"], first["margin"], first["basis_note"]) == (4, 3, -1, "省厅口径")


def test_every_layer_has_a_style_that_qgis_takes_by_itself(report: Report, tmp_path: Path) -> None:
    path = written(report, tmp_path / "out")
    styles = rows(
        path,
        "SELECT f_table_name, f_table_catalog, f_table_schema, f_geometry_column, owner, useAsDefault, "
        "styleQML FROM layer_styles",
    )
    tables = {name for (name,) in rows(path, "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")}
    assert {style[0] for style in styles} == tables
    for table, catalogue, schema, column, owner, default, text in styles:
        assert (catalogue, schema, column, owner, default) == ("", "", "geom", "", 1)
        root = ET.fromstring(text.partition("\n")[2])  # noqa: S314 (our own text)
        renderer = root.find("renderer-v2")
        assert renderer is not None
        used = {symbol.get("type") for symbol in renderer.findall("symbols/symbol")}
        assert used == {{"roads": "line", "facilities": "marker"}.get(table, "fill")}
        categories = {category.get("symbol") for category in renderer.findall("categories/category")}
        assert categories <= {symbol.get("name") for symbol in renderer.findall("symbols/symbol")}
    evidence = next(style[-1] for style in styles if style[0] == "evidence")
    assert "verdict&quot; = 'fail'" in evidence and "213,94,0" in evidence and "LinePatternFill" in evidence


def test_types_of_fields(report: Report, tmp_path: Path) -> None:
    def change(layer: Layer) -> Layer:
        frame = layer.frame.copy()
        frame["width_m"], frame["year"], frame["opened"], frame["fid_"] = 12.5, 2024.0, date(2024, 5, 1), None
        fields = {
            "width_m": Field("width_m", "number", Text("宽", "width")),
            "year": Field("year", "integer", Text("年", "year")),
            "opened": Field("opened", "date", Text("日", "day")),
            "FID": Field("FID", "text", Text("号", "fid")),
            "geom": Field("geom", "text", Text("几何", "geom")),
        }
        frame["FID"], frame["geom"] = "x", None
        return replace(layer, frame=frame, role=replace(layer.role, fields=fields))

    path = written(with_layer(report, "roads", change), tmp_path / "out")
    frame = pyogrio.read_dataframe(path, layer="roads")
    assert (frame["width_m"][0], frame["year"][0], str(frame["opened"][0])[:10]) == (12.5, 2024, "2024-05-01")
    assert {"FID_", "geom_"} <= set(frame.columns)


def test_an_empty_layer_and_mixed_shapes(report: Report, tmp_path: Path) -> None:
    empty = with_layer(report, "roads", lambda layer: replace(layer, frame=layer.frame.iloc[:0]))

    def mix(layer: Layer) -> Layer:
        frame = layer.frame.iloc[[0, 0]].reset_index(drop=True)
        point = frame.geometry[0]
        frame = frame.set_geometry([point, Point(point.x, point.y).buffer(20)], crs=frame.crs)
        return replace(layer, frame=frame)

    path = written(with_layer(empty, "facilities", mix), tmp_path / "out")
    assert pyogrio.read_info(path, layer="roads")["geometry_type"] == "MultiLineString"
    assert pyogrio.read_info(path, layer="roads")["features"] == 0
    assert set(pyogrio.read_dataframe(path, layer="facilities").geom_type) == {"Point", "Polygon"}


def test_evidence_of_lines_rows_and_none_at_all(report: Report, tmp_path: Path) -> None:
    zone = report.zones[0]
    first = zone.findings[0]
    item = first.outcome.evidence[0]

    def evidence(*items: Any) -> Report:
        finding = replace(first, outcome=replace(first.outcome, evidence=items))
        return replace(report, zones=(replace(zone, findings=(finding,)),))

    line = replace(item, feature="1", geometry=LineString([(540000, 2604000), (540100, 2604000)]))
    row = replace(item, feature="2", geometry=None)
    path = written(evidence(item, line, row), tmp_path / "mixed")
    assert [geometry is None for geometry in pyogrio.read_dataframe(path, layer="evidence").geometry] == [
        False,
        True,
        False,
    ]
    path = written(evidence(), tmp_path / "none")
    assert len(pyogrio.read_dataframe(path, layer="evidence")) == 0


def test_hostile_names_are_values_and_nothing_else(hostile_report: Report, tmp_path: Path) -> None:
    path = written(hostile_report, tmp_path / "out")
    name = hostile_report.zones[0].zone
    assert pyogrio.read_dataframe(path, layer="zones")["zone"][0] == name
    assert set(pyogrio.read_dataframe(path, layer="findings")["zone"]) == {name}
    for (text,) in rows(path, "SELECT styleQML FROM layer_styles"):
        ET.fromstring(text.partition("\n")[2])  # noqa: S314 (our own text)


@pytest.mark.parametrize("as_of", [None, date(2025, 7, 25)])
def test_no_clock_shows(report: Report, tmp_path: Path, as_of: date | None) -> None:
    project = replace(report.inputs.project, as_of=as_of)
    made = replace(report, inputs=replace(report.inputs, project=project))
    first, second = written(made, tmp_path / "one"), written(made, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    moment = f"{as_of or '1970-01-01'}T00:00:00.000Z"
    assert rows(first, "SELECT DISTINCT update_time FROM layer_styles") == [(moment,)]
