"""Sheets on the present against the plan: class by class, where each class goes, and what that means."""

from __future__ import annotations

from collections.abc import Iterator

from checks.model import Report
from checks.tables.codes import counterparts, first_level, first_levels
from checks.tables.flow import SORTS, takes_cultivated
from checks.tables.model import Label, Range, Tables
from layers.text import Text
from maps.book import Cell, Column, RowSum, Sheet
from maps.outline import Head, Outline, computed
from maps.table_parts import (
    NO_FEATURE,
    PLACE_COLUMNS,
    PLACES,
    SUBTOTAL,
    TOTAL,
    Classes,
    closing,
    hectares,
    named,
    orders,
    place,
)

SORT_WORDS = {
    "new": Text("新增建设用地", "new construction"),
    "kept": Text("建设用地保留", "construction kept"),
    "changed": Text("建设用地变更用途", "construction changed"),
    "reclaimed": Text("建设用地复垦腾退", "reclaimed"),
    "other": Text("非建设用地", "other land"),
    "open": Text("未能核定", "not established"),
}
PLANNED = Text("规划用地(公顷)", "planned (ha)")


def sheets(report: Report, tables: Tables) -> Iterator[Sheet]:
    """All three, where the project has both layers."""
    if {"land_use", "land_use_plan"} <= set(report.inputs.layers):
        classes = Classes(report.inputs.project)
        yield comparison(tables, classes)
        yield matrix(tables, classes)
        yield sorts(tables)


def comparison(tables: Tables, classes: Classes) -> Sheet:
    """现状—规划对照表 by first levels of the plan's edition; what has no one counterpart stands by itself."""
    columns = (
        *PLACE_COLUMNS,
        Column(Text("规划分类版本", "edition of the plan"), "text", 12),
        Column(Text("类别", "class"), "wide", 42),
        Column(hectares(Text("现状面积", "now")), "ha", 14),
        Column(hectares(Text("规划面积", "planned")), "ha", 14),
        Column(hectares(Text("增减(规划-现状)", "change (planned - now)")), "ha", 14),
    )
    sums: dict[tuple[Range, str, tuple[int, str, Text]], list[int]] = {}
    for flow in tables.flows:
        scheme = flow.plan.scheme or _edition(tables, flow.range)
        for number, key in enumerate((_present(flow.now, scheme), _planned(flow.plan, classes))):
            sums.setdefault((flow.range, scheme, key), [0, 0])[number] += flow.cents
    order = orders(tables)
    at = PLACES + 2
    leaves = []
    for (one, scheme, (_, _, name)), (now, planned) in sorted(
        sums.items(), key=lambda item: (order[item[0][0]], item[0][1], item[0][2][:2])
    ):
        cells: list[Cell] = [*place(one), scheme, name, now, planned, RowSum((at + 1,), planned - now, (at,))]
        leaves.append(((one,), cells))

    def head(text: Text, first: list[Cell]) -> list[Cell]:
        cells = closing(len(columns), text, first)
        cells[at + 2] = RowSum((at + 1,), 0, (at,))
        return cells

    heads: dict[int, Head] = {}
    if len(tables.ranges) > 1:
        heads[0] = lambda path: head(SUBTOTAL, place(path[0]))
    rows = Outline(leaves, [at, at + 1]).build(heads, head(TOTAL, []))
    title = Text("土地利用现状与规划对照表", "Present and planned land use")
    return Sheet(Text("现状规划对照", "present and plan"), title, columns, rows)


def _edition(tables: Tables, one: Range) -> str:
    """The edition of a range's plan, else of the others', for land that no feature of the plan covers."""
    found = {(flow.range == one, flow.plan.scheme) for flow in tables.flows if flow.plan.scheme}
    return max(found)[1] if found else "-"


def _present(label: Label, scheme: str) -> tuple[int, str, Text]:
    """Where land stands in the comparison: its first level in the plan's edition, else its own code."""
    if label.code is None:
        name = (
            Text("现状图斑重叠,地类不一", "features of different classes")
            if label.disputed
            else _missing("现状", "now")
        )
        return 3, "", name
    found = counterparts(label, scheme) if scheme != "-" else None
    if found is not None and len(first_levels(found)) == 1:
        (code,) = first_levels(found)
        return _first(scheme, code)
    own = named(label.scheme, label.code)
    many = Text("一对多,未归并", "several counterparts") if found else Text("无对应", "no counterpart")
    return 2, label.code, Text(f"现状 {label.code} {own.zh}({many.zh})", f"now {label.code} {own.en} ({many.en})")


