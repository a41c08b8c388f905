"""Both sample projects, checked: the park shows the stated figures, the expansion what its data show and no more."""

from pathlib import Path

import pytest

from checks.model import Report
from checks.run import check_project
from layers.samples import write_samples

REPLY = (
    "截至上半年,建成区面积已达1.06平方公里,占规划面积的58%。标准厂房建成13.65万平方米,已出租11.24万平方米,在建6.18万平方米;"
    "园区道路建成2.55公里,在建7.1公里,迎宾大道前段1.95公里已建成通车,建成区路网基本完善;"
    "推动实施“绿苑家园”保障性租赁住房项目建设,建成并租赁235套,在建190套;"
)
"""The passage of the reply that the park's figures come from, clause 三(三)."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked")
    write_samples(folder)
    return folder


@pytest.fixture(scope="module")
def park(demo: Path) -> Report:
    return check_project(demo / "park" / "zone.toml")


@pytest.fixture(scope="module")
def expansion(demo: Path) -> Report:
    return check_project(demo / "expansion" / "zone.toml")


def test_the_park_shows_the_figures_of_the_source(park):
    (zone,) = park.zones
    assert zone.zone == "云南耿马产业园区"
    found = {finding.rule: finding for finding in zone.findings if finding.rule.startswith("DEV-")}
    assert {rule for rule, finding in found.items() if finding.verdict != "info"} == {"DEV-4", "DEV-6"}  # not stated
    values = {rule: finding.outcome.value for rule, finding in found.items()}
    expected = {
        "DEV-1": 1.06 / 1.828,
        "DEV-7": 112_400 / 136_500,
        "DEV-8": 2_550,
        "DEV-9": 1_035 / 1.06,
        "DEV-10": 1,
        "DEV-11": 0.208,
    }
    assert {rule: values[rule] for rule in expected} == pytest.approx(expected, rel=2e-6)
    measures = {rule: finding.outcome.measures for rule, finding in found.items()}
    assert (measures["DEV-1"]["overlap_m2"], measures["DEV-1"]["planned_m2"]) == pytest.approx(
        (1.06e6, 1.828e6), rel=1e-7
    )
    floors = {"let_m2": 112_400, "built": 136_500, "under_construction": 61_800}
    assert measures["DEV-7"] == {**floors, "commissioning": 0, "planned": 0}
    lengths = (measures["DEV-8"]["built_m"], measures["DEV-8"]["under_construction_m"])
    assert lengths == pytest.approx((2_550, 7_100), rel=2e-6)
    densities = (measures["DEV-8"]["per_planned_km2"], measures["DEV-8"]["per_built_km2"])
    assert densities[0] == pytest.approx(2.55 / 1.828, rel=2e-6) and 0 < densities[1] <= 2.55 / 1.06 + 1e-6
    assert (measures["DEV-10"]["built"], measures["DEV-10"]["under_construction"]) == (235, 190)
    assert measures["DEV-5"]["output_yuan_per_ha_built"] == pytest.approx(2.484e9 / 106, rel=1e-6)


def test_every_figure_of_the_park_is_told_with_its_denominator(park):
    told = {finding.rule: finding.outcome.message.zh for finding in park.zones[0].findings}
    for rule, words in {
        "DEV-1": ("57.99%", "1,060,000.00", "1,828,000.00"),
        "DEV-7": ("82.34%", "136,500", "61,800"),
        "DEV-8": ("2,550.00", "7,100.00", "规划用地", "已建成用地"),
        "DEV-9": ("1,035", "976.42", "1.06 平方公里"),
        "DEV-10": ("235", "190"),
        "DEV-11": ("20.8%", "52.5%", "20.5%", "6.2%"),
    }.items():
        for word in words:
            assert word in told[rule], (rule, word)


def test_a_fifth_of_the_financing_is_unexplained(park):
    (finding,) = [finding for finding in park.zones[0].findings if finding.rule == "DEV-11"]
    assert (finding.verdict, finding.outcome.value) == ("info", pytest.approx(0.208, abs=1e-12))
    told = finding.outcome.message.en.replace(" ", "")
    for share in ("52.5", "20.5", "6.2", "20.8", "2,048,000,000"):
        assert share in told


def test_no_step_of_the_procedure_counts_without_a_date(park):
    found = {finding.rule: finding for finding in park.zones[0].findings if finding.pack == "procedure"}
    assert {rule: (finding.verdict, finding.outcome.missing) for rule, finding in found.items()} == {
        "PRC-1": (
            "undetermined",
            ("document:argumentation", "document:construction-plan", "document:request", "document:approval"),
        ),
        "PRC-2": (
            "undetermined",
            ("document:master-plan", "document:plan-eia", "document:county-review", "document:city-review"),
        ),
        "PRC-3": ("undetermined", ("document:approval", "document:catalogue-listing")),
        "PRC-4": ("undetermined", ("document:management-body",)),
        "PRC-5": ("undetermined", ("role:expansion",)),
    }


def test_control_lines_on_the_park(park):
    found = {finding.rule: finding for finding in park.zones[0].findings if finding.pack == "control-lines"}
    assert {rule: finding.verdict for rule, finding in found.items()} == {
        "LINE-1": "pass",
        "LINE-2": "pass",
        "LINE-3": "undetermined",  # a part lies in the flexible division
        "LINE-4": "info",
        "LINE-5": "info",
        "LINE-6": "pass",
        "LINE-7": "undetermined",  # the source states no approved area
        "LINE-8": "info",
    }
    measures = found["LINE-3"].outcome.measures
    assert measures["open_m2"] == pytest.approx(measures["flexible_share"] * 1_828_000, rel=1e-6)
    assert found["LINE-7"].outcome.measures["measured_m2"] == pytest.approx(1_828_000, abs=0.005)


def test_slivers_along_the_red_line_are_listed_and_turn_nothing(park):
    finding = next(one for one in park.zones[0].findings if one.rule == "LINE-2")
    assert finding.verdict == "pass"
    assert 0 < finding.outcome.measures["sliver_m2"] < 5
    assert finding.outcome.evidence
    assert all(one.sliver for one in finding.outcome.evidence)


def test_every_input_of_the_park_is_read_whole_and_in_order(park):
    areas = {record.role: record.area_m2 for record in park.inputs.records if record.area_m2 is not None}
    assert areas == {"zones": pytest.approx(1_828_000, abs=0.005)}
    assert not [record for record in park.inputs.records if record.repaired or record.notes]


def test_taking_gengma_in_makes_a_fourth_area(expansion):
    (zone,) = expansion.zones
    assert expansion.verdict == "fail"
    (failed,) = [finding for finding in zone.findings if finding.verdict == "fail"]
    assert (failed.rule, failed.binding, failed.outcome.value) == ("BEZ-5", "in-principle", 4)
    assert failed.outcome.message.zh.startswith("原则上不符合")
    for area in ("孟定核心园区", "南伞园区", "永和园区", "云南耿马产业园区"):
        assert area in failed.outcome.message.zh


def test_the_zones_own_built_share_is_not_known_and_gengmas_stands_beside_it(expansion):
    finding = next(one for one in expansion.zones[0].findings if one.rule == "BEZ-1a")
    assert (finding.verdict, finding.outcome.value) == ("undetermined", None)
    assert set(finding.outcome.missing) == {"covers:built_up", "param:BEZ-1a.min"}
    assert "57.99%" in finding.outcome.message.en.replace(" ", "")


def test_what_the_source_does_not_state_is_undetermined_and_says_what_is_missing(expansion):
    found = {finding.rule: finding for finding in expansion.zones[0].findings}
    undetermined = {rule for rule, finding in found.items() if finding.verdict == "undetermined"}
    not_stated = {f"BEZ-{number}" for number in ("1a", "1b", "2a", "2f", "2g", "3a", "3b", "3c", "4a", "4b", "4c")}
    assert undetermined == not_stated & set(found)
    assert all(found[rule].outcome.missing for rule in undetermined)


def test_verdicts_on_made_up_lines_name_made_up_sources(expansion):
    passed = {finding.rule for finding in expansion.zones[0].findings if finding.verdict == "pass"}
    assert passed == {"BEZ-2b", "BEZ-2c", "BEZ-2d", "BEZ-2e"}
    drawn = [record.source for record in expansion.inputs.records if record.role not in ("zones", "expansion")]
    assert all("虚构" in source for source in drawn)


def test_no_sentence_speaks_for_the_bureau(expansion):
    for finding in expansion.zones[0].findings:
        message = finding.outcome.message.zh + finding.outcome.message.en
        assert "工信局" not in message and "bureau" not in message.lower()


def test_a_pack_of_ones_own_is_valid_quotes_the_source_word_for_word_and_finds_the_same(demo, park):
    from checks.packs import read_pack
    from layers.problems import Problems

    problems = Problems()
    file = Path(__file__).parents[1] / "zoneproof" / "packs" / "park-figures.toml"
    pack = read_pack(file, file.name, problems)
    problems.stop()
    assert pack is not None
    figures = [draft for draft in pack.drafts if draft.binding is None]
    assert [draft.id for draft in figures] == [f"PARK-{number}" for number in range(1, 8)]
    assert all(draft.citation.clause == "三(三)" and (draft.citation.quote or "?") in REPLY for draft in figures)
    assert all(draft.texts["what"].zh and draft.texts["what"].en for draft in pack.drafts)
    own = check_project(demo / "park", packs=[str(file)])
    values = {finding.rule: finding.outcome.value for finding in (*own.zones[0].findings, *park.zones[0].findings)}
    pairs = {"PARK-1": "DEV-1", "PARK-2": "DEV-7", "PARK-4": "DEV-8", "PARK-8": "LINE-2", "PARK-9": "LINE-1"}
    assert {rule: values[rule] for rule in pairs} == {rule: values[other] for rule, other in pairs.items()}


def test_the_last_mile_of_the_park(park):
    """Gas serves nobody, sewage is not in operation yet, water and power serve the built part."""
    found = {finding.rule: finding.outcome for finding in park.zones[0].findings if finding.rule.startswith("INF-")}
    assert found["INF-3"].value == found["INF-4"].value == 0
    assert (
        "no built line of this kind" in found["INF-3"].message.en and "no built gas-source" in found["INF-3"].message.en
    )
    assert found["INF-4"].measures["connectors_m"] is None
    for rule in ("INF-1", "INF-2"):
        measures = found[rule].measures
        assert measures["built_share"] > 0.97 > measures["supplied_share"]
        gaps = [item for item in found[rule].evidence if item.part == 2]
        assert len(gaps) == measures["unserved"] and all(item.length_m > 200 for item in gaps)
        assert measures["connectors_m"] > 0
    assert found["INF-5"].value == 1
    assert found["INF-7"].measures == {"housing_capacity": 235, "sewage-works_capacity": 0, "waterworks_capacity": 6000}
    assert found["INF-10"].value == pytest.approx(2.55 / 1.828, rel=1e-4)


def test_the_way_to_the_town_is_longer_than_the_gap(park):
    way, gap = (next(f.outcome.value for f in park.zones[0].findings if f.rule == rule) for rule in ("INT-1", "INT-3"))
    assert way > gap > 0
