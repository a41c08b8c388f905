"""A made-up province: zones, a survey of the whole land, control lines, tables, and the project that checks them all.

The same bytes come out every time for the same number of parcels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.index.build import Options, index
from layers.model import Progress
from layers.samples import province_zones as drawn
from layers.samples.province_land import (
    COUNTIES,
    COUNTY_CODE,
    CRS,
    SEED,
    Geoms,
    Land,
    counties,
    land,
    redlines,
    stated_m2,
)
from layers.samples.rows import SURVEY_NAMES
from layers.samples.write import dated, write_csv, write_geopackage
from layers.text import Text

PARCELS = 1_000_000
ZONES = 120
FEWEST_ZONES = 3
SURVEY, FARMLAND = "地类图斑", "永久基本农田"
"""The two big layers: GeoParquet as it was exported, and an index of each that the check reads."""
CULTIVATED = ("0101", "0103")
BROKEN_EVERY = 40_000
"""One parcel in so many is drawn with a crossing, as real surveys have some."""


def write_province(folder: Path, parcels: int = PARCELS, progress: Progress | None = None) -> Path:
    """Write the province with about so many survey parcels into `folder`, index its big layers; the project file."""
    tell = progress or (lambda *_: None)
    data = folder / "数据"
    data.mkdir(parents=True, exist_ok=True)
    tell(Text("绘制全省土地", "drawing the land"), 0, 6)
    made = land(parcels)
    zones = drawn.zones(made, max(round(parcels * ZONES / PARCELS), FEWEST_ZONES))
    survey = _survey(made)
    steps: list[tuple[Text, Callable[[], None]]] = [
        (Text("写出地类图斑", "writing the survey"), lambda: _write(survey, data / f"{SURVEY}.parquet")),
        (
            Text("写出永久基本农田", "writing farmland"),
            lambda: _write(_farmland(survey, made, zones), data / f"{FARMLAND}.parquet"),
        ),
        (
            Text("写出园区与控制线", "writing zones and lines"),
            lambda: write_geopackage(folder / "province.gpkg", _layers(made, zones)),
        ),
        (Text("写出表格", "writing tables"), lambda: _tables(data, zones)),
        (Text("写出项目文件", "writing the project file"), lambda: _text(folder)),
    ]
    with dated():
        for done, (told, step) in enumerate(steps, 1):
            tell(told, done, len(steps) + 1)
            step()
    for name in (SURVEY, FARMLAND):
        source = data / f"{name}.parquet"
        options = Options(called=f"数据/{name}.parquet", force=True)
        index(str(source), folder / "索引" / name, options, tell)
    return folder / "zone.toml"


def _survey(made: Land) -> gpd.GeoDataFrame:
    """The survey's parcels with the fields of the national standard."""
    rng = np.random.default_rng([SEED, 61])
    count = len(made.parcels)
    code = made.code
    cultivated = np.isin(code, CULTIVATED)
    steep = np.clip(np.floor(made.height * 9), 1, 5).astype(np.int64)
    deduct = np.where(cultivated & (steep > 1), np.round(0.03 + 0.025 * steep, 3), 0.0)
    village = rng.integers(1, 60, count)
    county = COUNTY_CODE + made.county
    frame = {
        "BSM": [f"{number:06d}{at:012d}" for at, number in enumerate(county.tolist())],
        "DLBM": code,
        "DLMC": [SURVEY_NAMES[each] for each in code],
        "QSXZ": np.where(np.isin(code, ("1101", "0301", "0701")), "20", "30"),
        "ZLDWDM": [f"{number:06d}{where:06d}" for number, where in zip(county.tolist(), village.tolist(), strict=True)],
        "ZLDWMC": [
            f"{COUNTIES[number]}县第{where}村(虚构)" for number, where in zip(made.county, village, strict=True)
        ],
        "TBMJ": stated_m2(made.parcels),
        "KCXS": deduct,
        "GDPDJB": [str(grade) if field else None for grade, field in zip(steep, cultivated, strict=True)],
        "SJNF": np.full(count, 2024),
    }
    return gpd.GeoDataFrame(frame, geometry=_some_broken(made.parcels), crs=CRS)


def _some_broken(parcels: Geoms) -> Geoms:
    """The parcels, a few with two vertices exchanged."""
    broken = parcels.copy()
    for at in range(BROKEN_EVERY // 3, len(parcels), BROKEN_EVERY):
        ring = shapely.get_coordinates(parcels[at])
        ring[[2, 4]] = ring[[4, 2]]
        broken[at] = shapely.Polygon(ring)
    return broken


def _farmland(survey: gpd.GeoDataFrame, made: Land, zones: list[drawn.Zone]) -> gpd.GeoDataFrame:
    """Most of the cultivated land, none of it near the zones that were laid out with care."""
    rng = np.random.default_rng([SEED, 62])
    chosen = np.isin(made.code, CULTIVATED) & (rng.random(len(made.code)) < 0.93)
    tree = shapely.STRtree(np.asarray(shapely.points(made.middle), dtype=object))
    for zone in zones:
        if zone.kept_clear:
            chosen[tree.query(shapely.Point(zone.middle), predicate="dwithin", distance=drawn.KEPT_M)] = False
    kept = survey.loc[chosen, ["BSM", "ZLDWDM", "ZLDWMC", "TBMJ", "KCXS", "geometry"]].reset_index(drop=True)
    kept["BSM"] = "YN" + kept["BSM"]
    return kept


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_parquet(path, compression="zstd", row_group_size=50_000)


def _layers(made: Land, zones: list[drawn.Zone]) -> dict[str, gpd.GeoDataFrame]:
    outlines = counties(made)
    names = [f"{COUNTIES[number]}县(虚构)" for number in outlines]
    codes = [f"{COUNTY_CODE + number}" for number in outlines]
    grown = [zone for zone in zones if zone.expansion is not None]
    town = drawn.urban(zones)
    lines = redlines(made)
    province = shapely.union_all(list(outlines.values()))
    return {
        "zones": _frame(
            [zone.land for zone in zones],
            YQMC=[zone.name for zone in zones],
            PQMC=["主片区"] * len(zones),
            PZMJ=drawn.approved_m2(zones),
        ),
        "expansion": _frame(
            [zone.expansion for zone in grown], YQMC=[zone.name for zone in grown], PQMC=["拓展片区"] * len(grown)
        ),
        "built_up": _frame([zone.built for zone in zones], 建设状态=["已建"] * len(zones)),
        "urban_boundary": _frame([area for _, area in town], 分区=[division for division, _ in town]),
        "industrial_redline": _frame(drawn.industrial(zones), 名称=[zone.name for zone in zones]),
        "ecological_redline": _frame(list(lines), BSM=[f"HX{at + 1:05d}" for at in range(len(lines))]),
        "counties": _frame(list(outlines.values()), 名称=names, XZQDM=codes),
        "province": _frame([province], 名称=["虚构省 made-up province"]),
    }


def _frame(geometry: Sequence[BaseGeometry | None], **columns: Sequence[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=CRS)


def _tables(folder: Path, zones: list[drawn.Zone]) -> None:
    tables: dict[str, pd.DataFrame] = {
        "事故事件.csv": drawn.incidents(zones),
        "集约利用排名.csv": drawn.rankings(zones),
        "环境监测.csv": drawn.environment(zones),
    }
    for name, frame in tables.items():
        write_csv(folder / name, frame)


def _text(folder: Path) -> None:
    text = files("layers.samples") / "texts" / "province.toml"
    (folder / "zone.toml").write_bytes(text.read_bytes())
