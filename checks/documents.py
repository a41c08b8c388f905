"""Documents that stand for a fact: which one counts, and what it says (packs.md).

Only rows dated up to the project's `as_of` count, and none that is past its `valid_until` by then. Of several the
latest counts, of one date the worst. An empty result is yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from checks.model import Evidence
from checks.site import Site
from layers.roles import roles
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

Result = Literal["yes", "pending", "no"]
KIND = ("documents", "kind")
"""The role and field whose values a rule names a document by."""
RESULTS: tuple[Result, ...] = ("yes", "pending", "no")
"""From best to worst."""
RESULT_WORDS: dict[Result, Text] = {
    "yes": Text("结论为是", "says yes"),
    "pending": Text("尚在办理", "is pending"),
    "no": Text("结论为否", "says no"),
}
AS_OF = "param:project.as_of"
"""What is missing where a rule looks back from a date that the project does not set."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The document of a kind that counts: its result, None where none counts, and what is missing for one that does."""

    kind: str
    result: Result | None
    dated: date | None
    missing: tuple[str, ...]
    told: Text
    evidence: tuple[Evidence, ...] = ()


def latest_document(site: Site, kind: str, since: date | None = None) -> Paper:
    """The document of a kind that counts for this zone at `as_of`; with `since` only one dated then or later."""
    missing = (f"document:{kind}",)
    rows = site.rows("documents")
    name = document_name(kind)
    named = Text(f"没有{name.zh}文件", f"no document {name.en} was given")
    if rows is None or "kind" not in rows or not (rows["kind"] == kind).any():
        return Paper(kind, None, None, missing, named)
    if site.as_of is None:
        told = Text(
            f"项目没有设定 as_of,{name.zh}文件不能计入", f"without as_of in the project no document {name.en} counts"
        )
        return Paper(kind, None, None, (AS_OF,), told)
    counting = [row for row in _of_kind(rows, kind) if row.counts(site.as_of, since)]
    if not counting:
        told = Text(
            f"{name.zh}文件均不在有效期内或日期不符",
            f"no document {name.en} is dated so that it counts, or is still valid",
        )
        return Paper(kind, None, None, missing, told)
    best = max(counting, key=lambda row: (row.dated or date.min, RESULTS.index(row.result)))
    told = best.told(kind)
    return Paper(kind, best.result, best.dated, (), told, (Evidence("documents", best.feature, note=told),))


@dataclass(frozen=True, slots=True)
class _Row:
    feature: str
    dated: date | None
    valid_until: date | None
    result: Result
    number: str | None

    def counts(self, as_of: date, since: date | None) -> bool:
        """Whether the row is dated up to `as_of`, and still valid then."""
        if self.dated is None or self.dated > as_of or (since is not None and self.dated < since):
            return False
        return self.valid_until is None or self.valid_until >= as_of

    def told(self, kind: str) -> Text:
        """The document with its number, date and result."""
        words = RESULT_WORDS[self.result]
        number, name = f" {self.number}" if self.number else "", document_name(kind)
        return Text(
            f"{name.zh}文件{number}({self.dated}){words.zh}", f"document {name.en}{number} of {self.dated} {words.en}"
        )


def document_name(kind: str) -> Text:
    """A kind of document in words: the first Chinese one, in English the one, that a table writes for it."""
    listed = (roles()["documents"].fields["kind"].values or {}).get(kind)
    return Text(listed[0], kind) if listed else Text(kind, kind)


def _of_kind(rows: pd.DataFrame, kind: str) -> list[_Row]:
    found = []
    for row in rows[rows["kind"] == kind].to_dict("records"):
        result = row.get("result")
        found.append(
            _Row(
                str(row["feature"]),
                _date(row.get("date")),
                _date(row.get("valid_until")),
                cast(Result, result) if result in RESULTS else "yes",
                row["number"] if isinstance(row.get("number"), str) else None,
            )
        )
    return found


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None
