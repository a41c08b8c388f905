"""What loading a project gives: the plane, reach, ids, fields, zones, records; and that inputs stay as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box

X, Y = 540_000.0, 2_604_000.0
CRS = "EPSG:4542"


def square(east: float, north: float = 0.0, size: float = 100.0) -> Polygon:
    return box(X + east, Y + north, X + east + size, Y + north + size)


def write(
    path: Path, geometry: list[object], crs: str | None = CRS, layer: str | None = None, **columns: object
) -> None:
    gpd.GeoDataFrame(columns, geometry=geometry, crs=crs).to_file(path, layer=layer)


def test_the_plane_is_the_three_degree_zone_of_the_zones_or_what_the_project_says(
    load: Callable[..., object], tmp_path: Path
) -> None:
    assert load("").ok.plane.crs == "EPSG:4542"
    assert load("", project='crs = "EPSG:4521"').ok.plane.crs == "EPSG:4521"
    west = gpd.GeoSeries([square(0)], crs=CRS).to_crs(4490)
    write(tmp_path / "w.gpkg", [shapely.affinity.translate(west[0], 10)], "EPSG:4490", zone=["a"])
    assert load('zones = "w.gpkg"').ok.plane.crs == "EPSG:4545"  # 108-111° E, central meridian 109.4 → zone of 108


def test_edges_are_straight_in_the_layers_own_crs(load: Callable[..., object], tmp_path: Path) -> None:
    """A wide box in degrees: its northern edge is a parallel, not the chord of two corners in the plane."""
    write(tmp_path / "z.gpkg", [box(99.0, 23.5, 99.5, 23.6)], "EPSG:4490", zone=["a"])
    inputs = load('zones = "z.gpkg"').ok
    land = inputs.layers["zones"].frame.geometry[0]
    assert shapely.get_num_coordinates(land) > 1000
    # exact: the area between two parallels and two meridians, on the ellipsoid (authalic latitude, closed form)
    a, f = 6378137.0, 1 / 298.257222101
    e = np.sqrt(f * (2 - f))

    def zone(lat: float) -> float:
        s = np.sin(np.radians(lat))
        return s / (1 - (e * s) ** 2) + np.log((1 + e * s) / (1 - e * s)) / (2 * e)

    exact = a * a * (1 - e * e) / 2 * np.radians(0.5) * (zone(23.6) - zone(23.5))
    assert inputs.records[0].area_m2 == pytest.approx(exact, rel=1e-8)


def test_only_what_is_near_is_read_and_all_is_counted(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "g.gpkg", [square(east) for east in (150, 550, 1150, 3000)])
    record = load('green = "g.gpkg"').ok.records[-1]
    assert (record.features, record.read) == (4, 2)
    assert load('green = "g.gpkg"', measure="context_m = 10").ok.records[-1].read == 1  # grown to 100 m
    assert load('green = "g.gpkg"', reach={"green": 1100.0}).ok.records[-1].read == 3
    assert load('green = "g.gpkg"', reach={"roads": 1100.0}).ok.records[-1].read == 2


def test_the_boxes_grow_until_something_is_near_and_end_at_50_km(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "g.gpkg", [square(4000), square(30_000), square(60_000)])
    assert load('green = "g.gpkg"').ok.records[-1].read == 1
    write(tmp_path / "h.gpkg", [square(30_000), square(60_000)])
    assert load('green = "h.gpkg"').ok.records[-1].read == 1
    write(tmp_path / "i.gpkg", [square(60_000)])
    inputs = load('green = "i.gpkg"').ok
    assert (inputs.records[-1].features, inputs.records[-1].read) == (1, 0)
    assert len(inputs.layers["green"].frame) == 0


def test_each_zone_gets_its_nearest_feature(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "z.gpkg", [square(0), square(20_000)], zone=["甲", "乙"])
    write(tmp_path / "g.gpkg", [square(200), square(23_000), square(45_000)])
    inputs = load('zones = "z.gpkg"\ngreen = "g.gpkg"').ok
    assert sorted(inputs.layers["green"].frame["fid"]) == [1, 2]


def test_a_feature_whose_box_but_not_its_shape_is_near_does_not_stop_the_growth(
    load: Callable[..., object], tmp_path: Path
) -> None:
    corner = Point(X - 480, Y - 480).buffer(5)  # in the box of 500 m, but 679 m from the zone
    write(tmp_path / "g.gpkg", [corner, square(620)])
    inputs = load('green = "g.gpkg"').ok
    assert len(inputs.layers["green"].frame) == 2


def test_read_is_the_same_for_every_form_and_crs(load: Callable[..., object], tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    squares = [square(*place, size=30) for place in rng.uniform(-3000, 3000, (400, 2))]
    frame = gpd.GeoDataFrame({"BSM": [f"{i}" for i in range(400)]}, geometry=squares, crs=CRS)
    frame.to_file(tmp_path / "f.gpkg")
    frame.to_file(tmp_path / "f.shp", encoding="utf-8")
    frame.to_file(tmp_path / "f.fgb")
    frame.to_parquet(tmp_path / "f.parquet")
    frame.to_file(tmp_path / "f.gdb", driver="OpenFileGDB")
    expected = sorted(frame.BSM[frame.intersects(square(-500, -500, 1100))])
    for name in ("f.gpkg", "f.shp", "f.fgb", "f.parquet", "f.gdb"):
        inputs = load(f'basic_farmland = "{name}"').ok
        assert sorted(inputs.layers["basic_farmland"].frame["feature"]) == expected, name
        assert inputs.records[-1].read == len(expected)


def test_ids_are_the_sources_own_else_index_and_fid(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", [square(0), square(200), square(300)], BSM=[12.0, None, 7.0])
    write(
        tmp_path / "b.geojson",
        gpd.GeoSeries([square(0), square(200)], crs=CRS).to_crs(4326).tolist(),
        "EPSG:4326",
        BSM=["7", "x"],
    )
    inputs = load('basic_farmland = ["a.gpkg", "b.geojson"]').ok
    frame = inputs.layers["basic_farmland"].frame
    assert list(frame["feature"]) == ["12", "0:2", "0:3", "1:0", "x"]
    assert list(frame["source"]) == [0, 0, 0, 1, 1]
    assert list(frame["input"]) == [1, 1, 1, 2, 2]
    assert ["7" in note.en for record in inputs.records[1:] for note in record.notes if "id" in note.en] == [True, True]


def test_fields_come_by_name_alias_mapping_unit_and_set(load: Callable[..., object], tmp_path: Path) -> None:
    write(
        tmp_path / "p.gpkg",
        [square(0), square(200)],
        DKBH=["A-1", "A-2"],
        土地状态=["闲置", " 已建 "],
        TZE=["1,250.5", None],
        约定开工日期=["2023年5月1日", "20240101"],
        started_area_share=["35%", None],
        use=["工业", "x-自用"],
    )
    inputs = load(
        'parcels = {path = "p.gpkg", set = {industry_edition = "2017"}, '
        'fields = {investment_yuan = {field = "TZE", unit = "万元"}}}'
    ).ok
    frame = inputs.layers["parcels"].frame
    assert list(frame["feature"]) == ["A-1", "A-2"]
    assert list(frame["state"]) == ["idle", "built"]
    assert frame["investment_yuan"].tolist() == pytest.approx([12_505_000.0, np.nan], nan_ok=True)
    assert list(frame["agreed_start_on"]) == [date(2023, 5, 1), date(2024, 1, 1)]
    assert frame["started_area_share"].tolist() == pytest.approx([0.35, np.nan], nan_ok=True)
    assert list(frame["use"]) == ["industrial", "x-自用"]
    assert list(frame["industry_edition"]) == ["2017", "2017"]
    assert "tax_yuan" not in frame
    assert inputs.layers["parcels"].lacking["tax_yuan"] == (0,)
    assert "investment_yuan" not in inputs.layers["parcels"].lacking


def test_two_sources_make_one_layer_and_lacking_names_the_one_without(
    load: Callable[..., object], tmp_path: Path
) -> None:
    lines = [LineString([(X, Y), (X + 10, Y)])]
    write(tmp_path / "a.gpkg", lines, status=["在建"])
    write(tmp_path / "b.gpkg", lines, kind=["电力"])
    inputs = load('utilities = [{path = "a.gpkg", set = {kind = "water"}}, "b.gpkg"]').ok
    frame = inputs.layers["utilities"].frame
    assert list(frame["kind"]) == ["water", "power"]
    assert list(frame["status"]) == ["under-construction", "built"]  # built where there is none
    assert inputs.layers["utilities"].lacking == {"id": (0, 1)}


def test_broken_geometry_is_repaired_and_named_and_lost_geometry_is_noted(
    load: Callable[..., object], tmp_path: Path
) -> None:
    bow_tie = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    spike = Polygon([(X, Y), (X + 10, Y), (X, Y)])
    far = shapely.affinity.translate(bow_tie, 5000)
    write(tmp_path / "f.gpkg", [bow_tie, square(0), None, spike, far], BSM=["bow", "good", "null", "spike", "far"])
    inputs = load('basic_farmland = "f.gpkg"').ok
    layer, record = inputs.layers["basic_farmland"], inputs.records[-1]
    assert record.repaired == ("bow",)
    assert sorted(layer.unrepaired) == ["null", "spike"]
    assert sorted(layer.frame["feature"]) == ["bow", "good"]
    assert layer.frame.geometry.is_valid.all()
    assert (record.features, record.read) == (5, 3)
    assert any("2 features" in note.en for note in record.notes)


def test_collections_keep_the_parts_of_the_roles_type(load: Callable[..., object], tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([square(0), Point(X, Y), LineString([(X, Y), (X + 500, Y)])])
    write(tmp_path / "f.gpkg", [mixed])
    write(tmp_path / "p.gpkg", [Point(X, Y), square(50), MultiPoint([(X, Y), (X + 1, Y)])], kind=["变电站"] * 3)
    inputs = load('green = "f.gpkg"\nfacilities = "p.gpkg"').ok
    land = inputs.layers["green"].frame.geometry[0]
    assert land.geom_type == "Polygon"
    assert land.area == pytest.approx(10_000)
    assert [geom.geom_type for geom in inputs.layers["facilities"].frame.geometry] == ["Point", "Polygon", "MultiPoint"]


def test_heights_are_dropped(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "f.gpkg", [shapely.force_3d(square(0), 7)])
    assert not load('green = "f.gpkg"').ok.layers["green"].frame.geometry.has_z.any()


def test_zones_without_a_name_are_the_project(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "z.gpkg", [square(0), square(200)])
    write(tmp_path / "e.gpkg", [square(100)])
    inputs = load('zones = "z.gpkg"\nexpansion = "e.gpkg"').ok
    assert list(inputs.layers["zones"].frame["zone"]) == ["测试园区", "测试园区"]
    assert list(inputs.layers["expansion"].frame["zone"]) == ["测试园区"]
    assert inputs.layers["zones"].lacking.get("zone") is None
    assert [record.area_m2 is not None for record in inputs.records] == [True, True]


def test_names_of_zones_compare_by_nfkc_and_trim(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "z.gpkg", [square(0), square(200), square(400)], zone=["甲区(一)", "乙区", " 甲区(一)"])
    write(tmp_path / "e.gpkg", [square(100), square(300)], zone=["甲区(一) ", "乙区"])
    inputs = load('zones = "z.gpkg"\nexpansion = "e.gpkg"').ok
    assert list(inputs.layers["zones"].frame["zone"]) == ["甲区(一)", "乙区", "甲区(一)"]
    assert list(inputs.layers["expansion"].frame["zone"]) == ["甲区(一)", "乙区"]


def test_area_of_zones_counts_land_once_whatever_the_order(load: Callable[..., object], tmp_path: Path) -> None:
    squares = [square(0), square(50), square(50), square(500, 3)]
    write(tmp_path / "a.gpkg", squares, zone=["a"] * 4)
    write(tmp_path / "b.gpkg", squares[::-1], zone=["a"] * 4)
    one, other = (load(f'zones = "{name}"').ok.records[0].area_m2 for name in ("a.gpkg", "b.gpkg"))
    assert one == other
    assert one == pytest.approx(25_000, rel=1e-3)


def test_an_empty_layer_that_is_stated(load: Callable[..., object], tmp_path: Path) -> None:
    gpd.GeoDataFrame({"n": []}, geometry=[], crs=CRS).to_file(tmp_path / "e.gpkg", geometry_type="Polygon")
    inputs = load('green = {empty = true}\necological_redline = {path = "e.gpkg", empty = true}').ok
    nothing, none = inputs.layers["green"], inputs.layers["ecological_redline"]
    assert nothing.stated_empty
    assert none.stated_empty
    assert len(nothing.frame) == len(none.frame) == 0
    assert list(none.frame["name"]) == []
    records = {record.role: record for record in inputs.records}
    assert (records["green"].source, records["green"].sha256, records["green"].features) == (None, None, 0)
    assert records["ecological_redline"].sha256 == hashlib.sha256((tmp_path / "e.gpkg").read_bytes()).hexdigest()


def test_covers_is_the_union_of_what_every_source_states(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "g.gpkg", [square(0)])
    write(tmp_path / "county.gpkg", [square(-1000, -1000, 2000)], layer="border")
    write(tmp_path / "county.gpkg", [square(1000, -1000, 500)], layer="next")
    write(
        tmp_path / "towns.geojson",
        gpd.GeoSeries([square(-1000, -1000, 2000)], crs=CRS).to_crs(4326).tolist(),
        "EPSG:4326",
    )
    one = load('green = {path = "g.gpkg", covers = "county.gpkg#border"}').ok.layers["green"].covers
    assert one is not None
    assert (
        one.equals_exact(square(-1000, -1000, 2000), 1e-3)
        or one.symmetric_difference(square(-1000, -1000, 2000)).area < 1
    )
    both = load(
        'green = [{path = "g.gpkg", covers = "county.gpkg#border"}, {path = "g.gpkg", covers = "county.gpkg#next"}]'
    )
    assert both.ok.layers["green"].covers.area == pytest.approx(4_250_000, rel=1e-6)
    lonlat = load('green = {path = "g.gpkg", covers = "towns.geojson"}').ok.layers["green"].covers
    assert lonlat.area == pytest.approx(4_000_000, rel=1e-6)
    half = load('green = [{path = "g.gpkg", covers = "county.gpkg#border"}, "g.gpkg"]').ok
    assert half.layers["green"].covers is None


def test_datums_are_noted(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "g.geojson", gpd.GeoSeries([square(0)], crs=CRS).to_crs(4326).tolist(), "EPSG:4326")
    write(tmp_path / "x.gpkg", [square(0)], "EPSG:2383")
    inputs = load('green = "g.geojson"\nbuilt_up = {path = "x.gpkg", towgs84 = [10, 20, 30]}').ok
    records = {record.role: record for record in inputs.records}
    assert records["zones"].notes == ()
    assert "same datum" in records["green"].notes[0].en
    assert "project's parameters" in records["built_up"].notes[0].en
    assert records["green"].crs == "EPSG:4326"


def test_crs_of_the_project_goes_before_the_files(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "g.gpkg", [square(0)], "EPSG:4543")
    inputs = load(f'green = {{path = "g.gpkg", crs = "{CRS}"}}').ok
    assert inputs.layers["green"].frame.geometry[0].symmetric_difference(square(0)).area < 1e-6


@pytest.mark.parametrize(
    "where", ["\"类别\" = '一' AND n >= 2", "n IN (2, 3) AND 类别 LIKE '一%'", "NOT (n < 2 OR n > 3)"]
)
@pytest.mark.parametrize("name", ["g.gpkg", "g.geojson", "g.parquet", "g.shp"])
def test_where_selects_in_every_form(load: Callable[..., object], tmp_path: Path, name: str, where: str) -> None:
    frame = gpd.GeoDataFrame(
        {"类别": ["一", "一", "一", "二"], "n": [1, 2, 3, 4]}, geometry=[square(i * 100) for i in range(4)], crs=CRS
    )
    if name == "g.geojson":
        frame = frame.to_crs(4326)
    frame.to_parquet(tmp_path / name) if name.endswith("parquet") else frame.to_file(
        tmp_path / name, **({"encoding": "gbk"} if name == "g.shp" else {})
    )
    inputs = load(f"basic_farmland = {{path = '{name}', fields = {{id = 'n'}}, where = '''{where}'''}}").ok
    assert list(inputs.layers["basic_farmland"].frame["feature"]) == ["2", "3"]
    assert inputs.records[-1].features == 2


def test_a_raster_is_opened_and_has_a_record(load: Callable[..., object], real_data: Path) -> None:
    path = (real_data / "swellendam_za" / "srtm_41_19.tif").as_posix()
    inputs = load(f'dem = "{path}"').ok
    assert inputs.rasters["dem"].crs == "EPSG:32733"
    assert (inputs.records[-1].features, inputs.records[-1].read, inputs.records[-1].crs) == (0, 0, "EPSG:32733")


def test_records_stand_in_the_order_of_the_roles(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "g.gpkg", [square(0)])
    (tmp_path / "i.csv").write_text("date,kind\n2024-05-01,安全\n", encoding="utf-8")
    inputs = load('green = ["g.gpkg", "g.gpkg"]\nbuilt_up = "g.gpkg"', tables='incidents = "i.csv"').ok
    assert [record.role for record in inputs.records] == ["zones", "built_up", "green", "green", "incidents"]


def test_inputs_stay_as_they_were(load: Callable[..., object], tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", [square(0)])
    write(tmp_path / "b.shp", [square(0)])
    write(tmp_path / "c.fgb", [square(0)])
    gpd.GeoDataFrame(geometry=[square(0)], crs=CRS).to_file(tmp_path / "d.gdb", driver="OpenFileGDB")

    def state() -> dict[str, tuple[str, int]]:
        return {
            str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in sorted(tmp_path.rglob("*"))
            if path.is_file()
        }

    assert load("").inputs is not None
    before = state()
    assert load('green = ["a.gpkg", "b.shp", "c.fgb", "d.gdb"]').inputs is not None
    after = state()
    assert {name: kept for name, kept in after.items() if not name.endswith("zone.toml")} == {
        name: kept for name, kept in before.items() if not name.endswith("zone.toml")
    }


def test_several_rasters_of_a_role_are_told_not_dropped(load: Callable[..., object], tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "uint8", "crs": "EPSG:4542"}
    for name in ("a", "b"):
        with rasterio.open(tmp_path / f"{name}.tif", "w", transform=from_origin(5e5, 26e5, 30, 30), **profile):
            pass
    assert [problem.code for problem in load('dem = ["a.tif", "b.tif"]').problems.found] == ["raster-several"]  # type: ignore[attr-defined]
