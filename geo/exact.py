"""Sums whose order cannot show."""

from __future__ import annotations

import math
from collections.abc import Iterable


def exact_sum(values: Iterable[float]) -> float:
    """Sum of floats, correctly rounded once (Shewchuk), so any order gives the same bits. Empty: 0.0."""
    return math.fsum(values)
