"""Packed layers: what is packed can be read again, and big layers go down the ladder until the page is small enough."""

from __future__ import annotations

import base64
import gzip

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from maps.detail import LADDER, Detail, fitting, said
from maps.packed import FINE, Block, blocks, varints, zipped


def numbers(data: bytes) -> list[int]:
    told, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            told.append(value)
            value, shift = 0, 0
    return told


def lines(block: Block) -> list[list[list[tuple[float, float]]]]:
    """Features of a block as lists of lines of vertices in degrees, read the slow way."""
    told = iter(numbers(block.data))
    counts = [next(told) for _ in block.rows]
    lengths = [next(told) for _ in range(sum(counts))]
    runs = [[next(told) for _ in range(sum(lengths))] for _ in range(2)]
    moves = [[-(step + 1) // 2 if step % 2 else step // 2 for step in run] for run in runs]
    places = np.cumsum(np.array(moves), axis=1).T / block.per_degree / 360 - 0.5
    half = 20_037_508.342789244  # metres; EPSG:3857
    to_degrees = Transformer.from_crs(3857, 4326, always_xy=True).transform
    vertices = iter([tuple(round(d, 6) for d in to_degrees(x * 2 * half, -y * 2 * half)) for x, y in places])
    each = iter([[next(vertices) for _ in range(length)] for length in lengths])
    return [[next(each) for _ in range(count)] for count in counts]


@given(st.lists(st.integers(0, 2**62), max_size=50))
def test_varints_read_back(values: list[int]) -> None:
    assert numbers(varints(np.array(values, dtype=np.int64))) == values


def test_every_kind_of_geometry_reads_back() -> None:
    wkts = [
        "POLYGON ((99 23, 99.001 23, 99.001 23.001, 99 23), (99.0005 23.0001, 99.0006 23.0001, 99.0006 23.0002,"
        " 99.0005 23.0001))",
        "POINT (-70.5 -33.4)",
        "MULTIPOLYGON (((0 0, 0.1 0, 0.1 0.1, 0 0)), ((1 1, 1.1 1, 1.1 1.1, 1 1)))",
        "LINESTRING (99 23, 99.1 23.1, 99.1 23.1, 99.2 23)",
        "POLYGON EMPTY",
        "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
    ]
    shapes = np.array([*shapely.from_wkt(wkts), None], dtype=object)
    told = {
        (block.kind, int(row)): feature
        for block in blocks(shapes)
        for row, feature in zip(block.rows, lines(block), strict=True)
    }
    assert told == {
        ("a", 0): [
            [(99, 23), (99.001, 23), (99.001, 23.001)],
            [(99.0005, 23.0001), (99.0006, 23.0001), (99.0006, 23.0002)],
        ],
        ("a", 2): [[(0, 0), (0.1, 0), (0.1, 0.1)], [(1, 1), (1.1, 1), (1.1, 1.1)]],
        ("l", 3): [[(99, 23), (99.1, 23.1), (99.2, 23)]],
        ("l", 5): [[(0, 0), (1, 1)], [(2, 2), (3, 3)]],
        ("p", 1): [[(-70.5, -33.4)]],
    }


def test_what_falls_together_on_the_grid_keeps_a_vertex() -> None:
    speck = shapely.box(99, 23, 99 + 1e-9, 23 + 1e-9)
    (block,) = blocks(np.array([speck], dtype=object), 100)
    assert lines(block)[0] == [[pytest.approx((99.0, 23.0), abs=1 / 200)]]


def test_packing_is_the_same_each_time_and_smaller_than_the_shapes() -> None:
    squares = np.array(
        [shapely.box(x / 1e3, y / 1e3, (x + 1) / 1e3, (y + 1) / 1e3) for x in range(40) for y in range(40)]
    )
    one, other = (b"".join(block.data for block in blocks(squares)) for _ in range(2))
    assert one == other and len(gzip.compress(one)) < len(b"".join(shapely.to_wkb(squares))) / 10
    assert gzip.decompress(base64.b64decode(zipped(one))) == one and zipped(one) == zipped(one)


@pytest.mark.parametrize("most", [10**9, 2_000_000, 300_000, 1])
def test_the_ladder_stops_where_it_is_small_enough(most: int) -> None:
    sizes = {detail: 4_000_000 // 2**step for step, detail in enumerate(LADDER)}
    tried: list[Detail] = []

    def draw(detail: Detail) -> Detail:
        tried.append(detail)
        return detail

    chosen = fitting(draw, sizes.__getitem__, most, 1000)
    small = [detail for detail in LADDER if sizes[detail] <= most]
    assert chosen == (small[0] if small else LADDER[-1])
    assert len(tried) <= 6


def test_big_layers_are_not_tried_whole() -> None:
    tried: list[Detail] = []
    fitting(lambda detail: tried.append(detail) or detail, lambda _: 0, 1_000_000, 10**7)  # type: ignore[func-returns-value]
    assert tried and all(detail.tolerance_m for detail in tried)


def test_the_page_says_what_is_drawn_more_coarsely() -> None:
    assert said(Detail(FINE), 3, 10, 10) == []
    told = "; ".join(text.en for text in said(Detail(FINE // 5, 3.0, fields=False, most=10), 3, 10, 40))
    assert "generalised" in told and "without their fields" in told and "the 3 that fail are drawn in full" in told
    assert "only the nearest 10" in told and "no figure is taken" in told
