"""How much land of certain classes is taken, by class, gross and net, each class within its own code scheme.

Requires: the layer of `role` with `code` and `scheme`; the field `deduct` (扣除系数) for net areas.
How it is measured: area of the real parts of land ∩ features whose code begins with one of the codes of their own
scheme (`taken_m2`), per scheme and code (`<scheme>_<code>_m2`), and net of each feature's deduction (`…net_m2`, null
where one has none). The codes are those of `group` in the standards (cultivated, construction), or `codes`. Schemes are
never compared: where the land lies under features of several, each is told by itself and there is no sum.
Passes: min ≤ taken_m2 ≤ max, where they are set.
Fails: taken_m2 is below min, or above max, the latter also where other evidence is missing.
Undetermined: no such layer, it is not complete, land without a feature, features without a code or of an unknown
scheme, several schemes on the land; for a rule neither min nor max is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import words
from checks.classes import (
    GROUPS,
    class_rows,
    codes_of,
    name_of,
    net_m2,
    scheme_title,
    schemes_here,
    sorted_rows,
    unknown_codes,
)
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import NOTHING, met, role_name, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """Which classes count."""

    role: str = param(Text("用地图层", "the layer of land use"), role=("polygon",))
    group: str = param(
        Text("计入的地类组:耕地或建设用地", "the group of classes that counts"), "cultivated", choices=GROUPS
    )
    codes: Mapping[str, tuple[str, ...]] | None = param(
        Text("自定的编码 {分类版本 = [编码]}", "codes of one's own, {scheme = [codes]}"), None
    )
    deduct: str | None = param(
        Text("扣除系数字段,用于净面积", "the field of the deduction coefficient, for net areas"), None
    )
    min: float | None = param(Text("最小面积", "the least area"), None, unit="m2", minimum=0)
    max: float | None = param(Text("最大面积", "the greatest area"), None, unit="m2", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer with its codes and their scheme."""
    return (Need(params.role, ("code", "scheme"), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    seen = met(site, subject, params.role)
    if not seen.reached:
        layer = role_name(site, params.role)
        what = Text(f"按{layer.zh}占用的面积无法量算", f"what is taken by {layer.en} is not known")
        limits = between(None, params.min, params.max)
        return outcome(rule, limits, words.joined(what, seen.note), unit="m2", missing=seen.missing)
    codes = codes_of(params.group, params.codes)
    heaps = sorted_rows(site, subject, params.role, codes)
    found = site.overlap(subject, params.role, rows=heaps.inside)
    schemes = schemes_here(site, subject, params.role)
    value = found.union_m2 if len(schemes) < 2 else None
    gap = site.outside(subject, params.role)
    missing = (*seen.missing, *unknown_codes(site, subject, params.role, heaps), *site.failed(params.role, found, gap))
    missing += (f"covers:{params.role}",) if gap.union_m2 else ()
    missing += (f"field:{params.role}.scheme",) if len(schemes) > 1 else ()
    measures, told = _by_class(site, subject, params)
    net, unknown = net_m2(site, params.role, found, params.deduct) if params.deduct else (None, ())
    measures = {"taken_m2": value, "net_m2": net if len(schemes) < 2 else None, "unmapped_m2": gap.union_m2, **measures}
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(
            _sum_told(subject_name(site, subject), params, schemes, value, net),
            told,
            _net_unknown(params, unknown, found.union_m2 > 0 and net is None),
            _gap_told(gap.union_m2),
            slivers_told(found),
            seen.note,
        ),
        unit="m2",
        missing=missing,
        shown=True if value is not None and params.max is not None and value > params.max else (not missing and None),
        measures=measures,
        evidence=_evidence(site, params, subject, heaps.inside),
    )


def _by_class(site: Site, subject: str, params: Params) -> tuple[dict[str, float | int | str | None], Text]:
    """Gross and net area per scheme and code that lies on the land."""
    measures: dict[str, float | int | str | None] = {}
    told = []
    for (scheme, code), rows in class_rows(site, subject, params.role, codes_of(params.group, params.codes)).items():
        found = site.overlap(subject, params.role, rows=rows)
        if not found.union_m2:
            continue
        name, area = name_of(scheme, code), words.area(found.union_m2)
        measures[f"{scheme}_{code}_m2"] = found.union_m2
        text = Text(f"{code} {name} {area.zh}", f"{code} {name} {area.en}")
        if params.deduct:
            net, _ = net_m2(site, params.role, found, params.deduct)
            measures[f"{scheme}_{code}_net_m2"] = net
            if net is not None:
                left = words.area(net)
                text += Text(f"(净 {left.zh})", f" (net {left.en})")
        told.append(text)
    return measures, words.listed(told)


def _sum_told(land: Text, params: Params, schemes: tuple[str, ...], value: float | None, net: float | None) -> Text:
    group = _group_name(params)
    if value is None:
        titles = [scheme_title(scheme) for scheme in schemes]
        listed = words.listed(Text(zh, en) for zh, en in titles)
        return Text(
            f"{land.zh}上有几种分类版本({listed.zh}),编码不可互比,不作合计",
            f"{land.en} lies under several code schemes ({listed.en}), which are never compared: no sum is made",
        )
    if not value:
        return Text(f"{land.zh}不占{group.zh}", f"{land.en} takes no {group.en}")
    area = words.area(value)
    told = Text(f"{land.zh}占{group.zh} {area.zh}", f"{land.en} takes {area.en} of {group.en}")
    left = words.area(net) if net is not None else NOTHING
    return words.joined(told, Text(f"净面积 {left.zh}", f"net {left.en}") if net is not None else NOTHING)


def _group_name(params: Params) -> Text:
    if params.codes is not None:
        listed = "/".join(dict.fromkeys(code for codes in params.codes.values() for code in codes))
        return Text(f"编码 {listed} 的土地", f"land under codes {listed}")
    names = {"cultivated": Text("耕地", "cultivated land"), "construction": Text("建设用地", "construction land")}
    return names[params.group]


def _net_unknown(params: Params, unknown: tuple[str, ...], lacking: bool) -> Text:
    if not params.deduct or not lacking:
        return NOTHING
    if not unknown:
        return Text("净面积不明:没有扣除系数字段", "net area not known: no field of deduction coefficients")
    named = words.listed(unknown)
    return Text(
        f"净面积不明:要素 {named.zh} 没有扣除系数", f"net area not known: no deduction coefficient for {named.en}"
    )


def _gap_told(gap_m2: float) -> Text:
    if not gap_m2:
        return NOTHING
    told = words.area(gap_m2)
    return Text(f"{told.zh} 没有地类图斑", f"{told.en} has no feature of land use")


def _evidence(site: Site, params: Params, subject: str, rows: tuple[int, ...]) -> tuple[Evidence, ...]:
    frame = site.inputs.layers[params.role].frame

    def note(row: int) -> Text:
        scheme, code = str(frame["scheme"].iloc[row]), str(frame["code"].iloc[row])
        told = f"{code} {name_of(scheme, code)}" if name_of(scheme, code) != code else code
        return Text(f"{told}({scheme})", f"{told} ({scheme})")

    return site.evidence(params.role, site.overlap(subject, params.role, rows=rows), note)
