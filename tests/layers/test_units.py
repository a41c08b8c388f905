"""Units: factors against figures worked out by hand, spellings, and what does not convert."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from geo.errors import ZoneproofError
from layers.units import UNITS, convert, convertible, known_unit


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1, "公顷", "m2", 10_000),
        (15, "亩", "公顷", 1),
        (3, "亩", "m2", 2_000),
        (1, "平方公里", "亩", 1_500),
        (2, "㎡", "m2", 2),
        (2.5, "m²", "平方米", 2.5),
        (1, "亿元", "万元", 10_000),
        (24.84, "亿元", "yuan", 2_484_000_000),
        (80, "%", "share", 0.8),
        (5, "‰", "share", 0.005),
        (7.1, "公里", "m", 7_100),
        (36, "km/h", "m/s", 10),
        (0.6, "万吨/日", "m3/d", 6_000),
        (10, "m³/h", "立方米/日", 240),
        (35, "μg/m³", "mg/m3", 0.035),
        (35, "\u00b5g/m\u00b3", "ug/m3", 35),
        (0.05, "mg/L", "ug/L", 50),
        (1, "mg/L", "mg/m3", 1_000),
        (110, "MVA", "kVA", 110_000),
        (1.2, "万人", "人", 12_000),
        (3, "立方米每日", "m3/d", 3),
        (1, " M2 ", "m2", 1),
    ],
)
def test_conversions_worked_out_by_hand(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-15)
    assert convert(expected, to, unit) == pytest.approx(value, rel=1e-15)


def test_shares_and_round_figures_come_out_exactly() -> None:
    assert convert(80, "%", "share") == 0.8
    assert convert(3, "亩", "m2") == 2000.0
    assert convert(0.3, "万元", "元") == 3000.0


def test_arrays_are_converted_and_gaps_stay() -> None:
    got = convert(np.array([1.0, np.nan, 0.0]), "ha", "m2")
    np.testing.assert_array_equal(got, [10_000.0, np.nan, 0.0])


def test_every_spelling_means_one_unit() -> None:
    seen: dict[str, tuple[str, str]] = {}
    for dimension, units in UNITS.items():
        for unit, (factor, words) in units.items():
            assert Fraction(factor) > 0
            for word in (unit, *words):
                assert known_unit(word) == unit, word
                assert seen.setdefault(word.casefold(), (dimension, unit)) == (dimension, unit)
        assert next(iter(units.values()))[0] == "1"


@pytest.mark.parametrize(
    ("unit", "to", "code"),
    [
        ("furlong", "m", "unit-unknown"),
        ("m", "斗", "unit-unknown"),
        ("m2", "m", "unit-mismatch"),
        ("kW", "kVA", "unit-mismatch"),
        ("万元", "亩", "unit-mismatch"),
    ],
)
def test_what_does_not_convert_is_told(unit: str, to: str, code: str) -> None:
    assert not convertible(unit, to)
    with pytest.raises(ZoneproofError) as caught:
        convert(1.0, unit, to, "zone.toml")
    assert (caught.value.code, caught.value.where) == (code, "zone.toml")
