"""The table that `zoneproof check` prints: per zone, verdict, rule, value against threshold, margin and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from checks.model import Finding, Report, Verdict, ZoneReport
from checks.tables.measure import sentences_of
from layers.text import Lang, Text
from maps import figures, labels
from maps.columns import fit, pad, plain, row, shorten, width, wrap

INDENT = "  "
SAME = 1
OPEN: Mapping[Verdict, int] = {"fail": 4, "undetermined": 3}
"""Lines that the reason may take; a rule that is met or only gives a figure gets `SAME`."""
HEADINGS = (
    Text("结论", "verdict"),
    Text("规则", "rule"),
    Text("实测", "measured"),
    Text("要求", "required"),
    Text("余量", "margin"),
)

OneLang = Literal["zh", "en"]


def table(report: Report, lang: Lang, width: int = 80) -> str:
    """The report as text of at most `width` columns, without colour, in signs that GBK holds."""
    if lang == "both":
        return table(report, "zh", width) + "\n\n" + table(report, "en", width)
    lines = _head(report, lang, width)
    for zone in report.zones:
        lines += ["", *_zone(zone, lang, width)]
    return "\n".join([*lines, *_land(report, lang, width), "", *_tail(report, lang, width)])


def _head(report: Report, lang: OneLang, places: int) -> list[str]:
    as_of, packs = labels.as_of(report), labels.packs(report)
    about = Text(f"基准日 {as_of.zh};规则包 {packs.zh}", f"as of {as_of.en}; packs: {packs.en}").show(lang)
    return [*wrap(plain(report.inputs.project.name), places), *wrap(plain(about), places)]


def _zone(zone: ZoneReport, lang: OneLang, places: int) -> list[str]:
    verdict = labels.SHORT[zone.verdict].show(lang)
    name = wrap(plain(zone.zone), places - width(verdict) - 2)
    lines = [*name[:-1], pad(name[-1], places - width(verdict)) + verdict, "=" * places]
    headings = tuple(heading.show(lang) for heading in HEADINGS)
    rows = [cells for finding in zone.findings for cells in _cells(finding, lang)]
    widths = fit([headings, *rows], places)
    lines += [*row(headings, widths), "-" * places]
    for finding in zone.findings:
        for cells in _cells(finding, lang):
            lines += row(cells, widths)
        lines += _why(finding, lang, places)
    return lines


def _cells(finding: Finding, lang: OneLang) -> list[tuple[str, ...]]:
    """A row per limit; the first one names verdict and rule."""
    limits = labels.limits(finding)
    rule = finding.rule + ("@" if finding.id.endswith("@expansion") else "")
    first = (labels.verdict(finding).show(lang), plain(rule))
    if not limits:
        return [(*first, labels.value(finding).show(lang), "-", "-")]
    rows: list[tuple[str, ...]] = []
    for index, limit in enumerate(limits):
        unit = labels.unit(finding, limit)
        told = (
            figures.figure(limit.value, unit, beside=limit.threshold),
            labels.required(limit, unit),
            figures.margin(limit.margin, unit),
        )
        named = first if index == 0 else ("", plain(limit.name))
        rows.append((*named, *(text.show(lang) for text in told)))
    return rows


def _why(finding: Finding, lang: OneLang, places: int) -> list[str]:
    inner = places - len(INDENT)
    outcome = finding.outcome
    sources = f"{labels.basis(finding).show(lang)}; {labels.standing(finding).show(lang)}"
    lines = wrap(plain(f"{finding.title.show(lang)} [{sources}]"), inner)
    why = wrap(plain(outcome.message.show(lang)), inner)
    lines += shorten(why, OPEN.get(finding.verdict, SAME), inner)
    if outcome.missing:
        told = ", ".join(labels.wanted(entry).show(lang) for entry in outcome.missing)
        lines += wrap(plain(Text("缺: ", "missing: ").show(lang) + told), inner)
    return [INDENT + line for line in lines]


def _land(report: Report, lang: OneLang, places: int) -> list[str]:
    """The sentence block of every zone and expansion."""
    lines = []
    for one in sentences_of(report):
        lines += ["", *wrap(plain(f"{one.zone}: {one.text.show(lang)}"), places)]
    return lines


def _tail(report: Report, lang: OneLang, places: int) -> list[str]:
    total, counts, whole = sum(report.summary.values()), labels.counts(report), labels.SHORT[report.verdict]
    line = Text(
        f"合计 {total} 条: {counts.zh}。总结论: {whole.zh}", f"{total} findings: {counts.en}. Overall: {whole.en}"
    )
    datums = [text for told in labels.shifts(report) for text in wrap(plain(told.show(lang)), places)]
    return [*datums, *wrap(line.show(lang), places), *wrap(labels.DISCLAIMER.show(lang), places)]
