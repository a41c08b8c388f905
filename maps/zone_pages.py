"""A page for one zone of many: the report cut down to it, and what the file is called."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from checks.cluster.part_layers import PartLayers
from checks.model import VERDICTS, Report, ZoneReport
from layers.model import Layer
from layers.names import name_key
from layers.problems import Problems, nearest
from maps.land import of_zone
from maps.near import LAND

FOLDER = "zones"
ALL = "all"
LONGEST = 40


def file_name(zone: str) -> str:
    """A zone's page below OUT: its name as far as any file system takes it, and a hash that tells names apart."""
    plain = re.sub(r"[^\w-]+", "-", zone).strip("-_")[:LONGEST] or "zone"
    return f"{FOLDER}/{plain}-{hashlib.sha256(zone.encode('utf-8', 'replace')).hexdigest()[:8]}.html"


def chosen_zones(wanted: Sequence[str], report: Report, problems: Problems) -> frozenset[str]:
    """The zones that `--zone-pages` names, spelled as in the report, or all; what is no zone is noted."""
    names = {name_key(site): site for site in (report.sites[at].name for at in range(len(report.sites)))}
    if ALL in wanted:
        return frozenset(names.values())
    for name in wanted:
        if name_key(name) not in names:
            problems.add("zone-unknown", "--zone-pages", name=name, hint=nearest(name, tuple(names.values())))
    return frozenset(names[name_key(name)] for name in wanted if name_key(name) in names)


def alone(report: Report, zone: ZoneReport) -> Report:
    """The report of one zone, with the land that is its own and the layers around that."""
    inputs = report.inputs
    land = {role: _own(inputs.layers[role], zone.zone) for role in LAND if role in inputs.layers}
    counts = Counter(finding.verdict for finding in zone.findings)
    layers: Mapping[str, Layer] = inputs.layers
    if isinstance(layers, PartLayers):
        layers = layers.around(_box(land, inputs.project.context_m))
    return replace(
        report,
        zones=(zone,),
        verdict=zone.verdict,
        summary={verdict: counts[verdict] for verdict in VERDICTS},
        inputs=replace(inputs, layers={role: land[role] if role in land else layers[role] for role in layers}),
    )


def _own(layer: Layer, zone: str) -> Layer:
    frame = layer.frame
    own: gpd.GeoDataFrame = of_zone(frame, zone) if layer.role.name == "zones" else frame[frame["zone"] == zone]
    return replace(layer, frame=own)


def _box(land: Mapping[str, Layer], around_m: float) -> NDArray[np.float64]:
    bounds = np.array([layer.frame.total_bounds for layer in land.values() if len(layer.frame)])
    return np.asarray(bounds + np.array([-1, -1, 1, 1]) * around_m, dtype=np.float64)
