"""The catalogue of errors in the docs is the one that the program has."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from layers.problems import catalogue

ROOT = Path(__file__).resolve().parents[2]


def pages() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.errors())


def test_the_pages_are_up_to_date() -> None:
    wanted = pages()
    assert {path.name for path in wanted} == {"errors.md", "errors.zh-CN.md"}
    stale = [
        path.name for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `python docs/build.py`"


def test_every_error_is_on_both_pages() -> None:
    for text in pages().values():
        assert [code for code in catalogue() if f"\n| `{code}` | " not in text] == []
        assert len([line for line in text.splitlines() if line.startswith("| `")]) == len(catalogue())
