"""Outcomes as lines of JSON and back: nothing that is read back is run, and every number stays the same to the bit."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import shapely

from checks.findings import finding_of
from checks.model import Evidence, Limit, Outcome, ZoneReport, overall
from checks.rule import Rule
from layers.text import Text

Judged = tuple[str, Sequence[tuple[int, str, Outcome]]]
"""A zone's name, and per finding the number of its rule, its subject and what came of it."""


def write_outcomes(path: Path, zones: Sequence[Judged]) -> dict[str, int]:
    """A line per zone; by zone the place where its line begins."""
    places: dict[str, int] = {}
    with path.open("wb") as file:
        for zone, found in zones:
            places[zone] = file.tell()
            line = [zone, [[number, subject, _said(outcome)] for number, subject, outcome in found]]
            file.write(json.dumps(line, ensure_ascii=True).encode("ascii") + b"\n")
    return places


def read_report(path: Path, place: int, rules: Sequence[Rule]) -> ZoneReport:
    """The zone whose line begins at a place, its findings made whole with the rules' own words."""
    with path.open("rb") as file:
        file.seek(place)
        zone, found = json.loads(file.readline())
    findings = tuple(finding_of(zone, rules[number], subject, _heard(told)) for number, subject, told in found)
    return ZoneReport(zone, overall([finding.verdict for finding in findings]), findings)


def _said(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    told["message"] = _text(outcome.message)
    told["limits"] = [[limit.name, limit.value, limit.threshold, limit.operator] for limit in outcome.limits]
    told["measures"] = [[name, _plain(value)] for name, value in outcome.measures.items()]
    told["evidence"] = [_evidence(item) for item in outcome.evidence]
    return {name: _plain(value) for name, value in told.items()}


def _heard(told: Mapping[str, Any]) -> Outcome:
    given = dict(told)
    given["message"] = Text(*told["message"])
    given["limits"] = tuple(Limit(*limit) for limit in told["limits"])
    given["measures"] = dict(told["measures"])
    given["evidence"] = tuple(_evidence_of(item) for item in told["evidence"])
    given["missing"] = tuple(told["missing"])
    return Outcome(**given)


def _evidence(item: Evidence) -> list[Any]:
    told = {field.name: _plain(getattr(item, field.name)) for field in fields(item)}
    told["note"] = _text(item.note)
    geometry = item.geometry
    told["geometry"] = None if geometry is None else base64.b64encode(shapely.to_wkb(geometry)).decode()
    return list(told.values())


def _evidence_of(told: Sequence[Any]) -> Evidence:
    given = dict(zip((field.name for field in fields(Evidence)), told, strict=True))
    given["bbox"] = None if given["bbox"] is None else tuple(given["bbox"])
    given["note"] = None if given["note"] is None else Text(*given["note"])
    geometry = given["geometry"]
    given["geometry"] = None if geometry is None else shapely.from_wkb(base64.b64decode(geometry))
    return Evidence(**given)


def _text(text: Text | None) -> list[str] | None:
    return None if text is None else [text.zh, text.en]


def _plain(value: Any) -> Any:
    """A NumPy scalar as Python's own."""
    return value.item() if hasattr(value, "item") else value
