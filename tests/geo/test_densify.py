"""Edges cut in their own CRS: equal, at most 70 m, the same from either side."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box, wkt

from geo.densify import densify

PLANE, DEGREES = CRS.from_epsg(4542), CRS.from_epsg(4490)
FEET = CRS.from_user_input("+proj=tmerc +lon_0=99 +x_0=500000 +datum=WGS84 +units=us-ft")
GEOD = Geod(a=6378137.0, rf=298.257222101)
X0, Y0 = 540844.2992806863, 2604398.3364410684
places = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)).map(lambda xy: (X0 + xy[0], Y0 + xy[1]))


def xy(geom: object) -> np.ndarray:
    return shapely.get_coordinates(geom)


@given(places, places, st.booleans())
@settings(max_examples=60, deadline=None)
def test_an_edge_gives_the_same_bits_from_either_end(a: tuple, b: tuple, degrees: bool) -> None:
    if degrees:
        a, b = (99 + a[0] / 1e7, 23 + a[1] / 1e8), (99 + b[0] / 1e7, 23 + b[1] / 1e8)
    crs = DEGREES if degrees else PLANE
    there, back = densify(LineString([a, b]), crs), densify(LineString([b, a]), crs)
    assert xy(there).tobytes() == xy(back)[::-1].copy().tobytes()
    assert xy(there)[[0, -1]].tolist() == [list(a), list(b)]


@given(places, places)
@settings(max_examples=60, deadline=None)
def test_parts_are_equal_and_as_few_as_can_be(a: tuple, b: tuple) -> None:
    length = float(np.hypot(b[0] - a[0], b[1] - a[1]))
    steps = np.hypot(*np.diff(xy(densify(LineString([a, b]), PLANE)), axis=0).T)
    assert len(steps) == max(1, int(np.ceil(length / 70)))
    assert steps == pytest.approx(np.full(len(steps), length / len(steps)), abs=1e-6)


@given(st.lists(st.floats(1, 3000), min_size=3, max_size=10), st.floats(0.1, 0.9))
@settings(max_examples=40, deadline=None)
def test_the_plane_area_stays_and_neighbours_go_on_sharing_edges(radii: list[float], hole: float) -> None:
    turn = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([X0 + np.cos(turn) * radii, Y0 + np.sin(turn) * radii])
    inside = (ring - [X0, Y0]) * hole + [X0, Y0]
    frame, filling = Polygon(ring, [inside]), Polygon(inside[::-1])
    dense = densify(np.array([frame, filling], dtype=object), PLANE)
    assert shapely.area(dense) == pytest.approx([frame.area, filling.area], rel=1e-9, abs=1e-6)
    assert set(map(bytes, xy(dense[1]))) <= set(map(bytes, xy(dense[0])))


def test_a_side_of_a_geographic_layer_is_cut_by_its_geodesic_length() -> None:
    line = densify(LineString([(99, 23), (99.01, 23)]), DEGREES)
    length = GEOD.inv(99, 23, 99.01, 23)[2]
    assert len(xy(line)) - 1 == int(np.ceil(length / 70)) == 15
    assert np.diff(xy(line)[:, 0]) == pytest.approx(0.01 / 15, rel=1e-9)
    assert set(xy(line)[:, 1]) == {23.0}, "straight in degrees"
    assert len(xy(densify(LineString([(99, 60), (99.0012, 60)]), DEGREES))) == 2, "67 m at 60° N"


def test_units_of_the_layer_are_turned_into_metres() -> None:
    assert len(xy(densify(LineString([(0, 0), (229, 0)]), FEET))) == 2, "229 US feet are 69.8 m"
    assert len(xy(densify(LineString([(0, 0), (231, 0)]), FEET))) == 3
    grads = CRS.from_epsg(4807)
    assert len(xy(densify(LineString([(0, 50), (0.00098, 50)]), grads))) == 2, "69.5 m at 45° N"
    assert len(xy(densify(LineString([(0, 50), (0, 50.001)]), grads))) == 3


def test_a_bound_crs_is_measured_in_its_own_units() -> None:
    bound = CRS.from_user_input("+proj=tmerc +lon_0=99 +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +units=m")
    degrees = CRS.from_user_input("+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0")
    assert bound.is_bound and degrees.is_bound
    assert len(xy(densify(LineString([(0, 0), (100, 0)]), bound))) == 3
    assert len(xy(densify(LineString([(99, 23), (99.001, 23)]), degrees))) == 3


def test_exactly_seventy_metres_stay_whole() -> None:
    assert len(xy(densify(LineString([(0, 0), (70, 0), (210, 0)]), PLANE))) == 4


def test_every_kind_of_geometry_keeps_its_kind_and_loses_its_height() -> None:
    square = box(0, 0, 100, 100)
    given_ = [None, Point(1, 2), Polygon(), square, MultiPolygon([square, box(200, 0, 210, 10)]),
              LineString([(0, 0, 5), (100, 0, 6)]), wkt.loads("MULTILINESTRING ((0 0, 100 0), (5 5, 6 6))"),
              wkt.loads("MULTIPOINT (1 2, 3 4)"), GeometryCollection([square, Point(0, 0)]),
              shapely.LinearRing([(0, 0), (100, 0), (0, 100)]), wkt.loads("MULTIPOLYGON EMPTY"),
              wkt.loads("POLYGON Z ((0 0 1, 10 0 1, 0 10 1, 0 0 1))")]  # fmt: skip
    dense = densify(np.array(given_, dtype=object), PLANE)
    kinds = shapely.get_type_id(dense).tolist()
    assert kinds == [-1, 0, 3, 3, 6, 1, 5, 4, 7, 1, 6, 3]
    assert [len(xy(geom)) for geom in dense] == [0, 1, 0, 9, 14, 3, 5, 2, 10, 8, 0, 4]
    assert not shapely.has_z(dense).any()
    assert densify(np.array([square] * 4, dtype=object).reshape(2, 2), PLANE).shape == (2, 2)
    assert densify(np.array([], dtype=object), PLANE).shape == (0,)


def test_what_cannot_be_on_the_earth_is_left_to_the_repair() -> None:
    wild = shapely.transform(LineString([(0, 0), (1, 0), (2, 3)]), lambda _: [(0, 0), (1e300, 0), (np.nan, 3)])
    assert len(xy(densify(wild, PLANE))) == 3
