"""The area tables: every square metre once, totals that close to 0.01 m² against the measured land."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoneproof
from checks.model import Report
from checks.site import sites
from checks.tables import cents
from checks.tables.codes import counterparts, first_level, holder, three_class
from checks.tables.flow import sort_of
from checks.tables.issues import number_issues
from checks.tables.measure import tables_of
from checks.tables.model import Label, Range, Tables
from tests.checks.case_inputs import inputs_of

SURVEY, PLAN = "survey-2020", "plan-2023"


def report_of(case: dict[str, Any]) -> Report:
    inputs = inputs_of(case)
    return Report(inputs, (), {}, (), {}, "info", sites=sites(inputs))


def tables(case: dict[str, Any]) -> Tables:
    return tables_of(report_of(case))


def rectangle(west: float, south: float, east: float, north: float) -> str:
    return f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


def use(wkt: str, code: str, /, scheme: str = SURVEY, **more: Any) -> dict[str, Any]:
    return {"wkt": wkt, "code": code, "scheme": scheme, **more}


def assert_closed(found: Tables) -> None:
    """Every table of classes and flows adds up to each range, to the last 0.01 m²; the lines' divisions too."""
    for rows in (found.classes, found.plan, found.flows):
        sums: dict[Range, int] = defaultdict(int)
        for row in rows:
            sums[row.range] += row.cents if hasattr(row, "cents") else row.adjusted
        assert not rows or sums == {one: one.cents for one in found.ranges}
    for row in found.lines:
        if row.outside is not None:
            assert sum(area or 0 for area in row.divisions.values()) + row.outside == row.range.cents
    taken: dict[Range, int] = defaultdict(int)
    for row in found.taken:
        if row.role == "land_use":
            taken[row.range] += row.adjusted or 0
    gaps = {row.range: row.adjusted for row in found.classes if row.label.scheme is None and not row.label.disputed}
    if found.classes:
        assert dict(taken) == {
            one: one.cents - gaps.get(one, 0) for one in found.ranges if one.cents != gaps.get(one, 0)
        }


# Whole hundredths


def test_area_is_rounded_before_the_deduction() -> None:
    """100.005 is 100.01 first; less 12.5 % that is 87.51, not 87.50."""
    gross = cents.of_m2(100.005)
    assert (gross, cents.net(gross, 0.125, cultivated=True)) == (10_001, 8_751)


def test_cultivated_land_without_a_deduction_has_no_net_area() -> None:
    """Unknown is not nought; other land has nothing to deduct."""
    assert cents.net(500, None, cultivated=True) is None
    assert cents.net(500, None, cultivated=False) == 500


@given(st.integers(-10_000, 10_000), st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_shares_add_up_and_are_shares(total: int, weights: list[int]) -> None:
    shares = cents.spread(total, weights)
    assert sum(shares) == total
    if sum(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - total * weight / sum(weights)) <= 2


def test_the_residual_goes_to_what_the_boundary_cuts_beginning_with_the_largest() -> None:
    areas = [3_000_000, 1_000_000, 1_000_000, 500_000]
    assert cents.balanced(areas, [True, True, False, True], 55_004) == [30_003, 10_001, 10_000, 5_000]
    # 3 to share over 30, 10 and 5: 2, 1, 0; the rest of one goes to the largest
    assert cents.balanced(areas, [True, True, False, True], 55_003) == [30_002, 10_001, 10_000, 5_000]
    assert cents.balanced([300, 100], [False, False], 5) == [4, 1], "no part is cut: over all"


# Codes


@pytest.mark.parametrize(
    ("code", "group", "first"),
    [
        ("0103", "agricultural", "01"),
        ("0603", "construction", "00"),
        ("1106", "unused", "00"),
        ("0303", "agricultural", "00"),
        ("0402", "agricultural", "00"),
        ("1201", "construction", "12"),
        ("01", "agricultural", "01"),
        ("10", None, "10"),  # roads are construction land, farm tracks are not
        ("9999", None, "99"),
    ],
)
def test_three_classes_and_wetland(code: str, group: str | None, first: str) -> None:
    assert three_class(SURVEY, code, "agricultural") == group
    assert first_level(SURVEY, code) == first


def test_0404_is_what_the_project_says() -> None:
    assert three_class(SURVEY, "0404", "agricultural") == "agricultural"
    assert three_class(SURVEY, "0404", "unused") == "unused"
    assert three_class(SURVEY, "04", "unused") is None
    assert three_class(PLAN, "0101", "unused") is None, "of plan editions no such grouping was read"


def test_crosswalks_keep_their_editions_apart() -> None:
    assert counterparts(Label(SURVEY, "1109"), "plan-2020") == {"1312"}
    assert counterparts(Label(SURVEY, "1109"), PLAN) == {"1311"}
    assert counterparts(Label("plan-2020", "0204"), PLAN) == {"0205"}
    assert counterparts(Label(PLAN, "0204"), PLAN) == {"0204"}
    assert len(counterparts(Label(SURVEY, "0601"), PLAN) or ()) > 1
    assert counterparts(Label(SURVEY, "9999"), PLAN) is None


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("10", "state"), ("20", "state"), ("30", "collective"), ("34", "collective"), ("40", "collective"),
        ("国有土地使用权", "state"), ("集体", "collective"), ("国有或集体", None), ("99", None), (None, None),
    ],
)  # fmt: skip
def test_ownership(written: str | None, found: str | None) -> None:
    assert holder(written) == found


