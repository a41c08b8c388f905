"""Ellipsoidal area as the national land survey takes it, for any number of polygons in one pass."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.rings import AT_ONCE, rings_of

A_M = 6378137.0
B_M = 6356752.314140356
BLOCK = 16384
_E2 = (A_M**2 - B_M**2) / A_M**2
SERIES = (
    1 + 3 / 6 * _E2 + 30 / 80 * _E2**2 + 35 / 112 * _E2**3 + 630 / 2304 * _E2**4,
    1 / 6 * _E2 + 15 / 80 * _E2**2 + 21 / 112 * _E2**3 + 420 / 2304 * _E2**4,
    3 / 80 * _E2**2 + 7 / 112 * _E2**3 + 180 / 2304 * _E2**4,
    1 / 112 * _E2**3 + 45 / 2304 * _E2**4,
    5 / 2304 * _E2**4,
)
"""A, B, C, D, E of the formula, from the ellipsoid of CGCS2000 (a = 6378137 m, 1/f = 298.257222101)."""
_POWERS = chebyshev.cheb2poly([0.0, *(term for factor in SERIES for term in (factor / 2, 0.0))][:-1])
ODD = tuple(float(factor) for factor in _POWERS[1::2])
"""Factors of s, s³, s⁵ … in ½ Σ T₂ₖ₊₁(s) times A, B, C, D, E (see `_zone`)."""


Move = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@overload
def area_m2(geoms: BaseGeometry, to_lonlat: Move | None = None) -> float: ...
@overload
def area_m2(geoms: NDArray[np.object_], to_lonlat: Move | None = None) -> NDArray[np.float64]: ...
def area_m2(geoms: BaseGeometry | NDArray[np.object_], to_lonlat: Move | None = None) -> float | NDArray[np.float64]:
    """Area on the CGCS2000 ellipsoid of polygons in EPSG:4490 degrees (x = longitude), m².

    `to_lonlat` takes (N, 2) vertices there from another CRS (0 for a ring with a vertex that it can't place).
    Array in, float64 array out; a scalar gives a float. Exteriors minus holes whatever the orientation, all polygons of
    a multipolygon or collection; 0 for what is empty, missing or no polygon. Each edge spans a trapezoid to a meridian:
    S = 2 b² ΔL [A sin(ΔB/2) cos Bm − B sin(3ΔB/2) cos 3Bm + C sin(5ΔB/2) cos 5Bm − D sin(7ΔB/2) cos 7Bm
    + E sin(9ΔB/2) cos 9Bm], ΔB = B2 − B1, Bm = (B1 + B2)/2, ΔL = (L1 + L2)/2 − L0 (国土调查办发〔2008〕32号).
    The sum does not depend on L0; the survey's 60° costs digits, so L0 is each ring's westernmost longitude.
    """
    whole = np.asarray(geoms, dtype=object)
    flat = whole.ravel()
    some = [_areas(flat[start : start + AT_ONCE], to_lonlat) for start in range(0, len(flat), AT_ONCE)]
    areas = np.concatenate([np.zeros(0), *some])
    return float(areas[0]) if whole.ndim == 0 else areas.reshape(whole.shape)


def _areas(geoms: NDArray[np.object_], to_lonlat: Move | None) -> NDArray[np.float64]:
    rings = rings_of(geoms)
    lonlat = to_lonlat(rings.xy) if to_lonlat else rings.xy
    signed = rings.sign * np.abs(_ring_m2(lonlat, rings.start))
    signed[~np.isfinite(signed)] = 0.0
    return np.bincount(rings.geom, weights=signed, minlength=len(geoms)).astype(np.float64)


def _ring_m2(lonlat: NDArray[np.float64], start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Signed area of closed rings; ring i has the vertices start[i] … start[i + 1] − 1 of lonlat (N, 2).

    Taken in blocks of whole rings that fit the processor's cache, which is twice as fast.
    """
    borders = np.unique(np.searchsorted(start, np.arange(0, len(lonlat) + BLOCK, BLOCK)).clip(0, len(start) - 1))
    blocks = [_block_m2(lonlat[start[i] : start[j]], start[i : j + 1] - start[i]) for i, j in pairwise(borders)]
    return np.concatenate(blocks) if blocks else np.zeros(0)


def _block_m2(lonlat: NDArray[np.float64], start: NDArray[np.int64]) -> NDArray[np.float64]:
    lon, lat = lonlat[:, 0].copy(), np.radians(lonlat[:, 1])
    lon -= np.repeat(np.minimum.reduceat(lon, start[:-1]), np.diff(start))
    if lon.max() > 180.0:
        lon -= 360.0 * np.round(lon / 360.0)
    zone = _zone(np.sin(lat))
    terms = np.zeros(len(lat))
    np.multiply(zone[1:] - zone[:-1], np.radians(lon[1:] + lon[:-1]), out=terms[:-1])
    terms[start[1:] - 1] = 0.0
    return B_M**2 * np.add.reduceat(terms, start[:-1])


def _zone(s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the area between the equator and a latitude, per radian of longitude and per b², from s = sin B.

    With n = 2k + 1, 2 sin(n ΔB/2) cos(n Bm) = sin(n B2) − sin(n B1) and (−1)ᵏ sin(n B) = Tₙ(sin B): the bracket of the
    formula is a difference of one odd polynomial, which needs one sine a vertex.
    """
    square = s * s
    total = np.full_like(s, ODD[-1])
    for factor in ODD[-2::-1]:
        total *= square
        total += factor
    total *= s
    return total
