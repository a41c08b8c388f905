"""The sample geometry: gap-free coverages, buildings on their lots, lines that join, the same bytes every time."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from layers.samples import write_samples


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shapes")
    write_samples(folder)
    return folder


def park(demo: Path, layer: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(demo / "park" / "park.gpkg", layer=layer)


def gbk(demo: Path, name: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(demo / "park" / "报批" / name, encoding="GBK")


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_bytes_from_another_process_with_another_hash_seed(demo, tmp_path):
    code = "import sys, pathlib; from layers.samples import write_samples; write_samples(pathlib.Path(sys.argv[1]))"
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai"},
    )
    assert sums(tmp_path) == sums(demo)


def test_other_files_are_left_alone_and_own_ones_written_anew(demo, tmp_path):
    (tmp_path / "park").mkdir()
    (tmp_path / "park" / "mine.txt").write_text("keep", encoding="utf-8")
    (tmp_path / "park" / "zone.toml").write_text("old", encoding="utf-8")
    (tmp_path / "park" / "park.gpkg").write_bytes(b"old")
    write_samples(tmp_path)
    assert (tmp_path / "park" / "mine.txt").read_text(encoding="utf-8") == "keep"
    (tmp_path / "park" / "mine.txt").unlink()
    assert sums(tmp_path) == sums(demo)


def test_progress_is_told_step_by_step(tmp_path):
    told = []
    write_samples(tmp_path, lambda what, done, whole: told.append((what.en, done, whole)))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert told[-1][1] == told[-1][2]


def test_everything_is_valid_and_in_one_crs(demo):
    for path in sorted(demo.rglob("*.gpkg")) + sorted(demo.rglob("*.shp")):
        for layer, _ in pyogrio.list_layers(path):
            frame = pyogrio.read_dataframe(path, layer=layer)
            assert len(frame) and frame.geometry.is_valid.all(), (path.name, layer)
            assert frame.crs.to_epsg() in (4542, 4490, 4521)


def test_land_use_covers_the_sheet_without_gap_or_overlap(demo):
    found = park(demo, "land_use")
    sheet = park(demo, "extent").geometry.iloc[0]
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    assert shapely.symmetric_difference(found.union_all(), sheet).area < 1e-6
    assert found.geometry.area.sum() == pytest.approx(sheet.area, abs=1e-3)
    assert found.geometry.area.min() > 400
    assert {"0101", "0103", "0301", "0404", "0702", "1101", "0601", "1004"} <= set(found.DLBM)
    assert found.loc[found.DLBM.isin(["0101", "0103"]), "KCXS"].gt(0).all()
    assert found.BSM.is_unique


def test_the_plan_covers_the_park_without_gap_or_overlap(demo):
    found, land = park(demo, "land_use_plan"), park(demo, "zones")
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    assert shapely.coverage_is_valid(land.geometry.to_numpy())
    assert shapely.symmetric_difference(found.union_all(), land.union_all()).area < 1e-6
    assert set(found.YDYHFLDM.str[:2]) <= {"07", "08", "09", "10", "11", "12", "13", "14", "16"}


def test_parcels_lie_in_the_park_beside_each_other(demo):
    found, land, built = gbk(demo, "地块.shp"), park(demo, "zones").union_all(), park(demo, "built_up").union_all()
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    assert all(land.buffer(1e-6).covers(polygon) for polygon in found.geometry)
    assert found["地块编号"].is_unique
    assert set(found["土地状态"]) == {"已建", "已供未建", "达到供地条件", "未达供地条件", "不可建设"}
    done = found[found["土地状态"] == "已建"]
    assert all(built.buffer(1e-6).covers(polygon) for polygon in done.geometry)
    rest = found[found["土地状态"] != "已建"]
    assert shapely.intersection(rest.union_all(), built).area < 1e-6


def test_buildings_stand_on_lots_of_their_state_and_never_on_each_other(demo):
    found, lots = gbk(demo, "建筑.shp"), gbk(demo, "地块.shp")
    for status, state in (("已建", "已建"), ("在建", "已供未建")):
        on = lots[lots["土地状态"] == state].geometry.to_numpy()
        for footprint in found[found["建设状态"] == status].geometry:
            assert shapely.contains_properly(on, footprint).any()
    shapes = found.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (left == right).all()


def test_streets_join_at_vertices_and_form_one_network(demo):
    lines = park(demo, "roads").geometry.to_numpy()
    vertices = [{tuple(xy) for xy in shapely.get_coordinates(line)} for line in lines]
    reached, todo = {0}, [0]
    while todo:
        here = todo.pop()
        for other in range(len(lines)):
            if other not in reached and vertices[here] & vertices[other]:
                reached.add(other)
                todo.append(other)
    assert reached == set(range(len(lines)))


def test_lots_follow_the_valley_and_no_grid(demo):
    """Lot sides point in many directions: no one tenth of the compass holds a third of them."""
    rings = shapely.get_exterior_ring(gbk(demo, "地块.shp").geometry.to_numpy())
    edges = np.vstack([np.diff(shapely.get_coordinates(ring), axis=0) for ring in rings])
    edges = edges[np.hypot(*edges.T) > 5]
    turn = np.degrees(np.arctan2(edges[:, 1], edges[:, 0])) % 90
    share = np.histogram(turn, bins=10, range=(0, 90))[0] / len(turn)
    assert share.max() < 1 / 3


def test_control_lines_keep_off_the_park_but_for_slivers(demo):
    land = park(demo, "zones").union_all()
    red = shapely.intersection(park(demo, "ecological_redline").union_all(), land)
    assert 0 < red.area < 5
    assert red.buffer(-0.05).is_empty, "every part is a sliver"
    assert park(demo, "basic_farmland").distance(land).min() > 1
    boundary = park(demo, "urban_boundary")
    outside = shapely.difference(land, boundary.union_all())
    assert outside.area < 5
    assert outside.buffer(-0.05).is_empty, "the boundary leaves slivers out along the same seam"
    assert shapely.intersection(boundary.union_all(), park(demo, "ecological_redline").union_all()).area < 0.01
    assert set(boundary.GHFQMC) == {"城镇集中建设区", "城镇弹性发展区"}
    assert not park(demo, "basic_farmland").intersects(boundary.union_all()).any()
    share = shapely.intersection(park(demo, "industrial_redline").union_all(), land).area / land.area
    assert 0.5 < share < 0.95


def test_the_river_runs_beside_the_park_and_the_lowest_ground_is_there(demo):
    river = park(demo, "land_use").query("DLBM == '1101'").union_all()
    land = park(demo, "zones").union_all()
    outside = shapely.difference(river, land)
    assert outside.area > 50_000
    assert shapely.distance(outside, land) < 60
