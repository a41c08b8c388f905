"""The first round: every layer's parts read, until each zone's surroundings have been looked at far enough."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from checks.cluster.client import Cluster, done_by
from checks.cluster.facing import laid
from checks.cluster.ids import doubled_of, ids_of, named
from checks.cluster.ledger import Ledger
from checks.cluster.part_layers import PartLayers, Record, Shelf, Stored
from checks.cluster.read import Around, ReadDone, ReadTask, read_part, stamp
from checks.kinds_on_hand import load_kind
from checks.land import SUBJECT_ROLES, array_of, ground
from checks.rule import Need, Rule
from geo.crs import crs_name
from layers.columns import standard_columns
from layers.document import is_database
from layers.ids import doubled_told
from layers.load import Near
from layers.model import Inputs, Progress, Source
from layers.names import name_key
from layers.problems import Problems
from layers.provenance import sha256, sha256_of
from layers.reach import Group, Reach
from layers.readers import Part
from layers.stores import store_at
from layers.text import Text
from layers.vectors import Opened, Piece, lost_note

if TYPE_CHECKING:
    from distributed import Client

READING = Text("读取图层分块", "reading parts of layers")
FORM = 2
"""Changes with the form of what is kept in the ledger."""


@dataclass
class Read:
    """One source: how far it was looked around, and what its parts gave."""

    opened: Opened
    reach: Reach
    done: dict[Part, ReadDone] = field(default_factory=dict)


class Reading:
    """Reads what `load_inputs` opens, part by part on the cluster; then holds what was found of every role."""

    def __init__(self, cluster: Cluster, client: Client, rules: Sequence[Rule], progress: Progress) -> None:
        self.cluster, self.client, self.progress = cluster, client, progress
        self.needs: dict[str, list[Need]] = {}
        for rule in rules:
            for need in load_kind(rule.kind).needs(rule.params):
                self.needs.setdefault(need.role, []).append(need)
        self.read: dict[int, Read] = {}
        self.stored: dict[str, Stored] = {}
        self.key = ""
        self._repaired: dict[int, tuple[str, ...]] = {}
        self._digests: dict[str, str] = {}

    @property
    def ledger(self) -> Ledger:
        """Where the parts are."""
        return self.cluster.ledger

    def __call__(self, opened: Mapping[int, Near], land: Inputs, problems: Problems) -> Mapping[int, Piece]:
        """Read the sources; what is wrong in any part is noted."""
        self.read = {place: Read(*near) for place, near in opened.items()}
        around = _around(land, [one.reach for one in self.read.values()])
        self.key = around.key
        growing = list(self.read.values())
        while growing:
            self._round(growing, around)
            found = {
                problem.text.en: problem for one in growing for done in one.done.values() for problem in done.problems
            }
            if found:
                problems.found.extend(found.values())
                return {}
            growing = [one for one in growing if self._grown(one, around)]
        pieces = {place: _piece(one) for place, one in self.read.items()}
        self._store(pieces, around)
        return pieces

    def completed(self, inputs: Inputs) -> Inputs:
        """The inputs with their layers in parts, and with what is known of these in the records."""
        self.stored = {
            role: replace(one, covers=inputs.layers[role].covers, stated_empty=inputs.layers[role].stated_empty)
            for role, one in self.stored.items()
        }
        records = tuple(
            replace(record, repaired=self._repaired.get(number, record.repaired))
            for number, record in enumerate(inputs.records)
        )
        ready = {role: inputs.layers[role] for role in inputs.layers if role not in self.stored}
        self.stored = laid(self, inputs.plane)
        layers = PartLayers(ready, self.stored, self.ledger, inputs.plane)
        return replace(inputs, layers=layers, records=records)

    @property
    def facing(self) -> tuple[tuple[str, str], ...]:
        """The roles that rules lay against each other, both of them in parts."""
        asked = dict.fromkeys(
            (role, other) for role in self.needs for need in self.needs[role] for other in need.against
        )
        return tuple(both for both in asked if self.stored.keys() >= set(both))

    def boxes(self, role: str) -> dict[str, NDArray[np.float64]]:
        """By zone key the boxes (N, 4) in the plane within which the role's features were read."""
        found: dict[str, list[NDArray[np.float64]]] = {}
        for one in self.read.values():
            if one.opened.source.role.name == role:
                for group, geoms in one.reach.groups.items():
                    margin = one.reach.margins[group]
                    bounds = shapely.bounds(geoms) + np.array([-1, -1, 1, 1]) * margin
                    found.setdefault(name_key(group[1]), []).append(bounds)
        return {key: np.concatenate(bounds) for key, bounds in found.items()}

    def _round(self, growing: Sequence[Read], around: Around) -> None:
        """Read the parts as far around as each source is looked around now; what the ledger has is taken from it."""
        tasks: dict[str, ReadTask] = {}
        places: dict[str, tuple[Read, Part]] = {}
        for one in growing:
            one.done = {}
            for part, margins in _asked(one):
                task = ReadTask(
                    one.opened.source,
                    part,
                    self._content(one.opened.source, part),
                    stamp(one.opened.source, part),
                    margins,
                    self._measured(one.opened.source),
                    self.cluster.folder,
                )
                key = task.key(self.key)
                tasks[key], places[key] = task, (one, part)
        done = {key: ReadDone(key, told) for key in tasks if (told := self.ledger.found(key)) is not None}
        left = {key: task for key, task in tasks.items() if key not in done}
        before = len(done)

        def tell(count: int, total: int) -> None:
            self.progress(READING, before + count, before + total)

        done |= done_by(self.client, read_part, left, around, tell)
        for key, (one, part) in places.items():
            one.done[part] = done[key]

    def _grown(self, one: Read, around: Around) -> bool:
        """Look farther around the groups that have nothing near yet; False where none is left."""
        reached = frozenset(group for done in one.done.values() for group in done.reached(around))
        larger = one.reach.grown_but(reached)
        if larger is not None:
            one.reach = larger
        return larger is not None

    def _measured(self, source: Source) -> bool:
        return "polygon" in source.role.geometry and source.role.name in self.needs

    def _content(self, source: Source, part: Part) -> str:
        """The hash of the bytes that a part is read from; of a database, which has none, what no other run has."""
        if part.sha256 is not None:
            return part.sha256
        if source.address is not None and is_database(source.address):
            return secrets.token_hex()
        where = source.address or str(Path(part.file) if part.file else source.path)
        if where not in self._digests:
            self._digests[where] = sha256_of(store_at(where, source.at)) if source.address else sha256(Path(where))
        return self._digests[where]

    def _store(self, pieces: Mapping[int, Piece], around: Around) -> None:
        roles = dict.fromkeys(piece.source.role.name for piece in pieces.values())
        for role in roles:
            own = {place: piece for place, piece in pieces.items() if piece.source.role.name == role}
            ids = {place: ids_of(self.ledger, [done.key for done in self.read[place].done.values()]) for place in own}
            doubled = doubled_of(found["id"] for found in ids.values())
            unrepaired: list[str] = []
            for place, piece in own.items():
                found = named(ids[place], piece.source.index, doubled)
                self._repaired[place] = tuple(found["feature"][found["repaired"]])
                unrepaired += list(found["feature"][found["lost"]])
                if count := int(found["doubled"].sum()):
                    piece.notes.append(doubled_told(count, str(found["id"][found["doubled"]][0])))
            records = tuple(
                Record(place, piece, tuple(_shelf(done) for done in self.read[place].done.values()))
                for place, piece in own.items()
            )
            self.stored[role] = Stored(
                next(iter(own.values())).source.role,
                records,
                None,
                stated_empty=False,
                unrepaired=tuple(unrepaired),
                doubled=doubled,
                far=not unrepaired and not self._any_near(own, around),
                around=all(need.on_land for need in self.needs.get(role, [])) and role in self.needs,
            )

    def _any_near(self, own: Iterable[int], around: Around) -> bool:
        return any(done.reached(around) for place in own for done in self.read[place].done.values())


