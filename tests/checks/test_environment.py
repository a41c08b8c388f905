"""Environmental quality beyond the case files: units that can't be converted, order of rows, counts a second way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from statistics import mean
from typing import Any

import numpy as np
import pytest

from checks.kinds import document, limits_kept, trend
from checks.model import Citation, Outcome
from checks.rule import Rule
from checks.site import Site, sites
from layers.problems import InputError
from layers.text import Text
from tests.checks.case_inputs import inputs_of

AS_OF = date(2025, 7, 25)
YEARS = (2023, 2024)
LIMITS = {"PM2.5": 35, "SO2": 60, "氨氮": 1, "化学需氧量": 20}


def site_of(rows: list[dict[str, Any]], role: str = "environment") -> Site:
    return sites(inputs_of({"as_of": AS_OF, "tables": {role: rows}}))[0]


def judged(kind: Any, site: Site, params: Any = None) -> Outcome:
    params = params or kind.Params()
    rule = Rule("T", "t", "t", Text("", ""), ("zone",), params, "mandatory", "stated", None, Citation(), {})
    outcome: Outcome = kind.run(site, rule, "zone", params)
    return outcome


def row(indicator: str, value: float, **other: Any) -> dict[str, Any]:
    return {"year": 2024, "station": "甲站", "indicator": indicator, "value": value, **other}


@pytest.mark.parametrize("kind", [limits_kept, trend])
def test_units_that_cannot_be_converted_are_all_told_once(kind: Any) -> None:
    rows = [
        row("PM2.5", 30, unit="ug/m3"),
        row("PM10", 30, unit="斤"),
        row("PM10", 30, unit="斤", station="乙站"),
        row("SO2", 30, unit="m"),
    ]
    with pytest.raises(InputError) as error:
        judged(kind, site_of(rows))
    assert [(problem.code, problem.where) for problem in error.value.problems] == [
        ("unit-unknown", "environment 0:2"),
        ("unit-mismatch", "environment 0:4"),
    ]
    assert "斤" in error.value.lines("zh")[0]


def test_a_unit_of_another_year_is_not_looked_at() -> None:
    assert judged(limits_kept, site_of([row("PM10", 30, unit="斤", year=2019)])).verdict == "undetermined"


def test_values_of_an_unknown_indicator_in_units_that_differ_are_brought_to_one() -> None:
    rows = [
        {"date": date(2024, 3, 1), "station": "甲", "indicator": "苯", "value": 900, "unit": "ug/L", "limit": "<=1000"},
        {"date": date(2024, 9, 1), "station": "甲", "indicator": "苯", "value": 1.2, "unit": "mg/L", "limit": "<=1"},
    ]
    outcome = judged(limits_kept, site_of(rows))
    assert (outcome.value, outcome.verdict) == (1, "fail")
    assert "1.05 mg/L" in outcome.message.zh


def test_a_row_without_a_unit_beside_units_that_differ_is_open() -> None:
    rows = [row("苯", 1, unit=unit, limit="<=5", station=unit or "丙") for unit in ("mg/L", "ug/L", None)]
    assert "field:environment.unit" in judged(limits_kept, site_of(rows)).missing


def made(seed: int) -> list[dict[str, Any]]:
    """Two years of single values and rows of a year at three stations, whole numbers so that floats are exact."""
    pick = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for station in ("甲", "乙", "丙"):
        for name, limit in LIMITS.items():
            for year in YEARS:
                values = [int(pick.integers(0, 2 * limit, endpoint=True)) for _ in range(4)]
                if pick.random() < 0.5:
                    rows.append({"year": year, "station": station, "indicator": name, "value": values[0]})
                else:
                    days = [date(year, month, 15) for month in (1, 4, 7, 10)]
                    rows += [
                        {"date": day, "station": station, "indicator": name, "value": value}
                        for day, value in zip(days, values, strict=True)
                    ]
    return rows


def annual(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], float]:
    values = defaultdict(list)
    for each in rows:
        year = each["date"].year if "date" in each else each["year"]
        values[each["station"], each["indicator"], year].append(each["value"])
    return {key: mean(found) for key, found in values.items()}


@pytest.mark.parametrize("seed", range(8))
def test_broken_limits_counted_a_second_way(seed: int) -> None:
    rows = made(seed)
    wanted = sum(value > LIMITS[name] for (_, name, _), value in annual(rows).items())
    outcome = judged(limits_kept, site_of(rows))
    assert outcome.value == wanted
    assert len(outcome.evidence) == wanted
    assert outcome.verdict == ("fail" if wanted else "pass")


@pytest.mark.parametrize("seed", range(8))
def test_courses_counted_a_second_way(seed: int) -> None:
    rows = made(seed)
    values = annual(rows)
    means = {
        (name, year): mean(value for (_, found, when), value in values.items() if (found, when) == (name, year))
        for name in LIMITS
        for year in YEARS
    }
    worse = sum(means[name, 2024] > means[name, 2023] for name in LIMITS)
    better = sum(means[name, 2024] < means[name, 2023] for name in LIMITS)
    outcome = judged(trend, site_of(rows))
    assert (outcome.measures["worse_count"], outcome.measures["better_count"]) == (worse, better)
    assert outcome.verdict == ("pass" if not worse and better else "fail")


@pytest.mark.parametrize("kind", [limits_kept, trend])
def test_the_order_of_rows_does_not_show(kind: Any) -> None:
    rows = [*made(3), row("苯", 1, unit="mg/L"), row("苯", 900, unit="ug/L"), row("PM2.5", 99), row("PM2.5", 1)]
    mixed = [rows[place] for place in np.random.default_rng(5).permutation(len(rows))]
    one, other = judged(kind, site_of(rows)), judged(kind, site_of(mixed))
    assert (one.verdict, one.value, one.measures, one.message) == (
        other.verdict,
        other.value,
        other.measures,
        other.message,
    )


def test_a_document_that_must_be_there() -> None:
    params = document.Params("plan-eia")
    rows = {"kind": "plan-eia", "date": date(2025, 1, 1)}
    results = [
        judged(document, site_of([{**rows, "result": result}], "documents"), params)
        for result in ("yes", None, "no", "pending")
    ]
    assert [each.verdict for each in results] == ["pass", "pass", "fail", "undetermined"]
    assert results[3].missing == ("document:plan-eia",)
    assert [item.key for item in results[0].evidence] == ["documents/0:1"]
    absent = judged(document, sites(inputs_of({"as_of": AS_OF}))[0], params)
    assert (absent.verdict, absent.missing) == ("undetermined", ("document:plan-eia",))
