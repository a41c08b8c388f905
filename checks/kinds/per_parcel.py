"""Every industrial parcel keeps an indicator of building; summed up per zone.

Requires: `parcels` with the fields of `where`; `buildings` with kind (and use, floors or floor_m2), `green`, or
`investment_yuan`, by what `measure` takes; for limits by industry `industry` and `industry_edition`.
How it is measured: per parcel, by `measure`.
floor-area-ratio: floor area of its buildings ÷ land (floor_m2, else footprint × floors, a storey over 8 m twice);
building-coefficient: buildings, structures and yards ÷ land;
office-share: footprint of office and living buildings ÷ land, and their floor ÷ all floor;
green-share: green ÷ land; investment: yuan per hectare.
Only buildings with status built count. `failing_count`: parcels that break a limit; `total`: the figure over all
parcels. The limits are the project's, else those of `edition` that were read.
Passes: failing_count = 0 and every parcel is judged.
Fails: failing_count > 0, also where other parcels stay open.
Undetermined: no limit is stated or set, a parcel without the fields it is judged by, an industry that no limit names or
whose code is of another edition of GB/T 4754.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checks import words
from checks.counted import counted
from checks.judge import unstated
from checks.model import Evidence, Outcome, Verdict
from checks.overlaps import NOTHING
from checks.parcels import LIMITED, MEASURES, NEEDS, Fraction, figures
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.standards import restated
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

UNITS = {"floor-area-ratio": "ratio", "investment": "yuan/ha"}
Limit = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Params:
    """What of each parcel is limited, and by which numbers."""

    measure: str = param(Text("指标", "the indicator"), choices=MEASURES)
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的地块", "only parcels whose fields have these values"), None
    )
    edition: str = param(
        Text("控制指标的版本", "the edition of the control indicators"), "2023", choices=("2023", "2008")
    )
    min: float | Mapping[str, float] | None = param(
        Text("下限,或 {行业代码 = 下限}", "the least figure, or {industry code = least figure}"), None, minimum=0
    )
    max: float | None = param(Text("上限", "the greatest figure"), None, minimum=0)
    max_land: float | None = param(
        Text("行政办公及生活服务用地比重上限", "the greatest share of office and living in the land"),
        None,
        unit="share",
        minimum=0,
    )
    max_floor: float | None = param(
        Text("行政办公及生活服务建筑面积比重上限", "the greatest share of office and living in the floor area"),
        None,
        unit="share",
        minimum=0,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """One parcel: its figures, whether it fails, and what leaves it open."""

    parcel: Mapping[str, Any]
    figures: Mapping[str, Fraction]
    fails: bool
    open: tuple[str, ...]
    note: Text


def needs(params: Params) -> tuple[Need, ...]:
    """The parcels, and what stands on them."""
    role, fields = NEEDS[params.measure]
    parcels = Need("parcels", (*(params.where or ()), *(fields if role == "parcels" else ())))
    return (parcels,) if role == "parcels" else (parcels, Need(role, fields))


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge all parcels of one zone."""
    found = counted(site, subject, "parcels", params.where)
    role, fields = NEEDS[params.measure]
    own = () if role == "parcels" else site.completeness(subject, role).missing
    missing = dict.fromkeys((*found.missing, *own, *site.lacking(role, *fields)))
    if found.rows is None or any(name == f"role:{role}" or name.startswith("field:") for name in missing):
        told = Text("地块指标无法计算", "the parcels' figures are not known")
        lacking, none = tuple(missing), rule.figure and not _limits(params)
        message = words.joined(told, found.note)
        if none:
            return Outcome("undetermined", message, missing=lacking)
        return Outcome("undetermined", message, None, "count", "<=", 0.0, missing=lacking)
    if not len(found.rows):
        verdict: Verdict = "undetermined" if missing else "not-applicable"
        return Outcome(verdict, Text("没有要审查的工业地块", "no industrial parcel to judge"), missing=tuple(missing))
    limits = _limits(params)
    judged = [_judge(site, params, limits, parcel, bool(own)) for parcel in _records(found.rows)]
    return _outcome(site, rule, params, limits, judged, (*missing, *_unset(rule, params, limits)), found.note)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _limits(params: Params) -> dict[str, Limit]:
    """The project's limits; else those that the edition states."""
    names = LIMITED.get(params.measure, ("min", "max"))
    stated: Mapping[str, Limit] = restated("project_indicators")["editions"][params.edition].get(params.measure, {})
    given = {name: getattr(params, name) for name in names}
    own = {name: value for name, value in given.items() if value is not None}
    return {**{name: value for name, value in stated.items() if name in names}, **own}


def _unset(rule: Rule, params: Params, limits: Mapping[str, Limit]) -> tuple[str, ...]:
    """The parameters that someone must set before the rule is judged; of 2008 the floor of offices is not limited."""
    names = LIMITED.get(params.measure, ("min", "max"))
    if params.measure in LIMITED and params.edition != "2008":
        return tuple(f"param:{rule.id}.{name}" for name in names if name not in limits)
    if limits:
        return ()
    first = "max" if params.measure == "green-share" else names[0]
    return () if rule.figure else (f"param:{rule.id}.{first}",)


