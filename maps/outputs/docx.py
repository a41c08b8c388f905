"""report.docx: the compliance report in the layout of official documents (GB/T 9704), for the file.

Order: overview, basis, method, conclusion, problems one by one, what could not be judged, inputs, all evidence.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checks import words
from checks.model import Finding, Report
from checks.tables.measure import sentences_of
from layers.model import Progress
from layers.text import Lang, Text
from maps import figures, labels, surroundings
from maps.comments import Comment, Comments
from maps.office import fixed_zip
from maps.report_annex import annex, findings_of, inputs, png, sheets, source, verdict_row

if TYPE_CHECKING:
    from maps.word import Paper

NAME = "docx"
FILES = ("report.docx",)
PICTURES = 60
"""Problems with a picture of their own; beyond, figures and words alone."""
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
    surroundings.section(paper, report)
    _basis(paper, report)
    _method(paper, report)
    _conclusion(paper, report)
    _problems(paper, report, comments or Comments(), progress)
    _open(paper, report)
    _comments(paper, report, comments or Comments())
    inputs(paper, report)
    annex(paper, report)
    sheets(paper, report)
    path = folder / FILES[0]
    paper.save(path)
    fixed_zip(path, labels.as_of_or_epoch(report))


def _overview(paper: Paper, report: Report) -> None:
    read = report.inputs
    paper.heading(Text("概况", "Overview"))
    names = words.listed((zone.zone for zone in report.zones), 12)
    area_m2 = sum(record.area_m2 or 0.0 for record in read.records if record.role == "zones")
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
            f"基准日 {as_of.zh};规则包:{packs.zh};成果坐标系 {read.plane.crs}。{labels.INTERNAL.zh}。",
            f"As of {as_of.en}; packs: {packs.en}; CRS of the outputs {read.plane.crs}; {labels.INTERNAL.en}.",
        )
    )
    _land(paper, report)
    from maps.drawing import overview  # noqa: PLC0415

    told = Text(
        f"地图:{names.zh}的用地与周边图层;{labels.counts(report).zh}。",
        f"A map: the land of {names.en} and the layers about it; {labels.counts(report).en}.",
    )
    paper.picture(png(overview(report, paper.lang)), Text("总览图", "Overview map"), told)


def _basis(paper: Paper, report: Report) -> None:
    paper.heading(Text("依据", "Basis"))
    told: dict[tuple[str, str, str], Text] = {}
    for _, finding in findings_of(report):
        cited = finding.citation
        if cited.document:
            told.setdefault((cited.document, cited.number or "", cited.clause or ""), labels.standing(finding))
    headings = (Text("文件", "document"), Text("文号", "number"), Text("条款", "clause"), Text("原文情况", "standing"))
    paper.table(
        Text("审查依据", "Documents"),
        headings,
        [(*key, paper.show(standing)) for key, standing in sorted(told.items())],
        (8, 4, 3, 3),
    )


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
        title = Text(f"{zone.zone}各规则结论", f"Verdicts of {zone.zone}")
        paper.table(title, headings, [verdict_row(paper, finding) for finding in zone.findings], (2, 6, 3, 3, 2.5, 2.5))


def _land(paper: Paper, report: Report) -> None:
    """The sentence block; nothing where the project has no layer that it speaks of."""
    told = sentences_of(report)
    for one in told:
        subject = labels.SUBJECT[one.subject]
        paper.entry(Text(f"{one.zone}({subject.zh})", f"{one.zone} ({subject.en})"), one.text)
    if told:
        paper.text(labels.TABLES)


def _problems(paper: Paper, report: Report, comments: Comments, progress: Progress | None) -> None:
    from maps.drawing import of_finding  # noqa: PLC0415

    paper.heading(Text("主要问题", "Problems"))
    failing = list(findings_of(report, "fail"))
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
            caption = Text(f"{finding.rule} 位置图", f"Place of {finding.rule}")
            paper.picture(png(figure), caption, caption + Text(":", ": ") + finding.outcome.message)


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
    said = [(finding, one) for _, finding in findings_of(report) for one in comments.of(finding.id)]
    if not said and not comments.unmatched:
        return
    paper.heading(Text("审查意见", "Comments of reviewers"))
    headings = (Text("规则", "rule"), Text("内容", "title"), Text("意见", "comment"))
    if said:
        rows = [(finding.rule, paper.show(finding.title), paper.show(_said(one))) for finding, one in said]
        paper.table(Text("审查人意见", "Comments"), headings, rows, (2, 6, 9))
    if comments.unmatched:
        paper.text(Text("以下意见与现有结论不再对应:", "These belong to no finding any more:"))
        other = (Text("标识", "id"), Text("内容", "title"), Text("意见", "comment"))
        left = [(one.finding, one.title, paper.show(_said(one))) for one in comments.unmatched]
        paper.table(Text("未对应的意见", "Comments without finding"), other, left, (5, 5, 7))


def _told(paper: Paper, zone: str, finding: Finding) -> None:
    """Where, what, against what, on which basis, what to do."""
    cited = finding.citation
    paper.entry(Text("位置", "Place"), Text(zone, zone))
    paper.entry(Text("情况", "Finding"), finding.outcome.message)
    paper.entry(Text("口径", "Basis"), labels.basis(finding) + Text(";", "; ") + labels.standing(finding))
    paper.entry(Text("数值", "Figures"), _figures(finding))
    if cited.document:
        named = source(finding)
        paper.entry(Text("依据", "Source"), Text(named, named))
    if cited.quote:
        paper.entry(Text("原文", "Wording"), Text(f"“{cited.quote}”", f"“{cited.quote}”"))
    if "mend" in finding.texts:
        paper.entry(Text("处理", "How to mend it"), finding.texts["mend"])


def _figures(finding: Finding) -> Text:
    """Measured, required and margin, limit by limit."""
    limits = labels.limits(finding)
    if not limits:
        return labels.value(finding)
    told = Text("", "")
    for number, limit in enumerate(limits):
        unit = labels.unit(finding, limit)
        measured, required = figures.figure(limit.value, unit, beside=limit.threshold), labels.required(limit, unit)
        spare = figures.margin(limit.margin, unit)
        told += Text(
            f"{';' if number else ''}实测 {measured.zh},要求 {required.zh},余量 {spare.zh}",
            f"{'; ' if number else ''}measured {measured.en}, required {required.en}, margin {spare.en}",
        )
    return told


def _open(paper: Paper, report: Report) -> None:
    paper.heading(Text("无法判定的事项", "What could not be judged"))
    headings = (Text("规则", "rule"), Text("内容", "title"), Text("原因", "why"), Text("需补充", "what to bring"))
    rows = [
        (
            finding.rule, paper.show(finding.title), paper.show(finding.outcome.message),
            "; ".join(paper.show(labels.wanted(one)) for one in finding.outcome.missing),
        )
        for _, finding in findings_of(report, "undetermined")
    ]  # fmt: skip
    if rows:
        paper.table(Text("无法判定的规则", "Rules that could not be judged"), headings, rows, (2, 4, 7, 5))
    else:
        paper.text(Text("没有无法判定的规则。", "Every rule could be judged."))
