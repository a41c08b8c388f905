"""The attributes of every layer, as frames ready to be written."""

from __future__ import annotations

import geopandas as gpd

from layers.samples import border, lines
from layers.samples.buildings import buildings
from layers.samples.exactness import area_m2
from layers.samples.ground import built_up, lot_shapes, park, phases, surveyed
from layers.samples.networks import facilities, outer_roads, utilities
from layers.samples.parcels import PHASES
from layers.samples.streets import streets
from layers.samples.uses import INDUSTRIES
from layers.samples.valley import CRS

PARK, AREA = "云南耿马产业园区", "蔗糖产业园片区"
MADE_UP = "图形与位置为虚构 made up"
SURVEY_NAMES = {
    "0101": "水田",
    "0103": "旱地",
    "0201": "果园",
    "0202": "茶园",
    "0301": "乔木林地",
    "0302": "竹林地",
    "0305": "灌木林地",
    "0404": "其他草地",
    "0508": "物流仓储用地",
    "05H1": "商业服务业设施用地",
    "0601": "工业用地",
    "0701": "城镇住宅用地",
    "0702": "农村宅基地",
    "08H1": "机关团体新闻出版用地",
    "0809": "公用设施用地",
    "0810": "公园与绿地",
    "1003": "公路用地",
    "1004": "城镇村道路用地",
    "1006": "农村道路",
    "1101": "河流水面",
    "1104": "坑塘水面",
    "1202": "设施农用地",
}
PLAN_NAMES = {
    "070102": "二类城镇住宅用地",
    "0801": "机关团体用地",
    "0901": "商业用地",
    "100102": "二类工业用地",
    "110101": "一类物流仓储用地",
    "1207": "城镇村道路用地",
    "1302": "排水用地",
    "1401": "公园绿地",
    "1402": "防护绿地",
    "16": "留白用地",
}
STATES = {
    "built": "已建",
    "supplied": "已供未建",
    "ready": "达到供地条件",
    "unready": "未达供地条件",
    "undevelopable": "不可建设",
}
USES = {
    "industrial": "工业",
    "storage": "物流仓储",
    "housing": "居住",
    "commercial": "商业",
    "public": "公共服务",
    "utility": "公用设施",
    "green": "绿地",
    "x-own-plant": "x-企业自建",
}
KINDS = {"building": "建筑物", "structure": "构筑物", "yard": "堆场"}
STATUSES = {"built": "已建", "under-construction": "在建"}


def _frame(rows: list[dict[str, object]], shapes: list[object], crs: str = CRS) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs)


def park_layers() -> dict[str, gpd.GeoDataFrame]:
    """The layers of park.gpkg by name."""
    return {
        "zones": _zones(),
        "built_up": _frame([{"status": "built", "note": MADE_UP} for _ in built_up()], list(built_up())),
        **control_lines(),
        "land_use": land_use(),
        "land_use_plan": _land_use_plan(),
        "roads": _roads(),
        "utilities": _frame(
            [{"kind": one.kind, "status": one.status, "name": one.name} for one in utilities()],
            [one.line for one in utilities()],
        ),
        "facilities": _facilities(),
    }


def _zones() -> gpd.GeoDataFrame:
    rows = [
        {"id": f"Z{number}", "zone": PARK, "area": AREA, "phase": PHASES[number - 1], "note": MADE_UP}
        for number in range(1, len(phases()) + 1)
    ]
    return _frame(rows, list(phases()))  # type: ignore[arg-type]


def control_lines() -> dict[str, gpd.GeoDataFrame]:
    """The made-up control lines and the extent in which they are complete."""
    red, farm, town, works = (
        lines.ecological_redline(),
        lines.basic_farmland(),
        lines.urban_boundary(),
        lines.industrial_redline(),
    )
    farms: list[dict[str, object]] = [
        {
            "YJJBNTTBBH": f"XN{number:04d}",
            "name": "永久基本农田(虚构)",
            "DLBM": patch.code,
            "KCXS": patch.deduct,
            "YJJBNTTBMJ": round(area_m2(polygon), 2),
        }
        for number, (patch, polygon) in enumerate(farm, 1)
    ]
    return {
        "ecological_redline": _frame(
            [{"BSM": f"XH{n}", "name": "生态保护红线(虚构)"} for n, _ in enumerate(red, 1)], list(red)
        ),
        "basic_farmland": _frame(farms, [polygon for _, polygon in farm]),
        "urban_boundary": _frame(
            [{"GHFQMC": name, "note": MADE_UP} for name, _ in town], [polygon for _, polygon in town]
        ),
        "industrial_redline": _frame(
            [{"BSM": f"XG{n}", "name": "工业用地红线(虚构)"} for n, _ in enumerate(works, 1)], list(works)
        ),
        "extent": _frame([{"note": "虚构图层的完整范围 where the made-up layers are complete"}], [lines.extent()]),
    }


