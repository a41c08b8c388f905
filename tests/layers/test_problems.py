"""The catalogue of mistakes: complete, in both languages, without entries that nobody uses, on one safe line each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from geo.errors import ZoneproofError
from layers.problems import InputError, Problem, Problems, catalogue, nearest
from layers.text import Text

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("geo", "layers", "checks", "maps", "zoneproof")


def told(call: ast.Call) -> tuple[str, set[str] | None] | None:
    """Code and facts of a call that names a problem; facts None where the source does not spell them out."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return None
    if name == "Problem" and len(call.args) > 2:
        facts = call.args[2]
        keys = facts.keys if isinstance(facts, ast.Dict) else [None]
        spelt = {key.value for key in keys if isinstance(key, ast.Constant)}
        return first.value, spelt if len(spelt) == len(keys) else None  # type: ignore[return-value]
    if (name == "add" and len(call.args) == 2) or name in ("ZoneproofError", "Problem"):
        names = {keyword.arg for keyword in call.keywords}
        return first.value, None if None in names else names  # type: ignore[return-value]
    return None


def used() -> Iterator[tuple[str, str, set[str] | None]]:
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (found := told(node)):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", *found


def braces(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


USED = list(used())


def test_every_code_in_use_has_an_entry() -> None:
    assert len(USED) > 40
    assert [(place, code) for place, code, _ in USED if code not in catalogue() and code != "input"] == []


def test_every_entry_is_in_use() -> None:
    spelt = {code for _, code, _ in USED}
    sources = [file.read_text(encoding="utf-8") for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    assert [
        code for code in catalogue() if code not in spelt and not any(f'"{code}"' in text for text in sources)
    ] == []


def test_every_call_gives_the_facts_that_the_sentence_needs() -> None:
    lacking = [
        (place, code, sorted(missing))
        for place, code, facts in USED
        if facts is not None and code in catalogue()
        for missing in [{name for text in catalogue()[code]["en"].values() for name in braces(text)} - facts]
        if missing
    ]
    assert lacking == []


@pytest.mark.parametrize("code", catalogue())
def test_an_entry_says_what_and_how_to_mend_it_in_both_languages(code: str) -> None:
    entry = catalogue()[code]
    assert list(entry) == ["zh", "en"]
    for told_in in entry.values():
        assert sorted(told_in) == ["mend", "what"]
        assert all(text.strip() == text != "" and "\n" not in text for text in told_in.values())
        assert not told_in["what"].endswith((".", "。", ";", "；"))
    assert {name for text in entry["zh"].values() for name in braces(text)} == {
        name for text in entry["en"].values() for name in braces(text)
    }
    assert any("\u4e00" <= char <= "\u9fff" for char in entry["zh"]["what"])
    assert not any("\u4e00" <= char <= "\u9fff" for char in entry["en"]["what"])


def test_a_problem_reads_where_what_how() -> None:
    problem = Problem("file-misspelt", "zone.toml [layers] zones", {"path": "a.gpgk", "near": "a.gpkg"})
    assert problem.text.en == "zone.toml [layers] zones: no such file: a.gpgk; did you mean a.gpkg?"
    assert problem.text.zh == "zone.toml [layers] zones: 找不到文件 a.gpgk；是否指 a.gpkg?"
    assert Problem("zones-missing", "").text.en.startswith("zones is missing")


def test_facts_in_two_languages_are_shown_in_the_sentences_language() -> None:
    problem = Problem("key-unknown", "x", {"key": "k", "hint": nearest("as_off", ["as_of", "name"])})
    assert problem.text == Text("x: 没有 k 这个键；是否指 as_of?", "x: unknown key k; did you mean as_of?")
    assert nearest("zzz", [f"role{n:02}" for n in range(14)]).en == (
        "known: " + ", ".join(f"role{n:02}" for n in range(12)) + " …"
    )


def test_names_cannot_break_the_line_or_the_terminal() -> None:
    problem = Problem("file-missing", "a\nb", {"path": "\x1b[31mred\x07 {path} {0.__class__}"})
    for lang in ("zh", "en", "both"):
        line = problem.text.show(lang)  # type: ignore[arg-type]
        assert line.isprintable()
        assert "{path} {0.__class__}" in line


def test_at_most_twenty_lines_and_a_count() -> None:
    problems = Problems()
    for number in range(23):
        problems.add("file-missing", "x", path=str(number))
        problems.add("file-missing", "x", path=str(number))
    with pytest.raises(InputError) as caught:
        problems.stop()
    assert len(caught.value.problems) == 23
    assert len(caught.value.lines("en")) == 21
    assert caught.value.lines("en")[-1] == "... and 3 more"
    assert caught.value.lines("zh")[-1] == "……另有 3 个问题"


def test_errors_raised_inside_are_gathered() -> None:
    problems = Problems()
    problems.stop()
    with problems.gather():
        raise ZoneproofError("unit-unknown", "here", unit="斗")
    with problems.gather():
        raise InputError((Problem("unit-unknown", "here", {"unit": "斗"}), Problem("zones-missing", "there")))
    assert [(problem.code, problem.where) for problem in problems.found] == [
        ("unit-unknown", "here"),
        ("zones-missing", "there"),
    ]
    with pytest.raises(ZeroDivisionError), problems.gather():
        raise ZeroDivisionError
