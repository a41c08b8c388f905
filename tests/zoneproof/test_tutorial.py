"""The tutorial's pack is valid, is the one that the pages quote, and judges a site as it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

import zoneproof
from checks.packs import validate_pack

DOCS = Path(__file__).resolve().parents[2] / "docs"
PACK = DOCS / "county.toml"
X, Y = 540_000.0, 2_604_000.0


@pytest.mark.parametrize("page", ["own-pack.md", "own-pack.zh-CN.md"])
def test_what_the_pages_quote_stands_in_the_pack(page: str) -> None:
    validate_pack(PACK)
    pack = tomllib.loads(PACK.read_text(encoding="utf-8"))
    blocks = [
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.S)
    ]
    assert len(blocks) == 3
    assert blocks[0]["pack"] == pack["pack"] and blocks[0]["roles"]["river"] == pack["roles"]["river"]
    assert blocks[1]["rule"][0] in pack["rule"]
    assert "county.toml" in blocks[2]["project"]["packs"] and set(pack["roles"]) < set(blocks[2]["layers"])


def site(folder: Path, *, house_m: float, river_m: float, road_m: float, rise: float) -> Path:
    """A square kilometre with a house, a river and roads at given distances, on ground that rises east."""

    def store(name: str, *geometries: object) -> None:
        gpd.GeoDataFrame(geometry=list(geometries), crs="EPSG:4542").to_file(folder / f"{name}.gpkg")

    store("zones", shapely.box(X, Y, X + 1000, Y + 1000))
    store("dwellings", shapely.box(X + 1000 + house_m, Y, X + 1100 + house_m, Y + 100))
    store("river", shapely.LineString([(X - 500, Y - river_m), (X + 1500, Y - river_m)]))
    rows = np.arange(1, int(road_m / 1000) + 1) * 1000 / (int(road_m / 1000) + 1)
    store("roads", *(shapely.LineString([(X, Y + at), (X + 1000, Y + at)]) for at in rows))
    heights = np.tile(np.arange(70) * 25 * rise, (70, 1)).astype("float32")
    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", width=70, height=70, count=1, dtype="float32",
        crs="EPSG:4542", transform=from_origin(X - 300, Y + 1300, 25, 25),
    ) as target:  # fmt: skip
        target.write(heights, 1)
    layers = "\n".join(f'{role} = "{role}.gpkg"' for role in ("zones", "dwellings", "river", "roads"))
    head = f'[project]\nname = "示例"\ncrs = "EPSG:4542"\npacks = ["{PACK.as_posix()}"]'
    text = f'{head}\n[layers]\n{layers}\ndem = "dem.tif"\n'
    (folder / "zone.toml").write_text(text, encoding="utf-8")
    return folder


def verdicts(folder: Path) -> dict[str, str]:
    return {finding.rule: finding.verdict for finding in zoneproof.check(folder).zones[0].findings}


def test_a_good_site_passes_and_a_bad_one_fails_every_rule(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    good = verdicts(site(tmp_path / "good", house_m=510, river_m=31, road_m=9_000, rise=0.14))
    assert good == dict.fromkeys(("CS-1", "CS-2", "CS-3", "CS-4"), "pass")
    bad = verdicts(site(tmp_path / "bad", house_m=490, river_m=29, road_m=7_000, rise=0.16))
    assert bad == dict.fromkeys(("CS-1", "CS-2", "CS-3", "CS-4"), "fail")
