"""What the HTML map shows, as plain values: words in both languages, figures already written out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyproj import CRS

from checks.model import VERDICTS, Report
from layers.model import InputRecord, Layer, Raster, Table
from layers.text import Text
from maps import labels
from maps.basemap import Basemap
from maps.coords import Shapes
from maps.hillshade import hillshade
from maps.land import places
from maps.outputs.findings import tool
from maps.packed import zipped
from maps.page_findings import page_finding
from maps.page_layers import page_layers, symbol
from maps.page_words import pair
from maps.style import verdict_symbol

Json = dict[str, Any]
MOST_ZONES = 50
"""With more zones the page is an overview: verdicts and figures, without texts, evidence and their geometry."""
TRANSVERSE = "Transverse Mercator"


@dataclass(frozen=True, slots=True)
class PageData:
    """Everything that the page holds: `told` as JSON, and the packed geometry of its layers, in their order."""

    told: Json
    blocks: tuple[str, ...] = ()

    def zipped(self) -> str:
        """`told` as characters that a page can hold."""
        content = json.dumps(self.told, ensure_ascii=False, separators=(",", ":"))
        return zipped(content.encode("utf-8", "replace"))


def page_data(report: Report, basemap: Basemap | None = None, pages: Mapping[str, str] | None = None) -> PageData:
    """Everything that the page holds, in the order that it is shown in; `pages`: by zone a page of its own."""
    project = report.inputs.project
    overview = len(report.zones) > MOST_ZONES
    shapes = Shapes()
    told: Json = {
        "lang": "en" if project.lang == "en" else "zh",
        "project": {
            "name": project.name, "as_of": pair(labels.as_of(report)), "crs": report.inputs.plane.crs,
            "packs": pair(labels.packs(report)), "context_m": project.context_m,
            "grid": transverse(report.inputs.plane.crs),
        },
        "tool": tool(),
        "verdict": report.verdict,
        "words": {verdict: pair(labels.SHORT[verdict]) for verdict in VERDICTS},
        "disclaimer": pair(labels.DISCLAIMER),
        "styles": {verdict: symbol(verdict_symbol(verdict)) for verdict in VERDICTS},
        "overview": overview,
        "zones": [
            {
                "name": zone.zone,
                "verdict": zone.verdict,
                "page": (pages or {}).get(zone.zone),
                "places": places(report, zone.zone),
                "findings": [
                    page_finding(report, finding, zone.zone, shapes, brief=overview) for finding in zone.findings
                ],
            }
            for zone in report.zones
        ],
        "shapes": shapes.told,
        "inputs": [_input(report, record) for record in report.inputs.records],
        "notes": [pair(note) for note in report.notes],
        "hillshade": hillshade(report),
        "basemap": None if basemap is None else basemap.told(),
    }  # fmt: skip
    layers = page_layers(report, len(PageData(told).zipped()))
    told["layers"] = [layer.told for layer in layers]
    return PageData(told, tuple(text for layer in layers for text in layer.packed))


def transverse(crs: str) -> Json | None:
    """The numbers of a transverse Mercator plane, so that the page can tell its coordinates; None for any other."""
    parsed = CRS.from_user_input(crs)
    operation, ellipsoid = parsed.coordinate_operation, parsed.ellipsoid
    if operation is None or operation.method_name != TRANSVERSE or ellipsoid is None:
        return None
    params = list(operation.params)
    lat0, lon0, k0 = (param.value for param in params[:3])
    east_m, north_m = (float(param.value) * param.unit_conversion_factor for param in params[3:5])
    return {
        "lat0": lat0, "lon0": lon0, "k0": k0, "east_m": east_m, "north_m": north_m,
        "a": ellipsoid.semi_major_metre, "rf": ellipsoid.inverse_flattening,
    }  # fmt: skip


def _input(report: Report, record: InputRecord) -> Json:
    inputs = report.inputs
    everything: dict[str, Layer | Table | Raster] = {**inputs.layers, **inputs.tables, **inputs.rasters}
    known = everything.get(record.role)
    return {
        "role": record.role,
        "title": pair(known.role.title if known else Text(record.role, record.role)),
        "source": record.source,
        "sha256": record.sha256,
        "crs": record.crs,
        "features": record.features,
        "read": record.read,
        "repaired": list(record.repaired),
        "notes": [pair(note) for note in record.notes],
    }