def land_use() -> gpd.GeoDataFrame:
    """Surveyed land use with the field names of the national survey."""
    found = surveyed()
    rows: list[dict[str, object]] = [
        {
            "BSM": f"XT{number:05d}",
            "DLBM": patch.code,
            "DLMC": SURVEY_NAMES[patch.code],
            "QSXZ": "10" if built else "30",
            "QSDWMC": patch.owner,
            "ZLDWMC": patch.owner,
            "TBMJ": round(area_m2(polygon), 2),
            "KCXS": patch.deduct,
            "GDPDJB": patch.grade or None,
            "SJNF": 2024,
        }
        for number, (patch, built, polygon) in enumerate(found, 1)
    ]
    return _frame(rows, [polygon for _, _, polygon in found])


def _land_use_plan() -> gpd.GeoDataFrame:
    rows: list[dict[str, object]] = [
        {
            "BSM": f"XP{number:04d}",
            "YDYHFLDM": lot.plan,
            "YDYHFLMC": PLAN_NAMES[lot.plan],
            "TBMJ": round(area_m2(polygon), 2),
        }
        for number, (lot, polygon) in enumerate(lot_shapes(), 1)
    ]
    return _frame(rows, [polygon for _, polygon in lot_shapes()])


def _roads() -> gpd.GeoDataFrame:
    inside: list[dict[str, object]] = [
        {"name": one.name, "class": one.rank, "status": one.status, "width_m": one.width_m} for one in streets()
    ]
    outside = outer_roads()
    inside += [{"name": name, "class": "rural", "status": "built", "width_m": 7.5} for _, name in outside]
    return _frame(inside, [*(one.line for one in streets()), *(line for line, _ in outside)])


def _facilities() -> gpd.GeoDataFrame:
    rows: list[dict[str, object]] = [
        {
            "kind": one.kind,
            "name": one.name,
            "class": one.rank,
            "status": one.status,
            "capacity": one.capacity,
            "unit": one.unit,
        }
        for one in facilities()
    ]
    return _frame(rows, [one.place for one in facilities()])


def parcels() -> gpd.GeoDataFrame:
    """Lots with Chinese field names, as an office hands them on; the streets' land is no parcel."""
    found = [(lot, polygon) for lot, polygon in lot_shapes() if lot.kind != "road"]
    rows: list[dict[str, object]] = [
        {
            "地块编号": f"GM-{number:03d}",
            "土地状态": STATES[lot.state],
            "用途": USES[lot.use],
            "行业代码": INDUSTRIES[number % len(INDUSTRIES)] if lot.detail == "own" else None,
            "备注": "虚构",
        }
        for number, (lot, _) in enumerate(found, 1)
    ]
    return _frame(rows, [polygon for _, polygon in found])


def building_rows() -> gpd.GeoDataFrame:
    """Buildings with Chinese field names; floor areas and lettings only where the source states their sum."""
    rows: list[dict[str, object]] = [
        {
            "建筑编号": f"J{number:03d}",
            "类别": KINDS[one.kind],
            "用途": USES[one.use],
            "建设状态": STATUSES[one.status],
            "名称": one.name,
            "层数": _number(one.floors),
            "建筑面积": _number(one.floor_m2),
            "出租面积": _number(one.let_m2),
            "套数": _number(one.units),
            "出租套数": _number(one.let_units),
        }
        for number, one in enumerate(buildings(), 1)
    ]
    return _frame(rows, [one.footprint for one in buildings()])


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def expansion_layers() -> dict[str, gpd.GeoDataFrame]:
    """The layers of expansion.gpkg: the border zone's areas in degrees, the rest as in the park's project."""
    rows: list[dict[str, object]] = [
        {
            "id": f"B{number}",
            "zone": border.ZONE,
            "area": name,
            "note": "轮廓、位置与面积分配均为虚构,只有总面积3.47平方公里是事实",
        }
        for number, (name, _) in enumerate(border.areas(), 1)
    ]
    zones = _frame(rows, [polygon for _, polygon in border.areas()], border.LONLAT)
    built = _frame(
        [{"status": "built", "note": "耿马园区的建成区(图形虚构,面积1.06平方公里)"} for _ in built_up()],
        list(built_up()),
    )
    return {
        "zones": zones,
        "耿马建成区_虚构": built,
        **{f"{name}_虚构": frame for name, frame in control_lines().items()},
    }


def expansion() -> gpd.GeoDataFrame:
    """The Gengma park as the land to be taken in."""
    return _frame([{"编号": "KQ-1", "园区名称": border.ZONE, "片区名称": PARK, "备注": "图形虚构"}], [park()])
