"""Every form gives the same features, and nothing is written beside what is read."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, box

from layers import readers, selections
from layers.ogr import open_ogr
from layers.provenance import sha256
from layers.readers import open_path, parsed
from layers.selections import grouped

FORMS = ("gpkg", "shp", "geojson", "fgb", "parquet", "gdb", "zip", "tab", "sqlite")
X, Y = 540_000.0, 2_604_000.0


def make(folder: Path, form: str, frame: gpd.GeoDataFrame, name: str = "t") -> Path:
    path = folder / f"{name}.{form}"
    if form == "parquet":
        frame.to_parquet(path)
    elif form == "bbox.parquet":
        frame.to_parquet(path, write_covering_bbox=True, schema_version="1.1.0", row_group_size=100)
    elif form == "zip":
        inner = folder / "inner"
        inner.mkdir()
        frame.to_file(inner / f"{name}.shp", encoding="utf-8")
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(inner.iterdir()):
                archive.write(file, f"图层/{file.name}")
        shutil.rmtree(inner)
    else:
        extra = {"gdb": {"driver": "OpenFileGDB"}, "tab": {"driver": "MapInfo File"}, "sqlite": {"driver": "SQLite"}}
        frame.to_file(path, **extra.get(form, {"encoding": "utf-8"} if form == "shp" else {}))
    return path


def grid(side: int = 6) -> gpd.GeoDataFrame:
    """Squares of 10 m, and an L whose box covers them all while it keeps to two edges."""
    east, north = np.meshgrid(np.arange(side) * 20.0, np.arange(side) * 20.0)
    squares = list(shapely.box(X + east.ravel(), Y + north.ravel(), X + east.ravel() + 10, Y + north.ravel() + 10))
    far = side * 20.0
    ell = box(X - 30, Y - 30, X + far, Y - 20).union(box(X - 30, Y - 30, X - 20, Y + far))
    return gpd.GeoDataFrame(
        {"DLBM": [f"{i:04d}" for i in range(len(squares) + 1)]}, geometry=[*squares, ell], crs="EPSG:4542"
    )


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_features_and_nothing_appears_beside_it(form: str, tmp_path: Path) -> None:
    frame = grid()
    path = make(tmp_path, form, frame)
    before = digest(tmp_path)
    source = open_path(path, None, None, "x")
    code = next(name for name in source.columns if name.upper() == "DLBM")
    selection = source.select([code], None)
    near = selection.near(np.array([box(X - 5, Y - 5, X + 25, Y + 5), box(X + 60, Y + 60, X + 61, Y + 61)]))
    assert selection.features == len(frame)
    assert sorted(near.columns[code]) == ["0000", "0001", "0021"]
    everything = selection.near(None)
    assert everything.count == len(frame)
    assert shapely.area(everything.geometry).sum() == pytest.approx(
        frame.area.sum(), rel=1e-3 if form == "tab" else 1e-9
    )
    assert digest(tmp_path) == before
    sha256(path)
    assert digest(tmp_path) == before


@pytest.mark.parametrize("form", ["gpkg", "fgb", "shp", "parquet", "bbox.parquet", "gdb", "geojson"])
def test_big_layers_are_read_the_same_as_small_ones(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = grid(20)
    if form == "geojson":
        frame = frame.to_crs(4326)
    path = make(tmp_path, form, frame)
    boxes = np.array([frame.geometry.iloc[i].buffer(1e-7) for i in (5, 17, 222)], dtype=object)
    boxes = np.asarray(shapely.box(*shapely.bounds(boxes).T))
    many = np.array(list(frame.geometry.iloc[:60]), dtype=object)
    asked = {"three": boxes, "many": many, "all": None}
    for where in (None, "DLBM < '0200'"):
        whole = {
            name: open_path(path, None, None, "x").select(["DLBM"], where).near(ask) for name, ask in asked.items()
        }
        with monkeypatch.context() as patch:
            for module in (readers, selections):
                patch.setattr(module, "WHOLE", 10, raising=False)
            patch.setattr("layers.ogr.WHOLE", 10)
            patch.setattr("layers.geoparquet.WHOLE", 10)
            patch.setattr("layers.geoparquet.AT_ONCE", 64)
            patch.setattr("layers.ogr.FIDS_AT_ONCE", 7)
            selection = open_path(path, None, None, "x").select(["DLBM"], where)
            kind = "IndexedSelection" if form in ("gpkg", "fgb") else "ScannedSelection"
            assert type(selection).__name__ == kind
            assert selection.features == (len(frame) if where is None else 200)
            for name, ask in asked.items():
                parts = selection.near(ask)
                assert parts.fids.tolist() == whole[name].fids.tolist()
                assert parts.columns == whole[name].columns
                assert shapely.to_wkb(parts.geometry).tolist() == shapely.to_wkb(whole[name].geometry).tolist()


@pytest.mark.parametrize("form", ["gpkg", "shp", "parquet", "bbox.parquet", "gdb", "geojson"])
@pytest.mark.parametrize("big", [False, True])
def test_features_without_geometry_are_counted_and_named(
    form: str, big: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = grid(3)
    frame.loc[4, "geometry"] = None
    path = make(tmp_path, form, frame)
    if big:
        monkeypatch.setattr("layers.ogr.WHOLE", 2)
        monkeypatch.setattr("layers.geoparquet.WHOLE", 2)
    selection = open_path(path, None, None, "x").select(["DLBM"], None)
    assert selection.features == 10
    assert list(selection.missing.columns["DLBM"]) == ["0004"]
    assert "0004" not in selection.near(None).columns["DLBM"]


def test_boxes_are_grouped_into_few_that_hold_all() -> None:
    rng = np.random.default_rng(7)
    corner = rng.uniform(0, 1000, (137, 2))
    boxes = np.asarray(shapely.box(*corner.T, *(corner + 5).T))
    groups = grouped(boxes, 20)
    assert len(groups) <= 20
    united = shapely.union_all(shapely.box(*np.array(groups).T))
    assert shapely.covers(united, boxes).all()
    assert grouped(boxes[:3], 20) == [tuple(b) for b in shapely.bounds(boxes[:3])]


def test_curves_become_lines(tmp_path: Path) -> None:
    path = tmp_path / "c.gpkg"
    arc = (
        "CURVEPOLYGON (CIRCULARSTRING (540000 2604000, 540001 2604001, 540002 2604000, 540001 2603999, 540000 2604000))"
    )
    content = f'id,WKT\n1,"{arc}"\n2,"POLYGON ((540010 2604000, 540011 2604000, 540011 2604001, 540010 2604000))"\n'
    (tmp_path / "c.csv").write_text(content, encoding="utf-8")
    table = pyogrio.raw.read_arrow(tmp_path / "c.csv", GEOM_POSSIBLE_NAMES="WKT", KEEP_GEOM_COLUMNS="NO")
    meta, arrow = table
    pyogrio.raw.write_arrow(
        arrow,
        path,
        driver="GPKG",
        geometry_name=meta["geometry_name"] or "wkb_geometry",
        geometry_type="Unknown",
        crs="EPSG:4542",
    )
    selection = open_ogr(path, None, None, "x").select(["id"], None)
    rows = selection.near(None)
    assert shapely.area(rows.geometry).tolist() == pytest.approx([np.pi, 0.5], rel=2e-3)


def test_a_ring_that_does_not_close_is_mended_and_rubbish_is_none() -> None:
    ring = np.array([[0, 0], [1, 0], [1, 1]], dtype="<f8")
    wkb = b"\x01" + np.array([3, 1, 3], dtype="<u4").tobytes() + ring.tobytes()
    geometry, mended, absent = parsed([wkb, b"rubbish", None, shapely.to_wkb(shapely.Point(1, 2, 3))])
    assert geometry[0].area == 0.5
    assert mended.tolist() == [True, False, False, False]
    assert absent.tolist() == [False, False, True, False]
    assert geometry[1] is None
    assert not geometry[3].has_z


def test_a_geopackage_in_wal_mode_gets_no_files_beside_it(tmp_path: Path) -> None:
    path = make(tmp_path, "gpkg", grid(2))
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode=wal")
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 't'").fetchall():
        base.execute(f'DROP TRIGGER "{name}"')  # they call functions that only GDAL has
    base.execute("UPDATE t SET DLBM = '9999' WHERE fid = 1")
    base.commit()
    assert (tmp_path / "t.gpkg-wal").stat().st_size > 0  # as in QGIS while the layer is open
    before = digest(tmp_path)
    rows = open_path(path, None, None, "x").select(["DLBM"], None).near(None)
    assert rows.columns["DLBM"][0] == "9999"
    assert digest(tmp_path) == before
    base.close()
    before = digest(tmp_path)
    assert open_path(path, None, None, "x").select([], None).features == 5
    assert digest(tmp_path) == before


def test_gml_leaves_no_gfs(tmp_path: Path) -> None:
    grid(2).to_file(tmp_path / "t.gml", driver="GML")
    (tmp_path / "t.xsd").unlink()
    before = digest(tmp_path)
    assert open_path(tmp_path / "t.gml", None, None, "x").select([], None).features == 5
    assert digest(tmp_path) == before


def test_long_integers_beside_nulls_keep_their_digits(tmp_path: Path) -> None:
    import pandas as pd

    frame = gpd.GeoDataFrame(
        {"BSM": pd.array([530926000000000001, None], dtype="Int64")},
        geometry=[box(0, 0, 1, 1), box(2, 2, 3, 3)],
        crs="EPSG:4542",
    )
    path = make(tmp_path, "gpkg", frame)
    assert open_path(path, None, None, "x").select(["BSM"], None).near(None).columns["BSM"] == [
        530926000000000001,
        None,
    ]


def test_geoparquet_in_parts_counts_rows_over_all_and_knows_native_geometry(tmp_path: Path) -> None:
    frame = grid(4)
    folder = tmp_path / "parts"
    folder.mkdir()
    frame.iloc[:9].to_parquet(folder / "b.parquet", geometry_encoding="geoarrow")
    frame.iloc[9:].to_parquet(folder / "c.parquet", geometry_encoding="geoarrow")
    source = open_path(folder, None, None, "x")
    rows = source.select(["DLBM"], "DLBM >= '0010'").near(None)
    assert rows.fids.tolist() == list(range(10, 17))
    assert shapely.area(rows.geometry).tolist() == pytest.approx(frame.area.tolist()[10:])


def test_geoparquet_without_a_crs_key_is_crs84(tmp_path: Path) -> None:
    import json

    import pyarrow.parquet as pq

    path = make(tmp_path, "parquet", grid(2).to_crs(4326))
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["crs"]
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    assert open_path(path, None, None, "x").crs == "OGC:CRS84"
    geo["columns"]["geometry"]["crs"] = None
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    assert open_path(path, None, None, "x").crs is None


def test_a_folder_of_shapefiles_and_a_zip_with_two(tmp_path: Path) -> None:
    folder = tmp_path / "图层"
    folder.mkdir()
    make(folder, "shp", grid(2), "甲")
    make(folder, "shp", grid(3), "乙")
    assert open_path(folder, "乙", None, "x").select([], None).features == 10
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    assert open_path(tmp_path / "z.zip", "甲", None, "x").select([], None).features == 5


def test_sha256_of_one_file_and_of_a_shapefile(tmp_path: Path) -> None:
    one = make(tmp_path, "geojson", grid(2))
    assert sha256(one) == hashlib.sha256(one.read_bytes()).hexdigest()
    shp = make(tmp_path, "shp", grid(2), "几")
    (tmp_path / "几.qix").write_bytes(b"not read")
    (tmp_path / "other.dbf").write_bytes(b"not ours")
    lines = sorted(
        f"几.{part} {hashlib.sha256((tmp_path / f'几.{part}').read_bytes()).hexdigest()}"
        for part in ("shp", "shx", "dbf", "prj", "cpg")
    )
    assert sha256(shp) == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_real_layers_by_their_manifest(real_data: Path) -> None:
    import csv

    with (real_data / "MANIFEST.csv").open(encoding="utf-8-sig") as file:
        listed = [
            row
            for row in csv.DictReader(file)
            if row["bounds"] and row["fields_or_note"] and not row["type"].startswith(("raster", "table"))
        ]
    checked = 0
    for row in listed:
        path = real_data / row["path"]
        if not path.exists() or path.suffix.lower() in (".nc", ".tif", ".csv"):
            continue
        source = open_path(path, row["layer"] or None, None, row["path"])
        selection = source.select([], None)
        assert selection.features == int(row["features"]), row["path"]
        assert selection.missing.count == int(row["null_geom"]), row["path"]
        valid = shapely.is_valid(selection.near(None).geometry)
        assert int((~valid).sum()) == int(row["invalid"]), row["path"]
        checked += 1
    assert checked > 40


def test_lines_meet_boxes_by_their_course(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"n": [1]}, geometry=[LineString([(X, Y), (X + 100, Y), (X + 100, Y + 100)])], crs="EPSG:4542"
    )
    path = make(tmp_path, "gpkg", frame)
    selection = open_path(path, None, None, "x").select([], None)
    assert selection.near(np.array([box(X + 10, Y + 10, X + 20, Y + 20)])).count == 0
    assert selection.near(np.array([box(X + 10, Y - 10, X + 20, Y + 20)])).count == 1


def test_a_geojson_whose_numbers_are_called_as_its_field_is(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    squares = [shapely.box(99 + at, 23, 99.5 + at, 23.5) for at in range(3)]
    gpd.GeoDataFrame({"id": [7, 9, 8]}, geometry=squares, crs=4326).to_file(path)
    source = open_ogr(path, None, None, "x")
    rows = source.select(["id"], None).near(None)
    assert list(rows.columns["id"]) == sorted([7, 8, 9]) and rows.fids.tolist() == [7, 8, 9]
    assert [int(geometry.bounds[0]) for geometry in rows.geometry] == [99, 101, 100]
    assert source.select(["id"], "id > 7").near(None).fids.tolist() == [8, 9]
