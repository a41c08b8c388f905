"""How names of zones and areas compare."""

from __future__ import annotations

import unicodedata


def name_key(name: str) -> str:
    """A name as it is compared with others: NFKC, trimmed."""
    return unicodedata.normalize("NFKC", name).strip()
