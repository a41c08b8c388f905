"""Land cover by class, and built cover against built-up land.

Requires: the land cover raster of `role`; `built_classes`; the layer `built_up` for the comparison.
How it is measured: cells of each class on the land, each counted by the share of it that lies there; a raster that must
be brought to the project's plane keeps the nearest cell's class. Built cover is the share of `built_classes`; the share
that `built_up` with status built covers and the difference (cover − layer) are shown beside it.
Passes: min ≤ share of built cover ≤ max, where they are set.
Fails: that share is above max, also where cells without a value can't change that; below min, where none is missing.
Undetermined: `built_classes` is not set, no raster, land without values, no `built_up` or one that does not reach
the land.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import NOTHING, met, share_of, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.terrain import Seen, cell_measures, seen, share_told, unset
from layers.text import Text

BUILT: Mapping[str, tuple[str, ...]] = {"status": ("built",)}


@dataclass(frozen=True, slots=True)
class Params:
    """Which classes are built."""

    role: str = param(Text("地表覆盖栅格", "the land cover raster"), "land_cover", role=("raster",))
    built_classes: tuple[int, ...] | None = param(Text("建成类的代码", "the classes that are built"), None)
    against: str = param(Text("与之比较的图层", "the layer it is compared with"), "built_up", role=("polygon",))
    min: float | None = param(Text("建成类的最小比例", "the least share of built cover"), None, unit="share", minimum=0)
    max: float | None = param(
        Text("建成类的最大比例", "the greatest share of built cover"), None, unit="share", minimum=0
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The raster and the layer beside it."""
    return (Need(params.role), Need(params.against, ("status",), on_land=True))


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = seen(site, subject, params.role, "class")
    classes, measures = _classes(site, subject, found)
    missing, told = found.missing, NOTHING
    share = None
    if params.built_classes is None:
        lacking, told = unset(rule, "built_classes")
        missing = (*missing, *lacking)
    else:
        share = _built(found, params.built_classes)
        told = share_told(site, subject, share, Text("建成类", "built cover"), params.max)
    beside = met(site, subject, params.against, BUILT)
    land_m2 = site.land(subject).area_m2
    layer_share = share_of(beside.found.union_m2, land_m2) if beside.reached and land_m2 else None
    compared = _compared(share, layer_share)
    proven = found.least(share)
    shown = params.max is not None and proven is not None and proven > params.max
    all_missing = (*missing, *beside.missing)
    return outcome(
        rule,
        between(share, params.min, params.max),
        words.joined(told, compared, classes, found.note, beside.note),
        unit="share",
        missing=all_missing,
        shown=shown or (None if not all_missing else False),
        measures={
            "built_cover_share": share,
            "built_up_share": layer_share,
            "difference_share": None if share is None or layer_share is None else share - layer_share,
            **measures,
            **cell_measures(found),
        },
    )


def _built(found: Seen, classes: tuple[int, ...]) -> float | None:
    import numpy as np

    from geo.raster import share_where

    return share_where(np.isin(found.values, classes), found.values, found.weights)


def _classes(site: Site, subject: str, found: Seen) -> tuple[Text, dict[str, float | int | str | None]]:
    """The classes by share, the largest first in words, by code in the measures."""
    from geo.raster import value_shares

    shares = value_shares(found.values, found.weights)
    if not shares:
        land = subject_name(site, subject)
        return Text(f"{land.zh}的地表覆盖不明", f"the land cover of {land.en} is not known"), {}
    names = {value: f"{value:g}".replace(".", "p").replace("-", "minus_") for value in shares}
    measures: dict[str, float | int | str | None] = {
        f"class_{names[value]}_share": share for value, share in shares.items()
    }
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    told = words.listed(
        [Text(f"{value:g} {(part := words.percent(share)).zh}", f"{value:g} {part.en}") for value, share in ranked]
    )
    return Text(f"各类: {told.zh}", f"classes: {told.en}"), measures


def _compared(cover: float | None, layer: float | None) -> Text:
    if layer is None:
        return NOTHING
    told = words.percent(layer)
    text = Text(f"建成区图层为 {told.zh}", f"the built-up layer has {told.en}")
    if cover is None:
        return text
    gap = words.number(100 * (cover - layer), trim=True)
    return text + Text(f",相差 {gap} 个百分点", f", a difference of {gap} percentage points")
