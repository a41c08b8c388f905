"""Neither the coarse grid nor boxes that crowd each other leave anything out."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.covering import Grid
from layers.readers import CROWDED, meets

SIDE = st.floats(-1000, 1000, allow_nan=False)
BOXES = st.lists(st.tuples(SIDE, SIDE, st.floats(0, 300), st.floats(0, 300)), min_size=1, max_size=12)


def bounds(boxes: list[tuple[float, float, float, float]]) -> np.ndarray:
    return np.array([(x, y, x + width, y + height) for x, y, width, height in boxes])


@given(BOXES, BOXES)
@settings(deadline=None)
def test_what_meets_a_box_is_never_left_out(asked: list, given_boxes: list) -> None:
    one, other = bounds(asked), bounds(given_boxes)
    told = Grid.of(one).may_meet(other)
    met = [shapely.intersects(shapely.box(*one.T), shapely.box(*box)).any() for box in other]
    assert not (np.array(met) & ~told).any()


def test_what_lies_far_off_is_left_out_and_of_no_boxes_nothing_is_near() -> None:
    grid = Grid.of(np.array([[0.0, 0, 10, 10], [90, 90, 100, 100]]))
    assert grid.may_meet(np.array([[50.0, 0, 60, 10], [5, 5, 6, 6], [-9, -9, -1, -1], [101, 0, 102, 5]])).tolist() == [
        False,
        True,
        False,
        False,
    ]
    assert not Grid.of(np.zeros((0, 4))).may_meet(np.array([[0.0, 0, 1, 1]])).any()


@given(BOXES, BOXES, st.integers(1, 12))
@settings(deadline=None)
def test_what_meets_boxes_is_the_same_however_they_crowd(asked: list, given_boxes: list, times: int) -> None:
    boxes = np.repeat(shapely.box(*bounds(asked).T), times * CROWDED)
    features = np.append(shapely.box(*bounds(given_boxes).T), None)
    one_by_one = [feature is None or shapely.intersects(boxes, feature).any() for feature in features]
    assert meets(features, boxes).tolist() == one_by_one
