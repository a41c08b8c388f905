"""One rule on one zone: what holds for every kind of check around what the kind itself finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checks import words
from checks.kinds_on_hand import load_kind
from checks.land import SUBJECT_ROLES
from checks.model import Evidence, Finding, Outcome
from checks.rule import Rule
from checks.site import Site
from layers.text import Text

NO_EXPANSION_LAYER = Text("没有提供拟扩范围图层 expansion", "no layer expansion was given")
NO_EXPANSION = Text("该园区没有拟扩土地", "this zone takes in no land")
ALL_INSIDE = Text("拟扩土地全部在园区范围内,没有新增用地", "all expansion land lies inside zones already, none is new")


def findings_of(site: Site, rule: Rule) -> list[Finding]:
    """The finding of a rule for each of its subjects."""
    return [finding_of(site.name, rule, subject, judged(site, rule, subject)) for subject in subjects_of(site, rule)]


def subjects_of(site: Site, rule: Rule) -> list[str]:
    """What a rule is judged on: of two subjects, expansion only where there is such a layer."""
    return [
        subject
        for subject in rule.subjects
        if subject == "zone" or len(rule.subjects) == 1 or site.expansion_state != "no-layer"
    ]


def judged(site: Site, rule: Rule, subject: str) -> Outcome:
    """The outcome of a rule on one subject, its message opened by the verdict in words."""
    outcome = _without_subject(site, subject)
    if outcome is None:
        kind = load_kind(rule.kind)
        outcome = kind.run(site, rule, subject, rule.params)
        notes = [_foreign(site, need.role) for need in kind.needs(rule.params)]
        outcome = replace(outcome, message=words.joined(outcome.message, *notes))
    if subject == "expansion" and site.already_inside:
        outcome = _with_land_inside(site, outcome)
    word = words.verdict_words(outcome.verdict, rule.binding)
    message = Text(f"{word.zh}:{outcome.message.zh}", f"{word.en}: {outcome.message.en}")
    return replace(outcome, message=message, evidence=numbered(outcome.evidence))


def numbered(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The same evidence with ids that differ: what would repeat one counts as a further part of its feature."""
    taken: set[str] = set()
    result = []
    for item in evidence:
        unique = item
        while unique.key in taken:
            unique = replace(unique, part=unique.part + 1)
        taken.add(unique.key)
        result.append(unique)
    return tuple(result)


def _without_subject(site: Site, subject: str) -> Outcome | None:
    """The outcome where there is no land to judge; None where there is."""
    if subject == "zone":
        return None
    land = site.land(subject)
    if subject == "expansion" and site.expansion_state == "no-layer":
        return Outcome("undetermined", NO_EXPANSION_LAYER, missing=("role:expansion",))
    if not land.empty:
        return None
    if subject == "expansion":
        message = ALL_INSIDE if site.already_inside else NO_EXPANSION
        return Outcome("undetermined" if land.undetermined else "not-applicable", message, missing=land.undetermined)
    complete = site.completeness("zone", subject)
    name = site.layer(subject)
    told = name.role.title if name else Text(subject, subject)
    message = words.joined(Text(f"该园区内没有{told.zh}", f"no {told.en} in this zone"), complete.note)
    return Outcome("undetermined" if complete.missing else "not-applicable", message, missing=complete.missing)


def _foreign(site: Site, role: str) -> Text:
    names = site.foreign_rows(role)
    if not names:
        return Text("", "")
    told = words.listed(names)
    return Text(
        f"{role} 中以下各行的园区名称不在本项目中,未计入: {told.zh}",
        f"rows of {role} that name no zone or area here are left out: {told.en}",
    )


def _with_land_inside(site: Site, outcome: Outcome) -> Outcome:
    measures = {**outcome.measures, "already_inside_m2": site.already_inside_m2}
    message = outcome.message
    if site.already_inside_m2:
        told = words.area(site.already_inside_m2)
        note = Text(f"另有 {told.zh} 已在园区范围内,不计为新增", f"{told.en} inside zones already is not new")
        message = words.joined(message, note)
    return replace(outcome, measures=measures, message=message, evidence=(*outcome.evidence, *site.already_inside))


def finding_of(zone: str, rule: Rule, subject: str, outcome: Outcome) -> Finding:
    """The finding that an outcome makes with the rule's own words."""
    both = len(rule.subjects) > 1 and subject == "expansion"
    return Finding(
        id=f"{zone}/{rule.id}" + ("@expansion" if both else ""),
        rule=rule.id,
        subject=subject if subject in SUBJECT_ROLES else "zone",
        pack=rule.pack,
        kind=rule.kind,
        binding=rule.binding,
        title=rule.title,
        basis=rule.basis,
        basis_note=rule.basis_note,
        citation=rule.citation,
        texts=rule.texts,
        outcome=outcome,
    )
