"""Share of the land that a layer's features cover.

Requires: the layer of `role`; the fields that `where` names; with of = "developable" `parcels` with their state.
How it is measured: area of the real parts of base ∩ features, every square metre once, ÷ area of the base. The base is
the dissolved land; with of = "developable" without the parcels of state undevelopable. A feature without a status
counts as built. `subject` says whose share counts; with both, each must keep the limits, the zone's first. The share of
the land taken in (or of the zone) is reported beside it. With `both_ways` also how much of the layer lies on
the land (`role_share`): of the whole features that lie within 50 km (`role_m2`).
With `by` the share is also told for each value of these fields of the land (phase, area).
Passes: share ≥ min and share ≤ max, where they are set.
Fails: share < min even if all land beyond the layer's `covers` were covered, or share > max.
Undetermined: neither min nor max is set, no such layer, it does not reach the land, features could not be repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checks import words
from checks.judge import between, outcome, unstated
from checks.land import FAR_M, dissolve
from checks.model import Limit, Operator, Outcome
from checks.overlaps import NOTHING, Met, met, role_name, share_of, subject_name
from checks.rule import Need, Rule, param
from checks.selection import matching, moved, near
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

UNDEVELOPABLE: Mapping[str, tuple[str, ...]] = {"state": ("undevelopable",)}


@dataclass(frozen=True, slots=True)
class Params:
    """Which features count, over which land."""

    role: str = param(Text("计入的图层", "the layer whose features count"), role=("polygon",))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的要素", "only features whose fields have these values"), None
    )
    subject: str | None = param(
        Text("评价对象:原园区、拟扩土地或两者", "whose share counts: the zone's, the expansion's, both"),
        None,
        choices=("zone", "expansion", "both"),
    )
    of: str = param(
        Text("分母:规划用地或可开发用地", "share of what: planned or developable land"),
        "planned",
        choices=("planned", "developable"),
    )
    by: tuple[str, ...] = param(Text("另按用地的这些字段分列", "also for each value of these fields of the land"), ())
    both_ways: bool = param(Text("另列该图层有多少在用地内", "also how much of the layer lies on the land"), False)
    min: float | None = param(Text("最小比例", "the least share"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大比例", "the greatest share"), None, unit="share", minimum=0)


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of one subject's base is covered; `share` is None where it cannot be known."""

    subject: str
    base_m2: float
    seen: Met
    missing: tuple[str, ...]
    note: Text
    share: float | None

    def least(self, role: str) -> bool:
        """Whether the share can only grow by what is missing: features of the layer itself."""
        return all(name.startswith((f"covers:{role}", f"feature:{role}/")) for name in self.missing)

    def most(self, role: str) -> float:
        """The greatest share that the missing evidence leaves possible."""
        if self.share is None or any(name != f"covers:{role}" for name in self.missing):
            return float("inf")
        return self.share + (self.seen.uncovered_m2 / self.base_m2 if self.missing else 0.0)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, the fields that decide which features count, the parcels for developable land."""
    fields, reach_m = tuple(params.where or ()), FAR_M if params.both_ways else 0.0
    layer = Need(params.role, fields, reach_m, on_land=True)
    return (layer, Need("parcels", ("state",), on_land=True)) if params.of == "developable" else (layer,)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; `subject` counts where the parameter does not say whose share it is."""
    chosen = params.subject or subject
    wanted = ("zone", "expansion") if chosen == "both" else (chosen,)
    judged = [name for name in wanted if name != "expansion" or site.expansion_state != "none"]
    if not judged:
        return Outcome("not-applicable", Text("该园区没有拟扩土地", "this zone has no expansion"))
    figures = [_covered(site, name, params) for name in judged]
    other = {"zone": "expansion", "expansion": "zone"}.get(chosen)
    beside = [_covered(site, other, params)] if other and not site.land(other).empty else []
    limits = [(figure, limit) for figure in figures for limit in between(figure.share, params.min, params.max)]
    told = {figure.subject: _told(site, figure, params) for figure in (*figures, *beside)}
    notes = {figure.subject: figure.note for figure in (*figures, *beside)}
    alike = len(set(notes.values())) == 1
    each = {name: words.joined(text, NOTHING if alike else notes[name]) for name, text in told.items()}
    message = words.joined(
        *(each[figure.subject] for figure in figures),
        _wanted(rule, params),
        *(each[figure.subject] for figure in beside),
        notes[figures[0].subject] if alike else NOTHING,
    )
    found = figures if site.layer(params.role) else []
    evidence = [item for figure in found for item in site.evidence(params.role, figure.seen.found)]
    measures = _measures([*figures, *beside], params)
    if params.both_ways and figures[0].seen.reached:
        back, how_much = _way_back(site, params, figures[0])
        measures |= back
        message = words.joined(message, how_much)
    if params.by and figures[0].seen.reached:
        parts, how_much = _by_field(site, params, figures[0])
        measures |= parts
        message = words.joined(message, how_much)
    return outcome(
        rule,
        tuple(limit for _, limit in limits),
        message,
        unit="share",
        missing=[name for figure in figures for name in figure.missing],
        shown=any(_shown(figure, limit, params.role) for figure, limit in limits),
        measures=measures,
        evidence=evidence,
    )


