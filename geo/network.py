"""Roads or pipes as a graph: lines joined at crossings and at ends that lie close, distances along them.

A crossing joins: whether one line passes over the other is not in the data. What cannot be reached is at inf, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.noding import Rows, noded
from geo.plane import Geoms, Plane

Floats = NDArray[np.float64]
Ends = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Network:
    """A graph of E edges between N nodes.

    `edges`: flat array of LineStrings of the plane; `ends`: (E, 2) node numbers; `line`: (E) the row that an edge is a
    piece of; `nodes`: (N, 2) coordinates in the plane; `length_m`: (E) geodesic.
    """

    plane: Plane
    edges: Geoms
    ends: Ends
    line: Rows
    nodes: Floats
    length_m: Floats

    @classmethod
    def of(cls, lines: Geoms, plane: Plane, snap_m: float) -> Network:
        """The graph of a flat array of lines of the plane; missing rows and what is no line are left out.

        Ends at most `snap_m` from each other are one node; an end that close to another line joins it there.
        """
        edges, ends, line, nodes = noded(np.asarray(lines, dtype=object), snap_m)
        return cls(plane, edges, ends, line, nodes, plane.length_m(edges))

    @cached_property
    def component(self) -> Rows:
        """(N) number of the connected part that each node is in."""
        return np.asarray(connected_components(self._graph(self.length_m), directed=False)[1], dtype=np.intp)

    @cached_property
    def dead_ends(self) -> Rows:
        """Nodes where one edge ends and no other begins, ascending."""
        degree = np.bincount(self.ends.ravel(), minlength=len(self.nodes))
        return np.flatnonzero(degree == 1)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the edges."""
        return shapely.STRtree(self.edges)

    def feet(self, places: Geoms, limit_m: float) -> Feet:
        """Where places (any geometry) come nearest to the network, at most `limit_m` (geodesic) away.

        Of several edges equally near the first counts.
        """
        places = np.asarray(places, dtype=object)
        found = np.full(len(places), -1, dtype=np.intp)
        along, leg = np.zeros(len(places)), np.full(len(places), np.inf)
        if len(self.edges) and len(places):
            reach = 1.01 * limit_m + 1.0
            place, edge = self.tree.query_nearest(places, max_distance=reach)
            first = np.unique(place, return_index=True)[1]
            place, edge = place[first], np.array([edge[place == p].min() for p in place[first]], dtype=np.intp)
            legs = shapely.shortest_line(self.edges[edge], places[place])
            away = self.plane.length_m(legs)
            near = away <= limit_m
            place, edge, legs = place[near], edge[near], legs[near]
            found[place], leg[place] = edge, away[near]
            start = shapely.get_point(legs, 0)
            along[place] = np.where(shapely.is_empty(legs), 0.0, shapely.line_locate_point(self.edges[edge], start))
            length = shapely.length(self.edges[edge])
            along[place] = np.divide(along[place], length, out=np.zeros(len(place)), where=length > 0)
        return Feet(found, along, leg)

    def from_feet(self, sources: Feet, targets: Feet, weight: Floats | None = None, limit: float = np.inf) -> Floats:
        """(S, T) distances from each source to each target along the network, both legs counted; inf where none.

        `weight`: (E) what an edge costs, m by default; a leg costs as much a metre as the edge that it leads to.
        """
        graph, first, cost = self._with(sources, targets, weight)
        start = np.arange(len(sources.edge)) + first
        found = dijkstra(graph, directed=False, indices=start, limit=limit) if len(start) else np.zeros((0, 0))
        where = first + len(sources.edge) + np.arange(len(targets.edge))
        away = found[:, where] if len(start) else np.zeros((0, len(where)))
        total = away + cost[: len(start), None] + cost[None, len(start) :]
        total[total > limit] = np.inf
        return np.asarray(total, dtype=np.float64)

    def nearest(self, sources: Feet, targets: Feet, weight: Floats | None = None, limit: float = np.inf) -> Floats:
        """(T) distance from each target to the source nearest along the network, one pass for all; inf where none."""
        graph, first, cost = self._with(sources, targets, weight)
        count, others = len(sources.edge), len(targets.edge)
        if not count:
            return np.full(others, np.inf)
        graph, start = _rooted(graph, first + np.arange(count), cost[:count])
        found = dijkstra(graph, directed=False, indices=start, limit=limit)
        total = found[first + count + np.arange(others)] + cost[count:]
        total[total > limit] = np.inf
        return np.asarray(total, dtype=np.float64)

    def reached(self, sources: Feet, weight: Floats | None = None, limit: float = np.inf) -> Floats:
        """(N) distance of each node from the source nearest along the network; inf beyond `limit` and where none."""
        none = Feet(np.zeros(0, dtype=np.intp), np.zeros(0), np.zeros(0))
        graph, first, cost = self._with(sources, none, weight)
        if not len(sources.edge):
            return np.full(len(self.nodes), np.inf)
        graph, start = _rooted(graph, first + np.arange(len(sources.edge)), cost)
        found = dijkstra(graph, directed=False, indices=start, limit=limit)[: len(self.nodes)]
        return np.asarray(found, dtype=np.float64)

    def _with(self, sources: Feet, targets: Feet, weight: Floats | None) -> tuple[csr_matrix, int, Floats]:
        """The graph with a node for every foot, the number of the first, and what each leg costs (inf without a foot).

        Feet on one edge follow each other along it, so that the way between them is the edge itself.
        """
        weight = self.length_m if weight is None else weight
        edge = np.concatenate([sources.edge, targets.edge])
        along = np.concatenate([sources.along, targets.along])
        leg = np.concatenate([sources.leg_m, targets.leg_m])
        there = np.flatnonzero(edge >= 0)
        order = there[np.lexsort((along[there], edge[there]))]
        first = len(self.nodes)
        on, at, node = edge[order], along[order], first + order
        opens = np.r_[True, on[1:] != on[:-1]] if len(on) else np.zeros(0, dtype=bool)
        before = np.where(opens, self.ends[on, 0], np.r_[0, node[:-1]]) if len(on) else node
        from_at = np.where(opens, 0.0, np.r_[0.0, at[:-1]]) if len(on) else at
        last = np.r_[opens[1:], True] if len(on) else opens
        cost = weight[on]
        u = np.concatenate([before, node[last]])
        v = np.concatenate([node, self.ends[on[last], 1]])
        w = np.concatenate([(at - from_at) * cost, (1 - at[last]) * cost[last]])
        rate = np.divide(weight, self.length_m, out=np.zeros(len(weight)), where=self.length_m > 0)
        legs = np.where(edge >= 0, leg * rate[edge], np.inf) if len(self.length_m) else np.full(len(edge), np.inf)
        graph = self._lengths if weight is self.length_m else self._graph(weight)
        return _more(graph, u, v, w, first + len(edge)), first, legs

    @cached_property
    def _lengths(self) -> csr_matrix:
        return self._graph(self.length_m)

    def _graph(self, weight: Floats) -> csr_matrix:
        """The sparse graph of the edges; of parallel ones the cheapest."""
        return _sparse(self.ends[:, 0], self.ends[:, 1], weight, len(self.nodes))


