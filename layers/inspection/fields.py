"""Flaws of a layer's or table's fields: nulls, codes against their scheme, ids, recorded areas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.inspection.model import Flaw, Spot, flaw
from layers.model import Role
from layers.names import name_key
from layers.text import Text
from layers.units import UNITS

Codes = Mapping[str, Mapping[str, str]]
"""Edition → code → name."""
NEEDED = Text("该角色必须有此字段", "the role requires it")
MOST_MISSING = 50
"""A jump in the numbering of more than this is another series, no gap."""
UNIT_MARGIN = 0.05
_NUMBER = re.compile(r"(.*?)(\d+)$")


@dataclass(frozen=True)
class Fields:
    """The standard fields of a source's rows. `spot(row)` is a row's feature and place.

    `needed`: field → which rules look at it. `own_ids` are ids as they stand, None where there is none.
    """

    role: Role
    series: Mapping[str, pd.Series]
    lacking: Sequence[str]
    own_ids: Sequence[str | None]
    spot: Callable[[int], Spot]
    needed: Mapping[str, Sequence[str]]
    codes: Codes

    def spots(self, rows: Sequence[int], notes: Sequence[Text] | None = None) -> list[Spot]:
        """The places of rows, each with its note."""
        found = [self.spot(int(row)) for row in rows]
        if notes is None:
            return found
        return [Spot(one.feature, one.lonlat, one.value, note) for one, note in zip(found, notes, strict=True)]


def field_flaws(fields: Fields) -> Iterator[Flaw]:
    """Every flaw of the fields."""
    yield from _nulls(fields)
    if "code" in fields.series:
        yield from _code_flaws(fields)
    yield from _id_flaws(fields)


def _nulls(fields: Fields) -> Iterator[Flaw]:
    for name, field in fields.role.fields.items():
        rules = fields.needed.get(name, ())
        others = [one for group in fields.role.one_of if name in group for one in group if one in fields.series]
        if not (field.required or rules) or name == "id" or (others and name not in fields.series):
            continue
        listed = ", ".join(rules)
        need = NEEDED if field.required else Text(f"规则 {listed} 要用", f"the rules {listed} look at it")
        if name in fields.lacking:
            yield flaw("field-lacking", [], 1, field=name, need=need)
        elif name in fields.series and (rows := np.flatnonzero(fields.series[name].isna())).size:
            yield flaw("null", fields.spots(rows.tolist()), field=name, need=need)


def _code_flaws(fields: Fields) -> Iterator[Flaw]:
    codes = fields.series["code"].tolist()
    schemes = fields.series["scheme"].tolist() if "scheme" in fields.series else [None] * len(codes)
    names = fields.series["name"].tolist() if "name" in fields.series else [None] * len(codes)
    rows: dict[tuple[str, str, str | None], list[int]] = {}
    for row, (code, scheme, name) in enumerate(zip(codes, schemes, names, strict=True)):
        if code is not None and scheme is not None:
            rows.setdefault((str(scheme), str(code), name), []).append(row)
    used = sorted({scheme for scheme, _, _ in rows})
    if len(used) > 1:
        yield flaw("scheme-mixed", [], 1, schemes=", ".join(used))
    for scheme in used:
        own = {key[1:]: found for key, found in rows.items() if key[0] == scheme}
        if fields.codes.get(scheme):
            yield from _of_scheme(fields, scheme, own)
        else:
            yield flaw("code-untold", [], sum(map(len, own.values())), scheme=scheme)


def _of_scheme(fields: Fields, scheme: str, rows: Mapping[tuple[str, str | None], Sequence[int]]) -> Iterator[Flaw]:
    known = fields.codes[scheme]
    unknown: dict[str, list[tuple[int, Text]]] = {}
    unlike: list[tuple[int, Text]] = []
    for (code, name), found in rows.items():
        if code not in known:
            other = next((of for of, table in fields.codes.items() if of != scheme and code in table), "")
            unknown.setdefault(other, []).extend((row, Text(code, code)) for row in found)
        elif name is not None and name_key(name) != name_key(known[code]):
            told = Text(f"{code} {name}(应为 {known[code]})", f"{code} {name} (is {known[code]})")
            unlike.extend((row, told) for row in found)
    for other, listed in sorted(unknown.items()):
        listed.sort(key=lambda one: one[0])
        spots = fields.spots([row for row, _ in listed], [note for _, note in listed])
        yield flaw("code-edition" if other else "code-unknown", spots, scheme=scheme, other=other)
    if unlike:
        unlike.sort(key=lambda one: one[0])
        yield flaw("code-name", fields.spots([row for row, _ in unlike], [note for _, note in unlike]))


def _id_flaws(fields: Fields) -> Iterator[Flaw]:
    ids = fields.own_ids
    if "id" not in fields.role.fields:
        return
    missing = [row for row, own in enumerate(ids) if own is None]
    if missing and (len(missing) < len(ids) or fields.role.name == "parcels"):
        yield flaw("id-missing", fields.spots(missing))
    counts = Counter(own for own in ids if own is not None)
    twice = [row for row, own in enumerate(ids) if own is not None and counts[own] > 1]
    if twice:
        yield flaw("id-doubled", fields.spots(twice, [Text(str(ids[row]), str(ids[row])) for row in twice]))
    if fields.role.name == "parcels" and (absent := _absent(counts)):
        shown = ", ".join(absent[:MOST_MISSING]) + (f" … ({len(absent)})" if len(absent) > MOST_MISSING else "")
        yield flaw("id-gap", [], len(absent), missing=shown)


def _absent(ids: Mapping[str, int]) -> list[str]:
    """Numbers that lack in series of ids that differ in their last digits alone."""
    series: dict[str, set[str]] = {}
    for own in ids:
        if found := _NUMBER.fullmatch(own):
            series.setdefault(found[1], set()).add(found[2])
    absent = []
    for before, digits in sorted(series.items()):
        width = max(map(len, digits)) if any(one.startswith("0") for one in digits) else 0
        for low, high in pairwise(sorted({int(one) for one in digits})):
            if 1 < high - low <= MOST_MISSING:
                absent += [f"{before}{number:0{width}d}" for number in range(low + 1, high)]
    return absent


def area_flaws(fields: Fields, measured_m2: NDArray[np.float64]) -> Iterator[Flaw]:
    """Recorded areas against measured ones; a median that fits another unit is that unit."""
    if "stated_m2" not in fields.series:
        return
    stated = fields.series["stated_m2"].to_numpy(dtype=np.float64)
    both = np.flatnonzero((stated > 0) & (measured_m2 > 0))
    if not len(both):
        return
    ratio = float(np.median(stated[both] / measured_m2[both]))
    for unit, size_m2 in (("ha", 10_000.0), ("亩", 2000 / 3), ("km2", 1e6), ("万m2", 10_000.0)):
        if unit in UNITS["area"] and abs(ratio * size_m2 - 1) <= UNIT_MARGIN:
            yield flaw("area-unit", fields.spots(both.tolist()[:1]), len(both), unit=unit)
            return
    off = stated - measured_m2
    rows = both[np.abs(off[both]) > 1.0]
    if len(rows):
        rows = rows[np.argsort(-np.abs(off[rows]), kind="stable")]
        share = float(np.max(np.abs(off[rows]) / measured_m2[rows]))
        spots = [
            Spot(one.feature, one.lonlat, float(off[row]))
            for row, one in zip(rows, fields.spots(rows.tolist()), strict=True)
        ]
        yield flaw("area-stated", spots, share=f"{share:.2%}")