def _planned(label: Label, classes: Classes) -> tuple[int, str, Text]:
    code = first_level(label.scheme, label.code)
    if code is None or label.scheme is None:
        return 4, "", classes.name(label) if label.disputed else _missing("规划", "planned")
    return _first(label.scheme, code)


def _first(scheme: str, code: str) -> tuple[int, str, Text]:
    name = named(scheme, code)
    return 1, code, Text(f"{code} {name.zh}", f"{code} {name.en}")


def _missing(zh: str, en: str) -> Text:
    return Text(f"{zh}{NO_FEATURE.zh}", f"{en}: {NO_FEATURE.en}")


def matrix(tables: Tables, classes: Classes) -> Sheet:
    """现状→规划流向矩阵 by first levels, each in its own edition."""
    targets = sorted({_level(flow.plan, classes) for flow in tables.flows})
    columns = (
        *PLACE_COLUMNS,
        Column(Text("现状地类(一级)", "now (first level)"), "wide", 28),
        *(Column(Text(zh, en), "ha", 11, PLANNED) for *_, zh, en in targets),
        Column(hectares(Text("合计", "total")), "ha", 12),
    )
    at = {key: PLACES + 1 + number for number, key in enumerate(targets)}
    sums: dict[tuple[Range, tuple[str, str, str, str]], list[int]] = {}
    for flow in tables.flows:
        own = sums.setdefault((flow.range, _level(flow.now, classes)), [0] * len(targets))
        own[at[_level(flow.plan, classes)] - PLACES - 1] += flow.cents
    order = orders(tables)
    across = RowSum(tuple(at.values()), 0)
    leaves = []
    for (one, (*_, zh, en)), areas in sorted(sums.items(), key=lambda item: (order[item[0][0]], item[0][1])):
        cells: list[Cell] = [*place(one), Text(zh, en), *areas, across]
        leaves.append(((one,), [computed(cell, cells) for cell in cells]))

    def head(text: Text, first: list[Cell]) -> list[Cell]:
        return [*closing(len(columns), text, first)[:-1], across if targets else 0]

    heads: dict[int, Head] = {}
    if len(tables.ranges) > 1:
        heads[0] = lambda path: head(SUBTOTAL, place(path[0]))
    rows = Outline(leaves, list(at.values())).build(heads, head(TOTAL, []))
    title = Text("现状—规划用地流向矩阵", "Flow of land use, now to planned")
    return Sheet(Text("流向矩阵", "flow matrix"), title, columns, rows)


def _level(label: Label, classes: Classes) -> tuple[str, str, str, str]:
    """The first level of a class, in order: edition, code, name."""
    code, name = classes.first(label)
    return label.scheme or "~", code or "~", f"{code} {name.zh}".strip(), f"{code} {name.en}".strip()


def sorts(tables: Tables) -> Sheet:
    """What the flows mean: new construction land, of which cultivated, kept, changed, given back."""
    cultivated = Text("其中:占用耕地", "of which cultivated")
    columns = (
        *PLACE_COLUMNS,
        Column(hectares(SORT_WORDS["new"]), "ha", 17),
        Column(hectares(cultivated), "ha", 17),
        *(Column(hectares(SORT_WORDS[name]), "ha", 17) for name in SORTS[1:]),
        Column(hectares(Text("合计", "total")), "ha", 17),
    )
    sums: dict[Range, list[int]] = {}
    for flow in tables.flows:
        own = sums.setdefault(flow.range, [0] * (len(SORTS) + 1))
        own[0 if flow.sort == "new" else SORTS.index(flow.sort) + 1] += flow.cents
        own[1] += flow.cents if takes_cultivated(flow) else 0
    across = RowSum((PLACES, *range(PLACES + 2, PLACES + len(SORTS) + 1)), 0)
    leaves = []
    for one, areas in sorted(sums.items(), key=lambda item: orders(tables)[item[0]]):
        cells: list[Cell] = [*place(one), *areas, across]
        leaves.append(((one,), [computed(cell, cells) for cell in cells]))
    total = [*closing(len(columns), TOTAL)[:-1], across]
    rows = Outline(leaves, list(range(PLACES, PLACES + len(SORTS) + 1))).build({}, total)
    title = Text("现状—规划用地变化分类表", "What the plan makes of the land")
    return Sheet(Text("变化分类", "kinds of change"), title, columns, rows)
