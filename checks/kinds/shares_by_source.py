"""Shares of a total by source, as a table states them, and what they leave unexplained.

Requires: the table `indicators` with rows named `<shares>:<source>`, a part of 1 or with the unit %; `as_of`.
How it is measured: 1 less the exact sum of the shares of the latest year up to as_of that has any. Where that year has
a row named `total` (yuan), each share times it is the source's amount.
Passes: min ≤ unexplained ≤ max, where they are set.
Fails: it is below min, or above max. Shares that add up to more than the whole leave less than nothing.
Undetermined: no such rows, one without a value or outside 0-1, two of one source in the year; no as_of; for a rule
neither min nor max is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

from checks import words
from checks.documents import AS_OF
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import NOTHING
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

ROLE = "indicators"


@dataclass(frozen=True, slots=True)
class Params:
    """Which indicators."""

    shares: str = param(Text("各来源比例的指标名(冒号之前)", "name of the shares, what stands before the colon"))
    total: str | None = param(Text("总额的指标名", "name of the total"), None)
    min: float | None = param(Text("未说明比例的最小值", "the least share unexplained"), None, unit="share")
    max: float | None = param(Text("未说明比例的最大值", "the greatest share unexplained"), None, unit="share")


@dataclass(frozen=True, slots=True)
class Source:
    """One row: whose share, and how much; None where it can't be one."""

    name: str
    feature: str
    share: Fraction | None


def needs(params: Params) -> tuple[Need, ...]:
    """The indicators."""
    return (Need(ROLE, ("year", "name", "value")),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; indicators are the zone's, whatever the subject."""
    rows = site.rows(ROLE)
    year, found = _latest(site, rows, params.shares) if rows is not None and site.as_of else (None, [])
    missing = _missing(site, found, params.shares)
    left = None if missing else 1 - sum((one.share or Fraction() for one in found), Fraction())
    total = _total(rows, year, params.total) if rows is not None else None
    value = None if left is None else float(left)
    return outcome(
        rule,
        between(value, params.min, params.max),
        _told(year, found, value, total),
        unit="share",
        missing=missing,
        shown=None if not missing else False,
        measures={
            **{f"{one.name}_share": None if one.share is None else float(one.share) for one in found},
            "explained_share": None if left is None else float(1 - left),
            "total_yuan": total,
            "year": year,
        },
        evidence=[Evidence(ROLE, one.feature, note=_of(one, total)) for one in found],
    )


def _latest(site: Site, rows: pd.DataFrame, shares: str) -> tuple[int | None, list[Source]]:
    """The latest year up to as_of that has shares, and them, in the order of the table."""
    last = site.as_of.year if site.as_of else 0
    named = [
        row
        for row in rows.to_dict("records")
        if str(row["name"]).startswith(f"{shares}:") and isfinite(row["year"]) and int(row["year"]) <= last
    ]
    year = max((int(row["year"]) for row in named), default=None)
    return year, [_source(row, shares) for row in named if int(row["year"]) == year]


def _source(row: dict[Any, Any], shares: str) -> Source:
    value = row["value"]
    known = isinstance(value, (int, float)) and isfinite(value)
    share = Fraction(repr(float(value))) if known else None
    if share is not None and str(row.get("unit")).strip() in ("%", "\uff05"):
        share /= 100
    fits = share is not None and 0 <= share <= 1
    return Source(str(row["name"])[len(shares) + 1 :], str(row["feature"]), share if fits else None)


def _missing(site: Site, found: list[Source], shares: str) -> tuple[str, ...]:
    if site.table(ROLE) is None:
        return (f"role:{ROLE}",)
    if site.as_of is None:
        return (AS_OF,)
    if not found:
        return (f"field:{ROLE}.{shares}",)
    names = [one.name for one in found]
    return tuple(f"feature:{ROLE}/{one.feature}" for one in found if one.share is None or names.count(one.name) > 1)


def _total(rows: pd.DataFrame, year: int | None, name: str | None) -> float | None:
    """The total of the year; None where there is none, or more than one."""
    of_year = rows[(rows["name"] == name) & (rows["year"] == year)]["value"].dropna() if year and name else ()
    return float(of_year.iloc[0]) if len(of_year) == 1 else None  # type: ignore[union-attr]


def _of(one: Source, total: float | None) -> Text:
    if one.share is None:
        return Text(f"{one.name} 的比例不是 0 到 1 之间的数", f"{one.name}: no share between 0 and 1")
    told = words.percent(float(one.share))
    amount = NOTHING if total is None else words.quantity(float(one.share) * total, "yuan")
    more = NOTHING if total is None else Text(f"(合 {amount.zh})", f" ({amount.en})")
    return Text(f"{one.name} {told.zh}", f"{one.name} {told.en}") + more


def _told(year: int | None, found: list[Source], value: float | None, total: float | None) -> Text:
    if value is None:
        return Text("各来源的比例不明", "the shares by source are not known")
    left, listed = words.percent(value), words.listed([_of(one, total) for one in found])
    whole = NOTHING if total is None else words.quantity(total, "yuan")
    of = NOTHING if total is None else Text(f"总额 {whole.zh},", f" of {whole.en} in all")
    over = Text("各项之和超过总额", "the shares add up to more than the whole") if value < 0 else NOTHING
    told = Text(
        f"{year} 年{of.zh}{left.zh} 未说明来源;{listed.zh}",
        f"{year}{of.en}: {left.en} unexplained; {listed.en}",
    )
    return words.joined(told, over)
