"""Facilities can carry the land built so far and what is added: by a document, or capacity against demand.

Requires: the document of the kind `document`; or `demand` in the project, `facilities` with their capacities, and
`built_up` with its status.
How it is measured: without a document that counts, for each kind of facility in `demand` the summed capacity of its
facilities with status built less demand × (built land of the zone + land added, in hectares). The value is the smallest
of these. A figure without `demand` shows the capacities alone. With several zones a facility counts for the zone that
it, or its expansion, lies nearest to.
Passes: the document's result is yes; or capacity − demand ≥ 0 for every kind.
Fails: the document's result is no; or any kind is short, also where another can't be told.
Undetermined: neither document (where one counts) nor `demand`; the document is pending; a kind without capacity data;
no layer of built land, or one that is not complete (contract §4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.documents import AS_OF, KIND, Paper, latest_document
from checks.judge import outcome, unstated
from checks.model import Evidence, Limit, Outcome, Verdict
from checks.overlaps import met
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.supply import ROLE, Supply, own_facilities, supply, without_kind
from layers.text import Text

BUILT_UP = "built_up"
BUILT: Mapping[str, tuple[str, ...]] = {"status": ("built",)}
REACH_M = 50_000.0
M2_PER_HA = 10_000.0
NO_PAPER = Paper("", None, None, (), Text("", ""))


@dataclass(frozen=True, slots=True)
class Params:
    """The document that speaks for the facilities, and what is needed where there is none."""

    document: str | None = param(Text("看的文件种类", "the kind of document that counts"), None, listed=KIND)
    demand: Mapping[str, float] | None = param(
        Text(
            "每公顷已建成用地及新增用地的需求,按设施类型,单位同其规模",
            "demand per hectare of built and added land by kind of facility, in the unit of its capacity",
        ),
        None,
        minimum=0,
        keys=(ROLE, "kind"),
    )


@dataclass(frozen=True, slots=True)
class Served:
    """The land to be served: what is built (at least, where `missing` says why more may be) and what is added."""

    built_m2: float | None
    added_m2: float
    missing: tuple[str, ...]
    note: Text

    @property
    def hectares(self) -> float:
        """The land that is known to be there."""
        return ((self.built_m2 or 0.0) + self.added_m2) / M2_PER_HA


@dataclass(frozen=True, slots=True)
class Balance:
    """One kind of facility: what it supplies, and what is needed of it; None where nothing is held against it."""

    kind: str
    supply: Supply
    demand: float | None

    @property
    def spare(self) -> float | None:
        """Capacity − demand; None where the capacity is not known."""
        if self.supply.capacity is None or self.demand is None:
            return None
        return self.supply.capacity - self.demand

    @property
    def told(self) -> Text:
        """`自来水厂 能力 6,000 m3/d,需求 5,300 m3/d`."""
        name = self.supply.kind
        unit = f" {self.supply.unit}" if self.supply.unit else ""
        if self.demand is None:
            have = "" if self.supply.capacity is None else words.number(self.supply.capacity, trim=True) + unit
            return Text(f"{name.zh} 能力 {have or '不明'}", f"{name.en} {have or 'not known'}")
        need = words.number(self.demand, beside=self.supply.capacity, trim=True) + unit
        if self.supply.capacity is None:
            return Text(f"{name.zh} 能力不明,需求 {need}", f"{name.en} not known, demand {need}")
        have = words.number(self.supply.capacity, beside=self.demand, trim=True) + unit
        return Text(f"{name.zh} 能力 {have},需求 {need}", f"{name.en} {have}, demand {need}")


def needs(params: Params) -> tuple[Need, ...]:
    """The documents, the facilities as far as one may serve a park, and the land that is built."""
    return (
        Need("documents", ("kind", "date"), optional=True),
        Need(ROLE, ("kind", "status", "capacity", "unit"), reach_m=REACH_M, optional=True),
        Need(BUILT_UP, ("status",), optional=True, on_land=True),
    )


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge the land added (subject expansion), or the zone as it is."""
    paper = latest_document(site, params.document) if params.document else NO_PAPER
    if paper.result or AS_OF in paper.missing:
        return _by_document(paper)
    if not params.demand and not rule.figure:
        missing = (*paper.missing, f"param:{rule.id}.demand")
        return _open(words.joined(paper.told, unstated("demand")), missing)
    if site.layer(ROLE) is None:
        told = Text(f"没有提供图层 {ROLE}", f"no layer {ROLE} was given")
        return _open(words.joined(paper.told, told), (*paper.missing, f"role:{ROLE}"))
    return _by_balance(site, rule, subject, params.demand) if params.demand else _capacities(site)


