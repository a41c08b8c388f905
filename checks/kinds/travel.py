"""How far places are along the roads: facilities, and the other areas of the zone.

Requires: `facilities` of the kinds in `to` with their status, or areas of the zone (`areas`); lines of `role`, built.
How it is measured: from where the land comes nearest to a road to where each place does, along the built lines, joined
at crossings and at ends within snap_m; both legs count, and a leg longer than access_m does not join. The value is the
distance to the nearest place of the first kind in `to`, else to the farthest area. Minutes are given where every road
on hand has a speed, by `speed_kmh` or `speeds`.
Passes: min ≤ distance ≤ max, where they are set.
Fails: the distance is below min or above max, or a place cannot be reached and max is set.
Undetermined: no such layer, no place of these kinds, lines or facilities not complete, nothing can be reached.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checks import words
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.networks import FACILITIES, REACH_M, access, facilities, facility_missing, minutes, network, word
from checks.overlaps import NOTHING, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Params:
    """Where to, and along what."""

    to: tuple[str, ...] = param(Text("目的地设施种类", "kinds of facilities to go to"), (), listed=(FACILITIES, "kind"))
    areas: bool = param(Text("也到本园区的其他片区", "to the zone's other areas too"), False)
    role: str = param(Text("线图层", "the line layer"), "roads", role=("line",))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的线", "only lines whose fields have these values"), None
    )
    speeds: Mapping[str, float] | None = param(
        Text("没有车速的道路按等级取的车速", "speed of roads without one, by class"), None, unit="km/h", minimum=0
    )
    access_m: float = param(Text("到道路的最远距离", "the longest leg to a road"), 1000.0, unit="m", minimum=0)
    snap_m: float = param(Text("线端多近算相接", "how near line ends are joined"), 1.0, unit="m", minimum=0)
    min: float | None = param(Text("最小距离", "the least distance"), None, unit="m", minimum=0)
    max: float | None = param(Text("最大距离", "the greatest distance"), None, unit="m", minimum=0)


@dataclass(frozen=True, slots=True)
class Goal:
    """A place to go to: its kind (`area` for an area), name, evidence key and geometry; how far, None: not reached."""

    kind: str
    name: Text
    role: str
    feature: str
    geometry: BaseGeometry
    away_m: float | None = None
    away_min: float | None = None


def needs(params: Params) -> tuple[Need, ...]:
    """Lines and facilities wherever they are."""
    speed = ("class", "speed_kmh") if params.role == "roads" else ()
    lines = Need(params.role, ("status", *speed, *(params.where or ())), reach_m=REACH_M)
    return (lines, *([Need(FACILITIES, ("kind", "status", "name"), reach_m=REACH_M)] if params.to else []))


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    missing = _missing(site, params)
    goals = [] if any(name.startswith("role:") for name in missing) else _goals(site, subject, params)
    if not goals:
        told = Text("没有可去的地点或道路", "no place to go to, or no roads")
        nowhere = missing or [f"field:{FACILITIES}.kind"]
        return outcome(rule, between(None, params.min, params.max), told, unit="m", missing=nowhere, shown=False)
    reached = _reached(site, subject, params, goals)
    value = _value(reached, params)
    unreached = any(goal.away_m is None for goal in reached)
    if value is None and params.max is None:
        missing = [*missing, f"covers:{params.role}"]
    cut_off = value is None and params.max is not None and not missing
    return outcome(
        rule,
        between(math.inf if cut_off else value, params.min, params.max),
        _told(site, subject, reached, unreached),
        unit="m",
        missing=missing,
        shown=False if missing else None,
        measures=_measures(reached),
        evidence=tuple(_evidence(site, goal) for goal in reached),
    )


def _missing(site: Site, params: Params) -> list[str]:
    names = [*site.completeness("zone", params.role).missing, *site.lacking(params.role, *(params.where or ()))]
    return [*names, *facility_missing(site)] if params.to else names


def _goals(site: Site, subject: str, params: Params) -> list[Goal]:
    found = []
    for kind in params.to:
        for row in facilities(site, (kind,)).to_dict("records"):
            title = word(site, FACILITIES, "kind", kind)
            name = row.get("name")
            named = Text(name, name) if isinstance(name, str) and name.strip() else title
            found.append(Goal(kind, named, FACILITIES, str(row["feature"]), row["geometry"]))
    if params.areas:
        for area in site.areas():
            land = area.zone
            if land is not None and not (subject == "zone" and len(site.areas()) == 1):
                found.append(Goal("area", Text(area.name, area.name), "zones", area.name, land))
    return found


def _reached(site: Site, subject: str, params: Params, goals: list[Goal]) -> list[Goal]:
    import numpy as np

    net = network(site, params.role, params.where, params.snap_m)
    start = access(net, site.land(subject).geometry, params.access_m)
    weight, slow = minutes(site, net, params.role, params.speeds or {})
    found = []
    for goal in goals:
        feet = access(net, goal.geometry, params.access_m)
        ways = [net.nearest(start, feet), net.nearest(start, feet, weight) if not slow else np.full(1, np.inf)]
        away_m, away_min = (float(way.min(initial=np.inf)) for way in ways)
        known = (value if math.isfinite(value) else None for value in (away_m, away_min))
        found.append(replace(goal, **dict(zip(("away_m", "away_min"), known, strict=True))))  # type: ignore[arg-type]
    return found


def _value(goals: list[Goal], params: Params) -> float | None:
    first = params.to[0] if params.to else "area"
    own = [goal.away_m for goal in goals if goal.kind == first and goal.away_m is not None]
    if first == "area":
        return max(own, default=None) if len(own) == sum(goal.kind == "area" for goal in goals) else None
    return min(own, default=None)


def _told(site: Site, subject: str, goals: list[Goal], unreached: bool) -> Text:
    land = subject_name(site, subject)
    told = []
    for goal in sorted(goals, key=lambda goal: (goal.away_m is None, goal.away_m or 0.0, goal.feature))[:SHOWN]:
        if goal.away_m is None:
            told.append(Text(f"{goal.name.zh}沿道路不可达", f"{goal.name.en} cannot be reached along roads"))
            continue
        away = words.metres(goal.away_m)
        time = words.quantity(goal.away_min, "min") if goal.away_min is not None else NOTHING
        by = Text(f"({time.zh})", f" ({time.en})") if goal.away_min is not None else NOTHING
        told.append(Text(f"{goal.name.zh} {away.zh}{by.zh}", f"{goal.name.en} {away.en}{by.en}"))
    if len(goals) > SHOWN:
        told.append(Text(f"等 {len(goals)} 处", f"{len(goals)} places in all"))
    head = Text(f"{land.zh}沿道路到", f"along roads from {land.en} to ")
    body = words.joined(*told)
    return Text(f"{head.zh}{body.zh}", f"{head.en}{body.en}")


def _measures(goals: list[Goal]) -> dict[str, float | int | str | None]:
    found: dict[str, float | int | str | None] = {}
    for kind in dict.fromkeys(goal.kind for goal in goals):
        own = [goal for goal in goals if goal.kind == kind]
        near = min((goal for goal in own if goal.away_m is not None), key=lambda goal: goal.away_m or 0.0, default=None)
        found[f"{kind}_m"] = near.away_m if near else None
        found[f"{kind}_min"] = near.away_min if near else None
        found[f"{kind}_unreached"] = sum(goal.away_m is None for goal in own)
    return found


def _evidence(site: Site, goal: Goal) -> Evidence:
    away = Text("不可达", "not reached") if goal.away_m is None else words.metres(goal.away_m)
    note = Text(f"{goal.name.zh},{away.zh}", f"{goal.name.en}, {away.en}")
    bbox = site.plane.bbox_lonlat(goal.geometry)
    return Evidence(goal.role, goal.feature, length_m=goal.away_m, bbox=bbox, note=note, geometry=goal.geometry)
