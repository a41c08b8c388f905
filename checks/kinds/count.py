"""How many features stand on the land, or rows of a table are the zone's.

Requires: the layer or table of `role`; the fields that `where` names.
How it is measured: number of rows that meet `where`. A polygon or point counts where its representative point lies on
the land, a line where it meets the land.
Passes: min ≤ count ≤ max, where they are set.
Fails: the count is below min, or above max, the latter also where other evidence is missing.
Undetermined: no such layer or table, a null that leaves open whether a row counts; for a rule neither min nor max is
set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.counted import counted, evidence_of
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import role_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """What is counted."""

    role: str = param(Text("图层或表格", "the layer or table"), role=("polygon", "line", "point", "table"))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的行", "only rows whose fields have these values"), None
    )
    min: float | None = param(Text("最少个数", "the least number"), None, unit="count", minimum=0)
    max: float | None = param(Text("最多个数", "the greatest number"), None, unit="count", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer or table, and the fields of the selection."""
    return (Need(params.role, tuple(params.where or ()), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, params.role, params.where)
    value = None if found.rows is None else len(found.rows)
    name = role_name(site, params.role)
    figure = "?" if value is None else words.count(value).zh
    message = Text(f"{name.zh} {figure} 个", f"{name.en}: {figure}")
    shown = params.max is not None and value is not None and value > params.max
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(message, found.note),
        unit="count",
        missing=found.missing,
        shown=shown or (None if not found.missing else False),
        evidence=evidence_of(site, params.role, found.rows),
    )
