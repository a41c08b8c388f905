"""Idle land by the legal definition, as a share of supplied land.

Requires: `parcels` with state, agreed_start_on, started_on; for works begun stopped_on with started_area_share, or with
investment_yuan and planned_investment_yuan; as_of.
How it is measured: of the parcels in state supplied, idle or built those are idle at as_of that were not started a
year after the agreed start, or were started, then stopped a year ago or earlier with under a third of the area begun or
under a quarter of the investment made. The dates decide; a parcel stated idle without them is counted apart. The value
is idle land ÷ supplied land, each parcel by its land in the zone.
Passes: min ≤ share ≤ max, where they are set.
Fails: the share is below min or above max.
Undetermined: no as_of, no parcels, a supplied parcel whose dates or shares leave it open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import words
from checks.documents import AS_OF
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import met, share_of
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

PARCELS = "parcels"
SUPPLIED: Mapping[str, tuple[str, ...]] = {"state": ("supplied", "idle", "built")}
THIRD, QUARTER = 1 / 3, 0.25
WORDS = {
    "idle": Text("闲置", "idle"),
    "stated": Text("标为闲置而无日期", "stated idle, without dates"),
}


@dataclass(frozen=True, slots=True)
class Params:
    """What the share is held to."""

    min: float | None = param(Text("最小闲置率", "the least share"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大闲置率", "the greatest share"), None, unit="share", minimum=0)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one parcel: `idle`, `in use`, `stated` idle without dates, or the field that leaves it open."""

    verdict: str
    lacking: str | None = None
    note: Text | None = None


def needs(params: Params) -> tuple[Need, ...]:
    """The parcels and their dates."""
    dates = ("agreed_start_on", "started_on", "stopped_on", "started_area_share")
    return (Need(PARCELS, ("state", *dates, "investment_yuan", "planned_investment_yuan"), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    seen = met(site, subject, PARCELS, SUPPLIED)
    limits = between(None, params.min, params.max)
    if site.as_of is None or not seen.reached:
        missing = [*seen.missing, *([AS_OF] if site.as_of is None else [])]
        return outcome(rule, limits, Text("闲置情况不明", "idle land is not known"), unit="share", missing=missing)
    frame = site.inputs.layers[PARCELS].frame
    areas: dict[int, float] = {}
    for piece in seen.found.pieces:
        areas[piece.row] = areas.get(piece.row, 0.0) + piece.area_m2
    told = {row: judged(frame.iloc[row].to_dict(), site.as_of) for row in sorted(areas)}
    supplied_m2 = seen.found.union_m2
    sums = {name: exact_sum(areas[row] for row, one in told.items() if one.verdict == name) for name in WORDS}
    lacking = [f"feature:{PARCELS}/{frame['feature'].iloc[row]}" for row, one in told.items() if one.lacking]
    fields = sorted({f"field:{PARCELS}.{one.lacking}" for one in told.values() if one.lacking})
    value = share_of(sums["idle"], supplied_m2) if supplied_m2 and not lacking else None
    missing = [*seen.missing, *fields]
    nothing = () if supplied_m2 or missing else (f"field:{PARCELS}.state",)
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(_message(sums, supplied_m2, value, len(lacking)), seen.note),
        unit="share",
        missing=[*missing, *nothing],
        shown=False if missing else None,
        measures={"idle_m2": sums["idle"], "stated_idle_m2": sums["stated"], "supplied_m2": supplied_m2},
        evidence=[_evidence(site, row, areas[row], one) for row, one in told.items() if one.verdict in WORDS],
    )


def judged(parcel: Mapping[str, Any], as_of: date) -> Told:
    """What the dates of a supplied parcel say at a day."""
    agreed, started, stopped = (_date(parcel.get(name)) for name in ("agreed_start_on", "started_on", "stopped_on"))
    state = parcel.get("state")
    begun = started is not None and started <= as_of
    if stopped is not None and stopped <= as_of and (begun or state != "built"):
        return _stopped(parcel, stopped, as_of)
    if begun or state == "built":
        return Told("in use")
    if agreed is None:
        return Told("stated") if state == "idle" else Told("open", "agreed_start_on")
    late = as_of >= _year_after(agreed)
    note = Text(f"约定 {agreed} 动工,满一年未动工", f"agreed start {agreed}, not begun a year later")
    return Told("idle", note=note) if late else Told("in use")


def _stopped(parcel: Mapping[str, Any], stopped: date, as_of: date) -> Told:
    area = _number(parcel.get("started_area_share"))
    spent, planned = (_number(parcel.get(name)) for name in ("investment_yuan", "planned_investment_yuan"))
    invested = spent / planned if spent is not None and planned else None
    little = (area is not None and area < THIRD) or (invested is not None and invested < QUARTER)
    if as_of < _year_after(stopped):
        return Told("in use")
    if little:
        return Told("idle", note=Text(f"{stopped} 停工满一年", f"stopped on {stopped}, over a year ago"))
    return Told("open", "started_area_share") if area is None and invested is None else Told("in use")


def _year_after(day: date) -> date:
    """The same day of the next year; of 29 February the 1 March."""
    if day.year == date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _date(value: object) -> date | None:
    return value if isinstance(value, date) and value == value else None  # noqa: PLR0124 (NaT)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None  # noqa: PLR0124 (NaN)


def _message(sums: Mapping[str, float], supplied_m2: float, value: float | None, unknown: int) -> Text:
    supplied = words.hectares(supplied_m2)
    if value is None:
        told = Text(f"已供用地 {supplied.zh},闲置率不明", f"{supplied.en} supplied, idle share not known")
        told = words.joined(told, Text(f"{unknown} 宗缺日期", f"{unknown} parcel(s) lack dates")) if unknown else told
    else:
        share, idle = words.percent(value), words.hectares(sums["idle"])
        told = Text(
            f"闲置率 {share.zh}:{idle.zh} ÷ 已供 {supplied.zh}", f"{share.en} idle: {idle.en} of {supplied.en} supplied"
        )
    if not sums["stated"]:
        return told
    apart = words.hectares(sums["stated"])
    return words.joined(told, Text(f"另有 {apart.zh} 标为闲置而无日期", f"{apart.en} more stated idle, without dates"))


def _evidence(site: Site, row: int, area_m2: float, one: Told) -> Evidence:
    parcel = site.inputs.layers[PARCELS].frame.iloc[row]
    bbox = site.plane.bbox_lonlat(parcel.geometry)
    note = one.note or WORDS[one.verdict]
    return Evidence(PARCELS, str(parcel["feature"]), area_m2=area_m2, bbox=bbox, note=note, geometry=parcel.geometry)
