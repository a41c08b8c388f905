"""The land does not overlap a layer at all.

Requires: the layer of `role`; the fields that `where` names; the field `deduct` (扣除系数) for net areas.
How it is measured: area of the union of the real parts of land ∩ layer, every square metre once (`overlap_m2`); parts
that vanish under erosion by half of sliver_width_m are slivers (`sliver_m2`). With `deduct`, `net_m2` = Σ area × (1 −
deduct); where features overlap each other the smallest deduction counts; a null makes the net area unknown.
Passes: overlap_m2 = 0, and nothing is missing that could show otherwise.
Fails: overlap_m2 > 0, also where other evidence is missing. Slivers are listed and never turn the verdict.
Undetermined: no such layer, land outside its `covers`, the layer over 50 km away, features that could not be repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome
from checks.model import Limit, Outcome
from checks.overlaps import DOUBLE_M2, NOTHING, Met, met, role_name, shares_told, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Piece


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


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, with the fields that decide which features count."""
    return (Need(params.role, tuple(params.where or ())),)


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
    message = _told(site, subject, params.role, seen, net)
    evidence = site.evidence(params.role, found) if layer is not None else ()
    return outcome(
        rule,
        (Limit("max", value, 0.0, "<="),),
        message,
        unit="m2",
        missing=seen.missing,
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
    frame = site.inputs.layers[params.role].frame
    deducts = frame[params.deduct]
    pieces = [piece for piece in seen.found.pieces if not piece.sliver]
    unknown = sorted({str(frame["feature"].iloc[piece.row]) for piece in pieces if deducts.isna().iloc[piece.row]})
    if unknown:
        named = words.listed(unknown)
        return None, Text(
            f"净面积不明:要素 {named.zh} 没有扣除系数", f"net area not known: no deduction coefficient for {named.en}"
        )
    by_deduct: dict[float, list[Piece]] = {}
    for piece in pieces:
        by_deduct.setdefault(float(deducts.iloc[piece.row]), []).append(piece)
    net_m2 = _net_m2(site, by_deduct, seen.found.shares_m2 - seen.found.union_m2 > DOUBLE_M2)
    told = words.area(net_m2)
    return net_m2, Text(f"扣除后净面积 {told.zh}", f"net of deductions {told.en}") if pieces else NOTHING


def _net_m2(site: Site, by_deduct: Mapping[float, list[Piece]], doubled: bool) -> float:
    import shapely

    if not doubled:
        return exact_sum(piece.area_m2 * (1 - deduct) for deduct, pieces in by_deduct.items() for piece in pieces)
    parts: list[float] = []
    counted: BaseGeometry = shapely.Polygon()
    for deduct in sorted(by_deduct):
        taken = shapely.union_all([piece.geometry for piece in by_deduct[deduct]])
        parts.append(float(site.plane.area_m2(shapely.difference(taken, counted))) * (1 - deduct))
        counted = shapely.union(counted, taken)
    return exact_sum(parts)
