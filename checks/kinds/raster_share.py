"""Share of the land whose cells have certain values.

Requires: the raster of `role`; `classes`, `above` or `below`.
How it is measured: cells as the raster has them, each counted by the share of it that lies on the land; share = weight
of the cells that meet any condition that is set ÷ weight of all that have a value. `classes` are whole numbers and are
never averaged: a raster that must be brought to the project's plane keeps the nearest cell's class, where `above` and
`below` interpolate. On the bound is neither above nor below.
Passes: min ≤ share ≤ max, where they are set.
Fails: the share is above max, also where cells without a value can't change that; below min, where none is missing.
Undetermined: no condition is set, no raster, land without values; for a rule neither min nor max is set.
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
    """Which cells count."""

    role: str = param(Text("栅格", "the raster"), role=("raster",))
    classes: tuple[int, ...] | None = param(Text("计入的类别代码", "the classes that count"), None)
    above: float | None = param(Text("大于此值的计入", "cells above this value count"), None)
    below: float | None = param(Text("小于此值的计入", "cells below this value count"), None)
    min: float | None = param(Text("最小比例", "the least share"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大比例", "the greatest share"), None, unit="share", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The raster."""
    return (Need(params.role),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    from geo.raster import share_where

    found = seen(site, subject, params.role, "class" if params.classes is not None else "value")
    if params.classes is None and params.above is None and params.below is None:
        lacking, told = unset(rule, "classes", "above", "below")
        limits = between(None, params.min, params.max)
        return outcome(rule, limits, words.joined(told, found.note), unit="share", missing=(*found.missing, *lacking))
    chosen = _chosen(found, params)
    share = share_where(chosen, found.values, found.weights)
    evidence, rest = chosen_evidence(site, subject, found, chosen, "cells") if share else ((), NOTHING)
    proven = found.least(share)
    shown = params.max is not None and proven is not None and proven > params.max
    return outcome(
        rule,
        between(share, params.min, params.max),
        words.joined(share_told(site, subject, share, _told(params), params.max), rest, found.note),
        unit="share",
        missing=found.missing,
        shown=shown or (None if not found.missing else False),
        measures={"chosen_share": share, **cell_measures(found)},
        evidence=evidence,
    )


def _chosen(found: Seen, params: Params) -> NDArray[np.bool_]:
    import numpy as np

    from geo.raster import above

    chosen = np.isin(found.values, params.classes or ())
    if params.above is not None:
        chosen |= above(found.values, params.above)
    if params.below is not None:
        chosen |= above(-found.values, -params.below)
    return chosen


def _told(params: Params) -> Text:
    listed = ", ".join(str(one) for one in params.classes or ())
    parts = [
        Text(f"类别 {listed}", f"of class {listed}") if params.classes is not None else NOTHING,
        _bound(params.above, Text("大于", "above")),
        _bound(params.below, Text("小于", "below")),
    ]
    kept = [part for part in parts if part.zh]
    return Text("或".join(part.zh for part in kept), " or ".join(part.en for part in kept))


def _bound(value: float | None, side: Text) -> Text:
    if value is None:
        return NOTHING
    told = words.number(value, trim=True)
    return Text(f"{side.zh} {told}", f"{side.en} {told}")
