"""Reviewers' decisions and comments, exported from the page as CSV and taken back in by the finding's id."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.model import Report
from geo.errors import ZoneproofError
from layers.text import Text

WANTED = ("id", "decision", "comment")
DECODED = ("utf-8-sig", "gb18030")
BETWEEN = (",", ";", "\t")
ESCAPED = re.compile(r"'['=+\-@\t\r\n]")
"""The page sets an apostrophe before what a spreadsheet might run."""
MOST_BYTES = 50_000_000
DECISIONS: Mapping[str, Text] = {
    "accept": Text("同意", "Agree"),
    "dispute": Text("有异议", "Dispute"),
    "supplement": Text("需补充材料", "More material needed"),
    "reasoned": Text("已说明理由", "Reasons given"),
    "mended": Text("已整改", "Mended"),
}
"""The decisions that the page offers (maps/web/words.js has the same words)."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What one reviewer said of one finding."""

    finding: str
    decision: str
    comment: str
    reviewer: str = ""
    date: str = ""
    title: str = ""

    @property
    def decided(self) -> Text:
        """The decision in words; one that the page does not offer as it was written."""
        return DECISIONS.get(self.decision, Text(self.decision, self.decision))

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.decision or self.comment)


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments that belong to findings of the report, by id, and those that no longer do."""

    by_id: Mapping[str, tuple[Comment, ...]] = field(default_factory=dict)
    unmatched: tuple[Comment, ...] = ()

    def of(self, finding: str) -> tuple[Comment, ...]:
        """What was said of a finding, in the order of the file."""
        return self.by_id.get(finding, ())


def read_comments(path: Path) -> tuple[Comment, ...]:
    """The comments of a file; ZoneproofError `comments-unreadable`, `comments-columns`."""
    where = f"--comments {path}"
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ZoneproofError("comments-unreadable", where, reason=f"> {MOST_BYTES:,} bytes")
        text = _decoded(path.read_bytes())
        head = text.partition("\n")[0]
        between = max(BETWEEN, key=head.count)  # a spreadsheet saves them as its language has it
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=between))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ZoneproofError("comments-unreadable", where, reason=" ".join(str(error).split())) from error
    columns = set(rows[0]) if rows else {cell.strip('"') for cell in head.strip().split(between)}
    lacking = [name for name in WANTED if name not in columns]
    if lacking:
        raise ZoneproofError("comments-columns", where, columns=", ".join(lacking))
    found = (_comment(row) for row in rows)
    return tuple(comment for comment in found if not comment.empty)


def matched(comments: tuple[Comment, ...], report: Report) -> Comments:
    """The comments by the findings of a report."""
    known = {finding.id for zone in report.zones for finding in zone.findings}
    by_id: dict[str, tuple[Comment, ...]] = {}
    for comment in comments:
        if comment.finding in known:
            by_id[comment.finding] = (*by_id.get(comment.finding, ()), comment)
    return Comments(by_id, tuple(comment for comment in comments if comment.finding not in known))


def _decoded(content: bytes) -> str:
    try:
        return content.decode(DECODED[0])
    except UnicodeDecodeError:
        return content.decode(DECODED[1])


def _comment(row: Mapping[str, str | None]) -> Comment:
    def cell(name: str) -> str:
        text = (row.get(name) or "").strip()
        return text[1:] if ESCAPED.match(text) else text

    return Comment(cell("id"), cell("decision"), cell("comment"), cell("reviewer"), cell("date"), cell("title"))
