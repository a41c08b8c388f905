"""Tables in every form and encoding, and their cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

ROWS = (
    "日期,类型,等级,死亡人数,直接经济损失,园区名称\n"
    '2024-05-01,安全,一般,,"1,200",甲区\n\n,,,,,\n2024/6/2,环境,重大,１０,5e4,\n'
)


@pytest.mark.parametrize(
    ("encoding", "noted"), [("utf-8", False), ("utf-8-sig", False), ("gb18030", True), ("utf-16", False)]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding(
    load: Callable[..., object], tmp_path: Path, encoding: str, noted: bool, delimiter: str
) -> None:
    text = ROWS if delimiter == "," else ROWS.replace('"1,200"', "1200").replace(",", delimiter)
    (tmp_path / "i.csv").write_text(text, encoding=encoding, newline="\r\n")
    loaded = load(
        "", tables='incidents = {path = "i.csv", fields = {loss_yuan = {field = "直接经济损失", unit = "万元"}}}'
    )
    table = loaded.ok.tables["incidents"]
    frame = table.frame
    assert list(frame["row"]) == [1, 4]
    assert list(frame["feature"]) == ["0:1", "0:4"]
    assert list(frame["date"]) == [date(2024, 5, 1), date(2024, 6, 2)]
    assert list(frame["kind"]) == ["safety", "environment"]
    assert list(frame["level"]) == ["general", "major"]
    assert frame["deaths"].isna().tolist() == [True, False]
    assert frame["deaths"][1] == 10
    assert frame["loss_yuan"].tolist() == [12_000_000, 500_000_000]
    assert list(frame["zone"]) == ["甲区", None]
    assert table.lacking == {"injured": (0,), "evacuated": (0,), "id": (0,)}
    assert bool(loaded.ok.records[-1].notes) == noted
    assert (loaded.ok.records[-1].features, loaded.ok.records[-1].read) == (2, 2)


def test_a_stated_encoding_is_used(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_bytes("date,kind,zone\n2024-05-01,安全,甲区\n".encode("gbk"))
    assert load("", tables='incidents = {path = "i.csv", encoding = "gbk"}').ok.records[-1].notes == ()
    assert load("", tables='incidents = {path = "i.csv", encoding = "utf-8"}').codes == ["encoding-wrong"]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def test_excel_dates_numbers_and_sheets(load: Callable[..., object], tmp_path: Path) -> None:
    rows = [
        [None],
        ["date", "kind", "level", "deaths", "id"],
        [datetime(2024, 5, 1), "安全", None, 2, "=SUM(1,2)"],
        [None, None, None, None, None],
        ["2024年6月2日", "环境", "较大", None, 17],
    ]
    workbook(tmp_path / "i.xlsx", {"台账": rows, "说明": [["x"]]})
    inputs = load("", tables='incidents = {path = "i.xlsx#台账", where = "kind <> \'土地\'"}').ok
    frame = inputs.tables["incidents"].frame
    assert list(frame["row"]) == [1, 3]
    assert list(frame["date"]) == [date(2024, 5, 1), date(2024, 6, 2)]
    assert frame["deaths"][0] == 2
    assert frame["feature"][1] == "17"
    assert load("", tables='incidents = "i.xlsx"').codes == ["sheets-several"]
    missing = load("", tables='incidents = "i.xlsx#台帐"')
    assert missing.codes == ["sheet-missing"]
    assert "台账" in missing.told


def test_a_text_that_begins_with_an_equals_sign_stays_text(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("date,kind,id\n2024-05-01,安全,=1+1\n2024-05-01,安全,@x\n", encoding="utf-8")
    assert list(load("", tables='incidents = "i.csv"').ok.tables["incidents"].frame["feature"]) == ["=1+1", "@x"]


def test_parquet(load: Callable[..., object], tmp_path: Path) -> None:
    pd.DataFrame(
        {"date": [date(2024, 5, 1), date(2020, 1, 1)], "kind": ["安全", "安全"], "deaths": [1, None]}
    ).to_parquet(tmp_path / "i.parquet")
    frame = load("", tables='incidents = {path = "i.parquet", where = "deaths = 1"}').ok.tables["incidents"].frame
    assert list(frame["date"]) == [date(2024, 5, 1)]
    assert list(frame["row"]) == [1]


def test_an_empty_table_is_no_error_and_doubled_ids_go_by_row(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("date,kind\n", encoding="utf-8")
    (tmp_path / "j.csv").write_text(
        "date,kind,id\n2024-05-01,安全,a\n2024-05-02,安全,a\n2024-05-02,安全,b\n", encoding="utf-8"
    )
    inputs = load("", tables='incidents = ["i.csv", "j.csv"]').ok
    assert list(inputs.tables["incidents"].frame["feature"]) == ["1:1", "1:2", "b"]
    assert inputs.records[1].features == 0
    assert inputs.tables["incidents"].lacking["id"] == (0,)


def test_covers_is_the_span_that_all_sources_state(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("date,kind\n", encoding="utf-8")

    def covers(*spans: str) -> object:
        entries = ", ".join(f'{{path = "i.csv"{span}}}' for span in spans)
        return load("", tables=f"incidents = [{entries}]").ok.tables["incidents"].covers

    one, two = ', covers = ["2023-01-01", "2025-01-01"]', ", covers = [2024-01-01, 2026-01-01]"
    assert covers(one) == (date(2023, 1, 1), date(2025, 1, 1))
    assert covers(one, two) == (date(2024, 1, 1), date(2025, 1, 1))
    assert covers(one, "") is None


def test_rows_that_name_something_else_are_noted(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(
        "date,kind,zone\n2024-05-01,安全,丙区\n2024-05-01,安全,一片区 \n2024-05-01,安全,甲区\n", encoding="utf-8"
    )
    notes = load("", tables='incidents = "i.csv"').ok.records[-1].notes
    assert ["丙区" in note.zh for note in notes] == [True]
    assert "一片区" not in notes[0].zh


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("date,kind\n2024-13-41,安全\n", "cell-date", "2024-13-41"),
        ("date,kind\n2023-02-29,安全\n", "cell-date", "2023-02-29"),
        ("date,kind\n20240230,安全\n", "cell-date", "20240230"),
        ("date,kind\n45000,安全\n", "cell-date", "45000"),
        ("date,kind\n2024年5月,安全\n", "cell-date", "2024年5月"),
        ("date,kind\n2024-05-01,陨石\n", "cell-value", "陨石"),
        ("date,kind,deaths\n2024-05-01,安全,two\n", "cell-integer", "two"),
        ("date,kind,deaths\n2024-05-01,安全,1.5\n", "cell-integer", "1.5"),
        ('date,kind,loss_yuan\n2024-05-01,安全,"1,20"\n', "cell-number", "1,20"),
        ("date,kind,loss_yuan\n2024-05-01,安全,nan\n", "cell-number", "nan"),
        ("date,level\n2024-05-01,一般\n", "field-missing", "kind"),
        ("\n\n", "table-no-heading", "i.csv"),
        ("date,date,kind\n", "table-heading-twice", "date"),
    ],
)
def test_bad_tables(load: Callable[..., object], tmp_path: Path, text: str, code: str, named: str) -> None:
    (tmp_path / "i.csv").write_text(text, encoding="utf-8")
    loaded = load("", tables='incidents = "i.csv"')
    assert loaded.inputs is None
    assert loaded.codes == [code]
    assert named in loaded.told
    assert "i.csv" in loaded.told


@pytest.mark.parametrize(("row", "named"), [("0,40", "0"), ("41,40", "41"), ("-1,40", "-1")])
def test_ranks_out_of_range(load: Callable[..., object], tmp_path: Path, row: str, named: str) -> None:
    (tmp_path / "r.csv").write_text(
        f"zone,year,group,rank,total\n甲区,2024,type,40,40\n甲区,2024年,同区域,{row}\n", encoding="utf-8"
    )
    loaded = load("", tables='rankings = "r.csv"')
    assert loaded.codes == ["rank-range"]
    assert f"rank {named} " in loaded.told
    assert "row 2" in loaded.told


def test_one_of_date_and_year_is_needed(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("station,indicator,value\na,PM2.5,35\n", encoding="utf-8")
    assert load("", tables='environment = "e.csv"').codes == ["field-missing"]
    (tmp_path / "e.csv").write_text(
        "station,indicator,value,year,limit\na,PM2.5,35,2024年,≤35\na,pH,7,2024,6-9\n", encoding="utf-8"
    )
    frame = load("", tables='environment = "e.csv"').ok.tables["environment"].frame
    assert frame["year"].tolist() == [2024, 2024]
    assert list(frame["limit"]) == ["<=35", "6-9"]


def test_the_same_bad_value_is_told_once_with_its_rows(load: Callable[..., object], tmp_path: Path) -> None:
    rows = "".join(f"2024-05-01,{kind}\n" for kind in ["陨石"] * 9 + ["安全"] + ["海啸"])
    (tmp_path / "i.csv").write_text("date,kind\n" + rows, encoding="utf-8")
    loaded = load("", tables='incidents = "i.csv"')
    assert loaded.codes == ["cell-value", "cell-value"]
    assert "1, 2, 3, 4, 5 and 4 more" in loaded.told
    assert "(11)" in loaded.told


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("i.xlsx", b"not a workbook", "source-unreadable"),
        ("i.parquet", b"not parquet", "source-unreadable"),
        ("i.docx", b"x", "table-form"),
        ("i.csv", b"\x81\x82\xff\xff\xfe", "encoding-not-found"),
        ("i.csv", b'date,kind\n"2024', "source-unreadable"),
    ],
)
def test_unreadable_tables(load: Callable[..., object], tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert load("", tables=f'incidents = "{name}"').codes == [code]


OFFICE = [
    ["耿马产业园区生产安全事故台账", None, None, None, None],
    ["填报单位:县应急管理局", None, None, "单位:万元、人", None],
    [None, None, None, None, None],
    ["日期", "类型", "等级", "直接经济损失", "死亡人数"],
    ["２０２４年５月１日", "安全", "一般", "1,234.5", "０"],
    ["2024.6.2", "环境", "较大", "２，０００", 1],
]


def merged(path: Path, rows: list[list[object]]) -> None:
    workbook(path, {"台账": rows})
    book = openpyxl.load_workbook(path)
    book["台账"].merge_cells("A1:E1")
    book["台账"].merge_cells("A2:C2")
    book.save(path)


@pytest.mark.parametrize("form", ["xlsx", "csv", "gbk.csv"])
def test_titles_above_the_heading_and_the_unit_that_they_state(
    load: Callable[..., object], tmp_path: Path, form: str
) -> None:
    if form == "xlsx":
        merged(tmp_path / "i.xlsx", OFFICE)
    else:
        text = "".join(",".join(f'"{cell}"' if cell is not None else "" for cell in row) + "\n" for row in OFFICE)
        (tmp_path / f"i.{form}").write_text(text, encoding="gbk" if form == "gbk.csv" else "utf-8")
    inputs = load("", tables=f'incidents = "i.{form}"').ok
    frame = inputs.tables["incidents"].frame
    assert list(frame["date"]) == [date(2024, 5, 1), date(2024, 6, 2)]
    assert list(frame["level"]) == ["general", "larger"]
    assert frame["loss_yuan"].tolist() == [12_345_000, 20_000_000]
    assert frame["deaths"].tolist() == [0, 1]
    assert list(frame["row"]) == [1, 2]
    assert any("万元" in note.en for note in inputs.records[-1].notes)


def test_a_unit_in_the_heading_goes_before_the_one_above_it(load: Callable[..., object], tmp_path: Path) -> None:
    for heading, loss in (("直接经济损失（元）", 5), ("直接经济损失(亿元)", 5e8), ("直接经济损失", 50_000)):
        text = f"台账,,\n单位:万元,,\n日期,类型,{heading}\n2024-05-01,安全,5\n"
        (tmp_path / "i.csv").write_text(text, encoding="utf-8")
        assert load("", tables='incidents = "i.csv"').ok.tables["incidents"].frame["loss_yuan"].tolist() == [loss]
    given = 'incidents = {path = "i.csv", fields = {loss_yuan = {field = "直接经济损失", unit = "千元"}}}'
    assert load("", tables=given).ok.tables["incidents"].frame["loss_yuan"].tolist() == [5_000]


@pytest.mark.parametrize(
    "heading", ["占地面积(亩)", "占地面积（亩）", "占地面积〔亩〕", "占地面积/亩", "占地面积:亩", "占地面积_亩"]
)
def test_mu_in_the_heading(heading: str) -> None:
    from layers.model import Field
    from layers.roles import find_field
    from layers.text import Text

    field = Field("area_m2", "number", Text("面积", "area"), unit="m2", aliases=("占地面积",))
    found = find_field(field, ["名称", heading])
    assert found is not None
    assert (found.column, found.unit) == (heading, "亩")


def test_a_table_of_one_column_and_one_without_known_names(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("标题\n甲,乙\n1,2\n", encoding="utf-8")
    loaded = load("", tables='incidents = "i.csv"')
    assert set(loaded.codes) == {"field-missing"}
    assert "甲, 乙" in loaded.told


def test_a_long_table_is_read_row_by_row(load: Callable[..., object], tmp_path: Path) -> None:
    import tracemalloc

    with (tmp_path / "i.csv").open("w", encoding="utf-8") as file:
        file.write("date,kind,level,deaths,zone,remark\n")
        for at in range(300_000):
            file.write(f"2024-05-01,安全,一般,{int(at == 250_000)},甲区,{'长' * 60}{at}\n")
    tracemalloc.start()
    frame = load("", tables='incidents = {path = "i.csv", where = "deaths = \'1\'"}').ok.tables["incidents"].frame
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert list(frame["row"]) == [250_001]
    assert (tmp_path / "i.csv").stat().st_size > 60e6
    assert peak < 40e6


def test_a_table_of_too_many_rows_is_refused(
    load: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.tables.MOST_ROWS", 1000)
    (tmp_path / "i.csv").write_text("date,kind\n" + "2024-05-01,安全\n" * 1001, encoding="utf-8")
    assert load("", tables='incidents = "i.csv"').codes == ["table-too-long"]


def test_a_file_that_is_one_endless_line_is_refused(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("date," * 600_000, encoding="utf-8")
    assert load("", tables='incidents = "i.csv"').codes == ["source-unreadable"]
