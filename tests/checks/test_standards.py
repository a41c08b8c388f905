"""Limits of the standards, against numbers written down here a second time, and how limits in a table are read."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import checks
from checks.environment import full_years_before
from checks.limits import Bound, figure, indicator, indicators, parse_bound
from layers.units import known_unit

# GB 3838-2002, table 1, classes I to V, by the names that reports use
WATER = {
    "溶解氧": (">=", "7.5 6 5 3 2"),
    "高锰酸盐指数": ("<=", "2 4 6 10 15"),
    "化学需氧量": ("<=", "15 15 20 30 40"),
    "五日生化需氧量": ("<=", "3 3 4 6 10"),
    "氨氮": ("<=", "0.15 0.5 1.0 1.5 2.0"),
    "总磷": ("<=", "0.02 0.1 0.2 0.3 0.4"),
    "总磷(湖库)": ("<=", "0.01 0.025 0.05 0.1 0.2"),
    "总氮(湖库)": ("<=", "0.2 0.5 1.0 1.5 2.0"),
    "铜": ("<=", "0.01 1 1 1 1"),
    "锌": ("<=", "0.05 1 1 2 2"),
    "氟化物": ("<=", "1 1 1 1.5 1.5"),
    "硒": ("<=", "0.01 0.01 0.01 0.02 0.02"),
    "砷": ("<=", "0.05 0.05 0.05 0.1 0.1"),
    "汞": ("<=", "0.00005 0.00005 0.0001 0.001 0.001"),
    "镉": ("<=", "0.001 0.005 0.005 0.005 0.01"),
    "六价铬": ("<=", "0.01 0.05 0.05 0.05 0.1"),
    "铅": ("<=", "0.01 0.01 0.05 0.05 0.1"),
    "氰化物": ("<=", "0.005 0.05 0.2 0.2 0.2"),
    "挥发酚": ("<=", "0.002 0.002 0.005 0.01 0.1"),
    "石油类": ("<=", "0.05 0.05 0.05 0.5 1.0"),
    "阴离子表面活性剂": ("<=", "0.2 0.2 0.2 0.3 0.3"),
    "硫化物": ("<=", "0.05 0.1 0.2 0.5 1.0"),
    "粪大肠菌群": ("<=", "200 2000 10000 20000 40000"),
}
CLASSES = ("I", "II", "III", "IV", "V")
AIR_2012 = {"SO2": 60, "NO2": 40, "PM10": 70, "PM2.5": 35, "CO": 4, "O3-8h": 160}


@pytest.mark.parametrize("name", WATER)
def test_water_limits_by_class(name: str) -> None:
    sign, numbers = WATER[name]
    known = indicator(name)
    assert known is not None
    for class_, number in zip(CLASSES, numbers.split(), strict=True):
        (bound,) = known.bounds(class_, 2024)
        assert bound is not None
        assert (bound.low if sign == ">=" else bound.high) == Fraction(number)
        assert (bound.high if sign == ">=" else bound.low) is None


def test_every_water_indicator_is_tried() -> None:
    tried = {indicator(name) for name in WATER} | {indicator("pH")}
    assert {known for known in indicators() if known.class_param == "water_class"} == tried


@pytest.mark.parametrize("class_", CLASSES)
def test_ph_is_a_range_without_direction(class_: str) -> None:
    known = indicator("pH")
    assert known is not None and known.better == "none"
    assert [(bound.low, bound.high) for bound in known.bounds(class_, 2024) if bound] == [(6, 9)]


@pytest.mark.parametrize(("name", "high"), AIR_2012.items())
@pytest.mark.parametrize("year", [2022, 2025])
def test_air_limits_up_to_2025(name: str, high: int, year: int) -> None:
    known = indicator(name)
    assert known is not None
    assert [bound.high for bound in known.bounds("II", year) if bound] == [high]


@pytest.mark.parametrize(
    ("year", "highs"), [(2025, [35]), (2026, [35, 30]), (2027, [30]), (2030, [30]), (2031, [25]), (2040, [25])]
)
def test_pm25_by_year(year: int, highs: list[int]) -> None:
    known = indicator("PM2.5")
    assert known is not None
    assert [bound and bound.high for bound in known.bounds("II", year)] == highs


@pytest.mark.parametrize("name", ["SO2", "NO2", "PM10", "CO", "O3-8h"])
@pytest.mark.parametrize("year", [2026, 2027, 2031])
def test_a_number_that_was_not_read_is_none(name: str, year: int) -> None:
    known = indicator(name)
    assert known is not None
    assert None in known.bounds("II", year)


@pytest.mark.parametrize("name", AIR_2012)
def test_class_one_of_air_was_not_read(name: str) -> None:
    known = indicator(name)
    assert known is not None
    assert set(known.bounds("I", 2024)) == {None}


def test_editions_follow_each_other_day_by_day() -> None:
    for known in indicators():
        days = [(edition.start, edition.end) for edition in known.editions]
        assert days[0][0] == date.min and days[-1][1] == date.max
        assert all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(days))


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("DO", "溶解氧"),
        ("NH3-N", "氨氮"),
        ("nh3n", "氨氮"),
        ("TP", "总磷"),
        ("CODMn", "高锰酸盐指数"),
        ("COD", "化学需氧量"),
        ("CODcr", "化学需氧量"),
        ("pm2.5", "细颗粒物"),
        ("PM25", "细颗粒物"),
        ("PM10", "可吸入颗粒物"),
        ("SO2", "二氧化硫"),
        ("NO2", "二氧化氮"),
        ("O3_8h", "臭氧"),
        ("CO", "一氧化碳"),
        ("氨氮（NH₃-N）", "氨氮"),
        ("总磷(以P计)", "总磷"),
        ("细颗粒物 (PM2.5)", "PM2.5"),
    ],
)
def test_names_for_one_indicator(written: str, same_as: str) -> None:
    assert indicator(written) is not None
    assert indicator(written) is indicator(same_as)


def test_names_that_are_not_one_indicator() -> None:
    assert indicator("高锰酸盐指数") is not indicator("化学需氧量")
    assert indicator("总磷") is not indicator("总磷(湖库)")
    assert indicator("PM10") is not indicator("PM2.5")
    assert indicator("总氮") is None
    assert indicator("Co") is None
    assert indicator("噪声") is None
    assert indicator("总磷(水库)") is None
    assert indicator("总磷(TN_lake)") is None


def test_no_name_means_two_indicators() -> None:
    names = []
    for file in ("air", "water"):
        text = (Path(checks.__file__).parent / "standards" / f"{file}.toml").read_text(encoding="utf-8")
        for key, table in tomllib.loads(text)["indicators"].items():
            names += [(name, key) for name in (key, *table.get("names", ()))]
    for name, key in names:
        known = indicator(name)
        assert known is not None and known.key == key


def test_every_unit_is_known() -> None:
    assert [known.key for known in indicators() if known_unit(known.unit) is None] == []


def test_only_percentiles_want_rows_of_a_year() -> None:
    assert {known.key for known in indicators() if known.annual_only} == {"CO", "O3-8h"}


@pytest.mark.parametrize(
    ("text", "low", "high", "strict"),
    [
        ("<=35", None, "35", False),
        ("≤ 0.05", None, "0.05", False),
        (">=5", "5", None, False),
        ("6-9", "6", "9", False),
        ("6~9", "6", "9", False),
        ("35", None, "35", False),
        ("<35", None, "35", True),
        (">5", "5", None, True),
    ],
)
def test_limits_as_a_table_writes_them(text: str, low: str | None, high: str | None, strict: bool) -> None:
    low_end, high_end = (None if end is None else Fraction(end) for end in (low, high))
    assert parse_bound(text) == Bound(low_end, high_end, strict)


def test_a_bare_number_is_a_minimum_where_more_is_better() -> None:
    assert parse_bound("5", minimum=True) == Bound(low=Fraction(5))
    assert parse_bound("<=5", minimum=True) == Bound(high=Fraction(5))


@pytest.mark.parametrize("text", ["", "x", "<=6-9", "35 ug/m3", "-5"])
def test_what_is_no_limit(text: str) -> None:
    assert parse_bound(text) is None


def test_the_limit_itself_is_kept() -> None:
    tenth = Fraction("0.1")
    assert Bound(high=tenth).keeps(Fraction(repr(0.1)))
    assert not Bound(high=tenth).keeps(tenth + Fraction(1, 10**15))
    assert not Bound(high=tenth, strict=True).keeps(tenth)
    assert Bound(Fraction(6), Fraction(9)).keeps(Fraction(6))
    assert not Bound(Fraction(6), Fraction(9)).keeps(Fraction("9.01"))


def test_a_limit_in_another_unit() -> None:
    assert Bound(high=Fraction("0.035")).scaled(Fraction(1000)) == Bound(high=Fraction(35))


def test_figures_do_not_read_as_the_limit_that_they_break() -> None:
    assert figure(Fraction(35), Fraction(35)) == "35"
    assert figure(Fraction(35) + Fraction(1, 10**8), Fraction(35)) != "35"


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2025, 7, 25), date(2025, 12, 31)])
def test_full_years_end_with_the_year_before(day: date) -> None:
    assert full_years_before(day, 2) == (2023, 2024)
