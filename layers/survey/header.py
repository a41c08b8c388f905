"""Where the points of a survey coordinate file lie: which value is north, and the CRS by 带号 and 几度分带."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from layers.problems import Problem
from layers.survey.lines import Content, Point
from layers.text import Text

Order = Literal["north-east", "east-north"]
PREFIX_M = 1_000_000
FIRST_CODES = {
    ("2000", 3): (4513, 4534, 25), ("2000", 6): (4491, 4502, 13),
    ("80", 3): (2349, 2370, 25), ("80", 6): (2327, 2338, 13),
    ("54", 3): (2401, 2422, 25), ("54", 6): (21413, 21453, 13),
}  # fmt: skip
"""(system, degrees of a zone) → EPSG codes of the first zone with its number before the easting and without; and its
number. Zones of 3° over China are 25 to 45, of 6° 13 to 23, so that a number alone tells which."""
DEGREES_OF = {"2000": "EPSG:4490", "80": "EPSG:4610", "54": "EPSG:4214"}
KNOWN = (
    "格式版本号",
    "数据产生单位",
    "数据产生日期",
    "坐标系",
    "几度分带",
    "投影类型",
    "计量单位",
    "带号",
    "精度",
    "转换参数",
)
_ALIASES = {
    "分带": "几度分带",
    "坐标系统": "坐标系",
    "投影": "投影类型",
    "单位": "计量单位",
    "数据生产单位": "数据产生单位",
    "数据生产日期": "数据产生日期",
    "投影带号": "带号",
}
PRECISION = re.compile(r"[0-9]|1|0?\.0*1|1[eE]-\d")


@dataclass
class Frame:
    """In which order the values of a point stand, and in which CRS; None where it is not stated."""

    order: Order = "north-east"
    crs: str | None = None
    notes: list[Text] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def frame_of(content: Content, place: str) -> Frame:
    """Order and CRS of a file's points."""
    frame = Frame()
    header = {_ALIASES.get(key, key): value for key, value in content.header.items()}
    points = [point for parcel in content.parcels for point in parcel.points]
    degrees = bool(points) and all(max(abs(point.first), abs(point.second)) <= 180 for point in points)
    _order(frame, points, place)
    if unknown := [line for key, (line, _) in content.header.items() if _ALIASES.get(key, key) not in KNOWN]:
        where = "、".join(str(line) for line in unknown[:8])
        frame.notes.append(Text(f"未使用的说明行:第 {where} 行", f"lines of the header that are not used: {where}"))
    _checks(frame, header, place, degrees=degrees)
    if not frame.problems:
        _crs(frame, header, points, place, degrees=degrees)
    return frame


def order_of(point: Point) -> Order | None:
    """In which order a point's values stand, where its place in China tells."""
    first, second = point.first, point.second
    if max(abs(first), abs(second)) <= 180:
        if 73 <= first <= 136 and 3 <= second <= 54:
            return "east-north"
        return "north-east" if 73 <= second <= 136 and 3 <= first <= 54 else None
    for value, other, found in ((first, second, "north-east"), (second, first, "east-north")):
        east = other % PREFIX_M if 13 <= other // PREFIX_M <= 45 else other
        if PREFIX_M / 4 <= value < 10 * PREFIX_M and 0 < east < PREFIX_M and (other > value or value >= PREFIX_M):
            return found  # type: ignore[return-value]
    return None


def _order(frame: Frame, points: Sequence[Point], place: str) -> None:
    orders = [order_of(point) for point in points]
    known = [order for order in orders if order]
    if not known:
        if points:
            told = "坐标不在中国境内,无法核对纵横坐标顺序,按先北后东读取"
            frame.notes.append(Text(told, "the points lie outside China, so the axes were not checked: north first"))
        return
    frame.order = known[0]
    if odd := [point.line for point, order in zip(points, orders, strict=True) if order != frame.order]:
        frame.problems.append(Problem("survey-place", place, {"line": odd[0], "count": len(odd)}))
    elif frame.order == "east-north":
        told = "文件中东坐标写在前(与格式相反),已按坐标值识别"
        frame.notes.append(Text(told, "east stands first in this file, against the form; told by the values"))


