"""Every kind of flaw on a layer that has it, and none on a layer that hasn't."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from checks.inspection import inspect_project
from geo.gcj import gcj_offset_deg
from layers.inspection.model import Flaw, Inspection, Seen, known_flaws

EAST, NORTH = 500_000.0, 2_600_000.0


def box(x: float, y: float, wide: float = 100, high: float = 100) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + wide, NORTH + y + high)


def write(path: Path, shapes: Sequence[object], crs: str | None = "EPSG:4542", **fields: Sequence[object]) -> None:
    gpd.GeoDataFrame(dict(fields), geometry=list(shapes), crs=crs).to_file(path)


Inspect = Callable[..., Inspection]


@pytest.fixture
def inspect(tmp_path: Path) -> Inspect:
    """inspect('parcels = "p.gpkg"'): a project in tmp_path, with a zone of 1 km unless one is named."""

    def run(layers: str, tables: str = "", project: str = "") -> Inspection:
        if "zones" not in layers:
            write(tmp_path / "zones.gpkg", [box(0, 0, 1000, 1000)], zone=["甲区"], area=["一片"])
            layers = 'zones = "zones.gpkg"\n' + layers
        (tmp_path / "zone.toml").write_text(
            f'[project]\nname = "测试"\npacks = ["border-expansion"]\n{project}\n'
            f"[layers]\n{layers}\n[tables]\n{tables}\n",
            encoding="utf-8",
        )
        return inspect_project(tmp_path, lambda *_: None)

    return run


def seen(found: Inspection, role: str) -> Seen:
    return next(one for one in found.sources if one.role == role)


def flaws(found: Inspection, role: str) -> dict[str, Flaw]:
    return {one.code: one for one in seen(found, role).flaws}


GRID = [box(x, y) for y in (0, 100, 200) for x in (0, 100, 200)]
IDS = [f"G-{n:02}" for n in range(1, 10)]
LAND = {"DLBM": ["0101"] * 9, "DLMC": ["水田"] * 9, "scheme": ["survey-2020"] * 9, "BSM": IDS}


def land_use(tmp_path: Path, inspect: Inspect, shapes: Sequence[object], **fields: Sequence[object]) -> dict[str, Flaw]:
    count = len(shapes)
    told = {name: (list(values) * 9)[:count] for name, values in LAND.items() if name != "BSM"}
    write(tmp_path / "l.gpkg", shapes, **{**told, "BSM": [f"G-{n:02}" for n in range(1, count + 1)], **fields})
    return flaws(inspect('land_use = "l.gpkg"'), "land_use")


def test_a_layer_without_flaws_has_none(tmp_path: Path, inspect: Inspect) -> None:
    assert land_use(tmp_path, inspect, GRID) == {}
    found = inspect('land_use = "l.gpkg"')
    one = seen(found, "land_use")
    assert (one.features, one.form, one.level) == (9, "GPKG", None)
    assert one.area_m2 == pytest.approx(90_000, rel=2e-3)
    assert one.crs is not None and "EPSG:4542" in one.crs.value.en and one.encoding is not None
    assert found.counts == {"error": 0, "look": 0, "note": 0}


SPIKED = shapely.Polygon(
    [(EAST + x, NORTH + y) for x, y in ((0, 0), (100, 0), (100, 100), (54, 100), (52, 200), (50, 100), (0, 100))]
)
BOWTIE = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
HOLED = shapely.Polygon(box(0, 0).exterior.coords, [box(20, 20, 10, 10).exterior.coords])


@pytest.mark.parametrize(
    ("code", "shapes", "count", "value"),
    [
        ("invalid", [BOWTIE], 1, None),
        ("overlap", [box(0, 0), box(90, 0)], 1, 1000),
        ("overlap-small", [box(0, 0), box(99.999, 0)], 1, 0.1),
        ("gap", [box(0, 0, 300, 100), box(0, 100), box(200, 100), box(0, 200, 300, 100)], 1, 10_000),
        ("gap-small", [box(0, 0, 300, 100), box(0, 100, 100, 100), box(100.005, 100, 199.995, 100),
                       box(0, 200, 300, 100)], 1, 0.5),
        ("duplicate", [box(0, 0), box(200, 0), box(0, 0)], 1, None),
        ("sliver", [box(0, 0), box(0, 100, 100, 0.05)], 1, 5),
        ("spike", [SPIKED], 1, 2.29),
        ("hole", [HOLED], 1, 100),
        ("part-tiny", [shapely.MultiPolygon([box(0, 0), box(200, 0, 0.5, 0.5)])], 1, 0.25),
        ("multipart", [shapely.MultiPolygon([box(0, 0), box(200, 0)])], 1, None),
        ("lost", [box(0, 0), None], 1, None),
    ],
)  # fmt: skip
def test_geometry(
    *, code: str, shapes: list[object], count: int, value: float | None, tmp_path: Path, inspect: Inspect
) -> None:
    found = land_use(tmp_path, inspect, shapes)
    assert code in found, found.keys()
    assert found[code].count == count
    spot = found[code].spots[0]
    assert spot.feature.startswith(("G-", "0:"))
    if code != "lost":
        lon, lat = spot.lonlat or (0, 0)
        assert 98.99 < lon < 99.01 and 23.49 < lat < 23.52
    if value is not None:
        assert spot.value == pytest.approx(value, rel=5e-3)
    assert found[code].what.zh != found[code].what.en and found[code].mend.zh


def test_the_pair_that_overlaps_is_named_and_where(tmp_path: Path, inspect: Inspect) -> None:
    found = land_use(tmp_path, inspect, [box(0, 0), box(90, 0), box(300, 0)])["overlap"]
    assert (found.spots[0].feature, found.spots[0].note and found.spots[0].note.en) == ("G-01", "with G-02")
    assert found.spots[0].shape is not None and found.spots[0].shape.geom_type == "Polygon"


def test_facilities_may_overlap(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "f.gpkg", [box(0, 0), box(50, 0)], kind=["telecom-coverage"] * 2)
    assert "overlap" not in flaws(inspect('facilities = "f.gpkg"'), "facilities")


def test_true_curves_are_counted(tmp_path: Path, inspect: Inspect) -> None:
    x, y = EAST, NORTH
    arc = f"CURVEPOLYGON(CIRCULARSTRING({x} {y}, {x + 50} {y + 50}, {x + 100} {y}, {x + 50} {y - 50}, {x} {y}))"
    (tmp_path / "c.csv").write_text(f'WKT,name\n"{arc}",a\n"{box(200, 0).wkt}",b\n', encoding="utf-8")
    import subprocess

    done = subprocess.run(
        ["ogr2ogr", "-nlt", "CURVEPOLYGON", "-a_srs", "EPSG:4542", str(tmp_path / "c.gpkg"), str(tmp_path / "c.csv")],
        capture_output=True, text=True, check=False,
    ) if __import__("shutil").which("ogr2ogr") else None  # fmt: skip
    if done is None or done.returncode:
        pytest.skip("no ogr2ogr to write arcs with")
    found = flaws(inspect('green = "c.gpkg"'), "green")
    assert (found["curve"].count, found["curve"].spots[0].feature) == (1, "FID 1")


def test_nulls_in_fields_that_are_needed(tmp_path: Path, inspect: Inspect) -> None:
    found = land_use(tmp_path, inspect, GRID, DLBM=["0101", None] + ["0101"] * 7)
    assert (found["null"].count, found["null"].spots[0].feature) == (1, "G-02")


def test_codes_against_their_scheme(tmp_path: Path, inspect: Inspect) -> None:
    found = land_use(
        tmp_path, inspect, GRID,
        DLBM=["0101", "9999", "070102", "0102"] + ["0101"] * 5, DLMC=["水田", None, None, "水田"] + ["水田"] * 5,
    )  # fmt: skip
    assert [spot.feature for spot in found["code-unknown"].spots] == ["G-02"]
    assert [spot.feature for spot in found["code-edition"].spots] == ["G-03"]
    assert "plan-2023" in found["code-edition"].what.en
    note = found["code-name"].spots[0].note
    assert note is not None and "0102 水田" in note.en and "水浇地" in note.en


def test_editions_mixed_in_a_layer(tmp_path: Path, inspect: Inspect) -> None:
    found = land_use(tmp_path, inspect, GRID, scheme=["survey-2020"] * 8 + ["plan-2023"])
    assert "survey-2020" in found["scheme-mixed"].what.en and "plan-2023" in found["scheme-mixed"].what.zh


@pytest.mark.parametrize(
    ("ids", "code", "count"),
    [
        (["GM-001", "GM-002", "GM-005"], "id-gap", 2),
        (["A-1", "A-1", "A-2"], "id-doubled", 2),
        (["A-1", None, "A-2"], "id-missing", 1),
        (["GM-099", "GM-100", "B-7"], None, 0),
        (["9", "10", "11"], None, 0),
    ],
)
def test_parcel_numbers(ids: list[str | None], code: str | None, count: int, tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "p.gpkg", GRID[:3], DKBH=ids)
    found = {key: one for key, one in flaws(inspect('parcels = "p.gpkg"'), "parcels").items() if key.startswith("id-")}
    assert {key: one.count for key, one in found.items()} == ({code: count} if code else {})
    if code == "id-gap":
        assert "GM-003, GM-004" in found[code].what.en


def test_recorded_areas(tmp_path: Path, inspect: Inspect) -> None:
    measured = float(seen(inspect(""), "zones").area_m2 or 0) / 100
    assert "area-stated" not in land_use(tmp_path, inspect, GRID, TBMJ=[round(measured, 1)] * 9)
    found = land_use(tmp_path, inspect, GRID, TBMJ=[measured] * 8 + [measured + 50])["area-stated"]
    assert (found.count, found.spots[0].feature) == (1, "G-09")
    assert found.spots[0].value == pytest.approx(50, abs=0.5)
    for unit, size in (("ha", 1e4), ("亩", 2000 / 3)):
        assert unit in land_use(tmp_path, inspect, GRID, TBMJ=[measured / size] * 9)["area-unit"].what.en


def test_qymj_is_in_square_kilometres(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "r.gpkg", [box(0, 0, 1000, 1000)], QYMJ=[1.0])
    found = flaws(inspect('ecological_redline = "r.gpkg"'), "ecological_redline")
    assert "qymj" in found and "area-unit" not in found
    write(tmp_path / "m.gpkg", [box(0, 0, 1000, 1000)], MJ=[1.0])
    assert "km2" in flaws(inspect('ecological_redline = "m.gpkg"'), "ecological_redline")["area-unit"].what.en


def test_coordinates_outside_the_area_of_their_crs(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "g.gpkg", [shapely.box(9, 47, 9.1, 47.1)], crs="EPSG:4490")
    found = flaws(inspect('green = "g.gpkg"'), "green")
    assert found["outside"].count == 1 and "far" in found


def test_a_layer_of_another_zone_is_told_by_its_longitude(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "g.gpkg", [box(0, 0)], crs="EPSG:4543")  # drawn at 99° E, said to be at 102° E
    found = flaws(inspect('green = "g.gpkg"'), "green")["far-zone"]
    assert found.level == "error" and "3 degrees" in found.what.en


def jagged(count: int = 60) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radius = 400 + 60 * np.sin(7 * turn) + 25 * np.cos(13 * turn)
    return shapely.Polygon(np.column_stack([EAST + 500 + radius * np.cos(turn), NORTH + 500 + radius * np.sin(turn)]))


@pytest.mark.parametrize(("moved", "code"), [((250, 100), "shifted"), ((0, 0), None), ((20, 0), None)])
def test_a_layer_that_is_shifted_as_a_whole(
    moved: tuple[float, float], code: str | None, tmp_path: Path, inspect: Inspect
) -> None:
    write(tmp_path / "z.gpkg", [jagged()], zone=["甲"], area=["一片"])
    write(tmp_path / "b.gpkg", [translate(jagged(), *moved)])
    found = flaws(inspect('zones = "z.gpkg"\nbuilt_up = "b.gpkg"'), "built_up")
    assert {key for key in found if key in ("shifted", "gcj")} == ({code} if code else set())
    if code:
        assert found[code].spots[0].value == pytest.approx(np.hypot(*moved), abs=2)


def test_gcj_02_is_told_by_its_own_shift(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "z.gpkg", [jagged()], zone=["甲"], area=["一片"])
    right = gpd.GeoSeries([jagged()], crs="EPSG:4542").to_crs("EPSG:4490").iloc[0]
    wrong = shapely.transform(right, lambda xy: xy + gcj_offset_deg(xy))
    write(tmp_path / "b.gpkg", [wrong], crs="EPSG:4490")
    found = inspect('zones = "z.gpkg"\nbuilt_up = "b.gpkg"')
    assert flaws(found, "built_up")["gcj"].spots[0].value == pytest.approx(306, abs=15)
    assert flaws(found, "zones") == {}


@pytest.mark.parametrize(
    ("crs", "shift", "code", "hint"),
    [
        ("EPSG:4542", (33e6, 0), "place-zone-prefix", "EPSG:4521"),
        ("EPSG:4521", (0, 0), "place-zone-prefix", "EPSG:4542"),
        ("EPSG:4522", (33e6, 0), "place-zone-prefix", "EPSG:4521"),
        ("EPSG:4542", (17e6, 0), "place-zone-prefix", "EPSG:4495"),
        ("EPSG:4521", (33e6, 0), None, ""),
        ("EPSG:4495", (17e6, 0), None, ""),
        ("EPSG:4506", (0, 0), None, ""),
        ("EPSG:4490", (0, 0), "place-metres-as-degrees", ""),
    ],
)
def test_zone_prefixes_of_three_and_six_degrees(
    *, crs: str, shift: tuple[float, float], code: str | None, hint: str, tmp_path: Path, inspect: Inspect
) -> None:
    write(tmp_path / "g.gpkg", [translate(box(0, 0), *shift)], crs=crs)
    found = {key: one for key, one in flaws(inspect('green = "g.gpkg"'), "green").items() if key.startswith("place-")}
    assert set(found) == ({code} if code else set())
    if code:
        assert hint in found[code].mend.en and found[code].level == "error"


@pytest.mark.parametrize(
    ("crs", "shape", "code"),
    [
        ("EPSG:4542", shapely.box(NORTH, EAST, NORTH + 100, EAST + 100), "place-axes-swapped"),
        ("EPSG:4490", shapely.box(23.5, 99.4, 23.6, 99.5), "place-axes-swapped"),
        ("EPSG:4542", shapely.box(99.4, 23.5, 99.5, 23.6), "place-degrees-as-metres"),
    ],
)
def test_axes_and_degrees(crs: str, shape: shapely.Polygon, code: str, tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "g.gpkg", [shape], crs=crs)
    assert code in flaws(inspect('green = "g.gpkg"'), "green")


def test_the_encoding_and_how_it_was_found(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "s.shp", [box(0, 0)], MC=["红线"])
    raw = (tmp_path / "s.dbf").read_bytes().replace("红线".encode(), "红线".encode("gbk").ljust(6))
    (tmp_path / "s.dbf").write_bytes(raw)
    (tmp_path / "s.cpg").unlink()
    encoding = seen(inspect('industrial_redline = "s.shp"'), "industrial_redline").encoding
    assert encoding is not None and encoding.found is not None
    assert (encoding.value.en, encoding.found.en) == ("GB18030", "judged from the text")


def test_tables(tmp_path: Path, inspect: Inspect) -> None:
    (tmp_path / "e.csv").write_text(
        "date,station,indicator,value,unit\n2024-01-01,甲,PM2.5,30,ug/m3\n2024-01-01,甲,PM2.5,30,ug/m3\n"
        "2026-01-01,甲,PM2.5,0.03,mg/m3\n2024-13-01,甲,PM2.5,1,斗\n",
        encoding="utf-8",
    )
    found = flaws(inspect("", 'environment = "e.csv"', "as_of = 2025-07-25"), "environment")
    assert [found["row-twice"].count, found["date-late"].count, found["unit-unknown"].count] == [1, 1, 1]
    assert {"unit-mixed", "cell-date"} <= set(found)
    (tmp_path / "e.csv").write_text(
        "date,station,indicator,value,unit,limit\n2024-01-01,甲,PM2.5,30,ug/m3,35\n", encoding="utf-8"
    )
    assert flaws(inspect("", 'environment = "e.csv"', "as_of = 2025-07-25"), "environment") == {}


def test_a_source_that_cannot_be_read_spoils_no_other(tmp_path: Path, inspect: Inspect) -> None:
    write(tmp_path / "x.gpkg", [box(0, 0)], crs="EPSG:2379")
    write(tmp_path / "ok.gpkg", [box(0, 0)])
    found = inspect('green = "x.gpkg"\nbuilt_up = "ok.gpkg"\nbasic_farmland = "gone/quite_another.shp"')
    assert set(flaws(found, "green")) == {"datum-unknown"}
    assert flaws(found, "built_up") == {}
    assert [problem.code for problem in found.problems] == ["file-missing"]
    assert json.dumps(known_flaws())


def test_places_beyond_the_list_are_counted(tmp_path: Path, inspect: Inspect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.inspection.model.LISTED", 2)
    write(tmp_path / "b.gpkg", [box(0, 0, 500, 500)] * 5)
    found = flaws(inspect('built_up = "b.gpkg"'), "built_up")["duplicate"]
    assert (found.count, len(found.spots)) == (4, 2)
