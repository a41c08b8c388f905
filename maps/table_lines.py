"""Sheets on the control lines: how the land stands to each, and which features it takes."""

from __future__ import annotations

from collections.abc import Iterator

from checks.model import Report
from checks.tables.lines import DIVISIONS
from checks.tables.model import Line, LineRow, Range, Tables, Taken
from layers.text import Text
from maps.book import UNKNOWN, Cell, Column, Part, RowSum, Sheet
from maps.outline import Outline, made
from maps.table_parts import (
    PLACE_COLUMNS,
    PLACES,
    TOTAL,
    closing,
    hectares,
    known,
    orders,
    percent,
    place,
    square_metres,
)

DIVISION_WORDS = {
    "concentrated": Text("集中建设区", "concentrated"),
    "flexible": Text("弹性发展区", "flexible"),
    "special": Text("特别用途区", "special"),
    "": Text("分区不明", "division not stated"),
}
INSIDE = Text("城镇开发边界内(公顷)", "inside the urban boundary (ha)")
FARMLAND = Text("永久基本农田(公顷)", "basic farmland (ha)")
SHARES = Text("占总面积(%)", "of the total (%)")
DETAILS = {
    "land_use": (Text("占用明细表", "Land taken, by feature"), Text("占用明细", "features taken")),
    "basic_farmland": (
        Text("占用永久基本农田明细表", "Basic farmland taken, by feature"),
        Text("基本农田占用明细", "basic farmland taken"),
    ),
    "ecological_redline": (
        Text("占用生态保护红线明细表", "Ecological red line taken, by feature"),
        Text("生态红线占用明细", "red line taken"),
    ),
}


def sheets(report: Report, tables: Tables) -> Iterator[Sheet]:
    """The summary, then the details of each layer that has features on the land."""
    yield summary(tables)
    for role in DETAILS:
        if role in report.inputs.layers:
            yield detail(tables, role)


def summary(tables: Tables) -> Sheet:
    """三线占用情况汇总表."""
    columns = (
        *PLACE_COLUMNS,
        Column(hectares(Text("总面积", "total area")), "ha", 12),
        *(Column(name, "ha", 12, INSIDE) for name in DIVISION_WORDS.values()),
        Column(Text("小计", "subtotal"), "ha", 12, INSIDE),
        Column(hectares(Text("城镇开发边界外", "outside it")), "ha", 12),
        Column(Text("毛面积", "gross"), "ha", 11, FARMLAND),
        Column(Text("净面积", "net"), "ha", 11, FARMLAND),
        Column(hectares(Text("生态保护红线", "ecological red line")), "ha", 11),
        Column(hectares(Text("工业用地红线内", "in the industrial red line")), "ha", 12),
        *(
            Column(name, "share", 9, SHARES)
            for name in (
                Text("边界内", "inside"),
                Text("基本农田", "farmland"),
                Text("生态红线", "ecological"),
                Text("工业红线", "industrial"),
            )
        ),
        Column(square_metres(Text("细碎图斑,不计入", "slivers, not counted")), "m2", 11),
    )
    first = PLACES + 1
    inside, count = first + len(DIVISIONS), len(columns)

    def cells(row: LineRow) -> list[Cell]:
        lines = row.lines
        farmland = lines["basic_farmland"]
        own: list[Cell] = [*place(row.range), row.range.cents, *(known(row.divisions[name]) for name in DIVISIONS)]
        own += [RowSum(tuple(range(first, inside)), 0), known(row.outside)]
        own += [_line(farmland), known(farmland.net)]
        own += [_line(lines["ecological_redline"]), _line(lines["industrial_redline"])]
        own += _shares(inside)
        own.append(sum(line.sliver for line in lines.values()) + row.outside_sliver)
        return made(own)

    summed = [*range(PLACES, inside), *range(inside + 1, inside + 6), count - 1]
    total = closing(count, TOTAL)
    total[inside] = RowSum(tuple(range(first, inside)), 0)
    total[inside + 6 : inside + 10] = _shares(inside)
    rows = Outline([((row.range.zone,), cells(row)) for row in tables.lines], summed).build({}, total)
    title = Text("三线占用情况汇总表", "Land against the control lines")
    return Sheet(Text("三线占用汇总", "control lines"), title, columns, rows)


