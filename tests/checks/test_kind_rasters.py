"""Shares of cells for packs of a user's own: classes, values above and below, what is drawn."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from checks import terrain
from checks.kinds import raster_share, slope_share
from checks.model import Citation, Outcome
from checks.rule import Rule
from checks.site import sites
from layers.text import Text
from tests.checks.case_inputs import inputs_of

NOISE = {"cell_m": 500, "west": 0, "north": 1000, "values": [[40, 55], [70, 55]], "nodata": -1}


def judged(kind: Any, params: Any, told: dict[str, Any], figure: bool = False) -> Outcome:
    binding = None if figure else "mandatory"
    rule = Rule("T", "t", "t", Text("", ""), ("zone",), params, binding, "stated", None, Citation(), {})
    outcome: Outcome = kind.run(sites(inputs_of({"rasters": {"dem": told}}))[0], rule, "zone", params)
    assert (outcome.message.zh + outcome.message.en).encode("gbk")
    return outcome


@pytest.mark.parametrize(
    ("chosen", "share"),
    [
        ({"above": 55.0}, 0.25),
        ({"above": 54.9}, 0.75),
        ({"below": 55.0}, 0.25),
        ({"classes": (55, 70)}, 0.75),
        ({"classes": (40,), "above": 60.0}, 0.5),
        ({"classes": (99,)}, 0.0),
    ],
)
def test_the_share_of_what_was_asked_for(chosen: dict[str, Any], share: float) -> None:
    outcome = judged(raster_share, raster_share.Params("dem", **chosen, max=0.5), NOISE)
    assert outcome.value == pytest.approx(share)
    assert outcome.verdict == ("pass" if share <= 0.5 else "fail")
    assert sum(item.area_m2 or 0 for item in outcome.evidence) == pytest.approx(share * 1e6, rel=1e-4)


def test_without_a_condition_nobody_knows_what_to_measure() -> None:
    outcome = judged(raster_share, raster_share.Params("dem", max=0.5), NOISE)
    assert (outcome.verdict, outcome.value, outcome.missing) == ("undetermined", None, ("param:T.classes",))


def test_a_share_that_missing_cells_could_bring_below_the_limit_is_open() -> None:
    told = {**NOISE, "values": [[40, -1], [70, 55]]}
    outcome = judged(raster_share, raster_share.Params("dem", above=50.0, max=0.6), told)
    assert outcome.value == pytest.approx(2 / 3)
    assert (outcome.verdict, outcome.missing) == ("undetermined", ("covers:dem",))
    worse = judged(raster_share, raster_share.Params("dem", above=50.0, max=0.4), told)
    assert (worse.verdict, worse.missing) == ("fail", ("covers:dem",))


def test_only_the_largest_parts_are_listed_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terrain, "MOST_PARTS", 1)
    told = {**NOISE, "cell_m": 250, "values": [[1, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0], [1, 0, 0, 1]]}
    outcome = judged(raster_share, raster_share.Params("dem", classes=(1,)), told, figure=True)
    assert [item.key for item in outcome.evidence] == ["dem/cells"]
    assert outcome.evidence[0].area_m2 == pytest.approx(250_000, rel=1e-4)
    assert "3 more" in outcome.message.en
    assert outcome.verdict == "info"


def test_steep_parts_lie_on_the_land() -> None:
    told = {"cell_m": 70, "west": -300, "north": 1300, "plane": {"rows": 24, "columns": 24, "base": 0, "east": 0.4}}
    outcome = judged(slope_share, slope_share.Params(max_slope_deg=20.0, max=0.0), told)
    assert outcome.verdict == "fail"
    (part,) = outcome.evidence
    assert part.geometry is not None
    assert part.geometry.area == pytest.approx(1e6, rel=1e-9)
    assert shapely.is_valid(part.geometry)
