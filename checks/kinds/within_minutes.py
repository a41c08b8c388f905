"""Facilities within some minutes along the roads.

Requires: `facilities` of the kinds in `to` with their status; `roads` with their status and speed_kmh, or a speed for
each class in `speeds`; minutes.
How it is measured: from where the land comes nearest to a road, along the built roads, joined at crossings and at ends
within snap_m; legs count at the speed of the road that they lead to, and one longer than access_m does not join. The
value is the number of built facilities of these kinds that are reached in time.
Passes: min ≤ number ≤ max, where they are set.
Fails: the number is below min or above max.
Undetermined: `minutes` is not set, no such layer, a road without a speed, layers not complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.networks import FACILITIES, REACH_M, access, facilities, facility_missing, minutes, network, word
from checks.overlaps import subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

ROADS = "roads"


@dataclass(frozen=True, slots=True)
class Params:
    """What to reach, and in what time."""

    to: tuple[str, ...] = param(Text("设施种类", "kinds of facilities"), listed=(FACILITIES, "kind"))
    minutes: float | None = param(Text("沿道路的时限", "minutes along roads"), None, unit="min", minimum=0)
    speeds: Mapping[str, float] | None = param(
        Text("没有车速的道路按等级取的车速", "speed of roads without one, by class"), None, unit="km/h", minimum=0
    )
    access_m: float = param(Text("到道路的最远距离", "the longest leg to a road"), 1000.0, unit="m", minimum=0)
    snap_m: float = param(Text("线端多近算相接", "how near line ends are joined"), 1.0, unit="m", minimum=0)
    min: float | None = param(Text("最少个数", "the least number"), None, unit="count", minimum=0)
    max: float | None = param(Text("最多个数", "the greatest number"), None, unit="count", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """Roads and facilities wherever they are."""
    return (
        Need(ROADS, ("status", "class", "speed_kmh"), reach_m=REACH_M),
        Need(FACILITIES, ("kind", "status", "name"), reach_m=REACH_M),
    )


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    missing = [*site.completeness("zone", ROADS).missing, *facility_missing(site)]
    if params.minutes is None:
        missing.append(f"param:{rule.id}.minutes")
    limits = between(None, params.min, params.max)
    if params.minutes is None or site.layer(ROADS) is None or site.layer(FACILITIES) is None:
        told = Text("时限内可达的设施不明", "what is reached in time is not known")
        return outcome(rule, limits, told, unit="count", missing=missing, shown=False)
    net = network(site, ROADS, None, params.snap_m)
    _, slow = minutes(site, net, ROADS, params.speeds or {})
    if slow:
        told = Text("有道路没有车速,时间不明", "some roads have no speed: times are not known")
        return outcome(rule, limits, told, unit="count", missing=[*missing, *slow], shown=False)
    return _counted(site, rule, subject, params, missing)


def _counted(site: Site, rule: Rule, subject: str, params: Params, missing: list[str]) -> Outcome:
    net = network(site, ROADS, None, params.snap_m)
    weight, _ = minutes(site, net, ROADS, params.speeds or {})
    start = access(net, site.land(subject).geometry, params.access_m)
    frame = facilities(site, params.to)
    time = net.nearest(start, net.feet(frame.geometry.to_numpy(), params.access_m), weight)
    near = [(row, float(away)) for row, away in zip(frame.to_dict("records"), time, strict=True)]
    near = [(row, away) for row, away in near if away <= (params.minutes or 0.0)]
    counts = {kind: sum(row["kind"] == kind for row, _ in near) for kind in params.to}
    land, within = subject_name(site, subject), words.quantity(params.minutes or 0.0, "min")
    told = words.listed(
        Text(f"{name.zh} {count} 处", f"{name.en}: {count}")
        for name, count in ((word(site, FACILITIES, "kind", kind), count) for kind, count in counts.items())
    )
    return outcome(
        rule,
        between(float(len(near)), params.min, params.max),
        Text(f"{land.zh}沿道路 {within.zh}内可达{told.zh}", f"within {within.en} along roads of {land.en}: {told.en}"),
        unit="count",
        missing=missing,
        shown=False if missing else None,
        measures={f"{kind}_count": count for kind, count in counts.items()},
        evidence=tuple(
            Evidence(
                FACILITIES,
                str(row["feature"]),
                bbox=site.plane.bbox_lonlat(row["geometry"]),
                note=words.quantity(away, "min"),
                geometry=row["geometry"],
            )
            for row, away in near
        ),
    )
