"""The Word report and the figures: what stands in them, that they open, and that no clock shows."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
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
    assert len(pictures) == 2 and all(picture._inline.docPr.get("descr") for picture in pictures)


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
