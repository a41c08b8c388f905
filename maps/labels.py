"""The words that every output puts beside a finding, in both languages and in signs that GBK can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.model import VERDICTS, Basis, Finding, Limit, Report, Standing, Verdict
from layers.model import InputRecord
from layers.text import Text
from layers.vectors import TIE_NOTES
from maps import figures

SHORT: Mapping[Verdict, Text] = {
    "pass": Text("符合", "pass"),
    "fail": Text("不符合", "fail"),
    "undetermined": Text("无法判定", "undetermined"),
    "not-applicable": Text("不适用", "not applicable"),
    "info": Text("参考值", "figure"),
}
IN_PRINCIPLE = Text("原则上不符合", "fail in principle")
BASIS: Mapping[Basis, Text] = {
    "stated": Text("按文件表述", "as stated"),
    "interpretation": Text("解释口径", "interpretation"),
    "project": Text("项目设定", "set by the project"),
}
STANDING: Mapping[Standing | None, Text] = {
    "primary": Text("已核对原文", "text itself read"),
    "related": Text("转述,未见原文", "related, text not read"),
    None: Text("无条文依据", "no document states it"),
}
SUBJECT: Mapping[str, Text] = {"zone": Text("园区", "zone"), "expansion": Text("拟扩区", "expansion")}
INTERNAL = Text("内部资料", "internal")
DISCLAIMER = Text(
    "本结果由软件生成,供审查参考,不替代法定审查意见。",
    "Made by software to support a review; it does not replace the statutory opinion.",
)
TABLES = Text(
    "分类、权属与版本对照的口径见 tables.xlsx 的“编制说明”。",
    "How classes, ownership and editions were taken stands in tables.xlsx, notes.",
)
SLIVER = Text("细碎图斑,不影响结论", "sliver, does not turn the verdict")
SHIFTS = tuple(
    tuple(part for part in re.split(r"\{\w+\}", TIE_NOTES[name].zh) if part)
    for name in ("shift", "towgs84", "grid", "ballpark")
)
"""What the notes on datum shifts have in common, whatever the CRS and the operation."""
WANTED: Mapping[str, Text] = {
    "role": Text("图层或表", "layer or table"),
    "field": Text("字段", "field"),
    "document": Text("文件", "document"),
    "param": Text("参数", "parameter"),
    "covers": Text("完整范围", "completeness"),
    "feature": Text("要素", "feature"),
}


def shifted(record: InputRecord) -> Text | None:
    """By what a source's datum was shifted to CGCS2000, or that it was taken as it is; None where it needed none."""
    return next(
        (note for note in record.notes if any(all(part in note.zh for part in parts) for parts in SHIFTS)), None
    )


def shifts(report: Report) -> list[Text]:
    """What was shifted to CGCS2000 and by what, sources that were shifted alike together; every output says so."""
    sources: dict[Text, list[str]] = {}
    for record in report.inputs.records:
        if (told := shifted(record)) is not None:
            sources.setdefault(told, []).append(record.source or record.role)
    names = {told: ", ".join(dict.fromkeys(own)) for told, own in sources.items()}
    return [Text(f"{own}: {told.zh}", f"{own}: {told.en}") for told, own in names.items()]


def verdict(finding: Finding) -> Text:
    """The short word for a finding's verdict; a fail of an in-principle rule leaves room for reasons."""
    if finding.verdict == "fail" and finding.binding == "in-principle":
        return IN_PRINCIPLE
    return SHORT[finding.verdict]


def basis(finding: Finding) -> Text:
    """Where the rule's number comes from, with the project's own words."""
    words = BASIS[finding.basis]
    return words + Text(f": {finding.basis_note}", f": {finding.basis_note}") if finding.basis_note else words


def standing(finding: Finding) -> Text:
    """Whether the cited text itself was read."""
    return STANDING[finding.citation.standing if finding.citation.document else None]


def wanted(entry: str) -> Text:
    """What is missing, in words: `role:incidents` is 'layer or table incidents'."""
    sort, _, name = entry.partition(":")
    return WANTED.get(sort, Text(sort, sort)) + Text(f" {name}", f" {name}")


def limits(finding: Finding) -> tuple[Limit, ...]:
    """Every limit of a finding; of one without limits, the one made of its value and threshold."""
    outcome = finding.outcome
    if outcome.limits:
        return outcome.limits
    if outcome.operator is None:
        return ()
    return (Limit("", outcome.value, outcome.threshold, outcome.operator),)


def value(finding: Finding) -> Text:
    """What was measured, with its unit; a dash where nothing was."""
    outcome = finding.outcome
    return figures.figure(outcome.value, outcome.unit, beside=outcome.threshold)


def unit(finding: Finding, limit: Limit) -> str | None:
    """The unit of a limit, which may differ from the finding's where there are several."""
    return figures.unit_of(limit.name, finding.outcome.unit)


def required(limit: Limit, unit: str | None) -> Text:
    """What the limit asks for; 'not stated' where neither source nor project sets one."""
    if limit.threshold is None:
        return Text("未给定", "not stated")
    return figures.limit(limit.operator, limit.threshold, unit)


def as_of(report: Report) -> Text:
    """The date that the check speaks for."""
    date = report.inputs.project.as_of
    return Text(date.isoformat(), date.isoformat()) if date else Text("未给定", "not stated")


def as_of_or_epoch(report: Report) -> str:
    """A date for files that must carry one, where no clock may be read."""
    date = report.inputs.project.as_of
    return date.isoformat() if date else "1970-01-01"


def packs(report: Report) -> Text:
    """The packs' titles in a row."""
    titles = [report.pack_titles.get(pack, Text(pack, pack)) for pack in report.packs]
    return Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))


def counts(report: Report) -> Text:
    """How many findings have each verdict."""
    told = [(SHORT[verdict], report.summary.get(verdict, 0)) for verdict in VERDICTS]
    return Text(", ".join(f"{word.zh} {n}" for word, n in told), ", ".join(f"{word.en} {n}" for word, n in told))
