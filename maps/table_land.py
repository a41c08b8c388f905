"""Sheets on land use: by class, by owner, net of ridges, and the balance of the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from checks.model import Report
from checks.tables.codes import THREE, is_construction
from checks.tables.model import ClassRow, Label, Range, Tables
from checks.tables.sentences import HOLDERS, THREE_WORDS
from layers.text import Text
from maps.book import Cell, Column, Part, RowSum, Sheet
from maps.outline import WHOLE, Head, Outline, Path, computed
from maps.table_parts import (
    PLACE_COLUMNS,
    PLACES,
    SUBTOTAL,
    TOTAL,
    UNCLASSED,
    Classes,
    closing,
    hectares,
    known,
    orders,
    percent,
    place,
    square_metres,
)

PART_TOTAL = Text("地块合计", "part total")
CONSTRUCTION = {True: THREE_WORDS["construction"], False: Text("非建设用地", "other land"), None: UNCLASSED}
OWNED = Text("其中:权属(公顷)", "by ownership (ha)")


def sheets(report: Report, tables: Tables) -> Iterator[Sheet]:
    """Those that the layers of the project give something for."""
    classes = Classes(report.inputs.project)
    if "land_use" in report.inputs.layers:
        yield by_class(tables, classes)
        yield by_owner(tables, classes)
        yield net_areas(tables, classes)
    if "land_use_plan" in report.inputs.layers:
        yield balance(tables, classes)


def by_class(tables: Tables, classes: Classes) -> Sheet:
    """土地利用现状分类面积汇总表: three classes, first and second level, by ownership."""
    columns = (
        *PLACE_COLUMNS,
        Column(Text("三大类", "group"), "text", 11),
        Column(Text("一级类", "first level"), "wide", 28),
        Column(Text("二级类编码", "code"), "text", 10),
        Column(Text("二级类名称", "second level"), "wide", 22),
        Column(square_metres(), "m2", 15),
        Column(hectares(), "ha", 12),
        Column(percent(), "share", 9),
        *(Column(name, "ha", 12, OWNED) for name in (*HOLDERS.values(), Text("未定", "not established"))),
    )
    sums = _merged(tables, classes)
    leaves = []
    for (one, label), areas in sums:
        code, first = classes.first(label)
        named = Text(f"{code} {first.zh}".strip(), f"{code} {first.en}".strip())
        area, share = sum(areas), Part((PLACES + 4,), PLACES + 4, 0.0, WHOLE)
        cells: list[Cell] = [*place(one), classes.three_name(label), named, label.code or "", classes.name(label)]
        cells += [area, area, share, *areas]
        leaves.append(((one, classes.three(label), named), cells))
    at = PLACES + 4
    count, summed = len(columns), [at, at + 1, at + 3, at + 4, at + 5]

    def head(*text: Cell, path: Path) -> list[Cell]:
        cells = closing(count, Text("", ""), place(path[0]))
        cells[PLACES : PLACES + len(text)] = text
        cells[at + 2] = Part((at,), at, 0.0, WHOLE)
        return cells

    lone = _lone(leaves)

    def first_level(path: Path) -> list[Cell] | None:
        return None if path in lone else head("", path[2] + Text(" 小计", " subtotal"), path=path)

    def three_level(path: Path) -> list[Cell]:
        name = THREE_WORDS.get(path[1], UNCLASSED)
        return head(name + Text("小计", " subtotal"), path=path)

    heads: dict[int, Head] = {1: three_level, 2: first_level}
    if len(tables.ranges) > 1:
        heads[0] = lambda path: head(PART_TOTAL, path=path)
    last = closing(count, TOTAL)
    last[at + 2] = Part((at,), at, 0.0, WHOLE)
    rows = Outline(leaves, summed).build(heads, last)
    title = Text("土地利用现状分类面积汇总表", "Land use by class")
    return Sheet(Text("现状分类汇总", "land use by class"), title, columns, rows)


def _lone(leaves: Sequence[tuple[Path, list[Cell]]]) -> set[Path]:
    """Groups of a single row, which need no subtotal."""
    return {path for path, count in Counter(path for path, _ in leaves).items() if count == 1}


def _merged(tables: Tables, classes: Classes) -> list[tuple[tuple[Range, Label], list[int]]]:
    """Balanced areas by range and class: state, collective, ownership not established."""
    sums: dict[tuple[Range, Label], list[int]] = {}
    for row in tables.classes:
        label = Label(row.label.scheme, row.label.code, disputed=row.label.disputed)
        entry = sums.setdefault((row.range, label), [0, 0, 0])
        entry[[*HOLDERS, None].index(row.label.holder)] += row.adjusted
    order = orders(tables)
    return sorted(sums.items(), key=lambda item: (order[item[0][0]], classes.order(item[0][1])))


def by_owner(tables: Tables, classes: Classes) -> Sheet:
    """The same land by ownership and owner, a column for each class of the first level."""
    keys = sorted({_column_key(row.label, classes) for row in tables.classes})
    names = {_column_key(row.label, classes): classes.first(row.label)[1] for row in tables.classes}
    columns = [
        *PLACE_COLUMNS,
        Column(Text("权属性质", "ownership"), "text", 11),
        Column(Text("权属单位", "owner"), "wide", 28),
        Column(hectares(Text("合计", "total")), "ha", 12),
    ]
    groups: dict[int, list[int]] = {}
    for key in keys:
        name = THREE_WORDS.get((*THREE, "open")[key[0]], UNCLASSED)
        group = Text(f"{name.zh}(公顷)", f"{name.en} (ha)")
        if key[0] not in groups:
            groups[key[0]] = []
            columns.append(Column(SUBTOTAL, "ha", 11, group))
        groups[key[0]].append(len(columns))
        columns.append(Column(names[key], "ha", 11, group))
    at = dict(zip(keys, (each for own in groups.values() for each in own), strict=True))
    sums: dict[tuple[Range, str, str], dict[int, int]] = {}
    for row in tables.classes:
        own = sums.setdefault((row.range, row.label.holder or "~", row.label.owner or "~"), {})
        column = at[_column_key(row.label, classes)]
        own[column] = own.get(column, 0) + row.adjusted
    order = orders(tables)
    leaves = []
    for (one, holder, owner), areas in sorted(sums.items(), key=lambda item: (order[item[0][0]], *item[0][1:])):
        cells: list[Cell] = [*place(one), HOLDERS.get(holder, Text("未定", "not established"))]
        cells += [Text("未注明", "not stated") if owner == "~" else owner, *[0] * (len(columns) - PLACES - 2)]
        for column, area in areas.items():
            cells[column] = area
        leaves.append(((one,), _row_sums(cells, groups)))
    total = _empty_sums(closing(len(columns), TOTAL), groups)
    rows = Outline(leaves, [each for own in groups.values() for each in own]).build({}, total)
    rows = [(level, _row_sums(cells, groups)) for level, cells in rows]
    title = Text("土地利用现状权属分类面积汇总表", "Land use by owner")
    return Sheet(Text("权属分类汇总", "land use by owner"), title, tuple(columns), rows)


def _column_key(label: Label, classes: Classes) -> tuple[int, str, str]:
    group, scheme, _, _ = classes.order(label)
    code, name = classes.first(label)
    return group, scheme, code or f"~{name.en}"


def _empty_sums(cells: list[Cell], groups: dict[int, list[int]]) -> list[Cell]:
    subtotals = tuple(own[0] - 1 for own in groups.values())
    cells[PLACES + 2] = RowSum(subtotals, 0) if subtotals else 0
    for own in groups.values():
        cells[own[0] - 1] = RowSum(tuple(own), 0)
    return cells


def _row_sums(cells: list[Cell], groups: dict[int, list[int]]) -> list[Cell]:
    """The subtotals of the groups, and the total of these."""
    cells = _empty_sums(list(cells), groups)
    for own in groups.values():
        cells[own[0] - 1] = computed(cells[own[0] - 1], cells)
    cells[PLACES + 2] = computed(cells[PLACES + 2], cells)
    return cells


def net_areas(tables: Tables, classes: Classes) -> Sheet:
    """净面积: gross, ridges, net and balanced by class."""
    columns = (
        *PLACE_COLUMNS,
        Column(Text("地类编码", "code"), "text", 9),
        Column(Text("地类名称", "class"), "wide", 22),
        Column(Text("图斑数", "features"), "count", 8),
        Column(square_metres(Text("毛面积", "gross")), "m2", 15),
        Column(square_metres(Text("田坎(扣除)", "ridges")), "m2", 14),
        Column(square_metres(Text("净面积", "net")), "m2", 15),
        Column(hectares(Text("净面积", "net")), "ha", 12),
        Column(square_metres(Text("平差", "balancing")), "m2", 11),
        Column(square_metres(Text("平差后面积", "balanced")), "m2", 15),
    )
    sums: dict[tuple[Range, Label], list[int | None]] = {}
    for row in tables.classes:
        key = (row.range, Label(row.label.scheme, row.label.code, disputed=row.label.disputed))
        entry = sums.setdefault(key, [0, 0, 0, 0])
        for number, value in enumerate((row.features, row.gross, row.net, row.adjusted)):
            had = entry[number]
            entry[number] = None if value is None or had is None else had + value
    order = orders(tables)
    at = PLACES + 2
    leaves = []
    for (one, label), (features, gross, net, adjusted) in sorted(
        sums.items(), key=lambda item: (order[item[0][0]], classes.order(item[0][1]))
    ):
        ridges = None if net is None or gross is None else gross - net
        cells: list[Cell] = [*place(one), label.code or "", classes.name(label), features, gross]
        cells += [known(ridges), known(net), known(net), RowSum((at + 6,), 0, (at + 1,)), adjusted]
        leaves.append(((one,), [computed(cell, cells) for cell in cells]))
    total = closing(len(columns), TOTAL)
    summed = [at, at + 1, at + 2, at + 3, at + 4, at + 6]
    total[at + 5] = RowSum((at + 6,), 0, (at + 1,))
    several = len(tables.ranges) > 1
    heads: Mapping[int, Head] = {0: lambda path: _net_head(path, len(columns), at)} if several else {}
    rows = Outline(leaves, summed).build(heads, total)
    title = Text("净面积与平差汇总表", "Net and balanced areas by class")
    return Sheet(Text("净面积与平差", "net and balanced"), title, columns, rows)


def _net_head(path: Path, count: int, at: int) -> list[Cell]:
    cells = closing(count, SUBTOTAL, place(path[0]))
    cells[at + 5] = RowSum((at + 6,), 0, (at + 1,))
    return cells


def balance(tables: Tables, classes: Classes) -> Sheet:
    """用地平衡表: the plan by class, with its groups by edition."""
    columns = (
        *PLACE_COLUMNS,
        Column(Text("分类版本", "edition"), "text", 11),
        Column(Text("类别", "group"), "text", 11),
        Column(Text("用地代码", "code"), "text", 10),
        Column(Text("用地名称", "class"), "wide", 24),
        Column(square_metres(), "m2", 15),
        Column(hectares(), "ha", 12),
        Column(percent(), "share", 9),
    )
    at, count = PLACES + 4, len(columns)
    order = orders(tables)
    leaves = []
    for row in sorted(tables.plan, key=lambda row: (order[row.range], *_plan_order(row, classes))):
        group = is_construction(row.label, classes.grass)
        code, _ = classes.first(row.label)
        cells: list[Cell] = [*place(row.range), row.label.scheme or "-", CONSTRUCTION[group], row.label.code or ""]
        cells += [classes.name(row.label), row.adjusted, row.adjusted, Part((at,), at, 0.0, WHOLE)]
        leaves.append(((row.range, row.label.scheme or "-", CONSTRUCTION[group], code, row.label), cells))
    lone = _lone([(path[:4], cells) for path, cells in leaves])

    def head(text: Text, path: Path, code: str = "") -> list[Cell]:
        cells = closing(count, Text("", ""), place(path[0]))
        cells[PLACES] = path[1]
        cells[PLACES + 1 : PLACES + 4] = [path[2], code, text]
        cells[at + 2] = Part((at,), at, 0.0, WHOLE)
        return cells

    def first(path: Path) -> list[Cell] | None:
        if path[:4] in lone or not path[3]:
            return None
        return head(classes.first(path[4])[1] + Text("小计", " subtotal"), path, path[3])

    heads: dict[int, Head] = {2: lambda path: head(path[2] + Text("小计", " subtotal"), path), 3: first}
    if len(tables.ranges) > 1:
        heads[0] = lambda path: _balance_head(path, count, at)
    total = closing(count, TOTAL)
    total[at + 2] = Part((at,), at, 0.0, WHOLE)
    rows = Outline(leaves, [at, at + 1]).build(heads, total)
    title = Text("用地平衡表", "Balance of planned land")
    return Sheet(Text("用地平衡表", "balance"), title, columns, rows)


def _plan_order(row: ClassRow, classes: Classes) -> tuple[str, int, str, str]:
    group = [True, False, None].index(is_construction(row.label, classes.grass))
    code, _ = classes.first(row.label)
    return row.label.scheme or "~", group, code or "~", row.label.code or "~"


def _balance_head(path: Path, count: int, at: int) -> list[Cell]:
    cells = closing(count, PART_TOTAL, place(path[0]))
    cells[at + 2] = Part((at,), at, 0.0, WHOLE)
    return cells