@pytest.mark.parametrize(
    ("now", "plan", "sort"),
    [
        (("0103", SURVEY), ("100101", PLAN), "new"),
        (("0601", SURVEY), ("100101", PLAN), "kept"),
        (("0601", SURVEY), ("110101", PLAN), "changed"),
        (("0702", SURVEY), ("0103", PLAN), "reclaimed"),
        (("0103", SURVEY), ("0301", PLAN), "other"),
        (("9999", SURVEY), ("0301", PLAN), "open"),
        ((None, None), ("1001", PLAN), "open"),
    ],
)
def test_what_becomes_of_land(
    now: tuple[str | None, str | None], plan: tuple[str | None, str | None], sort: str
) -> None:
    assert sort_of(Label(now[1], now[0]), Label(plan[1], plan[0]), "agricultural") == sort


def test_parcel_numbers_that_are_missing_doubled_or_left_out() -> None:
    told = number_issues("z", "parcels", ["DK-01", "DK-02", "DK-02", "DK-05", "DK-10", None, None])
    found = {issue.told.zh: (issue.count, issue.examples) for issue in told}
    assert found["没有编号的地块"] == (2, ())
    assert found["重复的编号"] == (1, ("DK-02",))
    assert found["编号不连续,缺"] == (6, ("DK-03", "DK-04", "DK-06", "DK-07", "DK-08", "DK-09"))


# Made-up land


def test_overlaps_count_once_gaps_and_conflicts_stand_by_themselves() -> None:
    found = tables(
        {
            "layers": {
                "land_use": [
                    use(rectangle(-50, 0, 400, 1000), "0103", id="a", deduct=0.1, ownership="30", owner="甲村"),
                    use(rectangle(300, 0, 600, 1000), "0103", id="b", deduct=0.2, ownership="30", owner="甲村"),
                    use(rectangle(550, 0, 800, 1000), "0601", id="c", ownership="20"),
                    use(rectangle(750, 0, 800, 500), "0601", id="d", ownership="30", owner="甲村"),
                ]
            }
        }
    )
    assert_closed(found)
    by = {(row.label.code, row.label.holder, row.label.disputed): row for row in found.classes}
    m2 = {key: round(row.adjusted / 100) for key, row in by.items()}
    # 60,000 m² of planes are 60,000 m² on the ellipsoid to 5 parts in 100,000
    assert m2["0103", "collective", False] == pytest.approx(550_000, rel=1e-4)
    assert m2[None, None, True] == pytest.approx(50_000, rel=1e-4), "two classes: neither is guessed"
    assert m2["0601", None, False] == pytest.approx(25_000, rel=1e-4), "one class, two owners: the class stays"
    assert m2["0601", "state", False] == pytest.approx(175_000, rel=1e-4)
    assert m2[None, None, False] == pytest.approx(200_000, rel=1e-4)
    net = by["0103", "collective", False].net
    assert net is not None and net / 100 == pytest.approx(400_000 * 0.9 + 150_000 * 0.8, rel=1e-4)
    (overlap,) = [row for row in found.taken if not row.features]
    assert overlap.gross / 100 == pytest.approx(-(100_000 + 50_000 + 25_000), rel=1e-4)


