"""Numbers of national standards, restated as facts: a TOML file each, by edition, with what was read of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def restated(name: str) -> Mapping[str, Any]:
    """A file of this folder as it stands."""
    return tomllib.loads(files("checks.standards").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
