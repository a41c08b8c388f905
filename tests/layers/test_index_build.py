"""Making a data set: the form other tools read, order, memory, and what is left when it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import shapely

from geo.errors import ZoneproofError
from geo.hilbert import METRES, hilbert
from geo.subdivide import subdivide
from layers.index.build import Options, index
from layers.index.making import Making
from layers.manifest import MANIFEST, UNFINISHED, Manifest
from zoneproof.cli import main

X, Y = 540_000.0, 2_604_000.0


def squares(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    corner = np.array([X, Y]) + rng.uniform(0, 9_000, (count, 2))
    return gpd.GeoDataFrame(
        {"BSM": [f"b{at}" for at in range(count)], "XZQDM": [("530926", "530927104")[at % 2] for at in range(count)]},
        geometry=shapely.box(*corner.T, *(corner + 40).T),
        crs="EPSG:4542",
    )


def make(source: Path, folder: Path, **options: object) -> Manifest:
    return index(str(source), folder, Options(**options), lambda *_: None).manifest  # type: ignore[arg-type]


def tree(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    squares(500).to_file(tmp_path / "a.gpkg")
    return tmp_path / "a.gpkg"


def test_what_the_manifest_says_is_so(source: Path, tmp_path: Path) -> None:
    made = make(source, tmp_path / "idx", part_rows=60)
    frame = gpd.read_file(source)
    assert made.features == 500
    assert made.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert made.bbox == pytest.approx(tuple(frame.total_bounds))
    assert {part.county for part in made.parts} == {"530926", "530927"}
    for part in made.parts:
        path = tmp_path / "idx" / part.path
        content = path.read_bytes()
        assert part.path.startswith(f"parts/county={part.county}/")
        assert (part.size, part.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        read = gpd.read_parquet(path)
        assert part.rows == len(read) <= 60
        assert part.bbox == pytest.approx(tuple(read.total_bounds))
        assert part.area_m2 == pytest.approx(1600 * len(read), rel=1e-3)
        assert set(read["XZQDM"].str[:6]) == {part.county}
        middle = (read.bounds[["minx", "miny"]].to_numpy() + read.bounds[["maxx", "maxy"]].to_numpy()) / 2
        assert (np.diff(hilbert(middle, METRES)) >= 0).all()


def test_geopandas_and_arrow_read_it_as_it_is(source: Path, tmp_path: Path) -> None:
    make(source, tmp_path / "idx", part_rows=90)
    original = gpd.read_file(source)
    found = gpd.read_parquet(tmp_path / "idx" / "parts").sort_values("zoneproof_fid")
    assert found.crs == original.crs
    assert found["BSM"].tolist() == original["BSM"].tolist()
    assert found.geometry.geom_equals(original.geometry.set_axis(found.index)).all()
    near = gpd.read_parquet(tmp_path / "idx" / "parts", bbox=(X, Y, X + 900, Y + 900))
    assert set(near["BSM"]) == set(original[original.intersects(shapely.box(X, Y, X + 900, Y + 900))]["BSM"])
    assert ds.dataset(tmp_path / "idx" / "parts", partitioning="hive").count_rows() == 500
    geo = json.loads(pq.read_schema(next((tmp_path / "idx").rglob("*.parquet"))).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


def test_duckdb_reads_it_as_it_is(source: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    make(source, tmp_path / "idx", part_rows=90)
    glob = (tmp_path / "idx" / "parts" / "**" / "*.parquet").as_posix()
    asked = f"SELECT count(*), count(DISTINCT zoneproof_fid), min(bbox.xmin) FROM read_parquet('{glob}')"  # noqa: S608
    count, different, west = duckdb.sql(asked).fetchone()
    assert (count, different) == (500, 500)
    assert west == gpd.read_file(source).total_bounds[0]


def test_the_report_names_what_is_broken(tmp_path: Path) -> None:
    frame = squares(40)
    bow = shapely.Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])
    frame.loc[3, "geometry"] = bow
    frame.loc[5, "geometry"] = None
    frame.loc[8, "geometry"] = shapely.Polygon([(X, Y), (X + 9, Y), (X, Y)])
    frame.to_parquet(tmp_path / "a.parquet")
    made = make(tmp_path / "a.parquet", tmp_path / "idx")
    lines = (tmp_path / "idx" / made.report.path).read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["3", "invalid"], ["5", "absent"], ["8", "invalid"]]
    assert "Self-intersection" in lines[1]
    assert [line.rsplit(",", 1)[1] for line in lines[1:]] == ["yes", "no", "no"]
    assert made.broken == {"invalid": 2, "mended": 0, "unreadable": 0, "absent": 1, "lost": 2}
    read = gpd.read_parquet(tmp_path / "idx" / "parts").set_index("zoneproof_fid")
    assert read.geometry[3].equals_exact(bow)


def test_huge_features_are_subdivided(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 30_001)[:-1]
    away = 3_000 + 200 * np.sin(turn * 90)
    huge = shapely.Polygon(np.column_stack([X + away * np.cos(turn), Y + away * np.sin(turn)]))
    frame = squares(30)
    frame.loc[17, "geometry"] = huge
    frame.to_parquet(tmp_path / "a.parquet")
    made = make(tmp_path / "a.parquet", tmp_path / "idx")
    (file,) = made.subdivided
    pieces = gpd.read_parquet(tmp_path / "idx" / file.path)
    assert set(pieces["zoneproof_fid"]) == {17}
    assert len(pieces) == file.rows > 20
    assert (shapely.get_num_coordinates(pieces.geometry) <= 1_024).all()
    assert pieces.crs == frame.crs
    assert pieces.area.sum() == pytest.approx(huge.area, rel=1e-9)
    assert pieces.union_all().symmetric_difference(huge).area < 1e-3
    assert gpd.read_parquet(tmp_path / "idx" / "parts").set_index("zoneproof_fid").geometry[17].equals_exact(huge)


def test_lines_are_subdivided() -> None:
    line = shapely.LineString(np.column_stack([np.arange(9_000.0), np.sin(np.arange(9_000.0))]))
    pieces = subdivide(line, 500)
    assert shapely.length(pieces).sum() == pytest.approx(line.length)
    assert shapely.get_num_coordinates(pieces).max() <= 500


def test_the_same_bytes_however_it_was_made(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(source, tmp_path / "one", part_rows=60)
    monkeypatch.setattr("layers.index.making.RUN_ROWS", 70)
    monkeypatch.setattr("layers.index.making.BATCH_ROWS", 20)
    monkeypatch.setattr("layers.index.merge.STRETCH_ROWS", 30)
    monkeypatch.setattr("layers.index.merge.STRIDE", 7)
    make(source, tmp_path / "two", part_rows=60)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.parametrize("calls", [1, 2, 4, 6, 9])
def test_begun_again_after_it_stopped(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    monkeypatch.setattr("layers.index.making.RUN_ROWS", 120)
    monkeypatch.setattr("layers.index.making.BATCH_ROWS", 40)
    make(source, tmp_path / "whole", part_rows=60)
    left = [calls]

    def stop(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        for name in ("_run", "_keep"):
            real = getattr(Making, name)
            stopped.setattr(Making, name, lambda *given, real=real: (real(*given), stop())[0])
        with pytest.raises(KeyboardInterrupt):
            make(source, tmp_path / "idx", part_rows=60)
    assert not (tmp_path / "idx" / MANIFEST).exists()
    assert not (tmp_path / "idx" / "parts").exists()
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "idx" / UNFINISHED).rglob("part-*.parquet")}
    moved: list[int] = []
    finish = shutil.rmtree

    def look(path: Path, **given: object) -> None:
        moved.extend(
            (tmp_path / "idx" / old.relative_to(tmp_path / "idx" / UNFINISHED)).stat().st_mtime_ns == before
            for old, before in done.items()
        )
        finish(path, **given)  # type: ignore[arg-type]

    monkeypatch.setattr("layers.index.build.shutil.rmtree", look)
    make(source, tmp_path / "idx", part_rows=60)
    assert tree(tmp_path / "idx") == tree(tmp_path / "whole")
    assert moved == [True] * len(done)


def test_killed_and_run_again(tmp_path: Path) -> None:
    squares(30_000).to_parquet(tmp_path / "a.parquet", row_group_size=3_000)
    call = [sys.executable, "-m", "zoneproof", "index", str(tmp_path / "a.parquet"), "--part-rows", "300"]
    call += ["--partition", "none", "-o"]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert subprocess.run([*call, str(whole)], check=False, capture_output=True).returncode == 0
    running = subprocess.Popen([*call, str(cut)], stdout=subprocess.DEVNULL)
    while running.poll() is None and len(list((cut / UNFINISHED).glob("part-*.json"))) < 5:
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (cut / MANIFEST).exists()
    before = {path.name: path.stat().st_mtime_ns for path in (cut / UNFINISHED / "parts").glob("*.parquet")}
    kept = len(list((cut / UNFINISHED).glob("part-*.json")))
    assert kept >= 5
    assert subprocess.run([*call, str(cut)], check=False, capture_output=True).returncode == 0
    assert tree(cut) == tree(whole)
    after = {path.name: path.stat().st_mtime_ns for path in (cut / "parts").glob("*.parquet")}
    assert sum(after[name] == time_ns for name, time_ns in before.items()) >= kept


def test_a_part_broken_while_unfinished_is_made_again(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(source, tmp_path / "whole", part_rows=60)
    with monkeypatch.context() as stopped:
        stopped.setattr("layers.index.build.write_report", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            make(source, tmp_path / "idx", part_rows=60)
    part = next((tmp_path / "idx" / UNFINISHED / "parts").rglob("part-00002.parquet"))
    part.write_bytes(part.read_bytes()[:-7])
    make(source, tmp_path / "idx", part_rows=60)
    assert tree(tmp_path / "idx") == tree(tmp_path / "whole")


def code_of(source: Path | str, folder: Path, **options: object) -> str:
    with pytest.raises(ZoneproofError) as error:
        index(str(source), folder, Options(**options), lambda *_: None)  # type: ignore[arg-type]
    return error.value.code


def test_where_it_may_be_written(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "idx"
    make(source, folder, part_rows=200)
    before = tree(folder)
    assert index(str(source), folder, Options(part_rows=200), lambda *_: None).before
    assert code_of(source, folder, part_rows=100) == "index-exists"
    assert tree(folder) == before
    make(source, folder, part_rows=100, force=True)
    assert len(list(folder.rglob("*.parquet"))) > len(before) - 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    assert code_of(source, tmp_path / "mine") == "index-folder"
    assert code_of(source, source) == "index-folder"
    assert code_of(folder, tmp_path / "again") == "index-of-index"
    assert code_of(tmp_path / "none.gpkg", tmp_path / "x") == "file-missing"
    assert code_of(source, tmp_path / "x", partition="county") == "index-partition"
    (tmp_path / "parts").mkdir()
    shutil.copy(next(folder.rglob("*.parquet")), tmp_path / "parts" / "a.parquet")
    assert code_of(tmp_path / "parts", tmp_path / "parts" / "idx") == "index-inside"


def test_another_source_does_not_go_on_with_what_was_begun(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr("layers.index.build.write_report", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            make(source, tmp_path / "idx")
    squares(80, seed=2).to_file(tmp_path / "b.gpkg")
    made = make(tmp_path / "b.gpkg", tmp_path / "idx")
    assert made.features == 80
    assert set(tree(tmp_path / "idx")) == {MANIFEST, "report.csv", *(part.path for part in made.parts)}


def test_a_source_that_changes_meanwhile(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Making.runs

    def changed(self: Making) -> object:
        found = real(self)
        squares(3).to_file(source)
        return found

    monkeypatch.setattr(Making, "runs", changed)
    assert code_of(source, tmp_path / "idx") == "index-changed"
    assert not (tmp_path / "idx" / MANIFEST).exists()


def test_hilbert_order_is_a_path_of_neighbours() -> None:
    cells = np.stack(np.meshgrid(np.arange(16), np.arange(16)), axis=-1).reshape(-1, 2) + 0.5
    along = hilbert(cells, (0.0, 0.0, 16.0, 16.0), 4)
    assert sorted(along.tolist()) == list(range(256))
    steps = np.abs(np.diff(cells[np.argsort(along)], axis=0)).sum(axis=1)
    assert (steps == 1).all()


def test_the_command(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(source), "-o", str(tmp_path / "idx"), "--lang", "en"]) == 0
    assert "500 features in 2 parts" in capsys.readouterr().out
    assert main(["index", str(source), "-o", str(tmp_path / "idx"), "--lang", "en"]) == 0
    assert "left as it is" in capsys.readouterr().out
    assert main(["index", str(tmp_path / "none.shp"), "-o", str(tmp_path / "x"), "--lang", "en"]) == 2
    assert "no such file" in capsys.readouterr().err
