"""The page's own code: clean under a linter, no younger than Chrome 86."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import esprima
import pytest


def _lint() -> ModuleType:
    spec = importlib.util.spec_from_file_location("page_lint", Path(__file__).with_name("lint.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LINT = _lint()
YOUNGER = {
    *("at", "hasOwn", "structuredClone", "replaceAll", "any", "findLast", "findLastIndex", "toSorted", "toReversed"),
    *("toSpliced", "groupBy", "randomUUID", "fromAsync", "withResolvers", "isWellFormed", "checkVisibility"),
    *("showPicker", "scheduler", "requestSubmit", "Segmenter", "OffscreenCanvasRenderingContext2D", "roundRect"),
}
"""Names of functions that Chrome 86 has not, or (`replaceAll`, `any`) only just has."""
GLOBAL = {"structuredClone"}
"""Those of them that belong to no object; our own functions may be called as they like."""
YOUNGER_CSS = re.compile(
    r"(?<![-\w])(inset|aspect-ratio|accent-color|text-wrap|scrollbar-gutter|content-visibility|translate|scale|rotate)\s*:"
    r"|:(is|where|has)\(|\d(dvh|svh|lvh|dvw)\b|color-mix\(|oklch\(|@(layer|container|scope|property)\b|&\s*[.:>]"
)


def called(node: Any) -> set[str]:
    """Names of what is called or read from an object, anywhere in a script."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if one.get("type") == "CallExpression":
                callee = one["callee"]
                own = callee.get("name")
                found.add(own if own in GLOBAL else (callee.get("property") or {}).get("name") or "")
            waiting += one.values()
    return found


def too_young(text: str) -> set[str]:
    """Names in a script that Chrome 86 lacks; a syntax past ES2017 raises."""
    return called(esprima.parseScript(text).toDict()) & YOUNGER


def test_a_linter_finds_nothing() -> None:
    done = LINT.lint({"page.js": LINT.script(), **LINT.own_styles()})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "(function () {\nunknownName();\n}());\n"),
        ("a.js", "(function () {\nconst unused = 1;\n}());\n"),
        ("a.css", "a { }\n"),
        ("a.css", "a { colour: red; }\n"),
    ],
)
def test_the_linter_does_find_what_is_wrong(name: str, text: str) -> None:
    assert LINT.lint({name: text}).returncode != 0


def test_the_scripts_need_no_more_than_chrome_86() -> None:
    assert too_young(LINT.script()) == set()


@pytest.mark.parametrize(
    "text",
    [
        "a ??= 1;",
        "a ||= 1;",
        "class A { static { } }",
        "await x;",
        "class A { #x = 1; }",
        "a?.b;",
    ],
)
def test_younger_syntax_is_noticed(text: str) -> None:
    with pytest.raises(esprima.Error):
        too_young(text)


def test_younger_functions_are_noticed() -> None:
    assert too_young("[1].at(-1); structuredClone(a); Object.hasOwn(a, 'b');") == {"at", "structuredClone", "hasOwn"}


def test_the_style_sheets_need_no_more_than_chrome_86() -> None:
    for name, text in LINT.own_styles().items():
        found = YOUNGER_CSS.search(re.sub(r"/\*.*?\*/", "", text, flags=re.S))
        assert found is None, f"{name}: {found and found[0]}"
    assert YOUNGER_CSS.search("a { inset: 0 }") and YOUNGER_CSS.search("a:has(b) {}")
