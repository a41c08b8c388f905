"""What the outputs show: the features of every layer that lie within `context_m` of zones and expansion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from checks.model import Report
from layers.model import Layer

LAND = ("zones", "expansion")


def near(report: Report) -> Mapping[str, Layer]:
    """Every vector layer, cut down to its features near the land; whole features, in the layer's order."""
    inputs = report.inputs
    lands = [inputs.layers[role].frame.geometry.to_numpy() for role in LAND if role in inputs.layers]
    land = np.concatenate(lands) if lands else np.empty(0, dtype=object)
    return {
        role: layer if role in LAND else replace(layer, frame=_near(layer.frame, land, inputs.project.context_m))
        for role, layer in inputs.layers.items()
    }


def _near(frame: gpd.GeoDataFrame, land: NDArray[np.object_], distance_m: float) -> gpd.GeoDataFrame:
    _, rows = frame.sindex.query(land, predicate="dwithin", distance=distance_m)
    return frame.iloc[np.unique(rows)]


def nearest_first(frame: gpd.GeoDataFrame, land: shapely.STRtree, most: int) -> gpd.GeoDataFrame:
    """At most `most` features, those nearest to the land, in the layer's order."""
    if len(frame) <= most:
        return frame
    rows, distances = land.query_nearest(frame.geometry.to_numpy(), return_distance=True, all_matches=False)
    return frame.iloc[np.sort(rows[0][np.argsort(distances, kind="stable")[:most]])]