def _checks(frame: Frame, header: dict[str, tuple[int, str]], place: str, *, degrees: bool) -> None:
    line, unit = header.get("计量单位", (0, ""))
    if unit and not re.fullmatch("米|m|M|度" if degrees else "米|m|M", unit):
        frame.problems.append(Problem("survey-unit", place, {"line": line, "unit": unit[:20]}))
    line, kind = header.get("投影类型", (0, ""))
    if kind and not degrees and not re.search("高斯|[Gg]auss", kind):
        frame.problems.append(Problem("survey-projection", place, {"line": line, "kind": kind[:20]}))
    line, precision = header.get("精度", (0, ""))
    if precision and not PRECISION.fullmatch(precision.removesuffix("米").strip()):
        told = Text(
            f"精度“{precision[:20]}”无法识别(第 {line} 行)", f"precision {precision[:20]!r} not known (line {line})"
        )
        frame.notes.append(told)
    line, shift = header.get("转换参数", (0, ""))
    if re.search("[1-9]", shift):
        told = Text(f"转换参数未使用(第 {line} 行)", f"the shift parameters of line {line} were not applied")
        frame.notes.append(told)


def _crs(
    frame: Frame, header: dict[str, tuple[int, str]], points: Sequence[Point], place: str, *, degrees: bool
) -> None:
    system = _system(frame, header, place)
    if system is None or not points:
        return
    if degrees:
        frame.crs = DEGREES_OF[system]
        return
    eastings = [(point.line, point.second if frame.order == "north-east" else point.first) for point in points]
    prefixes = {int(east // PREFIX_M) for _, east in eastings}
    if len(prefixes) > 1:
        first = int(eastings[0][1] // PREFIX_M)
        line = next(line for line, east in eastings if int(east // PREFIX_M) != first)
        frame.problems.append(Problem("survey-zones", place, {"line": line}))
        return
    prefix = prefixes.pop()
    line, stated = header.get("带号", (0, ""))
    number = _whole(stated)
    if prefix and number is not None and number != prefix:
        facts = {"line": line, "stated": number, "found": prefix}
        frame.problems.append(Problem("survey-zone-differs", place, facts))
        return
    zone = number if number is not None else prefix or None
    if zone is None:
        return
    if number is None:
        told = Text(f"带号未注明,由横坐标得 {zone}", f"the zone is not stated; by the eastings it is {zone}")
        frame.notes.append(told)
    _code(frame, header, place, system, zone, prefixed=bool(prefix))


def _code(
    frame: Frame, header: dict[str, tuple[int, str]], place: str, system: str, zone: int, *, prefixed: bool
) -> None:
    line, stated = header.get("几度分带", (0, ""))
    own = 3 if 25 <= zone <= 45 else 6 if 13 <= zone <= 23 else None
    width = _whole(stated.replace("三", "3").replace("六", "6"))
    if own is None or (width is not None and width != own):
        frame.problems.append(
            Problem("survey-zone", place, {"line": line or "-", "zone": zone, "width": stated or "-"})
        )
        return
    if width is None:
        frame.notes.append(Text(f"几度分带未注明,{zone} 带为 {own} 度带", f"zone {zone} is of {own} degrees"))
    with_number, without, first = FIRST_CODES[system, own]
    frame.crs = f"EPSG:{(with_number if prefixed else without) + zone - first}"


def _system(frame: Frame, header: dict[str, tuple[int, str]], place: str) -> str | None:
    """`2000`, `80` or `54`; None where the file has no header at all, so that the project has to state the CRS."""
    line, stated = header.get("坐标系", (0, ""))
    for name, words in (("2000", "2000"), ("80", "80|西安"), ("54", "54|北京")):
        if stated and re.search(words, stated):
            return name
    if stated:
        frame.problems.append(Problem("survey-system", place, {"line": line, "system": stated[:20]}))
    elif "带号" in header or "几度分带" in header:
        told = "坐标系未注明,按2000国家大地坐标系读取"
        frame.notes.append(Text(told, "the coordinate system is not stated; read as CGCS2000"))
        return "2000"
    return None


def _whole(text: str) -> int | None:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None
