"""A rule as its pack states it, and what a kind of check must offer.

A kind is a module in `checks/kinds/` named after it (`no-overlap` → `no_overlap.py`) with a docstring that is its
manual, a frozen dataclass `Params` whose fields are made by `param`, `needs(params)` and
`run(site, rule, subject, params)`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from checks.model import Basis, Binding, Citation, Outcome
from layers.text import Text

if TYPE_CHECKING:
    from checks.site import Site


@dataclass(frozen=True, slots=True)
class Need:
    """A layer or table that a rule reads: its role, the fields it looks at, and how far around the land.

    `on_land`: what the rule says of one zone's land hangs on no feature farther from it than `reach_m` (but for how far
    the nearest lies), so that the part of a layer around the land will do for it. `against`: the roles of the layers
    that it is laid against there.
    """

    role: str
    fields: tuple[str, ...] = ()
    reach_m: float = 0.0
    optional: bool = False
    on_land: bool = False
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack, its parameters merged with the project's and checked.

    `binding` is None for a figure (F): without `min` or `max` it is `info`, where a rule proper is `undetermined`.
    `params` is an instance of the kind's `Params`; `set_by_project` names the parameters that the project set.
    """

    id: str
    pack: str
    kind: str
    title: Text
    subjects: tuple[str, ...]
    params: Any
    binding: Binding | None
    basis: Basis
    basis_note: str | None
    citation: Citation
    texts: Mapping[str, Text]
    set_by_project: tuple[str, ...] = ()

    @property
    def figure(self) -> bool:
        """Whether the rule only reports a figure until the project limits it."""
        return self.binding is None


class Kind(Protocol):
    """What every module in `checks/kinds/` offers."""

    __doc__: str
    Params: type

    def needs(self, params: Any) -> tuple[Need, ...]:
        """The layers and tables that the rule reads."""

    def run(self, site: Site, rule: Rule, subject: str, params: Any) -> Outcome:
        """Judge one subject of one zone."""


def param(
    title: Text,
    default: Any = dataclasses.MISSING,
    *,
    unit: str | None = None,
    role: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    minimum: float | None = None,
    keys: tuple[str, str] | None = None,
    listed: tuple[str, str] | None = None,
) -> Any:
    """A parameter of a kind: its sentence in both languages, its default, unit, and what values it may take.

    `role` lists the forms (`polygon`, `line`, `point`, `table`, `raster`) of a role that the value must name;
    `keys` is the role and field whose listed values, or values of the user's own, are the keys of a table; `listed`
    the role and field whose listed values, or one of the user's own, a text is. Both take the values' Chinese words.
    The annotation gives the type: `float`, `int`, `str`, `bool`, a tuple of any number of `str`, `float` or `int`,
    `Mapping[str, float]`,
    `Mapping[str, tuple[str, ...]]` or `Fraction` (written "2/3"), each also `| None`.
    """
    allowed = {"role": role, "choices": choices, "minimum": minimum, "keys": keys, "listed": listed}
    return dataclasses.field(default=default, metadata={"title": title, "unit": unit, **allowed})
