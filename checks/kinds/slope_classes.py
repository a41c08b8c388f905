"""Slope classes of the land by area.

Requires: the elevation raster of `role`.
How it is measured: slope of every cell by Horn's formula on metres; classes between `breaks`, the upper bound belonging
to its class; a cell counts by the share of it that lies on the land. Shares are of the land whose slope is known, areas
are these shares of the land's area. The value is the share of the steepest class.
Passes: min ≤ share of the steepest class ≤ max, where they are set.
Fails: that share is above max, also where cells without a value can't change that; below min, where none is missing.
Undetermined: no raster, land without values.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from checks import words
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.terrain import cell_measures, seen
from layers.text import Text

if TYPE_CHECKING:
    from geo.cells import Floats


@dataclass(frozen=True, slots=True)
class Params:
    """Where one class ends and the next begins."""

    breaks: tuple[float, ...] = param(Text("分级界限", "the upper bounds of the classes"), minimum=0)
    unit: str = param(Text("界限的单位", "the unit of the bounds"), "deg", choices=("deg", "percent"))
    role: str = param(Text("高程栅格", "the elevation raster"), "dem", role=("raster",))
    min: float | None = param(
        Text("最陡一级的最小比例", "the least share of the steepest class"), None, unit="share", minimum=0
    )
    max: float | None = param(
        Text("最陡一级的最大比例", "the greatest share of the steepest class"), None, unit="share", minimum=0
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The raster."""
    return (Need(params.role),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    from geo.raster import class_shares, percent_of

    found = seen(site, subject, params.role, "height", slope=True)
    slopes: Floats = found.values if params.unit == "deg" else percent_of(found.values)
    breaks = tuple(sorted(set(params.breaks)))
    shares = class_shares(slopes, found.weights, breaks)
    names = _names(breaks)
    land, land_m2 = subject_name(site, subject), site.land(subject).area_m2
    measures: dict[str, float | int | str | None] = {}
    if shares is None:
        message = Text(f"{land.zh}的坡度不明", f"the slope of {land.en} is not known")
    else:
        unit = Text("度", "degrees") if params.unit == "deg" else Text("%", "%")
        told = words.listed([Text(name, name) + _part(share) for name, share in zip(names, shares, strict=True)], 99)
        message = Text(f"{land.zh}坡度({unit.zh}): {told.zh}", f"slope of {land.en} ({unit.en}): {told.en}")
        for number, share in enumerate(shares):
            key = f"slope_{params.unit}_{_key(breaks, number)}"
            measures |= {f"{key}_share": share, f"{key}_m2": share * land_m2}
    steepest = shares[-1] if shares else None
    proven = found.least(steepest)
    shown = params.max is not None and proven is not None and proven > params.max
    return outcome(
        rule,
        between(steepest, params.min, params.max),
        words.joined(message, found.note),
        unit="share",
        missing=found.missing,
        shown=shown or (None if not found.missing else False),
        measures={**measures, **cell_measures(found)},
    )


def _names(breaks: tuple[float, ...]) -> list[str]:
    """`≤3`, `3-8`, `>8`."""
    told = [words.number(one, trim=True) for one in breaks]
    return [f"≤{told[0]}", *(f"{low}-{high}" for low, high in pairwise(told)), f">{told[-1]}"]


def _key(breaks: tuple[float, ...], number: int) -> str:
    """`0_3`, `3_8`, `over_8`."""
    told = [words.number(one, trim=True).replace(".", "p").replace(",", "") for one in (0.0, *breaks)]
    return f"over_{told[-1]}" if number == len(breaks) else f"{told[number]}_{told[number + 1]}"


def _part(share: float) -> Text:
    told = words.percent(share)
    return Text(f" 占 {told.zh}", f" {told.en}")
