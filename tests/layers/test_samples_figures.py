"""The sample projects carry the stated figures, measured here from the written files, not with what drew them."""

import csv
import struct
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from pyproj import Geod, Transformer

from layers.samples import write_samples

GEOD = Geod(a=6378137, rf=298.257222101)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    assert write_samples(folder) == [folder / "park" / "zone.toml", folder / "expansion" / "zone.toml"]
    return folder


def degrees(frame: gpd.GeoDataFrame, longest_m: float) -> np.ndarray:
    """Geometries cut in their own CRS by shapely and brought to EPSG:4490."""
    cut = shapely.segmentize(frame.geometry.to_numpy(), longest_m if frame.crs.is_projected else longest_m / 111_000)
    turn = Transformer.from_crs(frame.crs, "EPSG:4490", always_xy=True)
    return shapely.transform(cut, lambda xy: np.column_stack(turn.transform(*xy.T)))


def geodesic_m2(frame: gpd.GeoDataFrame) -> float:
    polygons = shapely.get_parts(degrees(frame, 20.0))
    return sum(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(one))[0]) for one in polygons)


def geodesic_m(frame: gpd.GeoDataFrame) -> float:
    return sum(GEOD.geometry_length(line) for line in degrees(frame, 35.0))


def park(demo: Path, layer: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(demo / "park" / "park.gpkg", layer=layer)


def gbk(path: Path) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(path, encoding="GBK")


def test_planned_and_built_land_are_those_of_the_source(demo):
    planned, built = geodesic_m2(park(demo, "zones")), geodesic_m2(park(demo, "built_up"))
    assert planned == pytest.approx(1_828_000, abs=0.5)
    assert built == pytest.approx(1_060_000, abs=0.5)
    assert f"{built / planned:.0%}" == "58%"


def test_the_statutory_measure_finds_the_same_areas(demo):
    from geo.densify import densify
    from geo.plane import Plane

    for layer, target in (("zones", 1_828_000), ("built_up", 1_060_000)):
        frame = park(demo, layer)
        dense = densify(frame.geometry.to_numpy(), frame.crs)
        assert Plane(frame.crs.to_string()).area_m2(dense).sum() == pytest.approx(target, abs=0.05)


def test_roads_open_and_in_works_lie_in_the_park(demo):
    roads = park(demo, "roads")
    land = park(demo, "zones").union_all()
    inside = roads[roads["class"] != "rural"]
    assert all(land.covers(line) for line in inside.geometry)
    assert geodesic_m(inside[inside.status == "built"]) == pytest.approx(2_550, abs=0.05)
    assert geodesic_m(inside[inside.status == "under-construction"]) == pytest.approx(7_100, abs=0.05)
    front = inside[(inside.status == "built") & (inside["class"] == "arterial")]
    assert list(front.name) == ["迎宾大道前段"]
    assert geodesic_m(front) == pytest.approx(1_950, abs=0.05)
    outside = roads[roads["class"] == "rural"]
    assert shapely.length(shapely.intersection(outside.geometry.to_numpy(), land)).sum() == pytest.approx(0, abs=1e-6)


def test_the_power_line_is_as_long_as_stated_and_there_is_no_gas(demo):
    lines = park(demo, "utilities")
    power = lines[(lines.kind == "power") & (lines.status == "built")]
    assert geodesic_m(power) == pytest.approx(6_430, abs=0.05)
    assert set(lines.kind) == {"water", "power", "sewer", "telecom"}
    assert set(lines[lines.kind == "sewer"].status) == {"commissioning", "planned"}


def test_factory_floor_built_let_and_in_works(demo):
    found = gbk(demo / "park" / "报批" / "建筑.shp")
    factory = found[found["用途"] == "工业"]
    built, works = factory[factory["建设状态"] == "已建"], factory[factory["建设状态"] == "在建"]
    assert (built["建筑面积"].sum(), built["出租面积"].sum(), works["建筑面积"].sum()) == (136_500, 112_400, 61_800)
    assert (built["出租面积"] <= built["建筑面积"]).all()
    assert works["出租面积"].sum() == 0
    others = found[found["用途"] != "工业"]
    assert others["建筑面积"].isna().all(), "the source states no other floor area"
    assert others["层数"].isna().all()


def test_a_factory_has_the_floor_area_of_its_footprint_and_floors(demo):
    found = gbk(demo / "park" / "报批" / "建筑.shp")
    factory = found[found["用途"] == "工业"]
    assert (factory["建筑面积"] / factory["层数"] / factory.geometry.area).between(0.98, 1.02).all()
    assert factory["层数"].between(1, 4).all()


def test_housing_units(demo):
    flats = gbk(demo / "park" / "报批" / "建筑.shp").query("用途 == '居住'")
    built, works = flats[flats["建设状态"] == "已建"], flats[flats["建设状态"] == "在建"]
    assert (built["套数"].sum(), built["出租套数"].sum(), works["套数"].sum()) == (235, 235, 190)


def test_facilities_carry_what_is_stated_and_nothing_that_is_only_wanted(demo):
    found = park(demo, "facilities")
    rows = set(zip(found.kind, found.status, found.capacity.fillna(0.0), found.unit.fillna(""), strict=True))
    assert rows == {
        ("waterworks", "built", 6000.0, "m3/d"),
        ("substation", "built", 0.0, ""),
        ("town", "built", 0.0, ""),
        ("sewage-works", "commissioning", 4000.0, "m3/d"),
        ("telecom-coverage", "built", 0.0, ""),
        ("housing", "built", 235.0, "units"),
        ("housing", "under-construction", 190.0, "units"),
    }
    assert list(found[found.kind == "substation"]["class"]) == ["110kV"]


def test_lines_start_at_the_works_that_feed_them(demo):
    places, lines = park(demo, "facilities"), park(demo, "utilities")
    for source, kind in (("waterworks", "water"), ("substation", "power"), ("sewage-works", "sewer")):
        place = places[places.kind == source].geometry.iloc[0]
        assert lines[lines.kind == kind].distance(place).min() == 0, kind


def test_indicators(demo):
    text = (demo / "park" / "表格" / "指标.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = csv.DictReader(text.decode("utf-8-sig").splitlines())
    assert {row["指标"]: (int(row["年份"]), float(row["数值"])) for row in rows} == {
        "employees": (2024, 1035),
        "enterprises": (2024, 37),
        "enterprises_above_scale": (2024, 7),
        "output_yuan": (2024, 2.484e9),
        "revenue_yuan": (2024, 2.773e9),
        "financing_total_yuan": (2025, 2.048e9),
        "financing_share:bank_loans": (2025, 0.525),
        "financing_share:special_bonds": (2025, 0.205),
        "financing_share:fiscal": (2025, 0.062),
    }


def test_documents_have_no_invented_day(demo):
    text = (demo / "park" / "表格" / "文件.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert all(row["日期"] == "" and row["说明"] for row in rows)
    approval = next(row for row in rows if row["文件类型"] == "approval")
    assert (approval["文号"], approval["发文机关"]) == ("云政复〔2025〕3号", "云南省人民政府")
    assert {row["文件类型"]: row["结果"] for row in rows if row["结果"]} == {
        "approval": "yes",
        "catalogue-listing": "pending",
        "county-review": "pending",
    }
    assert not {row["文件类型"] for row in rows} & {"city-review", "management-body"}, "no such document exists yet"
    assert "2025年3月" in approval["说明"]
    assert "2024年7月" in next(row for row in rows if row["文件类型"] == "request")["说明"]


def test_the_border_zone_has_three_areas_and_the_stated_total(demo):
    zones = pyogrio.read_dataframe(demo / "expansion" / "expansion.gpkg", layer="zones")
    assert list(zones["area"]) == ["孟定核心园区", "南伞园区", "永和园区"]
    assert set(zones.zone) == {"临沧边境经济合作区"}
    assert geodesic_m2(zones) == pytest.approx(3_470_000, abs=1.0)


def test_the_land_taken_in_is_the_park(demo):
    taken = gbk(demo / "expansion" / "报批" / "拟扩区范围.shp")
    assert taken.crs.to_epsg() == 4521
    assert list(taken["片区名称"]) == ["云南耿马产业园区"]
    assert list(taken["园区名称"]) == ["临沧边境经济合作区"]
    assert geodesic_m2(taken) == pytest.approx(1_828_000, abs=0.5)
    shifted = shapely.transform(taken.geometry.iloc[0], lambda xy: xy - [33e6, 0])
    assert shapely.symmetric_difference(shifted, park(demo, "zones").union_all()).area < 1e-3


def test_the_shapefiles_are_gbk_as_offices_have_them(demo):
    for path in sorted(demo.rglob("*.dbf")):
        data = path.read_bytes()
        header, _ = struct.unpack("<HH", data[8:12])
        names = [data[at : at + 11].split(b"\0")[0] for at in range(32, header - 1, 32)]
        assert all(len(name) <= 10 for name in names)
        assert any(not name.isascii() and name.decode("gbk") for name in names)
        assert path.with_suffix(".cpg").read_text() == "GBK"


def test_project_files_say_what_is_made_up_in_both_languages(demo):
    for name in ("park", "expansion"):
        text = (demo / name / "zone.toml").read_text(encoding="utf-8")
        assert "虚构" in text and "made up" in text
        project = tomllib.loads(text)
        assert "图形虚构" in project["project"]["name"]
        assert str(project["project"]["as_of"]) == "2025-07-25"
    assert "不是该局的意见" in text and "not the bureau's opinion" in text


def test_the_expansion_holds_nothing_that_the_source_does_not_state(demo):
    project = tomllib.loads((demo / "expansion" / "zone.toml").read_text(encoding="utf-8"))
    assert "tables" not in project
    assert set(project["layers"]) == {
        "zones",
        "expansion",
        "built_up",
        "urban_boundary",
        "industrial_redline",
        "ecological_redline",
        "basic_farmland",
    }
    invented = [entry["path"] for role, entry in project["layers"].items() if role not in ("zones", "expansion")]
    assert all("虚构" in path for path in invented), "layers that are made up say so in their names"


def test_the_ground_model_is_small_hilly_and_flat_where_the_park_is(demo):
    path = demo / "park" / "dem.tif"
    assert path.stat().st_size < 600_000
    with rasterio.open(path) as data:
        ground = data.read(1)
        land = park(demo, "zones").union_all()
        mask = rasterio.features.geometry_mask([land], ground.shape, data.transform, invert=True)
        cell = data.transform.a
    slope = np.degrees(np.arctan(np.hypot(*np.gradient(ground, cell))))
    assert np.median(slope[mask]) < 3
    assert np.percentile(slope[~mask], 75) > 12
    assert np.ptp(ground) > 200
    assert 10 <= cell <= 15
