"""Maps drawn by matplotlib, for figures and the Word report: the layers near the land in the styles of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from checks.model import Finding, Report
from layers.model import Layer
from layers.text import Lang, Text
from maps import labels
from maps.columns import wrap
from maps.lengths import round_length
from maps.near import near
from maps.style import Style, Symbol, drawn, verdict_symbol

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = (
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "SimHei",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
"""Fonts with Chinese characters, the first that is installed is taken."""
POINT_PX = 0.55
"""Points of a printed line for a pixel of the page's styles."""
SIZE_IN = (8.27, 5.85)
MARGIN = 0.08
FOOT_COLUMNS = 150
"""Columns of text, a Chinese character two of them, that fit under a picture."""
NORTH = Text("北", "N")
NOTE = Text("图形来自项目数据;由软件生成,供审查参考", "drawn by software from the project's data, to support a review")


@cache
def font() -> str | None:
    """The name of an installed font with Chinese characters, None where there is none."""
    from matplotlib import font_manager  # noqa: PLC0415

    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in installed), None)


def overview(report: Report, lang: Lang) -> Figure:
    """The zones, the expansion and all layers about them."""
    inputs = report.inputs
    lands = [inputs.layers[role].frame for role in ("zones", "expansion") if role in inputs.layers]
    bounds = shapely.total_bounds(np.concatenate([frame.geometry.to_numpy() for frame in lands]))
    title = Text(f"{inputs.project.name} 总览", f"{inputs.project.name}: overview")
    return _figure(report, title, bounds, (), lang)


def of_finding(report: Report, finding: Finding, lang: Lang) -> Figure | None:
    """The place of a finding's evidence; None where nothing of it has a place."""
    shapes = [item.geometry for item in finding.outcome.evidence if item.geometry is not None]
    if not shapes:
        return None
    bounds = shapely.total_bounds(np.array([*shapes, None], dtype=object)[:-1])
    words = labels.verdict(finding)
    title = Text(f"{finding.rule} {finding.title.zh}:{words.zh}", f"{finding.rule} {finding.title.en}: {words.en}")
    return _figure(report, title, bounds, (finding,), lang)


def _figure(report: Report, title: Text, bounds: Any, findings: Sequence[Finding], lang: Lang) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=SIZE_IN, dpi=200)
    axes = figure.add_axes((0.02, 0.08, 0.74, 0.82))
    box = _widened(bounds, SIZE_IN[0] * 0.74 / (SIZE_IN[1] * 0.82))
    entries: list[tuple[Text, Symbol, str]] = []
    for layer, style in drawn(near(report)):
        if style.shown and len(layer.frame):
            entries += _layer(axes, layer, style, box)
    for finding in findings:
        symbol = verdict_symbol(finding.verdict)
        _shapes(axes, [item.geometry for item in finding.outcome.evidence if item.geometry is not None], symbol, box)
        entries.append((labels.verdict(finding), symbol, "polygon"))
    west, south, east, north = box
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], aspect="equal")
    axes.set_facecolor("#F4F3EF")
    _names(axes, report, box, lang)
    _furniture(figure, axes, box, lang)
    _legend(figure, entries, lang)
    name: dict[str, Any] = {"fontfamily": font()} if font() else {}
    figure.text(0.02, 0.94, _shown(title, lang), fontsize=13, fontweight="bold", **name)
    source = Text(f"基准日 {labels.as_of(report).zh} · {report.inputs.plane.crs} · {NOTE.zh}", "")
    other = f"as of {labels.as_of(report).en} · {report.inputs.plane.crs} · {NOTE.en}"
    below = [Text(source.zh, other), *labels.shifts(report)]
    told = "\n".join(line for text in below for line in wrap(_shown(text, lang), FOOT_COLUMNS))
    figure.text(0.02, 0.065, told, fontsize=7, color="#555555", va="top", **name)
    return figure


def _shown(text: Text, lang: Lang) -> str:
    """Words that no markup of matplotlib's own is read from."""
    chosen: Lang = "zh" if lang == "both" else lang
    return "".join(char if char.isprintable() else " " for char in text.show(chosen)).replace("$", r"\$")


