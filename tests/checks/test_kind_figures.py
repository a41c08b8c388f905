"""Lengths, sums, ratios and counts: what a pack reports beside its rules."""

from __future__ import annotations

from typing import Any

import pytest

from checks.kinds import count, length, sum_ratio, total
from checks.model import Citation, Outcome
from checks.rule import Rule
from checks.site import Site, sites
from layers.text import Text
from tests.checks.case_inputs import inputs_of

HALL = {"use": "industrial", "status": "built"}


def box(west: float, south: float, size: float = 50) -> str:
    east, north = west + size, south + size
    return f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


def site_of(
    tables: dict[str, Any] | None = None, options: dict[str, Any] | None = None, **layers: list[dict[str, Any]]
) -> Site:
    return sites(inputs_of({"layers": layers, "layer_options": options or {}, "tables": tables or {}}))[0]


def judged(kind: Any, site: Site, params: Any, figure: bool = True) -> Outcome:
    binding = None if figure else "mandatory"
    rule = Rule("T", "t", "t", Text("", ""), ("zone",), params, binding, "stated", None, Citation(), {})
    outcome: Outcome = kind.run(site, rule, "zone", params)
    assert (outcome.message.zh + outcome.message.en).encode("gbk")
    return outcome


BUILDINGS = [
    {"wkt": box(100, 100), "id": "a", "floor_m2": 6000.1, "let_m2": 3000, **HALL},
    {"wkt": box(200, 100), "id": "b", "floor_m2": 2000.2, "let_m2": 1000.15, **HALL},
    {"wkt": box(300, 100), "id": "c", "floor_m2": 9000, "let_m2": 0, "use": "office", "status": "built"},
    {"wkt": box(5000, 100), "id": "far", "floor_m2": 7777, "let_m2": 1, **HALL},
    {"wkt": box(970, 100), "id": "mostly inside", "floor_m2": 100, "let_m2": 0, **HALL},
    {"wkt": box(990, 300), "id": "mostly outside", "floor_m2": 200, "let_m2": 0, **HALL},
]
HALLS = {"use": ("industrial",), "status": ("built",)}


def test_a_total_counts_what_lies_mostly_inside_and_is_chosen() -> None:
    outcome = judged(total, site_of(buildings=BUILDINGS), total.Params("buildings", "floor_m2", HALLS))
    assert outcome.verdict == "info"
    assert outcome.value == pytest.approx(8100.3)
    assert {item.feature for item in outcome.evidence} == {"a", "b", "mostly inside"}


def test_a_total_without_its_layer_is_undetermined_and_names_it() -> None:
    outcome = judged(total, site_of(), total.Params("buildings", "floor_m2"))
    assert (outcome.verdict, outcome.value, outcome.missing) == ("undetermined", None, ("role:buildings",))


def test_a_null_in_a_row_that_counts_is_missing() -> None:
    rows = [BUILDINGS[0], {**BUILDINGS[1], "floor_m2": None}]
    outcome = judged(total, site_of(buildings=rows), total.Params("buildings", "floor_m2", HALLS))
    assert (outcome.verdict, outcome.missing) == ("undetermined", ("field:buildings.floor_m2",))


def test_a_null_in_a_row_that_does_not_count_is_none() -> None:
    rows = [BUILDINGS[0], {**BUILDINGS[2], "floor_m2": None}]
    assert judged(total, site_of(buildings=rows), total.Params("buildings", "floor_m2", HALLS)).verdict == "info"


def test_a_null_that_decides_whether_a_row_counts_is_missing() -> None:
    rows = [BUILDINGS[0], {**BUILDINGS[1], "use": None}]
    outcome = judged(total, site_of(buildings=rows), total.Params("buildings", "floor_m2", HALLS))
    assert (outcome.verdict, outcome.missing) == ("undetermined", ("field:buildings.use",))


def test_a_breach_that_more_could_only_worsen_is_a_fail_though_a_row_is_null() -> None:
    rows = [BUILDINGS[0], {**BUILDINGS[1], "floor_m2": None}]
    params = total.Params("buildings", "floor_m2", HALLS, max=5000)
    assert judged(total, site_of(buildings=rows), params, figure=False).verdict == "fail"
    params = total.Params("buildings", "floor_m2", HALLS, min=7000)
    assert judged(total, site_of(buildings=rows), params, figure=False).verdict == "undetermined"


def test_a_total_of_table_rows_takes_the_zones_own() -> None:
    rows = [
        {"year": 2024, "name": "employees", "value": 1035},
        {"year": 2024, "name": "employees", "value": 7, "zone": "x"},
    ]
    params = total.Params("indicators", "value", {"name": ("employees",)})
    assert judged(total, site_of({"indicators": rows}), params).value == 1035


def test_the_ratio_is_of_sums_not_a_mean_of_ratios() -> None:
    params = sum_ratio.Params("buildings", "let_m2", "floor_m2", HALLS, min=0.5)
    outcome = judged(sum_ratio, site_of(buildings=BUILDINGS), params, figure=False)
    assert outcome.value == pytest.approx(4000.15 / 8100.3)
    assert (outcome.verdict, outcome.unit) == ("fail", "share")


def test_a_ratio_over_nothing_does_not_apply() -> None:
    params = sum_ratio.Params("buildings", "let_m2", "floor_m2", {"use": ("housing",)})
    assert judged(sum_ratio, site_of(buildings=BUILDINGS), params).verdict == "not-applicable"


def test_lines_are_clipped_to_the_land_and_measured_on_the_ellipsoid() -> None:
    roads = [
        {"wkt": "LINESTRING(-500 500, 600 500)", "id": "crosses", "status": "built"},
        {"wkt": "LINESTRING(0 0, 0 1000)", "id": "on the edge"},
        {"wkt": "LINESTRING(2000 0, 2000 1000)", "id": "outside", "status": "built"},
        {"wkt": "LINESTRING(0 800, 1000 800)", "id": "planned", "status": "planned"},
    ]
    outcome = judged(length, site_of(roads=roads), length.Params("roads", {"status": ("built",)}))
    assert outcome.value == pytest.approx(1600, rel=5e-5)
    assert {item.feature: round(item.length_m or 0) for item in outcome.evidence} == {
        "crosses": 600,
        "on the edge": 1000,
    }


def test_a_length_whose_layer_ends_before_the_land_is_undetermined_unless_it_is_too_great_already() -> None:
    roads = [{"wkt": "LINESTRING(0 500, 600 500)"}]
    half = {"roads": {"covers": "POLYGON((0 0, 600 0, 600 1000, 0 1000, 0 0))"}}
    site = site_of(options=half, roads=roads)
    assert judged(length, site, length.Params("roads", min=700), figure=False).verdict == "undetermined"
    assert judged(length, site, length.Params("roads", max=500), figure=False).verdict == "fail"
    assert judged(length, site_of(roads=roads), length.Params("roads", min=700), figure=False).verdict == "fail"


@pytest.mark.parametrize(("limit", "verdict"), [(2, "fail"), (3, "pass"), (None, "undetermined")])
def test_a_count_against_its_limit(limit: float | None, verdict: str) -> None:
    outcome = judged(count, site_of(buildings=BUILDINGS), count.Params("buildings", HALLS, max=limit), figure=False)
    assert (outcome.value, outcome.verdict) == (3, verdict)
