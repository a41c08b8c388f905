"""The made-up province, a small one: labelled, the same every time, of the form that the real thing would have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import zoneproof
from layers.samples import write_province
from maps.outputs.findings import to_bytes
from zoneproof.cli import main

PARCELS = 20_000


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_province(tmp_path_factory.mktemp("province"), PARCELS).parent


@pytest.fixture(scope="module")
def survey(province: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(province / "数据" / "地类图斑.parquet")


def layer(province: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(province / "province.gpkg", layer=name)


def test_the_survey_is_a_coverage_of_about_the_size_asked_for(province: Path, survey: gpd.GeoDataFrame) -> None:
    assert len(survey) == pytest.approx(PARCELS, rel=0.05)
    whole = survey[survey.is_valid]
    assert len(survey) - len(whole) == 1
    assert shapely.coverage_is_valid(whole.geometry.to_numpy())
    assert survey["BSM"].is_unique
    assert survey["TBMJ"].sum() == pytest.approx(survey.area.sum(), rel=1e-3)
    assert survey["DLBM"].nunique() >= 9
    assert layer(province, "province").area.sum() == pytest.approx(whole.area.sum(), rel=1e-3)


def test_codes_and_names_say_that_it_is_made_up(province: Path, survey: gpd.GeoDataFrame) -> None:
    assert survey["ZLDWDM"].str.fullmatch(r"99\d{10}").all()
    assert survey["ZLDWMC"].str.endswith("(虚构)").all()
    assert layer(province, "zones")["YQMC"].str.contains("虚构").all()
    assert layer(province, "counties")["名称"].str.endswith("(虚构)").all()
    head = (province / "zone.toml").read_text(encoding="utf-8").split("[project]")[0]
    assert "全部虚构" in head
    assert "All of it is made up" in head


def test_zones_lie_apart_within_the_province(province: Path) -> None:
    zones = layer(province, "zones").geometry
    assert len(zones) >= 3
    assert zones.within(layer(province, "province").union_all()).all()
    assert zones.union_all().area == pytest.approx(zones.area.sum())
    expansion = layer(province, "expansion").geometry.union_all()
    assert expansion.intersection(zones.union_all()).area < 1


def test_the_big_layers_are_indexed_by_county(province: Path, survey: gpd.GeoDataFrame) -> None:
    manifest = json.loads((province / "索引" / "地类图斑" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["features"] == len(survey)
    assert {part["county"] for part in manifest["parts"]} == set(survey["ZLDWDM"].str[:6])
    assert manifest["broken"]["invalid"] == 1


def test_farmland_keeps_off_the_zones_that_were_laid_out_with_care(province: Path) -> None:
    farmland = gpd.read_parquet(province / "数据" / "永久基本农田.parquet").geometry
    zones = layer(province, "zones").geometry.to_numpy()
    meets = np.array([bool(farmland.intersects(zone).any()) for zone in zones])
    assert not meets.all()


def test_the_same_bytes_every_time(province: Path, tmp_path: Path) -> None:
    write_province(tmp_path, PARCELS)
    for path in sorted(path for path in province.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / path.relative_to(province)).read_bytes(), path.name


def test_originals_give_the_same_findings(province: Path) -> None:
    text = (province / "zone.toml").read_text(encoding="utf-8")
    plain = re.sub(r'path = "索引/(\w+)"', r'path = "数据/\1.parquet"', text)
    assert plain != text
    (province / "plain.toml").write_text(plain, encoding="utf-8")
    found = to_bytes(zoneproof.check(province))
    assert to_bytes(zoneproof.check(province / "plain.toml")) == found
    verdicts = {item["verdict"] for zone in json.loads(found)["zones"] for item in zone["findings"]}
    assert {"pass", "fail", "undetermined", "info"} <= verdicts
    (province / "plain.toml").unlink()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    assert main(["demo", "--province", str(folder), "--parcels", "4000", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert str(folder / "zone.toml") in out
    assert str(folder / "zoneproof-out" / "map.html") in out
    assert (folder / "zoneproof-out" / "findings.json").is_file()
    assert (folder / "zoneproof-out" / "map.html").is_file()
