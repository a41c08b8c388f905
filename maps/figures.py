"""Figures with their units, as people read them: shares in percent, large areas also in hectares."""

from __future__ import annotations

import math

from checks import words
from checks.model import Operator
from layers.text import Text

NONE = Text("-", "-")
HECTARES_FROM_M2 = 10_000
SUFFIXES = ("m2", "m", "share", "ratio", "count")


def unit_of(name: str, unit: str | None) -> str | None:
    """The unit that a name ends in (`gap_m`, `min_share`), else `unit`."""
    suffix = name.rpartition("_")[2]
    return suffix if suffix in SUFFIXES and suffix != name else unit


def figure(value: float | None, unit: str | None, *, beside: float | None = None, brief: bool = False) -> Text:
    """A value with its unit; a dash where there is none.

    `beside` is a threshold it is read against: digits are added until both differ. `brief` gives large areas
    in hectares alone.
    """
    if value is None or math.isnan(value):
        return NONE
    if unit == "m2":
        return _area(value, brief=brief)
    return words.quantity(value, unit, beside=beside)


def _area(area_m2: float, *, brief: bool) -> Text:
    if area_m2 == 0:
        return Text("0 ㎡", "0 m2")
    if abs(area_m2) < HECTARES_FROM_M2:
        return words.square_metres(area_m2)
    return words.hectares(area_m2) if brief else words.area(area_m2)


def limit(operator: Operator, threshold: float, unit: str | None) -> Text:
    """`≤ 0 ㎡`, `≥ 80%`."""
    return words.limit(operator, figure(threshold, unit, brief=True))


def margin(value: float | None, unit: str | None) -> Text:
    """Distance from the threshold with its sign; shares in percentage points."""
    if value is None or math.isnan(value):
        return NONE
    sign = "+" if value > 0 else ""
    told = figure(value, unit, brief=True)
    if unit == "share":
        points = told.zh.removesuffix("%")
        told = Text(f"{points} 个百分点", f"{points} points")
    return Text(sign, sign) + told