def _widened(bounds: Any, ratio: float) -> tuple[float, float, float, float]:
    """Bounds with a margin, in the shape of the picture."""
    west, south, east, north = (float(value) for value in bounds)
    width, height = max(east - west, 60.0) * (1 + 2 * MARGIN), max(north - south, 60.0) * (1 + 2 * MARGIN)
    width, height = max(width, height * ratio), max(height, width / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _layer(axes: Axes, layer: Layer, style: Style, box: Any) -> list[tuple[Text, Symbol, str]]:
    """Draw a layer by its classes; its entries in the legend."""
    frame = layer.frame
    geometry = frame.geometry.to_numpy()
    if not style.by or style.by not in frame:
        shape = _shapes(axes, geometry, style.symbol, box)
        return [(layer.role.title, style.symbol, shape)] if shape else []
    classes = np.array(
        [style.class_of(value) if value is not None else None for value in frame[style.by]], dtype=object
    )
    entries = []
    rest = _shapes(axes, geometry[[one is None for one in classes]], style.symbol, box)
    if rest:
        entries.append((layer.role.title, style.symbol, rest))
    for number, one in enumerate(style.classes):
        shape = _shapes(axes, geometry[[found == number for found in classes]], one.symbol, box)
        if shape:
            entries.append((one.title, one.symbol, shape))
    return entries


def _shapes(axes: Axes, geometries: Iterable[Any], symbol: Symbol, box: Any) -> str:
    """Draw what lies in the picture; which shape it was, empty where nothing did."""
    from matplotlib.collections import LineCollection, PathCollection  # noqa: PLC0415
    from matplotlib.colors import to_rgba  # noqa: PLC0415
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    array = np.array([*geometries, None], dtype=object)[:-1]
    array = array[shapely.intersects(array, shapely.box(*box))] if len(array) else array
    if not len(array):
        return ""
    parts = shapely.get_parts(array)
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    kinds = shapely.get_type_id(parts)
    stroke = symbol.stroke or symbol.fill or "#666666"
    width = symbol.width * POINT_PX
    dash: Any = (0, tuple(step * POINT_PX for step in symbol.dash)) if symbol.dash else "solid"
    shape = ""
    if (kinds == 3).any():
        shape = "polygon"
        paths = [_outline(polygon, Outline) for polygon in parts[kinds == 3]]
        filled = symbol.fill and (kinds == 3).all()  # an area among points is drawn by its outline
        face = to_rgba(symbol.fill, 0.25 if symbol.hatch else symbol.opacity) if symbol.fill and filled else "none"
        style: dict[str, Any] = {
            "linewidths": width,
            "linestyles": [dash if filled or not symbol.fill else (0, (2, 2))],
        }
        hatch = "////" if symbol.hatch else None
        axes.add_collection(PathCollection(paths, facecolors=[face], edgecolors=[stroke], hatch=hatch, **style))
    if np.isin(kinds, (1, 2)).any():
        shape = "line"
        lines = [shapely.get_coordinates(line) for line in parts[np.isin(kinds, (1, 2))]]
        axes.add_collection(LineCollection(lines, colors=[stroke], linewidths=max(width, 0.6), linestyles=[dash]))
    if (kinds == 0).any():
        shape = "point"
        xy, colour = shapely.get_coordinates(parts[kinds == 0]), symbol.fill or symbol.stroke or "#666666"
        axes.scatter(xy[:, 0], xy[:, 1], s=symbol.radius**2 * 2, c=colour, edgecolors="white", linewidths=0.5, zorder=3)
    return shape


def _outline(polygon: Any, outline: Any) -> Any:
    """Shell and holes as one path."""
    rings = [polygon.exterior, *polygon.interiors]
    corners = [shapely.get_coordinates(ring) for ring in rings]
    codes = [[outline.MOVETO, *[outline.LINETO] * (len(ring) - 2), outline.CLOSEPOLY] for ring in corners]
    return outline(np.concatenate(corners), np.concatenate(codes))


def _names(axes: Axes, report: Report, box: Any, lang: Lang) -> None:
    """The areas of zones and expansion, each named once beside its largest part."""
    frame = shapely.box(*box)
    font_of: dict[str, Any] = {"fontfamily": font()} if font() else {}
    for role in ("zones", "expansion"):
        rows = report.inputs.layers[role].frame if role in report.inputs.layers else None
        column = next((name for name in ("area", "zone") if rows is not None and name in rows.columns), None)
        if rows is None or column is None:
            continue
        for name, own in rows[rows[column].notna()].groupby(column, sort=True):
            largest = max(own.geometry, key=lambda geometry: geometry.area).intersection(frame)
            if largest.is_empty:
                continue
            west, _, east, north = largest.bounds
            place = ((west + east) / 2, north + (box[3] - box[1]) * 0.012)
            halo: dict[str, Any] = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1}
            told = _shown(Text(str(name), str(name)), lang)
            axes.text(*place, told, ha="center", va="bottom", fontsize=8, bbox=halo, clip_on=True, **font_of)


def _furniture(figure: Figure, axes: Axes, box: Any, lang: Lang) -> None:
    """Scale bar and north arrow."""
    west, south, east, north = box
    length = round_length((east - west) / 5)
    x, y, tick = west + (east - west) * 0.03, south + (north - south) * 0.04, (north - south) * 0.008
    axes.plot([x, x, x + length, x + length], [y + tick, y, y, y + tick], color="black", linewidth=1.2)
    told = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    halo: dict[str, Any] = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1}
    axes.text(x + length / 2, y + 2 * tick, told, ha="center", va="bottom", fontsize=8, bbox=halo)
    top, middle = north - (north - south) * 0.04, east - (east - west) * 0.04
    arrow: dict[str, Any] = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.4}
    axes.annotate("", (middle, top), (middle, top - (north - south) * 0.09), arrowprops=arrow)
    name: dict[str, Any] = {"fontfamily": font()} if font() else {}
    axes.text(middle, top - (north - south) * 0.125, _shown(NORTH, lang), ha="center", fontsize=10, **name)


def _legend(figure: Figure, entries: Sequence[tuple[Text, Symbol, str]], lang: Lang) -> None:
    """The signs with their names, the topmost layer first."""
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    signs: dict[str, Any] = {}
    for title, symbol, shape in reversed(entries):
        name, stroke = _shown(title, lang), symbol.stroke or symbol.fill or "#666666"
        dash: Any = "--" if symbol.dash else "-"
        if shape == "polygon":
            hatch = "////" if symbol.hatch else None
            sign: Any = Patch(
                facecolor=symbol.fill or "none", edgecolor=stroke, linestyle=dash, linewidth=0.8, hatch=hatch
            )
            sign.set_alpha(None if symbol.hatch else max(symbol.opacity, 0.35) if symbol.fill else None)
        elif shape == "line":
            sign = Line2D([], [], color=stroke, linewidth=1.2, linestyle=dash)
        else:
            sign = Line2D([], [], marker="o", linestyle="", color=symbol.fill or stroke, markersize=5)
        signs.setdefault(name, sign)
    prop: dict[str, Any] = {"family": font(), "size": 7} if font() else {"size": 7}
    figure.legend(
        list(signs.values())[:28],
        list(signs)[:28],
        loc="upper left",
        bbox_to_anchor=(0.77, 0.91),
        frameon=False,
        prop=prop,
    )
