"""A document of a kind exists, and says yes.

Requires: the table `documents`; `as_of` in the project.
How it is measured: the latest row of the kind `document` dated up to as_of that is still valid then; of one date the
worst. An empty result is yes.
Passes: its result is yes.
Fails: its result is no.
Undetermined: there is none, it is pending; no as_of.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.documents import KIND, latest_document
from checks.model import Outcome, Verdict
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """Which document."""

    document: str = param(Text("文件种类", "the kind of document"), listed=KIND)


def needs(params: Params) -> tuple[Need, ...]:
    """The documents."""
    return (Need("documents", ("kind", "date")),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; documents are the zone's, whatever the subject."""
    paper = latest_document(site, params.document)
    verdict: Verdict = "pass" if paper.result == "yes" else "fail" if paper.result == "no" else "undetermined"
    missing = (paper.missing or (f"document:{params.document}",)) if verdict == "undetermined" else ()
    return Outcome(
        verdict,
        words.joined(paper.told),
        measures={"document": paper.result},
        evidence=paper.evidence,
        missing=missing,
    )
