"""Slopes of planes, and the share of each cell that is covered, held by a second way to the same figure."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cells import Grid, covered_shares
from geo.raster import (
    above,
    class_shares,
    known_share,
    percent_of,
    sampled,
    share_where,
    slope_deg,
    spread,
    value_shares,
)

GRID = Grid(100.0, 900.0, 20.0, 10.0, 12, 9)
WHOLE = shapely.box(100, 780, 280, 900)
steps = st.floats(-3, 3, allow_nan=False)


def by_cell(polygon: shapely.Geometry, grid: Grid) -> np.ndarray:
    """The same shares, each cell cut out by itself."""
    shares = np.zeros(grid.shape)
    for row in range(grid.rows):
        for column in range(grid.columns):
            west, north = grid.west + column * grid.width, grid.north - row * grid.height
            cell = shapely.box(west, north - grid.height, west + grid.width, north)
            shares[row, column] = polygon.intersection(cell).area / cell.area
    return shares


def tilted(grid: Grid, east: float, north: float) -> np.ndarray:
    x, y = grid.centres().T
    return (1000 + east * (x - grid.west) + north * (y - grid.north)).reshape(grid.shape)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(60, 320), st.floats(740, 940)), min_size=3, max_size=9))
def test_shares_are_those_of_each_cell_cut_out(points: list[tuple[float, float]]) -> None:
    polygon = shapely.make_valid(shapely.Polygon(points))
    polygon = shapely.union_all([part for part in shapely.get_parts(polygon) if part.area > 0])
    np.testing.assert_allclose(covered_shares(polygon, GRID), by_cell(polygon, GRID), atol=1e-9)


@settings(deadline=None)
@given(st.integers(0, 500), st.floats(5, 80), st.floats(0.1, 0.9))
def test_shares_of_rings_with_holes_sum_to_the_area(seed: int, radius: float, hole: float) -> None:
    middle = np.random.default_rng(seed).uniform((140, 800), (240, 880))
    shell = shapely.Point(middle).buffer(radius)
    polygon = shapely.union(shell.difference(shapely.Point(middle).buffer(radius * hole)), shapely.box(0, 0, 50, 50))
    shares = covered_shares(polygon, GRID)
    assert shares.sum() * 200 == pytest.approx(polygon.intersection(WHOLE).area, abs=1e-6)
    np.testing.assert_allclose(shares, by_cell(polygon, GRID), atol=1e-9)


def test_whole_cells_count_exactly_once() -> None:
    assert (covered_shares(WHOLE, GRID) == 1).all()
    assert (covered_shares(shapely.box(0, 0, 9999, 9999), GRID) == 1).all()
    assert (covered_shares(shapely.Polygon(), GRID) == 0).all()
    assert (covered_shares(shapely.box(300, 780, 400, 900), GRID) == 0).all()
    some = covered_shares(shapely.box(120, 880, 150, 895), GRID)
    assert some[0, 1:3].tolist() == [0.5, 0.25]
    assert some.sum() == 2.25


@given(steps, steps)
def test_a_tilted_plane_has_its_slope(east: float, north: float) -> None:
    slope = slope_deg(tilted(GRID, east, north), GRID)
    assert slope.shape == GRID.trimmed().shape
    np.testing.assert_allclose(slope, math.degrees(math.atan(math.hypot(east, north))), atol=1e-8)


@given(st.floats(0.01, 2), st.floats(0, 2 * math.pi))
def test_the_aspect_does_not_matter(rise: float, aspect: float) -> None:
    square = Grid(0, 0, 10, 10, 5, 5)
    slope = slope_deg(tilted(square, rise * math.cos(aspect), rise * math.sin(aspect)), square)
    np.testing.assert_allclose(slope, math.degrees(math.atan(rise)), atol=1e-8)


def test_slope_is_turned_and_mirrored_with_the_ground() -> None:
    square = Grid(0, 0, 30, 30, 9, 9)
    ground = np.random.default_rng(5).normal(0, 40, square.shape)
    slope = slope_deg(ground, square)
    np.testing.assert_allclose(slope_deg(np.rot90(ground), square), np.rot90(slope))
    np.testing.assert_allclose(slope_deg(ground.T, square), slope.T)
    np.testing.assert_allclose(slope_deg(-ground, square), slope)


def test_a_cell_without_height_leaves_nine_without_slope() -> None:
    ground = tilted(GRID, 0.1, 0.0)
    ground[5, 4] = np.nan
    slope = slope_deg(ground, GRID)
    assert np.isnan(slope).sum() == 9
    assert np.isnan(slope[3:6, 2:5]).all()


def test_percent_is_not_degrees() -> None:
    assert percent_of(45.0) == pytest.approx(100)
    assert percent_of(np.array([8.530765609948133])) == pytest.approx(15)


def test_an_upper_bound_belongs_to_its_class() -> None:
    values = np.array([[3.0, 3.1, 8.0], [25.0, 26.0, np.nan]])
    weights = np.array([[1.0, 1.0, 0.5], [0.5, 1.0, 1.0]])
    assert class_shares(values, weights, (3, 8, 15, 25)) == (0.25, 0.375, 0.0, 0.125, 0.25)
    assert above(values, 25.0).tolist() == [[False, False, False], [False, True, False]]
    assert share_where(above(values, 25.0), values, weights) == 0.25
    assert known_share(values, weights) == 0.8
    assert class_shares(values * np.nan, weights, (3,)) is None


def test_spread_and_values_count_by_weight() -> None:
    values = np.array([[1.0, 2.0], [50.0, np.nan]])
    weights = np.array([[1.0, 0.5], [0.0, 0.5]])
    found = spread(values, weights)
    assert found is not None
    assert (found.least, found.greatest, found.known) == (1.0, 2.0, 0.75)
    assert found.mean == pytest.approx(4 / 3)
    assert value_shares(values, weights) == {1.0: pytest.approx(2 / 3), 2.0: pytest.approx(1 / 3)}
    assert spread(values * np.nan, weights) is None


@given(steps, steps, st.floats(0.5, 8.5), st.floats(0.5, 11.5))
def test_bilinear_keeps_a_plane_and_nearest_a_class(east: float, north: float, column: float, row: float) -> None:
    ground = tilted(GRID, east, north)
    here = np.array([column]), np.array([row])
    wanted = 1000 + east * column * 20 - north * row * 10
    assert sampled(ground, *here, nearest=False)[0] == pytest.approx(wanted, abs=1e-8)
    assert sampled(ground, *here, nearest=True)[0] == ground[int(row), int(column)]
    assert np.isnan(sampled(ground, np.array([-0.1, 9.1]), np.array([1.0, 1.0]), nearest=False)).all()
