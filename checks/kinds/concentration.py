"""The land lies together: few parts, most of it in the largest.

Requires: the land alone.
How it is measured: connected parts of the dissolved land; parts within gap_m of each other (geodesic, in chains) are
one (`part_count`). Share of the largest = its area ÷ all (`largest_share`). Compactness = 4πA/P² of the whole, holes
counted in P: 1 for a circle (`compactness`).
Passes: part_count ≤ max_parts and largest_share ≥ min_largest_share.
Fails: either limit is not kept, also where the other is not set.
Undetermined: a limit is not set and the other is kept, or features of the land could not be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome, unstated
from checks.model import Evidence, Limit, Outcome
from checks.overlaps import NOTHING, parts_evidence, share_of, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Params:
    """How scattered the land may be."""

    max_parts: int | None = param(Text("最多几块", "how many parts at most"), None, minimum=0)
    min_largest_share: float | None = param(
        Text("最大一块的最小比例", "the least share of the largest part"), None, unit="share", minimum=0
    )
    gap_m: float = param(
        Text("相距不超过此值的算一块", "parts no farther apart than this are one"), 50.0, unit="m", minimum=0
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of the land that count as one."""

    parts: tuple[BaseGeometry, ...]
    area_m2: float


def needs(params: Params) -> tuple[Need, ...]:
    """The land alone."""
    return ()


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    from geo.parts import compactness

    land, groups = site.land(subject), _groups(site, subject, params.gap_m)
    largest = share_of(groups[0].area_m2, land.area_m2)
    compact = compactness(land.geometry, site.plane)
    limits = (
        Limit("max_parts", len(groups), params.max_parts, "<="),
        Limit("min_largest_share", largest, params.min_largest_share, ">="),
    )
    measures = {
        "part_count": len(groups),
        "largest_share": largest,
        "compactness": compact,
        "separate_count": sum(len(group.parts) for group in groups),
        "land_m2": land.area_m2,
    }
    name, share = subject_name(site, subject), words.percent(largest, beside=params.min_largest_share)
    gap, form = words.metres(params.gap_m), words.ratio(compact or 0.0)
    what = Text(
        f"{name.zh}共 {len(groups)} 块(相距不超过 {gap.zh} 的算一块),最大一块占 {share.zh},紧凑度 {form.zh}",
        f"{name.en} has {len(groups)} part(s) (parts within {gap.en} are one), "
        f"the largest is {share.en}, compactness {form.en}",
    )
    unset = [limit.name for limit in limits if limit.threshold is None]
    return outcome(
        rule,
        limits,
        words.joined(what, _wanted(params), unstated(*unset) if unset else NOTHING),
        unit="count",
        missing=land.undetermined,
        shown=None if not land.undetermined else False,
        measures=measures,
        evidence=_evidence(site, subject, groups),
    )


def _groups(site: Site, subject: str, gap_m: float) -> list[Group]:
    """What counts as one part each, the largest first."""
    import numpy as np

    from geo.parts import clusters, connected

    parts = connected(site.land(subject).geometry)
    areas_m2 = site.plane.area_m2(np.array(parts, dtype=object))
    found = [
        Group(tuple(parts[i] for i in group), exact_sum(float(areas_m2[i]) for i in group))
        for group in clusters(np.array(parts, dtype=object), gap_m, site.plane)
    ]
    return sorted(found, key=lambda group: -group.area_m2)


def _evidence(site: Site, subject: str, groups: list[Group]) -> tuple[Evidence, ...]:
    """What lies apart from the largest."""
    notes = {
        part: Text(f"第 {place} 块", f"part {place}")
        for place, group in enumerate(groups[1:], 2)
        for part in group.parts
    }
    return parts_evidence(site, subject, notes)


def _wanted(params: Params) -> Text:
    told = []
    if params.max_parts is not None:
        told.append(Text(f"要求不超过 {params.max_parts} 块", f"at most {params.max_parts} part(s) required"))
    if params.min_largest_share is not None:
        least = words.percent(params.min_largest_share)
        told.append(Text(f"最大一块至少占 {least.zh}", f"the largest at least {least.en}"))
    return words.joined(*told)
