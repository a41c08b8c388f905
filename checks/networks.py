"""Networks as checks see them: a layer's built lines as a graph, and the facilities that stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from checks.selection import Where, frozen
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.network import Feet, Network

FACILITIES = "facilities"
BUILT: Mapping[str, tuple[str, ...]] = {"status": ("built",)}
REACH_M = 50_000.0
"""Lines and facilities are read as far around the land as a layer may lie (contract §4)."""
MINUTE_S = 60.0


def network(site: Site, role: str, where: Where | None, snap_m: float) -> Network:
    """The graph of the built lines of a layer that meet `where`; one for all zones of the project."""
    from geo.network import Network

    chosen = {**BUILT, **(where or {})}

    def build() -> Network:
        geometries = site.inputs.layers[role].frame.geometry.to_numpy().copy()
        geometries[~site.ground.rows_where(role, chosen)] = None
        return Network.of(geometries, site.plane, snap_m)

    return site.ground.once(("network", role, frozen(chosen), snap_m), build)


def facilities(site: Site, kinds: tuple[str, ...], *, built: bool = True) -> gpd.GeoDataFrame:
    """The facilities of some kinds, wherever they lie; built ones only, unless told otherwise."""
    frame = site.inputs.layers[FACILITIES].frame
    found: gpd.GeoDataFrame = frame[site.ground.rows_where(FACILITIES, {"kind": kinds, **(BUILT if built else {})})]
    return found


def word(site: Site, role: str, field: str, value: str) -> Text:
    """A listed value in words: the first Chinese one that a source may write for it."""
    layer = site.layer(role)
    known = layer.role.fields[field].values if layer is not None and field in layer.role.fields else None
    return Text((*(known or {}).get(value, ()), value)[0], value)


def minutes(site: Site, net: Network, role: str, speeds: Mapping[str, float]) -> tuple[NDArray[np.float64], list[str]]:
    """What each edge takes in minutes by its line's speed, else its class's; and what is missing where neither is."""
    import numpy as np

    frame = site.inputs.layers[role].frame
    stated = frame["speed_kmh"].to_numpy(dtype=float) if "speed_kmh" in frame else np.full(len(frame), np.nan)
    classes = frame["class"].tolist() if "class" in frame else [None] * len(frame)
    by_class = np.array([speeds.get(name, np.nan) if isinstance(name, str) else np.nan for name in classes])
    speed = np.where(np.isfinite(stated) & (stated > 0), stated, by_class)[net.line]
    unknown = ~np.isfinite(speed) | (speed <= 0)
    missing = sorted({f"feature:{role}/{frame['feature'].iloc[row]}" for row in net.line[unknown]})
    if len(missing) == len(set(net.line.tolist())) and missing:
        missing = [f"field:{role}.speed_kmh"]
    metres_a_minute = np.where(unknown, np.nan, speed) * 1000 / MINUTE_S
    weight = net.length_m / metres_a_minute
    return np.where(unknown, np.inf, weight), missing


def access(net: Network, place: BaseGeometry, limit_m: float) -> Feet:
    """Where a place joins the network: where lines cross or lie on it, else where it comes nearest within `limit_m`."""
    import numpy as np
    import shapely

    whole = np.array([place], dtype=object)
    on = net.tree.query(place, predicate="intersects") if len(net.edges) else np.zeros(0, dtype=np.intp)
    if shapely.get_dimensions(place) < 2 or not len(on):
        return net.feet(whole, limit_m)
    shared = shapely.get_parts(shapely.intersection(net.edges[np.sort(on)], place))
    lines = shared[shapely.get_dimensions(shared) == 1]
    ends = [shapely.get_point(lines, 0), shapely.get_point(lines, -1), shared[shapely.get_dimensions(shared) == 0]]
    points = np.unique(shapely.get_coordinates(np.concatenate(ends)), axis=0)
    return net.feet(np.asarray(shapely.points(points), dtype=object), limit_m)


def facility_missing(site: Site) -> tuple[str, ...]:
    """What is missing before the facilities given are all that there are."""
    return (*site.completeness("zone", FACILITIES).missing, *site.lacking(FACILITIES, "kind"))
