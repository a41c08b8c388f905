"""findings.json: everything that was found, for programs (contract §6)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import shapely

from checks.model import VERDICTS, Citation, Evidence, Finding, Limit, Report, ZoneReport
from checks.words import rounded
from layers.model import InputRecord, Progress
from layers.text import Text
from maps.figures import unit_of

NAME = "json"
FILES = ("findings.json",)
SCHEMA_VERSION = "1"
TOOL = "zoneproof"
METRES = 2
SHARES = 9
DEGREES = 7


def write(report: Report, folder: Path, progress: Progress | None = None) -> None:
    """Write findings.json to `folder`, a zone at a time."""
    what = Text("写出 json", "writing json")
    with (folder / FILES[0]).open("wb") as file:
        for done, piece in enumerate(_pieces(report)):
            file.write(piece)
            if progress:
                progress(what, done, len(report.zones))


def to_bytes(report: Report) -> bytes:
    """The file as it is written: UTF-8 without BOM, the same bytes for the same report."""
    return b"".join(_pieces(report))


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values, with every key of the contract in its order."""
    return {**_around(report), "zones": [_zone(report, zone) for zone in report.zones]}


def _pieces(report: Report) -> Iterator[bytes]:
    """The file in pieces, as `json.dumps` would write it whole: what comes before the zones, each zone, the rest."""
    before, after = _dumped(_around(report)).split(NO_ZONES)
    yield _encoded(before + '"zones": [')
    for number, zone in enumerate(report.zones):
        text = _dumped(_zone(report, zone)).replace("\n", "\n  ")
        yield _encoded((",\n  " if number else "\n  ") + text)
    yield _encoded(("\n ]" if len(report.zones) else "]") + after + "\n")


NO_ZONES = '"zones": []'
"""Stands in no other place: a quote within a text is written with a backslash."""


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _zone(report: Report, zone: ZoneReport) -> dict[str, Any]:
    findings = [_finding(report, item) for item in zone.findings]
    return {"zone": zone.zone, "verdict": zone.verdict, "findings": findings}


def _around(report: Report) -> dict[str, Any]:
    """Everything but the zones."""
    project = report.inputs.project
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": tool(),
        "project": {
            "name": project.name,
            "as_of": project.as_of.isoformat() if project.as_of else None,
            "crs": report.inputs.plane.crs,
            "packs": list(report.packs),
        },
        "inputs": [_input(record) for record in report.inputs.records],
        "zones": [],
        "summary": {verdict: int(report.summary.get(verdict, 0)) for verdict in VERDICTS},
        "verdict": report.verdict,
    }


def tool() -> dict[str, str]:
    """Versions of what took the measures."""
    try:
        own = version(TOOL)
    except PackageNotFoundError:  # run from a folder that was never installed
        own = "unknown"
    return {
        "name": TOOL,
        "version": own,
        "gdal": pyogrio.__gdal_version_string__,
        "geos": shapely.geos_version_string,
        "proj": pyproj.proj_version_str,
    }


def ordered(report: Report, finding: Finding) -> list[Evidence]:
    """Evidence in its canonical order: role as in the inputs, feature (numbers by value), part."""
    roles = list(dict.fromkeys(record.role for record in report.inputs.records))
    rank = {role: index for index, role in enumerate(roles)}

    def key(item: Evidence) -> tuple[Any, ...]:
        return rank.get(item.role, len(rank)), item.role, natural(item.feature), item.part

    return sorted(finding.outcome.evidence, key=key)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `9` before `10`."""
    return tuple((0, int(run), run) if run.isdecimal() else (1, 0, run) for run in re.split(r"([0-9]+)", text) if run)


def figure(value: float | None, places: int) -> float | int | None:
    """A value as the file holds it: rounded half away from zero; NaN, which JSON can't say, as null."""
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else float(rounded(float(value), places))


def _input(record: InputRecord) -> dict[str, Any]:
    return {
        "role": record.role,
        "source": record.source,
        "sha256": record.sha256,
        "crs": record.crs,
        "features": int(record.features),
        "read": int(record.read),
        "area_m2": figure(record.area_m2, METRES),
        "repaired": list(record.repaired),
        "notes": [_both(note) for note in record.notes],
    }


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    outcome = finding.outcome
    first = outcome.limits[0] if outcome.limits else None
    operator = first.operator if first else outcome.operator
    single = first or (Limit("", outcome.value, outcome.threshold, operator) if operator else None)
    return {
        "id": finding.id,
        "rule": finding.rule,
        "subject": finding.subject,
        "pack": finding.pack,
        "binding": finding.binding,
        "title": _languages(finding.title),
        "verdict": finding.verdict,
        "value": in_unit(single.value if single else outcome.value, outcome.unit),
        "unit": outcome.unit,
        "threshold": in_unit(single.threshold if single else outcome.threshold, outcome.unit),
        "operator": operator,
        "margin": in_unit(single.margin if single else None, outcome.unit),
        "limits": [_limit(limit, outcome.unit) for limit in outcome.limits],
        "basis": finding.basis,
        "basis_note": finding.basis_note,
        "citation": _citation(finding.citation),
        "measures": _measures(outcome.measures),
        "evidence": [_evidence(finding, item) for item in ordered(report, finding)],
        "missing": list(outcome.missing),
        "message": _languages(outcome.message),
    }


def in_unit(value: float | None, unit: str | None) -> float | int | None:
    """A value rounded as its unit asks: m2 and m to 0.01, counts whole, others to nine places."""
    if unit == "count" and value is not None and math.isfinite(value) and value == int(value):
        return int(value)
    return figure(value, METRES if unit in ("m2", "m") else SHARES)


def _limit(limit: Limit, unit: str | None) -> dict[str, Any]:
    unit = unit_of(limit.name, unit)
    return {
        "name": limit.name,
        "value": in_unit(limit.value, unit),
        "threshold": in_unit(limit.threshold, unit),
        "operator": limit.operator,
        "margin": in_unit(limit.margin, unit),
    }


def _citation(citation: Citation) -> dict[str, str | None]:
    return {
        "document": citation.document,
        "number": citation.number,
        "clause": citation.clause,
        "quote": citation.quote,
        "standing": citation.standing,
    }


def _measures(measures: Mapping[str, float | int | str | None]) -> dict[str, float | int | str | None]:
    """Measures rounded by the unit that their name ends in."""
    told: dict[str, float | int | str | None] = {}
    for name, value in measures.items():
        told[name] = value if isinstance(value, str) else in_unit(value, unit_of(name, None))
    return told


def _evidence(finding: Finding, item: Evidence) -> dict[str, Any]:
    return {
        "id": finding.evidence_id(item),
        "role": item.role,
        "feature": item.feature,
        "area_m2": figure(item.area_m2, METRES),
        "length_m": figure(item.length_m, METRES),
        "width_m": figure(item.width_m, METRES),
        "sliver": bool(item.sliver),
        "bbox": None if item.bbox is None else [figure(number, DEGREES) for number in item.bbox],
        "note": None if item.note is None else _both(item.note),
    }


def _languages(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _both(text: Text) -> str:
    return text.show("both")