def _open(told: Text, missing: tuple[str, ...]) -> Outcome:
    return Outcome("undetermined", told, None, None, ">=", 0, missing=missing)


def _by_document(paper: Paper) -> Outcome:
    """The document speaks alone, whatever the capacities."""
    verdicts: Mapping[str, Verdict] = {"yes": "pass", "no": "fail"}
    verdict = verdicts.get(paper.result or "", "undetermined")
    missing = () if verdict != "undetermined" else paper.missing or (f"document:{paper.kind}",)
    measures = {"document": paper.result} if paper.result else {}
    return Outcome(verdict, paper.told, measures=measures, evidence=paper.evidence, missing=missing)


def _capacities(site: Site) -> Outcome:
    """What the facilities of each kind can do, as a figure without anything to hold it against."""
    frame = own_facilities(site)
    stated = frame[frame["capacity"].notna()] if "capacity" in frame else frame.iloc[:0]
    supplies = [supply(site, frame, str(kind)) for kind in sorted(stated["kind"].dropna().unique())]
    told = [Balance(str(each.kind.en), each, None).told for each in supplies]
    missing = [*site.completeness("zone", ROLE).missing, *(name for each in supplies for name in each.missing)]
    if not supplies:
        told, missing = [Text("设施都未填规模", "no facility states a capacity")], [*missing, f"field:{ROLE}.capacity"]
    return Outcome(
        "undetermined" if missing else "info",
        words.joined(*told),
        measures={f"{each.kind.en}_capacity": each.capacity for each in supplies},
        evidence=tuple(item for each in supplies for item in each.evidence),
        missing=tuple(dict.fromkeys(missing)),
    )


def _by_balance(site: Site, rule: Rule, subject: str, demand: Mapping[str, float]) -> Outcome:
    served = _served(site, subject)
    frame = own_facilities(site)
    incomplete = [*site.completeness("zone", ROLE).missing, *site.completeness(subject, ROLE).missing]
    balances = [Balance(kind, supply(site, frame, kind), demand[kind] * served.hectares) for kind in sorted(demand)]
    known = [(balance.spare, balance) for balance in balances if balance.spare is not None]
    least, tightest = min(known, key=lambda pair: pair[0], default=(None, None))
    unsure = (*incomplete, *without_kind(frame)) if least is None or least < 0 else tuple(incomplete)
    short = least is not None and least < 0 and not unsure
    missing = [*served.missing, *unsure, *(name for balance in balances for name in balance.supply.missing)]
    complete = served.built_m2 is not None and len(known) == len(balances)
    return outcome(
        rule,
        (Limit("demand", least if complete or short else None, 0.0, ">="),),
        words.joined(*(balance.told for balance in balances), _land_told(served), served.note),
        unit=tightest.supply.unit if tightest else None,
        missing=missing,
        shown=short,
        measures=_measures(balances, served),
        evidence=_evidence(balances),
    )


def _served(site: Site, subject: str) -> Served:
    """Built land of the zone, and the land that the subject adds to it."""
    land = site.land(subject)
    added_m2 = 0.0 if subject == "zone" else land.area_m2
    seen = met(site, "zone", BUILT_UP, BUILT)
    built_m2 = seen.found.union_m2 if seen.reached else None
    return Served(built_m2, added_m2, tuple(dict.fromkeys((*land.undetermined, *seen.missing))), seen.note)


def _land_told(served: Served) -> Text:
    added = words.hectares(served.added_m2)
    if served.built_m2 is None:
        return Text(f"已建成用地不明,新增 {added.zh}", f"built land not known, {added.en} added")
    built = words.hectares(served.built_m2)
    told = Text(f"已建成用地 {built.zh},新增 {added.zh}", f"built land {built.en}, {added.en} added")
    return words.joined(told, Text("已建成用地至少如此", "built land is at least that")) if served.missing else told


def _measures(balances: list[Balance], served: Served) -> dict[str, float | int | str | None]:
    found: dict[str, float | int | str | None] = {"built_m2": served.built_m2, "added_m2": served.added_m2}
    for balance in balances:
        found[f"{balance.kind}_capacity"] = balance.supply.capacity
        found[f"{balance.kind}_demand"] = balance.demand if served.built_m2 is not None else None
    return found


def _evidence(balances: list[Balance]) -> tuple[Evidence, ...]:
    return tuple(item for balance in balances for item in balance.supply.evidence)
