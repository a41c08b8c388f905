"""A Word document in the layout of official papers (GB/T 9704-2012), built by python-docx: no template, no markup."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from layers.text import Lang, Text
from maps.office import plain
from maps.word_contents import Entry, fill, marked
from maps.word_table import table

BODY, TITLE, FIRST, SECOND = "仿宋", "方正小标宋简体", "黑体", "楷体"
LATIN = "Times New Roman"
BODY_PT, TITLE_PT, TABLE_PT, CAPTION_PT, LINE_PT = 16, 22, 10.5, 12, 28
NUMERALS = "一二三四五六七八九十"
WIDTH_CM, WIDE_CM = 15.6, 36.6
"""Between the margins of A4, and of A3 across."""
WIDE_PICTURE_CM = 29.0
"""So wide that its height, too, has room on a page with heading and caption."""


class Paper:
    """A document that is written from its beginning to its end."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.document = Document()
        self._chapters = self._sections = self._figures = self._tables = 0
        self._width_cm, self._entries = WIDTH_CM, list[Entry]()
        self._contents: Any = None
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
        for name, font in (("Heading 1", FIRST), ("Heading 2", SECOND), ("Heading 3", SECOND), ("Caption", FIRST)):
            heading = self.document.styles[name]
            _font(heading, font, CAPTION_PT if name == "Caption" else BODY_PT)
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
        """The table of contents stands here; `save` fills it in."""
        title = self.document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(title, self.show(Text("目  录", "Contents")), FIRST, BODY_PT)
        self._contents = self.document.add_paragraph()
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def heading(self, text: Text) -> None:
        """`一、…` (1. in English)."""
        self._chapters, self._sections = self._chapters + 1, 0
        number = f"{NUMERALS[self._chapters - 1]}、" if self.lang == "zh" else f"{self._chapters}. "
        self._headed(number + self.show(text), 1)

    def subheading(self, text: Text, level: int = 2) -> None:
        """`(一)…`; of level 3 it stands in no table of contents."""
        self._sections += 1
        zh = f"({_numeral(self._sections)})"
        number = zh if self.lang == "zh" else f"{self._chapters}.{self._sections} "
        self._headed(number + self.show(text), level)

    def _headed(self, text: str, level: int) -> None:
        paragraph = self.document.add_heading(text, level)
        if level < 3:
            self._entries.append(Entry(level, text, marked(paragraph, len(self._entries) + 1)))

    def wide(self) -> None:
        """From here on the pages are A3 across, for maps and wide tables."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(420), Mm(297)
        section.top_margin = section.bottom_margin = Mm(28)
        section.left_margin = section.right_margin = Mm(27)
        self._width_cm = WIDE_CM

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

    def table(
        self, title: Text, headings: Sequence[Text], rows: Sequence[Sequence[str]], widths_cm: Sequence[float]
    ) -> None:
        """A table under its caption; the heading row repeats on every page, rows are not split."""
        self._tables += 1
        self._caption(Text("表", "Table "), self._tables, title, above=True)
        scale = self._width_cm / sum(widths_cm)
        made = table(
            [self.show(heading) for heading in headings],
            [[plain(str(value)) for value in row] for row in rows],
            [width * scale for width in widths_cm],
            self.show(title),
            (BODY, FIRST, LATIN, TABLE_PT),
        )
        self.document.element.body._insert_tbl(made)
        self.document.add_paragraph().paragraph_format.line_spacing = Pt(10)

    def picture(self, png: bytes, caption: Text, told: Text) -> None:
        """A picture with its caption, and `told` for those who can't see it."""
        self._figures += 1
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.keep_with_next = True
        across = self._width_cm if self._width_cm == WIDTH_CM else WIDE_PICTURE_CM
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(across))
        described = shape._inline.docPr
        described.set("descr", self.show(told))
        described.set("title", self.show(caption))
        self._caption(Text("图", "Figure "), self._figures, caption, above=False)

    def _caption(self, sort: Text, number: int, text: Text, *, above: bool) -> None:
        """`表1 …`, the number as the field that Word counts by."""
        line = self.document.add_paragraph(style="Caption")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.keep_with_next = above
        name = sort.zh if self.lang == "zh" else sort.en.strip()
        _run(line, self.show(sort), FIRST, CAPTION_PT)
        for kind, told in (("begin", None), (None, f"SEQ {name} \\* ARABIC"), ("separate", None)):
            _field(line, kind, told)
        _run(line, str(number), FIRST, CAPTION_PT)
        _field(line, "end", None)
        _run(line, " " + self.show(text), FIRST, CAPTION_PT)

    def save(self, path: Path) -> None:
        """Write the document."""
        if self._contents is not None:
            fill(self._contents, self._entries, [self._toc_style(level) for level in (1, 2)])
        self.document.core_properties.author = "zoneproof"
        self.document.core_properties.comments = ""
        self.document.save(str(path))

    def _toc_style(self, level: int) -> str:
        """The id of Word's own style for an entry, which the blank document does not bring."""
        style = self.document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.document.styles["Normal"]
        return str(style.style_id)

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
