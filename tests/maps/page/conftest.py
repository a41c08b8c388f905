"""The review page in a real browser without a network: any error, warning, dialog or request fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.model import Report
from maps.outputs import map as html_map

Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the map of a report; afterwards no error may have shown and nothing may have been asked for."""
    wrong: list[str] = []
    contexts = []

    def opened(report: Report, size: tuple[int, int] = (1366, 768), name: str = "map.html") -> Any:
        html_map.write(report, tmp_path)
        (tmp_path / "map.html").rename(tmp_path / name)
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
        contexts.append(context)
        shown = context.new_page()
        shown.on(
            "console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None
        )
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("request", lambda request: wrong.append(request.url) if not own(request.url) else None)
        shown.on("dialog", lambda dialog: wrong.append(dialog.message))
        shown.goto((tmp_path / name).as_uri())
        shown.wait_for_selector("html[data-ready=yes]")
        return shown

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def own(url: str) -> bool:
    """The page itself and what it carries; any other file would be missing on the reviewer's machine."""
    return url.startswith(("data:", "blob:")) or (url.startswith("file:") and url.endswith(".html"))
