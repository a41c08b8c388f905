"""How a share spreads over the phases and areas of a zone: a chart, taken from the finding's own evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from checks.model import Finding, Report
from layers.text import Text
from maps import figures
from maps.land import of_zone
from maps.page_words import pair

KIND = "share"
MOST_EVIDENCE = 2_000
MOST_PARTS = 12
BY = (("phase", Text("分期", "by phase")), ("area", Text("片区", "by area")))


def by_part(report: Report, finding: Finding, zone: str) -> Iterator[dict[str, Any]]:
    """Bars of the share that the evidence takes of each phase, and of each area, where a zone has several.

    Only for shares of land whose evidence is areas; slivers count, as they do in the finding's own value.
    """
    shapes = [item.geometry for item in finding.outcome.evidence if item.geometry is not None]
    zones = report.inputs.layers.get("zones")
    if finding.kind != KIND or finding.subject != "zone" or finding.outcome.value is None or zones is None:
        return
    if not shapes or len(shapes) > MOST_EVIDENCE or any(shapely.get_dimensions(shapes) != 2):
        return
    taken, rows, plane = shapely.union_all(shapes), of_zone(zones.frame, zone), report.inputs.plane
    for column, title in BY:
        parts = rows[column].dropna().unique() if column in rows.columns else []
        if not 1 < len(parts) <= MOST_PARTS:
            continue
        told = []
        for part in parts:
            land = shapely.union_all(np.asarray(rows.geometry[rows[column] == part]))
            whole_m2 = plane.area_m2(land)
            share = plane.area_m2(shapely.intersection(taken, land)) / whole_m2 if whole_m2 else 0.0
            told.append([[str(part)], min(share, 1.0), pair(figures.figure(share, "share"))])
        yield {"kind": "bars", "title": pair(title), "rows": told}
