"""The QGIS project, opened by real QGIS: every layer valid, counts those of findings.json, drawn as the map is."""

from __future__ import annotations

import html
import json
import os
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from layers.samples import write_samples
from zoneproof.cli import main

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).parent / "open_in_qgis.py"


def has_qgis() -> bool:
    if not Path(PYTHON).exists():
        return False
    return subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode == 0


needs_qgis = pytest.mark.skipif(
    not os.environ.get("CI") and not has_qgis(), reason="QGIS (python3-qgis) is not installed"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("qgis")
    write_samples(place)
    main(["check", str(place / "park"), "-o", str(place / "out"), "--only", "qgis", "-q"])
    return place / "out"


@pytest.fixture(scope="module")
def opened(folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    picture = folder.parent / "qgis.png"
    call = [PYTHON, str(SCRIPT), str(folder / "zoneproof.qgz"), str(picture)]
    done = subprocess.run(call, capture_output=True, text=True, env=environment, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout.splitlines()[-1]), "picture": picture}


def test_the_project_is_xml_with_relative_paths_and_brings_its_geopackage(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"findings.json", "zoneproof.gpkg", "zoneproof.qgz"}
    with zipfile.ZipFile(folder / "zoneproof.qgz") as archive:
        assert archive.namelist() == ["zoneproof.qgs"]
        root = ET.fromstring(archive.read("zoneproof.qgs").partition(b"\n")[2])  # noqa: S314
    sources = [source.text or "" for source in root.iter("datasource")]
    starts = ("./zoneproof.gpkg|layername=", "GPKG:./zoneproof.gpkg:")
    assert sources and all(source.startswith(starts) for source in sources)


@needs_qgis
def test_every_layer_is_valid_and_has_its_style_and_words(opened: dict[str, Any]) -> None:
    assert opened["crs"] == "EPSG:4542" and len(opened["layers"]) > 12
    assert all(layer["valid"] for layer in opened["layers"].values())
    assert opened["groups"] == ["审查结果", "园区", "控制线", "管网设施", "土地与建筑", "地形"]
    assert opened["layers"]["land_use_polygon_layer"]["renderer"] == "categorizedSymbol"
    assert opened["layers"]["zones_polygon_layer"]["labels"]
    assert opened["layers"]["evidence_polygon_layer"]["alias"] == "标识"
    assert opened["layers"]["evidence_line_layer"]["renderer"] == "RuleRenderer"
    assert opened["labels"][:3] == ["符合", "不符合", "无法判定"]


@needs_qgis
def test_heights_are_shaded_and_can_be_read(opened: dict[str, Any]) -> None:
    ((name, (valid, renderer, (height, known))),) = opened["rasters"].items()
    assert (name, valid, renderer, known) == ("terrain_dem_layer", True, "hillshade", True)
    assert 400 < height < 2500


@needs_qgis
def test_tips_give_clause_and_figures_of_the_finding(folder: Path, opened: dict[str, Any]) -> None:
    content = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    findings = [finding for zone in content["zones"] for finding in zone["findings"]]
    told = "\n".join(opened["tips"])
    cited = [one for one in findings if any(item["bbox"] for item in one["evidence"]) and one["citation"]["clause"]]
    assert cited and all(html.escape(one["citation"]["clause"], quote=False) in told for one in cited)
    assert all(html.escape(one["message"]["zh"], quote=False) in told for one in cited)
    assert "[%" not in told


@needs_qgis
def test_the_relation_leads_from_each_finding_to_its_own_evidence(folder: Path, opened: dict[str, Any]) -> None:
    content = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    for finding in [finding for zone in content["zones"] for finding in zone["findings"]]:
        placed = sorted(item["id"] for item in finding["evidence"] if item["bbox"])
        assert sorted(opened["children"][finding["id"]]) == placed


@needs_qgis
def test_the_project_and_its_layers_say_what_they_are(folder: Path, opened: dict[str, Any]) -> None:
    title, abstract, author, day = opened["metadata"]
    assert "耿马" in title and "2025-07-25" in abstract and "不替代法定审查意见" in abstract and "内部资料" in abstract
    assert (author, day) == ("zoneproof", "2025-07-25")
    content = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    (zones,) = [entry for entry in content["inputs"] if entry["role"] == "zones"]
    assert zones["sha256"] in opened["layers"]["zones_polygon_layer"]["about"]


@needs_qgis
def test_counts_are_those_of_the_findings_and_relations_hold(folder: Path, opened: dict[str, Any]) -> None:
    content = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    findings = [finding for zone in content["zones"] for finding in zone["findings"]]
    assert opened["layers"]["findings_table_layer"]["count"] == len(findings)
    placed = sum(item["bbox"] is not None for finding in findings for item in finding["evidence"])
    counts = [opened["layers"][f"evidence_{shape}_layer"]["count"] for shape in ("point", "line", "polygon")]
    assert sum(counts) == placed
    assert opened["relations"] and all(opened["relations"].values())
    assert opened["bookmarks"] == sum(any(item["bbox"] for item in finding["evidence"]) for finding in findings)


@needs_qgis
def test_it_is_drawn(opened: dict[str, Any]) -> None:
    with Image.open(opened["picture"]) as image:
        assert len(image.convert("RGB").getcolors(1 << 24) or []) > 40


@needs_qgis
def test_the_a3_layout_prints(opened: dict[str, Any]) -> None:
    name, title, date, note = opened["layout"]
    assert name == "A3 审查图" and "耿马" in title and "2025-07-25" in date and "不替代法定审查意见" in note
    assert opened["printed"] == [0, 0]
    assert opened["picture"].with_suffix(".pdf").stat().st_size > 20_000
    with Image.open(opened["picture"].with_name("qgis-layout.png")) as image:
        assert image.width > image.height and len(image.convert("RGB").getcolors(1 << 24) or []) > 40


@needs_qgis
def test_the_project_inside_the_geopackage_opens_too(opened: dict[str, Any]) -> None:
    assert opened["inside"] == len(opened["layers"]) + len(opened["rasters"])


def test_columns_have_chinese_words_in_the_geopackage_itself(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "zoneproof.gpkg")) as database:
        rows = database.execute("SELECT table_name, column_name, name, description FROM gpkg_data_columns").fetchall()
        tables = [
            row[0] for row in database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
        ]
        known = {
            (table, row[1])
            for table in (*tables, "findings")
            for row in database.execute(f"PRAGMA table_info({table})")
        }
    words = {(table, column): (name, english) for table, column, name, english in rows}
    assert words[("evidence", "rule")] == ("规则", "rule") and words[("findings", "clause")] == ("条款", "clause")
    assert set(words) <= known
    assert known - set(words) == {one for one in known if one[1] in ("fid", "geom")}


def test_the_same_report_gives_the_same_bytes(folder: Path) -> None:
    main(["check", str(folder.parent / "park"), "-o", str(folder.parent / "again"), "--only", "qgis", "-q"])
    for name in ("zoneproof.gpkg", "zoneproof.qgz"):
        assert (folder / name).read_bytes() == (folder.parent / "again" / name).read_bytes(), name
