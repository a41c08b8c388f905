"""A sentence in the two languages that every output speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en", "both"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English."""

    zh: str
    en: str

    def show(self, lang: Lang) -> str:
        """The words in `lang`; both, split by ' | ', where both are asked for and differ."""
        if lang == "zh" or self.zh == self.en:
            return self.zh
        return self.en if lang == "en" else f"{self.zh} | {self.en}"

    def __add__(self, other: Text) -> Text:
        return Text(self.zh + other.zh, self.en + other.en)
