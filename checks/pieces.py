"""Pieces of overlays told as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from checks.model import Evidence
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from geo.overlay import Piece
    from geo.plane import Plane

Note = Callable[[int], Text | None]
"""Row → what is said of its piece."""


def piece_evidence(
    plane: Plane, role: str, features: pd.Series, pieces: Iterable[Piece], note: Note
) -> tuple[Evidence, ...]:
    """A piece of evidence per piece; `features` are the ids of the rows that the pieces are of."""
    return tuple(
        Evidence(
            role,
            str(features.iloc[piece.row]),
            piece.part,
            area_m2=piece.area_m2,
            width_m=piece.width_m,
            sliver=piece.sliver,
            bbox=plane.bbox_lonlat(piece.geometry),
            note=note(piece.row),
            geometry=piece.geometry,
        )
        for piece in pieces
    )
