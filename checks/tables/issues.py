"""What in the data makes a table doubtful: codes, names, editions, parcel numbers, land with no class or with two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from checks.land import column
from checks.tables.codes import counterparts, first_levels, known, standard_name
from checks.tables.land import LandUse, without_deduct
from checks.tables.model import Flow, Issue, Label
from layers.names import name_key
from layers.text import Text

if TYPE_CHECKING:
    from checks.site import Site

SHOWN = 8
FULL = 10
"""A series that leaves out more than nine of ten numbers is none."""
CODES = Text("地类编码", "class codes")
NUMBERS = Text("地块编号", "parcel numbers")
EDITIONS = Text("分类版本", "editions of the codes")
CROSSWALK = Text("版本对照", "crosswalk")
COVERAGE = Text("覆盖与重叠", "gaps and overlaps")
NET = Text("扣除系数", "deductions")
NUMBERED = re.compile(r"(.*?)(\d{1,9})")


def land_issues(site: Site, found: LandUse) -> list[Issue]:
    """What is doubtful in a layer of classes on the land of a zone."""
    frame = site.inputs.layers[found.role].frame
    rows = sorted({row for row in found.own.row.tolist() if row >= 0})
    on_land = frame.iloc[rows]
    features = on_land["feature"].tolist()
    labels = list(zip(column(on_land, "scheme"), column(on_land, "code"), strict=True))
    told = _Told(site.name, found.role)
    _codes(told, features, labels)
    _names(told, features, labels, column(on_land, "name"))
    schemes = Counter(scheme for scheme, _ in labels if scheme)
    if len(schemes) > 1:
        listed = ", ".join(f"{scheme} {count}" for scheme, count in sorted(schemes.items()))
        told.add(
            EDITIONS, Text(f"同一图层混用多个分类版本: {listed}", f"several editions in one layer: {listed}"), rows
        )
    gap = sum(found.uncovered)
    if gap:
        told.add(COVERAGE, Text(f"{gap / 100:,.2f} ㎡没有图斑", f"{gap / 100:,.2f} m2 without a feature"))
    disputed = sum(area for area, label in zip(found.adjusted, found.labels, strict=True) if label.disputed)
    if disputed:
        area = f"{disputed / 100:,.2f}"
        told.add(COVERAGE, Text(f"{area} ㎡上图斑重叠且地类不同", f"{area} m2 under features of different classes"))
    if found.failed:
        told.add(COVERAGE, Text("无法叠加的图斑", "features that could not be overlaid"), found.failed)
    if found.role == "land_use" and (lacking := without_deduct(site, found)):
        told.add(NET, Text("耕地图斑没有扣除系数,净面积未能核定", "cultivated land without a deduction"), lacking)
    return told.issues


class _Told:
    """Issues of one layer on one zone."""

    def __init__(self, zone: str, role: str) -> None:
        self.zone, self.role = zone, role
        self.issues: list[Issue] = []

    def add(self, sort: Text, told: Text, examples: Iterable[object] = ()) -> None:
        """Note an issue with the features that it is of."""
        names = [str(name) for name in examples]
        self.issues.append(Issue(self.zone, sort, self.role, told, len(names), tuple(names[:SHOWN])))


def _codes(told: _Told, features: Sequence[str], labels: Sequence[tuple[str | None, str | None]]) -> None:
    strange: dict[tuple[str, str], list[str]] = {}
    nameless: list[str] = []
    unread: list[str] = []
    for feature, (scheme, code) in zip(features, labels, strict=True):
        if scheme is None or code is None:
            nameless.append(feature)
        elif known(scheme, code) is False:
            strange.setdefault((scheme, code), []).append(feature)
        elif known(scheme, code) is None and standard_name(scheme, code) is None:
            unread.append(feature)
    if nameless:
        told.add(CODES, Text("没有地类编码或分类版本", "no code, or no edition"), nameless)
    for (scheme, code), own in sorted(strange.items()):
        other = [name for name in ("survey-2020", "plan-2023") if name != scheme and known(name, code)]
        hint = Text(f",{other[0]} 中有", f", {other[0]} has it") if other else Text("", "")
        told.add(
            EDITIONS if other else CODES,
            Text(f"编码 {code} 不在 {scheme} 中{hint.zh}", f"{scheme} has no code {code}{hint.en}"),
            own,
        )
    if unread:
        text = Text("plan-2020 没有读到代码表,编码未能核对", "no table of plan-2020 was read: codes not checked")
        told.add(CODES, text, unread)


def _names(
    told: _Told,
    features: Sequence[str],
    labels: Sequence[tuple[str | None, str | None]],
    names: Sequence[str | None],
) -> None:
    """Names that are not what the edition calls the code."""
    wrong: dict[tuple[str, str, str, str], list[str]] = {}
    for feature, (scheme, code), name in zip(features, labels, names, strict=True):
        right = standard_name(scheme, code) if scheme != "plan-2020" else None
        if name and right and scheme and code and name_key(name) != name_key(right):
            wrong.setdefault((scheme, code, name, right), []).append(feature)
    for (scheme, code, name, right), own in sorted(wrong.items()):
        text = Text(
            f"编码 {code} 的名称是“{name}”,{scheme} 为“{right}”",
            f"code {code} is named “{name}”, {scheme} calls it “{right}”",
        )
        told.add(CODES, text, own)


def crosswalk_issues(zone: str, rows: Sequence[Flow]) -> list[Issue]:
    """Codes that the crosswalks send to several classes, or to none: listed, never guessed."""
    told = _Told(zone, "land_use")
    schemes = sorted({row.plan.scheme for row in rows if row.plan.scheme})
    now = sorted({(row.now.scheme, row.now.code) for row in rows if row.now.scheme and row.now.code})
    for target in schemes:
        for scheme, code in now:
            found = counterparts(Label(scheme, code), target)
            area = sum(row.cents for row in rows if (row.now.scheme, row.now.code) == (scheme, code)) / 100
            if found is None:
                text = Text(
                    f"{scheme} {code} 在 {target} 中无对应({area:,.2f} ㎡)",
                    f"{scheme} {code}: none in {target} ({area:,.2f} m2)",
                )
                told.add(CROSSWALK, text)
            elif len(found) > 1:
                level = first_levels(found)
                listed = ", ".join(sorted(found)[:SHOWN]) + (" …" if len(found) > SHOWN else "")
                one = (
                    Text("一级类唯一", "one first level")
                    if len(level) == 1
                    else Text("一级类不唯一", "several first levels")
                )
                told.add(
                    CROSSWALK,
                    Text(
                        f"{scheme} {code} 在 {target} 中一对多: {listed}({one.zh},{area:,.2f} ㎡)",
                        f"{scheme} {code} to several in {target}: {listed} ({one.en}, {area:,.2f} m2)",
                    ),
                )
    if len(schemes) > 1:
        listed = ", ".join(schemes)
        told.add(EDITIONS, Text(f"规划图层混用版本: {listed}", f"several editions in the plan: {listed}"))
    return told.issues


def number_issues(zone: str, role: str, numbers: Sequence[str | None]) -> list[Issue]:
    """Parcel numbers that are missing, doubled, or leave a gap in their series."""
    told = _Told(zone, role)
    missing = sum(number is None for number in numbers)
    if missing:
        told.issues.append(Issue(zone, NUMBERS, role, Text("没有编号的地块", "parcels without a number"), missing))
    counts = Counter(number for number in numbers if number is not None)
    doubled = sorted(number for number, count in counts.items() if count > 1)
    if doubled:
        told.add(NUMBERS, Text("重复的编号", "numbers given twice"), doubled)
    for stem, own in sorted(_series(counts).items()):
        gaps = (
            [each for each in range(min(own), max(own)) if each not in own]
            if max(own) - min(own) < FULL * len(own)
            else []
        )
        width = max((len(text) for text in own.values() if text.startswith("0")), default=0)
        if gaps:
            told.add(NUMBERS, Text("编号不连续,缺", "numbers left out"), (f"{stem}{gap:0{width}d}" for gap in gaps))
    return told.issues


def _series(numbers: Iterable[str]) -> dict[str, dict[int, str]]:
    """Numbers that end in digits, by what stands before them."""
    series: dict[str, dict[int, str]] = {}
    for number in numbers:
        if (match := NUMBERED.fullmatch(number)) is not None:
            series.setdefault(match[1], {})[int(match[2])] = match[2]
    return series
