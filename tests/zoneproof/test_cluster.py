"""check --engine dask: the same bytes as without it, and no verdict made of less than all, whatever dies on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import zoneproof
from checks.cluster import reading
from checks.cluster.client import Cluster
from checks.cluster.ledger import SUMMARY
from geo.errors import ZoneproofError
from layers.samples import write_samples
from maps.outputs.findings import to_bytes
from zoneproof.cli import main

X, Y, SIDE = 540_000.0, 2_604_000.0, 60.0
ZONES = 12
PROJECT = """[project]
name = "many"
as_of = 2025-07-25
packs = ["border-expansion", "control-lines", "development", "infrastructure", "integration", "project-indicators"]
[layers]
zones = "zones.gpkg"
expansion = "expansion.gpkg"
basic_farmland = {{path = "{parcels}", where = "DLBM = '0101'"}}
land_use = {{path = "{parcels}", set = {{scheme = "survey-2020"}}}}
urban_boundary = "cells-{parcels}"
ecological_redline = "redline.gpkg"
industrial_redline = "{parcels}"
built_up = "{parcels}"
land_use_plan = {{path = "cells-{parcels}", set = {{scheme = "plan-2023"}}, fields = {{code = "plan"}}}}
parcels = {{path = "{parcels}"}}
buildings = {{path = "cells-{parcels}", set = {{kind = "building"}}}}
green = "cells-{parcels}"
roads = "roads.gpkg"
utilities = {{path = "roads.gpkg", set = {{kind = "water"}}}}
facilities = "facilities.gpkg"
[params]
BEZ-1a = {{min = 0.5}}
BEZ-2f = {{max_ratio = 1.5}}
BEZ-2g = {{max_parts = 3, min_largest_share = 0.5}}
INF-1 = {{reach_m = 80}}
INF-2 = {{reach_m = 80}}
INF-3 = {{reach_m = 80}}
INF-6 = {{reach_m = 80}}
PRJ-1 = {{min = 1.0}}
PRJ-2 = {{min = 0.3}}
PRJ-3 = {{max_land = 0.07, max_floor = 0.15}}
PRJ-4 = {{max = 0.2}}
PRJ-5 = {{min = 100}}
"""


def parcels() -> gpd.GeoDataFrame:
    """Ragged neighbours west of a line, so that some zones have none within many kilometres; some ids are doubled."""
    rng = np.random.default_rng(7)
    grid = np.stack(np.meshgrid(X + np.arange(41) * SIDE, Y + np.arange(41) * SIDE, indexing="ij"), -1)
    grid = grid + rng.uniform(-20, 20, grid.shape)
    corners = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    squares = [*shapely.polygons(corners)]
    bow = shapely.Polygon([(X, Y), (X + 300, Y + 300), (X + 300, Y), (X, Y + 300)])
    ids = [f"p{i // 2 if i < 40 else i}" for i in range(len(squares))]
    codes = rng.choice(["0101", "0301", "0601", "0702"], len(squares))
    rows = len(squares) + 1
    data = {"BSM": [*ids, "bow"], "DLBM": [*codes, "0101"], "KCXS": [0.1] * rows}
    data |= {
        "state": rng.choice(["built", "supplied", "ready"], rows),
        "use": rng.choice(["industrial", "living"], rows),
    }
    data |= {f"{name}_yuan": rng.integers(1, 90, rows) * 1e5 for name in ("investment", "output", "tax")}
    data |= {"agreed_start_on": rng.choice(["2024-03-01", "2025-06-01", "2026-01-01"], rows)}
    return gpd.GeoDataFrame(data, geometry=[*squares, bow], crs="EPSG:4542")


def cells() -> gpd.GeoDataFrame:
    """Round cells that cut the parcels, overlap each other and leave gaps."""
    rng = np.random.default_rng(11)
    spread = shapely.points(X + rng.uniform(0, 2500, (400, 2)) + [0, Y - X])
    data = {"BSM": [f"c{i}" for i in range(400)], "division": rng.choice(["concentrated", "flexible"], 400)}
    data |= {"plan": rng.choice(["1001", "0101", "0901"], 400), "floors": rng.integers(1, 6, 400)}
    data |= {"use": rng.choice(["industrial", "living"], 400), "floor_m2": rng.uniform(300, 9000, 400)}
    data |= {"let_m2": rng.uniform(0, 300, 400), "units": [20] * 400, "let_units": rng.integers(0, 20, 400)}
    return gpd.GeoDataFrame(
        data, geometry=shapely.buffer(spread, rng.uniform(20, 120, 400), quad_segs=6), crs="EPSG:4542"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("many")
    rng = np.random.default_rng(3)
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    rings = [np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(80, 300, (40, 1)) for _ in range(ZONES)]
    middles = [(X + 200 + 190 * i, Y + rng.uniform(200, 2200)) for i in range(ZONES - 2)]
    middles += [(X + 30_000, Y), (X + 90_000, Y + 500)]
    lands = [shapely.Polygon(ring + middle) for ring, middle in zip(rings, middles, strict=True)]
    names = [f"zone {i}" for i in range(ZONES)]
    land = gpd.GeoDataFrame({"YQMC": names, "area": "one", "approved_m2": 9e4}, geometry=lands, crs="EPSG:4542")
    land.to_file(place / "zones.gpkg")
    land.iloc[:5].set_geometry(land.iloc[:5].translate(350, 100)).to_file(place / "expansion.gpkg")
    long = shapely.Polygon([(X - 900, Y + 300), (X + 39_000, Y + 500), (X + 39_000, Y + 300), (X - 900, Y + 501)])
    line = gpd.GeoDataFrame(geometry=[shapely.box(X + 1000, Y, X + 1100, Y + 3000), long], crs="EPSG:4542")
    line.to_file(place / "redline.gpkg")
    ways = [shapely.LineString([(X - 100, Y + 400 * i), (X + 2600, Y + 400 * i + 90)]) for i in range(6)]
    gpd.GeoDataFrame({"status": ["built"] * 6}, geometry=ways, crs="EPSG:4542").to_file(place / "roads.gpkg")
    kinds = ["waterworks", "town", "substation", "port", "fire-station", "housing"]
    where = [shapely.Point(X + 300 * i, Y + 400 * i + 20) for i in range(len(kinds))]
    gpd.GeoDataFrame({"kind": kinds}, geometry=where, crs="EPSG:4542").to_file(place / "facilities.gpkg")
    for start, frame in (("", parcels()), ("cells-", cells())):
        frame.to_file(place / f"{start}a.gpkg")
        for name, rows in (("b.parquet", 100), ("c.parquet", 333), ("d.parquet", 10_000)):
            file = place / (start + name)
            frame.to_parquet(file, write_covering_bbox=True, schema_version="1.1.0", row_group_size=rows)
        for name, rows in (("e", 100), ("f", 700)):
            given, made = place / f"{start}a.gpkg", place / (start + name)
            assert main(["index", str(given), "-o", str(made), "--part-rows", str(rows), "-q"]) == 0
    return place


def project(folder: Path, source: str) -> Path:
    file = folder / f"{source}.toml"
    file.write_text(PROJECT.format(parcels=source), encoding="utf-8")
    return file


def without_inputs(found: bytes) -> dict[str, Any]:
    return {key: value for key, value in json.loads(found).items() if key != "inputs"}


@pytest.fixture
def cluster(tmp_path: Path) -> Callable[..., Cluster]:
    return lambda **told: Cluster(tmp_path / "parts", **{"workers": 2, **told})


SOURCES = [("b.parquet", 1), ("c.parquet", 2), ("d.parquet", 3), ("a.gpkg", 2), ("e", 3), ("f", 1)]


@pytest.mark.parametrize(("source", "workers"), SOURCES)
def test_the_same_bytes_on_any_number_of_workers_and_parts(
    folder: Path, source: str, workers: int, cluster: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.vectors.PART_ROWS", 300)
    expected = to_bytes(zoneproof.check(project(folder, source)))
    found = to_bytes(zoneproof.check(project(folder, source), cluster=cluster(workers=workers)))
    assert found == expected
    if source in ("e", "f"):
        own = json.loads(found)["inputs"]
        assert without_inputs(found) == without_inputs(to_bytes(zoneproof.check(project(folder, "a.gpkg"))))
        assert {one["features"] for one in own if one["role"] == "land_use"} == {len(parcels())}
    assert expected.count(b'"fail"') > 5


@pytest.mark.parametrize("sample", ["park", "expansion"])
def test_the_samples_say_the_same(tmp_path: Path, sample: str, cluster: Callable[..., Cluster]) -> None:
    files = {file.parent.name: file for file in write_samples(tmp_path / "demo", lambda _what, _done, _all: None)}
    found = to_bytes(zoneproof.check(files[sample], cluster=cluster()))
    assert found == to_bytes(zoneproof.check(files[sample]))


def test_every_output_of_a_sample_is_the_same(tmp_path: Path) -> None:
    write_samples(tmp_path / "demo", lambda _what, _done, _all: None)
    for name, options in (("here", []), ("there", ["--engine", "dask"])):
        main(["check", str(tmp_path / "demo" / "expansion"), "-o", str(tmp_path / name), "-q", *options])
    here = {file.relative_to(tmp_path / "here"): file.read_bytes() for file in (tmp_path / "here").rglob("*.*")}
    assert here == {
        file.relative_to(tmp_path / "there"): file.read_bytes() for file in (tmp_path / "there").rglob("*.*")
    }
    assert len(here) > 8


def test_the_command_writes_all_outputs_and_leaves_no_parts(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = ["check", str(project(folder, "b.parquet")), "-o", str(out), "-q", "--only", "json,gpkg,xlsx,map"]
    assert main([*told, "--engine", "dask", "--workers", "2", "--zone-pages", " zone 1 "]) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    assert (out / "findings.json").read_bytes() == to_bytes(zoneproof.check(project(folder, "b.parquet")))
    assert {"findings.json", "map.html", "report.xlsx", "zoneproof.gpkg"} <= {file.name for file in out.iterdir()}
    assert [file.name[:7] for file in (out / "zones").iterdir()] == ["zone-1-"]


def test_a_zone_that_is_none_has_no_page(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = ["check", str(project(folder, "a.gpkg")), "-o", str(tmp_path / "out"), "-q", "--zone-pages", "zone 99"]
    assert main([*told, "--lang", "en"]) == 2
    assert "--zone-pages: there is no zone called zone 99" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_does_not_answer_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.cluster.client.WAIT_S", 1)
    told = ["check", str(project(folder, "a.gpkg")), "-o", str(tmp_path / "out"), "-q", "--lang", "en"]
    assert main([*told, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "tcp://127.0.0.1:9: the scheduler cannot be reached" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def broken(change: Callable[[Any, Path], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let every task that reads a part do something else first, in its worker."""
    true, mark = reading.read_part, tmp_path / "mark"

    def read_part(task: Any, around: Any, key: str) -> Any:
        change(task, mark)
        return true(task, around, key)

    monkeypatch.setattr(reading, "read_part", read_part)


