"""The zone ranks high enough among its peers, in one group of peers or another.

Requires: the table of `role` with year, group, rank and total; `as_of` in the project.
How it is measured: for each group of peers (`type`, `region`) the latest year up to that of as_of; rank ÷ total,
compared with `top` as exact fractions. The value is the best of the groups. Of several rows for one group and year the
worst counts.
Passes: rank ÷ total ≤ top in any group.
Fails: both groups have a rank, and neither passes.
Undetermined: no such table, no row for the zone, a group without data while the other does not pass, no as_of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from checks import words
from checks.documents import AS_OF
from checks.model import Evidence, Outcome, Verdict
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

FIELDS = ("year", "group", "rank", "total")
GROUPS = {"type": Text("同类型", "same type"), "region": Text("同区域", "same region")}


@dataclass(frozen=True, slots=True)
class Params:
    """Which part of the list counts as high enough."""

    top: Fraction = param(Text("名次占总数的最大比例", "the greatest rank ÷ total"), unit="share", minimum=0)
    role: str = param(Text("排名表", "the table of rankings"), "rankings", role=("table",))


@dataclass(frozen=True, slots=True)
class Place:
    """The rank in one group's latest year; `share` is None where a figure of that year is null."""

    group: str
    year: int
    feature: str
    rank: int | None
    total: int | None

    @property
    def share(self) -> Fraction | None:
        """Rank ÷ total."""
        return Fraction(self.rank, self.total) if self.rank and self.total else None

    @property
    def told(self) -> Text:
        """`2024年同类型 10/40`."""
        name = GROUPS.get(self.group, Text(self.group, self.group))
        figure = "?" if self.share is None else f"{self.rank}/{self.total}"
        return Text(f"{self.year}年{name.zh}第 {figure} 位", f"{self.year} {name.en} {figure}")


def needs(params: Params) -> tuple[Need, ...]:
    """The table of rankings."""
    return (Need(params.role, FIELDS),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; the ranking is the zone's, whatever the subject."""
    rows = site.rows(params.role)
    if rows is None:
        told = Text("没有提供集约利用排名表", "no table of rankings was given")
        return _open(params, told, (f"role:{params.role}",))
    if site.as_of is None:
        told = Text("项目没有设定 as_of,不知取哪一年的排名", "without as_of it is not known which year's ranks count")
        return _open(params, told, (AS_OF,))
    nulls = [name for name in ("year", "group") if name in rows and rows[name].isna().any()]
    places = [place for group in GROUPS if (place := _latest(rows, group, site.as_of.year))]
    known = [place for place in places if place.share is not None]
    best = min((place.share for place in known if place.share is not None), default=None)
    missing = [*(f"field:{params.role}.{name}" for name in nulls)]
    missing += [f"field:{params.role}.rank" for place in places if place.share is None]
    missing += [f"role:{params.role}"] if len(places) < len(GROUPS) else []
    passes = best is not None and best <= params.top
    verdict: Verdict = "pass" if passes else "undetermined" if missing else "fail"
    return Outcome(
        verdict,
        _told(places, passes, params),
        None if best is None else float(best),
        "share",
        "<=",
        float(params.top),
        measures={f"{place.group}_share": None if place.share is None else float(place.share) for place in places},
        evidence=tuple(Evidence(params.role, place.feature, note=place.told) for place in places),
        missing=() if passes else tuple(dict.fromkeys(missing)),
    )


def _open(params: Params, told: Text, missing: tuple[str, ...]) -> Outcome:
    return Outcome("undetermined", told, None, "share", "<=", float(params.top), missing=missing)


def _latest(rows: pd.DataFrame, group: str, year: int) -> Place | None:
    """The worst rank of a group in its latest year up to `year`; None where the group has no row."""
    own = [row for row in rows.to_dict("records") if row["group"] == group and _whole(row["year"]) is not None]
    years = [_whole(row["year"]) or 0 for row in own]
    latest = max((found for found in years if found <= year), default=None)
    if latest is None:
        return None
    places = [
        Place(group, latest, str(row["feature"]), _whole(row["rank"]), _whole(row["total"]))
        for row, found in zip(own, years, strict=True)
        if found == latest
    ]
    return max(places, key=lambda place: (place.share is None, place.share or Fraction(0), place.feature))


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not math.isnan(value) else None


def _told(places: list[Place], passes: bool, params: Params) -> Text:
    if not places:
        return Text("排名表里没有该园区的名次", "the table has no rank of this zone")
    ranks = words.listed([place.told for place in places])
    limit = words.limit("<=", Text(str(params.top), str(params.top)))
    told = words.joined(
        ranks, Text(f"要求名次÷总数 {limit.zh},任一组达到即可", f"required rank / total {limit.en} in any group")
    )
    lacking = [GROUPS[group] for group in GROUPS if group not in {place.group for place in places}]
    if passes or not lacking:
        return told
    named = words.listed(lacking)
    return words.joined(told, Text(f"没有{named.zh}组的排名", f"no rank in the group {named.en}"))
