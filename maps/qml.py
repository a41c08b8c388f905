"""QGIS styles (QML) as QGIS 3.22 writes them, made from maps/styles.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

from checks.model import VERDICTS
from layers.text import Text
from maps.labels import SHORT
from maps.style import Class, Shape, Style, Symbol, verdict_symbol

PIXEL_MM = 0.264583
VERSION = "3.22.16-Białowieża"
GEOMETRY_TYPE: Mapping[Shape, str] = {"point": "0", "line": "1", "polygon": "2"}
SYMBOL_TYPE: Mapping[Shape, str] = {"point": "marker", "line": "line", "polygon": "fill"}


def evidence_style() -> Style:
    """Evidence told apart by its verdict, in rules that a reader can switch and refine one by one."""
    classes = tuple(Class(verdict, SHORT[verdict], verdict_symbol(verdict)) for verdict in VERDICTS)
    return Style(verdict_symbol("info"), by="verdict", classes=classes, ruled=True)


def qml(style: Style, shape: Shape, aliases: Mapping[str, Text]) -> str:
    """The style of a layer with this shape; `aliases` are the words for its fields."""
    root = ET.Element("qgis", version=VERSION, styleCategories="AllStyleCategories", hasScaleBasedVisibilityFlag="0")
    style_into(root, style, shape, aliases)
    body = ET.tostring(root, encoding="unicode")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + body


def style_into(root: ET.Element, style: Style, shape: Shape, aliases: Mapping[str, Text]) -> None:
    """Put a style's elements into a QML document or a project's layer."""
    if style.by and style.classes and style.ruled:
        _ruled(root, style, shape)
    elif style.by and style.classes:
        _categorized(root, style, shape)
    else:
        renderer = ET.SubElement(root, "renderer-v2", attrib=_plain(), type="singleSymbol")
        _symbol(ET.SubElement(renderer, "symbols"), "0", style.symbol, shape)
    told = ET.SubElement(root, "aliases")
    for index, (name, text) in enumerate(aliases.items()):
        ET.SubElement(told, "alias", index=str(index), field=name, name=printable(text.zh))
    ET.SubElement(root, "layerGeometryType").text = GEOMETRY_TYPE[shape]


def printable(text: str) -> str:
    """The text without control characters, which XML can't hold."""
    return "".join(char if char.isprintable() else " " for char in text)


def _plain() -> dict[str, str]:
    return {"symbollevels": "0", "enableorderby": "0", "forceraster": "0", "referencescale": "-1"}


def _categorized(root: ET.Element, style: Style, shape: Shape) -> None:
    by = f'left("{style.by}", {style.digits})' if style.digits else str(style.by)
    renderer = ET.SubElement(root, "renderer-v2", attrib=_plain(), type="categorizedSymbol", attr=by)
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    every = [(one.value, one.title.zh, one.symbol) for one in style.classes] + [("", "其他", style.symbol)]
    for index, (value, title, symbol) in enumerate(every):
        ET.SubElement(
            categories, "category", value=value, label=title, symbol=str(index), render="true",
            type="string" if value else "NULL",
        )  # fmt: skip
        _symbol(symbols, str(index), symbol, shape)


def _ruled(root: ET.Element, style: Style, shape: Shape) -> None:
    """A rule for each class; classes are our own words, so that no data stand in a filter."""
    renderer = ET.SubElement(root, "renderer-v2", attrib=_plain(), type="RuleRenderer")
    rules, symbols = ET.SubElement(renderer, "rules", key="root"), ET.SubElement(renderer, "symbols")
    every = [(f"\"{style.by}\" = '{one.value}'", one.title.zh, one.symbol) for one in style.classes]
    for index, (only, title, symbol) in enumerate([*every, ("ELSE", "其他", style.symbol)]):
        ET.SubElement(rules, "rule", key=f"rule_{index}", filter=only, label=title, symbol=str(index))
        _symbol(symbols, str(index), symbol, shape)


def _symbol(parent: ET.Element, name: str, symbol: Symbol, shape: Shape) -> None:
    element = ET.SubElement(
        parent, "symbol", type=SYMBOL_TYPE[shape], name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    if shape == "line":
        _layer(element, "SimpleLine", _line(symbol))
    elif shape == "point":
        _layer(element, "SimpleMarker", _marker(symbol))
    else:
        if symbol.hatch:
            _hatch(element, symbol)
        fill = replace(symbol, fill=None) if symbol.hatch else symbol
        _layer(element, "SimpleFill", _fill(fill))


def _layer(parent: ET.Element, kind: str, options: Mapping[str, str]) -> ET.Element:
    layer = ET.SubElement(parent, "layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    table = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(table, "Option", name=name, type="QString", value=value)
    for name, value in options.items():
        ET.SubElement(layer, "prop", k=name, v=value)
    return layer


def _hatch(element: ET.Element, symbol: Symbol) -> None:
    layer = _layer(
        element, "LinePatternFill", {"angle": "45", "distance": "2", "distance_unit": "MM", "line_width": "0.4"}
    )
    line = ET.SubElement(layer, "symbol", type="line", name="@0@0", alpha="1", clip_to_extent="1", force_rhr="0")
    _layer(line, "SimpleLine", _line(replace(symbol, stroke=symbol.fill, width=1.5, dash=())))


def _colour(colour: str | None, opacity: float = 1.0) -> str:
    if colour is None:
        return "0,0,0,0"
    parts = [int(colour[index : index + 2], 16) for index in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, round(255 * opacity)))


def _mm(pixels: float) -> str:
    return f"{pixels * PIXEL_MM:.2f}"


def _dash(symbol: Symbol) -> dict[str, str]:
    if not symbol.dash:
        return {"use_custom_dash": "0"}
    return {"use_custom_dash": "1", "customdash": ";".join(_mm(part) for part in symbol.dash), "customdash_unit": "MM"}


def _line(symbol: Symbol) -> dict[str, str]:
    return {
        "line_color": _colour(symbol.stroke or symbol.fill), "line_width": _mm(symbol.width), "line_width_unit": "MM",
        "line_style": "solid", "joinstyle": "round", "capstyle": "flat", **_dash(symbol),
    }  # fmt: skip


def _fill(symbol: Symbol) -> dict[str, str]:
    return {
        "color": _colour(symbol.fill, symbol.opacity), "style": "solid" if symbol.fill else "no",
        "outline_color": _colour(symbol.stroke), "outline_style": _outline(symbol),
        "outline_width": _mm(symbol.width), "outline_width_unit": "MM", "joinstyle": "round",
    }  # fmt: skip


def _outline(symbol: Symbol) -> str:
    if symbol.stroke is None:
        return "no"
    return "dash" if symbol.dash else "solid"


def _marker(symbol: Symbol) -> dict[str, str]:
    return {
        "name": "circle", "color": _colour(symbol.fill or symbol.stroke, symbol.opacity), "size_unit": "MM",
        "size": _mm(2 * symbol.radius), "outline_color": _colour(symbol.stroke), "outline_style": "solid",
        "outline_width": "0.2",
    }  # fmt: skip
