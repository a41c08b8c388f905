"""Environmental quality met the standard in every one of the last years.

Requires: the table `environment` with station, indicator, value and date or year; `as_of` in the project.
How it is measured: number of annual values (station, indicator, year) that break their limit, in the last `years` full
calendar years before as_of. The limit is the row's own, else the national standard's for the class and the days of that
year (`checks/standards`). Dated rows give the annual mean; O3-8h and CO count only as rows of a year.
Passes: no value breaks its limit, and every (station, indicator) seen in one of the years is there in all.
Fails: a value breaks its limit, in a year in which the standard changes the laxer one too.
Undetermined: no such table or no as_of, a (station, indicator) missing in a year, a null value, `covers` that does not
span the years, an indicator without a known limit, a value between two limits that both hold in its year.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.documents import AS_OF
from checks.environment import Annual, Measured, full_years_before, measured, span_missing
from checks.judge import outcome
from checks.limits import Bound
from checks.model import Evidence, Limit, Outcome
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

ROLE = "environment"
FIELDS = ("date", "year", "station", "indicator", "value", "unit", "limit")
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Params:
    """By which classes of the standards, and how far back."""

    air_class: str = param(Text("环境空气功能区类别", "the class of ambient air"), "II", choices=("I", "II"))
    water_class: str = param(
        Text("地表水水质类别", "the class of surface water"), "III", choices=("I", "II", "III", "IV", "V")
    )
    years: int = param(Text("完整年数", "how many full years before as_of"), 2, unit="years", minimum=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """One annual value and whether it keeps its limits; None where that is not known, for want of `missing`."""

    annual: Annual
    bounds: tuple[Bound | None, ...]
    kept: bool | None
    missing: tuple[str, ...] = ()

    @property
    def told(self) -> Text:
        """`2024年甲站 PM2.5 36 ug/m3(≤ 35,GB 3095-2012 II)`."""
        known = [bound for bound in self.bounds if bound]
        figures = self.annual.figures(*(end for bound in known for end in bound.ends))
        limits = words.listed(dict.fromkeys(bound.told for bound in known))
        if None in self.bounds:
            without = Text("限值未知", "limit not known")
            limits = words.listed([*([limits] if known else []), without])
        return self.annual.told + Text(f" {figures.zh}({limits.zh})", f" {figures.en} ({limits.en})")


def needs(params: Params) -> tuple[Need, ...]:
    """The table of measurements."""
    return (Need(ROLE, FIELDS),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; the measurements are the zone's, whatever the subject."""
    rows = site.rows(ROLE)
    if rows is None:
        return _open(rule, Text("没有提供环境质量监测表", "no table of measurements was given"), f"role:{ROLE}")
    if site.as_of is None:
        return _open(rule, Text("项目没有设定 as_of,不知看哪几年", "without as_of the years are not known"), AS_OF)
    years = full_years_before(site.as_of, params.years)
    found = measured(site, rows, years)
    judged = [_judged(annual, params) for annual in found.each()]
    broken = [each for each in judged if each.kept is False]
    unclear = [each for each in judged if each.kept is None]
    absent = _absent(found, years)
    span, note = span_missing(site, ROLE, years)
    missing = (*found.missing, *(name for each in unclear for name in each.missing), *absent[0], *span)
    return outcome(
        rule,
        (Limit("broken", len(broken) if judged else None, 0, "<="),),
        words.joined(_told(years, judged, broken, unclear), absent[1], note),
        unit="count",
        missing=missing,
        shown=bool(broken),
        measures={"values_count": len(judged), "undecided_count": len(unclear)},
        evidence=(_evidence(each) for each in (*broken, *unclear)),
    )


def _open(rule: Rule, told: Text, missing: str) -> Outcome:
    return outcome(rule, (Limit("broken", None, 0, "<="),), told, unit="count", missing=(missing,))


def _judged(annual: Annual, params: Params) -> Judged:
    stated = dict.fromkeys(bound for reading in annual.readings for bound in reading.bounds)
    bounds: tuple[Bound | None, ...] = tuple(stated) or _by_standard(annual, params)
    if annual.open and not annual.readings:
        return Judged(annual, bounds, None, annual.open)
    kept = [
        None if bound is None or reading.value is None else bound.keeps(reading.value)
        for reading in annual.readings
        for bound in (reading.bounds or _by_standard(annual, params))
    ]
    if len(set(kept)) == 1 and kept[0] is not None:
        return Judged(annual, bounds, kept[0])
    return Judged(annual, bounds, None, annual.open or (f"field:{ROLE}.limit",))


def _by_standard(annual: Annual, params: Params) -> tuple[Bound | None, ...]:
    if annual.known is None:
        return (None,)
    return annual.known.bounds(getattr(params, annual.known.class_param), annual.year)


def _absent(found: Measured, years: tuple[int, ...]) -> tuple[tuple[str, ...], Text]:
    """What is missing where a station's indicator is seen in one year and not in another, and how that is told."""
    if not found.annual:
        return (f"covers:{ROLE}",), NOTHING
    gaps = [
        Text(f"{year}年{seen.station} {seen.name.zh}", f"{seen.station} {seen.name.en} {year}")
        for by_year in found.annual.values()
        for year in years
        if year not in by_year
        for seen in [next(iter(by_year.values()))]
    ]
    if not gaps:
        return (), NOTHING
    told = words.listed(gaps)
    return (f"covers:{ROLE}",), Text(f"缺 {told.zh} 的数据", f"no data for {told.en}")


def _told(years: tuple[int, ...], judged: list[Judged], broken: list[Judged], unclear: list[Judged]) -> Text:
    span = f"{years[0]}-{years[-1]}" if len(years) > 1 else f"{years[0]}"
    if not judged:
        return Text(f"{span} 年没有监测数据", f"no measurements in {span}")
    whole = Text(
        f"{span} 年共 {len(judged)} 个年值(点位、指标、年),超过限值的 {len(broken)} 个",
        f"{len(broken)} of {len(judged)} annual values (station, indicator, year) of {span} break their limit",
    )
    open_ = Text(f"{len(unclear)} 个无法判定", f"{len(unclear)} cannot be judged") if unclear else NOTHING
    return words.joined(whole + _named(broken), open_ + _named(unclear))


def _named(judged: list[Judged]) -> Text:
    return Text(": ", ": ") + words.listed([each.told for each in judged]) if judged else NOTHING


def _evidence(judged: Judged) -> Evidence:
    return Evidence(ROLE, judged.annual.features[0], note=judged.told)
