"""The zones of a made-up province, with the lines and figures that belong to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from layers.samples.province_land import COUNTIES, SEED, Floats, Land, well_inside

SPACING_M = 4_200.0
KEPT_M = 2_600.0
"""Farmland keeps so far from the middle of most zones."""
YEARS = (2023, 2024)


@dataclass(frozen=True)
class Zone:
    """One zone; `built` is the part that is built, `expansion` the land that it would take in."""

    name: str
    county: int
    middle: Floats
    land: Polygon
    built: BaseGeometry
    expansion: Polygon | None
    kept_clear: bool


def zones(made: Land, count: int) -> list[Zone]:
    """So many zones on low land, apart from each other; fewer where there is no room."""
    rng = np.random.default_rng([SEED, 41])
    order = rng.permutation(len(made.middle))
    order = order[(made.height[order] < 0.42) & (made.code[order] != "1101")]
    order = order[well_inside(made.middle[order], made.side_m)]
    found: list[Zone] = []
    taken = np.empty((0, 2))
    spacing = min(SPACING_M, made.side_m / (2.2 * count**0.5))
    for row in order:
        if len(found) == count:
            break
        middle = made.middle[row]
        if len(taken) and np.hypot(*(taken - middle).T).min() < spacing:
            continue
        taken = np.vstack([taken, middle])
        found.append(_zone(len(found), int(made.county[row]), middle, np.random.default_rng([SEED, 42, len(found)])))
    return found


def _zone(number: int, county: int, middle: Floats, rng: np.random.Generator) -> Zone:
    radius_m = float(rng.uniform(450, 1_250))
    land = _rounded(middle, radius_m, rng)
    turn = rng.uniform(0, 2 * np.pi)
    way = np.array([np.cos(turn), np.sin(turn)])
    share = rng.uniform(0.45, 1.05)
    far = 4 * radius_m
    edge = middle + way * radius_m * (2 * share - 1)
    aside = np.array([-way[1], way[0]]) * far
    half = Polygon([edge + aside, edge - aside, edge - aside - way * far, edge + aside - way * far])
    expansion = None
    if rng.random() < 0.4:
        grown = _rounded(middle + way * radius_m * 1.1, radius_m * 0.6, rng).difference(land)
        expansion = max(shapely.get_parts(grown), key=lambda part: part.area)
    name = f"{COUNTIES[county]}县虚构产业园区{number + 1:03d}"
    return Zone(name, county, middle, land, land.intersection(half), expansion, bool(rng.random() < 0.8))


def _rounded(middle: Floats, radius_m: float, rng: np.random.Generator) -> Polygon:
    """An outline as parks have, to the millimetre."""
    waves = np.arange(2, 8)
    size, shift = rng.normal(0, 0.2, len(waves)) / waves, rng.uniform(0, 2 * np.pi, len(waves))
    angle = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    away = radius_m * (1 + (size * np.cos(np.outer(angle, waves) + shift)).sum(axis=1))
    return Polygon(np.round(middle + away[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), 3))


def urban(found: list[Zone]) -> list[tuple[str, BaseGeometry]]:
    """Town boundaries around most zones and their expansion; some are drawn short of the land, some end in a strip."""
    rng = np.random.default_rng([SEED, 43])
    rows: list[tuple[str, BaseGeometry]] = []
    for zone in found:
        land = zone.land if zone.expansion is None else zone.land.union(zone.expansion)
        inner = land.buffer(float(rng.choice((260.0, 260.0, 260.0, -120.0))), quad_segs=4)
        rows += [("集中建设区", inner), ("弹性发展区", inner.buffer(180, quad_segs=4).difference(inner))]
    return rows


def industrial(found: list[Zone]) -> list[BaseGeometry]:
    """The industrial land's red line of each zone; where it would grow, mostly around the land to be taken in too."""
    rng = np.random.default_rng([SEED, 44])
    lines: list[BaseGeometry] = []
    for zone in found:
        inner: BaseGeometry = zone.land.buffer(-float(rng.uniform(20, 220)), quad_segs=4)
        grows = rng.random() < 0.75
        if zone.expansion is not None and grows:
            inner = zone.land.union(zone.expansion).buffer(-2, quad_segs=4).union(zone.expansion)
        lines.append(inner)
    return lines


def approved_m2(found: list[Zone]) -> list[float]:
    """The areas that were approved: those of the outlines to within a few tenths of a per cent, a few far off."""
    rng = np.random.default_rng([SEED, 48])
    off = rng.choice((0.0, 0.0, 0.0, 0.0, 0.03), len(found)) + rng.uniform(-1e-4, 1e-4, len(found))
    return [round(zone.land.area * (1 + float(share)), 2) for zone, share in zip(found, off, strict=True)]


def incidents(found: list[Zone]) -> pd.DataFrame:
    """Two years of incidents: most zones have none, few a grave one."""
    rng = np.random.default_rng([SEED, 45])
    days = pd.date_range("2023-07-26", "2025-07-24")
    rows = []
    for zone in found:
        for _ in range(int(rng.choice((0, 0, 0, 1, 2)))):
            level = str(rng.choice(("一般", "一般", "一般", "一般", "较大", "重大")))
            kind = str(rng.choice(("安全", "环境", "土地")))
            day = days[int(rng.integers(len(days)))].date().isoformat()
            rows.append((zone.name, day, kind, level, "虚构 made up"))
    return pd.DataFrame(rows, columns=["园区名称", "日期", "类型", "级别", "说明"])


def rankings(found: list[Zone]) -> pd.DataFrame:
    """Ranks of two years among all zones of the kind, and among those of the region."""
    rng = np.random.default_rng([SEED, 46])
    rows = []
    for year in YEARS:
        for group in ("同类型", "同区域"):
            order = rng.permutation(len(found)) + 1
            rows += [(zone.name, year, group, int(rank), len(found)) for zone, rank in zip(found, order, strict=True)]
    return pd.DataFrame(rows, columns=["园区名称", "年份", "组别", "名次", "总数"])


def environment(found: list[Zone]) -> pd.DataFrame:
    """Yearly means of one station per zone."""
    rng = np.random.default_rng([SEED, 47])
    rows = []
    for zone in found:
        for indicator, unit, limit, mean in (("PM2.5", "ug/m3", "<=35", 26.0), ("氨氮", "mg/L", "<=1.0", 0.6)):
            level, better = mean * rng.uniform(0.7, 1.42), rng.random() < 0.85
            for year in (2022, *YEARS):
                level *= rng.uniform(0.9, 0.985) if better else rng.uniform(0.98, 1.06)
                value = round(float(level), 2)
                rows.append((zone.name, year, f"{zone.name}监测点", indicator, value, unit, limit))
    return pd.DataFrame(rows, columns=["园区名称", "年份", "站点", "指标", "数值", "单位", "限值"])
