"""The gap between two layers: from what one has on the land to the nearest feature of the other.

Requires: the layers `role` (polygons) and `to`; the fields that `where` and `to_where` name.
How it is measured: geodesic distance from the features of `role` that meet `where`, clipped to the land, to the nearest
feature of `to` that meets `to_where`, wherever it lies; 0 where they meet.
Passes: min ≤ distance ≤ max, where they are set.
Fails: the distance is below min or above max.
Undetermined: no such layer, no such feature, or one that is not complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.networks import REACH_M
from checks.overlaps import met, role_name, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

NAMED = Text("只看字段取这些值的要素", "only features whose fields have these values")


@dataclass(frozen=True, slots=True)
class Params:
    """From what to what."""

    role: str = param(Text("用地上的面图层", "the polygon layer on the land"), role=("polygon",))
    to: str = param(Text("另一图层", "the other layer"), role=("polygon", "line", "point"))
    where: Mapping[str, tuple[str, ...]] | None = param(NAMED, None)
    to_where: Mapping[str, tuple[str, ...]] | None = param(NAMED, None)
    min: float | None = param(Text("最小距离", "the least distance"), None, unit="m", minimum=0)
    max: float | None = param(Text("最大距离", "the greatest distance"), None, unit="m", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """What is on the land, and the other layer wherever it lies."""
    there = Need(params.to, tuple(params.to_where or ()), reach_m=REACH_M)
    return (Need(params.role, tuple(params.where or ())), there)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    seen = met(site, subject, params.role, params.where)
    complete = site.completeness("zone", params.to)
    missing = [*seen.missing, *complete.missing, *site.lacking(params.to, *(params.to_where or ()))]
    one, other = role_name(site, params.role), role_name(site, params.to)
    land = subject_name(site, subject)
    layer = site.layer(params.to)
    frame = None if layer is None else layer.frame[site.ground.rows_where(params.to, params.to_where)]
    if frame is None or frame.empty or seen.found.union.is_empty:
        nothing = (
            [f"role:{params.to}"] if layer is None else [f"field:{params.to}.{name}" for name in params.to_where or ()]
        )
        told = Text(f"{land.zh}{one.zh}与{other.zh}的间距不明", f"the gap between {one.en} and {other.en} is not known")
        limits = between(None, params.min, params.max)
        return outcome(rule, limits, told, unit="m", missing=missing or nothing, shown=False)
    found = site.plane.nearest(seen.found.union, frame.geometry.to_numpy())
    row, away_m = found if found is not None else (0, 0.0)
    nearest = frame.iloc[row]
    told = words.metres(away_m)
    named = nearest.get("name")
    if isinstance(named, str) and named.strip():
        other = Text(f"{other.zh}“{named}”", f"{other.en} '{named}'")
    message = Text(
        f"{land.zh}上的{one.zh}距{other.zh} {told.zh}", f"{one.en} on {land.en} lies {told.en} from {other.en}"
    )
    bbox = site.plane.bbox_lonlat(nearest.geometry)
    evidence = Evidence(
        params.to, str(nearest["feature"]), length_m=away_m, bbox=bbox, note=told, geometry=nearest.geometry
    )
    return outcome(
        rule,
        between(away_m, params.min, params.max),
        words.joined(message, complete.note),
        unit="m",
        missing=missing,
        shown=False if missing else None,
        measures={"gap_m": away_m},
        evidence=(evidence,),
    )
