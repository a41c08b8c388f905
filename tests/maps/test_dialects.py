"""Coordinate files written and read back: the same geometry to a millimetre, in every dialect."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from layers.readers import open_path
from maps.exports.dialects import DIALECTS, CollapsedError, Plot, to_bytes

LAND = shapely.box(33500000, 2600000, 33500100, 2600100).difference(shapely.box(33500020, 2600020, 33500040, 2600040))


def read_back(folder: Path, content: bytes) -> list[BaseGeometry]:
    (folder / "file.txt").write_bytes(content)
    source = open_path(folder / "file.txt", None, None, "here")
    assert source.crs == "EPSG:4521"
    assert source.notes == ()
    return list(source.select([], None).near(None).geometry)


@st.composite
def lands(draw: st.DrawFn) -> BaseGeometry:
    """One to three polygons apart, star-shaped, each with up to two holes, an island in a hole now and then."""
    parts: list[BaseGeometry] = []
    for number in range(draw(st.integers(1, 3))):
        x, y = 33_500_000 + 5000 * number + draw(st.floats(0, 900)), 2_600_000 + draw(st.floats(-4000, 4000))
        outer = draw(star(1000, 2000))
        holes = [translate(draw(star(60, 200)), dx, 0) for dx in ((-450, 450)[: draw(st.integers(0, 2))])]
        part = outer.difference(shapely.union_all(holes))
        if holes and draw(st.booleans()):
            part = part.union(translate(draw(star(5, 30)), -450, 0))
        parts.append(translate(part, x, y))
    return shapely.union_all(parts)


@st.composite
def star(draw: st.DrawFn, least: float, most: float) -> BaseGeometry:
    n = draw(st.integers(3, 12))
    radii = np.array(draw(st.lists(st.floats(least, most), min_size=n, max_size=n)))
    turn = draw(st.floats(0, 6.28)) + np.arange(n) * 2 * np.pi / n
    return shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * radii[:, None])


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plots=st.lists(lands(), min_size=1, max_size=3), name=st.text(max_size=12))
def test_round_trip(tmp_path: Path, dialect: str, plots: list[BaseGeometry], name: str) -> None:
    content = to_bytes([Plot(plot, 1.0, f"{i}", name) for i, plot in enumerate(plots)], dialect, 33, 3)
    again = read_back(tmp_path, content)
    assert len(again) == len(plots)
    for before, after in zip(plots, again, strict=True):
        assert shapely.hausdorff_distance(before.boundary, after.boundary) <= 0.001
        assert shapely.get_num_geometries(after) == shapely.get_num_geometries(before)
        assert sorted(map(len, rings(after))) == sorted(map(len, rings(before)))
        assert before.symmetric_difference(after).area <= 0.001 * before.length


def rings(land: BaseGeometry) -> list[list[tuple[float, ...]]]:
    return [list(ring.coords) for part in shapely.get_parts(land) for ring in (part.exterior, *part.interiors)]


def test_the_form_of_a_file() -> None:
    content = to_bytes([Plot(LAND, 0.96, "7", "甲片区", "F47G012055", "工业用地", "0601")], "baopi", 33, 3)
    assert content.decode("gbk").split("\r\n") == [
        "[属性描述]", "格式版本号=1.01版本", "数据产生单位=", "数据产生日期=", "坐标系=2000国家大地坐标系",
        "几度分带=3", "投影类型=高斯克吕格", "计量单位=米", "带号=33", "精度=0.001", "转换参数=0,0,0,0,0,0,0",
        "[地块坐标]",
        "10,0.9600,7,甲片区,面,F47G012055,工业用地,0601,@",
        "J1,1,2600100.000,33500000.000", "J2,1,2600100.000,33500100.000", "J3,1,2600000.000,33500100.000",
        "J4,1,2600000.000,33500000.000", "J1,1,2600100.000,33500000.000",
        "J5,2,2600040.000,33500020.000", "J6,2,2600020.000,33500020.000", "J7,2,2600020.000,33500040.000",
        "J8,2,2600040.000,33500040.000", "J5,2,2600040.000,33500020.000", "",
    ]  # fmt: skip


PARCEL_LINES = {
    "baopi": "10,0.9600,7,甲,面,图,工业用地,0601,@",
    "gongdi": "10,0.9600,7,甲,面,图,工业用地,,@",
    "yizhangtu": "10,0.9600,,甲,面,,,,@",
    "zhifa": "10,0.9600,7,甲,面,图,工业用地,@",
    "zengjian": "10,0.9600,7,甲,面,图,工业用地,0601,,,,,,@",
    "jinchu": "10,甲,面,工业用地,@",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_parcel_line_of_each_dialect(dialect: str) -> None:
    plot = Plot(LAND, 0.96, "7", "甲", "图", "工业用地", "0601")
    text = to_bytes([plot], dialect, 33, 3).decode("gbk")
    assert [line for line in text.split("\r\n") if line.endswith("@")] == [PARCEL_LINES[dialect]]
    for key in ("几度分带=3", "带号=33", "精度=0.001", "坐标系=2000国家大地坐标系"):
        assert key in text.split("\r\n")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_names_stay_in_their_value(dialect: str, tmp_path: Path) -> None:
    hostile = 'a,b@\r\nJ1,1,0,0\n[地块坐标]\x00=<script>"𰻝😀\u202e'
    content = to_bytes([Plot(LAND, 1, hostile, hostile, hostile, hostile, hostile)], dialect, 33, 3)
    lines = content.decode("gbk").split("\r\n")
    parcel = [line for line in lines if line.endswith("@")]
    assert len(parcel) == 1
    assert parcel[0].count(",") == len(DIALECTS[dialect].values)
    assert all(re.fullmatch(r"J\d+,\d+,\d+\.\d{3},\d+\.\d{3}", line) for line in lines[lines.index(parcel[0]) + 1 : -1])
    assert read_back(tmp_path, content)[0].equals(LAND)


def test_what_is_no_land_at_a_millimetre_is_refused() -> None:
    with pytest.raises(CollapsedError):
        to_bytes([Plot(shapely.box(33500000, 2600000, 33500000.0004, 2600000.0004), 0, "1", "a")], "baopi", 33, 3)
