"""The overlay job, as each side does it: for each zone, its overlap with every parcel of a layer on disk, by class.

All read from disk and end with the clipped geometry in memory and a sum per zone and class. Ours checks and repairs
every geometry and takes ellipsoidal areas besides; the others the planar area alone. Planar sums and the number
of pairs are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.case import Answer, Files, Side, Work
from benchmarks.data import CRS, Cache

PAIR_M2 = 1e-4
"""Overlaps of less are touches seen through rounding."""
TOGETHER = 64
PROJECT = """[project]
name = "benchmark"
crs = "{crs}"
packs = ["border-expansion"]

[layers]
zones = "{zones}"
land_use = {{path = "{parcels}", set = {{scheme = "survey-2020"}}}}
"""


def overlay_files(cache: Cache, parcels: int, zones: Path, suffixes: tuple[str, ...]) -> Mapping[str, Path]:
    """The layer in some formats, the zones, and a project of ours for each format."""
    layers = {suffix: cache.parcels(parcels, suffix) for suffix in suffixes}
    texts = {suffix: PROJECT.format(crs=CRS, zones=zones, parcels=path) for suffix, path in layers.items()}
    projects = {
        f"project-{suffix}": cache.made(f"{zones.stem}-{suffix}.toml", lambda path, text=text: _write(path, text))
        for suffix, text in texts.items()
    }
    return {"zones": zones, **layers, **projects}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def totals(zones: Any, codes: Any, areas: Any) -> Answer:
    """Planar area per zone and class, and how many pairs overlap."""
    import numpy as np
    import pandas as pd

    areas = np.asarray(areas, dtype=float)
    frame = pd.DataFrame({"zone": zones, "code": codes, "area": areas})
    sums = frame.groupby(["zone", "code"], observed=True)["area"].sum()
    found = {f"{zone}/{code}": float(area) for (zone, code), area in sums.items()}
    return {**found, "count of pairs": int((areas > PAIR_M2).sum())}


def zoneproof(suffix: str) -> Side:
    """Ours: the layer read about the zones, geometry checked, the table of pairs with their clipped geometry."""

    def start(files: Files) -> Work:
        import geo.pairs  # noqa: F401
        import layers.geoparquet
        import layers.ogr
        import layers.vectors  # noqa: F401
        from layers.document import read_document
        from layers.problems import Problems
        from layers.project import validate
        from layers.roles import roles

        problems = Problems()
        project = validate(read_document(Path(files[f"project-{suffix}"])), roles(), problems)
        zones, parcels = project.sources

        def job() -> Any:
            from geo.pairs import pairs
            from geo.plane import Plane
            from layers.reach import Reach
            from layers.vectors import open_source, read_near

            plane = Plane(CRS)
            land = read_near(open_source(zones, problems), plane, None, problems)
            names = land.series["zone"].to_numpy()
            reach = Reach.around(plane, {name: land.geometry[i : i + 1] for i, name in enumerate(names)}, 0.0)
            layer = read_near(open_source(parcels, problems), plane, reach, problems)
            problems.stop()
            return names, layer.series["code"].to_numpy(), pairs(land.geometry, layer.geometry, plane)

        return Work(job, _our_answer)

    return Side(start)


def _our_answer(found: Any) -> Answer:
    names, codes, pairs = found
    return totals(names[pairs.land], codes[pairs.row], _area(pairs.geometry))


def _read(files: Files) -> tuple[Any, Any]:
    import geopandas as gpd

    return gpd.read_parquet(files["parquet"]), gpd.read_file(files["zones"])


def _of_frame(pieces: Any) -> Answer:
    return totals(pieces["YQMC"], pieces["DLBM"], pieces.geometry.area)


def _summed(pieces: Any) -> Any:
    return pieces, pieces.geometry.area.groupby([pieces["YQMC"], pieces["DLBM"]]).sum()


def geopandas_overlay() -> Side:
    """geopandas.overlay of the whole layer with the zones."""

    def start(files: Files) -> Work:
        import geopandas as gpd

        def job() -> Any:
            return _summed(gpd.overlay(*_read(files), how="intersection", keep_geom_type=True))

        return Work(job, lambda found: _of_frame(found[0]))

    return Side(start, ("geopandas",))


def geopandas_bbox() -> Side:
    """The box of each zone read from an indexed file, geopandas.overlay of that alone."""

    def start(files: Files) -> Work:
        import geopandas as gpd
        import pandas as pd

        def job() -> Any:
            zones = gpd.read_file(files["zones"])
            pieces = []
            for row in range(len(zones)):
                zone = zones.iloc[[row]]
                layer = gpd.read_file(files["gpkg"], bbox=tuple(zone.total_bounds), use_arrow=True)
                pieces.append(gpd.overlay(layer, zone, how="intersection", keep_geom_type=True))
            return _summed(pd.concat(pieces, ignore_index=True))

        return Work(job, lambda found: _of_frame(found[0]))

    return Side(start, ("geopandas",))


def geopandas_clip() -> Side:
    """geopandas.clip of the layer, read once, with each zone in turn."""

    def start(files: Files) -> Work:
        import geopandas as gpd
        import pandas as pd

        def job() -> Any:
            layer, zones = _read(files)
            clipped = [
                gpd.clip(layer, zone, keep_geom_type=True).assign(YQMC=name)
                for name, zone in zip(zones["YQMC"], zones.geometry, strict=True)
            ]
            return _summed(pd.concat(clipped, ignore_index=True))

        return Work(job, lambda found: _of_frame(found[0]))

    return Side(start, ("geopandas",))


def direct() -> Side:
    """Arrow read, STRtree, prepared split, GEOS intersection of each pair on the boundary: shapely by hand."""

    def start(files: Files) -> Work:
        import numpy as np
        import pyarrow.parquet as pq
        import pyogrio
        import shapely

        def job() -> Any:
            table = pq.read_table(files["parquet"], columns=["DLBM", "geometry"])
            geometry = shapely.from_wkb(table["geometry"].to_numpy())
            zones = pyogrio.read_dataframe(files["zones"])
            lands = zones.geometry.to_numpy()
            which, rows = shapely.STRtree(geometry).query(lands, predicate="intersects")
            pieces = geometry[rows]
            cut = np.flatnonzero(~_inside(lands, which, pieces))
            pieces[cut] = shapely.intersection(lands[which[cut]], pieces[cut])
            return zones["YQMC"].to_numpy()[which], table["DLBM"].to_numpy()[rows], pieces

        return Work(job, lambda found: totals(found[0], found[1], _area(found[2])))

    return Side(start, ("pyogrio", "pyarrow"))


def _inside(lands: Any, which: Any, pieces: Any) -> Any:
    """Which pieces lie wholly in their land."""
    import numpy as np
    import shapely

    shapely.prepare(lands)
    return np.asarray(shapely.contains_properly(lands[which], pieces), dtype=bool)


def _area(pieces: Any) -> Any:
    import shapely

    return shapely.area(pieces)


SQL = """SELECT z."YQMC" AS zone, p."DLBM" AS code, ST_Intersection(p.geometry, z.geometry) AS piece
FROM parcels p JOIN zones z ON ST_Intersects(p.geometry, z.geometry)"""


def duckdb() -> Side:
    """DuckDB's spatial join and intersection; its pieces a table in memory."""

    def start(files: Files) -> Work:
        import duckdb
        import duckdb_extension_spatial

        folder = Path(duckdb_extension_spatial.__file__).parent
        extension = next(folder.rglob("spatial.duckdb_extension"))
        connection = duckdb.connect()
        connection.execute(f"LOAD '{extension}'")

        def job() -> Any:
            connection.execute(f"CREATE VIEW parcels AS SELECT * FROM read_parquet('{files['parquet']}')")  # noqa: S608
            zones = f"SELECT \"YQMC\", geom AS geometry FROM ST_Read('{files['zones']}')"  # noqa: S608
            connection.execute(f"CREATE TABLE zones AS {zones}")
            connection.execute(f"CREATE TABLE pieces AS {SQL}")
            return connection.execute("SELECT zone, code, sum(ST_Area(piece)) FROM pieces GROUP BY ALL").fetchall()

        def answer(_: Any) -> Answer:
            found = connection.execute("SELECT zone, code, ST_Area(piece) AS area FROM pieces").fetchnumpy()
            return totals(found["zone"], found["code"], found["area"])

        return Work(job, answer)

    return Side(start, ("duckdb", "duckdb_extension_spatial"))


