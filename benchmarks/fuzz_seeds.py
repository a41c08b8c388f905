"""Small faithful files of every form that the readers take, and how one of them is loaded as part of a project."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import openpyxl
from shapely.geometry import box

X, Y = 540_000.0, 2_604_000.0
FEATURES = 12
DRIVERS = {
    "shp": "ESRI Shapefile",
    "gpkg": "GPKG",
    "geojson": "GeoJSON",
    "fgb": "FlatGeobuf",
    "gdb": "OpenFileGDB",
    "kml": "KML",
    "gml": "GML",
    "tab": "MapInfo File",
    "mif": "MapInfo File",
}
FORMS = (*DRIVERS, "parquet", "zip", "dxf", "wkt.csv", "csv", "xlsx")
TABLES = ("csv", "xlsx")


@dataclass(frozen=True)
class Seed:
    """A whole file of one form, and how many features or rows it has."""

    name: str
    path: Path
    features: int = FEATURES


def make_seeds(folder: Path, forms: list[str]) -> list[Seed]:
    """A seed of each form, in a folder of its own."""
    seeds = []
    for form in forms:
        own = folder / form
        own.mkdir(parents=True)
        seeds.append(Seed(form, _made(own, form)))
    return seeds


def _frame() -> gpd.GeoDataFrame:
    squares = [box(X + 20 * at, Y, X + 20 * at + 15, Y + 15) for at in range(FEATURES)]
    names = ["林地", "水田", "旱地"]
    return gpd.GeoDataFrame(
        {"MC": [names[at % 3] for at in range(FEATURES)], "MJ": [225.0] * FEATURES}, geometry=squares, crs="EPSG:4542"
    )


def _made(folder: Path, form: str) -> Path:
    path = folder / f"layer.{form}"
    frame = _frame()
    if form in ("kml", "geojson"):
        frame = frame.to_crs(4326)
    if form in DRIVERS:
        encoding = {"encoding": "GBK"} if form in ("shp", "tab", "mif") else {}
        frame.to_file(path, driver=DRIVERS[form], engine="pyogrio", **encoding)
    elif form == "parquet":
        frame.to_parquet(path)
    elif form == "zip":
        inner = _made(folder, "shp")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.glob("layer.*")):
                if file != path:
                    archive.write(file, file.name)
        for file in folder.glob(f"{inner.stem}.*"):
            if file != path:
                file.unlink()
    elif form == "dxf":
        path.write_text(_dxf(frame), encoding="gb18030")
    elif form == "wkt.csv":
        rows = [f'{name},"{geom.wkt}"' for name, geom in zip(frame["MC"], frame.geometry, strict=True)]
        path.write_text("\n".join(["MC,WKT", *rows, ""]), encoding="utf-8")
    else:
        _table(path)
    return path


def _dxf(frame: gpd.GeoDataFrame) -> str:
    lines = ["0", "SECTION", "2", "HEADER", "9", "$DWGCODEPAGE", "3", "ANSI_936", "0", "ENDSEC"]
    lines += ["0", "SECTION", "2", "ENTITIES"]
    for geom in frame.geometry:
        ring = list(geom.exterior.coords)[:-1]
        lines += ["0", "LWPOLYLINE", "8", "园区范围", "90", str(len(ring)), "70", "1"]
        lines += [text for x, y in ring for text in ("10", str(x), "20", str(y))]
    return "\n".join([*lines, "0", "ENDSEC", "0", "EOF", ""])


def _table(path: Path) -> None:
    rows = [["日期", "类型", "等级", "死亡人数", "直接经济损失"]]
    rows += [[f"2024-05-{day:02d}", "安全", "一般", "0", f"{day},000"] for day in range(1, FEATURES + 1)]
    if path.suffix == ".csv":
        path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows), encoding="gb18030")
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def load(seed: Seed, path: Path) -> tuple[int | None, int, list[str]]:
    """A mutated seed loaded as a layer or table beside a whole zone: (features or None, notes, problems' codes)."""
    from layers.load import load_inputs
    from layers.problems import Problems
    from layers.project import read_document, validate
    from layers.roles import roles

    folder = path.parent
    land = {"type": "Polygon", "coordinates": [[[99.39, 23.53], [99.4, 23.53], [99.4, 23.54], [99.39, 23.53]]]}
    zone = {"type": "Feature", "properties": {"zone": "甲"}, "geometry": land}
    name = json.dumps(path.name)
    entry = f'{{path = {name}, crs = "EPSG:4542"}}' if seed.name in ("dxf", "wkt.csv") else name
    (folder / "zone.json").write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}), encoding="utf-8")
    (folder / "zone.toml").write_text(
        '[project]\nname = "x"\npacks = ["border-expansion"]\n[layers]\nzones = "zone.json"\n'
        + (f"[tables]\nincidents = {entry}\n" if seed.name in TABLES else f"green = {entry}\n"),
        encoding="utf-8",
    )
    problems = Problems()
    inputs = load_inputs(
        validate(read_document(folder / "zone.toml"), roles(), problems), {}, problems, lambda *_: None
    )
    codes = [problem.code for problem in problems.found]
    for problem in problems.found:
        problem.text.show("both")
    if inputs is None:
        return None, 0, codes
    record = inputs.records[1]
    return record.features, len(record.notes) + len(record.repaired), codes
