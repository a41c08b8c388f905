"""Reviewers' comments: out of the page, into Word and Excel by the finding's id."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from layers.samples import write_samples
from zoneproof.cli import main

ID = "临沧边境经济合作区/BEZ-5"
ROWS = (
    ["id", "zone", "rule", "title", "verdict", "decision", "comment", "reviewer", "date"],
    [ID, "z", "BEZ-5", "片区", "fail", "accept", "'=1+1 说明理由,已附", "张三", "2025-08-01"],
    ["别的园区/BEZ-1a", "z", "BEZ-1a", "旧结论", "fail", "", "不再对应", "李四", "2025-08-02"],
    ["临沧边境经济合作区/BEZ-2d", "z", "BEZ-2d", "t", "pass", "", "", "", ""],
)


def text(between: str) -> str:
    return "\r\n".join(between.join('"' + cell + '"' for cell in row) for row in ROWS) + "\r\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("comments")
    write_samples(place)
    return place / "expansion"


@pytest.mark.parametrize(("encoding", "between"), [("utf-8-sig", ","), ("gb18030", ";"), ("utf-8", "\t")])
def test_comments_come_back_and_those_without_a_finding_are_listed(
    project: Path, tmp_path: Path, encoding: str, between: str
) -> None:
    file = tmp_path / "意见.csv"
    file.write_bytes(text(between).encode(encoding))
    out = tmp_path / "out"
    assert main(["check", str(project), "-o", str(out), "--only", "xlsx,docx", "--comments", str(file), "-q"]) == 1
    book = openpyxl.load_workbook(out / "report.xlsx")
    row = next(row for row in book["结论"].iter_rows(min_row=2, values_only=True) if row[0] == ID)
    assert row[19:21] == ("同意", "=1+1 说明理由,已附")
    assert [cell.data_type for cell in book["结论"]["U"] if cell.value == "=1+1 说明理由,已附"] == ["s"]
    assert [row[0] for row in book["未对应的意见"].iter_rows(min_row=2, values_only=True)] == ["别的园区/BEZ-1a"]
    document = docx.Document(str(out / "report.docx"))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "审查意见:同意:=1+1 说明理由,已附(张三,2025-08-01)" in told
    assert "不再对应(李四,2025-08-02)" in cells


@pytest.mark.parametrize(
    "content", [b"", b"id,rule\r\n1,2\r\n", b"\xff\xff\xfe\x00\x80", b'id,decision,comment\r\n"a,b']
)
def test_what_is_no_such_table_is_told_and_nothing_written(
    project: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    out = tmp_path / "out"
    assert main(["check", str(project), "-o", str(out), "--comments", str(file), "-q"]) == 2
    assert "--comments" in capsys.readouterr().err and not out.exists()


def test_the_decisions_are_those_of_the_page() -> None:
    from maps.comments import DECISIONS

    page = (Path(__file__).parents[2] / "maps" / "web" / "words.js").read_text(encoding="utf-8")
    for key, words in DECISIONS.items():
        assert f"  {key}: ['{words.zh}', '{words.en}']" in page