def sedona() -> Side:
    """SedonaDB's spatial join and intersection; its pieces an arrow table."""

    def start(files: Files) -> Work:
        import pyogrio
        import sedona.db
        import shapely

        connection = sedona.db.connect()

        def job() -> Any:
            connection.read_parquet(files["parquet"]).to_view("parcels")
            connection.create_data_frame(pyogrio.read_dataframe(files["zones"])).to_view("zones")
            pieces = connection.sql(SQL).to_arrow_table()
            connection.create_data_frame(pieces).to_view("pieces")
            sums = connection.sql("SELECT zone, code, sum(ST_Area(piece)) AS area FROM pieces GROUP BY zone, code")
            return pieces, sums.to_arrow_table()

        def answer(found: Any) -> Answer:
            pieces = found[0].to_pandas()
            wkb = found[0]["piece"].combine_chunks()
            storage = getattr(wkb, "storage", wkb)
            areas = shapely.area(shapely.from_wkb(storage.to_numpy(zero_copy_only=False)))
            return totals(pieces["zone"], pieces["code"], areas)

        return Work(job, answer)

    return Side(start, ("sedona", "sedonadb", "pyogrio"))


def floor_few(*, checked: bool = False) -> Side:
    """What few zones cannot do without: a read by box, the boundary pairs' intersections, the areas.

    `checked`: what a verdict cannot do without either: validity of what was read, areas on the ellipsoid.
    """

    def start(files: Files) -> Work:
        import numpy as np
        import pyogrio
        import shapely
        from pyogrio.raw import read_arrow

        zones = pyogrio.read_dataframe(files["zones"])
        lands = zones.geometry.to_numpy()

        def job() -> Any:
            found = []
            for name, land in zip(zones["YQMC"], lands, strict=True):
                meta, table = read_arrow(files["gpkg"], columns=["DLBM"], bbox=land.bounds)
                shapely.prepare(land)
                pieces = shapely.from_wkb(table[meta["geometry_name"] or "wkb_geometry"].to_numpy())
                if checked:
                    shapely.is_valid(pieces)
                rows = np.flatnonzero(shapely.intersects(land, pieces))
                pieces = pieces[rows]
                cut = np.flatnonzero(~shapely.contains_properly(land, pieces))
                pieces[cut] = shapely.intersection(land, pieces[cut])
                found.append((np.full(len(rows), name), table["DLBM"].to_numpy()[rows], _area(pieces)))
                if checked:
                    _ellipsoidal(pieces)
            return [np.concatenate(column) for column in zip(*found, strict=True)]

        return Work(job, lambda found: totals(*found))

    return Side(start, ("pyogrio",), repeats=3, floor=True)


