"""The sentence block: how much land of which class, whose, and which control lines it touches."""

from __future__ import annotations

from collections.abc import Sequence

from checks import words
from checks.tables.codes import ThreeClass, is_cultivated, three_class
from checks.tables.model import ClassRow, LineRow, Range, Sentence
from layers.text import Text

UNKNOWN = Text("未能核定", "not established")
NONE = Text("不涉及", "none")
THREE_WORDS = {
    "agricultural": Text("农用地", "agricultural land"),
    "construction": Text("建设用地", "construction land"),
    "unused": Text("未利用地", "unused land"),
}
HOLDERS = {"state": Text("国有", "state land"), "collective": Text("集体", "collective land")}
LINE_WORDS = {
    "basic_farmland": Text("永久基本农田", "permanent basic farmland"),
    "ecological_redline": Text("生态保护红线", "ecological red line"),
    "industrial_redline": Text("工业用地红线", "industrial red line"),
}
SUBJECTS = {"zone": Text("园区用地", "the zone's land"), "expansion": Text("拟扩土地", "the expansion")}


def sentence(
    ranges: Sequence[Range],
    lines: Sequence[LineRow],
    classes: Sequence[ClassRow] | None,
    other_grassland: ThreeClass,
    places: int,
) -> Sentence:
    """The block of one subject; `classes` is None where there is no layer of land use."""
    first = ranges[0]
    subject = SUBJECTS[first.subject]
    total = _area(sum(each.cents for each in ranges), places)
    told = Text(f"{subject.zh}总面积{total.zh}", f"{subject.en} has {total.en}")
    parts = [told, *_land(classes, lines, other_grassland, places), *_lines(lines, places)]
    english = ". ".join(part.en[:1].upper() + part.en[1:] for part in parts)
    return Sentence(
        first.zone,
        first.subject,
        Text("。".join(part.zh for part in parts) + "。", english + "."),
    )


def _area(cents: int | None, places: int) -> Text:
    if cents is None:
        return UNKNOWN
    told = words.hectares(cents / 100, places)
    return Text(told.zh.replace(" ", ""), told.en)


def _land(
    classes: Sequence[ClassRow] | None, lines: Sequence[LineRow], other_grassland: ThreeClass, places: int
) -> list[Text]:
    if not classes:
        names = Text("农用地、建设用地、未利用地及权属", "agricultural, construction and unused land and ownership")
        return [Text(f"{names.zh}{UNKNOWN.zh}", f"{names.en}: {UNKNOWN.en}")]
    sums = dict.fromkeys((*THREE_WORDS, "cultivated", *HOLDERS, "open", "unowned"), 0)
    for row in classes:
        found = three_class(row.label.scheme, row.label.code, other_grassland)
        sums[found or "open"] += row.adjusted
        sums["cultivated"] += row.adjusted if is_cultivated(row.label.code) else 0
        sums[row.label.holder or "unowned"] += row.adjusted
    farmland = _sum_of(lines, "basic_farmland")
    told = {name: _counted(sums[name], sums["open"], places) for name in (*THREE_WORDS, "cultivated")}
    inner = farmland_words(farmland, certain=_certain(lines, "basic_farmland"), places=places)
    zh = (
        f"其中农用地{told['agricultural'].zh}(耕地{told['cultivated'].zh},{inner.zh})"
        f"、建设用地{told['construction'].zh}、未利用地{told['unused'].zh}"
    )
    en = (
        f"agricultural land {told['agricultural'].en} (cultivated {told['cultivated'].en}, {inner.en}),"
        f" construction land {told['construction'].en}, unused land {told['unused'].en}"
    )
    if sums["open"]:
        left = _area(sums["open"], places)
        zh, en = f"{zh},另有{left.zh}地类{UNKNOWN.zh}", f"{en}, class of {left.en} {UNKNOWN.en}"
    return [Text(zh, en), _owned(sums, places)]


def _counted(cents: int, open_cents: int, places: int) -> Text:
    """A class's area; none counted while the class of other land is open is not known to be none."""
    return UNKNOWN if not cents and open_cents else _area(cents, places)


def farmland_words(cents: int | None, *, certain: bool, places: int) -> Text:
    """`含永久基本农田X公顷`, `不涉及永久基本农田`, or that it is not known."""
    if cents:
        area = _area(cents, places)
        least = Text("", "") if certain else Text("至少", "at least ")
        return Text(f"含永久基本农田{least.zh}{area.zh}", f"permanent basic farmland {least.en}{area.en}")
    if cents is None or not certain:
        return Text(f"永久基本农田{UNKNOWN.zh}", f"permanent basic farmland {UNKNOWN.en}")
    return Text("不涉及永久基本农田", "no permanent basic farmland")


def _owned(sums: dict[str, int], places: int) -> Text:
    if not sums["state"] and not sums["collective"]:
        return Text(f"权属{UNKNOWN.zh}", f"ownership {UNKNOWN.en}")
    state, collective = (_counted(sums[name], sums["unowned"], places) for name in ("state", "collective"))
    zh, en = f"其中国有{state.zh}、集体{collective.zh}", f"state land {state.en}, collective land {collective.en}"
    if sums["unowned"]:
        left = _area(sums["unowned"], places)
        zh, en = f"{zh},另有{left.zh}权属{UNKNOWN.zh}", f"{en}, ownership of {left.en} {UNKNOWN.en}"
    return Text(zh, en)


def _lines(lines: Sequence[LineRow], places: int) -> list[Text]:
    told = [
        line_words(LINE_WORDS[role], _sum_of(lines, role), certain=_certain(lines, role), places=places)
        for role in LINE_WORDS
    ]
    outside = [row.outside for row in lines]
    real = sum((row.outside or 0) - row.outside_sliver for row in lines)
    beyond = None if any(area is None for area in outside) else real
    border = Text("城镇开发边界以外土地", "land outside the urban boundary")
    told.append(line_words(border, beyond, certain=beyond is not None, places=places))
    return [Text(";".join(text.zh for text in told), "; ".join(text.en for text in told))]


def line_words(name: Text, cents: int | None, *, certain: bool, places: int) -> Text:
    """不涉及, 涉及X公顷, or 未能核定: what is not known never reads as none."""
    if cents:
        area = _area(cents, places)
        least = Text("", "") if certain else Text("至少", "at least ")
        return Text(f"涉及{name.zh}{least.zh}{area.zh}", f"{name.en}: {least.en}{area.en}")
    if cents is None or not certain:
        return Text(f"{name.zh}{UNKNOWN.zh}", f"{name.en}: {UNKNOWN.en}")
    return Text(f"{NONE.zh}{name.zh}", f"{name.en}: {NONE.en}")


def _sum_of(lines: Sequence[LineRow], role: str) -> int | None:
    areas = [row.lines[role].cents for row in lines]
    known = [area for area in areas if area is not None]
    return sum(known) if known else None


def _certain(lines: Sequence[LineRow], role: str) -> bool:
    return all(row.lines[role].certain for row in lines)
