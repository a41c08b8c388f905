"""Environmental quality keeps improving from one year to the next.

Requires: the table `environment` with station, indicator, value and date or year; `as_of` in the project.
How it is measured: for each indicator the mean of its annual values in each of the last two full calendar years before
as_of, over the stations that have it in both; the number of indicators whose mean got worse, in their own direction, by
more than `tolerance` × the earlier mean. Indicators with a range for limit (pH) have no direction and are left out.
Dated rows give the annual mean; O3-8h and CO count only as rows of a year.
Passes: none got worse and at least one got better, by more than the tolerance. Two years prove no trend.
Fails: one or more got worse; or none got better.
Undetermined: no such table or no as_of, an indicator that no station has in both years, one whose direction is not
known (no standard on hand has it, its rows state no limit), a null value, `covers` that does not span the years.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from checks import words
from checks.documents import AS_OF
from checks.environment import Annual, Measured, full_years_before, measured, span_missing
from checks.judge import outcome
from checks.limits import Direction, figure
from checks.model import Evidence, Limit, Outcome
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

ROLE = "environment"
FIELDS = ("date", "year", "station", "indicator", "value", "unit", "limit")
NOTHING = Text("", "")
NO_TREND = Text("只有两年数据,不能证明趋势", "two years prove no trend")
Change = Literal["worse", "same", "better"]


@dataclass(frozen=True, slots=True)
class Params:
    """What counts as a change."""

    tolerance: float = param(
        Text("视为不变的相对变化", "the relative change that counts as none"), 0.0, unit="share", minimum=0
    )


@dataclass(frozen=True, slots=True)
class Course:
    """One indicator from the earlier to the later year: both means over `pairs`, its stations that have both values.

    `change` is None where `missing` says what is missing for it.
    """

    name: Text
    unit: str | None
    pairs: tuple[tuple[Annual, Annual], ...]
    change: Change | None
    means: tuple[Fraction, Fraction] | None = None
    missing: tuple[str, ...] = ()

    @property
    def told(self) -> Text:
        """`PM2.5 34 → 36 ug/m3`."""
        if self.means is None:
            return self.name
        earlier, later = self.means
        unit = f" {self.unit}" if self.unit else ""
        told = f" {figure(earlier, later)} → {figure(later, earlier)}{unit}"
        return self.name + Text(told, told)


def needs(params: Params) -> tuple[Need, ...]:
    """The table of measurements."""
    return (Need(ROLE, FIELDS),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; the measurements are the zone's, whatever the subject."""
    rows = site.rows(ROLE)
    if rows is None:
        return _open(rule, Text("没有提供环境质量监测表", "no table of measurements was given"), f"role:{ROLE}")
    if site.as_of is None:
        return _open(rule, Text("项目没有设定 as_of,不知看哪两年", "without as_of the years are not known"), AS_OF)
    years = full_years_before(site.as_of, 2)
    found = measured(site, rows, years)
    courses = _courses(found, years, Fraction(repr(float(params.tolerance))))
    counted = {change: [each for each in courses if each.change == change] for change in ("worse", "same", "better")}
    missing = [*found.missing, *(name for each in courses for name in each.missing)]
    if not any(counted.values()) and not missing:
        missing.append(f"covers:{ROLE}" if not found.annual else f"field:{ROLE}.indicator")
    span, note = span_missing(site, ROLE, years)
    known = any(counted.values())
    worse, better = len(counted["worse"]), len(counted["better"])
    return outcome(
        rule,
        (
            Limit("worse", worse if known else None, 0, "<="),
            Limit("better", better if known else None, 1, ">="),
        ),
        words.joined(_told(years, counted, [each for each in courses if each.change is None]), NO_TREND, note),
        unit="count",
        missing=(*missing, *span),
        shown=worse > 0,
        measures={f"{change}_count": len(each) for change, each in counted.items()},
        evidence=[_evidence(*pair) for each in counted["worse"] for pair in each.pairs],
    )


