"""Tables of a Word document, element by element: python-docx looks through the whole table for every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TWIPS_PER_CM = 567
PAD_TWIPS = 40


def element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML with its attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], widths_cm: Sequence[float], title: str, fonts: Fonts
) -> Any:
    """A table with lines, whose heading row repeats on every page; rows are not split. `title` is read out aloud."""
    made, properties = element("tbl"), element("tblPr")
    for part in (
        element("tblStyle", val="TableGrid"),
        element("tblW", w=str(sum(map(_twips, widths_cm))), type="dxa"),
        element("jc", val="center"),
        element("tblLayout", type="fixed"),
        element("tblCaption", val=title),
        element("tblDescription", val=title),
    ):
        properties.append(part)
    made.append(properties)
    grid = element("tblGrid")
    for width in widths_cm:
        grid.append(element("gridCol", w=str(_twips(width))))
    made.append(grid)
    made.append(_row(headings, widths_cm, fonts, heading=True))
    for row in rows:
        made.append(_row(row, widths_cm, fonts, heading=False))
    return made


Fonts = tuple[str, str, str, float]
"""Of the body, of the heading row, of Latin letters, and the size in points."""


def _row(cells: Sequence[str], widths_cm: Sequence[float], fonts: Fonts, *, heading: bool) -> Any:
    row, properties = element("tr"), element("trPr")
    properties.append(element("cantSplit"))
    if heading:
        properties.append(element("tblHeader"))
    row.append(properties)
    for text, width in zip(cells, widths_cm, strict=True):
        row.append(_cell(text, width, fonts, heading=heading))
    return row


def _cell(text: str, width_cm: float, fonts: Fonts, *, heading: bool) -> Any:
    cell, properties = element("tc"), element("tcPr")
    properties.append(element("tcW", w=str(_twips(width_cm)), type="dxa"))
    if heading:
        properties.append(element("shd", val="clear", color="auto", fill="F0F2F5"))
    cell.append(properties)
    paragraph, layout = element("p"), element("pPr")
    if heading:
        layout.append(element("keepNext"))
    layout.append(element("spacing", before=str(PAD_TWIPS), after=str(PAD_TWIPS), line="240", lineRule="auto"))
    paragraph.append(layout)
    paragraph.append(_run(text, fonts, heading=heading))
    cell.append(paragraph)
    return cell


def _run(text: str, fonts: Fonts, *, heading: bool) -> Any:
    body, first, latin, size_pt = fonts
    run, properties = element("r"), element("rPr")
    properties.append(element("rFonts", ascii=latin, hAnsi=latin, eastAsia=first if heading else body))
    if heading:
        properties.append(element("b"))
    for tag in ("sz", "szCs"):
        properties.append(element(tag, val=str(round(size_pt * 2))))
    run.append(properties)
    held = element("t")
    held.text = text
    held.set(qn("xml:space"), "preserve")
    run.append(held)
    return run


def _twips(width_cm: float) -> int:
    return round(width_cm * TWIPS_PER_CM)
