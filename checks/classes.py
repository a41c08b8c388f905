"""Land use by the classes of its own scheme: which codes count, and what of some land lies under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checks.land import column
from checks.overlaps import DOUBLE_M2
from checks.site import Site
from checks.standards import restated
from geo.exact import exact_sum

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap, Piece

GROUPS = ("cultivated", "construction")
Codes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows of a layer by what their codes say: of the group, of other codes, without code or of an unknown scheme."""

    inside: tuple[int, ...]
    other: tuple[int, ...]
    codeless: tuple[int, ...]
    foreign: tuple[int, ...]


def codes_of(group: str, own: Codes | None) -> Codes:
    """The codes per scheme: the pack's own, else those of the group in the standards."""
    if own is not None:
        return own
    schemes: Mapping[str, Any] = restated("land_use")["schemes"]
    return {name: tuple(scheme[group]) for name, scheme in schemes.items()}


def name_of(scheme: str, code: str) -> str:
    """The class's name, the code itself where no table was read."""
    names: Mapping[str, Mapping[str, str]] = restated("land_use")["names"]
    return names.get(scheme, {}).get(code, code)


def scheme_title(scheme: str) -> tuple[str, str]:
    """What the scheme is called in both languages."""
    title = restated("land_use")["schemes"].get(scheme, {}).get("title", {})
    return title.get("zh", scheme), title.get("en", scheme)


def sorted_rows(site: Site, subject: str, role: str, codes: Codes) -> Sorted:
    """Each row of the layer that lies on the land, in one of four heaps."""
    heaps: tuple[list[int], ...] = ([], [], [], [])
    for row, code, scheme in _coded(site, subject, role):
        if scheme is None or scheme not in codes:
            heaps[3].append(row)
        elif code is None:
            heaps[2].append(row)
        else:
            heaps[0 if code.startswith(codes[scheme]) else 1].append(row)
    return Sorted(*(tuple(heap) for heap in heaps))


def class_rows(site: Site, subject: str, role: str, codes: Codes) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """The rows on the land of each scheme and code that counts, schemes and codes in the order of `codes`."""
    own = list(_coded(site, subject, role))
    return {
        (scheme, prefix): tuple(row for row, code, of in own if of == scheme and (code or "").startswith(prefix))
        for scheme, prefixes in codes.items()
        for prefix in prefixes
    }


def _coded(site: Site, subject: str, role: str) -> Iterator[tuple[int, str | None, str | None]]:
    """Row, code and scheme of each feature on the land."""
    rows = site.rows_on(subject, role)
    frame = site.inputs.layers[role].frame.iloc[rows]
    return zip(rows, column(frame, "code"), column(frame, "scheme"), strict=True)


def schemes_here(site: Site, subject: str, role: str) -> tuple[str, ...]:
    """The schemes of the features that lie on the land, sorted."""
    found = site.overlap(subject, role)
    rows = sorted({piece.row for piece in found.pieces if not piece.sliver})
    return tuple(
        sorted({scheme or "" for scheme in column(site.inputs.layers[role].frame.iloc[rows], "scheme")} - {""})
    )


def unknown_codes(site: Site, subject: str, role: str, heaps: Sorted) -> tuple[str, ...]:
    """`field:…` where land lies under features without a code, or of a scheme that has no such codes."""
    return tuple(
        f"field:{role}.{name}"
        for name, rows in (("code", heaps.codeless), ("scheme", heaps.foreign))
        if rows and site.overlap(subject, role, rows=rows).union_m2
    )


def net_m2(site: Site, role: str, found: Overlap, deduct: str) -> tuple[float | None, tuple[str, ...]]:
    """The area less each feature's deduction, every square metre once; the features that state none (then None)."""
    frame = site.inputs.layers[role].frame
    pieces = [piece for piece in found.pieces if not piece.sliver]
    if deduct not in frame:
        return (None if pieces else 0.0), ()
    deducts = frame[deduct]
    unknown = sorted({str(frame["feature"].iloc[piece.row]) for piece in pieces if deducts.isna().iloc[piece.row]})
    if unknown:
        return None, tuple(unknown)
    by_deduct: dict[float, list[Piece]] = {}
    for piece in pieces:
        by_deduct.setdefault(float(deducts.iloc[piece.row]), []).append(piece)
    return _net_m2(site, by_deduct, found.shares_m2 - found.union_m2 > DOUBLE_M2), ()


def _net_m2(site: Site, by_deduct: Mapping[float, list[Piece]], doubled: bool) -> float:
    """Where features overlap each other the smallest deduction counts."""
    import shapely

    if not doubled:
        return exact_sum(piece.area_m2 * (1 - deduct) for deduct, pieces in by_deduct.items() for piece in pieces)
    parts: list[float] = []
    counted: BaseGeometry = shapely.Polygon()
    for deduct in sorted(by_deduct):
        taken = shapely.union_all([piece.geometry for piece in by_deduct[deduct]])
        parts.append(float(site.plane.area_m2(shapely.difference(taken, counted))) * (1 - deduct))
        counted = shapely.union(counted, taken)
    return exact_sum(parts)