def test_areas_and_parts_of_several_zones() -> None:
    square = rectangle
    found = tables(
        {
            "layers": {
                "zones": [
                    {"wkt": square(0, 0, 100, 100), "zone": "乙", "area": "东片区"},
                    {"wkt": square(100, 0, 150, 100), "zone": "乙", "area": "西片区"},
                    {"wkt": square(0, 300, 33, 333), "zone": "乙", "area": "东片区"},
                    {"wkt": square(1000, 0, 1100, 77), "zone": "甲"},
                ],
                "land_use": [use(square(-10, -10, 2000, 2000), "0103", deduct=0.0871)],
                "basic_farmland": [{"wkt": square(50, 50, 120, 60), "deduct": 0.1}],
            }
        }
    )
    named = [(one.zone, one.area, one.part) for one in found.ranges]
    assert named == [("乙", "东片区", 1), ("乙", "东片区", 2), ("乙", "西片区", 1), ("甲", None, 1)]
    assert found.ranges[0].cents == pytest.approx(33 * 33 * 100, rel=1e-4), "parts count from the north"
    assert_closed(found)
    farmland = [row.lines["basic_farmland"].cents for row in found.lines]
    assert [round(area / 100) if area else area for area in farmland] == [0, 500, 200, 0]


def test_zones_that_overlap_are_told_apart_ones_are_not() -> None:
    def told(west: int) -> list[str]:
        zones = [{"wkt": rectangle(0, 0, 100, 100), "zone": "甲"}, {"wkt": rectangle(west, 0, 200, 100), "zone": "乙"}]
        return [issue.told.zh for issue in tables({"layers": {"zones": zones}}).issues]

    assert told(100) == []
    (said,) = told(90)
    assert said.startswith("园区之间重叠 999.9") and said.endswith(" ㎡,合计中重复计入")


def test_a_missing_deduction_makes_the_net_area_unknown_and_is_named() -> None:
    found = tables(
        {
            "layers": {
                "land_use": [
                    use(rectangle(0, 0, 500, 1000), "0101", id="good", deduct=0.1),
                    use(rectangle(500, 0, 900, 1000), "0103", id="bare", deduct=None),
                    use(rectangle(900, 0, 1000, 1000), "0301", id="wood", deduct=None),
                ]
            }
        }
    )
    net = {row.label.code: row.net for row in found.classes}
    assert net["0101"] is not None and net["0103"] is None and net["0301"] is not None
    assert [issue.examples for issue in found.issues if issue.sort.zh == "扣除系数"] == [("bare",)]


def test_codes_names_and_editions_are_listed() -> None:
    found = tables(
        {
            "layers": {
                "land_use": [
                    use(rectangle(0, 0, 200, 1000), "0601", id="1", name="工业用地"),
                    use(rectangle(200, 0, 400, 1000), "0601", id="2", name="采矿用地"),
                    use(rectangle(400, 0, 600, 1000), "100101", id="3"),
                    use(rectangle(600, 0, 800, 1000), "0677", id="4"),
                    use(rectangle(800, 0, 1000, 1000), "0103", PLAN, id="5"),
                ],
                "land_use_plan": [use(rectangle(0, 0, 1000, 1000), "1001", PLAN)],
            }
        }
    )
    told = {issue.told.zh: issue.examples for issue in found.issues}
    assert told["编码 0601 的名称是“采矿用地”,survey-2020 为“工业用地”"] == ("2",)
    assert told["编码 100101 不在 survey-2020 中,plan-2023 中有"] == ("3",)
    assert told["编码 0677 不在 survey-2020 中"] == ("4",)
    assert any(text.startswith("同一图层混用多个分类版本") for text in told)
    assert any(text.startswith("survey-2020 0601 在 plan-2023 中一对多") for text in told)
    assert any(text.startswith("survey-2020 0677 在 plan-2023 中无对应") for text in told)
    assert_closed(found)


