"""Every form that offices hand over, made as their programs make it: text, geometry, CRS, and what is told of it."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import box

from geo.errors import ZoneproofError
from layers.ogr import OgrSource
from layers.readers import Rows, open_path

X, Y = 540_000.0, 2_604_000.0
SQUARE = box(X, Y, X + 100, Y + 100)
LAND = {"type": "Polygon", "coordinates": [[[99.39, 23.53], [99.4, 23.53], [99.4, 23.54], [99.39, 23.53]]]}
FEATURE = {"type": "Feature", "properties": {"地类": "水田"}, "geometry": LAND}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE]}


def frame(**columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns or {"MC": ["水田"]}, geometry=[SQUARE], crs="EPSG:4542")


def read(path: Path, layer: str | None = None, encoding: str | None = None, where: str | None = None) -> Rows:
    source = open_path(path, layer, encoding, "x")
    return source.select(source.columns, where).near(None)


def code(path: Path, layer: str | None = None, encoding: str | None = None) -> str:
    with pytest.raises(ZoneproofError) as caught:
        read(path, layer, encoding)
    return caught.value.code


# Shapefiles


@pytest.mark.parametrize(
    ("codec", "cpg", "language", "stated", "noted"),
    [
        ("gbk", None, 0, None, True),
        ("gbk", None, 0x4D, None, False),
        ("gbk", "936", 0, None, False),
        ("gbk", None, 0, "gbk", False),
        ("big5", "950", 0, None, False),
        ("big5", "Big5", 0, None, False),
        ("big5", None, 0x4F, None, False),
        ("big5", None, 0, "big5", False),
        ("utf-8", "UTF-8", 0, None, False),
        ("utf-8", None, 0, None, True),
        ("gbk", "UTF-8", 0, None, True),  # a .cpg that lies
        ("gbk", "UTF-8\0\0", 0, None, True),  # and one that is broken
    ],
)
def test_shapefile_text(
    shapefile: Callable[..., Path], codec: str, cpg: str | None, language: int, *, stated: str | None, noted: bool
) -> None:
    fields = [("基本農田".encode(codec), "C", 30)]
    path = shapefile("t.shp", fields, [["永久基本農田".encode(codec)]], language, cpg)
    source = open_path(path, None, stated, "x")
    assert source.columns[0].startswith("基本農")
    assert source.select(source.columns, None).near(None).columns[source.columns[0]] == ["永久基本農田"]
    assert bool(source.notes) == noted


def test_names_and_texts_cut_inside_a_character(shapefile: Callable[..., Path]) -> None:
    name, text = "永久基本农田面积".encode("gbk"), "一二三四五六".encode()
    path = shapefile("t.shp", [(name, "C", 11)], [["甲乙丙丁戊己".encode("gbk")]])
    assert open_path(path, None, "gbk", "x").columns == ("永久基本农",)
    path = shapefile("u.shp", [("名称一二三".encode(), "C", 11)], [[text]], cpg="UTF-8")
    rows = read(path)
    assert list(rows.columns.items()) == [("名称一", ["一二三"])]


def test_a_shapefile_without_shx_is_read_from_a_copy(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "t.shp", encoding="gbk")
    (tmp_path / "t.shx").unlink()
    before = sorted(tmp_path.iterdir())
    source = open_path(tmp_path / "t.shp", None, None, "x")
    assert source.select(["MC"], None).near(None).columns["MC"] == ["水田"]
    assert any(".shx" in note.en for note in source.notes)
    assert sorted(tmp_path.iterdir()) == before


def test_a_shapefile_without_dbf_has_no_fields_and_one_of_rubbish_is_told(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "t.shp", encoding="gbk")
    (tmp_path / "t.dbf").unlink()
    rows = read(tmp_path / "t.shp")
    assert (rows.count, rows.columns) == (1, {})
    (tmp_path / "t.shx").unlink()
    (tmp_path / "t.shp").write_bytes(b"no such thing")
    assert code(tmp_path / "t.shp") == "source-unreadable"


@pytest.mark.parametrize("kind", [5, 15, 25])
def test_a_shapefile_with_heights_and_measures_is_flat_here(tmp_path: Path, kind: int) -> None:
    frame().to_file(tmp_path / "t.shp", encoding="utf-8")
    content = polygon_record(kind)
    header = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 54 + len(content) // 2)
    header += struct.pack("<2i8d", 1000, kind, *SQUARE.bounds, 0, 7, 0, 7)
    (tmp_path / "t.shp").write_bytes(header + struct.pack(">2i", 1, len(content) // 2) + content)
    (tmp_path / "t.shx").unlink()
    (geometry,) = read(tmp_path / "t.shp").geometry
    assert geometry.area == 10_000
    assert not geometry.has_z
    assert not geometry.has_m


def polygon_record(kind: int) -> bytes:
    """A square of 100 m as the shape type Polygon (5), PolygonZ (15, with measures) or PolygonM (25)."""
    ring = [(X, Y), (X, Y + 100), (X + 100, Y + 100), (X + 100, Y), (X, Y)]
    plain = struct.pack("<i4d3i", kind, *SQUARE.bounds, 1, len(ring), 0)
    plain += b"".join(struct.pack("<2d", *point) for point in ring)
    heights = struct.pack("<7d", 0, 7, 7, 7, 7, 7, 0)
    return plain + heights * {5: 0, 15: 2, 25: 1}[kind]


def test_an_empty_shapefile_has_no_features(tmp_path: Path) -> None:
    frame().iloc[:0].to_file(tmp_path / "t.shp", geometry_type="Polygon", encoding="utf-8")
    assert read(tmp_path / "t.shp").count == 0


def test_real_shapefiles_with_chinese_text(real_data: Path) -> None:
    for name in ("yunnan", "sichuan", "xizang"):
        source = open_path(real_data / "chinese_encoding" / "oyl" / f"{name}.shp", None, None, "x")
        assert "高校数目" in source.columns
        assert "地市名" in source.columns
        assert source.crs is None
    rows = read(real_data / "chinese_encoding" / "mapshaper" / "big5.shp")
    assert any("\u4e00" <= char <= "\u9fff" for cells in rows.columns.values() for char in str(cells))
    assert not read(
        real_data / "france_plu/30014_PLU_20171013/Donnees_geographiques/30014_INFO_SURF_20171013.shp"
    ).mended.any()


# Databases


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3", "1.4"])
def test_geopackage_of_every_version(tmp_path: Path, version: str) -> None:
    path = tmp_path / "t.gpkg"
    frame(地类=["水田"]).to_file(path, layer="三调 图斑", VERSION=version)
    rows = read(path, "三调 图斑", where="地类 = '水田'")
    assert rows.columns["地类"] == ["水田"]
    assert rows.geometry[0].area == 10_000


def test_a_geodatabase_with_feature_datasets(tmp_path: Path) -> None:
    path = tmp_path / "县级规划.gdb"
    frame(DLBM=["0101"]).to_file(path, driver="OpenFileGDB", layer="DLTB", FEATURE_DATASET="现状")
    frame(GHFQMC=["城镇集中建设区"]).to_file(
        path, driver="OpenFileGDB", layer="CZKFBJ", FEATURE_DATASET="控制线", mode="a"
    )
    frame(MC=["单独"]).to_file(path, driver="OpenFileGDB", layer="园区范围", mode="a")
    assert read(path, "DLTB").columns["DLBM"] == ["0101"]
    assert read(path, "CZKFBJ").columns["GHFQMC"] == ["城镇集中建设区"]
    assert read(path, "园区范围").columns["MC"] == ["单独"]
    assert code(path) == "layers-several"
    assert code(path, "DLTBB") == "layer-missing"


# GeoJSON


@pytest.mark.parametrize("content", [COLLECTION, FEATURE, [FEATURE], [FEATURE, FEATURE], LAND])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_geojson_of_every_shape_and_encoding(tmp_path: Path, content: object, codec: str) -> None:
    path = tmp_path / "t.geojson"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding=codec)
    before = path.read_bytes()
    source = open_path(path, None, None, "x")
    rows = source.select(source.columns, None).near(None)
    assert rows.count == (len(content) if isinstance(content, list) else 1)
    assert set(rows.columns.get("地类", ["水田"])) == {"水田"}
    assert source.crs == "EPSG:4326"
    assert bool(source.notes) == (codec == "gb18030" and content is not LAND)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_geojson_in_a_stated_encoding(tmp_path: Path) -> None:
    path = tmp_path / "t.geojson"
    path.write_text(json.dumps(COLLECTION, ensure_ascii=False), encoding="gbk")
    assert read(path, encoding="gbk").columns["地类"] == ["水田"]
    assert code(path, encoding="utf-8") == "encoding-wrong"


@pytest.mark.parametrize("text", ["[", "[{}", "{", "null", "", '{"type": "FeatureCollection"'])
def test_geojson_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.geojson").write_text(text, encoding="utf-8")
    assert code(tmp_path / "t.geojson") in ("source-unreadable", "layer-no-geometry", "layers-none")


# Others


def test_flatgeobuf_and_geoparquet_of_a_file_and_a_folder(tmp_path: Path) -> None:
    frame(地类=["水田"]).to_file(tmp_path / "t.fgb", driver="FlatGeobuf")
    frame(地类=["水田"]).to_parquet(tmp_path / "t.parquet")
    folder = tmp_path / "分块"
    folder.mkdir()
    for part in "ab":
        frame(地类=["水田"]).to_parquet(folder / f"{part}.parquet")
    assert read(tmp_path / "t.fgb").columns == {"地类": ["水田"]}
    assert read(tmp_path / "t.parquet", where="地类 = '水田'").columns == {"地类": ["水田"]}
    assert read(folder).columns == {"地类": ["水田", "水田"]}
    assert read(folder).fids.tolist() == [0, 1]


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>范围</name><Placemark><name>甲</name><ExtendedData>
<Data name="面积"><value>12</value></Data><Data name="名称"><value>园区</value></Data>
<Data name="id2"><value>7</value></Data>
</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>99.39,23.53,0 99.4,23.53,0 99.4,23.54,0 99.39,23.53,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"""


