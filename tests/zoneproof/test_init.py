"""`zoneproof init` on made-up hand-overs of a county and on hostile names."""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pytest
from openpyxl import Workbook
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from zoneproof.cli import main

X, Y = 540_000.0, 2_604_000.0
SQUARE = box(X, Y, X + 100, Y + 100)


def layer(path: Path, name: str | None = None, geometry: Sequence[BaseGeometry] = (SQUARE,), **columns: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame(columns, geometry=list(geometry), crs="EPSG:4542")
    driver = "OpenFileGDB" if path.suffix == ".gdb" else None
    mode = "a" if path.exists() else "w"
    options = {".shp": {"encoding": "utf-8"}, ".gdb": {"FEATURE_DATASET": "国土调查"}}.get(path.suffix, {})
    frame.to_file(path, layer=name, driver=driver, engine="pyogrio", mode=mode, **options)
    return path


def drafted(folder: Path, *options: str) -> tuple[dict[str, dict[str, object]], str]:
    assert main(["init", str(folder), *options]) == 0
    text = (folder / "zone.toml").read_text(encoding="utf-8")
    return tomllib.loads(text), text


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hand-over in the usual disorder: nested folders, versions, a zip, a geodatabase, Excel beside Shapefiles."""
    top = tmp_path_factory.mktemp("耿马县移交")
    layer(top / "01 规划" / "JX_规划范围线.shp", YQMC=["耿马园区"])
    for day in ("20230312", "20240601", "20211105"):
        layer(top / "02 三线" / f"YJJBNTTB_{day}.shp", YJJBNTTBBH=["1"], DLMC=["水田"])
    layer(top / "02 三线" / "图层7.shp", GHFQMC=["城镇集中建设区"])
    base = top / "03 数据库" / "三调.gdb"
    layer(base, "DLTB", DLBM=["0101"], DLMC=["水田"])
    layer(base, "拟扩区范围", YQMC=["耿马园区"])
    corners = [*SQUARE.exterior.coords]
    points = "".join(f"J{at % 4 + 1},1,{y:.3f},{x:.3f}\r\n" for at, (x, y) in enumerate(corners))
    head = "[属性描述]\r\n坐标系=2000国家大地坐标系\r\n几度分带=3\r\n投影类型=高斯克吕格\r\n带号=33\r\n[地块坐标]\r\n"
    survey = top / "06 报批" / "建成区坐标.txt"
    survey.parent.mkdir()
    survey.write_bytes(f"{head}4,1.0,1,甲,面,,,,@\r\n{points}".encode("gbk"))
    (survey.parent / "说明.txt").write_text("成果说明\n请见附件\n", encoding="gbk")
    layer(top / "05 管线" / "给水.shp", geometry=[LineString([(X, Y), (X + 90, Y)])], GC=[1])
    layer(top / "05 管线" / "电力.shp", geometry=[LineString([(X, Y), (X, Y + 9)])], GC=[1])
    parts = layer(top / "tmp" / "XG_GYPQ.shp", MC=["片"])
    with zipfile.ZipFile(top / "04 工业.zip", "w") as archive:
        for file in sorted(parts.parent.iterdir()):
            archive.write(file, f"提交/{file.name}")
    for file in sorted(parts.parent.iterdir()):
        file.unlink()
    book = Workbook()
    book.active.title = "园区排名"
    book.active.append(["园区名称", "年份", "组别", "排名", "参评总数"])
    book.active.append(["耿马园区", 2024, "同类型", 3, 12])
    book.create_sheet("说明").append(["随便写的"])
    book.save(top / "02 三线" / "附表.xlsx")
    (top / "说明.docx").write_bytes(b"no layer")
    return top


def test_a_county_hand_over_gets_its_roles(county: Path) -> None:
    project, text = drafted(county)
    layers = project["layers"]
    assert layers["zones"] == "01 规划/JX_规划范围线.shp"
    assert layers["basic_farmland"] == "02 三线/YJJBNTTB_20240601.shp"
    assert layers["urban_boundary"] == "02 三线/图层7.shp"
    assert layers["industrial_redline"] == "04 工业.zip"
    assert layers["land_use"] == {"path": "03 数据库/三调.gdb#DLTB", "set": {"scheme": "survey-2020"}}
    assert layers["expansion"] == "03 数据库/三调.gdb#拟扩区范围"
    assert layers["utilities"] == [
        {"path": "05 管线/电力.shp", "set": {"kind": "power"}},
        {"path": "05 管线/给水.shp", "set": {"kind": "water"}},
    ]
    assert layers["built_up"] == "06 报批/建成区坐标.txt"
    assert '未能读取: "06 报批/说明.txt"' in text
    assert project["tables"]["rankings"] == "02 三线/附表.xlsx#园区排名"
    assert '其他候选: "02 三线/YJJBNTTB_20230312.shp"' in text
    assert "EPSG:4542" in text
    assert '未能归入任何角色: "02 三线/附表.xlsx#说明"' in text
    assert '未能读取: "说明.docx"' in text


def test_a_control_line_that_is_not_there_is_asked_about(county: Path) -> None:
    project, text = drafted(county, "--force", "--lang", "en")
    assert "ecological_redline" not in project["layers"]
    assert "Is there none?" in text
    assert "\n# ecological_redline = {empty = true}\n" in text


def test_check_runs_on_the_draft_as_it_is(county: Path, tmp_path: Path) -> None:
    drafted(county, "--force")
    assert main(["check", str(county), "-o", str(tmp_path / "out"), "--only", "json", "-q"]) in (0, 1, 3)


def test_what_is_there_is_never_replaced_without_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "zone.toml").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert (tmp_path / "zone.toml").read_text(encoding="utf-8") == "mine"
    assert "--force" in capsys.readouterr().err
    assert main(["init", str(tmp_path), "--force"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["zone.toml"]
    assert main(["init", str(tmp_path / "absent")]) == 2


def test_outputs_of_ours_are_passed_over(tmp_path: Path) -> None:
    layer(tmp_path / "园区范围.shp", YQMC=["甲"])
    drafted(tmp_path)
    assert main(["check", str(tmp_path), "--only", "json,gpkg", "-q"]) in (0, 1, 3)
    assert (tmp_path / "zoneproof-out" / "zoneproof.gpkg").exists()
    _, text = drafted(tmp_path, "--force")
    assert "zoneproof-out" not in text


@pytest.mark.parametrize(
    "name",
    [
        '园区范围" = "x',
        "园区范围\u2028[params]",
        "园区范围 {0} {{%s}}",
        "园区范围'''\"\"\"\\",
        "园区范围#甲",
        "园区范围\x7f\u202e",
    ],
)
def test_hostile_names_stay_names(tmp_path: Path, name: str) -> None:
    layer(tmp_path / "plain.geojson", YQMC=["甲"]).rename(tmp_path / f"{name}.geojson")
    (tmp_path / f"{name}.pdf").write_bytes(b"")
    project, _ = drafted(tmp_path)
    assert set(project) == {"project", "layers", "tables"}
    assert project["layers"] == {"zones": f"{name}.geojson"}


def test_a_name_of_two_lines_that_gdal_cannot_open_is_told(tmp_path: Path) -> None:
    layer(tmp_path / "plain.geojson", YQMC=["甲"]).rename(tmp_path / "园区范围\n[params]\nx = 1.geojson")
    project, text = drafted(tmp_path)
    assert set(project) == {"project", "layers", "tables"}
    assert r'未能读取: "园区范围\n[params]\nx = 1.geojson"' in text


def test_what_cannot_be_read_is_told_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    layer(tmp_path / "园区范围.shp", YQMC=["甲"])
    for name in ("坏.gpkg", "坏.zip", "坏.xlsx", "坏.shp", "坏.tif", "坏.geojson", "坏.parquet", "坏.csv"):
        (tmp_path / name).write_bytes(b"\xff\x00no such thing")
    (tmp_path / "坏.gdb").mkdir()
    (tmp_path / "link").symlink_to("/")
    with zipfile.ZipFile(tmp_path / "空.zip", "w") as archive:
        archive.writestr("../../evil.txt", "x")
    before = sorted(tmp_path.iterdir())
    project, text = drafted(tmp_path)
    assert project["layers"] == {"zones": "园区范围.shp"}
    told = [line for line in text.splitlines() if line.startswith("# 未能读取: ")]
    assert len(told) == 11
    assert str(tmp_path) not in text
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "zone.toml"])


def test_a_layer_far_away_and_one_without_features_are_not_preferred(tmp_path: Path) -> None:
    layer(tmp_path / "园区范围.shp", YQMC=["甲"])
    layer(tmp_path / "STBHHX_2024.shp", geometry=[box(X, Y + 200_000, X + 9, Y + 200_009)], MC=["远"])
    layer(tmp_path / "STBHHX_2021.shp", MC=["近"])
    layer(tmp_path / "YJJBNT.gpkg", geometry=[], MC=[])
    project, text = drafted(tmp_path)
    assert project["layers"]["ecological_redline"] == "STBHHX_2021.shp"
    assert "距园区超过 50 公里" in text
    assert "basic_farmland" not in project["layers"]
    assert '# basic_farmland = {path = "YJJBNT.gpkg", empty = true}' in text


def test_the_samples_get_back_the_roles_that_they_are_written_with(tmp_path: Path) -> None:
    assert main(["demo", str(tmp_path), "-q"]) == 0
    for sample in ("park", "expansion"):
        file = tmp_path / sample / "zone.toml"
        written = tomllib.loads(file.read_text(encoding="utf-8"))["layers"]
        file.unlink()
        guessed, _ = drafted(tmp_path / sample)
        paths = {role: entry["path"] if isinstance(entry, dict) else entry for role, entry in written.items()}
        got = {role: entry["path"] if isinstance(entry, dict) else entry for role, entry in guessed["layers"].items()}
        assert {role: path for role, path in got.items() if paths.get(role) != path} == {}
        assert set(paths) - set(got) == set()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("yuanqufanwei_2024", "zones"),
        ("530926STBHHX", "ecological_redline"),
        ("jibennongtian", "basic_farmland"),
        ("永久基本农田储备区", None),
        ("CZKFBJ2023年5月", "urban_boundary"),
        ("KZX_永久基本农田", "basic_farmland"),
        ("XG_GYPQ", "industrial_redline"),
        ("园区扩区规划范围", "expansion"),
        ("杂项", None),
    ],
)
def test_names_of_layers_are_known(tmp_path: Path, name: str, role: str | None) -> None:
    layer(tmp_path / f"{name}.geojson", QT=["甲"])
    project, text = drafted(tmp_path)
    assert project["layers"] == ({} if role is None else {role: f"{name}.geojson"})
    assert "EPSG:4326, 99." in text or "EPSG:4542, 99." in text


def test_a_layer_without_a_crs_is_asked_for_one(tmp_path: Path) -> None:
    layer(tmp_path / "园区范围.shp", YQMC=["甲"])
    (tmp_path / "园区范围.prj").unlink()
    assert '坐标系未知,请填 crs = "EPSG:…"' in drafted(tmp_path)[1]


def test_the_same_folder_gives_the_same_bytes(county: Path) -> None:
    first = drafted(county, "--force")[1]
    assert drafted(county, "--force")[1] == first


def test_real_layers_are_read_or_named(real_data: Path, tmp_path: Path) -> None:
    for source in sorted((real_data / "chinese_encoding" / "oyl").iterdir()):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    project, text = drafted(tmp_path)
    assert "zones" not in project["layers"]
    assert all(f'"{name}.shp"' in text for name in ("sichuan", "xizang", "yunnan"))
