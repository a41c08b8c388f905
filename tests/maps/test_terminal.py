"""What is printed: fits 80 columns, holds in GBK, says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checks.model import Report
from maps.columns import fit, plain, shorten, width, wrap
from maps.markdown import markdown
from maps.terminal import table


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
@pytest.mark.parametrize("places", [60, 80, 120])
def test_fits_its_columns_and_gbk(report: Report, lang: Any, places: int) -> None:
    shown = table(report, lang, places)
    shown.encode("gbk")
    assert [line for line in shown.splitlines() if width(line) > places] == []
    assert "\x1b" not in shown


def test_says_verdict_value_threshold_margin_reason_and_what_is_missing(report: Report) -> None:
    shown = table(report, "zh")
    assert "30,000.13 ㎡(3.0000 公顷)" in shown
    assert "≤ 0 ㎡" in shown
    assert "-3.0000 公顷" in shown
    assert "33.33%" in shown and "+33.33 个百分点" in shown
    assert "缺: 参数 BEZ-2f.max_ratio, 图层或表 rankings" in shown
    assert "原则上不符合" in shown
    assert "项目设定: 省厅口径; 转述,未见原文" in shown
    assert "合计 6 条: 符合 1, 不符合 2, 无法判定 1, 不适用 1, 参考值 1。总结论: 不符合" in shown


def test_english(report: Report) -> None:
    shown = table(report, "en")
    assert "missing: parameter BEZ-2f.max_ratio, layer or table rankings" in shown
    assert "30,000.13 m2" in shown and "(3.0000 ha)" in shown
    assert "[set by the project: 省厅口径; related, text not read]" in shown
    assert "Overall:\nfail" in shown


def test_hostile_names_print_no_escape_sequences(report_of: Callable[..., Report]) -> None:
    shown = table(report_of("名\x1b[31m\r\n第二行\x07"), "zh")
    assert "\x1b" not in shown and "\r" not in shown and "\x07" not in shown
    assert "名 [31m  第二行" in shown


def test_hostile_markdown_is_escaped(hostile_report: Report) -> None:
    shown = markdown(hostile_report, "zh")
    assert "<img" not in shown and "<script" not in shown
    assert "&lt;img src=x" in shown
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} <= {7, 8}


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_markdown_has_clause_standing_and_missing(report: Report, lang: Any) -> None:
    shown = markdown(report, lang)
    assert "BEZ-2d" in shown and "不涉及生态保护红线" in shown and "ecological\\_redline/9" in shown
    assert ("转述" in shown) == (lang != "en")
    assert "BEZ-2f.max\\_ratio" in shown


def test_wrapping() -> None:
    assert wrap("中文字符abc def", 6) == ["中文字", "符abc", "def"]
    assert wrap("甲乙丙,丁", 6) == ["甲乙", "丙,丁"]
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrap("", 5) == [""]
    assert shorten(["一二三四", "五"], 1, 8) == ["一二..."]
    assert plain("a\u2028b²") == "a b2"
    assert fit([["甲" * 30, "b"]], 40) == [37, 1]
