"""The six forms of survey coordinate files.

All are the interchange form of surveys for land use (勘测定界界址点坐标交换格式): a header [属性描述], a block
[地块坐标], per parcel a line that ends with `@`, then `J1,ring,north,east`. What differs is the header's lines and the
values of the parcel line. Of `baopi` the values are those of the interchange form itself. For the others no official
text could be read; each follows a form that is documented or in use in public:

- `gongdi` (供地): the notice on red-line coordinates of construction projects: header from 坐标系 on, shift parameters
  of commas alone, the class left empty.
- `yizhangtu` (一张图): what platforms of the one-map write: as gongdi, id, sheet and use empty too.
- `zhifa` (执法): the short line in use in inspection scripts: count, hectares, id, name, 面, sheet, use.
- `zengjian` (增减挂钩): the thirteen values in use for land consolidation, with kind, land and grades before and after.
- `jinchu` (进出平衡): count, name, 面, use; it is written elsewhere without a header and east first, here with both set
  right, since otherwise nobody can tell its CRS.

Values that nobody stated (producer, date, use, class, grades) are left empty; 精度 is that of the
coordinates, 格式版本号 the one that files in use state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from checks import words
from geo.boundary import parts_in_order, surveyed_rings
from maps.exports.names import cell, gbk

PLACES = 3
WHOLE = (
    "格式版本号", "数据产生单位", "数据产生日期", "坐标系", "几度分带", "投影类型", "计量单位", "带号",
    "精度", "转换参数",
)  # fmt: skip
SHORT = WHOLE[3:]
FULL = ("count", "hectares", "id", "name", "shape", "sheet", "use", "class")
GRADES = ("kind", "land", "grade_before", "grade_after", "remarks")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The keys of the header, the values of a parcel line (those not in `filled` are left empty), the shift line."""

    header: tuple[str, ...]
    values: tuple[str, ...]
    filled: frozenset[str]
    shift: str = ",,,,,,"


DIALECTS: Mapping[str, Dialect] = {
    "baopi": Dialect(WHOLE, FULL, frozenset(FULL), "0,0,0,0,0,0,0"),
    "gongdi": Dialect(SHORT, FULL, frozenset(FULL) - {"class"}),
    "yizhangtu": Dialect(SHORT, FULL, frozenset({"count", "hectares", "name", "shape"})),
    "zhifa": Dialect(WHOLE, FULL[:7], frozenset(FULL)),
    "zengjian": Dialect(WHOLE, (*FULL, *GRADES), frozenset((*FULL, *GRADES)), "0,0,0,0,0,0,0"),
    "jinchu": Dialect(SHORT, ("count", "name", "shape", "use"), frozenset({"count", "name", "shape", "use"})),
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A parcel of a coordinate file: polygons in metres with the zone's number before the easting."""

    geometry: BaseGeometry
    hectares: float
    id: str
    name: str
    sheet: str = ""
    use: str = ""
    landuse_class: str = ""


class CollapsedError(ValueError):
    """A ring that has fewer than three places once its coordinates are rounded."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot.name)
        self.plot = plot


def to_bytes(plots: Sequence[Plot], dialect: str, zone: int, width: int) -> bytes:
    """A coordinate file: GBK, CRLF, three decimals. Raises CollapsedError for what is no land at that precision."""
    form = DIALECTS[dialect]
    return gbk("".join(f"{line}\r\n" for line in _lines(plots, form, zone, width)))


def _lines(plots: Sequence[Plot], form: Dialect, zone: int, width: int) -> Iterator[str]:
    header = {
        "格式版本号": "1.01版本", "坐标系": "2000国家大地坐标系", "几度分带": str(width), "投影类型": "高斯克吕格",
        "计量单位": "米", "带号": str(zone), "精度": f"{10**-PLACES:.{PLACES}f}", "转换参数": form.shift,
    }  # fmt: skip
    yield "[属性描述]"
    yield from (f"{key}={header.get(key, '')}" for key in form.header)
    yield "[地块坐标]"
    for plot in plots:
        points = list(_points(plot))
        values = {
            "count": str(len(points)), "hectares": str(words.rounded(plot.hectares, 4)), "id": cell(plot.id),
            "name": cell(plot.name),
            "shape": "面", "sheet": cell(plot.sheet), "use": cell(plot.use), "class": cell(plot.landuse_class),
        }  # fmt: skip
        yield ",".join([*(values.get(name, "") if name in form.filled else "" for name in form.values), "@"])
        yield from points


def _points(plot: Plot) -> Iterator[str]:
    """`J1,ring,north,east` of every ring, each closed with its first point's number; numbers run on."""
    number, ring_number = 1, 0
    for polygon in parts_in_order(plot.geometry):
        for ring in surveyed_rings(polygon):
            places = rounded(ring)
            if len(places) < 3:
                raise CollapsedError(plot)
            ring_number += 1
            numbers = [*range(number, number + len(places)), number]
            for own, (east, north) in zip(numbers, [*places, places[0]], strict=True):
                yield f"J{own},{ring_number},{north:.{PLACES}f},{east:.{PLACES}f}"
            number += len(places)


def rounded(ring: NDArray[np.float64]) -> list[tuple[float, float]]:
    """A ring's places to a millimetre, without those that fall on the one before."""
    places = [(float(x), float(y)) for x, y in np.round(ring, PLACES)]
    return [place for i, place in enumerate(places) if place != places[i - 1]]
