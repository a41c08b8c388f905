"""The public formula of GCJ-02, the shifted datum of Chinese web maps: by how much it moves a place."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_A_M = 6378245.0
_EE = 0.00669342162296594323


def gcj_offset_deg(lonlat: Floats) -> Floats:
    """GCJ-02 minus WGS 84 in degrees at (N, 2) places of WGS 84; meant for China alone."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20.0 * np.sin(6.0 * x * math.pi) + 20.0 * np.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave * 2.0 / 3.0
    north += (20.0 * np.sin(y * math.pi) + 40.0 * np.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * math.pi) + 320.0 * np.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave * 2.0 / 3.0
    east += (20.0 * np.sin(x * math.pi) + 40.0 * np.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * math.pi) + 300.0 * np.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    lat = np.radians(lonlat[:, 1])
    bent = 1.0 - _EE * np.sin(lat) ** 2
    d_lat = north * 180.0 / ((_A_M * (1.0 - _EE)) / (bent * np.sqrt(bent)) * math.pi)
    d_lon = east * 180.0 / (_A_M / np.sqrt(bent) * np.cos(lat) * math.pi)
    return np.column_stack([d_lon, d_lat])