@pytest.mark.parametrize(
    ("layers", "options", "said"),
    [
        ({}, {}, "永久基本农田未能核定"),
        ({"basic_farmland": []}, {"basic_farmland": {"stated_empty": True}}, "不涉及永久基本农田"),
        ({"basic_farmland": [rectangle(0, 0, 100, 100)]}, {}, "涉及永久基本农田1.0000公顷"),
        (
            {"basic_farmland": [rectangle(0, 0, 100, 100)]},
            {"basic_farmland": {"unrepaired": ["x"]}},
            "涉及永久基本农田至少1.0000公顷",
        ),
        (
            {"basic_farmland": [rectangle(5000, 0, 5100, 100)]},
            {"basic_farmland": {"unrepaired": ["x"]}},
            "永久基本农田未能核定",
        ),
    ],
)
def test_what_is_not_known_never_reads_as_none(layers: dict[str, Any], options: dict[str, Any], said: str) -> None:
    rows = {role: [{"wkt": wkt} for wkt in own] for role, own in layers.items()}
    (one,) = tables({"layers": rows, "layer_options": options}).sentences
    farmland = [
        part for part in one.text.zh.replace("。", ";").split(";") if "永久基本农田" in part and "其中" not in part
    ]
    assert farmland == [said]
    assert "农用地、建设用地、未利用地及权属未能核定" in one.text.zh


def test_land_without_a_feature_keeps_other_classes_open() -> None:
    (one,) = tables({"layers": {"land_use": [use(rectangle(0, 0, 500, 1000), "0601", ownership="20")]}}).sentences
    assert "农用地未能核定" in one.text.zh and "建设用地49.9980公顷" in one.text.zh
    assert "地类未能核定" in one.text.zh and "集体未能核定" in one.text.zh


@given(
    st.lists(
        st.tuples(
            st.integers(-100, 900), st.integers(-100, 900), st.integers(50, 700), st.integers(50, 700),
            st.sampled_from(["0101", "0103", "0601", "1106", "0404", "77"]), st.sampled_from([None, 0.1, 0.0871]),
        ),
        min_size=1, max_size=7,
    )
)  # fmt: skip
def test_whatever_lies_over_what_the_tables_close(drawn: list[tuple[int, int, int, int, str, float | None]]) -> None:
    rows = [
        use(f"POLYGON(({x} {y}, {x + w} {y + 13}, {x + w - 7} {y + h}, {x + 3} {y + h - 5}, {x} {y}))", code, deduct=d)
        for x, y, w, h, code, d in drawn
    ]
    plan = [use(rectangle(-5, -5, 611, 2000), "1001", PLAN), use(rectangle(611, -5, 900, 2000), "0703", PLAN)]
    assert_closed(tables({"layers": {"land_use": rows, "land_use_plan": plan, "urban_boundary": [
        {"wkt": row["wkt"], "division": "concentrated"} for row in rows
    ]}}))  # fmt: skip


def test_the_layers_are_read_once_for_verdicts_and_tables(tmp_path: Path) -> None:
    """Once the rules are judged the files can go: the tables need no second look at them."""
    import geopandas as gpd
    import shapely

    x, y = 540_000.0, 2_604_000.0
    for name, shape, columns in (
        ("zones", shapely.box(x, y, x + 300, y + 300), {"YQMC": ["甲"]}),
        ("use", shapely.box(x - 9, y, x + 300, y + 400), {"DLBM": ["0103"], "KCXS": [0.1], "DLMC": ["旱地"]}),
    ):
        gpd.GeoDataFrame(columns, geometry=[shape], crs="EPSG:4542").to_file(tmp_path / f"{name}.gpkg")
    report = project(
        tmp_path,
        {"zones": '"zones.gpkg"', "land_use": '{path = "use.gpkg", set = {scheme = "survey-2020"}}'},
        '[measure]\nother_grassland = "unused"\nhectare_places = 2\n',
    )
    for file in tmp_path.glob("*.gpkg"):
        file.unlink()
    found = tables_of(report)
    assert tables_of(report) is found, "and measured once for all outputs"
    assert_closed(found)
    assert "总面积9.00公顷" in found.sentences[0].text.zh


@pytest.mark.parametrize("line", ["hectare_places = 3", "hectare_places = true", 'other_grassland = "草地"'])
def test_settings_that_are_none(tmp_path: Path, line: str) -> None:
    with pytest.raises(zoneproof.InputError, match=line.partition(" ")[0]):
        project(tmp_path, {"zones": '"zones.gpkg"'}, f"[measure]\n{line}\n")


# Real land


def project(folder: Path, layers: dict[str, str], text: str = "") -> Report:
    lines = "\n".join(f"{role} = {source}" for role, source in layers.items())
    head = '[project]\nname = "real"\npacks = ["control-lines"]\n'
    (folder / "zone.toml").write_text(f"{head}[layers]\n{lines}\n{text}", encoding="utf-8")
    return zoneproof.check(folder)


