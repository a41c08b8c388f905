"""Reports with many findings: Word and Excel hold them all, and tell how far they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from checks.model import Report, ZoneReport
from maps.outputs import docx as word
from maps.outputs import xlsx as excel


def many(report: Report, count: int) -> Report:
    """A failing finding so many times, each under an id of its own."""
    failing = report.zones[0].findings[0]
    findings = tuple(replace(failing, id=f"甲园区/X-{number}", rule=f"X-{number}") for number in range(count))
    counts = {**dict.fromkeys(report.summary, 0), "fail": count}
    return replace(report, zones=(ZoneReport("甲园区", "fail", findings),), summary=counts)


def test_word_holds_every_problem_and_says_how_far_it_is(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word, "PICTURES", 2)
    told: list[tuple[Any, ...]] = []
    word.write(many(report, 90), tmp_path, lambda *step: told.append(step))
    assert [(done, total) for _, done, total in told] == [(number, 90) for number in range(1, 91)]
    document = docx.Document(str(tmp_path / "report.docx"))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    assert sum("X-" in one for one in headings) == 90
    assert len(document.inline_shapes) == word.PICTURES + 2


def test_excel_holds_every_finding_and_says_how_far_it_is(report: Report, tmp_path: Path) -> None:
    told: list[tuple[Any, ...]] = []
    excel.write(many(report, 1100), tmp_path, lambda *step: told.append(step))
    assert any(0 < done < total for _, done, total in told if total == 1100)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx", read_only=True)
    assert sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) == 1101
    assert sum(1 for _ in book.worksheets[1].iter_rows(values_only=True)) == 2201
