"""Two folders changed for each other in one step, where the system knows how."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

CURRENT_FOLDER = -100
"""Linux: relative paths start from the current folder (AT_FDCWD)."""
EXCHANGE = 2
"""RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS."""


def exchanged(one: Path, other: Path) -> bool:
    """Whether the two now stand in each other's place; False, and nothing done, where the system or the disk can't."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            done = library.renamex_np(*names, EXCHANGE)
        else:
            done = library.renameat2(CURRENT_FOLDER, names[0], CURRENT_FOLDER, names[1], EXCHANGE)
    except (OSError, AttributeError, TypeError):
        return False
    return bool(done == 0)