@dataclass(frozen=True, slots=True, eq=False)
class Feet:
    """For P places the edge that each comes nearest to (−1: none near enough), where along it (0–1), its leg in m."""

    edge: Rows
    along: Floats
    leg_m: Floats

    def take(self, which: Rows | NDArray[np.bool_]) -> Feet:
        """Some of them."""
        return Feet(self.edge[which], self.along[which], self.leg_m[which])


TINY = 1e-12
"""scipy takes an entry of 0 for no edge: a way of no length costs this."""


def _sparse(start: Rows, end: Rows, cost: Floats, size: int) -> csr_matrix:
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], np.maximum(cost[order], TINY)
    kept = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])] if len(low) else np.zeros(0, dtype=bool)
    kept &= low != high
    return csr_matrix((cost[kept], (low[kept], high[kept])), shape=(size, size))


def _rooted(graph: csr_matrix, nodes: Rows, cost: Floats) -> tuple[csr_matrix, int]:
    """The graph with one more node, from which each of these is reached at its own cost."""
    size = graph.shape[0]
    there = np.flatnonzero(np.isfinite(cost))
    root = np.full(len(there), size, dtype=np.intp)
    return _more(graph, nodes[there], root, cost[there], size + 1), size


def _more(graph: csr_matrix, start: Rows, end: Rows, cost: Floats, size: int) -> csr_matrix:
    """The graph with new nodes and the edges that lead to them."""
    grown = csr_matrix(
        (graph.data, graph.indices, np.pad(graph.indptr, (0, size - graph.shape[0]), "edge")), shape=(size, size)
    )
    return grown + _sparse(start, end, cost, size)
