"""A field summed up over the features on the land, or over the zone's rows of a table.

Requires: the layer or table of `role` with the field; the fields that `where` names.
How it is measured: exact sum of `field` over the rows that meet `where`. A polygon or point counts where its
representative point lies on the land.
Passes: min ≤ sum ≤ max, where they are set.
Fails: the sum is below min, or above max.
Undetermined: no such layer or table, a null in a row that counts; for a rule neither min nor max is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.counted import counted, evidence_of
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import NOTHING, role_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

ANY = ("polygon", "line", "point", "table")


@dataclass(frozen=True, slots=True)
class Params:
    """What is summed up."""

    role: str = param(Text("图层或表格", "the layer or table"), role=ANY)
    field: str = param(Text("求和的字段", "the field that is summed up"))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的行", "only rows whose fields have these values"), None
    )
    min: float | None = param(Text("最小值", "the least sum"), None)
    max: float | None = param(Text("最大值", "the greatest sum"), None)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer or table, the field, and the fields of the selection."""
    return (Need(params.role, (params.field, *(params.where or ())), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, params.role, params.where, params.field)
    numbers = found.numbers(params.field)
    value = None if found.rows is None or (found.missing and not numbers) else exact_sum(numbers)
    source = site.layer(params.role) or site.table(params.role)
    known = source.role.fields.get(params.field) if source else None
    unit = (known.unit if known else None) or "count"
    shown = params.max is not None and value is not None and value > params.max and min(numbers, default=0.0) >= 0
    name, title = role_name(site, params.role), known.title if known else Text(params.field, params.field)
    if value is None:
        message = Text(f"{name.zh}的{title.zh}合计不明", f"total of {title.en} of {name.en} is not known")
    else:
        figure = words.quantity(value, unit)
        message = Text(
            f"{name.zh}的{title.zh}合计 {figure.zh},{len(numbers)} 行",
            f"{title.en} of {name.en}: {figure.en} in all, {len(numbers)} row(s)",
        )
    lacking = Text("有空值未计入", "nulls are not counted") if found.missing and numbers else NOTHING
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(message, lacking, found.note),
        unit=unit,
        missing=found.missing,
        shown=shown or (None if not found.missing else False),
        measures={"rows_count": len(numbers)},
        evidence=evidence_of(site, params.role, found.rows, params.field),
    )
