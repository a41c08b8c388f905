"""What reaches the screen: text that no code page can break, and progress where someone is looking."""

from __future__ import annotations

import io
import os
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from geo.errors import ZoneproofError
    from layers.model import Progress
    from layers.text import Lang, Text

FIRST_SHOWN_S = 1.0
BETWEEN_S = 0.1
OURS = ("geo", "layers", "checks", "maps", "zoneproof")
MOST_SAID = 300
"""So many characters of what a library said are passed on."""


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

    def crash(self, error: Exception, lang: Lang | None, *, verbose: bool) -> None:
        """What a crash of ours or of a library comes to: one line with what to send; the traceback where asked for."""
        if verbose:
            self.note("".join(traceback.format_exception(error)).rstrip())
        said = " ".join(str(error).split())
        said = "".join(char if char.isprintable() else "\ufffd" for char in said)
        what = f"{type(error).__name__}: {said[:MOST_SAID]}" if said else type(error).__name__
        told = {
            "zh": f"程序内部出错({what},{_broken_at(error)}),未写出任何成果；"
            "请把这一行、所用命令、zone.toml 和 zoneproof doctor 的输出发给维护者;加 -v 可看到出错经过",
            "en": f"the program broke ({what}, at {_broken_at(error)}) and wrote nothing; "
            "send the maintainers this line, the command, zone.toml and what zoneproof doctor prints; "
            "-v shows the traceback",
        }
        for one in ("zh", "en") if lang in (None, "both") else (lang,):
            self.note(told[one])

    def discard(self) -> None:
        """Nobody reads stdout any more: what is still to be written there goes nowhere."""
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())

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


def _broken_at(error: Exception) -> str:
    """The innermost line of our own code that a crash went through: `layers/ogr.py:120`."""
    root = Path(__file__).resolve().parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    files = [(Path(frame.filename).resolve(), frame.lineno) for frame in frames]
    own = [
        (file, line) for file, line in files if file.is_relative_to(root) and file.relative_to(root).parts[0] in OURS
    ]
    if not own:
        return "?"
    file, line = own[-1]
    return f"{file.relative_to(root).as_posix()}:{line}"
