"""The Word report and the figures: what stands in them, that they open, and that no clock shows."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from layers.samples import write_samples
from zoneproof.cli import main

SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("desk")
    write_samples(place)
    for out in ("a", "b"):
        main(["check", str(place / "expansion"), "-o", str(place / out), "--only", "docx,figures", "-q"])
    return place


def text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_report_has_its_parts_in_the_order_planners_expect(folder: Path) -> None:
    document = docx.Document(str(folder / "a" / "report.docx"))
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == [
        "一、概况",
        "二、依据",
        "三、方法",
        "四、结论",
        "五、主要问题",
        "六、无法判定的事项",
        "七、数据清单",
        "八、附件:证据清单",
        "九、附图附表",
    ]
    whole = text(folder / "a" / "report.docx")
    for words in (
        "原则上不符合",
        "孟定核心园区",
        "转述,未见原文",
        "图层或表 incidents",
        "347.0000 公顷",
        "5,205.00 亩",
        "不替代法定审查意见",
    ):
        assert words in whole, words
    section = document.sections[0]
    assert [round(side.mm) for side in (section.top_margin, section.bottom_margin, section.left_margin)] == [37, 35, 28]
    pictures = document.inline_shapes
    assert len(pictures) == 3 and all(picture._inline.docPr.get("descr") for picture in pictures)


def test_the_contents_are_filled_in_and_lead_to_their_headings(folder: Path) -> None:
    document = docx.Document(str(folder / "a" / "report.docx"))
    body = document.element.body
    links = list(body.iter(qn("w:hyperlink")))
    marks = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    told = ["".join(held.text or "" for held in link.iter(qn("w:t"))) for link in links]
    lead = ["".join(held.text or "" for held in marks[link.get(qn("w:anchor"))].iter(qn("w:t"))) for link in links]
    assert told == lead and told[0] == "一、概况" and "九、附图附表" in told
    headings = [one.text for one in document.paragraphs if one.style.name in ("Heading 1", "Heading 2")]
    assert told == headings
    begin, end = (
        [char.get(qn("w:fldCharType")) for char in body.iter(qn("w:fldChar"))].count(kind) for kind in ("begin", "end")
    )
    assert begin == end


def test_tables_and_figures_have_captions_that_word_counts_and_texts_for_the_blind(folder: Path) -> None:
    document = docx.Document(str(folder / "a" / "report.docx"))
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert [one.split()[0] for one in captions if one.startswith("表")] == [
        f"表{number}" for number in range(1, len(document.tables) + 1)
    ]
    assert [one.split()[0] for one in captions if one.startswith("图")] == ["图1", "图2", "图3"]
    counted = [held.text for held in document.element.body.iter(qn("w:instrText")) if "SEQ" in (held.text or "")]
    assert len(counted) == len(captions)
    described = [next(table._tbl.iter(qn("w:tblDescription"))).get(qn("w:val")) for table in document.tables]
    assert all(described)
    assert "片区" in document.inline_shapes[1]._inline.docPr.get("descr")


def test_the_map_and_the_wide_table_stand_on_a3_across(folder: Path) -> None:
    document = docx.Document(str(folder / "a" / "report.docx"))
    sizes = [(round(one.page_width.mm), round(one.page_height.mm)) for one in document.sections]
    assert sizes == [(210, 297), (420, 297)]
    wide = document.tables[-1]
    assert len(wide.columns) == 10 and wide.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    for table, room in [(one, 15.6) for one in document.tables[:-1]] + [(wide, 36.6)]:
        across = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) / 567
        assert across <= room + 0.05


def test_every_verdict_stands_in_the_table(folder: Path) -> None:
    tables = docx.Document(str(folder / "a" / "report.docx")).tables
    rules = [row.cells[0].text for table in tables for row in table.rows if row.cells[0].text.startswith("BEZ-")]
    assert {f"BEZ-{number}" for number in ("1a", "1b", "2a", "2d", "3a", "4c", "5")} <= set(rules)


def test_there_is_an_overview_and_a_map_of_each_failing_finding(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "a" / "figures").iterdir())
    assert len(names) == 4 and names[-2:] == ["overview.pdf", "overview.png"]
    assert names[0].endswith("BEZ-5.pdf")
    with Image.open(folder / "a" / "figures" / "overview.png") as image:
        assert image.size == (1654, 1170) and len(image.convert("RGB").getcolors(1 << 24) or []) > 50
    assert (folder / "a" / "figures" / "overview.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_report_gives_the_same_bytes(folder: Path) -> None:
    files = [path.relative_to(folder / "a") for path in sorted((folder / "a").rglob("*")) if path.is_file()]
    for name in files:
        one, other = (hashlib.sha256((folder / out / name).read_bytes()).hexdigest() for out in "ab")
        assert one == other, name


def test_english_on_demand(folder: Path) -> None:
    main(["check", str(folder / "expansion"), "-o", str(folder / "en"), "--only", "docx", "--lang", "en", "-q"])
    assert "1. Overview" in text(folder / "en" / "report.docx")


@pytest.mark.skipif(SOFFICE is None and not os.environ.get("CI"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_report(folder: Path, tmp_path: Path) -> None:
    assert SOFFICE, "install libreoffice-writer"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    call = [
        SOFFICE,
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(folder / "a" / "report.docx"),
    ]
    subprocess.run(call, check=True, capture_output=True, timeout=240)
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
