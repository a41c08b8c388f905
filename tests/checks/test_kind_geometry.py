"""What the built-in packs have no rule for: distances, selections by field, subjects that are roles, figures."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pyproj import Geod, Transformer

from checks.kinds import area_ratio, distance_at_least, distance_at_most, no_overlap, share, within
from checks.model import Citation, Outcome
from checks.rule import Rule
from checks.site import Site, sites
from layers.text import Text
from tests.checks.case_inputs import CRS, ORIGIN, inputs_of


def box(west: float, south: float, east: float, north: float) -> str:
    return f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


def site_of(options: dict[str, Any] | None = None, **layers: list[dict[str, Any]]) -> Site:
    return sites(inputs_of({"layers": layers, "layer_options": options or {}}))[0]


def judged(kind: Any, site: Site, params: Any, subject: str = "zone", figure: bool = False) -> Outcome:
    rule = Rule(
        "T-1",
        "test",
        kind.__name__,
        Text("", ""),
        (subject,),
        params,
        None if figure else "mandatory",
        "stated",
        None,
        Citation(),
        {},
    )
    outcome: Outcome = kind.run(site, rule, subject, params)
    for text in (outcome.message.zh, outcome.message.en, *(item.note.zh for item in outcome.evidence if item.note)):
        assert text.encode("gbk")
    return outcome


def geodesic_m(*eastings: float) -> float:
    """Distance along the northing 500, by another library's inverse solution."""
    lonlat = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    ends = [lonlat.transform(ORIGIN[0] + easting, ORIGIN[1] + 500) for easting in eastings]
    return float(Geod(ellps="GRS80").inv(*ends[0], *ends[1])[2])


ROAD_30 = {"wkt": "LINESTRING(1030 -500, 1030 1500)", "id": "R30", "class": "rural"}
ROAD_80 = {"wkt": "LINESTRING(1080 -500, 1080 1500)", "id": "R80", "class": "arterial"}


def test_the_nearest_feature_decides_and_those_that_are_closer_prove_it() -> None:
    site = site_of(roads=[ROAD_80, ROAD_30, {**ROAD_80, "wkt": "LINESTRING(1500 0, 1500 9)", "id": "R500"}])
    outcome = judged(distance_at_least, site, distance_at_least.Params("roads", 100))
    assert outcome.verdict == "fail"
    assert outcome.value == pytest.approx(geodesic_m(1000, 1030), abs=1e-3)
    assert [item.feature for item in outcome.evidence] == ["R30", "R80"]
    assert "相距 80.00 米" in (outcome.evidence[1].note or Text("", "")).zh
    assert outcome.measures["closer_count"] == 2


@pytest.mark.parametrize(("min_m", "verdict"), [(29.99, "pass"), (30.01, "fail"), (None, "undetermined")])
def test_the_least_distance(min_m: float | None, verdict: str) -> None:
    outcome = judged(distance_at_least, site_of(roads=[ROAD_30]), distance_at_least.Params("roads", min_m))
    assert outcome.verdict == verdict
    assert outcome.value == pytest.approx(30, rel=1e-4)
    assert outcome.missing == (("param:T-1.min_m",) if min_m is None else ())
    assert len(outcome.evidence) == (verdict == "fail")


def test_exactly_the_distance_is_kept() -> None:
    site = site_of(roads=[ROAD_30])
    value = judged(distance_at_least, site, distance_at_least.Params("roads", 1)).value
    assert value is not None
    more, less = math.nextafter(value, 99), math.nextafter(value, 0)
    assert judged(distance_at_least, site, distance_at_least.Params("roads", value)).verdict == "pass"
    assert judged(distance_at_least, site, distance_at_least.Params("roads", more)).verdict == "fail"
    assert judged(distance_at_most, site, distance_at_most.Params("roads", value)).verdict == "pass"
    assert judged(distance_at_most, site, distance_at_most.Params("roads", less)).verdict == "fail"


def test_a_feature_inside_the_zone_is_at_no_distance() -> None:
    site = site_of(facilities=[{"wkt": "POINT(500 500)", "kind": "petrol-station", "id": "P"}])
    outcome = judged(distance_at_least, site, distance_at_least.Params("facilities", 50))
    assert (outcome.verdict, outcome.value) == ("fail", 0)
    assert [(item.feature, item.area_m2, item.length_m) for item in outcome.evidence] == [("P", None, None)]


def test_only_the_features_asked_for_count() -> None:
    params = distance_at_least.Params("roads", 50, {"class": ("arterial",)})
    assert judged(distance_at_least, site_of(roads=[ROAD_30, ROAD_80]), params).verdict == "pass"
    unknown = {"wkt": ROAD_30["wkt"], "id": "R?"}
    outcome = judged(distance_at_least, site_of(roads=[unknown, ROAD_80]), params)
    assert (outcome.verdict, outcome.missing) == ("undetermined", ("field:roads.class",))
    far = {"wkt": "LINESTRING(1060 0, 1060 9)", "id": "R?"}
    assert judged(distance_at_least, site_of(roads=[far, ROAD_80]), params).verdict == "pass"


