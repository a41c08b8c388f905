"""The land keeps a distance from every feature of a layer.

Requires: the layer of `role`, min_m around the land; the fields that `where` names.
How it is measured: geodesic distance from the dissolved land to the nearest feature, inside the zone or outside,
between the points that are nearest in the plane; 0 where they meet (`nearest_m`).
Passes: no feature is nearer than min_m, and nothing is missing that could show otherwise.
Fails: a feature is nearer than min_m, also where other evidence is missing.
Undetermined: min_m is not set, no such layer, places within min_m of the land lie outside its `covers`, the layer over
50 km away, features that could not be repaired.
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
    """What to keep off, and how far."""

    role: str = param(Text("应保持距离的图层", "the layer to keep off"), role=("polygon", "line", "point"))
    min_m: float | None = param(Text("最小距离", "the least distance"), None, unit="m", minimum=0)
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的要素", "only features whose fields have these values"), None
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, as far around the land as features count."""
    return (Need(params.role, tuple(params.where or ()), reach_m=params.min_m or 0.0),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    least_m = params.min_m or 0.0
    near = features_within(site, subject, params.role, params.where, least_m)
    closer = replace(near, rows=tuple((row, away_m) for row, away_m in near.rows if away_m < least_m))
    told = nearest_told(site, subject, params.role, near, params.min_m)
    message = words.joined(told, _wanted(rule, params), near.note)
    measures = {"nearest_m": near.nearest_m, "closer_count": len(closer.rows)}
    if near.nearest_m is None and not near.missing and params.min_m is not None:
        return Outcome("pass", message, None, "m", ">=", params.min_m, measures=measures)
    return outcome(
        rule,
        (Limit("min_m", near.nearest_m, params.min_m, ">="),),
        message,
        unit="m",
        missing=near.missing,
        measures=measures,
        evidence=features_evidence(site, params.role, closer),
    )


def _wanted(rule: Rule, params: Params) -> Text:
    if params.min_m is None:
        return NOTHING if rule.figure else unstated("min_m")
    bound = words.limit(">=", words.metres(params.min_m))
    return Text(f"要求 {bound.zh}", f"required {bound.en}")
