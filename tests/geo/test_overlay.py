"""Overlays: every square metre once, slivers apart, nothing lost, and no trace of the file's order."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import GEOSException, MultiPolygon, Polygon, box

import geo.overlay
import geo.robust
from geo.densify import densify
from geo.overlay import Overlap, outside, overlap
from geo.plane import Plane
from geo.repair import repair

PLANE = Plane("EPSG:4542")
X0, Y0 = 540844.2992806863, 2604398.3364410684
SLIVER_M = 0.10
EMPTY = np.array([], dtype=object)


def at(x: float, y: float, width: float, height: float) -> Polygon:
    """A densified rectangle, its corner x, y metres from the origin of the tests."""
    return densify(box(X0 + x, Y0 + y, X0 + x + width, Y0 + y + height), CRS.from_epsg(4542))


def layer(*geoms: object) -> np.ndarray:
    array = np.empty(len(geoms), dtype=object)
    array[:] = geoms
    return array


def m2(*polygons: Polygon) -> float:
    return float(PLANE.area_m2(layer(*polygons)).sum())


def rows(found: Overlap) -> list[tuple[int, int, float, bool]]:
    return [(piece.row, piece.part, round(piece.geometry.area, 2), piece.sliver) for piece in found.pieces]


LAND = at(0, 0, 1000, 1000)


def test_inside_across_missing_touching_and_far_rows() -> None:
    found = overlap(
        LAND,
        layer(at(-100, 100, 200, 200), None, at(300, 300, 50, 50), at(1000, 0, 50, 50), at(5000, 0, 1, 1), Polygon()),
        PLANE,
        SLIVER_M,
    )
    assert rows(found) == [(0, 1, 20000.0, False), (2, 1, 2500.0, False)]
    assert found.union_m2 == pytest.approx(m2(at(0, 100, 100, 200), at(300, 300, 50, 50)), rel=1e-8)
    assert found.shares_m2 == pytest.approx(found.union_m2, rel=1e-12)
    assert [piece.width_m for piece in found.pieces] == pytest.approx([100, 50], abs=0.01)
    assert (found.sliver_m2, found.sliver.is_empty, found.failed) == (0, True, ())


def test_nothing_to_overlap_with() -> None:
    for found in (overlap(LAND, EMPTY, PLANE, SLIVER_M), overlap(Polygon(), layer(LAND), PLANE, SLIVER_M)):
        assert (found.pieces, found.union_m2, found.shares_m2, found.union.is_empty) == ((), 0, 0, True)
    assert outside(Polygon(), layer(LAND), PLANE, SLIVER_M).pieces == ()
    assert outside(LAND, EMPTY, PLANE, SLIVER_M).union_m2 == pytest.approx(m2(LAND), rel=1e-12)


def test_what_overlaps_itself_counts_once_and_shares_say_so() -> None:
    found = overlap(LAND, layer(at(0, 0, 100, 100), at(50, 0, 100, 100)), PLANE, SLIVER_M)
    assert found.union_m2 == pytest.approx(m2(at(0, 0, 150, 100)), rel=1e-7)
    assert found.shares_m2 == pytest.approx(m2(at(0, 0, 100, 100), at(50, 0, 100, 100)), rel=1e-7)


def test_a_corner_or_an_edge_is_no_overlap_even_through_rounding() -> None:
    tied = Plane("EPSG:32647")
    neighbours = layer(at(1000, 0, 300, 1000), at(1000, 1000, 10, 10), at(-500, 200, 500, 300))
    there = tied.from_lonlat(PLANE.to_lonlat(neighbours))
    back = PLANE.from_lonlat(tied.to_lonlat(there))
    assert rows(overlap(LAND, neighbours, PLANE, SLIVER_M)) == []
    assert rows(overlap(LAND, back, PLANE, SLIVER_M)) == []
    assert back[0].equals_exact(neighbours[0], 1e-6) and back[0].wkb != neighbours[0].wkb, "rounding is at play"


@pytest.mark.parametrize(
    ("width", "sliver"), [(0.05, True), (0.0999, True), (0.10, True), (0.1001, False), (0.5, False)]
)
def test_a_strip_is_a_sliver_up_to_the_sliver_width(width: float, sliver: bool) -> None:
    found = overlap(LAND, layer(at(1000 - width, 100, 100, 300)), PLANE, SLIVER_M)
    assert rows(found) == [(0, 1, round(width * 300, 2), sliver)]
    assert found.pieces[0].width_m == pytest.approx(width, abs=0.01)
    assert (found.union_m2 > 0, found.sliver_m2 > 0) == (not sliver, sliver)
    assert found.union_m2 + found.sliver_m2 == pytest.approx(m2(at(1000 - width, 100, width, 300)), abs=1e-4)


def test_many_thin_neighbours_that_are_wide_together_are_real() -> None:
    strips = layer(*(at(100 + 0.06 * i, 100, 0.06, 200) for i in range(40)), at(500, 100, 0.06, 200))
    found = overlap(LAND, strips, PLANE, SLIVER_M)
    assert [piece.sliver for piece in found.pieces] == [False] * 40 + [True]
    assert found.union_m2 == pytest.approx(m2(at(100, 100, 2.4, 200)), rel=1e-6)
    assert found.sliver_m2 == pytest.approx(m2(at(500, 100, 0.06, 200)), rel=1e-6)


def test_parts_of_one_row_are_numbered_from_the_largest() -> None:
    comb = shapely.union_all([at(-50, -50, 50, 1100), *(at(-10, y, 20 + y / 10, 50) for y in (100, 300, 500))])
    assert rows(overlap(LAND, layer(comb), PLANE, SLIVER_M)) == [
        (0, 1, 3000.0, False), (0, 2, 2000.0, False), (0, 3, 1000.0, False)]  # fmt: skip


def test_outside_is_attributed_to_the_subjects_own_rows() -> None:
    own = layer(at(0, 0, 500, 1000), at(500, 0, 500, 1000))
    boundary = layer(at(-10, -10, 710, 1020), at(700, 0, 299.95, 1000))
    found = outside(shapely.union_all(own), boundary, PLANE, SLIVER_M, by=own)
    assert rows(found) == [(1, 1, 50.0, True)]
    found = outside(shapely.union_all(own), boundary[:1], PLANE, SLIVER_M, by=own[::-1].copy())
    assert rows(found) == [(0, 1, 300000.0, False)]
    assert rows(outside(LAND, layer(at(100, -1, 800, 1002)), PLANE, SLIVER_M)) == [
        (0, 1, 1e5, False),
        (0, 2, 1e5, False),
    ]


def random_rows(seed: int, count: int = 25) -> np.ndarray:
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    radii = rng.uniform(5, 260, (count, 14))
    middle = rng.uniform(-150, 1150, (count, 2, 1)) + np.array([[X0], [Y0]])
    ring = np.stack([middle[:, 0] + np.cos(turn) * radii, middle[:, 1] + np.sin(turn) * radii], axis=-1)
    return densify(shapely.polygons(ring), CRS.from_epsg(4542))


@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_what_is_inside_and_what_is_outside_add_up_to_the_subject(seed: int) -> None:
    geoms = random_rows(seed)
    within, beyond = overlap(LAND, geoms, PLANE, SLIVER_M), outside(LAND, geoms, PLANE, SLIVER_M)
    whole = m2(LAND)
    assert within.failed == beyond.failed == ()
    parts = within.union_m2 + within.sliver_m2 + beyond.union_m2 + beyond.sliver_m2
    assert parts == pytest.approx(whole, rel=1e-6)
    assert within.union_m2 <= min(whole, PLANE.area_m2(geoms).sum()) * (1 + 1e-6)
    assert within.shares_m2 >= within.union_m2 * (1 - 1e-6)
    assert shapely.intersection(within.union, beyond.union).area < 1e-3


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_the_order_of_the_file_changes_no_bit(seed: int, random: object) -> None:
    geoms = random_rows(seed)
    geoms = np.concatenate([geoms, geoms[:3]])
    order = list(range(len(geoms)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for measure in (overlap, outside):
        there, back = measure(LAND, geoms, PLANE, SLIVER_M), measure(LAND, geoms[order], PLANE, SLIVER_M)
        assert there.union.wkb == back.union.wkb and there.sliver.wkb == back.sliver.wkb
        figures = [(f.union_m2, f.sliver_m2, f.shares_m2) for f in (there, back)]
        assert figures[0] == figures[1]
        numbered = order if measure is overlap else [0]
        assert {(p.row, p.part, p.area_m2, p.width_m, p.sliver, p.geometry.wkb) for p in there.pieces} == {
            (numbered[p.row], p.part, p.area_m2, p.width_m, p.sliver, p.geometry.wkb) for p in back.pieces
        }


def test_an_index_shared_by_several_subjects_gives_the_same() -> None:
    geoms = random_rows(3)
    tree = shapely.STRtree(geoms)
    with_tree, without = (overlap(LAND, geoms, PLANE, SLIVER_M, tree=given) for given in (tree, None))
    assert with_tree.pieces == without.pieces and with_tree.union_m2 == without.union_m2
    with_tree, without = (outside(LAND, geoms, PLANE, SLIVER_M, tree=given) for given in (tree, None))
    assert with_tree.pieces == without.pieces and with_tree.union_m2 == without.union_m2


def test_a_tessellation_adds_up_exactly_and_its_neighbours_make_no_slivers() -> None:
    rng = np.random.default_rng(5)
    grid = np.stack(np.meshgrid(X0 - 100 + np.arange(21) * 60, Y0 - 100 + np.arange(21) * 60, indexing="ij"), -1)
    grid = grid + rng.normal(0, 12, grid.shape)
    corners = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=2)
    parcels = densify(shapely.polygons(corners.reshape(-1, 4, 2)), CRS.from_epsg(4542))
    found = overlap(LAND, parcels, PLANE, SLIVER_M)
    assert found.union_m2 == pytest.approx(m2(LAND), rel=1e-7)
    assert found.shares_m2 == pytest.approx(found.union_m2, rel=1e-7)
    assert found.sliver_m2 == outside(LAND, parcels, PLANE, SLIVER_M).union_m2 == 0


def test_broken_rows_are_repaired_on_the_way() -> None:
    bow = Polygon([(X0, Y0), (X0 + 100, Y0 + 100), (X0 + 100, Y0), (X0, Y0 + 100)])
    found = overlap(at(10, -10, 200, 150), layer(bow), PLANE, SLIVER_M)
    fixed, _, _ = repair(layer(bow), 2)
    assert found.union_m2 == pytest.approx(overlap(at(10, -10, 200, 150), fixed, PLANE, SLIVER_M).union_m2, rel=1e-9)
    assert found.failed == ()


def test_what_geos_cannot_overlay_even_after_repair_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    geoms = layer(at(-50, 100, 100, 100), at(-50, 300, 100, 100), at(-50, 500, 100, 100))
    bad = geoms[1].wkb

    def fragile(real: object) -> object:
        def operation(a: object, b: object, **options: object) -> object:
            if any(geom.wkb == bad for geom in np.atleast_1d(np.asarray(b, dtype=object))):
                raise GEOSException("TopologyException: found non-noded intersection")
            return real(a, b, **options)  # type: ignore[operator]

        return operation

    monkeypatch.setattr(geo.overlay.shapely, "intersection", fragile(shapely.intersection))
    monkeypatch.setattr(geo.robust, "valid", lambda geom: geom)
    found = overlap(LAND, geoms, PLANE, SLIVER_M)
    assert found.failed == (1,)
    assert [piece.row for piece in found.pieces] == [0, 2]


def test_a_union_that_fails_is_taken_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    geoms = random_rows(11)
    expected = overlap(LAND, geoms, PLANE, SLIVER_M).union_m2

    def failing(*_: object, **__: object) -> None:
        raise GEOSException("TopologyException")

    monkeypatch.setattr(geo.overlay.shapely, "union_all", failing)
    found = overlap(LAND, geoms, PLANE, SLIVER_M)
    assert (found.union_m2, found.failed) == (pytest.approx(expected, rel=1e-9), ())
    monkeypatch.setattr(geo.overlay.shapely, "union", failing)
    assert len(overlap(LAND, geoms, PLANE, SLIVER_M).failed) > 0


def test_a_difference_that_fails_leaves_the_subject_uncovered(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise GEOSException("TopologyException")

    monkeypatch.setattr(geo.overlay.shapely, "difference", failing)
    found = outside(LAND, layer(at(5000, 0, 1, 1), at(-5, -5, 2000, 2000)), PLANE, SLIVER_M)
    assert (found.union_m2, found.failed) == (pytest.approx(m2(LAND)), (1,))


def test_multipart_rows_and_subjects_with_holes() -> None:
    subject = LAND - at(400, 400, 200, 200)
    found = overlap(
        subject, layer(MultiPolygon([at(10, 10, 20, 20), at(450, 450, 20, 20)]), at(300, 450, 400, 50)), PLANE, 0.1
    )
    assert rows(found) == [(0, 1, 400.0, False), (1, 1, 5000.0, False), (1, 2, 5000.0, False)]
