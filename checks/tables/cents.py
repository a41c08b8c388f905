"""Areas in whole hundredths of a square metre: net areas, balancing (平差), shares that add up to their whole.

A `cent` is 0.01 m². Integers, so that no sum depends on an order and totals close exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

HA = 1_000_000
"""Cents in a hectare."""


def of_m2(area_m2: float) -> int:
    """An area rounded to 0.01 m², half away from zero."""
    return int(Decimal(repr(float(area_m2))).scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))


def of_1e4(area_1e4: int) -> int:
    """An area in whole 1e-4 m², rounded to 0.01 m²."""
    return (int(area_1e4) + 50) // 100


def net(gross: int, deduct: float | None, *, cultivated: bool) -> int | None:
    """Gross area, which is rounded already, less the deduction, to 0.01 m²; the ridges (田坎) are gross less net.

    Without a deduction cultivated land has no known net area; other land has nothing to deduct.
    """
    if deduct is None:
        return None if cultivated else gross
    kept = 1 - Decimal(repr(float(deduct)))
    return int((gross * kept).quantize(Decimal(1), ROUND_HALF_UP))


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Shares of a total by weight, each rounded, the rest given out one by one beginning with the largest weight."""
    whole = sum(weights)
    if not weights or (whole <= 0 and total == 0):
        return [0] * len(weights)
    if whole <= 0:
        weights, whole = [1] * len(weights), len(weights)
    sign = -1 if total < 0 else 1
    shares = [sign * ((2 * abs(total) * weight + whole) // (2 * whole)) for weight in weights]
    rest = total - sum(shares)
    step = -1 if rest < 0 else 1
    order = sorted(range(len(weights)), key=lambda at: (-weights[at], at))
    for turn in range(abs(rest)):
        shares[order[turn % len(order)]] += step
    return shares


def balanced(areas_1e4: Sequence[int], cut: Sequence[bool], control: int) -> list[int]:
    """平差: areas to 0.01 m² whose sum is the control area.

    The residual is shared by area over the parts that the range's boundary cuts, over all where it cuts none.
    """
    areas = [of_1e4(area) for area in areas_1e4]
    chosen = [at for at, is_cut in enumerate(cut) if is_cut] or list(range(len(areas)))
    shares = spread(control - sum(areas), [int(areas_1e4[at]) for at in chosen])
    for at, share in zip(chosen, shares, strict=True):
        areas[at] += share
    return areas


def closed(areas_m2: Sequence[float], control: int) -> list[int]:
    """Areas to 0.01 m² whose sum is the control area; what rounding leaves over goes to the largest ones."""
    areas = [of_m2(area) for area in areas_m2]
    rest = control - sum(areas)
    step = -1 if rest < 0 else 1
    order = sorted(range(len(areas)), key=lambda at: (-areas[at], at))
    for turn in range(abs(rest) if areas else 0):
        areas[order[turn % len(order)]] += step
    return areas
