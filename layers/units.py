"""Units that planners write, and their conversion: one table, exact factors."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from geo.errors import ZoneproofError

# dimension → unit → (factor to the first unit of the dimension, other spellings)
UNITS: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "area": {
        "m2": ("1", ("㎡", "平方米", "平米", "sqm")),
        "ha": ("10000", ("公顷", "hm2", "hectare", "hectares")),
        "亩": ("2000/3", ("mu", "市亩")),
        "km2": ("1000000", ("平方公里", "平方千米")),
        "万m2": ("10000", ("万平方米", "万平米", "万㎡")),
    },
    "length": {
        "m": ("1", ("米",)),
        "km": ("1000", ("公里", "千米")),
        "cm": ("1/100", ("厘米",)),
        "mm": ("1/1000", ("毫米",)),
    },
    "money": {
        "yuan": ("1", ("元", "cny", "rmb", "人民币元")),
        "千元": ("1000", ()),
        "万元": ("10000", ("万", "万元人民币")),
        "百万元": ("1000000", ()),
        "亿元": ("100000000", ("亿", "亿元人民币")),
    },
    "persons": {"persons": ("1", ("人", "person", "人次")), "万人": ("10000", ())},
    "count": {"count": ("1", ("个", "家", "户", "套", "处", "座", "间")), "万个": ("10000", ())},
    "share": {
        "share": ("1", ("1", "ratio", "比例", "倍")),
        "%": ("1/100", ("percent", "百分比", "百分点")),
        "‰": ("1/1000", ("permille",)),
    },
    "speed": {"km/h": ("1", ("kmh", "kph", "公里/小时", "千米/小时", "公里/时")), "m/s": ("18/5", ("米/秒",))},
    # a tonne of water is a cubic metre, as waterworks and sewage works are rated
    "flow": {
        "m3/d": ("1", ("m3/天", "m3/日", "立方米/日", "立方米/天", "t/d", "吨/日", "吨/天", "方/日")),
        "万m3/d": (
            "10000",
            ("万m3/日", "万m3/天", "万立方米/日", "万立方米/天", "万吨/日", "万吨/天", "万t/d", "万方/日"),
        ),
        "m3/h": ("24", ("立方米/小时", "立方米/时", "吨/小时", "t/h")),
    },
    "power": {"kW": ("1", ("千瓦",)), "MW": ("1000", ("兆瓦",)), "万kW": ("10000", ("万千瓦",))},
    "apparent power": {"kVA": ("1", ("千伏安",)), "MVA": ("1000", ("兆伏安",)), "万kVA": ("10000", ("万千伏安",))},
    "concentration": {
        "ug/m3": ("1", ("微克/立方米", "μg/nm3")),
        "mg/m3": ("1000", ("毫克/立方米",)),
        "ug/L": ("1000", ("微克/升", "ppb(水)")),
        "mg/L": ("1000000", ("毫克/升", "g/m3", "克/立方米")),
    },
    "density": {"个/L": ("1", ("个/升", "mpn/l", "cfu/l")), "MPN/100mL": ("10", ("个/100ml", "cfu/100ml"))},
    "pH": {"pH": ("1", ("无量纲", "ph值"))},
}


def known_unit(unit: str) -> str | None:
    """The unit as the table spells it; None where it is not known."""
    found = _spellings().get(_key(unit))
    return found[1] if found else None


def convertible(unit: str, to: str) -> bool:
    """Whether both units are known and measure the same thing."""
    one, other = _spellings().get(_key(unit)), _spellings().get(_key(to))
    return one is not None and other is not None and one[0] == other[0]


def convert(values: Any, unit: str, to: str, where: str = "") -> Any:
    """A value, or an array of them, from one unit to another.

    Raises ZoneproofError `unit-unknown`, and `unit-mismatch` where the two measure different things.
    """
    for given in (unit, to):
        if known_unit(given) is None:
            raise ZoneproofError("unit-unknown", where, unit=given)
    if not convertible(unit, to):
        raise ZoneproofError("unit-mismatch", where, unit=unit, to=to)
    factor = _spellings()[_key(unit)][2] / _spellings()[_key(to)][2]
    return values if factor == 1 else values * float(factor.numerator) / float(factor.denominator)


def _key(unit: str) -> str:
    text = unicodedata.normalize("NFKC", unit).casefold().replace("μ", "u")
    return "".join(text.split()).replace("每", "/")


@cache
def _spellings() -> Mapping[str, tuple[str, str, Fraction]]:
    return {
        _key(word): (dimension, unit, Fraction(factor))
        for dimension, units in UNITS.items()
        for unit, (factor, words) in units.items()
        for word in (unit, *words)
    }
