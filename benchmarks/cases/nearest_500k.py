"""The nearest of 20 facilities, along 500k edges of road, from every node."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.case import Answer, Bar, Files, Side, Work
from benchmarks.data import CRS, Cache

FACILITIES = 20
TOLERANCE = 1e-6


def _lines(files: Files) -> Any:
    import numpy as np
    import shapely

    with np.load(files["roads"]) as data:
        xy = np.column_stack([data["x"], data["y"]])
        return shapely.linestrings(np.stack([xy[data["start"]], xy[data["end"]]], axis=1))


def _network(files: Files) -> Any:
    from geo.network import Network
    from geo.plane import Plane

    return Network.of(_lines(files), Plane(CRS), 0.01)


def _sources(network: Any) -> Any:
    import numpy as np

    return np.linspace(0, len(network.nodes) - 1, FACILITIES).astype(int)


def _answer(away: Any) -> Answer:
    import numpy as np

    away = np.asarray(away, dtype=float)
    reached = away[np.isfinite(away)]
    return {"count reached": len(reached), "sum of distances": float(reached.sum()), "farthest": float(reached.max())}


def _ours(files: Files) -> Work:
    import shapely

    network = _network(files)
    places = shapely.points(network.nodes[_sources(network)])
    network.reached(network.feet(places[:1], 1.0), limit=1.0)  # the graph itself is made beforehand, as networkx's is

    def job() -> Any:
        return network.reached(network.feet(places, 1.0))

    return Work(job, _answer)


def _noding(files: Files) -> Work:
    from geo.network import Network
    from geo.plane import Plane

    lines = _lines(files)
    return Work(lambda: Network.of(lines, Plane(CRS), 0.01), lambda _: {})


def _networkx(files: Files) -> Work:
    import networkx as nx

    network = _network(files)
    graph = nx.Graph()
    for (u, v), length_m in zip(network.ends.tolist(), network.length_m.tolist(), strict=True):
        if u != v and (not graph.has_edge(u, v) or graph[u][v]["weight"] > length_m):
            graph.add_edge(u, v, weight=length_m)
    sources = {int(node) for node in _sources(network)}

    def job() -> Any:
        found = nx.multi_source_dijkstra_path_length(graph, sources)
        return [found.get(node, float("inf")) for node in range(len(network.nodes))]

    return Work(job, _answer)


OURS = "zoneproof"
SIDES = {
    OURS: Side(_ours, ("scipy",), repeats=3),
    "networkx": Side(_networkx, ("networkx",)),
    "zoneproof, lines to network": Side(_noding, ("scipy",)),
}
BARS = (Bar("networkx", faster=20),)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data."""
    return {"roads": cache.roads(2_000 if small else 500_000)}
