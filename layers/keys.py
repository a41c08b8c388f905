"""Reading one table of a TOML file key by key: wrong types, unknown and missing keys become noted problems."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from layers.problems import Problems, nearest
from layers.text import Text

TEXT = Text("带引号的文本", "text in quotes")
NUMBER = Text("数字", "a number")
FLAG = Text("true 或 false", "true or false")
TABLE = Text("表 {…}", "a table {…}")
DATE = Text("日期 YYYY-MM-DD(不带时刻)", "a date YYYY-MM-DD, without a time")
TEXTS = Text('文本列表 ["…"]', 'a list of texts ["…"]')

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN = 60


def shown(value: object) -> str:
    """A value as a message shows it: texts in quotes, dates plain, cut where it is long."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 2] + " …"


def as_date(value: object) -> date | None:
    """A TOML date or a text YYYY-MM-DD as a date; None for anything else, a date with a time among it."""
    if isinstance(value, str) and _ISO.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def as_number(value: object) -> float | None:
    """A finite number; None for anything else, true and false among it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return None


@dataclass(frozen=True, slots=True)
class Keys:
    """One table of a TOML file: what it holds, where it stands, who hears of mistakes."""

    table: Mapping[str, object]
    where: str
    problems: Problems

    def at(self, key: str) -> str:
        """The place of a key: `zone.toml [project] name`, `zone.toml [layers] zones.crs`."""
        in_section = self.where.rpartition(" ")[2].startswith("[")
        return f"{self.where}{' ' if in_section or '[' not in self.where else '.'}{key}"

    def known(self, names: Iterable[str]) -> None:
        """Note every key that is not among `names`, with the nearest that is."""
        known = list(names)
        for key in self.table:
            if key not in known:
                self.problems.add("key-unknown", self.at(key), key=key, hint=nearest(key, known))

    def lacks(self, key: str, names: Iterable[str]) -> bool:
        """Whether a required key is missing and was not merely misspelt (a misspelt one is noted as unknown)."""
        known = list(names)
        meant = [close for name in self.table if name not in known for close in get_close_matches(name, known, 1, 0.6)]
        return key not in self.table and key not in meant

    def wrong(self, key: str, expected: Text) -> None:
        """Note that a key's value is not what it should be."""
        self.problems.add("key-type", self.at(key), expected=expected, given=shown(self.table[key]))

    def text(self, key: str) -> str | None:
        """A text that is not blank; None where the key is missing or wrong."""
        value = self.table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in self.table:
            self.wrong(key, TEXT)
        return None

    def flag(self, key: str) -> bool:
        """A true or false; false where the key is missing or wrong."""
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, FLAG)
        return value is True

    def number(self, key: str, default: float, *, above: float | None = None, least: float | None = None) -> float:
        """A finite number above or not below a bound; the default where the key is missing or wrong."""
        if key not in self.table:
            return default
        value = as_number(self.table[key])
        if value is None:
            self.wrong(key, NUMBER)
        elif above is not None and value <= above:
            self.wrong(key, Text(f"大于 {above} 的数字", f"a number above {above}"))
        elif least is not None and value < least:
            self.wrong(key, Text(f"不小于 {least} 的数字", f"a number of at least {least}"))
        else:
            return float(value)
        return default

    def day(self, key: str) -> date | None:
        """A date; None where the key is missing or wrong."""
        if key not in self.table:
            return None
        value = as_date(self.table[key])
        if value is None:
            self.wrong(key, DATE)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once; empty where the key is missing or wrong."""
        value = self.table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(dict.fromkeys(value))
        self.wrong(key, TEXTS)
        return ()

    def inner(self, key: str, where: str | None = None) -> Keys:
        """The table under a key; an empty one where the key is missing or wrong."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, TABLE)
            value = {}
        return Keys(value, where or self.at(key), self.problems)
