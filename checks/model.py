"""What a check says: outcomes of rules, findings, and the report that every output is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from layers.text import Text

if TYPE_CHECKING:  # rule pages are shown without loading GDAL
    from shapely.geometry.base import BaseGeometry

    from checks.site import Site
    from layers.model import Inputs

Verdict = Literal["pass", "fail", "undetermined", "not-applicable", "info"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "undetermined", "not-applicable", "info")
Operator = Literal["<=", ">=", "=="]
Binding = Literal["mandatory", "in-principle"]
Basis = Literal["stated", "project", "interpretation"]
Standing = Literal["primary", "related"]
Unit = Literal["m2", "m", "share", "ratio", "count"] | str


def margin(value: float | None, operator: Operator | None, threshold: float | None) -> float | None:
    """Distance of a value from its threshold: positive inside, 0 on the limit, negative beyond; None without one."""
    if value is None or threshold is None or operator is None:
        return None
    if operator == "==":
        return 0.0 - abs(value - threshold)
    return threshold - value if operator == "<=" else value - threshold


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a rule: the parameter's name, what was measured, what is required."""

    name: str
    value: float | None
    threshold: float | None
    operator: Operator

    @property
    def margin(self) -> float | None:
        """Distance from the threshold, positive inside."""
        return margin(self.value, self.operator, self.threshold)

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where value or threshold is not known."""
        return None if self.margin is None else self.margin >= 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """One feature, part or table row that proves a finding.

    `part` counts the parts of one feature from 1. `geometry` is in the project's plane, None for a table row.
    """

    role: str
    feature: str
    part: int = 1
    area_m2: float | None = None
    length_m: float | None = None
    width_m: float | None = None
    sliver: bool = False
    bbox: tuple[float, float, float, float] | None = None
    note: Text | None = None
    geometry: BaseGeometry | None = None

    @property
    def key(self) -> str:
        """`role/feature`, with `~2`, `~3` for further parts: the tail of the evidence id."""
        return f"{self.role}/{self.feature}" + (f"~{self.part}" if self.part > 1 else "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a kind of check finds for one rule and subject: the finding without the rule's own words.

    Where `limits` is empty, value, operator and threshold speak for themselves; else they are the first limit's.
    Values are unrounded. Keys of `measures` carry their unit (`_m2`, `_m`, `_share`, `_count`).
    """

    verdict: Verdict
    message: Text
    value: float | None = None
    unit: Unit | None = None
    operator: Operator | None = None
    threshold: float | None = None
    limits: tuple[Limit, ...] = ()
    measures: Mapping[str, float | int | str | None] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands written; every part is None where no document states it."""

    document: str | None = None
    number: str | None = None
    clause: str | None = None
    quote: str | None = None
    in_force: str | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule judged on one subject of one zone."""

    id: str
    rule: str
    subject: str
    pack: str
    kind: str
    binding: Binding | None
    title: Text
    basis: Basis
    basis_note: str | None
    citation: Citation
    texts: Mapping[str, Text]
    """The four texts a reader needs, where the pack has them: what, why, mend, trap."""
    outcome: Outcome

    @property
    def verdict(self) -> Verdict:
        """The outcome's verdict."""
        return self.outcome.verdict

    def evidence_id(self, evidence: Evidence) -> str:
        """`<finding id>/<role>/<feature>`, the same from run to run."""
        return f"{self.id}/{evidence.key}"


@dataclass(frozen=True, slots=True)
class ZoneReport:
    """All findings of one zone."""

    zone: str
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run: what was read, what was found. Outputs are written from it and from nothing else."""

    inputs: Inputs
    packs: tuple[str, ...]
    pack_titles: Mapping[str, Text]
    zones: Sequence[ZoneReport]
    summary: Mapping[Verdict, int]
    verdict: Verdict
    notes: tuple[Text, ...] = ()
    """What the run noted that no finding holds: parameters of rules that are not in it."""
    sites: Sequence[Site] = ()
    """The zones as the rules saw them: tables are counted from the same pairs as the verdicts."""


def overall(verdicts: list[Verdict]) -> Verdict:
    """Fail over undetermined over pass; `info` where there is none of the three."""
    for verdict in ("fail", "undetermined", "pass"):
        if verdict in verdicts:
            return verdict
    return "info"
