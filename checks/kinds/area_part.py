"""One part of a layer's land as a share of another: features with some values against those with others.

Requires: the polygon layer of `role`, the fields that `where` and `of` name.
How it is measured: land of the subject under features that meet both `of` and `where` ÷ that under features that meet
`of`; every square metre once.
Passes: min ≤ share ≤ max, where they are set.
Fails: the share is below min or above max.
Undetermined: no such layer, a field that is null where it would decide, nothing below the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.benchmarks import beside
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import met, role_name, share_of, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """Which part of what."""

    role: str = param(Text("面图层", "the polygon layer"), role=("polygon",))
    where: Mapping[str, tuple[str, ...]] = param(Text("分子:字段取这些值", "above the line: these values"))
    of: Mapping[str, tuple[str, ...]] | None = param(Text("分母:字段取这些值", "below the line: these values"), None)
    benchmark: str | None = param(Text("并列的全国数字", "the national figure told beside it"), None)
    min: float | None = param(Text("最小比例", "the least share"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大比例", "the greatest share"), None, unit="share", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer and the fields of both selections."""
    return (Need(params.role, (*params.where, *(params.of or ())), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    whole = met(site, subject, params.role, params.of)
    part = met(site, subject, params.role, {**(params.of or {}), **params.where})
    missing = tuple(dict.fromkeys((*whole.missing, *part.missing)))
    known = part.reached and whole.found.union_m2 > 0
    value = share_of(part.found.union_m2, whole.found.union_m2) if known else None
    name, land = role_name(site, params.role), subject_name(site, subject)
    if value is None:
        told = Text(f"{land.zh}上{name.zh}的构成不明", f"what {name.en} on {land.en} is made of is not known")
        missing = missing or (f"field:{params.role}.{next(iter(params.where))}",)
    else:
        share, over, under = (
            words.percent(value),
            words.hectares(part.found.union_m2),
            words.hectares(whole.found.union_m2),
        )
        chosen = words.listed(_named(site, params.role, params.where))
        told = Text(
            f"{chosen.zh}占 {share.zh}:{over.zh} ÷ {under.zh}", f"{chosen.en}: {share.en}, {over.en} of {under.en}"
        )
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(told, beside(params.benchmark, site.as_of, "share"), whole.note),
        unit="share",
        missing=missing,
        measures={"share": value, "part_m2": part.found.union_m2, "whole_m2": whole.found.union_m2} if known else {},
        evidence=site.evidence(params.role, part.found) if site.layer(params.role) else (),
    )


def _named(site: Site, role: str, where: Mapping[str, tuple[str, ...]]) -> list[Text]:
    """The values in words."""
    layer = site.layer(role)
    fields = layer.role.fields if layer is not None else {}
    return [
        Text((*((fields[name].values or {}).get(value, ()) if name in fields else ()), value)[0], value)
        for name, values in where.items()
        for value in values
    ]
