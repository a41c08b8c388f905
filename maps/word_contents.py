"""The table of contents of a Word document, filled in with titles that lead to their headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from maps.word_table import element

MOST = 80
"""With more entries than this only the chapters are listed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading: level, text, and the bookmark that it carries."""

    level: int
    text: str
    mark: str


def marked(paragraph: Any, number: int) -> str:
    """Put a bookmark about a heading; its name."""
    name = f"_Toc{number:08d}"
    start = element("bookmarkStart", id=str(number), name=name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))
    return name


def fill(first: Any, entries: Sequence[Entry], styles: Sequence[str]) -> None:
    """Write the entries where the paragraph `first` stands: a TOC field whose result is there already.

    It is marked as stale, so that Word adds page numbers on opening: nobody else knows where its pages end.
    """
    deepest = 2 if len(entries) <= MOST else 1
    shown = [entry for entry in entries if entry.level <= deepest]
    before = first._p
    for number, entry in enumerate(shown):
        line = _line(entry, styles[entry.level - 1])
        if number == 0:
            for at, part in enumerate(_begin(f'TOC \\o "1-{deepest}" \\h \\z \\u')):
                line.insert(1 + at, part)
        if number == len(shown) - 1:
            line.append(_char("end"))
        before.addnext(line)
        before = line
    first._p.getparent().remove(first._p)


def _line(entry: Entry, style: str) -> Any:
    paragraph, layout = element("p"), element("pPr")
    layout.append(element("pStyle", val=style))
    layout.append(element("spacing", before="0", after="0", line="480", lineRule="exact"))
    layout.append(element("ind", left=str(320 * (entry.level - 1)), right="400"))
    paragraph.append(layout)
    link = element("hyperlink", anchor=entry.mark, history="1")
    link.append(_text(entry.text))
    paragraph.append(link)
    return paragraph


def _begin(instruction: str) -> list[Any]:
    told = element("r")
    held = element("instrText")
    held.set(qn("xml:space"), "preserve")
    held.text = instruction
    told.append(held)
    return [_char("begin", dirty="true"), told, _char("separate")]


def _char(kind: str, **more: str) -> Any:
    run = element("r")
    run.append(element("fldChar", fldCharType=kind, **more))
    return run


def _text(text: str) -> Any:
    run, properties, held = element("r"), element("rPr"), element("t")
    for tag in ("sz", "szCs"):
        properties.append(element(tag, val="24"))
    run.append(properties)
    held.text = text
    held.set(qn("xml:space"), "preserve")
    run.append(held)
    return run
