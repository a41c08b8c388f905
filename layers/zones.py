"""Whose land is whose: every feature of zones and expansion gets its zone's name; rows of tables are looked through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from layers.names import name_key
from layers.problems import Problems, nearest
from layers.tables import TablePiece
from layers.text import Text
from layers.vectors import Piece, place_of

SHOWN = 5


def settle_zones(zones: Sequence[Piece], expansion: Sequence[Piece], project_name: str, problems: Problems) -> None:
    """Give every feature its zone, spelt one way: zones without the field are the project's one zone, expansion without
    a name is the only zone's. Noted: `zone-null`, `zone-lost`, `expansion-nameless`, `expansion-unknown-zone`.
    """
    for piece in zones:
        if "zone" not in piece.series:
            _fill(piece, [project_name] * len(piece.fids))
        elif rows := _labels(piece, (value is None for value in piece.series["zone"])):
            problems.add("zone-null", place_of(piece.source), rows=rows)
    spelling = _spellings(value for piece in zones for value in piece.series["zone"])
    for piece in zones:
        _fill(piece, [None if value is None else spelling[name_key(value)] for value in piece.series["zone"]])
    placed = {name for piece in zones for name in piece.series["zone"][~piece.lost]}
    for name in spelling.values():
        if name not in placed:
            problems.add("zone-lost", place_of(zones[0].source), zone=name)
    for piece in expansion:
        _settle_expansion(piece, spelling, problems)


def _settle_expansion(piece: Piece, spelling: Mapping[str, str], problems: Problems) -> None:
    given = list(piece.series["zone"]) if "zone" in piece.series else [None] * len(piece.fids)
    only = next(iter(spelling.values())) if len(spelling) == 1 else None
    place = place_of(piece.source)
    if only is None and (rows := _labels(piece, (value is None for value in given))):
        problems.add("expansion-nameless", place, features=rows, field="zone")
    for value in sorted({value for value in given if value is not None and name_key(value) not in spelling}):
        rows = _labels(piece, (value == own for own in given))
        hint = nearest(value, tuple(spelling.values()))
        problems.add("expansion-unknown-zone", place, name=value, features=rows, hint=hint)
    _fill(piece, [only if value is None else spelling.get(name_key(value)) for value in given])


def unknown_names(piece: TablePiece, known: Iterable[str]) -> list[Text]:
    """A note on rows that name neither a zone nor an area."""
    if "zone" not in piece.series:
        return []
    keys = {name_key(name) for name in known}
    strange = sorted({value for value in piece.series["zone"] if value is not None and name_key(value) not in keys})
    if not strange:
        return []
    names = ", ".join(strange[:SHOWN]) + (" …" if len(strange) > SHOWN else "")
    return [Text(f"有记录写的是别的园区或片区: {names}", f"rows name another zone or area: {names}")]


def names_of(pieces: Iterable[Piece]) -> Iterator[str]:
    """Every name of a zone or an area in zones and expansion."""
    for piece in pieces:
        for name in ("zone", "area"):
            yield from (value for value in piece.series.get(name, ()) if value is not None)


def _spellings(names: Iterable[str]) -> dict[str, str]:
    """Name key → the one spelling: the names' own where they agree, else the key."""
    spellings: dict[str, set[str]] = {}
    for name in names:
        if name is not None:
            spellings.setdefault(name_key(name), set()).add(name.strip())
    return {key: own.pop() if len(own) == 1 else key for key, own in sorted(spellings.items())}


def _fill(piece: Piece, values: Sequence[str | None]) -> None:
    piece.series["zone"] = pd.Series(values, dtype=object)
    piece.lacking = tuple(name for name in piece.lacking if name != "zone")


def _labels(piece: Piece, which: Iterable[bool]) -> str:
    fids = [f"{piece.source.index}:{fid}" for fid, wanted in zip(piece.fids, which, strict=True) if wanted]
    return ", ".join(fids[:SHOWN]) + (" …" if len(fids) > SHOWN else "")
