"""A whole check in two rounds of tasks: parts of layers, then batches of zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, overload

import numpy as np
import shapely
from numpy.typing import NDArray

from checks.cluster.client import Cluster, done_by
from checks.cluster.judge import OUTCOMES, JudgeDone, JudgeTask, Judging, judge_zones, lands_of
from checks.cluster.ledger import Ledger, key_of
from checks.cluster.outcomes import read_report
from checks.cluster.part_layers import Ask
from checks.cluster.reading import Reading
from checks.land import Ground, ground
from checks.model import Verdict, ZoneReport
from checks.rule import Rule
from layers.load import load_inputs
from layers.model import Inputs, Progress, Project
from layers.names import name_key
from layers.problems import Problems
from layers.text import Text

if TYPE_CHECKING:
    from distributed import Client

BATCHES = 8
"""So many batches of zones for every worker, so that none waits long for the last."""
MOST = 50
"""So many zones at most in a batch."""
JUDGING = Text("审查", "checking")


@dataclass(frozen=True, eq=False)
class Checked:
    """What a run found: the zones' reports lie in the ledger and are read when they are asked for."""

    inputs: Inputs
    zones: Sequence[ZoneReport]
    verdicts: Mapping[Verdict, int]


def check_on(
    cluster: Cluster, project: Project, rules: Sequence[Rule], reach: Mapping[str, float], progress: Progress
) -> Checked:
    """Check a project on a cluster. Raises `InputError` with every problem of its inputs, `tasks-lost`."""
    problems = Problems()
    sources = tuple(replace(one, path=one.path.resolve() if one.path else None) for one in project.sources)
    project = replace(project, sources=sources, file=project.file.resolve())
    with cluster.client() as client:
        reading = Reading(cluster, client, rules, progress)
        inputs = load_inputs(project, reach, problems, progress, reading)
        problems.stop()
        if inputs is None:
            message = "inputs were not read and no problem was told"
            raise RuntimeError(message)
        return _judged(client, reading, reading.completed(inputs), tuple(rules))


def _judged(client: Client, reading: Reading, inputs: Inputs, rules: tuple[Rule, ...]) -> Checked:
    cluster, problems, land = reading.cluster, Problems(), ground(inputs)
    tasks, shared = _tasks(reading, inputs, rules, land)
    done = {key: JudgeDone(key, summary) for key in tasks if (summary := cluster.ledger.found(key)) is not None}
    left = {key: task for key, task in tasks.items() if key not in done}

    def tell(count: int, total: int) -> None:
        reading.progress(JUDGING, len(done) + count, len(done) + total)

    done |= done_by(client, judge_zones, left, shared, tell)
    for problem in dict.fromkeys(problem for key in tasks for problem in done[key].problems):
        problems.found.append(problem)
    problems.stop()
    places = {zone: (key, place) for key in tasks for zone, place in done[key].summary["zones"].items()}
    verdicts: Counter[Verdict] = Counter()
    for one in done.values():
        verdicts.update(one.summary["verdicts"])
    return Checked(inputs, Reports(list(land.names.values()), places, cluster.ledger, rules), verdicts)


def _tasks(
    reading: Reading, inputs: Inputs, rules: tuple[Rule, ...], land: Ground
) -> tuple[dict[str, JudgeTask], Judging]:
    """The batches of zones by their keys, neighbours together; and what all of them are sent."""
    run = key_of("judge", reading.key, repr(rules), repr(inputs.records), repr(inputs.project), inputs.plane.crs)
    stored = reading.stored
    ready = {role: inputs.layers[role] for role in inputs.layers if role not in stored}
    covers = {role: raster.covers for role, raster in inputs.rasters.items()}
    shared = Judging(
        inputs.project, inputs.plane, rules, ready, inputs.tables, stored, covers, reading.cluster.folder, run
    )
    names = list(land.names)
    boxes = {role: reading.boxes(role) for role, one in stored.items() if one.around}
    tasks = {}
    for zones in _batches(land, reading.cluster.workers):
        lands = lands_of(zones, names)
        asks = {role: Ask(_of(boxes.get(role), zones), lands) for role in stored}
        tasks[key_of(run, zones)] = JudgeTask(zones, asks)
    return tasks, shared


def _of(boxes: Mapping[str, NDArray[np.float64]] | None, zones: Sequence[str]) -> NDArray[np.float64] | None:
    return None if boxes is None else np.concatenate([np.empty((0, 4)), *(boxes[key] for key in zones if key in boxes)])


def _batches(land: Ground, workers: int) -> list[tuple[str, ...]]:
    """The zones in strips from west to east, each from south to north, cut into batches."""
    frame = land.inputs.layers["zones"].frame
    keys = [name_key(name or "") for name in frame["zone"]]
    bounds: dict[str, NDArray[np.float64]] = {}
    for key, box in zip(keys, shapely.bounds(frame.geometry.to_numpy()), strict=True):
        bounds.setdefault(key, box)
    zones = sorted(land.names, key=lambda key: (*(bounds[key][:2] if key in bounds else (0.0, 0.0)), key))
    size = min(max(len(zones) // (max(workers, 1) * BATCHES), 1), MOST)
    strips = max(int(np.sqrt(len(zones) / size)), 1)
    strip = -(-len(zones) // strips)
    ordered = [
        key
        for start in range(0, len(zones), strip)
        for key in sorted(zones[start : start + strip], key=lambda key: (bounds[key][1] if key in bounds else 0.0, key))
    ]
    return [tuple(ordered[start : start + size]) for start in range(0, len(ordered), size)]


class Reports(Sequence[ZoneReport]):
    """The zones' reports in the order of the zones layer, read from the ledger one at a time, and not kept."""

    def __init__(
        self, names: Sequence[str], places: Mapping[str, tuple[str, int]], ledger: Ledger, rules: Sequence[Rule]
    ) -> None:
        self._names, self._places, self._ledger, self._rules = names, places, ledger, rules

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, at: int) -> ZoneReport: ...
    @overload
    def __getitem__(self, at: slice) -> list[ZoneReport]: ...
    def __getitem__(self, at: int | slice) -> ZoneReport | list[ZoneReport]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        key, place = self._places[self._names[at]]
        return read_report(self._ledger.file(key, OUTCOMES), place, self._rules)
