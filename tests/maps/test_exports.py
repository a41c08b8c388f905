"""Outlines in the forms that offices pass on, opened with the programs that they are for."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely
from shapely import Polygon, box

from checks.model import Evidence, Report
from checks.site import sites
from geo.crs import parse_crs
from geo.densify import densify
from geo.plane import Plane
from layers.problems import InputError
from layers.readers import open_path
from maps.exports.names import file_stem, gbk_cut
from maps.exports.outlines import parcels, survey_plane
from maps.exports.write import FORMS, OWN_WHATS, Wanted, write_export

HOSTILE = '甲,乙@\r\n<img src=x onerror="alert(1)">&amp;]]>=1+1 ../../𰻝\u202e'
X, Y = 540_000.0, 2_604_000.0


@pytest.fixture
def land(report: Report) -> Report:
    """The report with its sites, and a zone of two parts, one with a hole."""
    return with_zones(report, [box(X, Y, X + 1000, Y + 1000).difference(box(X + 400, Y + 400, X + 500, Y + 500)),
                               box(X - 700, Y + 900, X - 600, Y + 1000)])  # fmt: skip


def with_zones(report: Report, parts: list[Polygon], name: str = "甲园区") -> Report:
    zones = report.inputs.layers["zones"]
    row = zones.frame.iloc[[0]]
    frame = gpd.GeoDataFrame(
        {column: [row[column].iloc[0]] * len(parts) for column in row if column != "geometry"},
        geometry=list(densify(parts, parse_crs("EPSG:4542", "here"))), crs=row.crs,
    )  # fmt: skip
    frame["feature"] = [str(i + 1) for i in range(len(parts))]
    frame["zone"] = name
    records = tuple(replace(record, crs="EPSG:4542") for record in report.inputs.records)
    layers = {**report.inputs.layers, "zones": replace(zones, frame=frame)}
    layers.pop("expansion")
    inputs = replace(report.inputs, layers=layers, records=records)
    return replace(report, inputs=inputs, sites=sites(inputs))


def exported(report: Report, form: str, folder: Path, dialect: str = "baopi") -> Path:
    write_export(report, Wanted(form, OWN_WHATS[form], dialect), folder)
    return folder


def test_parts_are_numbered_and_have_their_own_vertices(land: Report) -> None:
    found = list(parcels(land, ("zones",)))
    assert [parcel.number for parcel in found] == [1, 2]
    assert [(len(each.geometry.exterior.coords), len(each.geometry.interiors)) for each in found] == [(5, 0), (5, 1)]
    assert found[1].area_m2 == pytest.approx(land.sites[0].land("zone").area_m2 - found[0].area_m2, abs=1e-6)
    assert found[0].name == "甲园区"


def test_the_coordinate_file_read_back_is_the_land(land: Report, tmp_path: Path) -> None:
    path = exported(land, "txt", tmp_path / "out") / "甲园区.txt"
    assert sorted(file.name for file in path.parent.iterdir()) == ["export.json", "甲园区.txt"]
    source = open_path(path, None, None, "here")
    assert (source.crs, source.notes) == ("EPSG:4521", ())
    again = source.select(["DKBH", "DKMC", "TFH"], None).near(None)
    assert again.columns["DKBH"] == ["1", "2"]
    moved = Plane("EPSG:4542").from_lonlat(Plane("EPSG:4521").to_lonlat(shapely.union_all(again.geometry)))
    wanted = shapely.union_all([parcel.geometry for parcel in parcels(land, ("zones",))])
    assert shapely.hausdorff_distance(moved.boundary, wanted.boundary) <= 0.001


def test_the_table_of_boundary_points(land: Report, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(land, "points", tmp_path / "out") / "points.xlsx")
    assert book.sheetnames == ["界址点成果表", "界址线描述", "四至"]
    rows = [[cell.value for cell in row] for row in book["界址点成果表"].iter_rows(min_row=2)]
    assert rows[0] == ["园区", "对象", "地块号", "地块名称", "圈号", "点号", "X(北,米)", "Y(东,米)", "边长(米)"]
    first = [row[2:] for row in rows[1:6]]
    assert [row[3] for row in first] == ["J1", "J2", "J3", "J4", "J1"]
    assert first[0][4:6] == first[4][4:6] == [Y + 1000, 33_000_000 + X - 700]
    assert first[4][6] is None
    assert first[0][6] == pytest.approx(100, abs=0.02)
    hole = [row for row in rows if row[2] == 2 and row[4] == 2]
    assert [row[5] for row in hole] == ["J5", "J6", "J7", "J8", "J5"]
    described = [[cell.value for cell in row][4:] for row in book["界址线描述"].iter_rows(min_row=3)]
    assert [(row[1], row[4], row[7], row[8]) for row in described[:4]] == [
        ("J1", "J2", "90°00′00″", "东"), ("J2", "J3", "180°00′00″", "南"),
        ("J3", "J4", "270°00′00″", "西"), ("J4", "J1", "0°00′00″", "北"),
    ]  # fmt: skip
    sides = [[cell.value for cell in row] for row in book["四至"].iter_rows(min_row=3)]
    assert [row[2] for row in sides] == ["东", "南", "西", "北"]


def test_a_shapefile_in_gbk(land: Report, tmp_path: Path) -> None:
    folder = exported(land, "shp", tmp_path / "out")
    assert (folder / "parcels.cpg").read_bytes() == b"GBK"
    assert "甲园区".encode("gbk") in (folder / "parcels.dbf").read_bytes()
    frame = gpd.read_file(folder / "parcels.shp")
    assert list(frame["DKMC"]) == ["甲园区", "甲园区"]
    assert list(frame["DKBH"]) == ["1", "2"]
    assert frame.crs == "EPSG:4542"
    assert all(len(name.encode("gbk")) <= 10 for name in frame.columns if name != "geometry")
    proofs = gpd.read_file(folder / "evidence_polygon.shp")
    assert set(proofs["GZ"]) <= {finding.rule for zone in land.zones for finding in zone.findings}
    assert len(proofs)


def test_a_drawing_with_a_layer_per_rule(land: Report, tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(exported(land, "dxf", tmp_path / "out") / "outlines.dxf")
    rules = {
        finding.rule.upper()
        for zone in land.zones
        for finding in zone.findings
        if any(item.geometry is not None for item in finding.outcome.evidence)
    }
    assert set(frame["Layer"]) == {"ZONE", *rules}
    zone = frame[frame["Layer"] == "ZONE"]
    assert len(zone) == 3
    assert all(line.is_closed for line in zone.geometry)
    built = shapely.build_area(shapely.geometrycollections(list(zone.geometry)))
    assert built.equals(land.sites[0].land("zone").geometry)


def test_a_kmz_of_the_findings(land: Report, tmp_path: Path) -> None:
    path = exported(land, "kmz", tmp_path / "out") / "findings.kmz"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["doc.kml"]
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    assert layers[0] == "园区"
    frame = gpd.read_file(path, layer="园区")
    there = Plane("EPSG:4542").from_lonlat(shapely.union_all(frame.geometry.to_numpy()))
    assert there.symmetric_difference(land.sites[0].land("zone").geometry).area < 0.01


@pytest.mark.parametrize("form", FORMS)
def test_hostile_names_do_no_harm(report: Report, tmp_path: Path, form: str) -> None:
    hostile = with_zones(report, [box(X, Y, X + 100, Y + 100)], HOSTILE)
    finding = hostile.zones[0].findings[0]
    proof = Evidence("zones", HOSTILE, area_m2=1.0, geometry=box(X, Y, X + 10, Y + 10), note=None)
    finding = replace(finding, rule=HOSTILE, outcome=replace(finding.outcome, evidence=(proof,)))
    zone = replace(hostile.zones[0], zone=HOSTILE, findings=(finding,))
    folder = tmp_path / "in" / "out"
    write_export(replace(hostile, zones=(zone,)), Wanted(form, ("zones", "expansion", "evidence")), folder)
    assert [file.name for file in tmp_path.iterdir()] == ["in"]
    assert [file.name for file in folder.parent.iterdir()] == ["out"]
    OPENED[form](folder)


def opened_txt(folder: Path) -> None:
    files = sorted(folder.glob("*.txt"))
    assert len(files) == 2
    for file in files:
        assert open_path(file, None, None, "here").select([], None).features == 1


def opened_points(folder: Path) -> None:
    for page in openpyxl.load_workbook(folder / "points.xlsx"):
        assert all(cell.data_type != "f" for row in page for cell in row)


def opened_shp(folder: Path) -> None:
    assert gpd.read_file(folder / "parcels.shp")["YQMC"][0].startswith("甲,乙@")
    assert gpd.read_file(folder / "evidence_polygon.shp")["YS"][0].startswith("甲,乙@")


def opened_dxf(folder: Path) -> None:
    names = set(pyogrio.read_dataframe(folder / "outlines.dxf")["Layer"])
    assert len(names) == 2
    assert all(name.isascii() and "<" not in name for name in names)


def opened_kmz(folder: Path) -> None:
    with zipfile.ZipFile(folder / "findings.kmz") as archive:
        tree = ET.fromstring(archive.read("doc.kml"))  # noqa: S314
    texts = [element.text or "" for element in tree.iter() if element.tag.endswith(("name", "description"))]
    assert any("img src" in text for text in texts)
    assert not any(sign in text for text in texts for sign in "<>&")
    assert len(pyogrio.list_layers(folder / "findings.kmz")) == 2


OPENED: dict[str, Callable[[Path], None]] = {
    "txt": opened_txt, "points": opened_points, "shp": opened_shp, "dxf": opened_dxf, "kmz": opened_kmz,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_gives_the_same_bytes(land: Report, tmp_path: Path, form: str) -> None:
    first, second = (hashes(exported(land, form, tmp_path / name)) for name in ("a", "b"))
    assert first == second
    assert hashes(exported(land, form, tmp_path / "a")) == first


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_a_folder_of_others_is_left_alone(land: Report, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as error:
        exported(land, "txt", tmp_path / "out")
    assert error.value.problems[0].code == "out-foreign"
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_what_fails_leaves_the_old_export(land: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hashes(exported(land, "txt", tmp_path / "out"))

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("maps.exports.kmz.write", fails)
    with pytest.raises(Exception, match="out-unwritable"):
        exported(land, "kmz", tmp_path / "out")
    assert hashes(tmp_path / "out") == before
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_the_mark(land: Report, tmp_path: Path) -> None:
    told = json.loads((exported(land, "kmz", tmp_path / "out") / "export.json").read_text(encoding="utf-8"))
    assert (told["tool"], told["form"]) == ("zoneproof", "kmz")


@pytest.mark.parametrize(
    ("crs", "wanted"),
    [("EPSG:4542", ("EPSG:4521", 33, 3)), ("EPSG:4521", ("EPSG:4521", 33, 3)), ("EPSG:4506", ("EPSG:4495", 17, 6)),
     ("EPSG:32647", ("EPSG:4521", 33, 3))],
)  # fmt: skip
def test_the_zone_of_coordinate_files(land: Report, crs: str, wanted: tuple[str, int, int]) -> None:
    zones = land.inputs.layers["zones"]
    layers = {"zones": replace(zones, frame=zones.frame.to_crs(crs))}
    plane, *zone = survey_plane(replace(land.inputs, plane=Plane(crs), layers=layers)) or (None,)
    assert plane is not None
    assert (plane.crs, *zone) == wanted


def test_names_of_files() -> None:
    taken: set[str] = set()
    assert [file_stem(name, taken) for name in ("a/b", "a\\b", "CON", "..", "甲" * 99)] == [
        "a_b", "a_b_2", "_CON", "_", "甲" * 60
    ]  # fmt: skip


def test_texts_are_cut_between_characters() -> None:
    assert gbk_cut("甲乙丙", 5) == "甲乙"
    assert gbk_cut("a𰻝b", 9) == "a〓b"
