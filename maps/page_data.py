"""What the HTML map shows, as plain values: words in both languages, figures already written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import shapely

from checks import words
from checks.model import VERDICTS, Evidence, Finding, Limit, Report, ZoneReport
from geo.plane import Plane
from layers.model import Field, InputRecord, Layer, Raster, Table
from layers.text import Text
from maps import figures, labels
from maps.coords import packed
from maps.land import names, places
from maps.near import LAND, near, nearest_first
from maps.outputs.findings import ordered, tool
from maps.style import Style, Symbol, drawn, verdict_symbol

MOST_FEATURES = 20_000
WHOLE_FEATURES = 5_000
COARSE_M = 1.0
"""Layers with more features than are drawn whole are generalised to this; findings never use drawn geometry."""

Json = dict[str, Any]


def page_data(report: Report) -> Json:
    """Everything that the page holds, in the order that it is shown in."""
    project = report.inputs.project
    return {
        "lang": "en" if project.lang == "en" else "zh",
        "project": {
            "name": project.name, "as_of": pair(labels.as_of(report)), "crs": report.inputs.plane.crs,
            "packs": pair(labels.packs(report)), "context_m": project.context_m,
        },
        "tool": tool(),
        "verdict": report.verdict,
        "words": {verdict: pair(labels.SHORT[verdict]) for verdict in VERDICTS},
        "disclaimer": pair(labels.DISCLAIMER),
        "styles": {verdict: symbol(verdict_symbol(verdict)) for verdict in VERDICTS},
        "zones": [_zone(report, zone) for zone in report.zones],
        "layers": _layers(report),
        "inputs": [_input(report, record) for record in report.inputs.records],
        "notes": [pair(note) for note in report.notes],
    }  # fmt: skip


def pair(text: Text) -> list[str]:
    """Both languages of a text; one entry where they do not differ."""
    return [text.zh] if text.zh == text.en else [text.zh, text.en]


def symbol(told: Symbol) -> Json:
    """A symbol as the page's canvas draws it."""
    return {
        "fill": told.fill, "stroke": told.stroke, "opacity": told.opacity, "width": told.width,
        "dash": list(told.dash), "radius": told.radius, "hatch": told.hatch,
    }  # fmt: skip


def _zone(report: Report, zone: ZoneReport) -> Json:
    return {
        "name": zone.zone,
        "verdict": zone.verdict,
        "places": places(report, zone.zone),
        "findings": [_finding(report, finding) for finding in zone.findings],
    }


def _finding(report: Report, finding: Finding) -> Json:
    outcome, citation = finding.outcome, finding.citation
    plane = report.inputs.plane
    return {
        "id": finding.id, "rule": finding.rule,
        "subject": pair(labels.SUBJECT.get(finding.subject, _own(finding.subject))),
        "title": pair(finding.title), "verdict": finding.verdict, "word": pair(labels.verdict(finding)),
        "message": pair(outcome.message), "value": pair(labels.value(finding)),
        "limits": [_limit(finding, limit) for limit in labels.limits(finding)],
        "basis": pair(labels.basis(finding)), "standing": pair(labels.standing(finding)),
        "citation": [citation.document, citation.number, citation.clause, citation.quote],
        "measures": [[name, pair(_measure(name, value))] for name, value in outcome.measures.items()],
        "missing": [pair(labels.wanted(entry)) for entry in outcome.missing],
        "texts": {name: pair(text) for name, text in finding.texts.items()},
        "evidence": [_evidence(finding, item, plane) for item in ordered(report, finding)],
    }  # fmt: skip


def _own(name: str) -> Text:
    return Text(name, name)


def _limit(finding: Finding, limit: Limit) -> Json:
    unit = labels.unit(finding, limit)
    return {
        "name": limit.name,
        "value": pair(figures.figure(limit.value, unit, beside=limit.threshold)),
        "required": pair(labels.required(limit, unit)),
        "margin": pair(figures.margin(limit.margin, unit)),
        "met": limit.met,
    }


def _measure(name: str, value: float | str | None) -> Text:
    return _own(value) if isinstance(value, str) else figures.figure(value, figures.unit_of(name, "ratio"))


def _evidence(finding: Finding, item: Evidence, plane: Plane) -> Json:
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
        "shape": None if item.geometry is None else packed(plane.to_lonlat(item.geometry)),
    }


def _layers(report: Report) -> list[Json]:
    """The layers near the land, from the bottom of the drawing order to its top."""
    land = [report.inputs.layers[role].frame.geometry.to_numpy() for role in LAND if role in report.inputs.layers]
    tree = shapely.STRtree(np.concatenate(land))
    told = []
    for layer, style in drawn(near(report)):
        frame = nearest_first(layer.frame, tree, MOST_FEATURES)
        told.append(_layer(replace(layer, frame=frame), style, len(layer.frame), report.inputs.plane))
    return told


def _layer(layer: Layer, style: Style, count: int, plane: Plane) -> Json:
    frame = layer.frame
    geometry = frame.geometry.to_numpy()
    coarse = count > WHOLE_FEATURES
    if coarse:
        geometry = shapely.simplify(geometry, COARSE_M)
    lonlat = plane.to_lonlat(geometry)
    fields = [field for name, field in layer.role.fields.items() if name in frame.columns]
    columns = [[shown(field, value) for value in frame[field.name]] for field in fields]
    classes = frame[style.by] if style.by in frame.columns else [None] * len(frame)
    return {
        "role": layer.role.name,
        "title": pair(layer.role.title),
        "shape": "line" if layer.role.geometry[0] == "line" else layer.role.geometry[0],
        "shown": style.shown,
        "style": symbol(style.symbol),
        "classes": [{"title": pair(one.title), "style": symbol(one.symbol)} for one in style.classes],
        "fields": [pair(field.title) for field in fields],
        "names": names(layer, plane) if layer.role.name in LAND else [],
        "count": count,
        "coarse": coarse,
        "features": [
            [feature, style.class_of(value), [column[row] for column in columns], packed(lonlat[row])]
            for row, (feature, value) in enumerate(zip(frame["feature"], classes, strict=True))
        ],
    }


def shown(field: Field, value: object) -> list[str] | None:
    """A value as the popup shows it: listed values in words, numbers with their unit, None where there is none."""
    if value is None or value != value:  # noqa: PLR0124 (NaN)
        return None
    if isinstance(value, date):
        return [value.isoformat()[:10]]
    if isinstance(value, int | float | np.number):
        if field.type == "integer":
            return [str(int(value))]
        unit = "m2" if field.unit == "m2" else field.unit
        return pair(figures.figure(float(value), unit)) if unit else [words.number(float(value), trim=True)]
    text = str(value)
    listed: Mapping[str, tuple[str, ...]] = field.values or {}
    return [listed[text][0], text] if listed.get(text) else [text]


def _input(report: Report, record: InputRecord) -> Json:
    inputs = report.inputs
    everything: dict[str, Layer | Table | Raster] = {**inputs.layers, **inputs.tables, **inputs.rasters}
    known = everything.get(record.role)
    return {
        "role": record.role,
        "title": pair(known.role.title if known else _own(record.role)),
        "source": record.source,
        "sha256": record.sha256,
        "crs": record.crs,
        "features": record.features,
        "read": record.read,
        "repaired": list(record.repaired),
        "notes": [pair(note) for note in record.notes],
    }
