"""A stock of buildings: how much is built, let and under construction.

Requires: `buildings` with status, the fields `field` and `part`; the fields that `where` names.
How it is measured: exact sums over the buildings that meet `where` (each counts where its representative point lies),
by status; a built one without `field` counts footprint × floors where that is floor_m2. The value is `part` ÷ `field`
of what is built.
Passes: min ≤ share ≤ max, where they are set.
Fails: the share is below min or above max.
Undetermined: no such layer, a null in a building that counts. Not applicable: no such building.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.counted import counted, evidence_of
from checks.judge import between, outcome
from checks.model import Outcome
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

ROLE = "buildings"
BUILT = "built"
STATES = {
    "under-construction": Text("在建", "under construction"),
    "commissioning": Text("基本建成", "nearly finished"),
    "planned": Text("规划", "planned"),
}


@dataclass(frozen=True, slots=True)
class Params:
    """What is counted, and which part of it."""

    field: str = param(Text("数量字段", "the field that is summed up"))
    part: str = param(Text("其中部分的字段", "the field of the part"))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的建筑", "only buildings whose fields have these values"), None
    )
    min: float | None = param(Text("最小比例", "the least share"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大比例", "the greatest share"), None, unit="share", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The buildings."""
    return (Need(ROLE, (params.field, params.part, "status", *(params.where or ())), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, ROLE, params.where)
    limits = between(None, params.min, params.max)
    if found.rows is None:
        told = Text("没有提供建筑图层", "no layer of buildings")
        return outcome(rule, limits, told, unit="share", missing=found.missing)
    if not len(found.rows) and not found.missing:
        return Outcome("not-applicable", Text("没有要计的建筑", "no building to count"))
    status = (
        found.rows["status"].fillna(BUILT) if "status" in found.rows else found.rows["feature"].map(lambda _: BUILT)
    )
    sums, missing = {}, [*found.missing, *site.lacking(ROLE, params.field, params.part)]
    for state in (BUILT, *STATES):
        total, lacking = _sum(site, found.rows[status == state], params.field)
        sums[state] = total
        missing += lacking
    built = found.rows[status == BUILT]
    part, lacking = _sum(site, built, params.part)
    value = part / sums[BUILT] if sums[BUILT] and not (missing or lacking) else None
    if value is None and not (missing or lacking):
        missing.append(f"field:{ROLE}.{params.field}")
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(*_told(site, params, sums, part, value), found.note),
        unit="share",
        missing=[*missing, *lacking],
        measures={
            params.part: part,
            "built": sums[BUILT],
            **{f"{state.replace('-', '_')}": sums[state] for state in STATES},
        },
        evidence=evidence_of(site, ROLE, found.rows, params.field),
    )


def _sum(site: Site, rows: pd.DataFrame, field: str) -> tuple[float, list[str]]:
    """The sum of a field over rows, and the rows that leave it open."""
    values, missing = [], []
    for row in rows.to_dict("records"):
        value = _number(row.get(field))
        floors = _number(row.get("floors"))
        if value is None and field == "floor_m2" and floors is not None:
            value = float(site.plane.area_m2(row["geometry"])) * floors
        if value is None:
            missing.append(f"feature:{ROLE}/{row['feature']}")
        else:
            values.append(value)
    return exact_sum(values), missing


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None  # noqa: PLR0124 (NaN)


def _told(site: Site, params: Params, sums: Mapping[str, float], part: float, value: float | None) -> list[Text]:
    layer = site.layer(ROLE)
    fields = layer.role.fields if layer is not None else {}
    unit = fields[params.field].unit if params.field in fields else None
    title = fields[params.part].title if params.part in fields else Text(params.part, params.part)
    built = words.quantity(sums[BUILT], unit)
    told = [Text(f"已建 {built.zh}", f"built {built.en}")]
    if value is not None:
        own, share = words.quantity(part, unit), words.percent(value)
        told.insert(
            0, Text(f"{title.zh} {own.zh},占已建的 {share.zh}", f"{title.en} {own.en}, {share.en} of what is built")
        )
    for state, name in STATES.items():
        if sums[state]:
            other = words.quantity(sums[state], unit)
            told.append(Text(f"{name.zh} {other.zh}", f"{name.en} {other.en}"))
    return told
