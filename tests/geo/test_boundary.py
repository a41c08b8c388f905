"""Order of boundaries and parts, map sheets, neighbours by side, and the vertices from before densifying."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiPolygon, Polygon, box

import geo.boundary
import geo.sheets
from geo.boundary import parts_in_order, reading_order, surveyed_ring, surveyed_rings
from geo.corners import cuts_of, without
from geo.densify import densify
from geo.plane import Plane
from geo.sheets import sheet_number, sheets_of
from geo.sides import along, extremes


@pytest.mark.parametrize("module", [geo.boundary, geo.sheets])
def test_examples(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=9, unique=True), st.booleans())
def test_a_ring_starts_north_west_and_runs_its_way(places: list[tuple[int, int]], hole: bool) -> None:
    polygon = shapely.convex_hull(shapely.multipoints(places))
    if polygon.geom_type != "Polygon":
        return
    ring = surveyed_ring(polygon.exterior, hole=hole)
    west, _, _, north = polygon.bounds
    away = np.hypot(ring[:, 0] - west, ring[:, 1] - north)
    assert away[0] == away.min()
    assert shapely.is_ccw(shapely.linearrings(ring)) == hole
    assert Polygon(ring).equals(polygon)
    again = Polygon(np.roll(ring, 2, axis=0)[::-1])
    assert (surveyed_ring(again.exterior, hole=hole) == ring).all()


def test_rings_of_a_polygon() -> None:
    holes = [box(60, 60, 70, 70), box(20, 20, 30, 30), box(20, 60, 30, 70)]
    land = box(0, 0, 100, 100).difference(shapely.union_all(holes))
    starts = [tuple(ring[0]) for ring in surveyed_rings(land)]
    assert starts == [(0, 100), (20, 70), (60, 70), (20, 30)]


def test_parts_are_numbered_from_upper_left_to_lower_right() -> None:
    #  a  b      two rows: c reaches less far north than b, its middle lies beside b
    #     b  c
    #  d
    a, b, c, d = box(0, 90, 10, 100), box(20, 80, 30, 99), box(40, 82, 50, 92), box(0, 0, 10, 10)
    assert reading_order([d, c, b, a]) == [3, 2, 1, 0]
    assert parts_in_order(MultiPolygon([d, b, a, c])) == [a, b, c, d]


@pytest.mark.parametrize(
    ("lon", "lat", "number"),
    [
        (114.5625, 39.375, "J50G015010"),
        (99.4, 23.5, "F47G012055"),
        (120.0, 0.0, "A51G096001"),
        (119.999, 3.999, "A50G001096"),
    ],
)
def test_sheet_numbers(lon: float, lat: float, number: str) -> None:
    assert sheet_number(lon, lat) == number


def test_a_land_on_several_sheets() -> None:
    plane = Plane("EPSG:4542")
    corner = shapely.get_coordinates(plane.from_lonlat(shapely.Point(99.375, 23.5)))[0]
    across = box(corner[0] - 50, corner[1] - 50, corner[0] + 50, corner[1] + 50)
    assert sheets_of(across, plane) == ("F47G012054", "F47G012055", "F47G013054", "F47G013055")
    assert sheets_of(box(corner[0] + 10, corner[1] + 10, corner[0] + 50, corner[1] + 50), plane) == ("F47G012055",)
    assert sheets_of(Polygon(), plane) == ()


def test_extreme_points() -> None:
    land = Polygon([(0, 50), (40, 100), (100, 60), (70, 0)])
    assert extremes(land) == {"east": (100, 60), "south": (70, 0), "west": (0, 50), "north": (40, 100)}


def test_neighbours_by_side() -> None:
    land = box(0, 0, 100, 100)
    river, road, crossing, far = box(-50, 0, 0, 100), LineString([(0, 112), (112, 112), (112, -20)]), LineString(
        [(50, -50), (50, 150)]), box(300, 0, 400, 100)  # fmt: skip
    found = along(land, [river, road, crossing, far], [0.1, 15, 6, 0.1])
    assert found[0].keys() == {"west"}
    assert found[0]["west"] == pytest.approx(100)
    assert list(found[1]) == ["east", "north"]
    assert found[2:] == [{}, {}]


def test_what_touches_at_a_corner_or_lies_inside_a_hole_does_not_adjoin() -> None:
    land = box(0, 0, 100, 100).difference(box(40, 40, 60, 60))
    assert along(land, [box(100, 100, 150, 150), box(40, 40, 60, 60)], [0.1, 0.1]) == [{}, {}]


@pytest.mark.parametrize("crs", ["EPSG:4542", "EPSG:4490", "EPSG:4521"])
@given(data=st.data())
def test_densified_land_gets_its_own_vertices_back(crs: str, data: st.DataObject) -> None:
    size = data.draw(st.floats(50, 3000))
    n = data.draw(st.integers(3, 7))
    angles = np.sort(data.draw(st.lists(st.floats(0, 6.2), min_size=n, max_size=n, unique=True)))
    places = np.column_stack([np.cos(angles), np.sin(angles)]) * size + [540_000, 2_604_000]
    land = Plane("EPSG:4542").to_lonlat(Polygon(places)) if crs == "EPSG:4490" else Polygon(places)
    if not land.is_valid or land.area == 0 or np.hypot(*np.diff(places, axis=0).T).min() < 1:
        return
    cut = densify(land, CRS(crs))
    marks = cuts_of(cut, CRS(crs))
    xy = shapely.get_coordinates(cut)
    back = without(cut, frozenset(map(tuple, xy[marks].tolist())))
    assert shapely.get_coordinates(back).tolist() == shapely.get_coordinates(land).tolist()


def test_a_surveyor_s_own_vertex_on_a_line_stays() -> None:
    crs = CRS("EPSG:4542")
    land = Polygon([(0, 0), (100, 0), (200, 0), (200, 30), (0, 30)])
    cut = densify(land, crs)
    back = without(cut, frozenset(map(tuple, shapely.get_coordinates(cut)[cuts_of(cut, crs)].tolist())))
    assert (100, 0) in back.exterior.coords
    assert len(back.exterior.coords) == 6
