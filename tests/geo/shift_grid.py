"""A datum grid that a test can write."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def ctable2(path: Path, dlon: float, dlat: float, corner: tuple[float, float] = (98.0, 22.0)) -> Path:
    """A grid of PROJ's own plain format: 3 × 3 nodes of one degree from a corner, one shift in degrees all over."""
    header = b"CTABLE V2".ljust(16, b"\0") + b"test".ljust(80, b"\0")
    header += np.radians(np.array([*corner, 1.0, 1.0])).astype("<f8").tobytes()
    header += np.array([3, 3], dtype="<i4").tobytes()
    path.write_bytes(header.ljust(160, b"\0") + np.radians(np.tile([-dlon, dlat], 9)).astype("<f4").tobytes())
    return path
