"""The second tasks: a batch of zones judged from the parts of the layers that lie around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from checks.cluster.ledger import Ledger
from checks.cluster.outcomes import write_outcomes
from checks.cluster.part_layers import Ask, PartLayers, Stored
from checks.findings import judged, subjects_of
from checks.kinds_on_hand import load_kind
from checks.land import SUBJECT_ROLES, Land, ground
from checks.model import Outcome
from checks.rule import Rule
from checks.site import Site
from geo.overlay import Overlap
from geo.plane import Plane
from layers.model import Inputs, Layer, Project, Raster, Table
from layers.problems import Problem, Problems
from layers.rasters import open_raster

OUTCOMES = "outcomes.jsonl"


@dataclass(frozen=True, eq=False)
class Judging:
    """What every task of a run is sent once: all that was read but the parts, and where these are."""

    project: Project
    plane: Plane
    rules: tuple[Rule, ...]
    land: Mapping[str, Layer]
    tables: Mapping[str, Table]
    stored: Mapping[str, Stored]
    raster_covers: Mapping[str, BaseGeometry | None]
    folder: Path
    key: str


@dataclass(frozen=True, eq=False)
class JudgeTask:
    """Some zones by their keys, their lands by number, and what of each role lies around them."""

    zones: tuple[str, ...]
    asks: Mapping[str, Ask]

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return ", ".join(self.zones[:3]) + ("…" if len(self.zones) > 3 else "")


@dataclass(frozen=True)
class JudgeDone:
    """What a finished task tells: where its result is, the verdicts counted, the mistakes found."""

    key: str
    summary: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


_LANDS: dict[str, dict[tuple[str, str], tuple[Land, Overlap | None]]] = {}
"""The lands of the last run that this process worked for: made once, not for every batch."""


def judge_zones(task: JudgeTask, judging: Judging, key: str) -> JudgeDone:
    """Judge every rule on every zone of the task into the ledger, unless a user's mistake stands in what they read."""
    problems = Problems()

    def write(folder: Path) -> dict[str, Any] | None:
        sites = _sites(task, judging)
        found = [(site.name, _judged(site, judging.rules, problems)) for site in sites]
        if problems.found:
            return None
        places = write_outcomes(folder / OUTCOMES, found)
        verdicts = Counter(outcome.verdict for _, own in found for _, _, outcome in own)
        return {"zones": places, "verdicts": dict(verdicts)}

    summary = Ledger(judging.folder).put(key, write)
    return JudgeDone(key, summary or {}, tuple(problems.found))


def _judged(site: Site, rules: Sequence[Rule], problems: Problems) -> list[tuple[int, str, Outcome]]:
    found = []
    for number, rule in enumerate(rules):
        with problems.gather():
            found += [(number, subject, judged(site, rule, subject)) for subject in subjects_of(site, rule)]
    return found


def _sites(task: JudgeTask, judging: Judging) -> list[Site]:
    ledger = Ledger(judging.folder)
    layers = PartLayers(judging.land, judging.stored, ledger, judging.plane, task.asks)
    inputs = Inputs(judging.project, judging.plane, layers, judging.tables, _rasters(judging), ())
    if judging.key not in _LANDS:
        _LANDS.clear()
        _LANDS[judging.key] = {}
    far = {role: stored.far for role, stored in judging.stored.items()}
    _draw(judging, layers)
    pairs = {role: drawn.pairs for role, drawn in layers.drawn.items()}
    against = {(role, other): met for role, drawn in layers.drawn.items() for other, met in drawn.against.items()}
    found = replace(ground(inputs), _lands=_LANDS[judging.key], _far=far, _pairs=pairs, _against=against)
    return [Site(key, found) for key in task.zones]


def _draw(judging: Judging, layers: PartLayers) -> None:
    """Have what the first tasks kept of the roles that a rule reads."""
    roles = {need.role for rule in judging.rules for need in load_kind(rule.kind).needs(rule.params)}
    for role in roles & judging.stored.keys():
        layers[role]


def _rasters(judging: Judging) -> dict[str, Raster]:
    """Opened anew: how PROJ moves a raster's cells cannot be sent."""
    problems = Problems()
    opened = [open_raster(source, problems) for source in judging.project.sources if source.role.form == "raster"]
    problems.stop()
    found = {raster.role.name: raster for raster in opened if raster is not None}
    return {role: replace(raster, covers=judging.raster_covers.get(role)) for role, raster in found.items()}


def lands_of(zones: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """The numbers of the zones' lands, and of their expansions', among all lands."""
    place = {name: number for number, name in enumerate(names)}
    own = np.array(sorted(place[key] for key in zones), dtype=np.int64)
    return np.concatenate([own + number * len(names) for number in range(len(SUBJECT_ROLES))])
