"""Control lines on a real city: figures against a second, plain way with geopandas."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from checks.model import Finding
from checks.run import check_project

PROJECT = """
[project]
name = "Novi Sad"
packs = ["control-lines"]

[layers]
zones = {{path = "{folder}/landuse.shp", where = "type = 'industrial'"}}
ecological_redline = {{path = "{folder}/natural.shp", where = "type = 'forest'"}}
basic_farmland = {{path = "{folder}/landuse.shp", where = "type = 'farmland'"}}
roads = "{folder}/road.shp"

[params]
"LINE-2" = {{reach_m = 300}}
"""


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    return real_data / "novisad_osm"


@pytest.fixture(scope="module")
def found(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finding]:
    file = tmp_path_factory.mktemp("novisad") / "zone.toml"
    file.write_text(PROJECT.format(folder=folder.as_posix()), encoding="utf-8")
    report = check_project(file)
    return {finding.rule: finding for finding in report.zones[0].findings}


def read(folder: Path, name: str, kind: str | None = None) -> gpd.GeoSeries:
    frame = gpd.read_file(folder / f"{name}.shp", columns=["type"], encoding="latin1")
    kept = frame if kind is None else frame[frame["type"] == kind]
    return kept.geometry.make_valid()


# A plane of UTM zone 34 is up to 4 parts in 10,000 off in length near its central meridian, and twice that in area.
AREA, LENGTH = 1.2e-3, 6e-4


def test_land_taken_is_what_geopandas_says(found: dict[str, Finding], folder: Path) -> None:
    industry = shapely.union_all(read(folder, "landuse", "industrial"))
    for rule, layer, kind in (("LINE-1", "landuse", "farmland"), ("LINE-2", "natural", "forest")):
        taken_m2 = shapely.intersection(industry, shapely.union_all(read(folder, layer, kind))).area
        measures = found[rule].outcome.measures
        assert measures["overlap_m2"] + measures["sliver_m2"] == pytest.approx(taken_m2, rel=AREA, abs=0.01)
        clear = "pass" if rule == "LINE-1" else "undetermined"  # roads cross the forest
        assert found[rule].verdict == ("fail" if taken_m2 > 1 else clear)


def test_roads_through_the_forest_are_what_geopandas_says(found: dict[str, Finding], folder: Path) -> None:
    industry = shapely.union_all(read(folder, "landuse", "industrial"))
    forest = shapely.union_all(read(folder, "natural", "forest"))
    looked = shapely.difference(shapely.intersection(forest, industry.buffer(300)), industry)
    roads = gpd.read_file(folder / "road.shp").geometry
    crossing_m = shapely.length(shapely.intersection(roads.to_numpy(), looked)).sum()
    assert crossing_m > 100
    assert found["LINE-2"].outcome.measures["crossing_m"] == pytest.approx(crossing_m, rel=LENGTH * 4)
