"""The table of pairs against a plain loop over shapely, on nasty input, and the same bits whichever way it is made."""

from __future__ import annotations

import os

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, MultiPolygon, Point, Polygon, box

import geo.pairs
import geo.tiles
from geo.area import area_m2
from geo.overlay import overlap, overlap_of
from geo.pairs import Pairs, pairs
from geo.plane import Plane
from geo.repair import repair
from geo.tiles import tiles

PLANE = Plane("EPSG:4542")
X0, Y0 = 540844.3, 2604398.3
CLOSE_M2 = 1e-3


def layer(*geoms: object) -> np.ndarray:
    array = np.empty(len(geoms), dtype=object)
    array[:] = geoms
    return array


def star(rng: np.random.Generator, middle: tuple[float, float], radius: float, count: int) -> Polygon:
    """A polygon round a point, ragged, with as many vertices as asked for."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    away = radius * rng.uniform(0.3, 1, count)
    return Polygon(np.column_stack([middle[0] + np.cos(turn) * away, middle[1] + np.sin(turn) * away]))


def nasty(rng: np.random.Generator, corner: tuple[float, float], size: float) -> list[object]:
    """What real layers have: holes, shared and touching edges, doubles, self-overlap, multipolygons, empty parts."""
    x, y = corner
    square = box(x, y, x + size, y + size)
    hole = Polygon(square.exterior, [box(x + size / 4, y + size / 4, x + size / 2, y + size / 2).exterior])
    beside = box(x + size, y, x + 2 * size, y + size)
    almost = shapely.affinity.rotate(square, 1e-9, origin=(x, y))
    many = MultiPolygon([box(x + i * size / 9, y, x + i * size / 9 + size / 20, y + size) for i in range(9)])
    needle = Polygon([(x, y), (x + 3 * size, y + 1e-5), (x + 3 * size, y + 2e-5)])
    spike = Polygon([(x, y), (x + size, y), (x + size, y + size), (x + 2 * size, y + size + 1e-9), (x, y + size)])
    mixed = GeometryCollection([square, Point(x, y), many])
    doubled = [square, square, star(rng, (x, y), size, 40), star(rng, (x + size, y), size, 8)]
    return [*doubled, hole, beside, almost, many, needle, spike, mixed, Polygon(), None, Point(x, y), many.boundary]


def made(seed: int, count: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Lands of few and of many vertices, and a layer of nasty rows about them, repaired as a reader does it."""
    rng = np.random.default_rng(seed)
    geoms: list[object] = []
    for _ in range(count):
        corner = (X0 + rng.uniform(-600, 600), Y0 + rng.uniform(-600, 600))
        geoms += nasty(rng, corner, float(rng.choice([0.5, 20, 150, 700])))
    holed = Polygon(box(X0 - 300, Y0 - 300, X0 + 300, Y0 + 300).exterior, [star(rng, (X0, Y0), 150, 900).exterior])
    lands = layer(star(rng, (X0, Y0), 500, 12), star(rng, (X0, Y0), 600, 700), holed, Polygon())
    return repair(lands, 2)[0], repair(layer(*geoms), 2)[0]


def loop(lands: np.ndarray, geoms: np.ndarray) -> dict[tuple[int, int], float]:
    """Area of each pair by a plain loop over shapely, the areas taken in degrees."""
    found = {}
    for i, land in enumerate(lands):
        for j, geom in enumerate(geoms):
            if land is not None and geom is not None and geom.area:
                found[i, j] = float(area_m2(PLANE.to_lonlat(geom.intersection(land))))
    return found


def areas(found: Pairs) -> dict[tuple[int, int], int]:
    return {(int(i), int(j)): int(a) for i, j, a in zip(found.land, found.row, found.area_1e4, strict=True)}


def bits(found: Pairs) -> list[tuple[int, int, int, bool, bytes]]:
    columns = (found.land.tolist(), found.row.tolist(), found.area_1e4.tolist(), found.whole.tolist())
    return list(zip(*columns, shapely.to_wkb(found.geometry).tolist(), strict=True))


