"""Where zones and their areas lie: places to go to on the map, and names to write on it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from checks.model import Report
from geo.plane import Plane
from layers.model import Layer
from maps.coords import PER_DEGREE
from maps.near import LAND


def places(report: Report, zone: str) -> list[dict[str, Any]]:
    """The zone whole (without a name), then each of its areas and those of its expansion, with bounds in degrees."""
    plane = report.inputs.plane
    frames = [(role, of_zone(report.inputs.layers[role].frame, zone)) for role in LAND if role in report.inputs.layers]
    told: list[dict[str, Any]] = []
    everything = [geometry for _, frame in frames for geometry in frame.geometry]
    if everything:
        told.append({"name": None, "role": None, "bounds": _bounds(everything, plane)})
    for role, frame in frames:
        for name, rows in _named(frame):
            told.append({"name": name, "role": role, "bounds": _bounds(list(rows.geometry), plane)})
    return told


def of_zone(frame: gpd.GeoDataFrame, zone: str) -> gpd.GeoDataFrame:
    """The rows that name the zone; all of them where none does (a single zone needs no name)."""
    if "zone" not in frame.columns:
        return frame
    own = frame[frame["zone"] == zone]
    return own if len(own) else frame


def _named(frame: gpd.GeoDataFrame) -> list[tuple[str, gpd.GeoDataFrame]]:
    """Rows by area, else by zone, in the order of the layer; rows without a name are left out."""
    column = next((name for name in ("area", "zone") if name in frame.columns and frame[name].notna().any()), None)
    if column is None:
        return []
    return [(str(name), rows) for name, rows in frame.groupby(column, sort=False)]


def _bounds(geometries: list[Any], plane: Plane) -> list[float]:
    return [round(float(value), 6) for value in shapely.total_bounds(plane.to_lonlat(shapely.union_all(geometries)))]


def names(layer: Layer, plane: Plane) -> list[list[Any]]:
    """Each name once, with a point inside its largest feature and that feature's extent, in micro-degrees."""
    told = []
    for name, rows in _named(layer.frame):
        largest = max(rows.geometry, key=lambda geometry: geometry.area)
        point = plane.to_lonlat(shapely.point_on_surface(largest))
        west, south, east, north = _bounds([largest], plane)
        numbers = (shapely.get_x(point), shapely.get_y(point), max(east - west, north - south))
        told.append([name, *(round(float(number) * PER_DEGREE) for number in numbers)])
    return told
