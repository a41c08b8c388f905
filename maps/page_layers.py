"""The layers of the HTML map: their features packed, their fields as columns, and how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from checks import words
from checks.model import Report
from geo.plane import Plane
from layers.model import Field, Layer
from maps import figures
from maps.detail import MOST_BYTES, WHOLE, WHOLE_FEATURES, Detail, fitting, said
from maps.land import names
from maps.near import LAND, near, nearest_first
from maps.packed import FINE, Block, blocks, zipped
from maps.page_words import pair
from maps.style import Style, Symbol, drawn

Json = dict[str, Any]
ENVELOPE = 320_000
"""Bytes of the page that no layer takes: Leaflet, scripts and styles."""


def symbol(told: Symbol) -> Json:
    """A symbol as the page's canvas draws it."""
    return {
        "fill": told.fill, "stroke": told.stroke, "opacity": told.opacity, "width": told.width,
        "dash": list(told.dash), "radius": told.radius, "hatch": told.hatch,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageLayer:
    """What the page says of a layer, and its blocks as they stand in the page."""

    told: Json
    packed: tuple[str, ...]

    @property
    def size(self) -> int:
        """About how many bytes of the page it takes; its columns are zipped together with other values."""
        return sum(len(text) for text in self.packed) + _columns_size(self.told)


def page_layers(report: Report, beside: int) -> list[PageLayer]:
    """The layers near the land, from the bottom of the drawing order to its top; `beside` bytes are taken already."""
    land = [report.inputs.layers[role].frame.geometry.to_numpy() for role in LAND if role in report.inputs.layers]
    tree = shapely.STRtree(np.concatenate(land) if land else [])
    failing = _failing(report)
    plane = report.inputs.plane
    shown = [(layer, style) for layer, style in drawn(near(report))]

    def draw(detail: Detail) -> list[PageLayer]:
        kept = ((layer, style, failing.get(layer.role.name, frozenset())) for layer, style in shown)
        return [
            layer_drawn(layer, style, detail, failing=whole, land=tree, plane=plane) for layer, style, whole in kept
        ]

    vertices = sum(int(shapely.get_num_coordinates(layer.frame.geometry.to_numpy()).sum()) for layer, _ in shown)
    return fitting(draw, lambda made: sum(one.size for one in made), MOST_BYTES - beside - ENVELOPE, vertices)


def _failing(report: Report) -> Mapping[str, frozenset[str]]:
    """By role the features that prove a fail: they keep their shape."""
    found: dict[str, set[str]] = {}
    for zone in report.zones:
        for finding in zone.findings:
            if finding.verdict == "fail":
                for item in finding.outcome.evidence:
                    found.setdefault(item.role, set()).add(item.feature)
    return {role: frozenset(features) for role, features in found.items()}


def layer_drawn(
    layer: Layer, style: Style, detail: Detail, *, failing: frozenset[str], land: shapely.STRtree, plane: Plane
) -> PageLayer:
    """A layer as the page draws it at that detail; `failing` features keep their shape."""
    count = len(layer.frame)
    if count <= WHOLE_FEATURES:
        detail = WHOLE
    frame = nearest_first(layer.frame, land, detail.most) if detail.most else layer.frame
    whole = frame["feature"].isin(failing).to_numpy() if detail is not WHOLE else np.ones(len(frame), dtype=bool)
    packed = _blocks(frame.geometry.to_numpy(), whole, detail, plane)
    rows = np.concatenate([block.rows for block in packed]) if packed else np.zeros(0, dtype=np.int64)
    frame = frame.iloc[rows]
    fields = [field for name, field in layer.role.fields.items() if name in frame.columns and _says_more(frame, name)]
    kept = whole[rows] | detail.fields
    classes = [style.class_of(value) for value in frame[style.by]] if style.by in frame.columns else None
    told = {
        "role": layer.role.name,
        "title": pair(layer.role.title),
        "shape": layer.role.geometry[0],
        "shown": style.shown,
        "style": symbol(style.symbol),
        "classes": [{"title": pair(one.title), "style": symbol(one.symbol)} for one in style.classes],
        "fields": [pair(field.title) for field in fields],
        "label": next((index for index, field in enumerate(fields) if field.name == "name"), None),
        "names": names(layer, plane) if layer.role.name in LAND else [],
        "count": count,
        "said": [pair(text) for text in said(detail, int(whole.sum()), len(rows), count)],
        "blocks": [[block.kind, block.per_degree, len(block.rows)] for block in packed],
        "ids": frame["feature"].where(kept, "").tolist(),
        "class": classes,
        "columns": [column(field, frame[field.name], kept) for field in fields],
    }  # fmt: skip
    return PageLayer(told, tuple(zipped(block.data) for block in packed))


def _says_more(frame: pd.DataFrame, name: str) -> bool:
    """Whether a field says more than the feature's id, which is told anyway."""
    return name != "id" or not bool((frame[name] == frame["feature"]).all())


def _blocks(geometry: NDArray[np.object_], whole: NDArray[np.bool_], detail: Detail, plane: Plane) -> list[Block]:
    """Features that fail on the finest grid, the others as the step says; those are drawn first, below."""
    told: list[Block] = []
    for rows, per_degree, tolerance_m in (
        (np.flatnonzero(~whole), detail.per_degree, detail.tolerance_m),
        (np.flatnonzero(whole), FINE, 0.0),
    ):
        if len(rows):
            shapes = geometry[rows]
            if tolerance_m:
                shapes = shapely.simplify(shapes, tolerance_m, preserve_topology=False)
                gone = shapely.is_empty(shapes)
                shapes[gone] = shapely.envelope(geometry[rows][gone])
            told += blocks(plane.to_lonlat(shapes), per_degree, rows)
    return told


def column(field: Field, values: pd.Series, kept: NDArray[np.bool_]) -> list[Any]:
    """A column as [distinct texts, index of each row's]; -1 where there is no value."""
    codes, distinct = pd.factorize(values.where(pd.Series(kept, index=values.index)))
    texts: list[list[str]] = []
    index: dict[tuple[str, ...], int] = {}
    numbers = [-1]
    for value in reversed(distinct):
        told = shown(field, value)
        if told is not None and tuple(told) not in index:
            index[tuple(told)] = len(texts)
            texts.append(told)
        numbers.append(-1 if told is None else index[tuple(told)])
    return [texts, np.array(numbers[::-1])[codes].tolist()]


def _columns_size(told: Json) -> int:
    """What ids and columns take when zipped, from what such columns took; geometry is measured, this is estimated."""
    ids = sum(len(text) for text in told["ids"]) * 0.6
    texts = sum(len(text) for texts, _ in told["columns"] for entry in texts for text in entry) * 0.6
    rows = sum(len(rows) * (0.4 if len(texts) < 64 else 2.0) for texts, rows in told["columns"] if texts)
    return int(ids + texts + rows + 0.4 * len(told["class"] or ()))


def shown(field: Field, value: object) -> list[str] | None:
    """A value as the popup shows it: listed values in words, numbers with their unit, None where there is none."""
    if value is None or value != value:  # noqa: PLR0124 (NaN)
        return None
    if isinstance(value, date):
        return [value.isoformat()[:10]]
    if isinstance(value, int | float | np.number):
        if field.type == "integer":
            return [str(int(value))]
        return pair(figures.figure(float(value), field.unit)) if field.unit else [words.number(float(value), trim=True)]
    text = str(value)
    listed: Mapping[str, Sequence[str]] = field.values or {}
    return [listed[text][0], text] if listed.get(text) else [text]
