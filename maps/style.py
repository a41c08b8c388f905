"""How layers and verdicts are drawn, read from styles.toml; one truth for the map and for QGIS."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from checks.model import Verdict
from layers.model import Layer
from layers.text import Text

Shape = Literal["polygon", "line", "point"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One way of drawing: colours, opacity of the fill, width and dash of the stroke and radius of points in pixels."""

    fill: str | None = None
    stroke: str | None = None
    opacity: float = 1.0
    width: float = 1.0
    dash: tuple[float, ...] = ()
    radius: float = 4.0
    hatch: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """Features of a layer that share a value, with the words of the legend."""

    value: str
    title: Text
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Style:
    """How a layer is drawn: one symbol, or one for each class of the values of a field; `ruled`: rules in QGIS."""

    symbol: Symbol
    shown: bool = True
    by: str | None = None
    digits: int = 0
    classes: tuple[Class, ...] = ()
    ruled: bool = False

    def class_of(self, value: object) -> int | None:
        """Which class a value of the field belongs to."""
        text = str(value)[: self.digits] if self.digits else str(value)
        return next((index for index, one in enumerate(self.classes) if one.value == text), None)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("maps").joinpath("styles.toml").read_text(encoding="utf-8"))


SYMBOL = ("fill", "stroke", "opacity", "width", "dash", "radius", "hatch")


def _symbol(table: Mapping[str, Any], base: Symbol | None = None) -> Symbol:
    told: dict[str, Any] = {key: tuple(table[key]) if key == "dash" else table[key] for key in SYMBOL if key in table}
    return replace(base or Symbol(), **told)


@cache
def verdict_symbol(verdict: Verdict) -> Symbol:
    """How evidence of a verdict is drawn."""
    return _symbol(_table()["verdict"][verdict])


@cache
def role_style(role: str, index: int = 0) -> Style:
    """How a role's layer is drawn; one of a pack's own gets a colour by its `index` among those."""
    table = _table()["role"].get(role)
    if table is None:
        other = _table()["other"]
        colour = other["colours"][index % len(other["colours"])]
        return Style(replace(_symbol(other), fill=colour, stroke=colour))
    symbol = _symbol(table)
    classes = tuple(
        Class(entry["value"], Text(entry["zh"], entry["en"]), _symbol(entry, symbol))
        for entry in table.get("classes", ())
    )
    return Style(symbol, table.get("shown", True), table.get("by"), table.get("digits", 0), classes)


def drawn(layers: Mapping[str, Layer]) -> list[tuple[Layer, Style]]:
    """Layers with their styles from the bottom of the drawing order to its top; a pack's own lie under the zones."""
    order = list(_table()["role"])
    own = [role for role in layers if role not in order]
    ranks = {role: order.index(role) if role in order else order.index("expansion") - 0.5 for role in layers}
    names = sorted(layers, key=lambda role: (ranks[role], own.index(role) if role in own else 0))
    return [(layers[role], role_style(role, own.index(role) if role in own else 0)) for role in names]


def shape_of(geometry_types: Sequence[str]) -> Shape | None:
    """The one shape of these geometry types; None where they differ or there are none."""
    shapes: set[Shape] = {_shape(name) for name in geometry_types}
    return shapes.pop() if len(shapes) == 1 else None


def _shape(name: str) -> Shape:
    if "Polygon" in name:
        return "polygon"
    return "line" if "Line" in name else "point"
