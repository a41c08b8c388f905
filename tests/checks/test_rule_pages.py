"""The rule pages in the docs are those that packs, kinds and cases give."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_up_to_date() -> None:
    wanted = dict(build().pages())
    stale = [
        path.name for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `python docs/build.py`"
    assert set((ROOT / "docs" / "rules").glob("*.md")) == set(wanted)


def test_a_page_says_what_a_reader_needs() -> None:
    text = build().page("BEZ-2d")
    for section in ("Source", "What is measured", "Why", "How to mend it", "What may mislead", "Inputs", "Parameters"):
        assert f"### {section}\n" in text
    for word in ("Requires:", "How it is measured", "Passes:", "Fails:", "不涉及生态保护红线", "| fail |"):
        assert word in text, word
