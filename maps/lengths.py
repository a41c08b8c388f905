"""Lengths for scale bars."""

from __future__ import annotations

import math

STEPS = (1, 2, 5)


def round_length(most_m: float) -> float:
    """The longest of 1, 2 or 5 × 10ⁿ that is no more than this."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return float(max(step * power for step in STEPS if step * power <= most_m))
