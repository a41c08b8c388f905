"""Elevation and relief of the land.

Requires: the elevation raster of `role`.
How it is measured: least, greatest and mean height of the cells on the land, the mean by the share of each cell that
lies on it; relief = greatest − least over all of the land, not over a moving window. Heights are those of the raster's
own vertical datum, in metres (a band in feet is converted).
Passes: min ≤ relief ≤ max, where they are set.
Fails: the relief is above max, also where other cells have no value; below min, where none is missing.
Undetermined: no raster, land without values.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.terrain import cell_measures, seen
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """How much relief there may be."""

    role: str = param(Text("高程栅格", "the elevation raster"), "dem", role=("raster",))
    min: float | None = param(Text("最小高差", "the least relief"), None, unit="m", minimum=0)
    max: float | None = param(Text("最大高差", "the greatest relief"), None, unit="m", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The raster."""
    return (Need(params.role),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    from geo.raster import spread

    found = seen(site, subject, params.role, "height")
    heights = spread(found.values, found.weights)
    land = subject_name(site, subject)
    measures: dict[str, float | int | str | None] = {}
    relief = None
    if heights is None:
        message = Text(f"{land.zh}的高程不明", f"the elevation of {land.en} is not known")
    else:
        relief = heights.greatest - heights.least
        least, greatest, mean = (words.metres(one) for one in (heights.least, heights.greatest, heights.mean))
        told = words.metres(relief, beside=params.max)
        message = Text(
            f"{land.zh}:高程 {least.zh}至 {greatest.zh},平均 {mean.zh},高差 {told.zh}",
            f"{land.en}: elevation {least.en} to {greatest.en}, mean {mean.en}, relief {told.en}",
        )
        measures = {"least_m": heights.least, "greatest_m": heights.greatest, "mean_m": heights.mean}
        measures["relief_m"] = relief
    shown = params.max is not None and relief is not None and relief > params.max
    return outcome(
        rule,
        between(relief, params.min, params.max),
        words.joined(message, found.note),
        unit="m",
        missing=found.missing,
        shown=shown or (None if not found.missing else False),
        measures={**measures, **cell_measures(found)},
    )