def _judge(
    site: Site, params: Params, limits: Mapping[str, Limit], parcel: Mapping[str, Any], incomplete: bool
) -> Judged:
    """One parcel against each limit; what an incomplete layer may lack can only lift a figure."""
    found = figures(site, params.measure, parcel)
    fails, left, notes = False, [], []
    for name, limit in limits.items():
        figure = found[name if name in found else ""]
        number = _number(limit, parcel, params.edition)
        if isinstance(number, str):
            left.append(number)
        elif figure.value is None:
            left.append(figure.lacking or "field:buildings.floors")
        elif name == "min" and figure.value < number:
            fails = fails or not incomplete
            left += ["covers:buildings"] if incomplete else []
            notes.append(words.joined(_quantity(params, figure.value), words.limit(">=", _quantity(params, number))))
        elif name != "min" and figure.value > number:
            fails = True
            notes.append(words.joined(_quantity(params, figure.value), words.limit("<=", _quantity(params, number))))
    open_ = words.listed(sorted(set(left)))
    if left:
        notes.append(Text(f"缺 {open_.zh}", f"missing {open_.en}"))
    return Judged(parcel, found, fails, tuple(left), words.joined(*notes))


def _number(limit: Limit, parcel: Mapping[str, Any], edition: str) -> float | str:
    """The limit for a parcel; what is missing where it goes by an industry that is not known in its edition."""
    if not isinstance(limit, Mapping):
        return limit
    wanted = restated("project_indicators")["editions"][edition]["industry_edition"]
    code, of = parcel.get("industry"), parcel.get("industry_edition")
    if not isinstance(code, str) or not code.strip():
        return "field:parcels.industry"
    if of != wanted:
        return "field:parcels.industry_edition"
    known = {key.lstrip("ABCDEFGHIJKLMNOPQRST"): number for key, number in limit.items()}
    digits = code.strip().upper().lstrip("ABCDEFGHIJKLMNOPQRST")
    fitting = [key for key in known if key and digits.startswith(key)]
    return known[max(fitting, key=len)] if fitting else "field:parcels.industry"


def _quantity(params: Params, value: float) -> Text:
    if params.measure == "investment":
        told = words.number(value, trim=True)
        return Text(f"{told} 元/公顷", f"{told} yuan/ha")
    return words.ratio(value) if params.measure == "floor-area-ratio" else words.percent(value)


def _outcome(  # noqa: PLR0917
    site: Site,
    rule: Rule,
    params: Params,
    limits: Mapping[str, Limit],
    judged: list[Judged],
    missing: tuple[str, ...],
    note: Text,
) -> Outcome:
    failing, left = [one for one in judged if one.fails], [one for one in judged if one.open and not one.fails]
    totals = {name: _total(judged, name) for name in judged[0].figures}
    lacking = tuple(dict.fromkeys((*missing, *(name for one in left for name in one.open))))
    figure = rule.figure and not limits
    unknown = None in totals.values()
    if figure:
        lacking += tuple(dict.fromkeys(f.lacking for one in judged for f in one.figures.values() if f.lacking))
    verdict: Verdict = "fail" if failing else "undetermined" if lacking else "info" if figure else "pass"
    measures: dict[str, float | int | str | None] = {
        "parcel_count": len(judged),
        "failing_count": len(failing) if limits else None,
        "open_count": len(left),
        **{f"total_{name.removeprefix('max_')}" if name else "total": value for name, value in totals.items()},
        "edition": params.edition,
    }
    message = words.joined(_told(params, limits, judged, failing, left), _totals_told(params, totals), note)
    if not limits and not figure:
        first = LIMITED.get(params.measure, ("max",) if params.measure == "green-share" else ("min",))
        message = words.joined(message, unstated(*first))
    evidence = tuple(_evidence(site, one) for one in (*failing, *left))
    if figure:
        value = None if unknown else totals[""]
        return Outcome(
            verdict, message, value, UNITS.get(params.measure, "share"), None, None, (), measures, evidence, lacking
        )
    value = len(failing) if limits else None
    return Outcome(verdict, message, value, "count", "<=", 0.0, (), measures, evidence, lacking)


def _total(judged: list[Judged], name: str) -> float | None:
    """The figure over all parcels of the zone."""
    found = [one.figures[name] for one in judged]
    if any(figure.over is None for figure in found):
        return None
    over, under = exact_sum(figure.over or 0.0 for figure in found), exact_sum(figure.under for figure in found)
    return over / under if under else None


def _told(
    params: Params, limits: Mapping[str, Limit], judged: list[Judged], failing: list[Judged], left: list[Judged]
) -> Text:
    edition = restated("project_indicators")["editions"][params.edition]
    title, until = edition["title"], edition.get("superseded")
    name = Text(title["zh"], title["en"]) + (Text(f",{until} 起被取代", f", superseded {until}") if until else NOTHING)
    what = Text(f"工业地块 {len(judged)} 宗", f"{len(judged)} industrial parcel(s)")
    if limits:
        what += Text(f",不达标 {len(failing)} 宗", f", {len(failing)} failing")
    if left:
        what += Text(f",无法判定 {len(left)} 宗", f", {len(left)} open")
    return words.joined(what, Text(f"控制指标{name.zh}", f"control indicators, {name.en}"))


def _totals_told(params: Params, totals: Mapping[str, float | None]) -> Text:
    names = {
        "": Text("合计", "in all"),
        "max_land": Text("用地合计", "of land"),
        "max_floor": Text("建筑面积合计", "of floor"),
    }
    told = []
    for name, value in totals.items():
        figure = Text("不明", "not known") if value is None else _quantity(params, value)
        told.append(Text(f"{names[name].zh} {figure.zh}", f"{names[name].en} {figure.en}"))
    return words.joined(*told)


def _evidence(site: Site, one: Judged) -> Evidence:
    geometry = one.parcel["geometry"]
    return Evidence(
        "parcels",
        str(one.parcel["feature"]),
        area_m2=float(site.plane.area_m2(geometry)),
        bbox=site.plane.bbox_lonlat(geometry),
        note=one.note,
        geometry=geometry,
    )
