"""The land does not overlap a layer at all.

Requires: the layer of `role`; the fields that `where` names; the field `deduct` (扣除系数) for net areas; the line
layers of `lines`, where they are given.
How it is measured: area of the union of the real parts of land ∩ layer, every square metre once (`overlap_m2`); parts
that vanish under erosion by half of sliver_width_m are slivers (`sliver_m2`). With `deduct`, `net_m2` = Σ area × (1 −
deduct); where features overlap each other the smallest deduction counts; a null makes the net area unknown. With
`lines`, `crossing_m` is the length of the lines that cross the layer outside zone and expansion, within reach_m.
Passes: overlap_m2 = 0, and nothing is missing that could show otherwise.
Fails: overlap_m2 > 0, also where other evidence is missing. Slivers are listed and never turn the verdict.
Undetermined: no such layer, land outside its `covers`, the layer over 50 km away, features that could not be repaired;
no overlap by area, but lines that cross: they need the proof that this cannot be avoided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.classes import net_m2
from checks.crossing import PROOF, crossing, crossing_told
from checks.judge import outcome
from checks.model import Limit, Outcome
from checks.overlaps import NOTHING, Met, met, role_name, shares_told, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """What the land must keep off."""

    role: str = param(Text("不得涉及的图层", "the layer that the land must not touch"), role=("polygon",))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的要素", "only features whose fields have these values"), None
    )
    deduct: str | None = param(
        Text("扣除系数字段,用于净面积", "the field of the deduction coefficient, for net areas"), None
    )
    lines: tuple[str, ...] = param(
        Text("另看其穿越的线图层", "line layers whose crossings are told apart"), (), role=("line",)
    )
    reach_m: float | None = param(
        Text("看用地以外多远的线,默认 context_m", "how far outside the land lines are looked at, else context_m"),
        None,
        unit="m",
        minimum=0,
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, with the fields that decide which features count."""
    reach_m = (params.reach_m or 0.0) if params.lines else 0.0
    lines = (Need(name, reach_m=reach_m, optional=True) for name in params.lines)
    return (Need(params.role, tuple(params.where or ()), reach_m=reach_m, on_land=True), *lines)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    seen = met(site, subject, params.role, params.where)
    found = seen.found
    value = found.union_m2 if seen.reached else None
    measures: dict[str, float | int | str | None] = {
        "overlap_m2": value,
        "sliver_m2": found.sliver_m2 if seen.reached else None,
        "shares_m2": found.shares_m2 if seen.reached else None,
    }
    net = NOTHING
    layer = site.layer(params.role)
    if params.deduct and layer is not None and params.deduct in layer.frame:
        measures["net_m2"], net = _net(site, params, seen)
    message, missing = _told(site, subject, params.role, seen, net), seen.missing
    evidence = site.evidence(params.role, found) if layer is not None else ()
    if params.lines:
        lines = crossing(site, subject, params.role, params.lines, params.reach_m)
        measures |= {"crossing_m": lines.total_m if lines.length_m else None}
        measures |= {f"{name}_m": length_m for name, length_m in lines.length_m.items()}
        missing += lines.missing + ((PROOF,) if lines.total_m and not found.union_m2 else ())
        message = words.joined(message, crossing_told(site, lines, params.lines) if layer is not None else NOTHING)
        evidence += lines.evidence
    return outcome(
        rule,
        (Limit("max", value, 0.0, "<="),),
        message,
        unit="m2",
        missing=missing,
        measures=measures,
        evidence=evidence,
    )


def _told(site: Site, subject: str, role: str, seen: Met, net: Text) -> Text:
    land, layer = subject_name(site, subject), role_name(site, role)
    if not seen.reached:
        unknown = Text(f"{land.zh}与{layer.zh}的重叠无法量算", f"overlap of {land.en} with {layer.en} is not known")
        return words.joined(unknown, seen.note)
    if not seen.found.union_m2:
        clear = Text(f"{land.zh}与{layer.zh}没有重叠", f"no overlap of {land.en} with {layer.en}")
        return words.joined(clear, slivers_told(seen.found), seen.note)
    told = words.area(seen.found.union_m2)
    count = len({piece.row for piece in seen.found.pieces if not piece.sliver})
    taken = Text(
        f"{land.zh}与{layer.zh}重叠 {told.zh},涉及 {count} 个要素",
        f"{land.en} overlaps {layer.en} by {told.en}, {count} feature(s)",
    )
    return words.joined(taken, net, shares_told(seen.found), slivers_told(seen.found), seen.note)


def _net(site: Site, params: Params, seen: Met) -> tuple[float | None, Text]:
    """Net area of the overlap, and how it is told; None where a feature has no deduction coefficient."""
    area_m2, unknown = net_m2(site, params.role, seen.found, str(params.deduct))
    if unknown or area_m2 is None:
        named = words.listed(unknown)
        return None, Text(
            f"净面积不明:要素 {named.zh} 没有扣除系数", f"net area not known: no deduction coefficient for {named.en}"
        )
    told = words.area(area_m2)
    return area_m2, Text(f"扣除后净面积 {told.zh}", f"net of deductions {told.en}") if seen.found.union_m2 else NOTHING
