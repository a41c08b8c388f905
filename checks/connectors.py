"""What it would take to join places to a network: the cheapest set of connectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.network import Network
    from geo.plane import Plane

NEIGHBOURS = 24
"""Places farther off than so many others are joined through these."""


def cheapest_m(
    places: NDArray[np.object_],
    fed: NDArray[np.object_],
    plane: Plane,
    roads: Network | None,
    leg_m: float,
) -> float | None:
    """Length in m of a cheapest set of connectors that joins every place to what is fed, or to each other.

    A spanning tree over the gaps: to what is fed from the place's edge, to another place between points inside; or
    along the roads where both ends lie within `leg_m` of one network of them (legs counted). None where nothing is fed.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    from geo.network import TINY

    if not len(places):
        return 0.0
    if not len(fed):
        return None
    pair, cost = _gaps(places, fed, plane)
    if roads is not None and len(roads.edges):
        cost = np.where(np.isfinite(way := _along(pair, places, fed, roads, leg_m)), way, cost)
    size = len(places) + 1
    tree = minimum_spanning_tree(csr_matrix((np.maximum(cost, TINY), pair.T), shape=(size, size)))
    return float(np.sort(tree.data).sum())


def _gaps(
    places: NDArray[np.object_], fed: NDArray[np.object_], plane: Plane
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Pairs of places near each other, and of each place (from 0) with what is fed (the last number): straight gaps."""
    import numpy as np
    import shapely
    from scipy.spatial import cKDTree

    count = len(places)
    middle = shapely.get_coordinates(shapely.centroid(places))
    _, near = cKDTree(middle).query(middle, k=min(NEIGHBOURS + 1, count))
    near = near.reshape(count, -1)
    first = np.repeat(np.arange(count), near.shape[1])
    pair = np.unique(np.sort(np.column_stack([first, near.ravel()]), axis=1), axis=0)
    pair = pair[pair[:, 0] != pair[:, 1]]
    inner = shapely.point_on_surface(places)  # a connector runs on to the next place, not from edge to edge
    between = plane.length_m(shapely.shortest_line(inner[pair[:, 0]], inner[pair[:, 1]]))
    tree = shapely.STRtree(fed)
    place, nearest = tree.query_nearest(places, all_matches=False)
    to_fed = plane.length_m(shapely.shortest_line(places[place], fed[nearest]))
    rooted = np.column_stack([place, np.full(count, count)])
    return np.concatenate([pair, rooted]).astype(np.intp), np.concatenate([between, to_fed])


def _along(
    pair: NDArray[np.intp], places: NDArray[np.object_], fed: NDArray[np.object_], roads: Network, leg_m: float
) -> NDArray[np.float64]:
    """The pairs' distances along the roads; inf where an end has no road within `leg_m`."""
    import numpy as np

    count = len(places)
    feet, roots = roads.feet(places, leg_m), roads.feet(fed, leg_m)
    between = roads.from_feet(feet, feet)
    to_fed = roads.nearest(roots, feet)
    rooted = pair[:, 1] == count
    return np.where(rooted, to_fed[pair[:, 0]], between[pair[:, 0], np.where(rooted, 0, pair[:, 1])])