def floor_many(*, checked: bool = False) -> Side:
    """What no way through a whole layer can do without: the parcels that meet a zone read and decoded, boundary pairs
    intersected, areas taken. Which they are, and the part of a large zone about them, is found beforehand. `checked` as
    in `floor_few`.
    """

    def start(files: Files) -> Work:
        import numpy as np
        import pyarrow.parquet as pq
        import pyogrio
        import shapely

        zones = pyogrio.read_dataframe(files["zones"])
        lands, names = zones.geometry.to_numpy(), zones["YQMC"].to_numpy()
        geometry = shapely.from_wkb(pq.read_table(files["parquet"], columns=["geometry"])["geometry"].to_numpy())
        which, rows = shapely.STRtree(geometry).query(lands, predicate="intersects")
        cut = np.flatnonzero(~_inside(lands, which, geometry[rows]))
        parts = _parts_about(lands[which[cut]], geometry[rows[cut]])
        needed, place = np.unique(rows, return_inverse=True)
        groups = np.unique(needed // pq.ParquetFile(files["parquet"]).metadata.row_group(0).num_rows)
        del geometry

        def job() -> Any:
            columns = ["DLBM", "geometry"]
            table = pq.ParquetFile(files["parquet"]).read_row_groups(groups.tolist(), columns=columns)
            kept = _positions(files["parquet"], groups, needed)
            table = table.take(kept)
            pieces = shapely.from_wkb(table["geometry"].to_numpy())
            if checked:
                shapely.is_valid(pieces)
            pieces = pieces[place]
            pieces[cut] = shapely.intersection(parts, pieces[cut])
            if checked:
                _ellipsoidal(pieces)
            return names[which], table["DLBM"].to_numpy()[place], _area(pieces)

        return Work(job, lambda found: totals(*found))

    return Side(start, ("pyarrow", "pyogrio"), floor=True)


def _ellipsoidal(pieces: Any) -> Any:
    """Areas as the survey takes them, in our own fast way: no faster one is known."""
    from geo.plane import Plane

    return Plane(CRS).area_m2(pieces)


def _positions(path: str, groups: Any, needed: Any) -> Any:
    """Where rows stand among those of some row groups."""
    import numpy as np
    import pyarrow.parquet as pq

    size = pq.ParquetFile(path).metadata.row_group(0).num_rows
    rank = np.searchsorted(groups, needed // size)
    return rank * size + needed % size


def _parts_about(lands: Any, parcels: Any) -> Any:
    """For each pair the part of its land about its parcel, where lands are large; else the land."""
    import numpy as np
    import shapely

    parts = lands.copy()
    for rows in _neighbours(len(lands)):
        land = lands[rows[0]]
        if shapely.get_num_coordinates(land) > 3_000:
            box = shapely.box(*shapely.total_bounds(parcels[rows]) + np.array([-1, -1, 1, 1]))
            parts[rows] = [shapely.intersection(land, box)] * len(rows)
    return parts


def _neighbours(count: int) -> Iterator[Any]:
    import numpy as np

    for start in range(0, count, TOGETHER):
        yield np.arange(start, min(start + TOGETHER, count))