def test_kml_keeps_chinese_names_of_fields_apart(tmp_path: Path) -> None:
    (tmp_path / "t.kml").write_text(KML, encoding="utf-8")
    rows = read(tmp_path / "t.kml", where="名称 = '园区' AND 面积 = '12'")
    assert {name: rows.columns[name] for name in ("Name", "面积", "名称", "id2")} == {
        "Name": ["甲"],
        "面积": ["12"],
        "名称": ["园区"],
        "id2": ["7"],
    }
    assert list(tmp_path.iterdir()) == [tmp_path / "t.kml"]


def dxf(header: str = "") -> str:
    """Two closed polylines and a label on one layer, an open one on another, as a surveyor's program writes them."""

    def line(layer: str, points: list[tuple[float, float]], closed: int) -> list[str]:
        head = ["0", "LWPOLYLINE", "8", layer, "90", str(len(points)), "70", str(closed)]
        return head + [text for x, y in points for text in ("10", str(x), "20", str(y))]

    corners = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)]
    parts = [*header.split("|")] if header else []
    parts += ["0", "SECTION", "2", "ENTITIES", *line("园区范围", corners, 1), *line("道路", corners[:2], 0)]
    parts += line("园区范围", [(x + 500, y) for x, y in corners], 1)
    return "\n".join(
        [*parts, "0", "TEXT", "8", "注记", "10", "0", "20", "0", "40", "1", "1", "甲", "0", "ENDSEC", "0", "EOF", ""]
    )


