"""Survey coordinate files as they come in: dialects, sloppy cousins, and what can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from layers.index.build import Options, index
from layers.problems import InputError
from layers.readers import open_path
from layers.survey.source import SurveySource

HEADER = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=33
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
SQUARE = """J1,1,2600100.000,33500000.000
J2,1,2600100.000,33500100.000
J3,1,2600000.000,33500100.000
J4,1,2600000.000,33500000.000
J1,1,2600100.000,33500000.000
"""
BOX = shapely.box(33500000, 2600000, 33500100, 2600100)


def opened(folder: Path, text: str | bytes, encoding: str | None = None) -> SurveySource:
    path = folder / "坐标.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("gbk"))
    source = open_path(path, None, encoding, "here")
    assert isinstance(source, SurveySource)
    return source


def told(source: SurveySource) -> str:
    return "\n".join(note.en for note in source.notes)


def lines_of(error: pytest.ExceptionInfo[InputError]) -> list[tuple[str, object]]:
    return [(problem.code, problem.facts["line"]) for problem in error.value.problems]


def test_the_form(tmp_path: Path) -> None:
    source = opened(tmp_path, HEADER + "5,1.0,DK1,一号地块,面,G47G001001,工业用地,0601,@\n" + SQUARE)
    assert source.crs == "EPSG:4521"
    assert source.count == 1
    assert source.geometry[0].equals(BOX)
    cells = {name: values[0] for name, values in source.cells.items() if values[0] is not None}
    assert cells == {
        "JZDS": "5", "DKHA": 1.0, "DKBH": "DK1", "DKMC": "一号地块", "JLTXSX": "面", "TFH": "G47G001001",
        "DKYT": "工业用地", "DLBM": "0601",
    }  # fmt: skip
    assert source.notes == ()


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, codec: str, ends: str) -> None:
    text = (HEADER + "5,1.0,DK1,耿马一号,面,,,,@\n" + SQUARE).replace("\n", ends)
    source = opened(tmp_path, text.encode(codec))
    assert source.cells["DKMC"] == ["耿马一号"]
    assert source.geometry[0].equals(BOX)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("5,名,面,建设用地,@ ", {"JZDS": "5", "DKMC": "名", "DKYT": "建设用地"}),
        ("5,1.0,名,面,,,@", {"JZDS": "5", "DKHA": 1.0, "DKMC": "名"}),
        ("1.0公顷,7,名,面,,,,@", {"DKHA": 1.0, "DKBH": "7", "DKMC": "名"}),
        ("5,1.0,7,名,@", {"JZDS": "5", "DKHA": 1.0, "DKBH": "7", "DKMC": "名"}),
        (
            "@5,1.0,7,名,面,图,用,0601",
            {"JZDS": "5", "DKHA": 1.0, "DKBH": "7", "DKMC": "名", "TFH": "图", "DLBM": "0601"},
        ),
        ("5，1.0，7，名，面，，，，＠", {"JZDS": "5", "DKHA": 1.0, "DKBH": "7", "DKMC": "名"}),
        ("5,1.0,7,名，甲,面,图,用,0601,T,1,B,C,备注,@", {"DKMC": "名，甲", "GZH": "C", "BZ": "备注", "TBLX": "T"}),
    ],
)
def test_parcel_lines_of_four_to_thirteen_values(tmp_path: Path, line: str, wanted: dict[str, object]) -> None:
    source = opened(tmp_path, HEADER + line + "\n" + SQUARE)
    assert wanted.items() <= {name: values[0] for name, values in source.cells.items()}.items()
    assert source.geometry[0].equals(BOX)


@pytest.mark.parametrize("precision", ["3", "0.01", "0.001", "1e-3", ""])
def test_precision_in_any_writing(tmp_path: Path, precision: str) -> None:
    source = opened(tmp_path, HEADER.replace("=0.001", f"={precision}") + "5,1,1,a,面,,,,@\n" + SQUARE)
    assert source.notes == ()


def test_a_precision_that_is_none_is_told(tmp_path: Path) -> None:
    assert "line 7" in told(opened(tmp_path, HEADER.replace("=0.001", "=厘米级") + "5,1,1,a,面,,,,@\n" + SQUARE))


def test_a_wrong_count_is_only_told(tmp_path: Path) -> None:
    source = opened(tmp_path, HEADER + "9,1,1,a,面,,,,@\n" + SQUARE)
    assert "count" in told(source)
    assert "line 10" in told(source)
    assert source.geometry[0].equals(BOX)
    assert opened(tmp_path, HEADER + "4,1,1,a,面,,,,@\n" + SQUARE).notes == ()


@pytest.mark.parametrize(
    ("zone", "width", "prefix", "crs"),
    [
        ("33", "3", "33", "EPSG:4521"), ("33", "3", "", "EPSG:4542"), ("第33带", "3度带", "33", "EPSG:4521"),
        ("33", "", "33", "EPSG:4521"), ("", "三度带", "33", "EPSG:4521"), ("17", "6", "17", "EPSG:4495"),
        ("17", "6", "", "EPSG:4506"),
    ],
)  # fmt: skip
def test_crs_from_zone_and_its_width(tmp_path: Path, zone: str, width: str, prefix: str, crs: str) -> None:
    text = HEADER.replace("带号=33", f"带号={zone}").replace("分带=3", f"分带={width}")
    text += "5,1,1,a,面,,,,@\n" + SQUARE.replace(",33500", f",{prefix}500")
    assert opened(tmp_path, text).crs == crs


@pytest.mark.parametrize(
    ("system", "crs"), [("1980西安坐标系", "EPSG:2357"), ("北京54", "EPSG:2409"), ("CGCS2000", "EPSG:4521")]
)
def test_older_systems(tmp_path: Path, system: str, crs: str) -> None:
    text = HEADER.replace("2000国家大地坐标系", system) + "5,1,1,a,面,,,,@\n" + SQUARE
    assert opened(tmp_path, text).crs == crs


def test_without_header_the_crs_is_left_to_the_project(tmp_path: Path) -> None:
    source = opened(tmp_path, "[地块坐标]\n5,a,面,b,@\n" + SQUARE)
    assert source.crs is None
    assert source.geometry[0].equals(BOX)


def test_points_alone_are_one_parcel(tmp_path: Path) -> None:
    assert opened(tmp_path, SQUARE).geometry[0].equals(BOX)
    bare = "\n".join(" ".join(line.split(",")[2:]) for line in SQUARE.splitlines())
    assert opened(tmp_path, bare).geometry[0].equals(BOX)


def test_axes_the_other_way_round_are_found_out(tmp_path: Path) -> None:
    swapped = "\n".join(",".join([*line.split(",")[:2], *line.split(",")[:1:-1]]) for line in SQUARE.splitlines())
    source = opened(tmp_path, HEADER + "5,1,1,a,面,,,,@\n" + swapped)
    assert source.geometry[0].equals(BOX)
    assert "east stands first" in told(source)
    short = swapped.replace(",33500", ",500")
    assert opened(tmp_path, HEADER + "5,1,1,a,面,,,,@\n" + short).geometry[0].bounds == (
        500000,
        2600000,
        500100,
        2600100,
    )


def test_degrees(tmp_path: Path) -> None:
    text = (
        HEADER.replace("计量单位=米", "计量单位=度") + "4,1,1,a,面,,,,@\n1,1,99.4,23.5\n2,1,99.5,23.5\n3,1,99.5,23.6\n"
    )
    source = opened(tmp_path, text)
    assert source.crs == "EPSG:4490"
    assert source.geometry[0].bounds == (99.4, 23.5, 99.5, 23.6)


def ring(label: int, ring: int, west: int, south: int, size: int, *, closed: bool = True) -> str:
    corners = [(0, size), (size, size), (size, 0), (0, 0)]
    told = [f"J{label + i},{ring},{2600000 + south + y},{33500000 + west + x}" for i, (x, y) in enumerate(corners)]
    return "\n".join([*told, *([told[0]] if closed else [])]) + "\n"


@pytest.mark.parametrize(
    ("numbers", "closed"),
    [((1, 2, 3, 4), True), ((1, 2, 3, 4), False), ((1, 2, 1, 2), True), ((1, 2, 1, 2), False), ((1, 1, 1, 1), True)],
)
def test_holes_and_parts(tmp_path: Path, numbers: tuple[int, ...], closed: bool) -> None:
    boxes = [(0, 0, 100), (20, 20, 60), (40, 40, 20), (200, 0, 50)]
    text = "".join(
        ring(4 * i, number, *box, closed=closed) for i, (number, box) in enumerate(zip(numbers, boxes, strict=True))
    )
    geometry = opened(tmp_path, HEADER + "20,1,1,a,面,,,,@\n" + text).geometry[0]
    made = [shapely.box(33500000 + w, 2600000 + s, 33500000 + w + d, 2600000 + s + d) for w, s, d in boxes]
    assert geometry.equals(made[0].difference(made[1]).union(made[2]).union(made[3]))
    assert geometry.is_valid


def test_open_rings_of_one_number_are_told_apart_by_the_points_numbers(tmp_path: Path) -> None:
    text = ring(1, 1, 0, 0, 100, closed=False) + ring(1, 1, 20, 20, 60, closed=False)
    geometry = opened(tmp_path, HEADER + "8,1,1,a,面,,,,@\n" + text).geometry[0]
    assert geometry.area == pytest.approx(100**2 - 60**2)


def test_a_closing_point_that_is_off_by_its_rounding(tmp_path: Path) -> None:
    text = SQUARE.replace("J1,1,2600100.000,33500000.000\n", "J1,1,2600100.00,33500000.01\n", 1)
    geometry = opened(tmp_path, HEADER + "5,1,1,a,面,,,,@\n" + text).geometry[0]
    assert len(geometry.exterior.coords) == 5


def test_every_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    text = HEADER + "5,1,1,a,面,,,,@\n" + SQUARE + "J9,1,26001OO.0,33500000\n谢谢\nJ9,1,\n"
    with pytest.raises(InputError) as error:
        opened(tmp_path, text)
    assert lines_of(error) == [("survey-line", 16), ("survey-line", 17), ("survey-line", 18)]


def test_lines_of_other_blocks_are_noted(tmp_path: Path) -> None:
    text = "[项目信息]\n项目名称=甲\n随便写的一行\n" + HEADER + "5,1,1,a,面,,,,@\n" + SQUARE
    assert "not used: line 2, 3" in told(opened(tmp_path, text))
    text = HEADER.replace("精度", "联系人=张三\n精度") + "5,1,1,a,面,,,,@\n" + SQUARE
    assert "not used: 7" in told(opened(tmp_path, text))


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("J3,1,2600000.000,33500100.000", "J3,1,33500100.000,2600000.000"), "survey-place", 13),
        (("J3,1,2600000.000,33500100.000", "J3,1,2600000.000,3350010.000"), "survey-place", 13),
        (("J3,1,2600000.000,33500100.000", "J3,1,2600000.000,34500100.000"), "survey-zones", 13),
        (("带号=33", "带号=34"), "survey-zone-differs", 6),
        (("几度分带=3", "几度分带=6"), "survey-zone", 3),
        (("2000国家大地坐标系", "地方独立坐标系"), "survey-system", 2),
        (("计量单位=米", "计量单位=公里"), "survey-unit", 5),
        (("高斯克吕格", "墨卡托"), "survey-projection", 4),
        (("J3,1,2600000.000,33500100.000\nJ4,1,2600000.000,33500000.000\n", ""), "survey-ring", 11),
    ],
)
def test_what_cannot_be(tmp_path: Path, change: tuple[str, str], code: str, line: int) -> None:
    text = (HEADER + "5,1,1,a,面,,,,@\n" + SQUARE).replace(*change)
    with pytest.raises(InputError) as error:
        opened(tmp_path, text)
    assert lines_of(error) == [(code, line)]


def test_a_parcel_without_points_is_told(tmp_path: Path) -> None:
    source = opened(tmp_path, HEADER + "0,1,1,a,面,,,,@\n5,1,2,b,面,,,,@\n" + SQUARE)
    assert "without a point: line 10" in told(source)
    selection = source.select(["DKMC"], None)
    assert (selection.features, selection.missing.columns["DKMC"]) == (2, ["a"])


def test_where(tmp_path: Path) -> None:
    source = opened(tmp_path, HEADER + "5,1,1,a,面,,,,@\n" + SQUARE + "5,1,2,b,面,,,,@\n" + SQUARE)
    rows = source.select(["DKBH"], "DKMC = 'b'").near(None)
    assert (rows.columns["DKBH"], list(rows.fids)) == (["2"], [1])


def test_an_index_of_a_survey_file(tmp_path: Path) -> None:
    source = opened(tmp_path, HEADER + "5,1.0,DK1,一号地块,面,G47G001001,工业用地,0601,@\n" + SQUARE)
    index(str(tmp_path / "坐标.txt"), tmp_path / "idx", Options(), lambda *_: None)
    indexed = open_path(tmp_path / "idx", None, None, "here")
    rows, again = (each.select(each.columns, None).near(None) for each in (source, indexed))
    assert (again.fids.tolist(), again.columns) == (rows.fids.tolist(), rows.columns)
    assert shapely.equals_exact(again.geometry, rows.geometry).all()
    assert (indexed.columns, indexed.crs, indexed.notes) == (source.columns, source.crs, source.notes)