@pytest.fixture(params=["as it is", "tiles everywhere"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "tiles everywhere":
        monkeypatch.setattr(geo.pairs, "TILED", 8)
        monkeypatch.setattr(geo.tiles, "FEW", 16)
        monkeypatch.setattr(geo.pairs, "AT_ONCE", 5)
    return str(request.param)


@pytest.mark.parametrize("seed", range(int(os.environ.get("ZONEPROOF_FUZZ", "8"))))
def test_every_pair_agrees_with_a_plain_loop(seed: int, way: str) -> None:
    lands, geoms = made(seed)
    found = pairs(lands, geoms, PLANE)
    assert not len(found.failed)
    own, expected = areas(found), loop(lands, geoms)
    assert own.keys() <= expected.keys()
    assert {pair: own.get(pair, 0) * 1e-4 for pair in expected} == pytest.approx(expected, abs=CLOSE_M2)
    for land, row, whole in zip(found.land, found.row, found.whole, strict=True):
        outside_m2 = geoms[row].difference(lands[land]).area
        if not 1e-6 >= outside_m2 > 0:  # less than a square millimetre may go either way
            assert whole == (outside_m2 == 0), (land, row)


@given(st.integers(0, 10**6))
@settings(max_examples=int(os.environ.get("ZONEPROOF_FUZZ", "15")), deadline=None)
def test_no_figure_shows_what_else_was_read_in_which_order_or_how(seed: int) -> None:
    lands, geoms = made(seed, 2)
    whole = bits(pairs(lands, geoms, PLANE))
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(geoms))
    shuffled = bits(pairs(lands, geoms[order], PLANE))
    assert sorted((land, int(order[row]), *rest) for land, row, *rest in shuffled) == whole
    some = np.flatnonzero(rng.random(len(geoms)) < 0.5)
    parts = [some, np.setdiff1d(np.arange(len(geoms)), some)]
    apart = [
        (land, int(part[row]), *rest)
        for part in parts
        for one in range(len(lands))
        for land, row, *rest in (
            (one, row, *rest) for _, row, *rest in bits(pairs(lands[one : one + 1], geoms[part], PLANE))
        )
    ]
    assert sorted(apart) == whole


@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_tiles_and_whole_lands_give_the_same_areas(seed: int) -> None:
    lands, geoms = made(seed, 2)
    plain = areas(pairs(lands, geoms, PLANE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geo.pairs, "TILED", 4)
        patch.setattr(geo.tiles, "FEW", 8)
        tiled = areas(pairs(lands, geoms, PLANE))
    assert {pair: plain.get(pair, 0) for pair in {*plain, *tiled}} == pytest.approx(
        {pair: tiled.get(pair, 0) for pair in {*plain, *tiled}}, abs=CLOSE_M2 * 1e4
    )


def test_every_feature_lies_in_the_box_of_its_tile() -> None:
    rng = np.random.default_rng(3)
    land = star(rng, (X0, Y0), 5_000, 6_000)
    corner = np.column_stack([rng.uniform(X0 - 6_000, X0 + 6_000, 500), rng.uniform(Y0 - 6_000, Y0 + 6_000, 500)])
    bounds = np.column_stack([corner, corner + rng.choice([0, 1, 40, 900, 20_000], (500, 1)) * rng.random((500, 2))])
    seen = []
    for tile in tiles(land, bounds):
        for row in tile.rows:
            feature = box(*bounds[row])
            cut = feature if tile.part is None else feature.intersection(tile.part)
            assert cut.area == pytest.approx(feature.intersection(land).area, abs=1e-5)
            seen.append(int(row))
    assert sorted(seen) == sorted(set(seen))
    left = np.setdiff1d(np.arange(500), seen)
    assert not any(box(*bounds[row]).intersection(land).area for row in left)


def test_a_land_of_a_hundred_thousand_vertices_in_many_parts() -> None:
    rng = np.random.default_rng(1)
    parts = [star(rng, (X0 + 3_000 * i, Y0 + 3_000 * j), 1_400, 1_600) for i in range(8) for j in range(8)]
    land = MultiPolygon(parts)
    assert shapely.get_num_coordinates(land) > 100_000
    geoms = layer(*(box(x, y, x + 90, y + 70) for x, y in rng.uniform([X0, Y0], [X0 + 21_000, Y0 + 21_000], (400, 2))))
    found = pairs(layer(land), geoms, PLANE)
    expected = {pair: area for pair, area in loop(layer(land), geoms).items() if area > CLOSE_M2}
    assert {pair: area * 1e-4 for pair, area in areas(found).items() if area > 10} == pytest.approx(
        expected, abs=CLOSE_M2
    )


def test_the_pairs_of_one_land_make_up_its_overlap() -> None:
    lands, geoms = made(11)
    table = pairs(lands, geoms, PLANE)
    for number, land in enumerate(lands):
        alone = overlap(land, geoms, PLANE, 0.1)
        of_table = overlap_of(land, table.of(number), geoms, PLANE, 0.1)
        assert of_table.pieces == alone.pieces
        assert (of_table.union_m2, of_table.sliver_m2) == (alone.union_m2, alone.sliver_m2)
    kept = np.arange(len(geoms)) % 3 == 0
    assert set(table.only(kept).row.tolist()) == {row for row in table.row.tolist() if kept[row]}


@pytest.mark.parametrize("grown", [1e-13, 1e-9, 1e-6])
def test_near_coincident_edges_are_cut_or_named_never_lost(grown: float) -> None:
    """The kind of input that GEOS's overlays used to fail on: copies turned and moved by less than rounding."""
    rng = np.random.default_rng(7)
    ring = star(rng, (X0, Y0), 300, 250)
    copies = [shapely.affinity.rotate(ring, turn * grown, origin=(X0, Y0)) for turn in range(1, 25)]
    copies += [shapely.affinity.translate(ring, grown * step, -grown * step) for step in range(1, 25)]
    found = pairs(layer(ring), repair(layer(*copies), 2)[0], PLANE)
    assert not len(found.failed) and len(found.row) == len(copies)
    whole = float(PLANE.area_m2(ring))
    moved_m2 = ring.length * 25 * grown * 10
    assert found.area_m2 == pytest.approx([whole] * len(copies), abs=moved_m2 + CLOSE_M2)
    union = overlap(ring, repair(layer(*copies), 2)[0], PLANE, 0.1)
    assert union.union_m2 == pytest.approx(whole, abs=moved_m2 + CLOSE_M2) and union.failed == ()