HEADERS = {
    "none": "",
    "code page": "0|SECTION|2|HEADER|9|$ACADVER|1|AC1015|9|$DWGCODEPAGE|3|ANSI_936|0|ENDSEC",
    "utf-8": "0|SECTION|2|HEADER|9|$ACADVER|1|AC1027|0|ENDSEC",
    "western by default": "0|SECTION|2|HEADER|9|$ACADVER|1|AC1015|9|$DWGCODEPAGE|3|ANSI_1252|0|ENDSEC",
}


@pytest.mark.parametrize(
    ("header", "codec"),
    [("none", "gbk"), ("none", "utf-8"), ("code page", "gbk"), ("utf-8", "utf-8"), ("western by default", "gbk")],
)
def test_dxf_closed_polylines_are_polygons_and_the_layer_is_chosen(tmp_path: Path, header: str, codec: str) -> None:
    path = tmp_path / "t.dxf"
    path.write_text(dxf(HEADERS[header]), encoding=codec)
    assert read(path).count == 3  # and a label, which is no part of the land
    for rows in (
        read(path, "园区范围"),
        read(path, where="Layer = '园区范围'"),
        read(path, "园区范围", where="Layer <> '道路'"),
    ):
        assert shapely.area(rows.geometry).tolist() == [10_000, 10_000]
    assert [geometry.geom_type for geometry in read(path, "道路").geometry] == ["LineString"]
    assert open_path(path, "园区范围", None, "x").select([], None).features == 2
    assert read(path, "道路", where="Layer = '园区范围'").count == 0
    assert read(path, "注记").count == 1
    assert [note.en for note in open_path(path, None, None, "x").notes][-1:] == [
        "1 pieces of lettering in the drawing are not read"
    ]
    with pytest.raises(ZoneproofError) as caught:
        read(path, "园区")
    assert caught.value.code == "layer-missing"
    assert "园区范围" in caught.value.facts["hint"].en
    assert list(tmp_path.iterdir()) == [path]


