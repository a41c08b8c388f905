"""True curves (arcs) in well-known binary, which everything here reads as straight lines."""

from __future__ import annotations

import struct

PLAIN = range(1, 7)
"""Points to multipolygons: nothing in them bends. They are nearly all there is, and told apart at a glance."""
COLLECTIONS = (4, 5, 6, 7, 9, 10, 11, 12, 15, 16)


def has_arc(wkb: bytes | None) -> bool:
    """Whether a geometry has a circular arc in it; what is cut short or not known has none."""
    if wkb is None or len(wkb) < 9:
        return False
    kind = (wkb[1] if wkb[0] else wkb[4]) | (wkb[2] if wkb[0] else wkb[3]) << 8
    if kind % 1000 in PLAIN:
        return False
    try:
        return _walk(memoryview(wkb), 0)[0]
    except (struct.error, IndexError, RecursionError):
        return False


def _walk(wkb: memoryview, at: int) -> tuple[bool, int]:
    """(an arc was met, where the next geometry begins)."""
    order = "<" if wkb[at] else ">"
    code, count = struct.unpack_from(f"{order}II", wkb, at + 1)
    size = 16 + 8 * (bool(code & 0x80000000) + bool(code & 0x40000000))
    code &= 0x0FFFFFFF
    size += 8 * ((code // 1000 in (1, 3)) + (code // 1000 in (2, 3)))
    kind = code % 1000
    if kind == 8:
        return count > 0, at + 9 + size * count
    if kind == 1:
        return False, at + 5 + size
    at += 9
    if kind in (3, 17):
        for _ in range(count):
            at += 4 + size * struct.unpack_from(f"{order}I", wkb, at)[0]
        return False, at
    if kind not in COLLECTIONS:
        return False, at + size * count
    for _ in range(count):
        arc, at = _walk(wkb, at)
        if arc:
            return True, at
    return False, at
