"""What the sheets of tables.xlsx have in common: how a range, a class, an owner are called, and their order."""

from __future__ import annotations

from collections.abc import Sequence

from checks.tables.codes import THREE, ThreeClass, first_level, standard_name, three_class
from checks.tables.model import ClassRow, Label, Range, Tables
from checks.tables.sentences import HOLDERS, THREE_WORDS
from layers.model import Project
from layers.text import Text
from maps.book import UNKNOWN, Cell, Column

NO_FEATURE = Text("无图斑", "no feature")
DISPUTED = Text("图斑重叠,地类不一", "features of different classes")
UNCLASSED = Text("未归类", "not classed")
AREA, SHARE = Text("面积", "area"), Text("占比", "share")
TOTAL = Text("合计", "total")
SUBTOTAL = Text("小计", "subtotal")
OWNERSHIP_OPEN = Text("权属未定", "not established")
SUBJECTS = {"zone": Text("园区用地", "zone"), "expansion": Text("拟扩用地", "expansion")}
PLACE_COLUMNS = (
    Column(Text("园区", "zone"), "wide", 22),
    Column(Text("对象", "subject"), "text", 9),
    Column(Text("片区", "area"), "wide", 17),
    Column(Text("地块", "part"), "count", 5),
)
PLACES = len(PLACE_COLUMNS)


def place(one: Range) -> list[Cell]:
    """The cells that say which range a row is of."""
    return [one.zone, SUBJECTS[one.subject], one.area or "-", one.part]


def closing(columns: int, text: Text, first: Sequence[Cell] = ()) -> list[Cell]:
    """The cells of a row of sums before its sums are in it."""
    cells: list[Cell] = [*first, text]
    return cells + [None] * (columns - len(cells))


def orders(tables: Tables) -> dict[Range, int]:
    """Where each range stands among all."""
    return {one: number for number, one in enumerate(tables.ranges)}


class Classes:
    """Classes by the project's settings: their names and order."""

    def __init__(self, project: Project) -> None:
        self.grass: ThreeClass = project.other_grassland

    def three(self, label: Label) -> str:
        """The name of its group: one of three, `open` where none is known."""
        return three_class(label.scheme, label.code, self.grass) or "open"

    def three_name(self, label: Label) -> Text:
        """That group in words."""
        return THREE_WORDS.get(self.three(label), UNCLASSED)

    def order(self, label: Label) -> tuple[int, str, str, str]:
        """By group, edition, first level, code; land without a class last."""
        groups = (*THREE, "open")
        first = first_level(label.scheme, label.code) or "~~"
        return (
            groups.index(self.three(label)),
            label.scheme or "~",
            first,
            label.code or ("~" if label.disputed else "~~"),
        )

    def first(self, label: Label) -> tuple[str, Text]:
        """Code and name of the first level; of land without a class why it has none."""
        code = first_level(label.scheme, label.code)
        if code is None or label.scheme is None:
            return "", DISPUTED if label.disputed else NO_FEATURE if label.code is None else UNKNOWN
        return code, named(label.scheme, code)

    def name(self, label: Label) -> Text:
        """The class in words."""
        if label.code is None:
            return DISPUTED if label.disputed else NO_FEATURE
        return named(label.scheme, label.code)


def named(scheme: str | None, code: str) -> Text:
    """The standard name of a code, the code's own digits where no table has it."""
    name = standard_name(scheme, code)
    return Text(name, name) if name else Text(f"{code}(代码表中没有)", f"{code} (in no table)")


def holder_name(row: ClassRow) -> Text:
    """State, collective, or not established."""
    return HOLDERS.get(row.label.holder or "", OWNERSHIP_OPEN)


def hectares(text: Text = AREA) -> Text:
    """A heading with its unit."""
    return Text(f"{text.zh}(公顷)", f"{text.en} (ha)")


def square_metres(text: Text = AREA) -> Text:
    """A heading with its unit."""
    return Text(f"{text.zh}(㎡)", f"{text.en} (m2)")


def percent(text: Text = SHARE) -> Text:
    """A heading with its unit."""
    return Text(f"{text.zh}(%)", f"{text.en} (%)")


def known(cents: int | None) -> Cell:
    """An area, or that it is not known."""
    return UNKNOWN if cents is None else cents