def test_a_layer_of_a_drawing_is_never_sql(tmp_path: Path) -> None:
    (tmp_path / "t.dxf").write_text(dxf(), encoding="gbk")
    assert code(tmp_path / "t.dxf", "x' OR '1'='1") == "layer-missing"


@pytest.mark.parametrize(
    ("charset", "codec"), [("WindowsSimpChinese", "gbk"), ("Neutral", "gbk"), ("Neutral", "utf-8")]
)
@pytest.mark.parametrize("stated", [False, True])
def test_mif_in_every_encoding(tmp_path: Path, charset: str, codec: str, stated: bool) -> None:
    ring = "\n".join(f"{x} {y}" for x, y in SQUARE.exterior.coords)
    head = (
        f'Version 300\nCharset "{charset}"\nDelimiter ","\nCoordSys Earth Projection 8, 0, "m", 99, 0, 1, 500000, 0\n'
    )
    body = f"Columns 2\n  名称 Char(20)\n  MJ Decimal(10,2)\nData\n\nRegion 1\n  5\n{ring}\n"
    (tmp_path / "t.mif").write_bytes((head + body).encode(codec))
    (tmp_path / "t.mid").write_bytes('"耕地",12.5\n'.encode(codec))
    before = (tmp_path / "t.mif").read_bytes()
    rows = read(tmp_path / "t.mif", encoding=codec if stated else None)
    assert rows.columns == {"名称": ["耕地"], "MJ": [12.5]}
    assert rows.geometry[0].area == 10_000
    assert (tmp_path / "t.mif").read_bytes() == before


@pytest.mark.parametrize("codec", ["GBK", "UTF-8"])
def test_tab_that_does_not_say_its_encoding(tmp_path: Path, codec: str) -> None:
    frame(MC=["基本农田"]).to_file(tmp_path / "t.tab", driver="MapInfo File", encoding=codec, engine="pyogrio")
    assert b"Neutral" in (tmp_path / "t.tab").read_bytes()
    assert read(tmp_path / "t.tab").columns["MC"] == ["基本农田"]
    assert read(tmp_path / "t.tab", encoding=codec).columns["MC"] == ["基本农田"]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".dat", ".id", ".map", ".tab"]


def test_gml(tmp_path: Path) -> None:
    frame(地类=["水田"]).to_file(tmp_path / "t.gml", driver="GML")
    rows = read(tmp_path / "t.gml")
    assert rows.columns["地类"] == ["水田"]
    assert rows.geometry[0].area == 10_000


@pytest.mark.parametrize("column", ["WKT", "geom", "几何", "图形"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
def test_wkt_in_csv(tmp_path: Path, column: str, codec: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'编号,地类,{column}\n1,水田,"{SQUARE.wkt}"\n2,"旱,地","{SQUARE.wkt}"\n', encoding=codec)
    source = open_path(path, None, None, "x")
    assert source.columns == ("编号", "地类")
    assert source.crs is None
    rows = source.select(source.columns, "地类 = '水田'").near(None)
    assert rows.columns == {"编号": ["1"], "地类": ["水田"]}
    assert rows.geometry[0].area == 10_000


def test_a_csv_that_is_cut_off_or_has_no_geometry_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'a,WKT\n1,"{SQUARE.wkt}"\n2,"POLYGON ((0 0', encoding="utf-8")
    assert code(path) == "source-cut-off"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert code(path) == "layer-no-geometry"


def test_a_zipped_shapefile_in_gbk(tmp_path: Path) -> None:
    folder = tmp_path / "内"
    folder.mkdir()
    frame(MC=["水田"]).to_file(folder / "图斑.shp", encoding="gbk")
    (folder / "图斑.cpg").unlink()
    shutil.make_archive(str(tmp_path / "t"), "zip", folder)
    source = open_path(tmp_path / "t.zip", None, None, "x")
    assert isinstance(source, OgrSource)
    assert source.select(["MC"], None).near(None).columns["MC"] == ["水田"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.zip", "内"]
