"""Tables of a real PostGIS, started on loopback for these tests; nothing of an address or a project becomes SQL."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import box

from geo.errors import ZoneproofError
from layers.index.build import Options, index
from layers.postgis import PostgisSource
from layers.readers import joined, open_path
from zoneproof.cli import main

psycopg = pytest.importorskip("psycopg")
X, Y = 540_000.0, 2_604_000.0
HOSTILE = 'x"; DROP TABLE "公开"; --'


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


def has_postgis(bin_folder: Path) -> bool:
    version = bin_folder.parent.name
    return any(Path(f"/usr/share/postgresql/{version}/extension").glob("postgis.control"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an empty database with PostGIS, on a free port of loopback, run by an ordinary user."""
    folder = programs()
    if folder is None or not has_postgis(folder):
        if os.environ.get("CI"):
            pytest.fail("CI has to install postgresql and postgis")
        pytest.skip("no postgresql with postgis here")
    as_user: list[str] = (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    )
    top = Path(tempfile.mkdtemp(prefix="zoneproof-pg-", dir="/tmp"))  # a socket's path is short
    if as_user:
        shutil.chown(top, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = top / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(folder / program), *arguments], check=True, cwd=top, stdout=subprocess.DEVNULL, timeout=120
        )

    run("initdb", "-D", str(data), "-U", "office", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={top} -c fsync=off"
    run("pg_ctl", "-D", str(data), "-w", "-l", str(top / "log"), "-o", options, "start")
    try:
        yield f"postgresql://office@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(scope="module")
def base(server: str) -> str:
    """Tables as offices have them: Chinese names, several schemas, a view, curves, geography, none with a key."""
    squares = [f"ST_GeomFromText('{box(X + 20 * at, Y, X + 20 * at + 10, Y + 10).wkt}', 4542)" for at in range(30)]
    rows = ", ".join(
        f"({at + 100}, '{'水田' if at % 2 else '林地'}', {at}.25, '2024-05-01', {shape})"
        for at, shape in enumerate(squares)
    )
    quoted = HOSTILE.replace('"', '""')
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in (
            "CREATE EXTENSION postgis",
            'CREATE SCHEMA "县级"',
            'CREATE TABLE "县级"."地类图斑" ("标识" bigint PRIMARY KEY, "地类" text, mj numeric, "日期" date,'
            " geom geometry(Polygon, 4542))",
            f'INSERT INTO "县级"."地类图斑" VALUES {rows}',  # noqa: S608
            'INSERT INTO "县级"."地类图斑" VALUES (999, \'无图形\', 0, NULL, NULL)',
            'CREATE VIEW "公开" AS SELECT "地类", mj, geom FROM "县级"."地类图斑"',
            f'CREATE TABLE "{quoted}" (id int PRIMARY KEY, "{quoted}" text, geom geometry)',
            f"INSERT INTO \"{quoted}\" VALUES (1, 'a', {squares[0]})",  # noqa: S608
            "CREATE TABLE arcs (id int PRIMARY KEY, geom geometry(CurvePolygon, 4542))",
            "INSERT INTO arcs VALUES (1, ST_GeomFromText("
            "'CURVEPOLYGON(CIRCULARSTRING(0 0, 1 1, 2 0, 1 -1, 0 0))', 4542))",
            "CREATE TABLE world (id int PRIMARY KEY, geog geography(Point))",
            "INSERT INTO world VALUES (1, 'POINT(99.4 23.5)')",
            "CREATE TABLE two (id int, a geometry, b geometry)",
            "CREATE TABLE plain (id int)",
            "CREATE TABLE lost (id int, geom geometry)",
        ):
            connection.execute(statement)
    return server


def test_a_table_is_read_as_it_stands(base: str) -> None:
    source = open_path(f"{base}#县级.地类图斑", None, None, "x")
    assert isinstance(source, PostgisSource)
    assert source.columns == ("标识", "地类", "mj", "日期")
    assert (source.crs, source.notes) == ("EPSG:4542", ())
    selection = source.select(["地类", "mj"], "地类 = '水田' AND mj < 6")
    assert selection.features == 3
    rows = selection.near(None)
    assert rows.fids.tolist() == [101, 103, 105]
    assert rows.columns == {"地类": ["水田"] * 3, "mj": [1.25, 3.25, 5.25]}
    assert shapely.area(rows.geometry).tolist() == [100.0] * 3
    everything = source.select(["地类"], None)
    assert (everything.features, everything.missing.fids.tolist()) == (31, [999])
    near = everything.near(np.array([box(X + 15, Y, X + 25, Y + 5)]))
    assert near.fids.tolist() == [101]


def test_a_big_table_is_asked_by_boxes_and_gives_the_same(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.array([box(X + 15, Y, X + 25, Y + 5), box(X + 101, Y, X + 102, Y + 5)])
    whole = open_path(f"{base}#县级.地类图斑", None, None, "x").select(["mj"], "mj > 1").near(boxes)
    monkeypatch.setattr("layers.postgis.WHOLE", 5)
    monkeypatch.setattr("layers.postgis.BATCH_ROWS", 4)
    selection = open_path(f"{base}#县级.地类图斑", None, None, "x").select(["mj"], "mj > 1")
    assert type(selection).__name__ == "ScannedSelection"
    assert selection.near(boxes).fids.tolist() == whole.fids.tolist() == [101, 105]
    assert selection.features == 29
    assert open_path(f"{base}#县级.地类图斑", None, None, "x").select([], None).missing.fids.tolist() == [999]


def test_a_view_without_a_key_is_numbered_by_content(base: str) -> None:
    first, again = (open_path(f"{base}#公开", None, None, "x") for _ in range(2))
    assert first.notes
    one, other = (source.select(["地类", "mj"], None).near(None) for source in (first, again))
    assert one.columns == other.columns
    assert one.count == 30


def test_curves_and_geography(base: str) -> None:
    (circle,) = open_path(f"{base}#arcs", None, None, "x").select([], None).near(None).geometry
    assert circle.area == pytest.approx(np.pi, rel=2e-3)
    source = open_path(f"{base}#public.world", None, None, "x")
    assert source.crs == "EPSG:4326"
    assert source.select([], None).near(None).geometry[0].wkt == "POINT (99.4 23.5)"


def test_nothing_becomes_sql(base: str) -> None:
    rows = open_path(f"{base}#{HOSTILE}", None, None, "x").select([HOSTILE], None)
    assert rows.near(None).columns == {HOSTILE: ["a"]}
    for where in ("1 = 1; DROP TABLE plain", "pg_sleep(9) IS NULL", "1 = 1) OR (SELECT count(*) FROM plain) > 0 --"):
        with pytest.raises(ZoneproofError) as caught:
            open_path(f"{base}#县级.地类图斑", None, None, "x").select([], where)
        assert caught.value.code == "where-invalid"
    with psycopg.connect(base) as connection:
        assert connection.execute('SELECT count(*) FROM "公开"').fetchone() == (31,)


def test_the_transaction_can_only_read(base: str) -> None:
    source = open_path(f"{base}?options=-c%20default_transaction_read_only%3Doff#县级.地类图斑", None, None, "x")
    assert isinstance(source, PostgisSource)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        source.connection.execute('DELETE FROM "县级"."地类图斑"')


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("#plain", "layer-no-geometry"),
        ("#two", "layers-several"),
        ("#县级.地类图板", "layer-missing"),
        ("", "postgis-address"),
        ("#a.", "postgis-address"),
        ("?password=x#a", "postgis-secret"),
    ],
)
def test_what_is_refused(base: str, table: str, code: str) -> None:
    with pytest.raises(ZoneproofError) as caught:
        open_path(base + table, None, None, "x")
    assert caught.value.code == code


