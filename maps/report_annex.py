"""What stands behind the report's text: rows of rules, inputs with hashes, all evidence, the map and rules on A3."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks import words
from checks.model import Finding, Report
from layers.text import Text
from maps import figures, labels
from maps.outputs.findings import ordered

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from maps.word import Paper

EVIDENCE = 400
"""Rows of the annex for one finding; the rest stands in the GeoPackage."""


def findings_of(report: Report, *verdicts: str) -> Iterator[tuple[str, Finding]]:
    """Zone and finding, of these verdicts or of all."""
    for zone in report.zones:
        for finding in zone.findings:
            if not verdicts or finding.verdict in verdicts:
                yield zone.zone, finding


def verdict_row(paper: Paper, finding: Finding) -> tuple[str, ...]:
    """A rule with its verdict and figures."""
    limits = labels.limits(finding)
    unit = labels.unit(finding, limits[0]) if limits else None
    name = finding.rule + ("@" if finding.subject == "expansion" and finding.id.endswith("@expansion") else "")
    return (
        name,
        paper.show(finding.title),
        paper.show(labels.verdict(finding)),
        paper.show(figures.figure(finding.outcome.value, finding.outcome.unit, brief=True)),
        paper.show(labels.required(limits[0], unit)) if limits else "-",
        paper.show(figures.margin(limits[0].margin, unit)) if limits else "-",
    )


def source(finding: Finding) -> str:
    """Document, number and clause."""
    cited = finding.citation
    return " ".join(part for part in (cited.document, cited.number, cited.clause) if part)


def inputs(paper: Paper, report: Report) -> None:
    """Every input with its hash."""
    paper.heading(Text("数据清单", "Inputs"))
    headings = (
        Text("角色", "role"), Text("来源", "source"), Text("坐标系", "CRS"), Text("要素数", "features"),
        Text("SHA-256", "SHA-256"),
    )  # fmt: skip
    rows = [
        (
            paper.show(_role(report, record.role)),
            record.source or "-",
            record.crs or "-",
            f"{record.features:,}",
            (record.sha256 or "-")[:16],
        )
        for record in report.inputs.records
    ]
    paper.table(Text("输入数据", "Inputs"), headings, rows, (3, 6, 3, 2, 4))
    for told in labels.shifts(report):
        paper.text(told)
    paper.text(
        Text("SHA-256 取前16位,全文见 findings.json。", "SHA-256: first 16 digits; the whole stands in findings.json.")
    )


def annex(paper: Paper, report: Report) -> None:
    """All evidence, finding by finding."""
    paper.heading(Text("附件:证据清单", "Annex: evidence"))
    headings = (
        Text("图层", "layer"), Text("要素", "feature"), Text("面积(㎡)", "area (m2)"), Text("长度(米)", "length (m)"),
        Text("说明", "note"),
    )  # fmt: skip
    for _, finding in findings_of(report):
        items = ordered(report, finding)
        if finding.verdict == "info" or not items:
            continue
        named = Text(f"{finding.rule} {finding.title.zh}", f"{finding.rule} {finding.title.en}")
        paper.subheading(named, level=3)
        rows = [
            (
                paper.show(_role(report, item.role)), item.feature, _number(item.area_m2), _number(item.length_m),
                paper.show(item.note) if item.note else "",
            )
            for item in items[:EVIDENCE]
        ]  # fmt: skip
        paper.table(Text("证据", "Evidence") + Text(" ", ": ") + named, headings, rows, (3.5, 3.5, 3, 3, 5))
        if len(items) > EVIDENCE:
            rest = len(items) - EVIDENCE
            paper.text(Text(f"其余 {rest} 项见 zoneproof.gpkg。", f"{rest} more stand in zoneproof.gpkg."))


def sheets(paper: Paper, report: Report) -> None:
    """The map and all rules with their sources on A3."""
    from maps.drawing import overview  # noqa: PLC0415

    paper.wide()
    paper.heading(Text("附图附表", "Map and table of all rules"))
    told = Text(
        "地图:园区用地与周边图层,版面与总览图相同。", "A map: the land and the layers about it, as in the overview."
    )
    paper.picture(png(overview(report, paper.lang)), Text("总览图(A3)", "Overview map (A3)"), told)
    headings = (
        Text("园区", "zone"), Text("规则", "rule"), Text("内容", "title"), Text("结论", "verdict"),
        Text("实测", "measured"), Text("要求", "required"), Text("余量", "margin"), Text("口径", "basis"),
        Text("依据", "source"), Text("原文情况", "standing"),
    )  # fmt: skip
    rows = [
        (zone, *verdict_row(paper, finding), paper.show(labels.basis(finding)), source(finding),
         paper.show(labels.standing(finding)))
        for zone, finding in findings_of(report)
    ]  # fmt: skip
    paper.table(Text("规则总表", "All rules"), headings, rows, (3.2, 2, 5.5, 2.6, 3.4, 2.6, 2.6, 3.4, 8, 2.8))
    paper.text(Text("本报告由软件生成,供审查参考,不替代法定审查意见。", labels.DISCLAIMER.en))


def _role(report: Report, role: str) -> Text:
    """A layer or table in words."""
    read = report.inputs
    held = read.layers.get(role) or read.tables.get(role) or read.rasters.get(role)
    return held.role.title if held else Text(role, role)


def _number(value: float | None) -> str:
    return "" if value is None else words.number(value)


def png(figure: Figure) -> bytes:
    """The bytes of a picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    FigureCanvasAgg(figure)
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=150, metadata={"Software": "zoneproof"})
    return held.getvalue()
