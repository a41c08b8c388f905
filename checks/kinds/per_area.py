"""Amounts per area of land: investment, tax, output, jobs.

Requires: the amounts, as fields of built industrial parcels or as rows of the table `indicators`; the land: `parcels`
with state and use (industrial), `built_up` with status (built).
How it is measured: where every industrial parcel that counts (state built, use industrial or storage) has the field of
that name, its exact sum; else the value of the latest year up to as_of in the indicators. Divided by industrial land,
and by built land, in the unit `per`. The value is the first amount over the first kind of land, of those that are
known.
Passes: min ≤ value ≤ max, where they are set.
Fails: the value is below min or above max.
Undetermined: none of the amounts is known, or no land.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.benchmarks import NOTHING, national
from checks.counted import counted
from checks.documents import AS_OF
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import met
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

TABLE, PARCELS = "indicators", "parcels"
INDUSTRIAL = {"state": ("built",), "use": ("industrial", "storage")}
LANDS: Mapping[str, tuple[Text, str, Mapping[str, tuple[str, ...]]]] = {
    "industrial": (Text("工业用地", "industrial land"), PARCELS, INDUSTRIAL),
    "built": (Text("已建成用地", "built land"), "built_up", {"status": ("built",)}),
}
PER = {"ha": (10_000.0, Text("每公顷", "per ha of ")), "km2": (1_000_000.0, Text("每平方公里", "per km2 of "))}
NAMES = {
    "investment_yuan": Text("投资", "investment"),
    "tax_yuan": Text("税收", "tax"),
    "output_yuan": Text("产值", "output"),
    "revenue_yuan": Text("收入", "revenue"),
    "employees": Text("从业人员", "employees"),
    "enterprises": Text("企业", "enterprises"),
    "enterprises_above_scale": Text("规上企业", "enterprises above scale"),
}
BENCHMARKS = {
    ("investment_yuan", "industrial"): "industrial_investment_yuan_per_ha",
    ("tax_yuan", "industrial"): "industrial_tax_yuan_per_ha",
    ("tax_yuan", "built"): "tax_yuan_per_ha",
}


@dataclass(frozen=True, slots=True)
class Params:
    """Which amounts, over which land."""

    amounts: tuple[str, ...] = param(Text("数量(指标名或地块字段)", "the amounts: indicators or fields of parcels"))
    lands: tuple[str, ...] = param(Text("除以哪些用地", "the land they are divided by"), ("industrial", "built"))
    per: str = param(Text("面积单位", "per which area"), "ha", choices=("ha", "km2"))
    min: float | None = param(Text("最小值", "the least value"), None, minimum=0)
    max: float | None = param(Text("最大值", "the greatest value"), None, minimum=0)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount, None where it is not known; the year of an indicator; what it came from."""

    name: str
    value: float | None
    year: int | None = None
    evidence: tuple[Evidence, ...] = ()


def needs(params: Params) -> tuple[Need, ...]:
    """The amounts and the land."""
    roles = [LANDS[land][1] for land in params.lands if land in LANDS]
    table = Need(TABLE, ("year", "name", "value"), optional=True)
    return (table, *(Need(role, optional=True, on_land=True) for role in roles))


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    amounts = [_amount(site, subject, name) for name in params.amounts]
    size, _ = PER[params.per]
    areas: dict[str, float | None] = {}
    missing: list[str] = []
    for land in params.lands:
        _, role, where = LANDS[land]
        seen = met(site, subject, role, where)
        areas[land] = seen.found.union_m2 if seen.reached and seen.found.union_m2 else None
        missing += seen.missing if not seen.reached else [name for name in seen.missing if name.startswith("field:")]
    known = {
        (one.name, land): one.value / area * size
        for one in amounts
        for land, area in areas.items()
        if one.value is not None and area
    }
    first = next(iter(known), None)
    nothing = [f"field:{TABLE}.{one.name}" for one in amounts if one.value is None]
    if site.as_of is None and site.table(TABLE) is not None:
        nothing = [AS_OF]
    value = known[first] if first else None
    told = [_told(site, params, one, areas, known) for one in amounts if any(key[0] == one.name for key in known)]
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(*told) if told else Text("数量或用地不明", "amounts or land not known"),
        unit=_unit(first, params.per),
        missing=[] if first else [*missing, *nothing],
        measures={
            **{one.name: one.value for one in amounts},
            **{f"{land}_m2": area for land, area in areas.items()},
            **{f"{name}_per_{params.per}_{land}": figure for (name, land), figure in known.items()},
        },
        evidence=tuple(item for one in amounts for item in one.evidence),
    )


def _amount(site: Site, subject: str, name: str) -> Amount:
    """From the parcels where each that counts states it, else from the indicators."""
    parcels = counted(site, subject, PARCELS, INDUSTRIAL) if site.layer(PARCELS) is not None else None
    rows = parcels.rows if parcels is not None else None
    if rows is not None and name in rows and len(rows) and rows[name].notna().all():
        return Amount(name, exact_sum(float(value) for value in rows[name]))
    table = site.rows(TABLE)
    if table is None or site.as_of is None or "name" not in table:
        return Amount(name, None)
    own = table[(table["name"] == name) & table["value"].notna() & (table["year"] <= site.as_of.year)]
    if own.empty:
        return Amount(name, None)
    year = int(own["year"].max())
    latest = own[own["year"] == year]
    if len(latest) > 1:
        return Amount(name, None, year)
    row = latest.iloc[0]
    note = Text(f"{year} 年", str(year))
    return Amount(name, float(row["value"]), year, (Evidence(TABLE, str(row["feature"]), note=note),))


def _unit(first: tuple[str, str] | None, per: str) -> str:
    name = first[0] if first else ""
    return f"{'yuan' if name.endswith('_yuan') else 'count'}/{per}"


def _told(
    site: Site, params: Params, one: Amount, areas: dict[str, float | None], known: dict[tuple[str, str], float]
) -> Text:
    """`产值 2,484,000,000 元:每公顷工业用地 … 元(61.2 公顷)`."""
    name = NAMES.get(one.name, Text(one.name, one.name))
    money = one.name.endswith("_yuan")
    size, word = PER[params.per]
    told = []
    for land, area in areas.items():
        if (one.name, land) not in known or area is None:
            continue
        title = LANDS[land][0]
        figure = _figure(known[one.name, land], money)
        whole = words.number(area / size, 4 if params.per == "ha" else 2, trim=True)
        unit = Text("公顷", "ha") if params.per == "ha" else Text("平方公里", "km2")
        part = Text(
            f"{word.zh}{title.zh} {figure.zh}(÷ {whole} {unit.zh})",
            f"{figure.en} {word.en}{title.en} ({whole} {unit.en})",
        )
        found = national(BENCHMARKS.get((one.name, land), ""), site.as_of) if params.per == "ha" else None
        bulletin = found.with_figure(_figure(found.value, money)) if found else NOTHING
        told.append(words.joined(part, bulletin))
    whole_told, year = (
        _figure(one.value or 0.0, money),
        Text(f"({one.year}年)", f" ({one.year})") if one.year else Text("", ""),
    )
    listed = words.joined(*told)
    return Text(f"{name.zh}{year.zh} {whole_told.zh}:{listed.zh}", f"{name.en}{year.en} {whole_told.en}: {listed.en}")


def _figure(value: float, money: bool) -> Text:
    if money:
        figure = words.number(value / 10_000, trim=True)
        return Text(f"{figure} 万元", f"{figure} x 10,000 yuan")
    figure = words.number(value, trim=True)
    return Text(figure, figure)
