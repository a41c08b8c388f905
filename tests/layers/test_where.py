"""Conditions: what they select, and that they can do nothing else."""

from __future__ import annotations

import pytest

from geo.errors import ZoneproofError
from layers.where import checked, matching

COLUMNS = {"DLBM": ["0101", "0601", None, "0103"], "面积": [1.5, 2, 3, None], "类 别": ["a", "b", "c", "it's"]}


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("DLBM = '0601'", [1]),
        ("dlbm LIKE '01%'", [0, 3]),
        ("面积 >= 2", [1, 2]),
        ('"面积" BETWEEN 1 AND 2', [0, 1]),
        ("面积 IS NULL OR DLBM IS NULL", [2, 3]),
        ("\"类 别\" = 'it''s'", [3]),
        ("NOT (DLBM IN ('0101', '0103'))", [1]),
        ("length(DLBM) = 4 AND 面积 * 2 = 3", [0]),
        ("1 = 1", [0, 1, 2, 3]),
        ("\"类 别\" = '; -- /*'", []),
    ],
)
def test_rows_that_meet_a_condition(where: str, rows: list[int]) -> None:
    assert matching(where, COLUMNS, 4, "x").nonzero()[0].tolist() == rows


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("DLBN = '0101'", "where-column"),
        ("\"DLBN\" = '0101'", "where-column"),
        ('DLBM = "0101"', "where-column"),
        ("DLBM = = 3", "where-invalid"),
        ("DLBM = '0101", "where-invalid"),
        ("DLBM = '0101'; DROP TABLE source", "where-invalid"),
        ("1 = 1) OR (1 = 1 -- ", "where-invalid"),
        ("DLBM IN (SELECT name FROM sqlite_master)", "where-invalid"),
        ("load_extension('x') = 1", "where-invalid"),
        ("randomblob(1000000000) IS NOT NULL", "where-invalid"),
        ("1 = 1 UNION SELECT 1", "where-invalid"),
    ],
)
def test_what_is_refused(where: str, code: str) -> None:
    with pytest.raises(ZoneproofError) as told:
        matching(where, COLUMNS, 4, "x")
    assert told.value.code == code


def test_an_unknown_column_gets_a_hint() -> None:
    with pytest.raises(ZoneproofError) as told:
        matching("DLBN = '0101'", COLUMNS, 4, "x")
    assert "DLBM" in told.value.facts["hint"].en


def test_chinese_names_are_quoted_for_ogr_and_the_rest_is_left_alone() -> None:
    assert (
        checked("面积 > 1 AND DLBM = '面积' AND FID < 3", COLUMNS, "x") == "\"面积\" > 1 AND DLBM = '面积' AND FID < 3"
    )
    assert checked("DLBM ILIKE '01%'", COLUMNS, "x") == "DLBM ILIKE '01%'"


def test_a_table_without_columns_or_rows() -> None:
    assert matching("1 = 1", {}, 3, "x").tolist() == [True] * 3
    assert matching("a = 1", {"a": []}, 0, "x").tolist() == []