def _open(rule: Rule, told: Text, missing: str) -> Outcome:
    limits = (Limit("worse", None, 0, "<="), Limit("better", None, 1, ">="))
    return outcome(rule, limits, told, unit="count", missing=(missing,))


def _courses(found: Measured, years: tuple[int, ...], tolerance: Fraction) -> list[Course]:
    """Every indicator that has a direction, or whose direction is not known."""
    by_indicator: dict[str, list[dict[int, Annual]]] = {}
    for (name, _), by_year in found.annual.items():
        by_indicator.setdefault(name, []).append(dict(by_year))
    courses = []
    for stations in by_indicator.values():
        annual = [each for by_year in stations for each in by_year.values()]
        way = _direction(annual)
        if way == "none":
            continue
        courses.append(_course(stations, years, way, tolerance))
    return courses


def _direction(annual: list[Annual]) -> Direction | None:
    """Which way is better: by the standard, else by the limits that the rows state; None where that is not known."""
    if annual[0].known:
        return annual[0].known.better
    ways = {bound.better for each in annual for reading in each.readings for bound in reading.bounds}
    return ways.pop() if len(ways) == 1 else None


def _course(
    stations: list[dict[int, Annual]], years: tuple[int, ...], way: Direction | None, tolerance: Fraction
) -> Course:
    first = next(iter(stations[0].values()))
    both = [(by_year[years[0]], by_year[years[1]]) for by_year in stations if all(year in by_year for year in years)]
    missing = [name for pair in both for each in pair for name in each.open]
    if way is None:
        missing.append(f"field:{ROLE}.limit")
    pairs = tuple(pair for pair in both if not any(each.open for each in pair))
    if not both:
        missing.append(f"covers:{ROLE}")
    if missing or way is None:
        return Course(first.name, first.unit, pairs, None, missing=tuple(missing))
    means = _mean(pair[0] for pair in pairs), _mean(pair[1] for pair in pairs)
    return Course(first.name, first.unit, pairs, _change(*means, way, tolerance), means)


def _mean(annual: Iterable[Annual]) -> Fraction:
    values = [each.value for each in annual if each.value is not None]
    return sum(values, Fraction(0)) / len(values)


def _change(earlier: Fraction, later: Fraction, way: Direction, tolerance: Fraction) -> Change:
    gain = later - earlier if way == "higher" else earlier - later
    if abs(gain) <= tolerance * abs(earlier):
        return "same"
    return "better" if gain > 0 else "worse"


def _told(years: tuple[int, ...], counted: dict[str, list[Course]], unclear: list[Course]) -> Text:
    if not any(counted.values()) and not unclear:
        return Text(
            f"{years[0]}、{years[1]}年没有可比较的指标", f"no indicator to compare between {years[0]} and {years[1]}"
        )
    titles = {"worse": Text("变差", "worse"), "better": Text("变好", "better"), "same": Text("不变", "the same")}
    parts = [Text(f"{years[0]} 年到 {years[1]} 年", f"{years[0]} to {years[1]}")]
    parts += [
        Text(f"{title.zh} {len(counted[change])} 项", f"{len(counted[change])} {title.en}") + _named(counted[change])
        for change, title in titles.items()
        if counted[change] or change != "same"
    ]
    if unclear:
        told = Text(f"{len(unclear)} 项无法比较", f"{len(unclear)} cannot be compared")
        parts.append(told + _named(unclear))
    return words.joined(*parts)


def _named(courses: list[Course]) -> Text:
    if not courses:
        return NOTHING
    told = words.listed([each.told for each in courses])
    return Text(f": {told.zh}", f": {told.en}")


def _evidence(earlier: Annual, later: Annual) -> Evidence:
    before, after = earlier.figures(), later.figures()
    note = later.told + Text(f" {before.zh} → {after.zh}", f" {before.en} → {after.en}")
    return Evidence(ROLE, later.features[0], note=note)
