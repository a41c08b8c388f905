"""Figures in words: converted first, then rounded half away from zero (contract §4), in signs that GBK can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from checks.model import Binding, Operator, Verdict
from layers.text import Text

FINEST = 9
"""Places beyond which two figures that differ are no longer told apart."""

VERDICT_WORDS: Mapping[Verdict, Text] = {
    "pass": Text("符合", "meets"),
    "fail": Text("不符合", "does not meet"),
    "undetermined": Text("无法判定", "cannot be judged"),
    "not-applicable": Text("不适用", "not applicable"),
    "info": Text("参考值", "figure"),
}
UNITS = {
    "m2": Text("㎡", "m2"),
    "yuan": Text("元", "yuan"),
    "persons": Text("人", "persons"),
    "ha": Text("公顷", "ha"),
    "km": Text("公里", "km"),
    "min": Text("分钟", "min"),
    "deg": Text("度", "degrees"),
    "yuan/ha": Text("元/公顷", "yuan/ha"),
    "count/km2": Text("个/平方公里", "per km2"),
    "count/ha": Text("个/公顷", "per ha"),
    "km/km2": Text("公里/平方公里", "km/km2"),
    "units": Text("套", "units"),
}
IN_PRINCIPLE = Text("原则上不符合(可说明理由)", "does not meet in principle (reasons may be given)")


def verdict_words(verdict: Verdict, binding: Binding | None) -> Text:
    """A verdict as people read it; a fail of an in-principle rule leaves room for reasons."""
    return IN_PRINCIPLE if verdict == "fail" and binding == "in-principle" else VERDICT_WORDS[verdict]


def rounded(value: float | Decimal, places: int) -> Decimal:
    """A figure rounded half away from zero, taken as the shortest decimal that means it; never minus zero."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    result = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def number(value: float | Decimal, places: int = 2, *, beside: float | None = None, trim: bool = False) -> str:
    """A figure with thousands separators: `1,234.56`; one that is not 0 never reads as 0: `<0.01`.

    `beside` is a threshold that the figure is read against: digits are added until the two differ. `trim` drops zeros.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if beside is not None and exact != (limit := Decimal(repr(float(beside)))):
        while places < FINEST and rounded(exact, places) == rounded(limit, places):
            places += 1
    result = rounded(exact, places)
    if result == 0 and exact != 0:
        step = f"{Decimal(1).scaleb(-places):f}"
        return f"<{step}" if exact > 0 else f">-{step}"
    text = f"{result:,f}"
    return text.rstrip("0").rstrip(".") if trim and "." in text else text


def square_metres(area_m2: float) -> Text:
    """`1,234.56 ㎡`."""
    figure = number(area_m2)
    return Text(f"{figure} ㎡", f"{figure} m2")


def hectares(area_m2: float, places: int = 4) -> Text:
    """`0.1235 公顷`."""
    figure = number(Decimal(repr(float(area_m2))) / 10000, places)
    return Text(f"{figure} 公顷", f"{figure} ha")


def mu(area_m2: float) -> Text:
    """`1.85 亩`, of 2000/3 m2."""
    figure = number(Decimal(repr(float(area_m2))) * 3 / 2000)
    return Text(f"{figure} 亩", f"{figure} mu")


def area(area_m2: float) -> Text:
    """`1,234.56 ㎡(0.1235 公顷)`; nothing reads `0 ㎡`."""
    if area_m2 == 0:
        return Text("0 ㎡", "0 m2")
    plain, large = square_metres(area_m2), hectares(area_m2)
    return Text(f"{plain.zh}({large.zh})", f"{plain.en} ({large.en})")


def metres(length_m: float, *, beside: float | None = None) -> Text:
    """`12.34 米`; from 10 km on in kilometres."""
    if abs(length_m) >= 10_000:
        figure = number(Decimal(repr(float(length_m))) / 1000)
        return Text(f"{figure} 公里", f"{figure} km")
    figure = number(length_m, beside=beside)
    return Text(f"{figure} 米", f"{figure} m")


def percent(share: float, *, beside: float | None = None) -> Text:
    """`83.33%`, `80%`; `beside` is the threshold (also a share) that must not read the same."""
    limit = None if beside is None else float(Decimal(repr(float(beside))) * 100)
    figure = number(Decimal(repr(float(share))) * 100, beside=limit, trim=True)
    return Text(f"{figure}%", f"{figure}%")


def ratio(value: float, *, beside: float | None = None) -> Text:
    """`0.8333`, `2`: a plain ratio to four places."""
    figure = number(value, 4, beside=beside, trim=True)
    return Text(figure, figure)


def count(value: float) -> Text:
    """`1,234`; a count that is none keeps its places."""
    figure = number(value, 2, trim=True)
    return Text(figure, figure)


def quantity(value: float, unit: str | None, *, beside: float | None = None) -> Text:
    """A figure with its unit in words, as an outcome or a field names it: `136,500 ㎡`, `24 元`, `82.34%`."""
    if unit in BESIDE:
        return BESIDE[unit](value, beside=beside)
    if unit in (None, "count"):
        return count(value)
    told = UNITS.get(str(unit), Text(str(unit), str(unit)))
    plain = number(value, trim=True)
    return Text(f"{plain} {told.zh}", f"{plain} {told.en}")


def limit(operator: Operator, threshold: Text) -> Text:
    """`≥ 80%` in both languages; signs that GBK holds."""
    sign = {"<=": "≤", ">=": "≥", "==": "="}[operator]
    return Text(f"{sign} {threshold.zh}", f"{sign} {threshold.en}")


BESIDE: Mapping[str | None, Callable[..., Text]] = {"m": metres, "share": percent, "ratio": ratio}
"""Units whose figures get more places where they would read like the threshold."""


def listed(names: Iterable[str | Text], shown: int = 8) -> Text:
    """Names in a row, `甲、乙` and `a, b`; beyond `shown` their number is told."""
    texts = [name if isinstance(name, Text) else Text(name, name) for name in names]
    rest = len(texts) - shown
    zh, en = "、".join(text.zh for text in texts[:shown]), ", ".join(text.en for text in texts[:shown])
    return Text(f"{zh} 等 {len(texts)} 个", f"{en} and {rest} more") if rest > 0 else Text(zh, en)


def joined(*sentences: Text) -> Text:
    """Sentences in a row with their stops between; empty ones are left out."""
    kept = [text for text in sentences if text.zh or text.en]
    return Text(";".join(text.zh for text in kept), "; ".join(text.en for text in kept))