def _around(land: Inputs, reaches: Sequence[Reach]) -> Around:
    groups = reaches[0].groups if reaches else {}
    own = ground(land)
    lands = [own.land(key, subject).geometry for subject in SUBJECT_ROLES for key in own.names]
    return Around(land.plane, groups, array_of(lands), _versions())


def _asked(one: Read) -> list[tuple[Part, dict[Group, float]]]:
    """The parts that may hold something within reach, with the groups whose boxes meet them."""
    boxes, owner = one.reach.boxes_of(one.opened.tie)
    bounds, groups = shapely.bounds(boxes), list(one.reach.groups)
    asked = []
    for part in one.opened.parts:
        if part.bounds is None:
            asked.append((part, dict(one.reach.margins)))
            continue
        west, south, east, north = part.bounds
        met = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        if met.any():
            asked.append((part, {groups[at]: one.reach.margins[groups[at]] for at in np.unique(owner[met])}))
    return asked


def _piece(one: Read) -> Piece:
    """What the parts have in common, without their rows."""
    opened = one.opened
    told = [done.summary for done in one.done.values()]
    none = np.empty(0, dtype=object)
    cells: dict[str, list[object]] = {name: [] for name in opened.columns.wanted}
    notes = list(opened.notes)
    if lost := sum(summary["lost"] for summary in told):
        notes.append(lost_note(lost))
    return Piece(
        opened.source,
        np.empty(0, dtype=np.int64),
        none,
        np.zeros(0, dtype=np.bool_),
        np.zeros(0, dtype=np.bool_),
        standard_columns(opened.columns, cells, [], opened.place, Problems()),
        opened.columns.lacking,
        crs_name(opened.tie.crs),
        opened.selection.features,
        sum(summary["read"] for summary in told),
        notes,
    )


def _shelf(done: ReadDone) -> Shelf:
    bounds = done.summary["bounds"]
    return Shelf(done.key, None if bounds is None else tuple(bounds), done.summary["on_land"] > 0)


def _versions() -> dict[str, str]:
    try:
        own = version("zoneproof")
    except PackageNotFoundError:
        own = "unknown"
    return {
        "form": str(FORM),
        "zoneproof": own,
        "gdal": pyogrio.__gdal_version_string__,
        "geos": shapely.geos_version_string,
        "proj": pyproj.proj_version_str,
    }
