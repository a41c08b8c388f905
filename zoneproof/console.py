"""What reaches the screen: text that no code page can break, and progress where someone is looking."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from geo.errors import ZoneproofError
    from layers.model import Progress
    from layers.text import Lang, Text

FIRST_SHOWN_S = 1.0
BETWEEN_S = 0.1


class Console:
    """stdout for results, stderr for progress and mistakes."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        for stream in (out, err):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        self.out = out
        self.err = err
        self._shown = 0
        self._started = time.monotonic()
        self._last = 0.0

    def show(self, text: str) -> None:
        """A result, on stdout."""
        self.clear()
        self.out.write(text + "\n")
        self.out.flush()

    def data(self, content: bytes) -> None:
        """A result that is UTF-8 whatever the code page."""
        self.clear()
        if (raw := getattr(self.out, "buffer", None)) is None:
            self.out.write(content.decode("utf-8"))
        else:
            self.out.flush()
            raw.write(content)
            raw.flush()

    def note(self, text: str) -> None:
        """A remark, on stderr."""
        self.clear()
        self.err.write(text + "\n")

    def mistake(self, error: ZoneproofError, lang: Lang | None) -> None:
        """A line per problem, on stderr, in both languages where none was asked for."""
        from layers.problems import InputError, Problem  # noqa: PLC0415

        if not isinstance(error, InputError):
            error = InputError((Problem(error.code, error.where, error.facts),))
        for line in error.lines(lang or "both"):
            self.note(line)

    def progress(self, lang: Lang | None, *, wanted: bool) -> Progress:
        """A progress function: one line that rewrites itself, after a second; nothing when stderr is no terminal."""
        if not wanted or not self.err.isatty():
            return lambda _text, _done, _all: None

        def show(text: Text, done: int, total: int) -> None:
            now = time.monotonic()
            if now - self._started < FIRST_SHOWN_S or now - self._last < BETWEEN_S:
                return
            self._last = now
            self.clear()
            line = text.show(lang or "zh") + (f" {done}/{total}" if total else "")
            self.err.write("\r" + line)
            self.err.flush()
            self._shown = 2 * len(line)

        return show

    def clear(self) -> None:
        """Take the progress line off the screen."""
        if self._shown:
            self.err.write("\r" + " " * min(self._shown, 79) + "\r")
            self.err.flush()
            self._shown = 0
