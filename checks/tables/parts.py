"""Parts of a layer on the ranges, and the same land counted once where features lie over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.land import array_of
from checks.overlaps import DOUBLE_M2
from checks.tables.model import Label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from checks.site import Site
    from checks.tables.ranges import Ranges

    _Given = tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.bool_]]
    """Geometry, row and whether all of the row is in it."""

UNIT_M2 = 1e-4
SMALL = 2_000
"""So many parts are compared with each other outright; of more their union is taken first."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """P parts by range, then row: `at` the range, `row` in the layer (-1: of several), `area_1e4` in 1e-4 m².

    `cut`: the range's boundary cuts the feature.
    """

    at: NDArray[np.intp]
    row: NDArray[np.intp]
    geometry: NDArray[np.object_]
    area_1e4: NDArray[np.int64]
    cut: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> Parts:
        """Some of them."""
        return Parts(self.at[kept], self.row[kept], self.geometry[kept], self.area_1e4[kept], self.cut[kept])


def parts_of(site: Site, subject: str, role: str, ranges: Ranges) -> Parts:
    """Every part of the layer's features on the ranges: the pairs that the rules read, by range."""
    import numpy as np

    found = site.ground.pairs(role, site.key, subject)
    if len(ranges.ranges) > 1:
        return _by_range(site, role, ranges, (found.geometry, found.row, found.whole))
    at = np.zeros(len(found.row), dtype=np.intp)
    return _ordered(site, role, Parts(at, found.row, found.geometry, found.area_1e4, ~found.whole))


def real_parts(site: Site, subject: str, role: str, ranges: Ranges) -> tuple[Parts, Parts]:
    """The real parts and the slivers, as the rules tell them apart."""
    import numpy as np

    found = site.overlap(subject, role)
    whole = np.zeros(len(found.owner), dtype=np.bool_)
    thin = found.is_sliver
    real, sliver = (
        _by_range(site, role, ranges, (found.polygons[kept], found.owner[kept], whole[kept])) for kept in (~thin, thin)
    )
    return real, sliver


def _by_range(site: Site, role: str, ranges: Ranges, given: _Given) -> Parts:
    from geo.pairs import pairs

    geometry, rows, whole = given
    found = pairs(ranges.geometry, geometry, site.plane)
    cut = ~(found.whole & whole[found.row])
    return _ordered(site, role, Parts(found.land, rows[found.row], found.geometry, found.area_1e4, cut))


def _ordered(site: Site, role: str, parts: Parts) -> Parts:
    """By range, deduction (the least first, unknown last) and feature: the order of the file shows in no figure."""
    import numpy as np

    frame = site.inputs.layers[role].frame.iloc[parts.row]
    _, name = np.unique(frame["feature"].to_numpy(dtype=object).astype(str), return_inverse=True)
    deduct = frame["deduct"].to_numpy(dtype=np.float64) if "deduct" in frame else np.zeros(len(frame))
    return parts.only(np.lexsort((parts.row, name, deduct, parts.at)))


def settled(site: Site, subject: str, role: str, parts: Parts, labels: Sequence[Label]) -> tuple[Parts, list[Label]]:
    """The same land with every square metre once.

    Where features of one label lie over each other the first counts. Land under different codes gets a label of its
    own (`disputed`), land of one code under different owners keeps the code: neither is guessed.
    """
    pairs = _doubled(site, subject, role, parts)
    if not pairs:
        return parts, list(labels)
    import numpy as np

    geometry = parts.geometry.copy()
    extra: list[tuple[int, Label, BaseGeometry]] = []
    disputed = _conflicts(parts, labels, pairs, by_code=True)
    doubtful = _conflicts(parts, labels, pairs, by_code=False)
    for (at, code), shape in sorted(doubtful.items(), key=lambda item: (item[0][0], str(item[0][1]))):
        extra.append((at, Label(*(code or (None, None))), _less(shape, disputed.get((at, None)))))
    extra += [(at, Label(disputed=True), shape) for (at, _), shape in sorted(disputed.items())]
    earlier: dict[int, list[int]] = {}
    for i, j, _ in pairs:
        earlier.setdefault(j, []).append(i)
    for i in sorted({i for pair in pairs for i in pair[:2]}):
        label, at = labels[i], int(parts.at[i])
        before = [parts.geometry[j] for j in earlier.get(i, []) if labels[j] == label]
        others = [disputed.get((at, None)), doubtful.get((at, (label.scheme, label.code)))]
        geometry[i] = _less(parts.geometry[i], *before, *others)
    return _joined(site, parts, geometry, extra, np.array(sorted({i for pair in pairs for i in pair[:2]}))), [
        *labels,
        *(label for _, label, _ in extra),
    ]


