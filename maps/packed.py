"""Layers for the page as packed coordinates: varints of steps on a grid, in Hilbert order, gzipped, as base64.

A block holds features of one kind (`a` areas, `l` lines, `p` points) as four runs of varints: rings per feature,
vertices per ring, then the steps east and the steps south, each from the vertex before it, across rings too.
They are steps of Web Mercator, as the page draws it, from the world's north-west corner: the browser only adds up.
Areas are drawn even-odd, so a ring needs no role, and their closing vertex is left out.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Geoms = NDArray[np.object_]
Ints = NDArray[np.int64]

KINDS = {0: "p", 4: "p", 1: "l", 5: "l", 2: "l", 3: "a", 6: "a"}
"""shapely's type numbers, and what the page draws them as."""
FINE = 1_000_000
"""Steps per degree of longitude where nothing needs to be coarser: about 0.1 m."""
NORTHMOST = 85.05
"""Degrees of latitude to which Web Mercator is drawn; what lies nearer to a pole is drawn there."""


@dataclass(frozen=True, slots=True)
class Block:
    """Features of one kind on one grid: `rows` of the layer in the order that they are packed in."""

    kind: str
    per_degree: int
    rows: Ints
    data: bytes


def blocks(lonlat: Geoms, per_degree: int = FINE, rows: Ints | None = None) -> list[Block]:
    """Geometries in degrees, packed by kind; what is empty or missing is left out. `rows` names them, else 0, 1, 2 …"""
    rows = np.arange(len(lonlat)) if rows is None else rows
    types = shapely.get_type_id(lonlat)
    there = ~(shapely.is_missing(lonlat) | shapely.is_empty(lonlat))
    told = []
    for kind in ("a", "l", "p"):
        own = there & np.isin(types, [number for number, name in KINDS.items() if name == kind])
        if own.any():
            order = _hilbert(lonlat[own])
            told.append(Block(kind, per_degree, rows[own][order], _packed(lonlat[own][order], kind, per_degree)))
    return told


def _hilbert(lonlat: Geoms) -> Ints:
    """The order along a Hilbert curve: neighbours on the ground are neighbours in the file."""
    import geopandas as gpd  # noqa: PLC0415 (the curve is geopandas' own)

    return np.argsort(gpd.GeoSeries(lonlat).hilbert_distance().to_numpy(), kind="stable")


def _packed(lonlat: Geoms, kind: str, per_degree: int) -> bytes:
    parts, feature_of_part = shapely.get_parts(lonlat, return_index=True)
    if kind == "a":
        lines, part_of_line = shapely.get_rings(parts, return_index=True)
        feature_of_line = feature_of_part[part_of_line]
    else:
        lines, feature_of_line = parts, feature_of_part
    vertices, line_of_vertex = shapely.get_coordinates(lines, return_index=True)
    grid = np.rint(_mercator(vertices) * per_degree).astype(np.int64)
    keep = _told_once(grid, line_of_vertex, closed=kind == "a")
    grid, line_of_vertex = grid[keep], line_of_vertex[keep]
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    runs = (
        np.bincount(feature_of_line, minlength=len(lonlat)),
        np.bincount(line_of_vertex, minlength=len(lines)),
        _zigzag(steps[:, 0]),
        _zigzag(steps[:, 1]),
    )
    return b"".join(varints(run) for run in runs)


def _mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vertices (n, 2) in degrees, in Web Mercator: degrees of its equator east and south of its north-west corner."""
    north = np.radians(np.clip(lonlat[:, 1], -NORTHMOST, NORTHMOST))
    return np.column_stack([lonlat[:, 0] + 180, 180 - np.degrees(np.arctanh(np.sin(north)))])


def _told_once(grid: Ints, line: Ints, *, closed: bool) -> NDArray[np.bool_]:
    """Vertices to keep: none that falls on the one before it, nor the closing one of a ring; one of each line."""
    first = np.diff(line, prepend=-1) != 0
    keep: NDArray[np.bool_] = first | np.any(np.diff(grid, axis=0, prepend=grid[:1]) != 0, axis=1)
    if closed:
        starts = np.flatnonzero(first)
        last = np.append(starts[1:], len(line)) - 1
        closing = last[last > starts]
        keep[closing] = False
    return keep


def _zigzag(values: Ints) -> Ints:
    """Small whole numbers of either sign as small numbers without one: 0, -1, 1, -2 … as 0, 1, 2, 3 …"""
    return (values << 1) ^ (values >> 63)


def varints(values: Ints) -> bytes:
    """Whole numbers from 0, seven bits a byte, the lowest first; the high bit says that more follow.

    >>> varints(np.array([0, 127, 128, 300])).hex()
    '007f8001ac02'
    """
    numbers = values.astype(np.uint64)
    lengths = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, 64, 7):
        lengths += numbers >> np.uint64(bits) != 0
    ends = np.cumsum(lengths)
    told = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for byte in range(int(lengths.max(initial=0))):
        rows = lengths > byte
        septet = (numbers[rows] >> np.uint64(7 * byte)) & np.uint64(127)
        more = np.where(lengths[rows] > byte + 1, 128, 0).astype(np.uint64)
        told[(ends - lengths)[rows] + byte] = septet | more
    return told.tobytes()


def zipped(content: bytes) -> str:
    """gzip, then base64: plain characters that a page can hold; the same for the same content."""
    return base64.b64encode(gzip.compress(content, 7, mtime=0)).decode("ascii")
