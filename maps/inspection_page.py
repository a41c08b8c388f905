"""The map of an inspection: the review page, with sources in the place of zones and flaws in that of findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from checks.model import Verdict
from geo.crs import crs_name, output_crs
from geo.plane import Plane
from layers.inspection.model import Flaw, Inspection, Level, Seen, Spot
from layers.model import Layer
from layers.roles import roles
from layers.text import Text
from maps.coords import Shapes
from maps.detail import WHOLE
from maps.inspection import WORDS, facts, headline, value_text
from maps.outputs.findings import tool
from maps.page import page
from maps.page_data import PageData, transverse
from maps.page_layers import layer_drawn, symbol
from maps.page_words import pair
from maps.style import role_style, verdict_symbol

Json = dict[str, Any]
DRAWN: Mapping[Level, Verdict] = {"error": "fail", "look": "undetermined", "note": "info"}
OTHERS: Mapping[Verdict, Text] = {
    "pass": Text("未发现问题", "nothing found"),
    "not-applicable": Text("不适用", "not applicable"),
}
ABOUT = Text(
    "由软件对数据本身所做的检查,不是审查结论。", "A look at the data themselves, made by software; no verdicts."
)
WHAT = Text("数据检查", "inspection of the data")
OWN: Mapping[str, Text] = {
    "findings": Text("检查结果", "Flaws"),
    "zone": Text("数据", "Data"),
    "allZones": Text("全部数据", "All data"),
    "evidence": Text("位置", "Places"),
    "measured": Text("处数", "Places"),
    "onlyFindings": Text("只看问题", "Only flaws"),
    "inPackage": Text("其余见 inspect.json", "the others are in inspect.json"),
    "search": Text("搜索问题( / )", "Search flaws ( / )"),
    "searchZones": Text("搜索数据( / )", "Search data ( / )"),
    "csvName": Text("数据检查", "inspection"),
    "toFinding": Text("查看问题", "Show flaw"),
    "verdict": Text("结果", "Result"),
}
"""The page's words where an inspection has others."""
MOST_PLACES = 300
"""So many places of a flaw are on the page; inspect.json lists more."""


def inspection_page(found: Inspection) -> str:
    """The page; sources without geometry are in its list too."""
    boxes = np.array([seen.bbox for seen in found.sources if seen.bbox is not None] or [(99.0, 23.0, 100.0, 24.0)])
    bounds = (*map(float, boxes[:, :2].min(axis=0)), *map(float, boxes[:, 2:].max(axis=0)))
    plane = Plane(crs_name(output_crs(bounds)))  # type: ignore[arg-type]
    drawn = [layer for seen in _by_role(found) if (layer := _drawn(seen, plane)) is not None]
    shapes = Shapes()
    told: Json = {
        "lang": "en" if found.lang == "en" else "zh",
        "project": {
            "name": found.name, "as_of": ["-"], "crs": plane.crs, "packs": pair(WHAT),
            "context_m": 0, "grid": transverse(plane.crs),
        },
        "tool": tool(),
        "verdict": _verdict(next((level for level in WORDS if found.counts[level]), None)),
        "words": {DRAWN[level]: pair(WORDS[level]) for level in WORDS}
        | {verdict: pair(text) for verdict, text in OTHERS.items()},
        "disclaimer": pair(ABOUT),
        "styles": {
            verdict: symbol(verdict_symbol(verdict)) for verdict in (*DRAWN.values(), *OTHERS)
        },
        "overview": False,
        "own": {key: pair(text) for key, text in OWN.items()},
        "zones": [_zone(seen, at, shapes) for at, seen in enumerate(found.sources)],
        "shapes": shapes.told,
        "inputs": [_input(seen) for seen in found.sources],
        "notes": [pair(problem.text) for problem in found.problems],
        "hillshade": None,
        "basemap": None,
        "layers": [told for told, _ in drawn],
    }  # fmt: skip
    return page(PageData(told, tuple(text for _, blocks in drawn for text in blocks)))


def _verdict(level: Level | None) -> Verdict:
    return "pass" if level is None else DRAWN[level]


def _zone(seen: Seen, at: int, shapes: Shapes) -> Json:
    name = f"{at + 1} {seen.title.zh} {seen.source or ''}".strip()
    places = [] if seen.bbox is None else [_where(seen)]
    return {
        "name": name,
        "verdict": _verdict(seen.level),
        "places": places,
        "findings": [_finding(seen, one, f"{at}/{number}", shapes) for number, one in enumerate(seen.flaws)],
    }


def _where(seen: Seen) -> Json:
    return {"name": None, "role": None, "bounds": [round(value, 6) for value in seen.bbox or ()]}


def _finding(seen: Seen, flaw: Flaw, key: str, shapes: Shapes) -> Json:
    verdict = DRAWN[flaw.level]
    places = f"{flaw.count}"
    return {
        "id": f"{key}/{flaw.code}", "rule": flaw.code, "subject": pair(seen.title), "land": seen.role,
        "title": pair(flaw.what), "verdict": verdict, "word": pair(WORDS[flaw.level]),
        "message": pair(headline(flaw)), "value": [places], "limits": [],
        "basis": [""], "basis_kind": "stated", "standing": [""], "standing_kind": None,
        "citation": [None, None, None, None], "measures": [], "missing": [],
        "texts": {"mend": pair(flaw.mend)},
        "evidence": [
            _evidence(seen, flaw, spot, f"{key}/{at}", shapes) for at, spot in enumerate(flaw.spots[:MOST_PLACES])
        ],
        "evidence_count": flaw.count, "charts": [],
    }  # fmt: skip


def _evidence(seen: Seen, flaw: Flaw, spot: Spot, key: str, shapes: Shapes) -> Json:
    shape = spot.shape
    if shape is None and spot.lonlat is not None:
        shape = shapely.Point(spot.lonlat)
    return {
        "id": key,
        "role": seen.role,
        "key": spot.feature,
        "figures": [] if spot.value is None else [pair(value_text(flaw, spot.value))],
        "note": pair(spot.note) if spot.note else None,
        "shape": shapes.number(shape),
    }


def _input(seen: Seen) -> Json:
    return {
        "role": seen.role, "title": pair(seen.title), "source": seen.source, "sha256": None,
        "crs": None if seen.crs is None else seen.crs.value.en, "features": seen.features or 0,
        "read": seen.features or 0, "repaired": [], "notes": [pair(text) for text in facts(seen)],
    }  # fmt: skip


def _by_role(found: Inspection) -> list[Seen]:
    """Sources that can be drawn, zones last so that they lie on top."""
    return sorted((seen for seen in found.sources if seen.shown), key=lambda seen: seen.role in ("zones", "expansion"))


def _drawn(seen: Seen, plane: Plane) -> tuple[Json, tuple[str, ...]] | None:
    if seen.shown is None or seen.role not in roles():
        return None
    ids, lonlat = seen.shown
    frame = gpd.GeoDataFrame({"feature": list(ids)}, geometry=gpd.GeoSeries(plane.from_lonlat(lonlat), crs=plane.crs))
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    layer = Layer(roles()[seen.role], frame)
    style = replace(role_style(seen.role), by=None, classes=())
    made = layer_drawn(layer, style, WHOLE, failing=frozenset(), land=shapely.STRtree([]), plane=plane)
    told = made.told | {"names": []}
    if seen.features is not None and seen.features > len(frame):
        few = f"{len(frame)} / {seen.features}"
        told["said"] = [pair(Text(f"只画 {few} 个", f"{few} are drawn"))]
    return told, made.packed
