"""What a check sees of a zone: land, new land, areas, overlaps, completeness, table rows."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
import shapely
from shapely.geometry import box

from checks.site import Site, sites
from tests.checks.case_inputs import inputs_of


def rect(x: float, y: float, width: float, height: float, **fields: object) -> dict[str, Any]:
    return {"wkt": shapely.to_wkt(box(x, y, x + width, y + height)), **fields}


def site(layers: dict[str, Any], zone: int = 0, **case: Any) -> Site:
    return sites(inputs_of({"layers": layers, **case}))[zone]


ZONES = [rect(0, 0, 100, 100, zone="甲", area="东"), rect(100, 0, 100, 100, zone="甲", area="西")]


def test_land_is_dissolved_and_measured_once() -> None:
    here = site({"zones": [*ZONES, rect(50, 0, 100, 100, zone="甲")]})
    assert here.land("zone").area_m2 == pytest.approx(20_000, rel=1e-4)
    assert here.land("zone").geometry.geom_type == "Polygon"
    assert here.land("zone") is here.land("zone")


def test_zones_are_told_apart_by_name_after_nfkc() -> None:
    found = sites(
        inputs_of(
            {
                "layers": {
                    "zones": [
                        rect(0, 0, 9, 9, zone="\uff21\uff11"),
                        rect(9, 0, 9, 9, zone="A1"),
                        rect(0, 9, 9, 9, zone="乙"),
                    ]
                }
            }
        )
    )
    assert [(here.name, len(here.land("zone").frame)) for here in found] == [("\uff21\uff11", 2), ("乙", 1)]


def test_expansion_has_three_states() -> None:
    assert site({"zones": ZONES}).expansion_state == "no-layer"
    assert site({"zones": ZONES, "expansion": [rect(300, 0, 9, 9)]}).expansion_state == "some"
    assert site({"zones": ZONES, "expansion": [rect(10, 10, 9, 9)]}).expansion_state == "none"
    two = {"zones": [*ZONES, rect(0, 500, 9, 9, zone="乙")], "expansion": [rect(300, 0, 9, 9, zone="甲")]}
    assert site(two, 1).expansion_state == "none"
    assert site({"zones": ZONES}).land("expansion").undetermined == ("role:expansion",)


def test_land_inside_any_zone_is_not_new_and_listed() -> None:
    layers = {
        "zones": [*ZONES, rect(0, 500, 100, 100, zone="乙")],
        "expansion": [
            rect(150, 0, 100, 100, zone="甲", id="E1"),
            rect(0, 500, 50, 150, zone="甲", id="E2"),
            rect(10, 10, 20, 20, zone="甲", id="E3", area="北"),
        ],
    }
    here = site(layers)
    assert here.land("expansion").area_m2 == pytest.approx(5_000 + 2_500, rel=1e-4)
    assert list(here.land("expansion").frame["feature"]) == ["E1", "E2"]
    assert {(item.key, round(item.area_m2 or 0, -1)) for item in here.already_inside} == {
        ("expansion/E1", 5_000.0),
        ("expansion/E2", 5_000.0),
        ("expansion/E3", 400.0),
    }
    assert here.already_inside_m2 == pytest.approx(10_400, rel=1e-4)
    assert [area.name for area in here.areas()] == ["东", "西"], "land that is not new founds no area"
    assert sites(here.inputs)[1].already_inside == ()


def test_expansion_that_only_touches_is_all_new() -> None:
    here = site({"zones": ZONES, "expansion": [rect(200, 0, 50, 50)]})
    assert here.already_inside == ()
    assert here.land("expansion").area_m2 == pytest.approx(2_500, rel=1e-4)


def test_areas_are_those_of_zone_and_expansion() -> None:
    expansion = [rect(300, 0, 9, 9, area=" 东 "), rect(400, 0, 9, 9, area="南"), rect(500, 0, 9, 9, id="E9")]
    here = site({"zones": ZONES, "expansion": expansion})
    assert {area.name.strip(): (area.zone is not None, area.expansion is not None) for area in here.areas()} == {
        "东": (True, True),
        "西": (True, False),
        "南": (False, True),
    }
    assert here.nameless("expansion") == ("E9",)
    assert here.nameless("zone") == ()


def test_overlap_takes_only_what_is_asked_for() -> None:
    layers = {
        "zones": ZONES,
        "built_up": [
            rect(0, 0, 10, 10, status="built"),
            rect(20, 0, 10, 10, status="planned"),
            rect(40, 0, 10, 10),
            rect(900, 0, 10, 10, status="built"),
        ],
    }
    here = site(layers)
    assert here.overlap("zone", "built_up").union_m2 == pytest.approx(300, rel=1e-4)
    built = here.overlap("zone", "built_up", {"status": ("built",)})
    assert sorted(piece.row for piece in built.pieces) == [0, 2], "no status means built"
    assert here.overlap("zone", "built_up", {"status": ("built",)}) is built
    assert [piece.row for piece in here.overlap("zone", "built_up", rows=(1, 3)).pieces] == [1]
    assert [item.feature for item in here.evidence("built_up", built)] == ["0:0", "0:2"]
    assert here.overlap("zone", "green").pieces == ()


def test_outside_names_the_lands_own_features() -> None:
    here = site({"zones": ZONES, "urban_boundary": [rect(0, 0, 150, 100)]})
    beyond = here.outside("zone", "urban_boundary")
    assert beyond.union_m2 == pytest.approx(5_000, rel=1e-4)
    assert [item.key for item in here.evidence("zone", beyond)] == ["zones/0:1"]


def test_a_role_can_be_the_land() -> None:
    here = site({"zones": ZONES, "parcels": [rect(150, 0, 100, 100), rect(900, 0, 9, 9)]})
    assert here.land("parcels").area_m2 == pytest.approx(5_000, rel=1e-4)
    assert len(here.land("parcels").frame) == 1
    assert here.land("green").undetermined == ("role:green",)


def test_the_order_of_features_shows_in_no_figure() -> None:
    zones = [rect(0.1 * k, 33.3 * k, 71.7, 33.3, zone="甲") for k in range(4)]
    lines = [rect(10 + 0.3 * k, 20, 17.3 + k, 90) for k in range(4)]
    seen = set()
    for order in list(permutations(range(4)))[::5]:
        here = site({"zones": [zones[k] for k in order], "ecological_redline": [lines[k] for k in reversed(order)]})
        found = here.overlap("zone", "ecological_redline")
        seen.add((here.land("zone").area_m2, found.union_m2, found.shares_m2, here.land("zone").geometry.wkb))
    assert len(seen) == 1


def complete(options: dict[str, Any], features: list[dict[str, Any]] | None = None) -> Any:
    here = site({"zones": ZONES, "ecological_redline": features or []}, layer_options={"ecological_redline": options})
    return here.completeness("zone", "ecological_redline")


AROUND = shapely.to_wkt(box(-10, -10, 500, 500))
HALF = shapely.to_wkt(box(-10, -10, 100, 500))


def test_completeness_without_a_word_tells_the_distance() -> None:
    told = complete({}, [rect(0, 350, 10, 10), rect(0, 1_000, 10, 10)])
    assert told.missing == ()
    assert told.nearest_m == pytest.approx(250, rel=1e-3)
    assert "completeness not stated" in told.note.en and "25" in told.note.en
    assert complete({}, [rect(0, 0, 10, 10)]).note.en == "completeness not stated"


def test_completeness_of_a_far_layer_is_none() -> None:
    assert complete({}, [rect(0, 51_000, 10, 10)]).missing == ("covers:ecological_redline",)
    assert complete({}, [rect(0, 49_000, 10, 10)]).missing == ()
    assert complete({}, []).missing == ("covers:ecological_redline",), "a reader found nothing within 50 km"


def test_completeness_is_asked_of_the_whole_project_not_of_one_zone() -> None:
    layers = {"zones": [*ZONES, rect(0, 60_000, 9, 9, zone="乙")], "ecological_redline": [rect(0, 60_100, 9, 9)]}
    assert site(layers).completeness("zone", "ecological_redline").missing == ()


def test_completeness_by_covers() -> None:
    assert complete({"covers": AROUND}, [rect(0, 51_000, 10, 10)]).missing == ()
    assert complete({"covers": HALF}).missing == ("covers:ecological_redline",)
    assert complete({"covers": HALF, "stated_empty": True}).missing == ("covers:ecological_redline",)


def test_completeness_stated_empty_and_absent() -> None:
    told = complete({"stated_empty": True})
    assert (told.missing, "none here" in told.note.en) == ((), True)
    assert site({"zones": ZONES}).completeness("zone", "green").missing == ("role:green",)


def test_what_could_not_be_repaired_is_missing() -> None:
    assert complete({"unrepaired": ["R7"]}, [rect(0, 0, 1, 1)]).missing == ("feature:ecological_redline/R7",)
    here = site({"zones": ZONES, "green": [rect(0, 0, 1, 1)]}, layer_options={"zones": {"unrepaired": ["Z3"]}})
    assert here.completeness("zone", "green").missing == ("feature:zones/Z3",)


def test_rows_belong_by_zone_area_or_no_name() -> None:
    layers = {
        "zones": [*ZONES, rect(0, 500, 9, 9, zone="乙", area="东")],
        "expansion": [rect(300, 0, 9, 9, zone="甲", area="南")],
    }
    names = ["甲", " 东", "南", None, "乙", "丙园区", "西"]
    rows = [{"date": date(2024, 1, 1), "kind": "safety", **({"zone": name} if name else {})} for name in names]
    first, second = (site(layers, zone, tables={"incidents": rows}) for zone in (0, 1))
    assert first.rows("incidents") is not None
    assert list(first.rows("incidents")["row"]) == [1, 2, 3, 4, 7]
    assert list(second.rows("incidents")["row"]) == [2, 4, 5]
    assert first.foreign_rows("incidents") == ("0:6 (丙园区)",)
    assert first.rows("rankings") is None
    assert first.foreign_rows("rankings") == ()


def test_an_empty_table_is_a_table_without_rows() -> None:
    here = site({"zones": ZONES}, tables={"incidents": []})
    rows = here.rows("incidents")
    assert rows is not None
    assert (len(rows), "feature" in rows) == (0, True)


def test_lacking_names_what_is_not_there() -> None:
    here = site(
        {"zones": ZONES, "parcels": [rect(0, 0, 9, 9, state="built")], "built_up": [rect(0, 0, 9, 9)]},
        tables={"incidents": [{"date": date(2024, 1, 1), "kind": "safety"}]},
        layer_options={"green": {"stated_empty": True}, "parcels": {"lacking": ["use"]}},
    )
    assert here.lacking("parcels", "state", "industry") == ("field:parcels.industry",)
    assert here.lacking("built_up", "status") == (), "no status means built"
    assert here.lacking("incidents", "level", "deaths") == ("field:incidents.level", "field:incidents.deaths")
    assert here.lacking("roads", "status") == ("role:roads",)
    assert here.lacking("green", "id") == ()


def test_a_field_that_one_source_lacks_is_missing_where_its_rows_are() -> None:
    layers = {"zones": [*ZONES, rect(0, 5_000, 9, 9, zone="乙")], "parcels": [rect(0, 0, 9, 9, state="built")]}
    options = {"parcels": {"lacking": ["state"]}}
    near, far = (site(layers, zone, layer_options=options) for zone in (0, 1))
    assert near.lacking("parcels", "state") == ("field:parcels.state",)
    assert far.lacking("parcels", "state") == ()
