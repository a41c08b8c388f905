"""Levels of incidents: every threshold from both sides, what a null leaves open, what a stated level says."""

from __future__ import annotations

from typing import Any

import pytest

from checks.grades import LEVELS, Grade, grade

NONE = {"deaths": 0, "injured": 0, "evacuated": 0, "loss_yuan": 0}
THRESHOLDS = {
    ("safety", "deaths"): (3, 10, 30),
    ("safety", "injured"): (10, 50, 100),
    ("safety", "loss_yuan"): (10_000_000, 50_000_000, 100_000_000),
    ("environment", "deaths"): (3, 10, 30),
    ("environment", "injured"): (10, 50, 100),
    ("environment", "evacuated"): (5_000, 10_000, 50_000),
    ("environment", "loss_yuan"): (5_000_000, 20_000_000, 100_000_000),
}


@pytest.mark.parametrize(
    ("kind", "name", "bound", "below", "level"),
    [
        (kind, name, bound, LEVELS[place], LEVELS[place + 1])
        for (kind, name), bounds in THRESHOLDS.items()
        for place, bound in enumerate(bounds)
    ],
)
def test_one_criterion_is_enough_and_the_number_itself_counts(
    kind: str, name: str, bound: int, below: str, level: str
) -> None:
    assert grade(kind, {**NONE, name: bound}).least == level
    assert grade(kind, {**NONE, name: bound - 1}).least == below


def test_the_loss_of_a_major_incident_differs() -> None:
    row = {**NONE, "loss_yuan": 20_000_000}
    assert grade("safety", row).reaches("major") is False
    assert grade("environment", row).reaches("major") is True


@pytest.mark.parametrize("lacking", ["deaths", "injured", "loss_yuan"])
def test_below_major_needs_every_figure_of_the_scale(lacking: str) -> None:
    row: dict[str, Any] = {**NONE, lacking: None}
    assert grade("safety", row) == Grade("general", False, lacking=(lacking,))
    assert grade("safety", row).reaches("major") is None
    assert grade("safety", {**NONE, lacking: float("nan")}).reaches("major") is None


def test_a_safety_accident_with_all_figures_is_settled() -> None:
    assert grade("safety", NONE) == Grade("general", True)
    assert grade("safety", {"deaths": 9, "injured": 49, "loss_yuan": 49_999_999}) == Grade("larger", True)


def test_evacuation_is_no_criterion_of_safety() -> None:
    assert grade("safety", {**NONE, "evacuated": 60_000}) == Grade("general", True)


def test_an_environmental_incident_has_other_criteria() -> None:
    assert grade("environment", NONE).reaches("major") is None


def test_one_figure_proves_a_level_whatever_the_others_are() -> None:
    assert grade("safety", {"deaths": 10}).reaches("major") is True
    assert grade("safety", {"deaths": 10}).reaches("extreme") is None


def test_a_stated_level_settles_what_figures_leave_open() -> None:
    assert grade("environment", {"level": "larger"}) == Grade("larger", True)
    assert grade("safety", {"level": "extreme", **NONE}) == Grade("extreme", True)


def test_figures_above_the_stated_level_count() -> None:
    assert grade("safety", {"level": "general", "deaths": 12}) == Grade("major", True, raised=True)


def test_land_is_what_the_table_says() -> None:
    assert grade("land", {"level": "major"}).reaches("major") is True
    assert grade("land", {"level": "larger", "deaths": 40}).reaches("major") is False
    assert grade("land", {"loss_yuan": 1e12}).reaches("major") is None
