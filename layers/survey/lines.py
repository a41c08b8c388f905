"""The lines of a survey coordinate file: header, parcel lines, points. No line is passed over without a word.

Read are the interchange form of surveys for land use (勘测定界界址点坐标交换格式) in its dialects and their sloppy
cousins. A parcel line ends (or begins) with `@` and has 4 to 13 values. Where `面`, `线` or `点` stands tells which:
before it count, hectares, id and name (three: hectares, id, name, or count, hectares or id, name; two: the first, name;
one: name), behind it sheet, use, class, kind, land, grade before, grade after, remarks; of one value behind a short
beginning, the use. Without such a word the values stand in the order of the full form.
A point is `number,ring,first,second`, also without ring or number, or with a height, which every layer
loses. What else stands before the coordinates is `key=value` in a block; a line that fits nothing is a problem, in a
block that holds no coordinates a note.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from layers.problems import Problem
from layers.text import Text

FULL = (
    "JZDS", "DKMJ", "DKBH", "DKMC", "JLTXSX", "TFH", "DKYT", "DLBM", "TBLX", "DL", "GZQ", "GZH", "BZ",
)  # fmt: skip
"""Count, hectares, id, name, shape, sheet, use, class, kind, land, grade before and after, remarks."""
SHAPES = ("面", "线", "点")
COORDINATES = "地块坐标"
SHOWN = 8
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_COUNT = re.compile(r"\d{1,9}")
_BLOCK = re.compile(r"[\[【]\s*([^\]】]*?)\s*[\]】]")
_KEY = re.compile(r"([^=＝:：]{1,40})[=＝:：](.*)")


@dataclass(frozen=True, slots=True)
class Point:
    """A point as it is written; `first` is north where the file keeps to the form."""

    line: int
    label: str
    ring: str
    first: float
    second: float


@dataclass(slots=True)
class Parcel:
    """A parcel line and the points below it."""

    line: int
    values: Mapping[str, str]
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Content:
    """What the lines of a file say. `header` maps a key to its line and value."""

    header: dict[str, tuple[int, str]] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)
    unmarked: list[int] = field(default_factory=list)

    @property
    def notes(self) -> list[Text]:
        """What was passed over or supplied, with its lines."""
        told = []
        if self.unused:
            told.append(listed(Text("未使用的说明行", "lines that tell of no geometry, not used"), self.unused))
        if self.unmarked:
            told.append(listed(Text("地块行缺少 @", "parcel lines without @"), self.unmarked))
        return told


def listed(what: Text, lines: Sequence[int]) -> Text:
    """`what: 第 3、5 行`, the first few lines and how many there are in all."""
    some = [str(line) for line in lines[:SHOWN]]
    more = Text(f" 等 {len(lines)} 处", f" and more, {len(lines)} in all") if len(lines) > SHOWN else Text("", "")
    return Text(f"{what.zh}:第 {'、'.join(some)} 行", f"{what.en}: line {', '.join(some)}") + more


def parse(text: str, place: str) -> Content:
    """Every line of a file, each read, noted or a problem."""
    content = Content()
    block = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip().strip("\ufeff\0")
        if not line:
            continue
        if found := _BLOCK.fullmatch(line):
            block = found[1]
        elif not _line(content, line, number, block):
            if block in ("", COORDINATES, "属性描述") or content.parcels:
                content.problems.append(Problem("survey-line", place, {"line": number, "text": line[:40]}))
            else:
                content.unused.append(number)
    return content


def _line(content: Content, line: str, number: int, block: str) -> bool:
    marked = line.replace("＠", "@")
    if marked.endswith("@") or marked.startswith("@"):
        return _parcel(content, _split(marked.strip("@").rstrip().removesuffix(",").removesuffix("，")), number)
    cells = _split(line)
    if (point := _point(cells, number)) is not None:
        if not content.parcels:
            content.parcels.append(Parcel(number, {}))
        content.parcels[-1].points.append(point)
        return True
    if block != COORDINATES and not content.parcels and (found := _KEY.fullmatch(line)):
        key = found[1].strip()
        if block in ("", "属性描述"):
            content.header.setdefault(key, (number, found[2].strip()))
        else:
            content.unused.append(number)
        return True
    if len(cells) >= 4 and _COUNT.fullmatch(cells[0]):
        content.unmarked.append(number)
        return _parcel(content, cells, number)
    return False


def _split(line: str) -> list[str]:
    """Values of a line: by commas (full-width ones too where there are few others), else semicolons, tabs, blanks."""
    if line.count(",") >= 2:
        cells = line.split(",")
    elif re.search("[,，]", line):
        cells = re.split("[,，]", line)
    else:
        cells = re.split(r"[;；、\s]+", line)
    return [cell.strip() for cell in cells]


def _point(cells: list[str], number: int) -> Point | None:
    while len(cells) > 2 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) == 5 and all(_NUMBER.fullmatch(cell) for cell in cells[2:]):
        cells = cells[:4]
    if not 2 <= len(cells) <= 4 or not (_NUMBER.fullmatch(cells[-2]) and _NUMBER.fullmatch(cells[-1])):
        return None
    label, ring = ([*cells[:-2], "", ""])[:2]
    return Point(number, label, ring, float(cells[-2]), float(cells[-1]))


def _parcel(content: Content, cells: list[str], number: int) -> bool:
    values = _values(cells)
    if values is None:
        return False
    content.parcels.append(Parcel(number, {name: value for name, value in values.items() if value}))
    return True


def _values(cells: list[str]) -> Mapping[str, str] | None:
    """What the values of a parcel line are; None for one that can't be told."""
    if len(cells) > len(FULL) or len(cells) < 3:
        return None
    at = next((place for place, cell in enumerate(cells[:5]) if cell in SHAPES), None)
    if at is None or at == 4:
        return dict(zip(FULL, cells, strict=False))
    before, after = cells[:at], cells[at + 1 :]
    counted = bool(before) and bool(_COUNT.fullmatch(before[0]))
    first = {
        0: (),
        1: ("DKMC",),
        2: ("JZDS" if counted else "DKMJ", "DKMC"),
        3: ("JZDS", "DKMJ" if _NUMBER.fullmatch(cells[1]) and "." in cells[1] else "DKBH", "DKMC")
        if counted
        else ("DKMJ", "DKBH", "DKMC"),
    }[at]
    rest = ("DKYT",) if len(after) == 1 else FULL[5:]
    return {**dict(zip(first, before, strict=True)), "JLTXSX": cells[at], **dict(zip(rest, after, strict=False))}
