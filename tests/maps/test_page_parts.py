"""What stands on the page, from the report to plain values: charts, words for measures, relief, base maps."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_bounds

from checks.model import Evidence, Limit, Report
from geo.crs import Datum, parse_crs, tie
from geo.errors import ZoneproofError
from layers.model import Raster
from layers.roles import roles
from maps.basemap import basemap
from maps.chart_parts import by_part
from maps.charts import bars, gauges
from maps.hillshade import hillshade, png, shade
from maps.measure_words import measure_words
from maps.page_findings import wanted


def test_gauges_show_a_value_against_its_limit(report: Report) -> None:
    finding = report.zones[0].findings[1]
    outcome = replace(finding.outcome, limits=(Limit("min_share", 0.6, 0.8, ">="), Limit("gap_m", 0.0, 0.0, "<=")))
    (told,) = gauges(replace(finding, outcome=outcome))
    assert (told["value"], told["threshold"], told["at_least"], told["met"]) == (0.6, 0.8, True, False)
    assert told["value_text"] == ["60%"] and told["threshold_text"] == ["≥ 80%"]


def test_bars_gather_what_belongs_together(report: Report) -> None:
    finding = report.zones[0].findings[0]
    measures = {
        "slope_deg_0_3_share": 0.7, "slope_deg_0_3_m2": 70.0, "slope_deg_over_25_share": 0.3,
        "survey-2020_0101_m2": 10.0, "survey-2020_0103_m2": 40.0, "survey-2020_0103_net_m2": 39.0,
        "concentrated_share": 0.9, "flexible_share": 0.1, "known_share": 1.0, "edition": "2023", "nothing_share": None,
    }  # fmt: skip
    told = bars(replace(finding, outcome=replace(finding.outcome, measures=measures)))
    assert [[chart["title"], [row[:2] for row in chart["rows"]]] for chart in told] == [
        [["坡度", "slope"], [[["0–3°"], 0.7], [["> 25°"], 0.3]]],
        [["现状地类", "surveyed use"], [[["0101"], 0.25], [["0103"], 1.0]]],
        [
            None,
            [
                [["集中建设区占比", "share in the concentrated area"], 0.9],
                [["弹性发展区占比", "share in the flexible area"], 0.1],
            ],
        ],
    ]


def test_measures_have_words(report: Report) -> None:
    assert measure_words("overlap_m2").zh == "重叠面积"
    assert measure_words("slope_percent_minus_5_2p5_share").en == "slope -5–2.5%"
    assert measure_words("survey-2020_0101_net_m2").zh == "现状地类 0101 扣除系数后"
    assert measure_words("roads_m2").zh == "道路"
    assert measure_words("x-own_thing").zh == "x-own_thing"
    assert wanted("role:rankings").zh.endswith("(rankings)") and wanted("role:rankings").zh.startswith("图层或表 ")
    assert re.fullmatch(r"字段 园区用地范围:.+\(zones\.approved_m2\)", wanted("field:zones.approved_m2").zh)
    assert wanted("document:master-plan").en == "document master-plan" and "(" in wanted("document:master-plan").zh
    assert wanted("param:X-1.min").zh == "参数 X-1.min"


def test_relief_is_bright_towards_the_light() -> None:
    slope = np.add.outer(np.arange(9.0), np.arange(9.0))  # falls to the north-west
    flat, lit, dark = (float(shade(heights, 1.0)[4, 4]) for heights in (slope * 0, slope, -slope))
    assert dark < flat < lit
    assert flat == pytest.approx(np.sqrt(0.5))
    assert np.isnan(shade(np.where(slope == 8, np.nan, slope), 1.0)).any()


def test_relief_covers_the_land_and_its_surroundings(report: Report, tmp_path: Path) -> None:
    west, south, east, north = report.inputs.layers["zones"].frame.total_bounds
    heights = (300 * np.outer(np.sin(np.arange(60) / 4), np.cos(np.arange(80) / 5))).astype("float32")
    file = tmp_path / "dem.tif"
    place = {"transform": from_bounds(west - 2000, south - 2000, east + 2000, north + 2000, 80, 60), "count": 1}
    with rasterio.open(file, "w", driver="GTiff", width=80, height=60, dtype="float32", **place) as raster:
        raster.write(heights, 1)
    tied = tie(parse_crs("EPSG:4542", "dem"), Datum(), "dem")
    dem = Raster(roles()["dem"], file, "EPSG:4542", "dem", tied)  # the file itself has no CRS: the project states it
    told = hillshade(replace(report, inputs=replace(report.inputs, rasters={"dem": dem})))
    assert told is not None
    (low, left), (high, right) = told["bounds"]
    lonlat = report.inputs.plane.to_lonlat(shapely.box(west, south, east, north))
    assert shapely.box(left, low, right, high).contains(lonlat)
    assert base64.b64decode(told["png"]).startswith(b"\x89PNG")
    shifted = replace(dem, tie=tie(parse_crs("EPSG:4542", "dem"), Datum(towgs84=(100.0, 0.0, 0.0)), "dem"))
    moved = hillshade(replace(report, inputs=replace(report.inputs, rasters={"dem": shifted})))
    assert moved is not None and moved["bounds"] == pytest.approx(np.array(told["bounds"]), abs=1e-6)
    assert moved["png"] != told["png"]
    nowhere = replace(dem, crs="EPSG:4548", tie=tie(parse_crs("EPSG:4548", "dem"), Datum(), "dem"))
    assert hillshade(replace(report, inputs=replace(report.inputs, rasters={"dem": nowhere}))) is None
    assert hillshade(report) is None


def test_the_picture_is_a_png() -> None:
    grey = np.arange(24, dtype=np.uint8).reshape(3, 4, 2)
    told = png(grey)
    assert told.startswith(b"\x89PNG\r\n\x1a\n") and struct.unpack(">II", told[16:24]) == (4, 3)
    body = told[told.index(b"IDAT") + 4 :]
    assert zlib.decompressobj().decompress(body)[1:9] == grey[0].tobytes()


def test_base_maps_are_named() -> None:
    key = "0123456789abcdef0123456789abcdef"
    tiles = basemap(f"tianditu:{key}")
    assert tiles.host == "https://t0.tianditu.gov.cn" and len(tiles.addresses) == 2 and key in tiles.addresses[0]
    own = basemap("https://tiles.example.org:8443/wmts/{TileMatrix}/{TileRow}/{TileCol}.png")
    assert (
        own.host == "https://tiles.example.org:8443"
        and own.addresses[0].endswith("/{z}/{y}/{x}.png")
        and not own.shifted
    )
    assert basemap("https://webrd01.is.autonavi.com/t?x={x}&y={y}&z={z}").shifted


@pytest.mark.parametrize(
    "given",
    [
        "osm", "https://x.org/{x}/{y}", "file:///{x}/{y}/{z}", "javascript:{x}{y}{z}", "https://x.org;script-src/{x}{y}{z}",
        "https://x.org/{x}/{y}/{z}' *", "https://a:b@x.org/{x}/{y}/{z}", "https:///{x}{y}{z}", "https://x.org:port/{x}{y}{z}",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ZoneproofError) as told:
        basemap(given)
    assert told.value.code == "basemap-address"


def test_a_key_with_more_in_it_is_refused() -> None:
    with pytest.raises(ZoneproofError, match="basemap-key"):
        basemap("tianditu:abc&x=https://evil")


def test_a_share_is_spread_over_phases_and_areas(report: Report) -> None:
    west, south, east, north = report.inputs.layers["zones"].frame.geometry[0].bounds
    middle = (west + east) / 2
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    frame = gpd.GeoDataFrame({"zone": ["甲园区"] * 2, "phase": ["一期", "二期"]}, geometry=halves, crs="EPSG:4542")
    layers = {"zones": replace(report.inputs.layers["zones"], frame=frame)}
    built = Evidence("built_up", "1", area_m2=1.0, geometry=shapely.box(west, south, (west + middle) / 2, north))
    finding = report.zones[0].findings[0]
    outcome = replace(finding.outcome, value=0.25, unit="share", evidence=(built,))
    finding = replace(finding, kind="share", subject="zone", outcome=outcome)
    (told,) = by_part(replace(report, inputs=replace(report.inputs, layers=layers)), finding, "甲园区")
    assert told["title"] == ["分期", "by phase"]
    assert [(label, pytest.approx(share, abs=1e-6), text) for label, share, text in told["rows"]] == [
        (["一期"], 0.5, ["50%"]),
        (["二期"], 0.0, ["0%"]),
    ]
    assert list(by_part(report, replace(finding, kind="no-overlap"), "甲园区")) == []
