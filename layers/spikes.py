"""Spikes: a digit that is missing from a coordinate draws an edge across half the world, and back beside itself.

Cut every 70 m and moved to another CRS, such an edge would cross itself ten thousand times.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from pyproj import CRS

from geo.crs import metres_per_unit
from geo.repair import valid
from layers.readers import Geoms, Rows

LONG_RING_M = 70_000.0
METRES_PER_RADIAN = 6_378_137.0
SPIKE_VERTICES, SPIKE_TIMES = 100_000, 100
"""What has more vertices than that when its edges are cut, and so many times those that it had."""


def unspiked(rows: Rows, crs: CRS) -> Rows:
    """Very long rings that are broken, made valid as they were drawn, before their edges are cut."""
    unit_m = metres_per_unit(crs) * (METRES_PER_RADIAN if crs.is_geographic else 1.0)
    long = np.flatnonzero(shapely.length(rows.geometry) * unit_m > LONG_RING_M)
    broken = long[~shapely.is_valid(rows.geometry[long])]
    if not len(broken):
        return rows
    geometry, mended = rows.geometry.copy(), rows.mended.copy()
    for at in broken:
        if (fixed := valid(geometry[at])) is not None:
            geometry[at], mended[at] = fixed, True
    return replace(rows, geometry=geometry, mended=mended)


def without_spikes(drawn: Geoms, placed: Geoms) -> Geoms:
    """None for what a few edges across half the world make, once they are cut, and which is broken: GEOS would mend it
    for minutes.
    """
    count = shapely.get_num_coordinates(placed)
    spikes = np.flatnonzero((count > SPIKE_VERTICES) & (count > SPIKE_TIMES * shapely.get_num_coordinates(drawn)))
    broken = spikes[~shapely.is_valid(placed[spikes])]
    if not len(broken):
        return placed
    kept = placed.copy()
    kept[broken] = None
    return kept
