"""The report as Markdown: per zone a table of its findings, then what each one says and lacks."""

from __future__ import annotations

from checks.model import Evidence, Finding, Report, ZoneReport
from layers.text import Lang, Text
from maps import figures, labels

SPECIAL = str.maketrans({**{char: "\\" + char for char in "\\`*_[]|~#"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"})

SHOWN = 30
"""Evidence told of one finding; the rest stands in findings.json."""


def markdown(report: Report, lang: Lang) -> str:
    """The whole report; names and attributes are escaped, so none becomes markup."""
    if lang == "both":
        return markdown(report, "zh") + "\n" + markdown(report, "en")
    as_of, packs, whole = labels.as_of(report), labels.packs(report), labels.SHORT[report.verdict]
    lines = [
        f"# {_text(report.inputs.project.name)}",
        "",
        f"**{whole.show(lang)}** ({labels.counts(report).show(lang)})",
        "",
        Text(
            f"基准日 {as_of.zh};规则包 {_text(packs.zh)}。{labels.INTERNAL.zh}。",
            f"As of {as_of.en}; packs: {_text(packs.en)}; {labels.INTERNAL.en}.",
        ).show(lang),
    ]
    for zone in report.zones:
        lines += ["", *_zone(zone, lang)]
    lines += ["", *_inputs(report, lang), "", labels.DISCLAIMER.show(lang)]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text).translate(SPECIAL)


def _table(headings: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (headings, ["---"] * len(headings), *rows)]


def _zone(zone: ZoneReport, lang: Lang) -> list[str]:
    headings = [
        Text("结论", "verdict"),
        Text("规则", "rule"),
        Text("内容", "title"),
        Text("实测", "measured"),
        Text("要求", "required"),
        Text("余量", "margin"),
    ]
    rows = [_row(finding, lang) for finding in zone.findings]
    lines = [
        f"## {_text(zone.zone)}: {labels.SHORT[zone.verdict].show(lang)}",
        "",
        *_table([heading.show(lang) for heading in headings], rows),
    ]
    for finding in zone.findings:
        lines += ["", *_finding(finding, lang)]
    return lines


def _row(finding: Finding, lang: Lang) -> list[str]:
    limits = labels.limits(finding)
    units = [labels.unit(finding, limit) for limit in limits]
    names = [f"{limit.name}: " if len(limits) > 1 else "" for limit in limits]
    both = list(zip(limits, units, strict=True))
    told = [figures.figure(limit.value, unit, beside=limit.threshold).show(lang) for limit, unit in both]
    measured = [name + value for name, value in zip(names, told, strict=True)] or [labels.value(finding).show(lang)]
    required = [labels.required(limit, unit).show(lang) for limit, unit in both] or ["-"]
    margins = [figures.margin(limit.margin, unit).show(lang) for limit, unit in both] or ["-"]
    cells = [
        labels.verdict(finding).show(lang),
        finding.rule,
        finding.title.show(lang),
        "; ".join(measured),
        "; ".join(required),
        "; ".join(margins),
    ]
    return [_text(cell) for cell in cells]


def _finding(finding: Finding, lang: Lang) -> list[str]:
    citation = finding.citation
    cited = " ".join(filter(None, (citation.document, citation.number, citation.clause)))
    quote = f": “{citation.quote}”" if citation.quote else ""
    lines = [
        f"### {_text(finding.rule)} {_text(finding.title.show(lang))}",
        "",
        _text(finding.outcome.message.show(lang)),
        "",
        f"- {Text('依据', 'source').show(lang)}: {_text(cited + quote) or '-'} ({labels.standing(finding).show(lang)})",
        f"- {Text('口径', 'basis').show(lang)}: {_text(labels.basis(finding).show(lang))}",
    ]
    if finding.outcome.missing:
        told = ", ".join(labels.wanted(entry).show(lang) for entry in finding.outcome.missing)
        lines.append(f"- {Text('缺', 'missing').show(lang)}: {_text(told)}")
    lines += [f"- {_text(_evidence(item, lang))}" for item in finding.outcome.evidence[:SHOWN]]
    if (rest := len(finding.outcome.evidence) - SHOWN) > 0:
        lines.append(f"- {Text(f'另有 {rest} 处,见 findings.json', f'{rest} more in findings.json').show(lang)}")
    return lines


def _evidence(item: Evidence, lang: Lang) -> str:
    told = [item.key]
    if item.area_m2 is not None:
        told.append(figures.figure(item.area_m2, "m2").show(lang))
    if item.length_m is not None:
        told.append(figures.figure(item.length_m, "m").show(lang))
    if item.width_m is not None:
        wide = figures.figure(item.width_m, "m")
        told.append(Text(f"宽 {wide.zh}", f"{wide.en} wide").show(lang))
    if item.sliver:
        told.append(labels.SLIVER.show(lang))
    if item.note:
        told.append(item.note.show(lang))
    return ", ".join(told)


def _inputs(report: Report, lang: Lang) -> list[str]:
    headings = [
        Text("角色", "role"),
        Text("来源", "source"),
        Text("坐标系", "CRS"),
        Text("要素数", "features"),
        Text("读入", "read"),
        Text("SHA-256", "SHA-256"),
        Text("说明", "notes"),
    ]
    rows = [
        [
            _text(cell)
            for cell in (
                record.role,
                record.source or "-",
                record.crs or "-",
                str(record.features),
                str(record.read),
                (record.sha256 or "-")[:12],
                "; ".join(note.show(lang) for note in record.notes),
            )
        ]
        for record in report.inputs.records
    ]
    title = Text("输入数据", "Inputs").show(lang)
    return [f"## {title}", "", *_table([heading.show(lang) for heading in headings], rows)]