def test_a_pass_needs_the_surroundings_covered() -> None:
    params = distance_at_least.Params("roads", 50)
    narrow, wide = ({"roads": {"covers": box(-by, -by, 1000 + by, 1000 + by)}} for by in (20, 80))
    outcome = judged(distance_at_least, site_of(narrow, roads=[ROAD_80]), params)
    assert (outcome.verdict, outcome.missing) == ("undetermined", ("covers:roads",))
    assert judged(distance_at_least, site_of(wide, roads=[ROAD_80]), params).verdict == "pass"
    assert judged(distance_at_least, site_of(narrow, roads=[ROAD_30]), params).verdict == "fail"


def test_nothing_there_keeps_every_distance_and_is_near_to_nothing() -> None:
    none = site_of({"roads": {"stated_empty": True}})
    outcome = judged(distance_at_least, none, distance_at_least.Params("roads", 50))
    assert (outcome.verdict, outcome.value, outcome.missing) == ("pass", None, ())
    assert judged(distance_at_most, none, distance_at_most.Params("roads", 50)).verdict == "fail"


@pytest.mark.parametrize("kind", [distance_at_least, distance_at_most])
def test_no_layer_is_named(kind: Any) -> None:
    outcome = judged(kind, site_of(), kind.Params("roads", 50))
    assert (outcome.verdict, outcome.value, outcome.missing) == ("undetermined", None, ("role:roads",))


def test_what_is_found_near_is_near_whatever_else_is_missing() -> None:
    options = {"roads": {"unrepaired": ["R9"], "covers": box(2000, 0, 3000, 1000)}}
    found = judged(distance_at_most, site_of(options, roads=[ROAD_30]), distance_at_most.Params("roads", 50))
    assert (found.verdict, found.missing) == ("pass", ())
    lost = judged(distance_at_most, site_of(options, roads=[ROAD_80]), distance_at_most.Params("roads", 50))
    assert lost.verdict == "undetermined"
    assert set(lost.missing) == {"feature:roads/R9", "covers:roads"}


def test_the_reach_asked_for_is_the_distance() -> None:
    assert [need.reach_m for need in distance_at_least.needs(distance_at_least.Params("roads", 300))] == [300]
    assert [need.reach_m for need in distance_at_most.needs(distance_at_most.Params("roads", 300))] == [300]


def test_overlap_with_selected_features_alone() -> None:
    parcels = [
        {"wkt": box(0, 0, 100, 100), "id": "A", "state": "idle"},
        {"wkt": box(200, 0, 300, 100), "id": "B", "state": "built"},
    ]
    params = no_overlap.Params("parcels", {"state": ("idle",)})
    outcome = judged(no_overlap, site_of(parcels=parcels), params)
    assert (outcome.verdict, [item.feature for item in outcome.evidence]) == ("fail", ["A"])
    assert judged(no_overlap, site_of(parcels=parcels[1:]), params).verdict == "pass"
    unknown = judged(no_overlap, site_of(parcels=[parcels[1], {"wkt": box(400, 0, 500, 100), "id": "C"}]), params)
    assert (unknown.verdict, unknown.missing) == ("undetermined", ("field:parcels.state",))
    lacking = judged(no_overlap, site_of(parcels=[{"wkt": box(400, 0, 500, 100), "id": "C"}]), params)
    assert (lacking.verdict, lacking.missing) == ("undetermined", ("field:parcels.state",))


def test_a_role_as_subject_is_its_features_inside_the_zone() -> None:
    site = site_of(
        parcels=[{"wkt": box(900, 0, 1200, 100), "id": "A"}, {"wkt": box(0, 0, 100, 100), "id": "B"}],
        ecological_redline=[{"wkt": box(950, 0, 2000, 2000), "id": "R"}],
        urban_boundary=[{"wkt": box(0, 0, 980, 1000)}],
    )
    crossed = judged(no_overlap, site, no_overlap.Params("ecological_redline"), "parcels")
    assert (crossed.verdict, crossed.value) == ("fail", pytest.approx(5000, rel=1e-4))
    beyond = judged(within, site, within.Params("urban_boundary"), "parcels")
    assert (beyond.verdict, beyond.value) == ("fail", pytest.approx(2000, rel=1e-4))
    assert [item.key for item in beyond.evidence] == ["parcels/A"]


def test_a_figure_is_info_until_it_is_limited() -> None:
    site = site_of(built_up=[{"wkt": box(0, 0, 500, 1000)}])
    free = judged(share, site, share.Params("built_up"), figure=True)
    assert (free.verdict, free.operator, free.missing) == ("info", None, ())
    assert judged(share, site, share.Params("built_up", max=0.4), figure=True).verdict == "fail"
    both = judged(share, site, share.Params("built_up", min=0.4, max=0.6), figure=True)
    assert (both.verdict, [limit.name for limit in both.limits]) == ("pass", ["min", "max"])


def test_too_large_a_share_shows_although_more_might_be_missing() -> None:
    site = site_of({"built_up": {"unrepaired": ["B9"]}}, built_up=[{"wkt": box(0, 0, 500, 1000)}])
    outcome = judged(share, site, share.Params("built_up", max=0.4))
    assert (outcome.verdict, outcome.missing) == ("fail", ("feature:built_up/B9",))
    assert judged(share, site, share.Params("built_up", max=0.6)).verdict == "undetermined"


def test_the_ratio_as_a_figure() -> None:
    site = site_of(expansion=[{"wkt": box(1000, 0, 2000, 1000)}])
    outcome = judged(area_ratio, site, area_ratio.Params(), "expansion", figure=True)
    assert (outcome.verdict, outcome.value) == ("info", pytest.approx(1, abs=1e-5))
