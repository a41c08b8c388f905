"""Texts as the page holds them: both languages, or one entry where they do not differ."""

from __future__ import annotations

import re

from layers.text import Text

SQUARE_METRES = re.compile(r"(\d) m2\b")


def pair(text: Text) -> list[str]:
    """Chinese and English; the page is no console that knows GBK alone, so square metres get their sign."""
    english = SQUARE_METRES.sub(r"\1 m²", text.en)
    return [text.zh] if text.zh == english else [text.zh, english]
