"""The user's mistakes of a run, gathered in one pass and told in one line each.

What can be wrong stands in `problems.toml`, an entry a problem: what is wrong and how to mend it, in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from geo.errors import ZoneproofError
from layers.text import Lang, Text

SHOWN = 20


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every known problem: code → language → {what, mend}."""
    return tomllib.loads(files("layers").joinpath("problems.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Problem:
    """One mistake: its code, the place, and the facts that fill the catalogue's sentence."""

    code: str
    where: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> Text:
        """*where: what is wrong; how to mend it*, on one line, with control characters taken out."""
        entry = catalogue()[self.code]
        return Text(*(_line(self.where, entry[lang], self.facts, lang) for lang in ("zh", "en")))


def _line(where: str, entry: Mapping[str, str], facts: Mapping[str, Any], lang: str) -> str:
    told = {
        key: value.show("zh" if lang == "zh" else "en") if isinstance(value, Text) else value
        for key, value in facts.items()
    }
    stop = "；" if lang == "zh" else "; "
    line = (f"{where}: " if where else "") + entry["what"].format(**told)
    if mend := entry["mend"].format(**told):
        line += stop + mend
    return "".join(char if char.isprintable() else "�" for char in line)


class InputError(ZoneproofError):
    """The run cannot go on: one or more problems with the command, the project or an input (exit 2)."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("input", "", problems=[problem.text.en for problem in problems])
        self.problems = problems

    def __str__(self) -> str:
        """What a Python user reads under the traceback: the lines that the command line would show."""
        return "\n".join(self.lines("en"))

    def lines(self, lang: Lang) -> list[str]:
        """A line per problem, at most 20, then a count of the rest."""
        lines = [problem.text.show(lang) for problem in self.problems[:SHOWN]]
        if (rest := len(self.problems) - SHOWN) > 0:
            lines.append(Text(f"……另有 {rest} 个问题", f"... and {rest} more").show(lang))
        return lines


class Problems:
    """Gathers problems so that one pass shows them all."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, code: str, where: str, **facts: object) -> None:
        """Note a problem and go on."""
        problem = Problem(code, where, facts)
        if problem not in self.found:
            self.found.append(problem)

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Turn a `ZoneproofError` raised inside into noted problems."""
        try:
            yield
        except InputError as error:
            self.found.extend(problem for problem in error.problems if problem not in self.found)
        except ZoneproofError as error:
            self.add(error.code, error.where, **error.facts)

    def stop(self) -> None:
        """Raise `InputError` if anything was found."""
        if self.found:
            raise InputError(tuple(self.found))


def nearest(name: str, known: Iterator[str] | list[str] | tuple[str, ...]) -> Text:
    """A hint that names the nearest known word, for an unknown one; the whole list where nothing is near."""
    names = sorted(known)
    if close := get_close_matches(name, names, 1, 0.6):
        return Text(f"是否指 {close[0]}?", f"did you mean {close[0]}?")
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return Text(f"可用: {listed}", f"known: {listed}")
