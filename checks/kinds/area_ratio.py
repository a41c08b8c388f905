"""The land taken in is in proportion to the land of the zone.

Requires: zones and expansion.
How it is measured: ratio = area of the expansion (what is new to the zones) ÷ area of the zone's dissolved land.
Passes: ratio ≤ max_ratio.
Fails: ratio > max_ratio, and no feature of the zone is lost that might make it larger.
Undetermined: max_ratio is not set, or features of zone or expansion could not be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.judge import outcome, unstated
from checks.model import Limit, Outcome
from checks.overlaps import subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """How much may be taken in."""

    max_ratio: float | None = param(
        Text("拟扩面积与原用地面积之比的上限", "the greatest ratio of the land to the zone's"),
        None,
        unit="ratio",
        minimum=0,
    )


def needs(params: Params) -> tuple[Need, ...]:
    """Zones and expansion, which every run has."""
    return ()


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    land, zone = site.land(subject), site.land("zone")
    ratio = land.area_m2 / zone.area_m2
    limit = Limit("max_ratio", ratio, params.max_ratio, "<=")
    name, told, whole = subject_name(site, subject), words.area(land.area_m2), words.area(zone.area_m2)
    figure = words.ratio(ratio, beside=params.max_ratio)
    what = Text(
        f"{name.zh} {told.zh},园区用地 {whole.zh},面积比 {figure.zh}",
        f"{name.en} {told.en}, the zone's land {whole.en}, a ratio of {figure.en}",
    )
    wanted = unstated("max_ratio")
    if params.max_ratio is not None:
        bound = words.limit("<=", words.ratio(params.max_ratio))
        wanted = Text(f"要求 {bound.zh}", f"required {bound.en}")
    return outcome(
        rule,
        (limit,),
        words.joined(what, wanted),
        unit="ratio",
        missing=dict.fromkeys(land.undetermined + zone.undetermined),
        shown=limit.met is False and not zone.undetermined,
        measures={"land_m2": land.area_m2, "zone_m2": zone.area_m2},
    )
