"""findings.json from a report made by hand: keys, order, rounding, bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from checks.model import Evidence, Outcome, Report
from layers.text import Text
from maps.outputs.findings import natural, to_bytes, to_json, write


def finding(report: Report, rule: str) -> dict[str, Any]:
    return next(item for item in to_json(report)["zones"][0]["findings"] if item["rule"] == rule)


def with_outcome(report: Report, **changes: Any) -> Report:
    zone = report.zones[0]
    first = replace(zone.findings[0], outcome=replace(zone.findings[0].outcome, **changes))
    return replace(report, zones=(replace(zone, findings=(first, *zone.findings[1:])),))


def test_a_finding_whole(report: Report) -> None:
    told = finding(report, "BEZ-2d")
    assert list(told) == [
        "id",
        "rule",
        "subject",
        "pack",
        "binding",
        "title",
        "verdict",
        "value",
        "unit",
        "threshold",
        "operator",
        "margin",
        "limits",
        "basis",
        "basis_note",
        "citation",
        "measures",
        "evidence",
        "missing",
        "message",
    ]
    assert told["id"] == "甲园区/BEZ-2d"
    assert (told["value"], told["threshold"], told["operator"], told["margin"]) == (30000.13, 0, "<=", -30000.13)
    assert told["measures"] == {
        "overlap_m2": 30000.13,
        "sliver_m2": 1.01,
        "of_share": 0.333333333,
        "parts_count": 1,
        "note": "x",
    }
    assert isinstance(told["measures"]["parts_count"], int)
    assert list(told["citation"]) == ["document", "number", "clause", "quote", "standing"]


def test_evidence_stands_in_natural_order_with_its_ids(report: Report) -> None:
    told = finding(report, "BEZ-2d")["evidence"]
    assert [item["id"] for item in told] == [
        "甲园区/BEZ-2d/ecological_redline/9",
        "甲园区/BEZ-2d/ecological_redline/10",
    ]
    assert list(told[0]) == ["id", "role", "feature", "area_m2", "length_m", "width_m", "sliver", "bbox", "note"]
    assert (told[0]["note"], told[1]["note"]) == ("在东侧 | in the east", None)
    assert (told[1]["area_m2"], told[1]["width_m"], told[1]["sliver"]) == (1.01, 0.05, True)
    assert all(number == round(number, 7) for number in told[0]["bbox"])


def test_limits_each_in_their_own_unit(report: Report) -> None:
    told = finding(report, "BEZ-2c")
    assert told["limits"] == [
        {"name": "min_share", "value": 0.333333333, "threshold": 0.0, "operator": ">=", "margin": 0.333333333},
        {"name": "gap_m", "value": 0.13, "threshold": 1.0, "operator": "<=", "margin": 0.87},
    ]
    assert (told["value"], told["threshold"], told["margin"]) == (0.333333333, 0.0, 0.333333333)


def test_what_is_not_known_is_null(report: Report) -> None:
    assert (finding(report, "BEZ-2f")["threshold"], finding(report, "BEZ-2f")["margin"]) == (None, None)
    figure = finding(report, "DEV-1")
    assert figure["binding"] is None
    assert set(figure["citation"].values()) == {None}
    assert (figure["operator"], figure["threshold"], figure["value"]) == (None, None, 0.58)


def test_nan_and_infinity_become_null(report: Report) -> None:
    told = with_outcome(report, value=float("nan"), measures={"far_m": float("inf"), "share": float("nan")})
    assert finding(told, "BEZ-2d")["value"] is None
    assert finding(told, "BEZ-2d")["measures"] == {"far_m": None, "share": None}
    json.loads(to_bytes(told), parse_constant=lambda word: 1 / 0)


def test_counts_are_whole_and_never_minus_zero(report: Report) -> None:
    told = finding(report, "BEZ-5")
    assert [told[key] for key in ("value", "threshold", "margin")] == [4, 3, -1]
    assert all(isinstance(told[key], int) for key in ("value", "threshold", "margin"))
    told = finding(with_outcome(report, value=-0.0), "BEZ-2d")
    assert str(told["value"]) == "0.0"


def test_parts_of_a_feature_get_numbers(report: Report) -> None:
    parts = tuple(Evidence("roads", "7", part) for part in (3, 1, 2))
    told = finding(with_outcome(report, evidence=parts), "BEZ-2d")["evidence"]
    assert [item["id"].rpartition("/")[2] for item in told] == ["7", "7~2", "7~3"]


def test_the_order_of_evidence_does_not_show(report: Report) -> None:
    evidence = report.zones[0].findings[0].outcome.evidence
    assert to_bytes(with_outcome(report, evidence=evidence[::-1])) == to_bytes(report)


def test_bytes_are_utf8_without_bom_and_the_same_twice(report: Report, tmp_path: Path) -> None:
    write(report, tmp_path)
    raw = (tmp_path / "findings.json").read_bytes()
    assert raw == to_bytes(report)
    assert raw[:1] == b"{"
    assert "甲园区" in raw.decode("utf-8")
    assert json.loads(raw) == to_json(report)


def test_hostile_names_come_back_as_they_were(hostile_report: Report) -> None:
    told = json.loads(to_bytes(hostile_report))
    assert told["project"]["name"] == hostile_report.inputs.project.name
    assert told["zones"][0]["zone"] == hostile_report.zones[0].zone


def test_a_broken_character_does_not_stop_the_file(report: Report) -> None:
    told = with_outcome(report, message=Text("\udc80坏", "bad"))
    assert json.loads(to_bytes(told))["zones"][0]["findings"][0]["message"]["zh"] == "?坏"


def test_inputs_and_zones(report_of: Callable[..., Report]) -> None:
    told = to_json(report_of("甲", "乙"))
    assert [zone["zone"] for zone in told["zones"]] == ["甲", "乙"]
    assert told["inputs"][0]["area_m2"] == 1000000.01
    assert told["inputs"][2]["area_m2"] is None
    assert told["inputs"][0]["notes"] == ["按 GBK 读 | read as GBK"]
    assert list(told["summary"]) == ["pass", "fail", "undetermined", "not-applicable", "info"]


def test_natural_order() -> None:
    assert sorted(["0:10", "0:9", "a10", "a9", "", "²"], key=natural) == ["", "0:9", "0:10", "a9", "a10", "²"]


def test_an_outcome_without_figures(report: Report) -> None:
    zone = report.zones[0]
    bare = replace(zone.findings[0], outcome=Outcome("not-applicable", Text("无", "none")))
    told = finding(replace(report, zones=(replace(zone, findings=(bare,)),)), "BEZ-2d")
    assert (told["value"], told["unit"], told["evidence"], told["measures"], told["limits"]) == (None, None, [], {}, [])
