"""What holds for every kind around what the kind itself finds; the kinds here are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import shapely
from shapely.geometry import box

from checks import findings, run
from checks.findings import findings_of, numbered
from checks.model import Citation, Evidence, Outcome
from checks.rule import Need, Rule
from checks.site import Site, sites
from geo.errors import ZoneproofError
from layers.problems import InputError
from layers.text import Text
from tests.checks.case_inputs import inputs_of


@dataclass(frozen=True)
class Params:
    """None."""


def rect(x: float, y: float, size: float, **fields: object) -> dict[str, Any]:
    return {"wkt": shapely.to_wkt(box(x, y, x + size, y + size)), **fields}


ZONES = [rect(0, 0, 100, zone="甲")]
AGAIN = Evidence("green", "1")


def rule(*subjects: str, binding: Any = "mandatory") -> Rule:
    title = Text("规则", "rule")
    return Rule("R-1", "p", "made-up", title, subjects or ("zone",), Params(), binding, "stated", None, Citation(), {})


def site(layers: dict[str, Any], **case: Any) -> Site:
    return sites(inputs_of({"layers": layers, **case}))[0]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A kind whose outcome a test sets."""
    made = SimpleNamespace(
        Params=Params,
        needs=lambda params: (Need("incidents"), Need("green", reach_m=300.0)),
        outcome=Outcome("fail", Text("甲", "a"), evidence=(AGAIN, AGAIN)),
        judged=[],
    )

    def judge(site: Site, rule: Rule, subject: str, params: object) -> Outcome:
        made.judged.append((site.name, subject))
        if isinstance(made.outcome, Exception):
            raise made.outcome
        return made.outcome

    made.run = judge
    monkeypatch.setattr(findings, "load_kind", lambda name: made)
    monkeypatch.setattr(run, "load_kind", lambda name: made)
    return made


@pytest.mark.usefixtures("kind")
def test_the_verdict_opens_the_message() -> None:
    here = site({"zones": ZONES})
    assert findings_of(here, rule())[0].outcome.message == Text("不符合:甲", "does not meet: a")
    reasons = findings_of(here, rule(binding="in-principle"))[0]
    assert reasons.verdict == "fail"
    assert reasons.outcome.message.zh == "原则上不符合(可说明理由):甲"


@pytest.mark.usefixtures("kind")
def test_ids_of_evidence_differ() -> None:
    assert [item.key for item in findings_of(site({"zones": ZONES}), rule())[0].outcome.evidence] == [
        "green/1",
        "green/1~2",
    ]
    mixed = numbered([AGAIN, Evidence("green", "1", 2), AGAIN, Evidence("green", "2")])
    assert [item.key for item in mixed] == ["green/1", "green/1~2", "green/1~3", "green/2"]


def test_expansion_without_a_layer_or_land_is_not_judged(kind: SimpleNamespace) -> None:
    [absent] = findings_of(site({"zones": ZONES}), rule("expansion"))
    assert (absent.id, absent.subject) == ("甲/R-1", "expansion")
    assert (absent.verdict, absent.outcome.missing) == ("undetermined", ("role:expansion",))
    [none] = findings_of(site({"zones": ZONES}, layer_options={"expansion": {"stated_empty": True}}), rule("expansion"))
    assert (none.verdict, none.outcome.missing, none.outcome.evidence) == ("not-applicable", (), ())
    assert kind.judged == []


def test_expansion_that_is_all_inside_is_listed(kind: SimpleNamespace) -> None:
    [inside] = findings_of(site({"zones": ZONES, "expansion": [rect(0, 0, 10, id="E1")]}), rule("expansion"))
    assert inside.verdict == "not-applicable"
    assert [item.key for item in inside.outcome.evidence] == ["expansion/E1"]
    assert inside.outcome.measures["already_inside_m2"] == pytest.approx(100, rel=1e-4)
    assert kind.judged == []


