"""The kinds of check: every module in `checks/kinds/`, loaded when a rule asks for it."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import cast

import checks.kinds
from checks.rule import Kind


@cache
def kind_names() -> tuple[str, ...]:
    """Names of all kinds (`no-overlap` for `no_overlap.py`), sorted. Modules that begin with `_` are none."""
    found = (module.name for module in pkgutil.iter_modules(checks.kinds.__path__))
    return tuple(sorted(name.replace("_", "-") for name in found if not name.startswith("_")))


@cache
def load_kind(name: str) -> Kind:
    """The kind of that name, one of `kind_names()`."""
    return cast(Kind, import_module(f"checks.kinds.{name.replace('-', '_')}"))