def dies_once(task: Any, mark: Path) -> None:
    """Every worker that gets here while there are fewer than two marks is killed."""
    if len(list(mark.parent.glob("mark-*"))) < 2:
        mark.with_name(f"mark-{os.getpid()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)


def dies_on_the_third_part(task: Any, mark: Path) -> None:
    if task.part.first == 2 and "land_use" in task.source.at and "land_use_plan" not in task.source.at:
        os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_are_killed_do_not_change_a_byte(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.vectors.PART_ROWS", 100)
    expected = to_bytes(zoneproof.check(project(folder, "b.parquet")))
    broken(dies_once, monkeypatch, tmp_path)
    assert to_bytes(zoneproof.check(project(folder, "b.parquet"), cluster=cluster())) == expected
    assert len(list(tmp_path.glob("mark-*"))) == 2


def dies_four_times(task: Any, mark: Path) -> None:
    """Often enough to be given up, were it not tried once more alone."""
    if task.part.first == 2 and "land_use" in task.source.at and len(list(mark.parent.glob("mark-*"))) < 4:
        mark.with_name(f"mark-{os.getpid()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_part_whose_workers_died_for_another_is_done_alone(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.vectors.PART_ROWS", 100)
    expected = to_bytes(zoneproof.check(project(folder, "b.parquet")))
    broken(dies_four_times, monkeypatch, tmp_path)
    assert to_bytes(zoneproof.check(project(folder, "b.parquet"), cluster=cluster())) == expected
    assert len(list(tmp_path.glob("mark-*"))) == 4


def test_a_part_that_kills_every_worker_is_named_and_nothing_is_judged(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.vectors.PART_ROWS", 100)
    broken(dies_on_the_third_part, monkeypatch, tmp_path)
    with pytest.raises(ZoneproofError) as told:
        zoneproof.check(project(folder, "b.parquet"), cluster=cluster())
    assert told.value.code == "tasks-lost" and told.value.facts["count"] == 1
    assert "b.parquet [2:3]" in str(told.value.facts["tasks"]) and "KilledWorker" in str(told.value.facts["reason"])
    finished = list((tmp_path / "parts").glob(f"*/{SUMMARY}"))
    assert len(finished) > 20
    monkeypatch.undo()
    monkeypatch.setattr("layers.vectors.PART_ROWS", 100)
    asked: list[str] = []
    done_by = reading.done_by
    monkeypatch.setattr(reading, "done_by", lambda *given: (asked.extend(given[2]), done_by(*given))[1])
    expected = to_bytes(zoneproof.check(project(folder, "b.parquet")))
    assert to_bytes(zoneproof.check(project(folder, "b.parquet"), cluster=cluster())) == expected
    assert not {file.parent.name for file in finished} & set(asked)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the parts that were read, not taken from the ledger."""
    keys: list[str] = []
    done_by = reading.done_by
    monkeypatch.setattr(reading, "done_by", lambda *given: (keys.extend(given[2]), done_by(*given))[1])
    monkeypatch.setattr("layers.vectors.PART_ROWS", 100)
    return keys


RUN = """
import sys
from pathlib import Path
import layers.vectors
import zoneproof

if __name__ == "__main__":
    layers.vectors.PART_ROWS = 100
    zoneproof.check(sys.argv[1], cluster=zoneproof.Cluster(Path(sys.argv[2]), 2))
"""


def test_client_and_scheduler_killed_midway_the_next_run_goes_on(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], asked: list[str]
) -> None:
    script, parts = tmp_path / "run.py", tmp_path / "parts"
    script.write_text(RUN, encoding="utf-8")
    told = [sys.executable, str(script), str(project(folder, "b.parquet")), str(parts)]
    environment = {**os.environ, "PYTHONPATH": str(Path(zoneproof.__file__).parents[1])}
    run = subprocess.Popen(told, start_new_session=True, env=environment)
    until = time.monotonic() + 60
    while len(list(parts.glob(f"*/{SUMMARY}"))) < 20 and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    finished = {file.parent.name for file in parts.glob(f"*/{SUMMARY}")}
    assert len(finished) >= 20
    expected = to_bytes(zoneproof.check(project(folder, "b.parquet")))
    assert to_bytes(zoneproof.check(project(folder, "b.parquet"), cluster=cluster())) == expected
    assert asked and not finished & set(asked)


def test_what_was_finished_is_taken_again_unless_it_is_cut_off_or_the_layer_changed(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], asked: list[str]
) -> None:
    file = project(folder, "b.parquet")
    moved = tmp_path / "project"
    shutil.copytree(folder, moved)
    file = moved / file.name
    expected = to_bytes(zoneproof.check(file, cluster=cluster()))
    asked.clear()
    assert to_bytes(zoneproof.check(file, cluster=cluster())) == expected
    assert not asked
    cut = sorted((tmp_path / "parts").glob("*/piece.arrow"))[3]
    cut.write_bytes(cut.read_bytes()[:-40])
    assert to_bytes(zoneproof.check(file, cluster=cluster())) == expected
    assert asked == [cut.parent.name]
    asked.clear()
    gpd.GeoDataFrame(geometry=[shapely.box(X + 500, Y, X + 800, Y + 3000)], crs="EPSG:4542").to_file(
        moved / "redline.gpkg"
    )
    found = to_bytes(zoneproof.check(file, cluster=cluster()))
    assert 0 < len(asked) <= 3 and found != expected  # the line is looked for in up to three widths
    assert found == to_bytes(zoneproof.check(file))


def test_a_truncated_layer_is_told_and_nothing_is_judged(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster]
) -> None:
    moved = tmp_path / "project"
    shutil.copytree(folder, moved)
    file = moved / project(folder, "b.parquet").name
    content = (moved / "b.parquet").read_bytes()
    # the footer is whole, so it opens; the middle is gone
    (moved / "b.parquet").write_bytes(content[:20_000] + bytes(20_000) + content[40_000:])
    with pytest.raises(ZoneproofError) as told:
        zoneproof.check(file, cluster=cluster())
    assert "b.parquet" in str(told.value)


def test_a_layer_that_changes_while_it_is_read_is_told(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "project"
    shutil.copytree(folder, moved)
    file = moved / project(folder, "b.parquet").name
    layer = moved / "redline.gpkg"
    broken(lambda task, _mark: layer.touch() if "redline" in task.source.text else None, monkeypatch, tmp_path)
    with pytest.raises(zoneproof.InputError) as told:
        zoneproof.check(file, cluster=cluster())
    assert [problem.code for problem in told.value.problems] == ["part-changed"]


def test_a_worker_at_its_memory_limit_ends_the_run_with_the_parts_name(
    folder: Path, tmp_path: Path, cluster: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(task: Any, _mark: Path) -> None:
        if "redline" in task.source.text:
            kept = [np.ones(4_000_000) for _ in range(60)]
            time.sleep(20 + len(kept))

    broken(greedy, monkeypatch, tmp_path)
    with pytest.raises(ZoneproofError) as told:
        zoneproof.check(project(folder, "b.parquet"), cluster=cluster(memory="700MB"))
    assert told.value.code == "tasks-lost" and "redline.gpkg" in str(told.value.facts["tasks"])
