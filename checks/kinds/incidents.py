"""No incident of a kind and level has happened in the years before `as_of`.

Requires: the table `incidents`, or the document of the kind `document`; `as_of` in the project.
How it is measured: number of rows of the kind with as_of − years ≤ date ≤ as_of whose level is `level` or higher. The
level is the one stated or the one that follows from the figures (`checks.grades`), whichever is higher.
Passes: none, shown by the table (its `covers`, where stated, spans the window), or by the document dated in the window.
Fails: one or more, also where other evidence is missing; the document says no.
Undetermined: neither table nor document; a row in the window whose level can't be told; `covers` does not span the
window; no as_of.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date

from checks import words
from checks.documents import AS_OF, KIND, Paper, latest_document
from checks.grades import Grade, grade
from checks.model import Evidence, Outcome, Verdict
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

ROLE = "incidents"
FIELDS = ("date", "kind", "level", "deaths", "injured", "loss_yuan", "evacuated")
KINDS = {
    "safety": Text("生产安全事故", "work-safety accident"),
    "environment": Text("突发环境事件", "environmental emergency"),
    "land": Text("土地违法案件", "land violation case"),
}
LEVEL_WORDS = {
    "general": Text("一般", "general"),
    "larger": Text("较大", "larger"),
    "major": Text("重大", "major"),
    "extreme": Text("特别重大", "extreme"),
}


@dataclass(frozen=True, slots=True)
class Params:
    """Which incidents, and how far back."""

    kind: str = param(Text("事件种类", "the kind of incident"), choices=tuple(KINDS))
    years: int = param(Text("回看年数", "how many years back from as_of"), unit="years", minimum=1)
    level: str = param(Text("起算等级", "the level from which incidents count"), "major", choices=tuple(LEVEL_WORDS))
    document: str | None = param(
        Text("可代替台账的证明文件种类", "the kind of document that proves that there was none"), None, listed=KIND
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of the window: how many count, the day of each whose level can't be told, and what is missing."""

    count: int
    open_days: tuple[date | None, ...]
    missing: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    note: Text


def needs(params: Params) -> tuple[Need, ...]:
    """The incidents, and the documents where one may stand in for them."""
    table = Need(ROLE, FIELDS, optional=params.document is not None)
    return (table, Need("documents", ("kind", "date"), optional=True)) if params.document else (table,)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone; incidents are the zone's, whatever the subject."""
    if site.as_of is None:
        told = Text("项目没有设定 as_of,无法确定时间窗口", "without as_of the window is not known")
        return Outcome("undetermined", told, None, "count", "<=", 0, missing=(AS_OF,))
    start = years_before(site.as_of, params.years)
    paper = latest_document(site, params.document, start) if params.document else None
    seen = _seen(site, params, start, site.as_of)
    verdict, missing = _verdict(seen, paper)
    known = seen is not None or (paper is not None and paper.result == "yes")
    evidence = (*(seen.evidence if seen else ()), *(paper.evidence if paper else ()))
    return Outcome(
        verdict,
        _told(seen, paper, params, start, site.as_of),
        (seen.count if seen else 0) if known else None,
        "count",
        "<=",
        0,
        measures={"undecided_count": len(seen.open_days)} if seen else {},
        evidence=evidence,
        missing=missing,
    )


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th where there is none."""
    if day.year <= years:
        return date.min
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _verdict(seen: Seen | None, paper: Paper | None) -> tuple[Verdict, tuple[str, ...]]:
    """A shown breach fails; then the table proves that there was none, else the document up to its day."""
    if (seen and seen.count) or (paper and paper.result == "no"):
        return "fail", seen.missing if seen else ()
    if seen and not seen.missing:
        return "pass", ()
    table = seen.missing if seen else (f"role:{ROLE}",)
    if paper and paper.result == "yes" and paper.dated and not _open_after(seen, paper.dated):
        return "pass", ()
    lacking = (paper.missing or (f"document:{paper.kind}",)) if paper else ()
    return "undetermined", (*table, *lacking)


def _open_after(seen: Seen | None, day: date) -> bool:
    """Whether a row that can't be told has no day, or one after the document was signed."""
    return any(found is None or found > day for found in (seen.open_days if seen else ()))