def _joined(
    site: Site,
    parts: Parts,
    geometry: NDArray[np.object_],
    extra: Sequence[tuple[int, Label, BaseGeometry]],
    changed: NDArray[np.intp],
) -> Parts:
    import numpy as np

    more = array_of([shape for _, _, shape in extra])
    area = parts.area_1e4.copy()
    area[changed] = np.rint(site.plane.area_m2(geometry[changed]) / UNIT_M2).astype(np.int64)
    added = np.rint(site.plane.area_m2(more) / UNIT_M2).astype(np.int64)
    return Parts(
        np.concatenate([parts.at, np.array([at for at, _, _ in extra], dtype=np.intp)]),
        np.concatenate([parts.row, np.full(len(extra), -1, dtype=np.intp)]),
        np.concatenate([geometry, more]),
        np.concatenate([area, added]),
        np.concatenate([parts.cut, np.ones(len(extra), dtype=np.bool_)]),
    )


def _less(shape: BaseGeometry, *others: BaseGeometry | None) -> BaseGeometry:
    import shapely

    taken = [other for other in others if other is not None]
    return shapely.difference(shape, shapely.union_all(taken)) if taken else shape


Pair = tuple[int, int, "BaseGeometry"]


def _doubled(site: Site, subject: str, role: str, parts: Parts) -> list[Pair]:
    """Parts of one range that overlap, the earlier first, with what they share."""
    import numpy as np
    import shapely

    if len(parts.row) > SMALL:
        found = site.overlap(subject, role)
        noise_m2 = DOUBLE_M2 + len(parts.row) * UNIT_M2
        if float(parts.area_1e4.sum()) * UNIT_M2 - found.union_m2 - found.sliver_m2 <= noise_m2:
            return []
    first, second = shapely.STRtree(parts.geometry).query(parts.geometry, predicate="intersects")
    kept = (first < second) & (parts.at[first] == parts.at[second])
    first, second = first[kept], second[kept]
    shared = shapely.intersection(parts.geometry[first], parts.geometry[second])
    real = site.plane.area_m2(np.asarray(shared, dtype=object)) > DOUBLE_M2
    return list(zip(first[real].tolist(), second[real].tolist(), shared[real], strict=True))


def _conflicts(
    parts: Parts, labels: Sequence[Label], pairs: Sequence[Pair], *, by_code: bool
) -> dict[tuple[int, tuple[str | None, str | None] | None], BaseGeometry]:
    """By range (and code) the land that features of different codes share, or of one code but different owners."""
    import shapely

    shapes: dict[tuple[int, tuple[str | None, str | None] | None], list[BaseGeometry]] = {}
    for i, j, shape in pairs:
        one, other = labels[i], labels[j]
        same = (one.scheme, one.code) == (other.scheme, other.code)
        if by_code and not same:
            shapes.setdefault((int(parts.at[i]), None), []).append(shape)
        elif not by_code and same and one != other:
            shapes.setdefault((int(parts.at[i]), (one.scheme, one.code)), []).append(shape)
    return {key: shapely.union_all(own) for key, own in shapes.items()}