def test_an_address_with_a_password_or_of_nobody_is_told() -> None:
    for address, code in (
        ("postgresql://me:secret@127.0.0.1:1/x#t", "postgis-secret"),
        ("postgresql://me@127.0.0.1:1/x#t", "postgis-refused"),
        ("postgresql://[::1/x#t", "postgis-address"),
    ):
        with pytest.raises(ZoneproofError) as caught:
            open_path(address, None, None, "x")
        assert caught.value.code == code
        assert "secret@" not in str(caught.value)


def test_check_and_its_record(base: str, load: Callable[..., object]) -> None:
    loaded = load(f'green = {{path = "{base}#县级.地类图斑", where = "地类 = \'水田\'"}}')
    record = loaded.ok.records[1]
    assert (record.source, record.sha256, record.features) == (f"{base}#县级.地类图斑", None, 15)
    assert load(f'green = {{path = "{base}#lost"}}').codes == ["crs-unknown", "layer-empty"]


def test_the_same_verdicts_as_from_a_file(base: str, tmp_path: Path) -> None:
    squares = [box(X + 20 * at, Y, X + 20 * at + 10, Y + 10) for at in range(30)]
    gpd.GeoDataFrame(geometry=squares, crs="EPSG:4542").to_file(tmp_path / "green.gpkg")
    gpd.GeoDataFrame({"zone": ["甲区"]}, geometry=[box(X, Y, X + 95, Y + 95)], crs="EPSG:4542").to_file(
        tmp_path / "zones.gpkg"
    )
    found = []
    for path in ("green.gpkg", f"{base}#公开"):
        (tmp_path / "zone.toml").write_text(
            f'[project]\nname = "甲"\npacks = ["control-lines"]\n[layers]\nzones = "zones.gpkg"\n'
            f'ecological_redline = {{path = "{path}", where = "FID < 9999"}}\n',
            encoding="utf-8",
        )
        assert main(["check", str(tmp_path), "-o", str(tmp_path / "out"), "--only", "json", "-q"]) in (1, 3)
        findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))["zones"][0]["findings"]
        found.append([(one["rule"], one["verdict"], one["value"], one["measures"]) for one in findings])
    assert found[0] == found[1]
    assert any(value and value > 0 for _, _, value, _ in found[0])


def test_an_index_of_a_table(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{base}#县级.地类图斑"
    index(address, tmp_path / "idx", Options(part_rows=7), lambda *_: None)
    pieces = []
    for where in (address, tmp_path / "idx"):
        source = open_path(where, None, None, "here")
        selection = source.select(source.columns, None)
        rows = joined([selection.near(None), selection.missing], source.columns)
        pieces.append((rows.fids.tolist(), [shape and shape.wkt for shape in rows.geometry], rows.columns, source.crs))
    assert pieces[0] == pieces[1]
    assert len(pieces[0][0]) == 31
    with pytest.raises(ZoneproofError) as error:
        index(address, tmp_path / "idx", Options(part_rows=7), lambda *_: None)
    assert error.value.code == "index-exists"