def _line(line: Line) -> Cell:
    """What a line takes; none only where nothing more can be there."""
    return UNKNOWN if line.cents is None or (not line.cents and not line.certain) else line.cents


def _shares(inside: int) -> list[Cell]:
    """What is inside the boundary and taken of each line, over the total."""
    return [Part((column,), PLACES, 0.0) for column in (inside, inside + 2, inside + 4, inside + 5)]


def detail(tables: Tables, role: str) -> Sheet:
    """A row per feature taken; what is counted twice is taken off again."""
    classed = role == "land_use"
    columns = [
        *PLACE_COLUMNS,
        Column(Text("图斑编号", "feature"), "wide", 20),
        Column(Text("图斑数", "features"), "count", 7),
    ]
    if classed:
        columns += [
            Column(Text("地类编码", "code"), "text", 9),
            Column(Text("地类名称", "class"), "wide", 20),
            Column(Text("坡度级别", "slope grade"), "text", 9),
            Column(Text("权属性质", "ownership"), "text", 9),
            Column(Text("权属单位", "owner"), "wide", 26),
            Column(Text("坐落单位", "place"), "wide", 26),
        ]
    else:
        columns.append(Column(Text("名称", "name"), "wide", 16))
    gross = len(columns)
    columns.append(Column(square_metres(Text("占用面积(毛)", "taken, gross")), "m2", 14))
    if role != "ecological_redline":
        columns += [
            Column(Text("扣除系数", "deduction"), "factor", 9),
            Column(square_metres(Text("净面积", "net")), "m2", 14),
            Column(square_metres(Text("田坎", "ridges")), "m2", 12),
        ]
    if classed:
        columns.append(Column(square_metres(Text("平差后面积", "balanced")), "m2", 14))
    columns += [
        Column(percent(Text("占地块", "of the part")), "share", 9),
        Column(Text("宽度(米)", "width (m)"), "m", 10),
        Column(Text("细碎图斑", "sliver"), "text", 8),
    ]
    own = [row for row in tables.taken if row.role == role]
    order = orders(tables)
    own.sort(key=lambda row: order[row.range])
    leaves = [((row.range,), _feature(row, gross)) for row in own]
    count = len(columns)
    # feature count, gross, net, ridges, balanced
    summed = [5, *(at for at in range(gross, count - 3) if columns[at].kind == "m2")]
    rows = Outline(leaves, summed).build({}, closing(count, TOTAL))
    title, name = DETAILS[role]
    return Sheet(name, title, tuple(columns), rows)


def _feature(row: Taken, gross: int) -> list[Cell]:
    """One feature, several in one row, or what overlaps take off."""
    if not row.features:
        what: Cell = Text("图斑互相重叠,扣减", "overlaps, taken off")
    elif row.feature is None:
        what = Text("其余完整图斑", "other whole features")
    else:
        what = row.feature
    cells: list[Cell] = [*place(row.range), what, row.features]
    if row.role == "land_use":
        cells += [row.code, row.name or "", row.slope_grade, row.ownership, row.owner, row.place]
    else:
        cells.append(row.name)
    cells.append(row.gross)
    if row.role != "ecological_redline":
        cells += _net(row)
    if row.role == "land_use":
        cells.append(row.adjusted)
    return [*cells, *_sizes(row, row.range)]


def _net(row: Taken) -> list[Cell]:
    if row.net is None:
        return [row.deduct, UNKNOWN, UNKNOWN]
    return [row.deduct, row.net, row.gross - row.net]


def _sizes(row: Taken, whole: Range) -> list[Cell]:
    share = row.gross / whole.cents if whole.cents else 0.0
    return [share, row.width_m, Text("是", "yes") if row.sliver else ""]