def _by_field(site: Site, params: Params, figure: Covered) -> tuple[dict[str, float | int | str | None], Text]:
    """The share of each phase, each area … of the land: measures `<field>_<name>_share`, `_m2` and what is covered."""
    from checks.land import column, dissolve
    from geo.robust import robust

    frame = site.land(figure.subject).frame
    measures: dict[str, float | int | str | None] = {}
    told: list[Text] = []
    for field in params.by:
        names = column(frame, field)
        for name in sorted({name for name in names if name}):
            land = dissolve(geom for geom, own in zip(frame.geometry, names, strict=True) if own == name)
            shared = robust("intersection", land, figure.seen.found.union)
            whole_m2 = float(site.plane.area_m2(land))
            part_m2 = float(site.plane.area_m2(shared)) if shared is not None else None
            share = share_of(part_m2, whole_m2) if part_m2 is not None and whole_m2 else None
            measures |= {
                f"{field}_{name}_share": share,
                f"{field}_{name}_covered_m2": part_m2,
                f"{field}_{name}_m2": whole_m2,
            }
            if share is not None and part_m2 is not None:
                percent, part, whole = words.percent(share), words.hectares(part_m2), words.hectares(whole_m2)
                told.append(
                    Text(
                        f"{name} {percent.zh}({part.zh} ÷ {whole.zh})", f"{name} {percent.en} ({part.en} of {whole.en})"
                    )
                )
    return measures, words.joined(*told)


def _covered(site: Site, subject: str, params: Params) -> Covered:
    import shapely

    seen = met(site, subject, params.role, params.where)
    land = site.land(subject)
    base_m2, missing, note = land.area_m2, seen.missing, seen.note
    if land.empty:
        note = Text("没有提供拟扩范围图层", "no expansion layer was given")
    elif params.of == "developable":
        off = met(site, subject, "parcels", UNDEVELOPABLE)
        base = shapely.difference(land.geometry, off.found.union)
        base_m2 = float(site.plane.area_m2(base)) if off.reached else 0.0
        missing, note = (*missing, *off.missing), note if off.reached else off.note
        seen = _on_base(site, params, seen, base)
    share = share_of(seen.found.union_m2, base_m2) if seen.reached and base_m2 > 0 else None
    return Covered(subject, base_m2, seen, tuple(dict.fromkeys(missing)), note, share)


def _on_base(site: Site, params: Params, seen: Met, base: BaseGeometry) -> Met:
    """The features on the land that is left."""
    from geo.overlay import overlap

    layer = site.layer(params.role)
    if layer is None:
        return seen
    rows = near(layer.frame, base, matching(layer.frame, params.where))
    features = layer.frame.geometry.to_numpy()[rows]
    return replace(seen, found=moved(overlap(base, features, site.plane, site.sliver_width_m), rows))


def _way_back(site: Site, params: Params, figure: Covered) -> tuple[dict[str, float | int | str | None], Text]:
    """How much of the layer lies on the land: of the whole features within 50 km, every square metre once."""
    import shapely

    frame = site.inputs.layers[params.role].frame
    kept = matching(frame, params.where) & shapely.dwithin(
        frame.geometry.to_numpy(), site.land(figure.subject).geometry, FAR_M
    )
    whole_m2 = float(site.plane.area_m2(dissolve(frame.geometry[kept])))
    if not whole_m2:
        return {"role_m2": whole_m2, "role_share": None}, NOTHING
    share = share_of(figure.seen.found.union_m2, whole_m2)
    told, whole, land = words.percent(share), words.area(whole_m2), subject_name(site, figure.subject)
    layer = role_name(site, params.role)
    return {"role_m2": whole_m2, "role_share": share}, Text(
        f"50 公里内的{layer.zh}共 {whole.zh},其 {told.zh} 在{land.zh}内",
        f"{told.en} of the {layer.en} within 50 km, {whole.en} in all, lies in {land.en}",
    )


def _shown(figure: Covered, limit: Limit, role: str) -> bool:
    if limit.met is not False or limit.threshold is None:
        return False
    return figure.least(role) if limit.operator == "<=" else figure.most(role) < limit.threshold


def _measures(figures: list[Covered], params: Params) -> dict[str, float | int | str | None]:
    """Areas and shares, the first figure's plain, the others' with their subject before them."""
    measures: dict[str, float | int | str | None] = {}
    for place, figure in enumerate(figures):
        before = f"{figure.subject}_" if place else ""
        found, reached = figure.seen.found, figure.seen.reached
        measures |= {
            f"{before}share": figure.share,
            f"{before}overlap_m2": found.union_m2 if reached else None,
            f"{before}sliver_m2": found.sliver_m2 if reached else None,
            f"{before}{params.of}_m2": figure.base_m2 or None,
        }
    return measures


def _told(site: Site, figure: Covered, params: Params) -> Text:
    land, layer = subject_name(site, figure.subject), role_name(site, params.role)
    base = Text("规划用地", "planned") if params.of == "planned" else Text("可开发用地", "developable")
    if figure.share is None:
        return Text(f"{land.zh}中{layer.zh}的比例无法量算", f"the share of {layer.en} in {land.en} is not known")
    share = words.percent(figure.share, beside=params.min)
    covered, whole = words.area(figure.seen.found.union_m2), words.area(figure.base_m2)
    least = Text("至少", "at least ") if figure.missing and figure.least(params.role) else NOTHING
    return Text(
        f"{land.zh}:{layer.zh}占{base.zh}{least.zh} {share.zh},即 {covered.zh} ÷ {whole.zh}",
        f"{land.en}: {layer.en} is {least.en}{share.en} of the {base.en} area, {covered.en} of {whole.en}",
    )


def _wanted(rule: Rule, params: Params) -> Text:
    if params.min is None and params.max is None:
        return NOTHING if rule.figure else unstated("min")
    bounds: tuple[tuple[Operator, float | None], ...] = ((">=", params.min), ("<=", params.max))
    told = [words.limit(operator, words.percent(value)) for operator, value in bounds if value is not None]
    return words.joined(*(Text(f"要求 {limit.zh}", f"required {limit.en}") for limit in told))