def test_98_industrial_zones_of_novi_sad_close(real_data: Path, tmp_path: Path) -> None:
    base = (real_data / "novisad_osm").as_posix()
    coded = 'fields = {code = "type", id = "osm_id"}, set = {scheme = "survey-2020"}'
    report = project(
        tmp_path,
        {
            "zones": f'{{path = "{base}/landuse.shp", where = "type = \'industrial\'", fields = {{zone = "osm_id"}}}}',
            "land_use": f'{{path = "{base}/landuse.shp", {coded}}}',
            "land_use_plan": f'{{path = "{base}/natural.shp", {coded.replace("survey-2020", "plan-2023")}}}',
            "basic_farmland": f'{{path = "{base}/landuse.shp", where = "type = \'farmland\'"}}',
        },
    )
    found = tables_of(report)
    assert len({one.zone for one in found.ranges}) == 98
    assert_closed(found)
    measured = {site.name: site.land("zone").area_m2 for site in report.sites}
    for zone, area_m2 in measured.items():
        own = [row.adjusted for row in found.classes if row.range.zone == zone]
        assert abs(sum(own) / 100 - area_m2) <= 0.01
    rules = {z.zone: f.outcome.measures["overlap_m2"] for z in report.zones for f in z.findings if f.rule == "LINE-1"}
    for zone, overlap_m2 in rules.items():
        own = [row.lines["basic_farmland"].cents or 0 for row in found.lines if row.range.zone == zone]
        assert sum(own) / 100 == pytest.approx(overlap_m2, abs=0.01 * len(own)), "the figure of the verdict"
    assert any(row.label.disputed for row in found.classes), "industrial land under other land use"


def test_overlapping_farms_of_swellendam_close(real_data: Path, tmp_path: Path) -> None:
    """3,471 pairs of farms overlap: the shares add up to twice the land, the tables don't."""
    base = (real_data / "swellendam_za").as_posix()
    report = project(
        tmp_path,
        {
            "zones": f'{{path = "{base}/protected_areas.shp", fields = {{zone = "name"}}}}',
            "land_use": f'{{path = "{base}/farms_33S.shp", set = {{code = "0103", scheme = "survey-2020"}}}}',
        },
    )
    found = tables_of(report)
    assert_closed(found)
    shares = sum(row.gross for row in found.taken if row.features)
    once = sum(row.gross for row in found.taken)
    assert shares / 1e6 == pytest.approx(22267, rel=5e-4)
    assert once / 1e6 == pytest.approx(11382, rel=5e-4)


@pytest.mark.parametrize("types", [("U",), ("U", "AUc", "AUs", "A", "N")])
def test_a_french_plan_closes_and_its_classes_are_those_of_a_second_way(
    real_data: Path, tmp_path: Path, types: tuple[str, ...]
) -> None:
    import geopandas as gpd
    import shapely

    folder = real_data / "france_plu" / "41175_PLU_20140603"
    zones, protected = (next(folder.rglob(f"*{name}*.shp")) for name in ("ZONE_URBA", "PRESCRIPTION_SURF"))
    chosen = " OR ".join(f"TYPEZONE = '{one}'" for one in types)
    coded = 'fields = {code = "TYPEZONE"}, set = {scheme = "survey-2020"}'
    report = project(
        tmp_path,
        {
            "zones": f'{{path = "{zones.as_posix()}", where = "{chosen}", fields = {{area = "TYPEZONE"}}}}',
            "land_use": f'{{path = "{zones.as_posix()}", {coded}}}',
            "ecological_redline": f'"{protected.as_posix()}"',
        },
    )
    found = tables_of(report)
    assert_closed(found)
    frame = gpd.read_file(zones).to_crs("+proj=laea +lat_0=47.6 +lon_0=1.3 +ellps=GRS80")
    frame["geometry"] = shapely.make_valid(shapely.force_2d(frame.geometry.to_numpy()))
    for kind in types:
        own = frame[frame["TYPEZONE"] == kind].geometry
        others = frame[~frame["TYPEZONE"].isin([kind])].geometry
        alone = shapely.union_all(own.to_numpy()).difference(shapely.union_all(others.to_numpy())).area
        ours = sum(row.adjusted for row in found.classes if row.label.code == kind) / 100
        assert ours == pytest.approx(alone, rel=3e-5, abs=2)
