"""Figures in words: convert first, then round half away from zero."""

from __future__ import annotations

import pytest

from checks import words
from checks.model import VERDICTS


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234.565, 2, "1,234.57"),
        (-0.005, 2, "-0.01"),
        (0.004, 2, "<0.01"),
        (-0.004, 2, ">-0.01"),
        (0.0, 2, "0.00"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (999_999.995, 2, "1,000,000.00"),
    ],
)
def test_numbers_round_half_away_from_zero_and_never_read_as_none(value: float, places: int, text: str) -> None:
    assert words.number(value, places) == text


def test_areas_are_converted_before_they_are_rounded() -> None:
    # 333.335 m2 is 0.0333335 ha and 0.5000025 mu: rounding m2 first would give 0.50001 mu
    assert words.hectares(12_345.5).en == "1.2346 ha"
    assert words.hectares(12_345.4999).en == "1.2345 ha"
    assert words.mu(2000 / 3).en == "1.00 mu"
    assert words.area(12_345.678).zh == "12,345.68 ㎡(1.2346 公顷)"
    assert words.area(0.0).en == "0 m2"


def test_a_share_never_reads_like_the_threshold_that_it_misses() -> None:
    assert words.percent(0.8).en == "80%"
    assert words.percent(5 / 6).en == "83.33%"
    assert words.percent(0.79999, beside=0.8).en == "79.999%"
    assert words.percent(0.8, beside=0.8).en == "80%"
    assert words.percent(1e-9).en == "<0.01%"


def test_lengths_grow_into_kilometres() -> None:
    assert words.metres(12.345).en == "12.35 m"
    assert words.metres(63_000).zh == "63.00 公里"


def test_long_lists_tell_their_number() -> None:
    told = words.listed([str(number) for number in range(10)], shown=3)
    assert told.en == "0, 1, 2 and 7 more"
    assert told.zh == "0、1、2 等 10 个"


def test_joined_leaves_out_what_is_empty() -> None:
    assert words.joined(words.count(3), words.Text("", ""), words.count(4)).en == "3; 4"


def test_every_verdict_has_words_that_gbk_holds() -> None:
    assert set(words.VERDICT_WORDS) == set(VERDICTS)
    assert words.verdict_words("fail", "in-principle").zh == "原则上不符合(可说明理由)"
    assert words.verdict_words("fail", "mandatory").zh == "不符合"
    assert words.verdict_words("pass", "in-principle").zh == "符合"
    for text in (*words.VERDICT_WORDS.values(), words.area(1.5), words.limit("<=", words.percent(0.1))):
        text.zh.encode("gbk")
        text.en.encode("gbk")
