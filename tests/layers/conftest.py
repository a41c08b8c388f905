"""A project written and loaded in one call; dbf files made byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from layers.load import load_inputs
from layers.model import Inputs
from layers.problems import Problems
from layers.project import read_document, validate
from layers.roles import roles

CRS = "EPSG:4542"
X, Y = 540_000.0, 2_604_000.0


def square(east: float, north: float = 0.0, size: float = 100.0) -> BaseGeometry:
    """A square in EPSG:4542, placed from a corner of the usual zone."""
    return box(X + east, Y + north, X + east + size, Y + north + size)


def write(
    path: Path, geometry: Sequence[object], crs: str | None = CRS, layer: str | None = None, **columns: object
) -> Path:
    """A layer as a file, in the form that the suffix says."""
    frame = gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        driver = "OpenFileGDB" if path.suffix == ".gdb" else None
        encoding = {"encoding": "utf-8"} if path.suffix == ".shp" else {}
        frame.to_file(path, layer=layer, driver=driver, engine="pyogrio", **encoding)
    return path


@dataclass
class Loaded:
    """What came of loading a project."""

    inputs: Inputs | None
    problems: Problems

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems.found]

    @property
    def told(self) -> str:
        return "\n".join(problem.text.show("both") for problem in self.problems.found)

    @property
    def ok(self) -> Inputs:
        assert self.inputs is not None, self.told
        return self.inputs


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Loaded]:
    """load('green = "g.gpkg"', reach={...}): a zone.toml in tmp_path, with a zone of 100 m unless one is named."""

    def run(
        layers: str, tables: str = "", project: str = "", measure: str = "", reach: Mapping[str, float] | None = None
    ) -> Loaded:
        if "zones" not in layers:
            if not (tmp_path / "zones.gpkg").exists():
                write(tmp_path / "zones.gpkg", [square(0)], zone=["甲区"], area=["一片区"])
            layers = 'zones = "zones.gpkg"\n' + layers
        (tmp_path / "zone.toml").write_text(
            f'[project]\nname = "测试园区"\npacks = ["border-expansion"]\n{project}\n'
            f"[layers]\n{layers}\n[tables]\n{tables}\n[measure]\n{measure}\n",
            encoding="utf-8",
        )
        problems = Problems()
        checked = validate(read_document(tmp_path / "zone.toml"), roles(), problems)
        inputs = load_inputs(checked, reach or {}, problems, lambda *_: None)
        return Loaded(inputs, problems)

    return run


def dbf(fields: Sequence[tuple[bytes, str, int]], rows: Sequence[Sequence[bytes]], language: int = 0) -> bytes:
    """A dbf: names and texts as the bytes given, cut to 10 and to the field's width."""
    described = b"".join(
        name[:10].ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width, 0]) + bytes(14)
        for name, kind, width in fields
    )
    size = 1 + sum(width for _, _, width in fields)
    head = bytes([3, 125, 7, 25]) + struct.pack("<IHH", len(rows), 33 + len(described), size) + bytes(17)
    body = b"".join(
        b" " + b"".join(cell[:width].ljust(width) for cell, (_, _, width) in zip(row, fields, strict=True))
        for row in rows
    )
    return head + bytes([language]) + bytes(2) + described + b"\r" + body + b"\x1a"


@pytest.fixture
def make_dbf() -> Callable[..., bytes]:
    return dbf


@pytest.fixture
def shapefile(tmp_path: Path) -> Callable[..., Path]:
    """shapefile(name, fields, rows, language, cpg): squares in a row with a dbf of the given bytes."""

    def make(
        name: str,
        fields: Sequence[tuple[bytes, str, int]],
        rows: Sequence[Sequence[bytes]],
        language: int = 0,
        cpg: str | None = None,
    ) -> Path:
        path = write(tmp_path / name, [square(200 * at) for at in range(len(rows))], n=list(range(len(rows))))
        path.with_suffix(".dbf").write_bytes(dbf(fields, rows, language))
        path.with_suffix(".cpg").unlink(missing_ok=True)
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
        return path

    return make
