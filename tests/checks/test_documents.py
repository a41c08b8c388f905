"""Which document counts: dates, validity, the latest, the worst of one date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checks.documents import Paper, latest_document
from checks.site import sites
from tests.checks.case_inputs import inputs_of

AS_OF = date(2025, 7, 25)
KIND = "carrying-capacity"


def found(*rows: dict[str, Any], as_of: date | None = AS_OF, since: date | None = None, **case: Any) -> Paper:
    table = {"documents": [{"kind": KIND, **row} for row in rows]}
    (site, *_) = sites(inputs_of({"tables": table, "as_of": as_of, **case}))
    return latest_document(site, KIND, since)


def test_no_table_and_no_row_are_missing() -> None:
    (site,) = sites(inputs_of({"as_of": AS_OF}))
    assert latest_document(site, KIND).missing == (f"document:{KIND}",)
    assert found().missing == (f"document:{KIND}",)
    assert found({"kind": "approval", "date": AS_OF}).missing == (f"document:{KIND}",)


def test_an_empty_result_is_yes() -> None:
    paper = found({"date": AS_OF})
    assert (paper.result, paper.missing, paper.dated) == ("yes", (), AS_OF)
    assert [item.key for item in paper.evidence] == ["documents/0:1"]


@pytest.mark.parametrize(("day", "counts"), [(AS_OF, True), (date(2025, 7, 26), False), (None, False)])
def test_only_rows_dated_up_to_as_of_count(day: date | None, counts: bool) -> None:
    assert (found({"date": day}).result == "yes") is counts


@pytest.mark.parametrize(("until", "counts"), [(AS_OF, True), (date(2025, 7, 24), False), (None, True)])
def test_a_document_past_its_validity_does_not_count(until: date | None, counts: bool) -> None:
    assert (found({"date": date(2024, 1, 1), "valid_until": until}).result == "yes") is counts


def test_the_latest_counts_whatever_the_order() -> None:
    rows = [{"date": date(2024, 1, 1), "result": "no"}, {"date": date(2025, 1, 1), "result": "yes"}]
    assert found(*rows).result == found(*rows[::-1]).result == "yes"
    assert found({**rows[0], "date": date(2025, 6, 1)}, rows[1]).result == "no"


@pytest.mark.parametrize(
    ("results", "worst"),
    [(["yes", "no"], "no"), (["yes", "pending"], "pending"), (["pending", "no"], "no"), ([None, "pending"], "pending")],
)
def test_of_one_date_the_worst_counts(results: list[str | None], worst: str) -> None:
    rows = [{"date": AS_OF, "result": result} for result in results]
    assert found(*rows).result == found(*rows[::-1]).result == worst


def test_a_later_one_that_does_not_count_hides_none() -> None:
    later = [
        {"date": date(2025, 8, 1), "result": "no"},
        {"date": None, "result": "no"},
        {"date": date(2025, 7, 1), "result": "no", "valid_until": date(2025, 7, 2)},
    ]
    assert found({"date": date(2025, 1, 1)}, *later).result == "yes"


def test_without_as_of_nothing_counts() -> None:
    paper = found({"date": date(2025, 1, 1)}, as_of=None)
    assert (paper.result, paper.missing) == (None, ("param:project.as_of",))


@pytest.mark.parametrize(("since", "counts"), [(date(2025, 1, 1), True), (date(2025, 1, 2), False)])
def test_since_a_day(since: date, counts: bool) -> None:
    assert (found({"date": date(2025, 1, 1)}, since=since).result == "yes") is counts


def test_another_zone_s_document_is_not_this_one_s() -> None:
    zones = [
        {"wkt": "POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))", "zone": "甲区"},
        {"wkt": "POLYGON((5000 0, 6000 0, 6000 1000, 5000 1000, 5000 0))", "zone": "乙区"},
    ]
    assert found({"date": AS_OF, "zone": "乙区"}, layers={"zones": zones}).result is None
    assert found({"date": AS_OF, "zone": "甲区"}, layers={"zones": zones}).result == "yes"


def test_words_name_number_date_and_result() -> None:
    paper = found({"date": AS_OF, "number": "云政复〔2025〕3号", "result": "pending"})
    assert paper.told.zh == "资源环境承载力文件 云政复〔2025〕3号(2025-07-25)尚在办理"
    paper.told.zh.encode("gbk")
