"""Text in columns of a terminal, where a Chinese character takes two places."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

NOT_IN_GBK = str.maketrans({"²": "2", "³": "3", "•": "·", "–": "-", "−": "-", "✓": "√", "✗": "×", "\xa0": " "})
"""Signs that a strict GBK console can't print, and what stands for them; names keep their characters."""
STAYS = ",.;:!?)]%、,。;:!?)》〉”’…㎡ "
OPENS = "([《〈“‘("
"""A line breaks neither before the one nor behind the other."""


def plain(text: str) -> str:
    """One line without control characters (an escape sequence in a name must not reach the terminal)."""
    return "".join(char if char.isprintable() else " " for char in text.translate(NOT_IN_GBK))


def width(text: str) -> int:
    """Places that a text takes."""
    return sum(_places(char) for char in text)


def _places(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def pad(text: str, places: int) -> str:
    """The text, filled with blanks up to `places`."""
    return text + " " * max(0, places - width(text))


def wrap(text: str, places: int) -> list[str]:
    """The text in lines of at most `places`: Latin words stay whole where they can, Chinese breaks anywhere."""
    lines = [""]
    for word in _words(text):
        for piece in _pieces(word, places):
            if width(lines[-1]) + width(piece.rstrip()) > places:
                lines[-1] = lines[-1].rstrip()
                lines.append(piece.lstrip())
            else:
                lines[-1] += piece
    return [line.rstrip() for line in lines] or [""]


def _words(text: str) -> list[str]:
    """Pieces between which a line may break; a stop stays with what stands before it."""
    words: list[str] = []
    for char in text:
        starts = not words or words[-1].endswith(" ") or _places(char) == 2 or _places(words[-1][-1]) == 2
        if words and (char in STAYS or words[-1][-1] in OPENS):
            starts = False
        if starts and char != " ":
            words.append(char)
        elif words:
            words[-1] += char
    return words


def _pieces(word: str, places: int) -> list[str]:
    if width(word.rstrip()) <= places:
        return [word]
    pieces = [""]
    for char in word:
        if width(pieces[-1]) + _places(char) > places:
            pieces.append("")
        pieces[-1] += char
    return pieces


def shorten(lines: list[str], most: int, places: int) -> list[str]:
    """The first `most` lines; `...` closes the last where there were more."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while width(last) > places - 3:
        last = last[:-1]
    return [*lines[: most - 1], last + "..."]


def row(cells: Sequence[str], widths: Sequence[int], gap: int = 2) -> list[str]:
    """The lines of one row; a cell that is too wide goes on below itself."""
    columns = [wrap(cell, places) for cell, places in zip(cells, widths, strict=True)]
    height = max(len(column) for column in columns)
    lines = []
    for index in range(height):
        parts = [
            pad(column[index] if index < len(column) else "", places)
            for column, places in zip(columns, widths, strict=True)
        ]
        lines.append((" " * gap).join(parts).rstrip())
    return lines


def fit(rows: Sequence[Sequence[str]], places: int, gap: int = 2) -> list[int]:
    """Widths of the columns: what the widest cell takes; the widest columns give way where the row is too long."""
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    while sum(widths) + gap * (len(widths) - 1) > places:
        widest = max(range(len(widths)), key=lambda index: widths[index])
        widths[widest] -= 1
    return widths
