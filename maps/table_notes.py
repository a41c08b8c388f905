"""The sheets of words: the sentence block, what in the data is doubtful, how everything was counted."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

from checks import words
from checks.model import Report
from checks.tables.detail import MOST
from checks.tables.model import Tables
from layers.text import Text
from maps import labels
from maps.book import Cell, Column, Level, Sheet
from maps.table_parts import SUBJECTS

NONE = Text("没有发现", "nothing found")
GRASS = {"agricultural": Text("农用地", "agricultural land"), "unused": Text("未利用地", "unused land")}
LANGS: tuple[Literal["zh", "en"], ...] = ("zh", "en")


def sheets(report: Report, tables: Tables) -> Iterator[Sheet]:
    """All three."""
    yield sentences(tables)
    yield issues(tables)
    yield method(report)


def sentences(tables: Tables) -> Sheet:
    """The sentence block of each zone and expansion."""
    columns = (
        Column(Text("园区", "zone"), "wide", 24),
        Column(Text("对象", "subject"), "text", 12),
        Column(Text("文字表述", "sentences"), "wide", 100),
    )
    rows: list[tuple[Level, list[Cell]]] = [
        ("row", [one.zone, SUBJECTS[one.subject], one.text]) for one in tables.sentences
    ]
    title = Text("用地情况文字表述", "The land in words")
    return Sheet(Text("文字表述", "sentences"), title, columns, rows)


def issues(tables: Tables) -> Sheet:
    """Codes, names, editions, numbers, gaps and overlaps that make a table doubtful."""
    columns = (
        Column(Text("园区", "zone"), "wide", 22),
        Column(Text("事项", "subject"), "text", 16),
        Column(Text("图层或规则", "layer or rule"), "text", 18),
        Column(Text("说明", "told"), "wide", 62),
        Column(Text("数量(个)", "count"), "count", 9),
        Column(Text("举例", "examples"), "wide", 44),
    )
    rows: list[tuple[Level, list[Cell]]] = [
        ("row", [one.zone, one.sort, one.role, one.told, one.count or None, ", ".join(one.examples)])
        for one in tables.issues
    ] or [("row", [NONE, "", "", "", "", ""])]
    title = Text("数据核对清单", "What in the data is doubtful")
    return Sheet(Text("数据核对", "data checks"), title, columns, rows)


def method(report: Report) -> Sheet:
    """How the figures were taken, on what standing, from which files."""
    columns = (Column(Text("项目", "item"), "wide", 22), Column(Text("说明", "told"), "wide", 110))
    rows: list[tuple[Level, list[Cell]]] = [("row", [name, text]) for name, text in _method(report)]
    for record in report.inputs.records:
        source, digest = record.source or "-", record.sha256 or "-"
        rows.append(("row", [record.role, Text(f"{source}(SHA-256 {digest})", f"{source} (SHA-256 {digest})")]))
    rows += [("row", [Text("基准面", "datum"), told]) for told in labels.shifts(report)]
    rows.append(("row", [Text("声明", "note"), labels.DISCLAIMER]))
    return Sheet(Text("编制说明", "notes"), Text("编制说明", "How the tables were made"), columns, rows)


def _method(report: Report) -> Iterator[tuple[Text, Text]]:
    project = report.inputs.project
    yield Text("基准日", "as of"), labels.as_of(report)
    facts = {
        "sliver": words.metres(project.sliver_width_m),
        "grass": GRASS[project.other_grassland],
        "most": Text(f"{MOST:,}", f"{MOST:,}"),
    }
    for note in tomllib.loads(files("maps").joinpath("table_notes.toml").read_text(encoding="utf-8"))["note"]:
        zh, en = (
            note["text"][lang].format(**{name: text.show(lang) for name, text in facts.items()}) for lang in LANGS
        )
        yield Text(note["item"]["zh"], note["item"]["en"]), Text(zh, en)
