"""The steps of a procedure: each has its document, and their dates keep an order.

Requires: the table `documents`; `as_of` in the project.
How it is measured: of each step the latest document dated up to as_of and still valid then; of one date the worst. An
empty result is yes. Those of `first` go side by side; each of `then` comes after all that stand before it.
Passes: every step has a document that says yes, none dated before one that it comes after; one date for two is
in order.
Fails: a document says no, or two that say yes are dated in the wrong order, also where other steps are missing.
Undetermined: a step has no document, none with a date that counts, or a pending one; no as_of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from checks import words
from checks.documents import KIND, Paper, document_name, latest_document
from checks.model import Outcome, Verdict
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """Which steps, by their kinds of document."""

    first: tuple[str, ...] = param(
        Text("最先的各步,彼此不分先后", "the steps that come first, in any order among themselves"), listed=KIND
    )
    then: tuple[str, ...] = param(Text("其后的各步,依次进行", "the steps that follow, one after another"), listed=KIND)


def needs(params: Params) -> tuple[Need, ...]:
    """The documents."""
    return (Need("documents", ("kind", "date")),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; documents are the zone's, whatever the subject."""
    papers = {step: latest_document(site, step) for step in (*params.first, *params.then)}
    breaches = _breaches(papers, params)
    refused = any(paper.result == "no" for paper in papers.values())
    missing = [entry for paper in papers.values() if paper.result != "yes" for entry in _lacking(paper)]
    verdict: Verdict = "fail" if breaches or refused else "undetermined" if missing else "pass"
    said = sum(paper.result == "yes" for paper in papers.values())
    count = Text(
        f"{len(papers)} 步中 {said} 步有文件证明已完成", f"{said} of {len(papers)} steps are proven done by a document"
    )
    return Outcome(
        verdict,
        words.joined(count, *breaches, *(paper.told for paper in papers.values())),
        measures={"step_count": len(papers), "done_count": said, "breach_count": len(breaches)},
        evidence=tuple(item for paper in papers.values() for item in paper.evidence),
        missing=tuple(dict.fromkeys(missing)),
    )


def _breaches(papers: Mapping[str, Paper], params: Params) -> list[Text]:
    """What is dated before a step that it comes after; steps without a document that says yes are looked past."""
    dates: dict[str, date] = {
        step: paper.dated for step, paper in papers.items() if paper.result == "yes" and paper.dated is not None
    }
    return [
        _wrong_order(document_name(step), dates[step], document_name(earlier), dates[earlier])
        for place, step in enumerate(params.then)
        for earlier in (*params.first, *params.then[:place])
        if step in dates and earlier in dates and dates[step] < dates[earlier]
    ]


def _wrong_order(step: Text, on: date, earlier: Text, before: date) -> Text:
    return Text(
        f"次序有误:{step.zh}({on})早于应在其前的{earlier.zh}({before})",
        f"wrong order: {step.en} ({on}) is dated before {earlier.en} ({before}), which it comes after",
    )


def _lacking(paper: Paper) -> tuple[str, ...]:
    return paper.missing or ((f"document:{paper.kind}",) if paper.result == "pending" else ())
