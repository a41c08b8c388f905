"""A finding as the HTML map tells it: words in both languages, figures written out, evidence with its geometry."""

from __future__ import annotations

from typing import Any

from checks.model import Evidence, Finding, Limit, Report
from geo.plane import Plane
from layers.roles import roles
from layers.text import Text
from maps import figures, labels
from maps.chart_parts import by_part
from maps.charts import bars, gauges, series
from maps.coords import Shapes
from maps.measure_words import measure_words
from maps.outputs.findings import ordered
from maps.page_words import pair

Json = dict[str, Any]
MOST_EVIDENCE = {"fail": 4000}
OTHER_EVIDENCE = 1000
"""So many entries of a finding's evidence are on the page; the GeoPackage has all of them."""


def page_finding(report: Report, finding: Finding, zone: str, shapes: Shapes, *, brief: bool) -> Json:
    """A finding of a zone, its evidence among `shapes`; `brief`: without texts and evidence."""
    outcome, citation = finding.outcome, finding.citation
    told: Json = {
        "id": finding.id, "rule": finding.rule,
        "subject": pair(labels.SUBJECT.get(finding.subject, _own(finding.subject))),
        "land": "expansion" if finding.subject == "expansion" else "zones",
        "title": pair(finding.title), "verdict": finding.verdict, "word": pair(labels.verdict(finding)),
        "message": pair(outcome.message), "value": pair(labels.value(finding)),
        "limits": [_limit(finding, limit) for limit in labels.limits(finding)],
        "basis": pair(labels.basis(finding)), "basis_kind": finding.basis,
        "standing": pair(labels.standing(finding)), "standing_kind": citation.standing,
        "citation": [citation.document, citation.number, citation.clause, citation.quote],
        "measures": [], "missing": [pair(wanted(entry)) for entry in outcome.missing],
        "texts": {}, "evidence": [], "evidence_count": len(outcome.evidence), "charts": [],
    }  # fmt: skip
    if brief:
        return told
    kept = ordered(report, finding)[: MOST_EVIDENCE.get(finding.verdict, OTHER_EVIDENCE)]
    return told | {
        "measures": [
            [pair(measure_words(name)), pair(_measure(name, value))] for name, value in outcome.measures.items()
        ],
        "texts": {name: pair(text) for name, text in finding.texts.items()},
        "evidence": [_evidence(finding, item, report.inputs.plane, shapes) for item in kept],
        "charts": [
            *gauges(finding),
            *bars(finding),
            *by_part(report, finding, zone),
            *series(report, finding),
        ],
    }


def wanted(entry: str) -> Text:
    """What is missing: the titles of role and field, or the document's kind in words, then the name to write."""
    sort, _, name = entry.partition(":")
    told, what = labels.wanted(entry), labels.WANTED.get(sort)
    if what is None:
        return told
    if sort == "document":
        kinds = roles()["documents"].fields["kind"].values or {}
        return Text(f"{what.zh} {kinds[name][0]}({name})", told.en) if kinds.get(name) else told
    role_name, _, field_name = name.partition("/")[0].partition(".")
    role = roles().get(role_name)
    if sort == "param" or role is None:
        return told
    field, feature = role.fields.get(field_name), name.partition("/")[2]
    more = Text(f" {feature}", f" {feature}") if feature else Text("", "")
    if field is not None:
        more = Text(f":{field.title.zh}", f": {field.title.en}")
    return what + Text(" ", " ") + role.title + more + Text(f"({name})", f" ({name})")


def _own(name: str) -> Text:
    return Text(name, name)


def _limit(finding: Finding, limit: Limit) -> Json:
    unit = labels.unit(finding, limit)
    return {
        "name": pair(measure_words(limit.name)) if limit.name else [""],
        "value": pair(figures.figure(limit.value, unit, beside=limit.threshold)),
        "required": pair(labels.required(limit, unit)),
        "margin": pair(figures.margin(limit.margin, unit)),
        "met": limit.met,
    }


def _measure(name: str, value: float | str | None) -> Text:
    if isinstance(value, str) or name == "year":
        return _own(str(value))
    return figures.figure(value, figures.unit_of(name, "ratio"))


def _evidence(finding: Finding, item: Evidence, plane: Plane, shapes: Shapes) -> Json:
    told = [
        figures.figure(value, unit)
        for value, unit in ((item.area_m2, "m2"), (item.length_m, "m")) if value is not None
    ]  # fmt: skip
    if item.width_m is not None:
        wide = figures.figure(item.width_m, "m")
        told.append(Text(f"宽 {wide.zh}", f"{wide.en} wide"))
    if item.sliver:
        told.append(labels.SLIVER)
    return {
        "id": finding.evidence_id(item),
        "role": item.role,
        "key": item.feature + (f"~{item.part}" if item.part > 1 else ""),
        "figures": [pair(text) for text in told],
        "note": pair(item.note) if item.note else None,
        "shape": None if item.geometry is None else shapes.number(plane.to_lonlat(item.geometry)),
    }
