"""Layer against layer: both sides of each pair against plain overlays, and the same however the layers are cut up."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import geo.split
from geo.pairs import Pairs, pairs
from geo.plane import Plane
from geo.repair import repair
from geo.split import Split, against, split
from tests.geo.test_pairs import CLOSE_M2, PLANE, X0, Y0, layer, made, nasty

SEEDS = st.integers(0, 2**32 - 1)


def over(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lands, a layer on them, and another layer laid over both: nasty, overlapping itself."""
    rng = np.random.default_rng(seed)
    lands, geoms = made(seed)
    corners = [(X0 + rng.uniform(-50, 300), Y0 + rng.uniform(-50, 300)) for _ in range(3)]
    others = layer(*(one for corner in corners for one in nasty(rng, corner, rng.uniform(20, 200))))
    return lands, geoms, repair(others, 2)[0]


def split_by(lands: np.ndarray, geoms: np.ndarray, others: np.ndarray, plane: Plane = PLANE) -> list[Split]:
    found = pairs(lands, geoms, plane)
    met = against(found, others, plane)
    return [split(found.of(land), met.of(land), plane) for land in range(len(lands))]


def bits(found: Pairs) -> tuple[object, ...]:
    """All that a finding could see of pairs."""
    return (
        found.land.tolist(),
        found.row.tolist(),
        shapely.to_wkb(found.geometry).tolist(),
        found.area_1e4.tolist(),
        found.whole.tolist(),
        found.failed.tolist(),
    )


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_both_sides_are_what_plain_overlays_give_and_add_up_to_the_pair(seed: int) -> None:
    lands, geoms, others = over(seed)
    flat = shapely.get_dimensions(others) == 2
    cover = shapely.union_all([shapely.buffer(one, 0) for one in others[flat]])
    found = pairs(lands, geoms, PLANE)
    for land, sides in enumerate(split_by(lands, geoms, others)):
        own = found.of(land)
        inside = dict(zip(sides.inside.row.tolist(), sides.inside.geometry, strict=True))
        outside = dict(zip(sides.outside.row.tolist(), sides.outside.geometry, strict=True))
        for row, part in zip(own.row.tolist(), own.geometry, strict=True):
            shared, left = (side.get(row, shapely.Polygon()).area for side in (inside, outside))
            assert shared == pytest.approx(shapely.intersection(part, cover).area, abs=CLOSE_M2)
            assert left == pytest.approx(shapely.difference(part, cover).area, abs=CLOSE_M2)
            assert shared + left == pytest.approx(part.area, abs=CLOSE_M2)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 4), st.integers(1, 4))
def test_parts_of_both_layers_laid_over_each_other_give_the_same_bits(seed: int, one: int, two: int) -> None:
    lands, geoms, others = over(seed)
    whole = split_by(lands, geoms, others)
    rng = np.random.default_rng(seed)
    of_role, of_other = rng.integers(0, one, len(geoms)), rng.integers(0, two, len(others))
    found = pairs(lands, geoms, PLANE)
    pieces = [
        against(found.only(of_role == here), others[of_other == there], PLANE)
        for there in rng.permutation(two)
        for here in rng.permutation(one)
    ]
    land, row = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("land", "row"))
    order = np.lexsort((row, land))
    columns = (
        np.concatenate([getattr(piece, name) for piece in pieces])[order] for name in ("geometry", "area_1e4", "whole")
    )
    met = Pairs(land[order], row[order], *columns, np.concatenate([piece.failed for piece in pieces]))
    for number, sides in enumerate(whole):
        again = split(found.of(number), met.of(number), PLANE)
        assert bits(again.inside) == bits(sides.inside)
        assert bits(again.outside) == bits(sides.outside)


def test_a_feature_on_the_other_layers_edge_is_on_one_side() -> None:
    land = layer(box(X0, Y0, X0 + 100, Y0 + 100))
    geoms = layer(box(X0, Y0, X0 + 50, Y0 + 100), box(X0 + 50, Y0, X0 + 100, Y0 + 100))
    (sides,) = split_by(land, geoms, layer(box(X0 - 10, Y0 - 10, X0 + 50, Y0 + 200)))
    assert sides.inside.row.tolist() == [0]
    assert sides.outside.row.tolist() == [1]
    assert sides.inside.whole.tolist() == [True]


def test_without_another_layer_all_is_outside() -> None:
    lands, geoms = made(5)
    found = pairs(lands, geoms, PLANE)
    for land, sides in enumerate(split_by(lands, geoms, layer())):
        assert len(sides.inside.row) == 0
        assert bits(sides.outside) == bits(found.of(land))


def test_what_cannot_be_parted_is_named_and_left_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo.split, "robust", lambda *_: None)
    monkeypatch.setattr(geo.split.shapely, "difference", _refused)
    land, geoms = layer(box(X0, Y0, X0 + 100, Y0 + 100)), layer(box(X0, Y0, X0 + 60, Y0 + 60))
    (sides,) = split_by(land, geoms, layer(box(X0 + 10, Y0 + 10, X0 + 30, Y0 + 30)))
    assert sides.inside.failed.tolist() == sides.outside.failed.tolist() == [[0, 0]]
    assert sides.outside.geometry[0].equals(geoms[0])


def _refused(*_: object, **__: object) -> None:
    message = "found non-noded intersection"
    raise shapely.GEOSException(message)
