"""The one exception that stands for a user's mistake; everything else that is raised is our own bug."""

from __future__ import annotations


class ZoneproofError(Exception):
    """A user's mistake, named by its entry in the problem catalogue (`layers/problems.toml`).

    `code` is the entry, `where` the place (file, key, layer, feature) and `facts` what fills the entry's sentence.
    """

    def __init__(self, code: str, where: str = "", **facts: object) -> None:
        super().__init__(f"{where}: {code} {facts}" if where else f"{code} {facts}")
        self.code = code
        self.where = where
        self.facts = facts
