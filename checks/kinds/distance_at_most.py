"""The land lies near enough to a feature of a layer.

Requires: the layer of `role`, max_m around the land; the fields that `where` names.
How it is measured: geodesic distance from the dissolved land to the nearest feature, inside the zone or outside,
between the points that are nearest in the plane; 0 where they meet (`nearest_m`).
Passes: a feature lies within max_m.
Fails: none does, and nothing is missing that might.
Undetermined: max_m is not set; or none does, and there is no such layer, places within max_m of the land lie outside
its `covers`, the layer lies over 50 km away, or features could not be repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from checks import words
from checks.distances import features_evidence, features_within, nearest_told
from checks.judge import outcome, unstated
from checks.model import Limit, Outcome
from checks.overlaps import NOTHING
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """What must be near, and how near."""

    role: str = param(Text("应靠近的图层", "the layer that must be near"), role=("polygon", "line", "point"))
    max_m: float | None = param(Text("最大距离", "the greatest distance"), None, unit="m", minimum=0)
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的要素", "only features whose fields have these values"), None
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, as far around the land as features count."""
    return (Need(params.role, tuple(params.where or ()), reach_m=params.max_m or 0.0),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    near = features_within(site, subject, params.role, params.where, params.max_m or 0.0)
    limit = Limit("max_m", near.nearest_m, params.max_m, "<=")
    message = words.joined(
        nearest_told(site, subject, params.role, near, params.max_m), _wanted(rule, params), near.note
    )
    measures = {"nearest_m": near.nearest_m, "within_count": len(near.rows)}
    none_near = params.max_m is not None and not near.rows and not near.missing
    return outcome(
        rule,
        (limit,),
        message,
        unit="m",
        missing=() if limit.met else near.missing,
        shown=none_near,
        measures=measures,
        evidence=features_evidence(site, params.role, replace(near, rows=near.rows[:1])),
    )


def _wanted(rule: Rule, params: Params) -> Text:
    if params.max_m is None:
        return NOTHING if rule.figure else unstated("max_m")
    bound = words.limit("<=", words.metres(params.max_m))
    return Text(f"要求 {bound.zh}", f"required {bound.en}")
