"""Every part of the land links up with a layer: it overlaps it or lies right beside it.

Requires: the layer of `role`.
How it is measured: share = area of the real parts of land ∩ layer, every square metre once, ÷ area of the land; per
connected part of the land the geodesic distance to the nearest feature, 0 where they meet (`greatest_distance_m`).
Passes: share ≥ min_share and greatest distance ≤ gap_m.
Fails: either limit is not kept, and no feature is lost, nor land beyond `covers`, that might keep it.
Undetermined: no such layer, land outside its `covers`, the layer over 50 km away, features that could not be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome
from checks.model import Evidence, Limit, Outcome
from checks.overlaps import Met, met, parts_evidence, role_name, share_of, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Params:
    """What the land must join, and how closely."""

    role: str = param(Text("应衔接的图层", "the layer that the land must join"), role=("polygon",))
    gap_m: float = param(
        Text("每块到图层的最大距离", "how far a part may lie from the layer"), 1.0, unit="m", minimum=0
    )
    min_share: float = param(
        Text("图层内的最小比例", "the least share of the land inside the layer"), 0.0, unit="share", minimum=0
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A connected part of the land and how far it lies from the layer; inf where the layer has nothing."""

    geometry: BaseGeometry
    distance_m: float


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, as far around as parts may lie from it."""
    return (Need(params.role, reach_m=params.gap_m),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    seen = met(site, subject, params.role)
    parts = _parts(site, subject, params.role) if seen.reached else ()
    share = share_of(seen.found.union_m2, site.land(subject).area_m2) if seen.reached else None
    greatest_m = max((part.distance_m for part in parts), default=None)
    known_m = None if greatest_m == float("inf") else greatest_m
    limits = (Limit("min_share", share, params.min_share, ">="), Limit("gap_m", known_m, params.gap_m, "<="))
    far = [part for part in parts if part.distance_m > params.gap_m]
    broken = bool(far) or limits[0].met is False
    measures = {
        "overlap_m2": seen.found.union_m2 if seen.reached else None,
        "sliver_m2": seen.found.sliver_m2 if seen.reached else None,
        "inside_share": share,
        "greatest_distance_m": known_m,
        "part_count": len(parts) if seen.reached else None,
        "far_part_count": len(far) if seen.reached else None,
    }
    evidence = (*site.evidence(params.role, seen.found), *_apart(site, subject, far)) if seen.reached else ()
    return outcome(
        rule,
        limits,
        _told(site, subject, params, seen, parts),
        unit="share",
        missing=seen.missing,
        shown=broken and not seen.missing,
        measures=measures,
        evidence=evidence,
    )


def _parts(site: Site, subject: str, role: str) -> tuple[Part, ...]:
    """The connected parts of the land with their distances."""
    from geo.parts import connected

    features = site.inputs.layers[role].frame.geometry.to_numpy()
    found = []
    for part in connected(site.land(subject).geometry):
        nearest = site.plane.nearest(part, features)
        found.append(Part(part, nearest[1] if nearest else float("inf")))
    return tuple(found)


def _apart(site: Site, subject: str, far: list[Part]) -> tuple[Evidence, ...]:
    """The land's own features in the parts that lie too far from the layer."""
    notes: dict[BaseGeometry, Text] = {}
    for part in far:
        told = words.metres(part.distance_m) if part.distance_m != float("inf") else None
        notes[part.geometry] = (
            Text(f"与图层相距 {told.zh}", f"{told.en} from the layer")
            if told
            else Text("图层没有要素", "the layer has no feature")
        )
    return parts_evidence(site, subject, notes)


def _told(site: Site, subject: str, params: Params, seen: Met, parts: tuple[Part, ...]) -> Text:
    land, layer = subject_name(site, subject), role_name(site, params.role)
    if not seen.reached:
        unknown = Text(f"{land.zh}与{layer.zh}的衔接无法量算", f"how {land.en} joins the {layer.en} is not known")
        return words.joined(unknown, seen.note)
    inside = words.percent(share_of(seen.found.union_m2, site.land(subject).area_m2), beside=params.min_share)
    what = Text(f"{land.zh}有 {inside.zh} 在{layer.zh}内", f"{inside.en} of {land.en} lies inside the {layer.en}")
    if not len(site.inputs.layers[params.role].frame):
        return words.joined(what, Text("图层没有要素,无从衔接", "the layer has no feature to join"), seen.note)
    greatest = words.metres(max(part.distance_m for part in parts), beside=params.gap_m)
    gap = words.metres(params.gap_m)
    apart = Text(
        f"共 {len(parts)} 块,离得最远的一块相距 {greatest.zh}(允许 {gap.zh})",
        f"{len(parts)} part(s), the farthest {greatest.en} away ({gap.en} allowed)",
    )
    return words.joined(what, apart, slivers_told(seen.found), seen.note)
