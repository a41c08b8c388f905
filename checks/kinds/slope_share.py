"""Share of the land that is steeper than a limit.

Requires: the elevation raster of `role`; `max_slope_deg` or `max_slope_percent`.
How it is measured: slope of every cell by Horn's formula on metres, on a window one cell wider than the land. A cell
counts by the share of it that lies on the land; share = weight of the cells steeper than the limit ÷ weight of all
that have a slope. With both limits set, a cell that is steeper than either counts. On the limit is not steeper.
A raster in degrees, feet or on a rotated grid is brought to the project's plane first.
Passes: min ≤ share ≤ max, where they are set.
Fails: the share is above max, also where cells without a value can't change that; below min, where none is missing.
Undetermined: no limit of slope is set, no raster, land without values; for a rule neither min nor max is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import NOTHING
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.terrain import Seen, cell_measures, chosen_evidence, seen, share_told, unset
from layers.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Params:
    """What is too steep, and how much of it there may be."""

    role: str = param(Text("高程栅格", "the elevation raster"), "dem", role=("raster",))
    max_slope_deg: float | None = param(
        Text("坡度上限,度", "the greatest slope, in degrees"), None, unit="deg", minimum=0
    )
    max_slope_percent: float | None = param(
        Text("坡度上限,百分比", "the greatest slope, in percent"), None, unit="%", minimum=0
    )
    min: float | None = param(Text("最小比例", "the least share"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大比例", "the greatest share"), None, unit="share", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The raster."""
    return (Need(params.role),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    from geo.raster import share_where

    found = seen(site, subject, params.role, "height", slope=True)
    missing, note = found.missing, found.note
    if params.max_slope_deg is None and params.max_slope_percent is None:
        lacking, told = unset(rule, "max_slope_deg", "max_slope_percent")
        limits = between(None, params.min, params.max)
        measures = cell_measures(found)
        return outcome(
            rule, limits, words.joined(told, note), unit="share", missing=(*missing, *lacking), measures=measures
        )
    steep = _steep(found, params)
    share = share_where(steep, found.values, found.weights)
    evidence, rest = chosen_evidence(site, subject, found, steep, "steep") if share else ((), NOTHING)
    proven = found.least(share)
    shown = params.max is not None and proven is not None and proven > params.max
    return outcome(
        rule,
        between(share, params.min, params.max),
        words.joined(share_told(site, subject, share, _told(params), params.max), rest, note),
        unit="share",
        missing=missing,
        shown=shown or (None if not missing else False),
        measures={"steeper_share": share, **cell_measures(found)},
        evidence=evidence,
    )


def _steep(found: Seen, params: Params) -> NDArray[np.bool_]:
    import numpy as np

    from geo.raster import above, percent_of

    steep = np.zeros(found.values.shape, dtype=bool)
    if params.max_slope_deg is not None:
        steep |= above(found.values, params.max_slope_deg)
    if params.max_slope_percent is not None:
        steep |= above(percent_of(found.values), params.max_slope_percent)
    return steep


def _told(params: Params) -> Text:
    limits = [(params.max_slope_deg, Text("度", " degrees")), (params.max_slope_percent, Text("%", " %"))]
    told = [
        Text(f"{words.number(limit, trim=True)}{unit.zh}", f"{words.number(limit, trim=True)}{unit.en}")
        for limit, unit in limits
        if limit is not None
    ]
    return Text(
        f"坡度大于 {' 或 '.join(text.zh for text in told)}", f"steeper than {' or '.join(text.en for text in told)}"
    )
