"""Limits of environmental quality: what a table's row states, else the national standard of the day (`standards/`).

Values and limits are compared as exact fractions of the decimals that were written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from checks.standards import restated
from layers.text import Text

Direction = Literal["lower", "higher", "none"]
"""Which way is better; none for a range."""
FILES = ("air", "water")
_BOUND = re.compile(r"(?P<sign><=|>=|<|>)?(?P<low>\d+(?:\.\d+)?)(?:[-~](?P<high>\d+(?:\.\d+)?))?")
_BRACKETS = re.compile(r"(.+?)\s*\((.+)\)")
_AS = re.compile("以.+计")
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """What a value must keep: at most `high`, at least `low`; `strict` leaves the bound itself out."""

    low: Fraction | None = None
    high: Fraction | None = None
    strict: bool = False
    by: str = ""
    """The standard that states it; empty where the table does."""

    def keeps(self, value: Fraction) -> bool:
        """Whether the value is within the bound."""
        if self.strict and value in (self.low, self.high):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def scaled(self, factor: Fraction) -> Bound:
        """The same bound in another unit."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Bound(low, high, self.strict, self.by)

    @property
    def better(self) -> Direction:
        """Which way is better."""
        if self.low is not None and self.high is not None:
            return "none"
        return "higher" if self.high is None else "lower"

    @property
    def ends(self) -> tuple[Fraction, ...]:
        """The numbers in it."""
        return tuple(end for end in (self.low, self.high) if end is not None)

    @property
    def told(self) -> Text:
        """`≤ 35`, `≥ 5`, `6-9`, with the standard behind it."""
        low, high = (None if end is None else figure(end) for end in (self.low, self.high))
        if low is not None and high is not None:
            words = f"{low}-{high}"
        elif high is not None:
            words = f"{'<' if self.strict else '≤'} {high}"
        else:
            words = f"{'>' if self.strict else '≥'} {low}"
        return Text(f"{words},{self.by}", f"{words}, {self.by}") if self.by else Text(words, words)


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One edition of a standard: from when until when it speaks (None: not read, or open), its limits by class."""

    number: str
    start: date
    end: date
    limits: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """An indicator that a standard limits; `class_param` names the parameter that says by which of its classes.

    `annual_only`: no mean of single values stands for its annual value.
    """

    key: str
    title: Text
    unit: str
    class_param: str
    annual_only: bool
    better: Direction
    editions: tuple[Edition, ...] = field(repr=False)

    def bounds(self, class_: str, year: int) -> tuple[Bound | None, ...]:
        """The limit of every edition that is in force on a day of the year; None for one whose limit was not read."""
        spoken = [edition for edition in self.editions if edition.start.year <= year <= edition.end.year]
        found: list[Bound | None] = []
        for edition in spoken:
            text = edition.limits.get(class_, {}).get(self.key)
            by = f"{edition.number} {class_}"
            found.append(None if text is None else parse_bound(text, by=by))
        return tuple(found)


def parse_bound(text: str, *, minimum: bool = False, by: str = "") -> Bound | None:
    """`<=35`, `>=5`, `6-9`; a bare number is a maximum, with `minimum` a minimum. None where it is none of these."""
    folded = unicodedata.normalize("NFKC", text).replace("≤", "<=").replace("≥", ">=")
    found = _BOUND.fullmatch("".join(folded.split()))
    if found is None or (found["sign"] and found["high"]):
        return None
    low = Fraction(found["low"])
    if found["high"]:
        low, high = sorted((low, Fraction(found["high"])))
        return Bound(low, high, by=by)
    sign = found["sign"] or (">=" if minimum else "<=")
    strict = sign in ("<", ">")
    return Bound(high=low, strict=strict, by=by) if sign.startswith("<") else Bound(low, strict=strict, by=by)


def indicator(name: str) -> Indicator | None:
    """The indicator that a name means, None where no standard on hand has it.

    A name in brackets behind another must mean the same (`氨氮(NH3-N)`), or say how it is counted (`总磷(以P计)`).
    """
    found = _names().get(name_of(name))
    pair = _BRACKETS.fullmatch(unicodedata.normalize("NFKC", name).strip())
    if found or pair is None:
        return found
    outer, inner = (_names().get(name_of(part)) for part in pair.groups())
    return outer if outer is inner or _AS.fullmatch(pair[2]) else None


def indicators() -> tuple[Indicator, ...]:
    """All indicators of the standards on hand."""
    return tuple(dict.fromkeys(_names().values()))


def name_of(name: str) -> str:
    """A name as it is compared: without spaces, hyphens and dots; case counts up to two letters (CO is not Co)."""
    folded = re.sub(r"[\s._·\-()]", "", unicodedata.normalize("NFKC", name))
    return folded if len(folded) <= _SHORT else folded.casefold()


def figure(value: Fraction, *beside: Fraction) -> str:
    """A value in figures: 6 significant digits, more where it would read as one of `beside` without being it."""
    from decimal import ROUND_HALF_UP, Context, Decimal

    digits = max(6, len(str(int(value))))
    while True:
        context = Context(prec=digits, rounding=ROUND_HALF_UP)
        shown = context.divide(Decimal(value.numerator), Decimal(value.denominator))
        if digits >= 18 or Fraction(shown) == value or all(Fraction(shown) != other for other in beside):
            return f"{shown.normalize():f}"
        digits += 3


@cache
def _names() -> Mapping[str, Indicator]:
    found: dict[str, Indicator] = {}
    for file in FILES:
        content = restated(file)
        editions = tuple(_edition(table) for table in content["editions"])
        for key, table in content["indicators"].items():
            title = Text(table.get("zh", key), table.get("en", key))
            annual_only, better = table.get("annual_only", False), _better(key, editions)
            known = Indicator(key, title, table["unit"], content["class"], annual_only, better, editions)
            found |= {name_of(name): known for name in (key, title.zh, title.en, *table.get("names", ()))}
    return found


def _edition(table: Mapping[str, Any]) -> Edition:
    return Edition(table["number"], table.get("from", date.min), table.get("until", date.max), table["limits"])


def _better(key: str, editions: tuple[Edition, ...]) -> Direction:
    """The direction that the limits of an indicator agree on."""
    texts = {limits[key] for edition in editions for limits in edition.limits.values() if key in limits}
    ways = {bound.better for text in texts if (bound := parse_bound(text))}
    return ways.pop() if len(ways) == 1 else "none"
