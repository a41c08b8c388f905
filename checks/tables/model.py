"""What the area tables hold; areas are whole hundredths of a square metre (`cents`), None where they are not known."""

from __future__ import annotations

from dataclasses import dataclass, field

from layers.text import Text


@dataclass(frozen=True, slots=True)
class Range:
    """One connected part of the land of a zone or its expansion that belongs to one area (片区)."""

    zone: str
    subject: str
    area: str | None
    part: int
    cents: int


@dataclass(frozen=True, slots=True)
class Label:
    """What a piece of land use is: its class in its own edition, whose it is; None: not said, or said two ways."""

    scheme: str | None = None
    code: str | None = None
    holder: str | None = None
    owner: str | None = None
    disputed: bool = False
    """Features with different codes lie there over each other."""


NO_DATA = Label()
"""Land on which the layer has no feature."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """Land of one range under one label: as measured, balanced, net of ridges."""

    range: Range
    label: Label
    features: int
    gross: int
    adjusted: int
    net: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One feature, on one range: a row of the detail table.

    `gross` is the feature's own share, as in the evidence. `features` is over 1 where a row stands for several. A row
    without a feature takes off what features that overlap each other would count twice.
    """

    range: Range
    role: str
    gross: int
    feature: str | None = None
    code: str | None = None
    name: str | None = None
    slope_grade: str | None = None
    ownership: str | None = None
    owner: str | None = None
    place: str | None = None
    deduct: float | None = None
    net: int | None = None
    adjusted: int | None = None
    width_m: float | None = None
    sliver: bool = False
    features: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """How a range stands to one control line. `cents` are real parts; `certain`: nothing more can be there."""

    cents: int | None = None
    net: int | None = None
    sliver: int = 0
    certain: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """A range against all control lines; `divisions` of the urban boundary by name, and what lies outside it.

    `outside_sliver` is that of it which is slivers.
    """

    range: Range
    divisions: dict[str, int | None]
    outside: int | None
    outside_sliver: int
    lines: dict[str, Line]


@dataclass(frozen=True, slots=True)
class Flow:
    """Land of one range that is of one class now and of another in the plan."""

    range: Range
    now: Label
    plan: Label
    sort: str
    cents: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentence block of a zone, or of its expansion."""

    zone: str
    subject: str
    text: Text


@dataclass(frozen=True, slots=True)
class Issue:
    """What in the data makes a table doubtful, where, how often, with examples."""

    zone: str
    sort: Text
    role: str
    told: Text
    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class Tables:
    """All tables of a project, gathered zone by zone."""

    ranges: list[Range] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    classes: list[ClassRow] = field(default_factory=list)
    plan: list[ClassRow] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
