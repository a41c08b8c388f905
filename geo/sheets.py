"""Numbers of map sheets at 1:10,000 (GB/T 13989-2012), 2′30″ of latitude by 3′45″ of longitude."""

from __future__ import annotations

import math

import shapely
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane

ROWS = COLUMNS = 96
"""Sheets of 1:10,000 in one of 1:1,000,000 (4° by 6°)."""
LAT_DEG, LON_DEG = 4 / ROWS, 6 / COLUMNS
SCALE = "G"
EXACT_DEG = 1e-9
"""A place so near an edge lies on it: degrees that were projected and back differ by less."""


def sheet_number(lon: float, lat: float) -> str:
    """The sheet that holds a place in degrees; on an edge the sheet north and east of it.

    Row of 1:1,000,000: A, B … from the equator; column from 180° W, two digits; then rows from the north, columns from
    the west, three digits each. The example is that of the standard (114°33′45″ E, 39°22′30″ N).

    >>> sheet_number(114.5625, 39.375)
    'J50G015010'
    """
    row, column = math.floor(lat / LAT_DEG + EXACT_DEG), math.floor(lon / LON_DEG + EXACT_DEG)
    return _number(row, column)


def sheets_of(land: BaseGeometry, plane: Plane) -> tuple[str, ...]:
    """Every sheet that a land of the plane lies on with some area, from north-west to south-east; empty: none."""
    if land.is_empty:
        return ()
    lonlat = plane.to_lonlat(land)
    west, south, east, north = (float(value) for value in shapely.bounds(lonlat))
    shapely.prepare(lonlat)
    found = []
    for row in range(math.floor(north / LAT_DEG), math.floor(south / LAT_DEG) - 1, -1):
        for column in range(math.floor(west / LON_DEG), math.floor(east / LON_DEG) + 1):
            left, low = column * LON_DEG + EXACT_DEG, row * LAT_DEG + EXACT_DEG
            sheet = shapely.box(left, low, left + LON_DEG - 2 * EXACT_DEG, low + LAT_DEG - 2 * EXACT_DEG)
            if shapely.intersects(lonlat, sheet):
                found.append(_number(row, column))
    return tuple(found)


def _number(row: int, column: int) -> str:
    """From rows counted from the equator and columns from Greenwich."""
    million_row, million_column = row // ROWS, column // COLUMNS + 31
    return f"{chr(ord('A') + million_row)}{million_column:02d}{SCALE}{ROWS - row % ROWS:03d}{column % COLUMNS + 1:03d}"
