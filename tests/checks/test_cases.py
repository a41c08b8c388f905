"""Every rule against its case file: what it says of a small place whose answer is known (format: cases/README.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import checks
from checks.findings import findings_of
from checks.model import Finding, margin
from checks.packs import Packs, builtin_ids, read_pack
from checks.params import merged_rules
from checks.site import sites
from layers.problems import Problems
from layers.roles import roles
from tests.checks.case_inputs import inputs_of

FOLDER = Path(__file__).parent / "cases"
CASE_KEYS = {
    "name",
    "kind",
    "as_of",
    "params",
    "layers",
    "layer_options",
    "tables",
    "table_options",
    "rasters",
    "zone",
    "subject",
    "sliver_width_m",
    "expect",
}
EXPECT_KEYS = {
    "verdict",
    "value",
    "tol",
    "threshold",
    "margin",
    "missing",
    "evidence",
    "measures",
    "limits",
    "message_has",
    "basis",
    "basis_note",
}
VERDICT_OF_KIND = {
    "pass": {"pass"},
    "fail": {"fail"},
    "boundary": {"pass", "fail"},
    "missing": {"undetermined"},
    "info": {"info"},
    "limited": {"pass", "fail"},
    "other": {"pass", "fail", "undetermined", "not-applicable", "info"},
}
TOLERANCE = 1e-4
PACK_FILES = Path(checks.__file__).parent / "packs"
# Read leniently, so that one broken rule doesn't hide the cases of the others; test_packs.py holds the packs whole.
ON_HAND = [read_pack(PACK_FILES / f"{name}.toml", name, Problems()) for name in builtin_ids()]
PACKS = {draft.id: pack for pack in ON_HAND if pack for draft in pack.drafts}


@dataclass(frozen=True)
class Case:
    rule: str
    content: Mapping[str, Any]


def read(file: Path) -> list[Case]:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    assert content["rule"] == file.stem, f"{file.name} is about {content['rule']}"
    return [Case(content["rule"], case) for case in content["case"]]


CASES = [case for file in sorted(FOLDER.glob("*.toml")) for case in read(file)]


def judge(case: Case) -> Finding:
    """The finding of the case's rule, made as a run makes it."""
    content = case.content
    pack = PACKS[case.rule]
    problems = Problems()
    rules, _ = merged_rules(
        Packs((pack,)), {case.rule: content["params"]} if "params" in content else {}, (), roles(pack.roles), problems
    )
    rule = next(rule for rule in rules if rule.id == case.rule)
    found = sites(inputs_of(content, pack.roles))
    problems.stop()
    site = next(site for site in found if site.name == content.get("zone", found[0].name))
    findings = findings_of(site, rule)
    return next(finding for finding in findings if finding.subject == content.get("subject", findings[0].subject))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}-{case.content['name']}" for case in CASES])
def test_case(case: Case) -> None:
    assert set(case.content) <= CASE_KEYS, set(case.content) - CASE_KEYS
    expect = case.content["expect"]
    assert set(expect) <= EXPECT_KEYS, set(expect) - EXPECT_KEYS
    finding = judge(case)
    assert finding.verdict == expect["verdict"], finding.outcome.message.en
    assert finding.verdict in VERDICT_OF_KIND[case.content["kind"]]
    assert seen(finding, expect) == {key: value for key, value in expect.items() if key not in ("tol", "message_has")}
    for words in expect.get("message_has", ()):
        assert words in finding.outcome.message.show("both")
    for text in (finding.outcome.message.zh, *(item.note.zh for item in finding.outcome.evidence if item.note)):
        text.encode("gbk")
    if case.content["kind"] == "missing" or finding.verdict == "undetermined":
        assert finding.outcome.missing


def seen(finding: Finding, expect: Mapping[str, Any]) -> dict[str, Any]:
    """What the finding has for every key that is expected, numbers being near enough where they are."""
    outcome = finding.outcome
    tol = expect.get("tol", TOLERANCE)
    limits = {
        limit.name: {"value": limit.value, "threshold": limit.threshold, "margin": limit.margin}
        for limit in outcome.limits
    }
    all_of: dict[str, Any] = {
        "verdict": finding.verdict,
        "value": near(outcome.value, tol, expect.get("value")),
        "threshold": near(outcome.threshold, tol, expect.get("threshold")),
        "margin": near(margin(outcome.value, outcome.operator, outcome.threshold), tol, expect.get("margin")),
        "missing": as_set(outcome.missing, expect.get("missing")),
        "evidence": as_set([item.key for item in outcome.evidence], expect.get("evidence")),
        "measures": part(outcome.measures, expect.get("measures", {}), tol),
        "limits": {name: part(limits[name], wanted, tol) for name, wanted in expect.get("limits", {}).items()},
        "basis": finding.basis,
        "basis_note": finding.basis_note or "none",
    }
    return {key: all_of[key] for key in expect if key in all_of}


def part(found: Mapping[str, Any], wanted: Mapping[str, Any], tol: float) -> dict[str, Any]:
    return {name: near(found.get(name, "not there"), tol, value) for name, value in wanted.items()}


def near(found: Any, tol: float, wanted: Any) -> Any:
    """The wanted value where the found one is near enough, else the found one. TOML has no null: "none" means it."""
    if wanted == "none":
        return "none" if found is None else found
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        return wanted if found == pytest.approx(wanted, rel=tol, abs=1e-9) else found
    return found


def as_set(found: Any, wanted: list[str] | None) -> list[str]:
    return list(wanted) if wanted is not None and sorted(found) == sorted(wanted) else list(found)


@pytest.mark.parametrize("rule", sorted(PACKS))
def test_every_rule_has_its_cases(rule: str) -> None:
    file = FOLDER / f"{rule}.toml"
    assert file.is_file(), f"write {file.relative_to(FOLDER.parents[2])}"
    kinds = {case.content["kind"] for case in read(file)}
    draft = next(draft for draft in PACKS[rule].drafts if draft.id == rule)
    wanted = {"pass", "fail", "boundary", "missing"} if draft.binding else {"info", "limited", "missing"}
    assert wanted - kinds == set()


def test_no_case_file_is_about_an_unknown_rule() -> None:
    assert {case.rule for case in CASES} - set(PACKS) == set()
