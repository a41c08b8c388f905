"""The chain of land: made ready, supplied, built; each a share of the one before, with their product.

Requires: `parcels` with their state.
How it is measured: developable land is the land less parcels in state undevelopable; ready land is what is ready,
supplied, idle or built; supplied land what is supplied, idle or built. Development rate = ready ÷ developable, supply
rate = supplied ÷ ready, built rate = built ÷ supplied. The value is their product: built ÷ developable. Each square
metre counts once. Beside each rate stands that of the latest national bulletin up to the year of as_of.
Passes: min ≤ product ≤ max, where they are set.
Fails: the product is below min or above max.
Undetermined: no parcels, parcels on the land without a state, or a layer that is not complete.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.benchmarks import beside
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import met, share_of
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

PARCELS = "parcels"
SUPPLIED = ("supplied", "idle", "built")
READY = ("ready", *SUPPLIED)
RATES = {
    "development_rate": (Text("开发率", "development"), "ready_m2", "developable_m2"),
    "supply_rate": (Text("供应率", "supply"), "supplied_m2", "ready_m2"),
    "built_rate": (Text("建成率", "built"), "built_m2", "supplied_m2"),
}


@dataclass(frozen=True, slots=True)
class Params:
    """What the product is held to."""

    min: float | None = param(Text("已建成占可开发的最小比例", "the least product"), None, unit="share", minimum=0)
    max: float | None = param(Text("已建成占可开发的最大比例", "the greatest product"), None, unit="share", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The parcels."""
    return (Need(PARCELS, ("state",), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    states = {"undevelopable": ("undevelopable",), "ready": READY, "supplied": SUPPLIED, "built": ("built",)}
    seen = {name: met(site, subject, PARCELS, {"state": chosen}) for name, chosen in states.items()}
    missing = tuple(dict.fromkeys(name for one in seen.values() for name in one.missing))
    if not seen["built"].reached:
        unknown = Text("没有地块状态,土地利用链条不明", "no states of parcels: the chain is not known")
        return outcome(rule, between(None, params.min, params.max), unknown, unit="share", missing=missing)
    areas = {f"{name}_m2": one.found.union_m2 for name, one in seen.items()}
    areas["developable_m2"] = site.land(subject).area_m2 - areas.pop("undevelopable_m2")
    rates = {name: _rate(areas[over], areas[under]) for name, (_, over, under) in RATES.items()}
    product = _rate(areas["built_m2"], areas["developable_m2"])
    told = [_told(site, name, rates[name], areas) for name in RATES]
    whole = words.percent(product, beside=params.min) if product is not None else Text("不明", "not known")
    head = Text(f"已建成占可开发用地 {whole.zh}", f"built is {whole.en} of developable land")
    bulletin = beside("built_of_developable", site.as_of, "share")
    return outcome(
        rule,
        between(product, params.min, params.max),
        words.joined(head, *told, bulletin, seen["built"].note),
        unit="share",
        missing=missing,
        measures={**rates, "product": product, **areas},
        evidence=(),
    )


def _rate(over_m2: float, under_m2: float) -> float | None:
    return share_of(over_m2, under_m2) if under_m2 > 0 else None


def _told(site: Site, name: str, rate: float | None, areas: dict[str, float]) -> Text:
    title, over, under = RATES[name]
    if rate is None:
        return Text(f"{title.zh}不明:分母为零", f"{title.en} rate not known: nothing below the line")
    share, part, whole = words.percent(rate), words.hectares(areas[over]), words.hectares(areas[under])
    told = Text(f"{title.zh} {share.zh}({part.zh} ÷ {whole.zh}", f"{title.en} rate {share.en} ({part.en} of {whole.en}")
    bulletin = beside(name, site.as_of, "share")
    return told + (Text(f";{bulletin.zh})", f"; {bulletin.en})") if bulletin.zh else Text(")", ")"))