def test_expansion_that_may_not_be_whole_is_undetermined(kind: SimpleNamespace) -> None:
    here = site({"zones": ZONES}, layer_options={"expansion": {"unrepaired": ["E7"]}})
    [finding] = findings_of(here, rule("expansion"))
    assert (finding.verdict, finding.outcome.missing) == ("undetermined", ("feature:expansion/E7",))
    assert kind.judged == []


@pytest.mark.usefixtures("kind")
def test_what_is_left_out_of_the_expansion_is_told() -> None:
    [finding] = findings_of(site({"zones": ZONES, "expansion": [rect(90, 0, 20, id="E1")]}), rule("expansion"))
    assert [item.key for item in finding.outcome.evidence] == ["green/1", "green/1~2", "expansion/E1"]
    assert "199.99 m2" in finding.outcome.message.en and "not new" in finding.outcome.message.en


@pytest.mark.usefixtures("kind")
def test_a_rule_on_both_subjects_has_a_finding_for_each() -> None:
    both = rule("zone", "expansion")
    some = findings_of(site({"zones": ZONES, "expansion": [rect(500, 0, 9)]}), both)
    assert [(finding.id, finding.subject) for finding in some] == [
        ("甲/R-1", "zone"),
        ("甲/R-1@expansion", "expansion"),
    ]
    assert [finding.id for finding in findings_of(site({"zones": ZONES}), both)] == ["甲/R-1"]


def test_a_role_as_subject(kind: SimpleNamespace) -> None:
    def verdict(layers: dict[str, Any], **case: Any) -> tuple[str, str, tuple[str, ...]]:
        [finding] = findings_of(site({"zones": ZONES, **layers}, **case), rule("parcels"))
        return finding.subject, finding.verdict, finding.outcome.missing

    assert verdict({}) == ("zone", "undetermined", ("role:parcels",))
    assert verdict({"parcels": [rect(500, 0, 9)]}) == ("zone", "not-applicable", ())
    assert verdict({}, layer_options={"parcels": {"unrepaired": ["P1"]}})[1:] == (
        "undetermined",
        ("feature:parcels/P1",),
    )
    assert kind.judged == []
    assert verdict({"parcels": [rect(5, 0, 9)]})[1] == "fail"
    assert kind.judged == [("甲", "parcels")]


@pytest.mark.usefixtures("kind")
def test_rows_of_nobody_are_told() -> None:
    rows = [{"date": date(2024, 1, 1), "kind": "safety", "zone": "丙园区"}]
    [finding] = findings_of(site({"zones": ZONES}, tables={"incidents": rows}), rule())
    assert "0:1 (丙园区)" in finding.outcome.message.zh


def test_a_users_mistake_in_a_kind_is_gathered(kind: SimpleNamespace) -> None:
    kind.outcome = ZoneproofError("key-missing", "incidents", key="unit")
    found = sites(inputs_of({"layers": {"zones": [*ZONES, rect(500, 0, 9, zone="乙")]}}))
    with pytest.raises(InputError) as caught:
        run.judge_all(found, [rule()], run.silent)
    assert len(caught.value.problems) == 1, "the same mistake is told once"
    assert kind.judged == [("甲", "zone"), ("乙", "zone")]


def test_our_own_bugs_are_not_swallowed(kind: SimpleNamespace) -> None:
    kind.outcome = ZeroDivisionError("ours")
    with pytest.raises(ZeroDivisionError):
        run.judge_all([site({"zones": ZONES})], [rule()], run.silent)


def test_zones_and_whole_are_added_up(kind: SimpleNamespace) -> None:
    kind.outcome = Outcome("info", Text("甲", "a"))
    seen: list[tuple[int, int]] = []
    found = sites(inputs_of({"layers": {"zones": [*ZONES, rect(500, 0, 9, zone="乙")]}}))
    zones = run.judge_all(found, [rule(), rule("expansion")], lambda what, done, total: seen.append((done, total)))
    assert [(zone.zone, zone.verdict) for zone in zones] == [("甲", "undetermined"), ("乙", "undetermined")]
    assert seen == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.usefixtures("kind")
def test_reach_is_the_farthest_that_a_rule_looks() -> None:
    assert run.reach([rule(), rule()]) == {"incidents": 0.0, "green": 300.0}
