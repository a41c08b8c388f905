"""report.docx: the compliance report in the layout of official documents (GB/T 9704), for the file.

Order: overview, basis, method, conclusion, problems one by one, what could not be judged, inputs, all evidence.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from checks import words
from checks.model import Finding, Report
from checks.tables.measure import sentences_of
from layers.model import Progress
from layers.text import Lang, Text
from maps import figures, labels
from maps.comments import Comment, Comments
from maps.office import fixed_zip
from maps.outputs.findings import ordered

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from maps.word import Paper

NAME = "docx"
FILES = ("report.docx",)
PICTURES = 60
"""Problems with a picture of their own; beyond, figures and words alone."""
EVIDENCE = 400
"""Rows of the annex for one finding; the rest stands in the GeoPackage."""
TITLE = Text("园区规则符合性审查报告", "Compliance report")


def write(
    report: Report,
    folder: Path,
    progress: Progress | None = None,
    *,
    lang: Lang | None = None,
    comments: Comments | None = None,
) -> None:
    """Write report.docx to `folder`."""
    from maps.word import Paper  # noqa: PLC0415

    chosen: Lang = lang or report.inputs.project.lang
    paper = Paper("zh" if chosen == "both" else chosen)
    paper.title(TITLE, report.inputs.project.name)
    paper.contents()
    _overview(paper, report)
    _basis(paper, report)
    _method(paper, report)
    _conclusion(paper, report)
    _problems(paper, report, comments or Comments(), progress)
    _open(paper, report)
    _comments(paper, report, comments or Comments())
    _inputs(paper, report)
    _annex(paper, report)
    path = folder / FILES[0]
    paper.save(path)
    fixed_zip(path, labels.as_of_or_epoch(report))


def _findings(report: Report, *verdicts: str) -> Iterator[tuple[str, Finding]]:
    for zone in report.zones:
        for finding in zone.findings:
            if not verdicts or finding.verdict in verdicts:
                yield zone.zone, finding


def _overview(paper: Paper, report: Report) -> None:
    inputs = report.inputs
    paper.heading(Text("概况", "Overview"))
    names = words.listed((zone.zone for zone in report.zones), 12)
    area_m2 = sum(record.area_m2 or 0.0 for record in inputs.records if record.role == "zones")
    land, mu, square = words.hectares(area_m2), words.mu(area_m2), words.square_metres(area_m2)
    paper.text(
        Text(
            f"审查对象:{names.zh}。用地 {square.zh},合 {land.zh}、{mu.zh}。",
            f"Subject: {names.en}. Land {square.en}, that is {land.en} or {mu.en}.",
        )
    )
    as_of, packs = labels.as_of(report), labels.packs(report)
    paper.text(
        Text(
            f"基准日 {as_of.zh};规则包:{packs.zh};成果坐标系 {inputs.plane.crs}。{labels.INTERNAL.zh}。",
            f"As of {as_of.en}; packs: {packs.en}; CRS of the outputs {inputs.plane.crs}; {labels.INTERNAL.en}.",
        )
    )
    _land(paper, report)
    from maps.drawing import overview  # noqa: PLC0415

    paper.picture(_png(overview(report, paper.lang)), Text("总览图", "Overview map"))


def _basis(paper: Paper, report: Report) -> None:
    paper.heading(Text("依据", "Basis"))
    told: dict[tuple[str, str, str], Text] = {}
    for _, finding in _findings(report):
        cited = finding.citation
        if cited.document:
            told.setdefault((cited.document, cited.number or "", cited.clause or ""), labels.standing(finding))
    headings = (Text("文件", "document"), Text("文号", "number"), Text("条款", "clause"), Text("原文情况", "standing"))
    paper.table(headings, [(*key, paper.show(standing)) for key, standing in sorted(told.items())], (8, 4, 3, 3))


def _method(paper: Paper, report: Report) -> None:
    paper.heading(Text("方法", "Method"))
    sliver = words.metres(report.inputs.project.sliver_width_m)
    paper.text(
        Text(
            "面积按2000国家大地坐标系椭球面计算,长度为大地线长度;坐标线长于70米的先加密再转换。重叠面积按实际部分合并计算,"
            f"宽度不超过 {sliver.zh} 的细碎图斑单独列出,不影响结论。规则口径分为按文件表述、解释口径和项目设定三类。",
            "Areas are taken on the ellipsoid of CGCS2000, lengths are geodesic; edges over 70 m are cut before they"
            f" are reprojected. Overlaps count every square metre once; slivers up to {sliver.en} wide are listed and"
            " decide nothing. The basis of a rule is the document's wording, an interpretation, or the project's own"
            " parameter.",
        )
    )


def _conclusion(paper: Paper, report: Report) -> None:
    paper.heading(Text("结论", "Conclusion"))
    whole = labels.SHORT[report.verdict]
    counts = labels.counts(report)
    paper.text(Text(f"总结论:{whole.zh}({counts.zh})。", f"Overall: {whole.en} ({counts.en})."))
    headings = (
        Text("规则", "rule"), Text("内容", "title"), Text("结论", "verdict"), Text("实测", "measured"),
        Text("要求", "required"), Text("余量", "margin"),
    )  # fmt: skip
    for zone in report.zones:
        verdict = labels.SHORT[zone.verdict]
        paper.subheading(Text(f"{zone.zone}:{verdict.zh}", f"{zone.zone}: {verdict.en}"))
        paper.table(headings, [_row(paper, finding) for finding in zone.findings], (2, 6, 3, 3, 2.5, 2.5))


def _land(paper: Paper, report: Report) -> None:
    """The sentence block; nothing where the project has no layer that it speaks of."""
    told = sentences_of(report)
    for one in told:
        subject = labels.SUBJECT[one.subject]
        paper.entry(Text(f"{one.zone}({subject.zh})", f"{one.zone} ({subject.en})"), one.text)
    if told:
        paper.text(labels.TABLES)


def _row(paper: Paper, finding: Finding) -> tuple[str, ...]:
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


def _problems(paper: Paper, report: Report, comments: Comments, progress: Progress | None) -> None:
    from maps.drawing import of_finding  # noqa: PLC0415

    paper.heading(Text("主要问题", "Problems"))
    failing = list(_findings(report, "fail"))
    if not failing:
        paper.text(Text("没有不符合的规则。", "No rule is broken."))
    for number, (zone, finding) in enumerate(failing, 1):
        if progress:
            progress(Text(f"Word: {finding.rule}", f"Word: {finding.rule}"), number, len(failing))
        paper.subheading(Text(f"{finding.rule} {finding.title.zh}", f"{finding.rule} {finding.title.en}"))
        _told(paper, zone, finding)
        for said in comments.of(finding.id):
            paper.entry(Text("审查意见", "Reviewer"), _said(said))
        figure = of_finding(report, finding, paper.lang) if number <= PICTURES else None
        if figure is not None:
            paper.picture(_png(figure), Text(f"{finding.rule} 位置图", f"Place of {finding.rule}"))


def _said(comment: Comment) -> Text:
    """`同意:…(张三,2025-08-01)`."""
    who = ",".join(part for part in (comment.reviewer, comment.date) if part)
    signed = f"({who})" if who else ""
    zh, en = (
        ":".join(part for part in (decided, comment.comment) if part)
        for decided in (comment.decided.zh, comment.decided.en)
    )
    return Text(zh + signed, en + signed)


def _comments(paper: Paper, report: Report, comments: Comments) -> None:
    """What reviewers said of other findings, and what no longer belongs to any."""
    said = [(finding, one) for _, finding in _findings(report) for one in comments.of(finding.id)]
    if not said and not comments.unmatched:
        return
    paper.heading(Text("审查意见", "Comments of reviewers"))
    headings = (Text("规则", "rule"), Text("内容", "title"), Text("意见", "comment"))
    if said:
        rows = [(finding.rule, paper.show(finding.title), paper.show(_said(one))) for finding, one in said]
        paper.table(headings, rows, (2, 6, 9))
    if comments.unmatched:
        paper.text(Text("以下意见与现有结论不再对应:", "These belong to no finding any more:"))
        other = (Text("标识", "id"), Text("内容", "title"), Text("意见", "comment"))
        paper.table(other, [(one.finding, one.title, paper.show(_said(one))) for one in comments.unmatched], (5, 5, 7))


def _told(paper: Paper, zone: str, finding: Finding) -> None:
    """Where, what, against what, on which basis, what to do."""
    cited = finding.citation
    paper.entry(Text("位置", "Place"), Text(zone, zone))
    paper.entry(Text("情况", "Finding"), finding.outcome.message)
    paper.entry(Text("口径", "Basis"), labels.basis(finding) + Text(";", "; ") + labels.standing(finding))
    if cited.document:
        named = " ".join(part for part in (cited.document, cited.number, cited.clause) if part)
        paper.entry(Text("依据", "Source"), Text(named, named))
    if cited.quote:
        paper.entry(Text("原文", "Wording"), Text(f"“{cited.quote}”", f"“{cited.quote}”"))
    if "mend" in finding.texts:
        paper.entry(Text("处理", "How to mend it"), finding.texts["mend"])


def _open(paper: Paper, report: Report) -> None:
    paper.heading(Text("无法判定的事项", "What could not be judged"))
    headings = (Text("规则", "rule"), Text("内容", "title"), Text("原因", "why"), Text("需补充", "what to bring"))
    rows = [
        (
            finding.rule, paper.show(finding.title), paper.show(finding.outcome.message),
            "; ".join(paper.show(labels.wanted(one)) for one in finding.outcome.missing),
        )
        for _, finding in _findings(report, "undetermined")
    ]  # fmt: skip
    if rows:
        paper.table(headings, rows, (2, 4, 7, 5))
    else:
        paper.text(Text("没有无法判定的规则。", "Every rule could be judged."))


def _inputs(paper: Paper, report: Report) -> None:
    paper.heading(Text("数据清单", "Inputs"))
    headings = (
        Text("角色", "role"), Text("来源", "source"), Text("坐标系", "CRS"), Text("要素数", "features"),
        Text("SHA-256", "SHA-256"),
    )  # fmt: skip
    rows = [
        (record.role, record.source or "-", record.crs or "-", f"{record.features:,}", (record.sha256 or "-")[:16])
        for record in report.inputs.records
    ]
    paper.table(headings, rows, (3, 6, 3, 2, 4))
    paper.text(
        Text("SHA-256 取前16位,全文见 findings.json。", "SHA-256: first 16 digits; the whole stands in findings.json.")
    )


def _annex(paper: Paper, report: Report) -> None:
    paper.heading(Text("附件:证据清单", "Annex: evidence"))
    headings = (
        Text("图层", "layer"), Text("要素", "feature"), Text("面积(㎡)", "area (m2)"), Text("长度(米)", "length (m)"),
        Text("说明", "note"),
    )  # fmt: skip
    for _, finding in _findings(report):
        items = ordered(report, finding)
        if finding.verdict == "info" or not items:
            continue
        paper.subheading(Text(f"{finding.rule} {finding.title.zh}", f"{finding.rule} {finding.title.en}"))
        rows = [
            (
                item.role, item.feature, _number(item.area_m2), _number(item.length_m),
                paper.show(item.note) if item.note else "",
            )
            for item in items[:EVIDENCE]
        ]  # fmt: skip
        paper.table(headings, rows, (3.5, 3.5, 3, 3, 5))
        if len(items) > EVIDENCE:
            rest = len(items) - EVIDENCE
            paper.text(Text(f"其余 {rest} 项见 zoneproof.gpkg。", f"{rest} more stand in zoneproof.gpkg."))
    paper.text(Text("本报告由软件生成,供审查参考,不替代法定审查意见。", labels.DISCLAIMER.en))


def _number(value: float | None) -> str:
    return "" if value is None else words.number(value)


def _png(figure: Figure) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    FigureCanvasAgg(figure)
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=150, metadata={"Software": "zoneproof"})
    return held.getvalue()
