"""A Word document in the layout of official papers (GB/T 9704-2012), built by python-docx: no template, no markup."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from layers.text import Lang, Text
from maps.office import plain

BODY, TITLE, FIRST, SECOND = "仿宋", "方正小标宋简体", "黑体", "楷体"
LATIN = "Times New Roman"
BODY_PT, TITLE_PT, TABLE_PT, LINE_PT = 16, 22, 10.5, 28
NUMERALS = "一二三四五六七八九十"
GREY = RGBColor(0x55, 0x55, 0x55)


class Paper:
    """A document that is written from its beginning to its end."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.document = Document()
        self._chapters = self._sections = self._figures = 0
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        self._page_number(section)
        style = self.document.styles["Normal"]
        _font(style, BODY, BODY_PT)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = Pt(LINE_PT)
        style.paragraph_format.space_after = Pt(0)
        for name, font in (("Heading 1", FIRST), ("Heading 2", SECOND)):
            heading = self.document.styles[name]
            _font(heading, font, BODY_PT)
            heading.font.color.rgb = RGBColor(0, 0, 0)
            heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(6)
            heading.paragraph_format.keep_with_next = True

    def show(self, text: Text) -> str:
        """A text in the document's language, without what XML can't hold."""
        return plain(text.show(self.lang))

    def title(self, title: Text, name: str) -> None:
        """The title and what it is about, centred."""
        for text, size in ((plain(name), TITLE_PT - 4), (self.show(title), TITLE_PT)):
            paragraph = self.document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(36)
            _run(paragraph, text, TITLE, size)

    def contents(self) -> None:
        """A table of contents that Word fills in from the headings."""
        paragraph = self.document.add_paragraph()
        for kind, text in (("begin", None), (None, 'TOC \\o "1-2" \\h \\z \\u'), ("separate", None)):
            _field(paragraph, kind, text)
        told = Text("(打开后右键“更新域”生成目录)", "(right-click, 'update field', to fill in the contents)")
        _run(paragraph, self.show(told), BODY, 12)
        _field(paragraph, "end", None)

    def heading(self, text: Text) -> None:
        """`一、…` (1. in English)."""
        self._chapters, self._sections = self._chapters + 1, 0
        number = f"{NUMERALS[self._chapters - 1]}、" if self.lang == "zh" else f"{self._chapters}. "
        self.document.add_heading(number + self.show(text), 1)

    def subheading(self, text: Text) -> None:
        """`(一)…`."""
        self._sections += 1
        zh = f"({_numeral(self._sections)})"
        number = zh if self.lang == "zh" else f"{self._chapters}.{self._sections} "
        self.document.add_heading(number + self.show(text), 2)

    def text(self, text: Text) -> None:
        """A paragraph of the body, its first line indented by two characters."""
        paragraph = self.document.add_paragraph(self.show(text))
        paragraph.paragraph_format.first_line_indent = Pt(2 * BODY_PT)

    def entry(self, name: Text, text: Text) -> None:
        """`name:text`, the name in bold."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(2 * BODY_PT)
        run = paragraph.add_run(self.show(name) + (":" if self.lang == "zh" else ": "))
        run.bold = True
        paragraph.add_run(self.show(text))

    def table(self, headings: Sequence[Text], rows: Sequence[Sequence[str]], widths_cm: Sequence[float]) -> None:
        """A table whose heading row repeats on every page; rows are not split."""
        scale = 15.6 / sum(widths_cm)
        table = self.document.add_table(rows=1, cols=len(headings))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        _mark(table.rows[0], "w:tblHeader")
        for cell, heading in zip(table.rows[0].cells, headings, strict=True):
            _cell(cell, self.show(heading), bold=True)
        for row in rows:
            line = table.add_row()
            _mark(line, "w:cantSplit")
            for cell, value in zip(line.cells, row, strict=True):
                _cell(cell, plain(str(value)))
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width * scale)
            for cell in column.cells:
                cell.width = Cm(width * scale)
        self.document.add_paragraph().paragraph_format.line_spacing = Pt(10)

    def picture(self, png: bytes, caption: Text) -> None:
        """A picture with its caption and alternative text."""
        self._figures += 1
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(15.6))
        described = shape._inline.docPr
        described.set("descr", self.show(caption))
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        number = f"图{self._figures} " if self.lang == "zh" else f"Figure {self._figures} "
        _run(line, number + self.show(caption), BODY, 12)

    def save(self, path: Path) -> None:
        """Write the document."""
        self.document.core_properties.author = "zoneproof"
        self.document.core_properties.comments = ""
        self.document.save(str(path))

    def _page_number(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, "— ", LATIN, 14)
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            _field(paragraph, kind, text)
        _run(paragraph, " —", LATIN, 14)


def _numeral(number: int) -> str:
    """Chinese numerals up to 99, digits beyond."""
    if number <= 10:
        return NUMERALS[number - 1]
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")


def _font(style: Any, name: str, size_pt: float) -> None:
    style.font.name, style.font.size = LATIN, Pt(size_pt)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(key), None)
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)


def _run(paragraph: Any, text: str, font: str, size_pt: float) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size_pt), LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = _run(paragraph, text, BODY if not bold else FIRST, TABLE_PT)
    run.bold = bold


def _mark(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _field(paragraph: Any, kind: str | None, text: str | None) -> None:
    """A part of a Word field: its begin, its instruction, its end."""
    run = paragraph.add_run()
    if kind is not None:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    else:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = text
    run._element.append(part)
