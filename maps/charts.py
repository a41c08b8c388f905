"""Small charts of a finding, where a picture says more than its words: plain values, drawn by the page."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from checks.model import Finding, Report
from layers.text import Text
from maps import figures, labels
from maps.measure_words import KEYED, class_words, measure_words
from maps.page_words import pair

Json = dict[str, Any]
FEWEST_BARS = 2
MOST_BARS = 12
MOST_LINES = 6
APART = frozenset({"known_share", "deviation_share", "difference_share", "explained_share"})
"""Shares of something else than the land: no bar beside the others."""
SERIES_KINDS = ("trend", "limits-kept")


def gauges(finding: Finding) -> list[Json]:
    """A value against its benchmark, for every limit of a finding that has both; none against a limit of nil."""
    told = []
    for limit in labels.limits(finding):
        value, threshold = limit.value, limit.threshold
        if value is None or not threshold or not math.isfinite(value) or min(value, threshold) < 0:
            continue
        unit = labels.unit(finding, limit)
        top = 1.0 if unit == "share" and max(value, threshold) <= 1 else max(value, threshold) * 1.15
        told.append(
            {
                "kind": "gauge", "title": pair(measure_words(limit.name)) if limit.name else None,
                "value": value / top, "threshold": threshold / top, "at_least": limit.operator == ">=",
                "met": limit.met, "value_text": pair(figures.figure(value, unit, beside=threshold, brief=True)),
                "threshold_text": pair(labels.required(limit, unit)),
            }
        )  # fmt: skip
    return told


def bars(finding: Finding) -> list[Json]:
    """Measures that belong together, as bars: one for each class of slope, cover or code; shares side by side."""
    groups: dict[tuple[str, str], list[tuple[Text, float]]] = defaultdict(list)
    for name, value in finding.outcome.measures.items():
        if isinstance(value, str) or value is None or not math.isfinite(value) or value < 0:
            continue
        keyed = KEYED.fullmatch(name)
        if keyed is not None:
            label = class_words(keyed)
            groups[keyed["stem"], keyed["unit"]].append((Text(label, label), value))
        elif name.endswith("_share") and name not in APART:
            groups["", "share"].append((measure_words(name), value))
    return [
        _bars(stem, unit, rows)
        for (stem, unit), rows in groups.items()
        if FEWEST_BARS <= len(rows) <= MOST_BARS and any(value for _, value in rows)
        if unit == "share" or (stem, "share") not in groups
    ]


def _bars(stem: str, unit: str, rows: list[tuple[Text, float]]) -> Json:
    top = 1.0 if unit == "share" else max(value for _, value in rows)
    return {
        "kind": "bars",
        "title": pair(measure_words(stem)) if stem else None,
        "rows": [[pair(label), value / top, pair(figures.figure(value, unit, brief=True))] for label, value in rows],
    }


def series(report: Report, finding: Finding) -> list[Json]:
    """Annual values of each indicator by station, for rules on environmental quality."""
    table = report.inputs.tables.get("environment")
    if table is None or finding.kind not in SERIES_KINDS or "year" not in table.frame.columns:
        return []
    frame = table.frame[table.frame["year"].notna() & table.frame["value"].notna()]
    told = []
    for indicator, rows in frame.groupby("indicator", sort=True):
        lines = []
        for station, own in rows.groupby("station", sort=True):
            points = sorted((int(year), float(value)) for year, value in zip(own["year"], own["value"], strict=True))
            lines.append({"name": str(station), "points": [list(point) for point in points]})
        if any(len({year for year, _ in line["points"]}) > 1 for line in lines):
            units = sorted({str(unit) for unit in rows["unit"] if isinstance(unit, str)}) if "unit" in rows else []
            told.append(
                {"kind": "series", "title": [f"{indicator} {' / '.join(units)}".strip()], "lines": lines[:MOST_LINES]}
            )
    return told
