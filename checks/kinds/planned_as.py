"""The land is planned as land of certain codes, by the plan's layer or else by a document on conformity.

Requires: the plan layer of `role` with its codes and their scheme; or a document of the kind `document`.
How it is measured: area of the real parts of land ∩ features of other codes, less land ∩ features of `codes`
(`overlap_m2`); a code counts by its first digits. Beside it the land of each code of `apart` (`code_<code>_m2`), the
land without any plan feature (`unplanned_m2`), and the land that features of both sorts claim (`conflict_m2`).
Passes: overlap_m2 = 0 and every place is planned; without the layer, the document's result is yes.
Fails: overlap_m2 > 0; without the layer, the document's result is no. The layer outweighs the document, both are shown.
Undetermined: places without a plan feature or with contradicting ones, features without a code or of a scheme that is
no plan's, a layer that is not complete (contract §4); neither layer nor document, a document pending or out of date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checks import words
from checks.documents import KIND, Paper, latest_document
from checks.judge import outcome
from checks.land import column
from checks.model import Evidence, Limit, Outcome, Verdict
from checks.overlaps import NOTHING, met, own_evidence, role_name, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.selection import moved
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from geo.overlay import Overlap

FIRST_LEVEL = tuple(f"{number:02}" for number in range(1, 25))


@dataclass(frozen=True, slots=True)
class Params:
    """What the land must be planned as."""

    role: str = param(Text("规划用地图层", "the layer of the plan"), role=("polygon",))
    codes: tuple[str, ...] = param(Text("算作符合的编码(按前几位)", "the codes that count, by their first digits"))
    apart: tuple[str, ...] = param(Text("其中另列面积的编码", "codes among them that are shown apart"), ())
    schemes: tuple[str, ...] = param(
        Text("编码所属的分类版本", "the editions that the codes are of"), ("plan-2020", "plan-2023")
    )
    document: str | None = param(
        Text("没有图层时看的文件种类", "the kind of document that counts without the layer"), None, listed=KIND
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the plan layer: of the codes, of other codes, and those whose code or scheme says nothing."""

    right: tuple[int, ...]
    other: tuple[int, ...]
    codeless: tuple[int, ...]
    foreign: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The land by what the plan says: only other codes (`wrong`), codes of both sorts (`both`), nothing (`gap`)."""

    rows: Rows
    right: Overlap
    wrong: Overlap
    both: Overlap
    gap: Overlap
    failed: tuple[str, ...]


def needs(params: Params) -> tuple[Need, ...]:
    """The plan layer, and the documents where one may stand in for it."""
    layer = Need(params.role, ("code", "scheme"), optional=params.document is not None, on_land=True)
    return (layer, Need("documents", ("kind", "date"), optional=True)) if params.document else (layer,)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    paper = latest_document(site, params.document) if params.document else None
    if site.layer(params.role) is None:
        return _by_document(site, rule, subject, params, paper)
    seen = met(site, subject, params.role)
    plan = _plan(site, subject, params) if seen.reached else None
    what = _told(site, subject, params, plan) if plan else _unknown(site, subject, params)
    beside = paper.told if paper and paper.evidence else NOTHING
    return outcome(
        rule,
        (Limit("max", plan.wrong.union_m2 if plan else None, 0.0, "<="),),
        words.joined(what, seen.note, beside),
        unit="m2",
        missing=(*seen.missing, *(_plan_missing(site, subject, params, plan) if plan else ())),
        measures=_measures(site, subject, params, plan) | _paper_measure(paper),
        evidence=(*(_evidence(site, subject, params, plan) if plan else ()), *(paper.evidence if paper else ())),
    )


def _by_document(site: Site, rule: Rule, subject: str, params: Params, paper: Paper | None) -> Outcome:
    """Without the layer the document speaks alone."""
    message = Text(f"没有提供图层 {params.role}", f"no layer {params.role} was given")
    measures = _measures(site, subject, params, None) | _paper_measure(paper)
    if paper is None or paper.result not in ("yes", "no"):
        lacking = (paper.missing or (f"document:{paper.kind}",)) if paper else ()
        missing = (f"role:{params.role}", *lacking)
        told, evidence = (paper.told, paper.evidence) if paper else (NOTHING, ())
        return outcome(
            rule,
            (Limit("max", None, 0.0, "<="),),
            words.joined(message, told),
            unit="m2",
            missing=missing,
            measures=measures,
            evidence=evidence,
        )
    verdict: Verdict = "pass" if paper.result == "yes" else "fail"
    return Outcome(verdict, words.joined(message, paper.told), measures=measures, evidence=paper.evidence)


def _paper_measure(paper: Paper | None) -> dict[str, float | int | str | None]:
    return {"document": paper.result} if paper else {}


def _rows(site: Site, subject: str, params: Params) -> Rows:
    """The features on the land by what they say."""
    right: list[int] = []
    other: list[int] = []
    codeless: list[int] = []
    foreign: list[int] = []
    frame = site.inputs.layers[params.role].frame
    on_land = site.rows_on(subject, params.role)
    found = frame.iloc[on_land]
    for row, code, scheme in zip(on_land, column(found, "code"), column(found, "scheme"), strict=True):
        if scheme not in params.schemes:
            foreign.append(row)
        elif code is None or not code.startswith(FIRST_LEVEL):
            codeless.append(row)
        else:
            (right if code.startswith(params.codes) else other).append(row)
    return Rows(tuple(right), tuple(other), tuple(codeless), tuple(foreign))


def _plan(site: Site, subject: str, params: Params) -> Plan:
    """Sort the land by what the plan says of it."""
    import numpy as np
    import shapely

    from geo.overlay import outside, overlap

    rows = _rows(site, subject, params)
    features = site.inputs.layers[params.role].frame.geometry.to_numpy()
    right, other = np.array(rows.right, dtype=np.int64), np.array(rows.other, dtype=np.int64)
    planned = site.overlap(subject, params.role, rows=rows.right)
    against = site.overlap(subject, params.role, rows=rows.other)
    gap = site.outside(subject, params.role)
    claimed, agreed = (shapely.union_all([found.union, found.sliver]) for found in (against, planned))
    wrong = outside(claimed, features[right], site.plane, site.sliver_width_m, by=features[other])
    both = moved(overlap(agreed, features[other], site.plane, site.sliver_width_m), other)
    lost = replace(gap, failed=tuple(int(right[row]) for row in wrong.failed) + gap.failed)
    failed = site.failed(params.role, planned, against, both, lost)
    return Plan(rows, planned, moved(replace(wrong, failed=()), other), both, gap, failed)


def _plan_missing(site: Site, subject: str, params: Params, plan: Plan) -> tuple[str, ...]:
    """Why the land is not known to be planned as wanted all over."""
    missing = [*plan.failed]
    for name, rows in (("code", plan.rows.codeless), ("scheme", plan.rows.foreign)):
        if rows and site.overlap(subject, params.role, rows=rows).union_m2:
            missing.append(f"field:{params.role}.{name}")
    if plan.gap.union_m2:
        missing.append(f"covers:{params.role}")
    if plan.both.union_m2:
        features = site.inputs.layers[params.role].frame["feature"]
        found = sorted({piece.row for piece in plan.both.pieces if not piece.sliver})
        missing += [f"feature:{params.role}/{features.iloc[row]}" for row in found]
    return tuple(missing)


def _measures(site: Site, subject: str, params: Params, plan: Plan | None) -> dict[str, float | int | str | None]:
    apart = {code: _of_code_m2(site, subject, params, plan, code) if plan else None for code in params.apart}
    return {
        "overlap_m2": plan.wrong.union_m2 if plan else None,
        "sliver_m2": plan.wrong.sliver_m2 if plan else None,
        "planned_m2": plan.right.union_m2 if plan else None,
        **{f"code_{code}_m2": area_m2 for code, area_m2 in apart.items()},
        "unplanned_m2": plan.gap.union_m2 if plan else None,
        "conflict_m2": plan.both.union_m2 if plan else None,
    }


def _of_code_m2(site: Site, subject: str, params: Params, plan: Plan, code: str) -> float:
    codes = column(site.inputs.layers[params.role].frame.iloc[list(plan.rows.right)], "code")
    rows = tuple(row for row, own in zip(plan.rows.right, codes, strict=True) if (own or "").startswith(code))
    return site.overlap(subject, params.role, rows=rows).union_m2


def _evidence(site: Site, subject: str, params: Params, plan: Plan) -> tuple[Evidence, ...]:
    """What is planned otherwise, what is planned twice, and the land without a plan."""
    frame = site.inputs.layers[params.role].frame

    def planned(row: int) -> Text:
        told = " ".join(name for field in ("code", "name") for name in column(frame.iloc[[row]], field) if name)
        return Text(f"规划为 {told}", f"planned as {told}")

    def twice(row: int) -> Text:
        return planned(row) + Text(",另有要素规划为建设用地等", ", and otherwise by another feature")

    none = Text("没有规划图斑", "no plan feature")
    return (
        *site.evidence(params.role, plan.wrong, planned),
        *site.evidence(params.role, plan.both, twice),
        *(replace(item, note=none) for item in own_evidence(site, subject, plan.gap)),
    )


def _unknown(site: Site, subject: str, params: Params) -> Text:
    land, layer = subject_name(site, subject), role_name(site, params.role)
    return Text(f"{land.zh}按{layer.zh}的用途无法量算", f"what {layer.en} says of {land.en} is not known")


def _told(site: Site, subject: str, params: Params, plan: Plan) -> Text:
    land, right, codes = subject_name(site, subject), words.area(plan.right.union_m2), _span(params.codes)
    told = [
        Text(f"{land.zh}规划为 {codes} 的有 {right.zh}", f"{right.en} of {land.en} is planned as {codes}"),
        Text("没有规划为其他用途的土地", "none for other uses"),
    ]
    if plan.wrong.union_m2:
        wrong = words.area(plan.wrong.union_m2)
        told[1] = Text(f"规划为其他用途的有 {wrong.zh}", f"{wrong.en} for other uses")
    for code in params.apart:
        if of_code_m2 := _of_code_m2(site, subject, params, plan, code):
            area = words.area(of_code_m2)
            told.append(Text(f"其中编码 {code} 的有 {area.zh}", f"of it {area.en} under code {code}"))
    if plan.gap.union_m2:
        area = words.area(plan.gap.union_m2)
        told.append(Text(f"{area.zh} 没有规划图斑", f"{area.en} has no plan feature"))
    if plan.both.union_m2:
        area = words.area(plan.both.union_m2)
        told.append(Text(f"{area.zh} 的规划图斑互相矛盾", f"plan features contradict each other on {area.en}"))
    return words.joined(*told, slivers_told(plan.wrong))


def _span(codes: tuple[str, ...]) -> str:
    """The codes in a row, `07-16` where they follow each other."""
    numbers = [int(code) if code.isdigit() else -1 for code in codes]
    if len(codes) > 2 and min(numbers) >= 0 and numbers == list(range(numbers[0], numbers[0] + len(codes))):
        return f"{codes[0]}-{codes[-1]}"
    return "/".join(codes)