def _seen(site: Site, params: Params, start: date, end: date) -> Seen | None:
    rows, table = site.rows(ROLE), site.table(ROLE)
    if rows is None or table is None:
        return None
    count, open_days, missing = 0, list[date | None](), list[str]()
    evidence = []
    for row in rows.to_dict("records"):
        day = row["date"] if isinstance(row.get("date"), date) else None
        if (isinstance(row.get("kind"), str) and row["kind"] != params.kind) or (day and not start <= day <= end):
            continue
        graded = grade(params.kind, row)
        unknown = day is None or not isinstance(row.get("kind"), str)
        reaches = graded.reaches(params.level)
        if reaches is False:
            if graded.raised:
                evidence.append(_evidence(str(row["feature"]), day, graded))
            continue
        evidence.append(_evidence(str(row["feature"]), day, graded))
        if reaches and not unknown:
            count += 1
            continue
        open_days.append(day)
        missing += _open(row, graded)
    span, note = _span(table.covers, start, end)
    return Seen(count, tuple(open_days), tuple(dict.fromkeys((*missing, *span))), tuple(evidence), note)


def _open(row: Mapping[Hashable, object], graded: Grade) -> list[str]:
    """What would tell whether the row counts."""
    lacking = [name for name in ("date", "kind") if row.get(name) is None or row.get(name) != row.get(name)]
    if not lacking:
        lacking = ["level", *graded.lacking]
    return [f"field:{ROLE}.{name}" for name in lacking]


def _span(covers: tuple[date, date] | None, start: date, end: date) -> tuple[tuple[str, ...], Text]:
    if covers is None:
        return (), Text("台账完整性未说明", "completeness not stated")
    if covers[0] <= start and end <= covers[1]:
        return (), Text("", "")
    note = Text(
        f"台账只覆盖 {covers[0]} 至 {covers[1]},未覆盖整个窗口",
        f"the table covers {covers[0]} to {covers[1]}, not the whole window",
    )
    return (f"covers:{ROLE}",), note


def _evidence(feature: str, day: date | None, graded: Grade) -> Evidence:
    level, when = LEVEL_WORDS[graded.least], str(day) if day else "?"
    if graded.raised:
        note = Text(
            f"{when} {level.zh}(按数值高于所填等级)", f"{when} {level.en} (by its figures, above the level stated)"
        )
    elif graded.settled:
        note = Text(f"{when} {level.zh}", f"{when} {level.en}")
    else:
        note = Text(f"{when} 等级无法确定,至少{level.zh}", f"{when} level not known, at least {level.en}")
    return Evidence(ROLE, feature, note=note)


def _told(seen: Seen | None, paper: Paper | None, params: Params, start: date, end: date) -> Text:
    kind, level = KINDS[params.kind], LEVEL_WORDS[params.level]
    window = Text(f"{start} 至 {end}", f"{start} to {end}")
    if seen is None:
        table = Text("没有提供事故事件台账", "no table of incidents was given")
    else:
        table = Text(
            f"{window.zh} {level.zh}及以上{kind.zh} {seen.count} 起",
            f"{seen.count} {kind.en}(s) of level {level.en} or higher, {window.en}",
        )
        if seen.open_days:
            undecided = len(seen.open_days)
            table = words.joined(table, Text(f"另有 {undecided} 起无法确定是否计入", f"{undecided} more can't be told"))
    document = Text("", "")
    if paper and paper.result:
        until = (
            Text(f",证明截至 {paper.dated}", f", speaking up to {paper.dated}") if paper.result == "yes" else document
        )
        document = paper.told + until
    elif paper and (seen is None or seen.missing):
        document = paper.told
    return words.joined(table, seen.note if seen else Text("", ""), document)
