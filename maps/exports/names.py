"""Names that go into files of others: nothing that would break a line, a file name, a code page or a balloon."""

from __future__ import annotations

import re

LOST = "〓"
"""Stands for a character that the code page of a form lacks, as in Chinese typesetting."""
_FILE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_APART = str.maketrans({",": "，", "@": "＠"})
LONGEST_FILE = 60


def file_stem(name: str, taken: set[str]) -> str:
    """A name as the stem of a file on any system, unlike those already `taken` (which it joins)."""
    stem = _FILE.sub("_", one_line(name)).strip(". ")[:LONGEST_FILE].strip(". ") or "_"
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    free, number = stem, 2
    while free.casefold() in taken:
        free, number = f"{stem}_{number}", number + 1
    taken.add(free.casefold())
    return free


def one_line(text: str) -> str:
    """A text without line breaks and other characters that do not print."""
    return "".join(char if char.isprintable() else " " for char in text).strip()


def cell(text: str) -> str:
    """A text as one value of a coordinate file: its commas and @ are full-width ones."""
    return one_line(text).translate(_APART)


def unmarked(text: str) -> str:
    """A text in which no program finds markup: angle brackets and ampersands are full-width ones."""
    kept = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    return kept.replace("<", "＜").replace(">", "＞").replace("&", "＆")


def gbk(text: str) -> bytes:
    """A text in GBK; what GBK lacks becomes 〓."""
    return "".join(char if _in_gbk(char) else LOST for char in text).encode("gbk")


def gbk_cut(text: str, most: int) -> str:
    """A text that takes at most so many bytes of GBK, never cut inside a character."""
    kept, size = [], 0
    for char in gbk(one_line(text)).decode("gbk"):
        size += len(char.encode("gbk"))
        if size > most:
            break
        kept.append(char)
    return "".join(kept)


def _in_gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
