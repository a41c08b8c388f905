"""Vertices where a ring turns back on itself: the angle between its two edges there is close to nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.rings import AT_ONCE, rings_of

Geoms = NDArray[np.object_]
Floats = NDArray[np.float64]
SPIKE_DEG = 10.0


@dataclass(frozen=True, slots=True)
class Spikes:
    """By spike: position of the polygon that has it, the vertex (N, 2), and the angle there in degrees."""

    owner: NDArray[np.int64]
    xy: Floats
    angle_deg: Floats


def spikes(geoms: Geoms, below_deg: float = SPIKE_DEG) -> Spikes:
    """Vertices of polygon rings whose inner or outer angle is below `below_deg`; plane coordinates, x and y alike.

    Repeated vertices count as one; what is no polygon has none.
    """
    some = [_spikes(geoms[start : start + AT_ONCE], start, below_deg) for start in range(0, len(geoms), AT_ONCE)]
    if not some:
        return Spikes(np.empty(0, dtype=np.int64), np.empty((0, 2)), np.empty(0))
    return Spikes(
        np.concatenate([one.owner for one in some]),
        np.concatenate([one.xy for one in some]),
        np.concatenate([one.angle_deg for one in some]),
    )


def _spikes(geoms: Geoms, first: int, below_deg: float) -> Spikes:
    rings = rings_of(geoms)
    ring = np.repeat(np.arange(len(rings.geom)), np.diff(rings.start))
    last = np.zeros(len(rings.xy), dtype=bool)
    last[rings.start[1:] - 1] = True
    new = np.ones(len(rings.xy), dtype=bool)
    new[1:] = (rings.xy[1:] != rings.xy[:-1]).any(axis=1) | (ring[1:] != ring[:-1])
    keep = new & ~last  # the closing vertex stands at the beginning already
    xy, ring = rings.xy[keep], ring[keep]
    count = np.bincount(ring, minlength=len(rings.geom))
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    at = np.arange(len(xy))
    before = np.where(at == start[ring], at + count[ring] - 1, at - 1)
    after = np.where(at == start[ring] + count[ring] - 1, start[ring], at + 1)
    back, on = xy[before] - xy, xy[after] - xy
    cross = np.abs(back[:, 0] * on[:, 1] - back[:, 1] * on[:, 0])
    angle = np.degrees(np.arctan2(cross, (back * on).sum(axis=1)))
    sharp = (angle < below_deg) & (count[ring] > 2)
    return Spikes(rings.geom[ring[sharp]] + first, xy[sharp], angle[sharp])
