"""One field's sum as a share of another's, over the same features or rows.

Requires: the layer or table of `role` with both fields; the fields that `where` names.
How it is measured: exact sum of `over` ÷ exact sum of `under`, over the rows that meet `where`. A polygon or point
counts where its representative point lies on the land.
Passes: min ≤ ratio ≤ max, where they are set.
Fails: the ratio is below min, or above max.
Undetermined: no such layer or table, a null in a row that counts; for a rule neither min nor max is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.counted import Counted, counted, evidence_of
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import NOTHING, role_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.model import Field
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """What is divided by what."""

    role: str = param(Text("图层或表格", "the layer or table"), role=("polygon", "line", "point", "table"))
    over: str = param(Text("分子字段", "the field above the line"))
    under: str = param(Text("分母字段", "the field below the line"))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的行", "only rows whose fields have these values"), None
    )
    min: float | None = param(Text("最小比值", "the least ratio"), None, unit="ratio", minimum=0)
    max: float | None = param(Text("最大比值", "the greatest ratio"), None, unit="ratio", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer or table, both fields, and the fields of the selection."""
    return (Need(params.role, (params.over, params.under, *(params.where or ())), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, params.role, params.where, params.over, params.under)
    if found.rows is not None and not len(found.rows) and not found.missing:
        name = role_name(site, params.role)
        return Outcome("not-applicable", Text(f"没有要计的{name.zh}", f"no {name.en} to count"))
    source = site.layer(params.role) or site.table(params.role)
    fields = [source.role.fields.get(name) if source else None for name in (params.over, params.under)]
    sums = [exact_sum(found.numbers(name)) for name in (params.over, params.under)]
    value = sums[0] / sums[1] if sums[1] and not found.missing else None
    zero = sums[1] == 0 and not found.missing
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(_told(site, params, found, fields, value), found.note),
        unit=_unit(fields),
        missing=(f"field:{params.role}.{params.under}",) if zero else found.missing,
        measures={params.over: sums[0], params.under: sums[1]} if found.rows is not None else {},
        evidence=evidence_of(site, params.role, found.rows, params.over),
    )


def _unit(fields: list[Field | None]) -> str:
    return "share" if fields[0] and fields[1] and fields[0].unit == fields[1].unit else "ratio"


def _told(site: Site, params: Params, found: Counted, fields: list[Field | None], value: float | None) -> Text:
    name = role_name(site, params.role)
    over, under = (
        field.title if field else Text(written, written)
        for field, written in zip(fields, (params.over, params.under), strict=True)
    )
    if value is None:
        return Text(f"{name.zh}的{over.zh}÷{under.zh}不明", f"{over.en} ÷ {under.en} of {name.en} is not known")
    figures = [words.number(exact_sum(found.numbers(field)), trim=True) for field in (params.over, params.under)]
    told = words.percent(value) if _unit(fields) == "share" else words.ratio(value)
    rows = len(found.rows) if found.rows is not None else 0
    return words.joined(
        Text(
            f"{name.zh}的{over.zh} {figures[0]} ÷ {under.zh} {figures[1]} = {told.zh}",
            f"{name.en}: {over.en} {figures[0]} ÷ {under.en} {figures[1]} = {told.en}",
        ),
        Text(f"{rows} 行", f"{rows} row(s)") if rows else NOTHING,
    )
