"""What every lot is used for, in which state it is, and what the plan says: all made up."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from layers.samples.parcels import Lot, lots

BUILT_PLACES: tuple[tuple[str, str, float, float], ...] = (
    ("commercial", "综合服务", 110, 70),
    ("public", "园区服务中心", 270, 85),
    ("housing", "绿苑家园一期", 430, 262),
    ("utility", "污水处理厂", 60, -70),
    ("storage", "物流仓储", 700, 240),
    ("storage", "甘蔗堆场", 980, -205),
    *(
        ("industrial", "standard", s, t)
        for s, t in (
            (400, 95),
            (520, 95),
            (640, 90),
            (760, 95),
            (960, 92),
            (1080, 95),
            (420, -70),
            (640, -75),
            (800, -70),
            (900, -75),
            (580, 235),
        )
    ),
)
"""Use, what stands there, and the place (s, t) whose nearest built lot gets it; others are companies' own plants."""
SUPPLIED_PLACES: tuple[tuple[str, str, float, float], ...] = (
    ("housing", "绿苑家园二期", 1880, 250),
    *(
        ("industrial", "standard", s, t)
        for s, t in (
            (1760, 90),
            (1900, 90),
            (2030, 90),
            (1960, -70),
            (2120, -70),
            (2190, 90),
            (1820, -70),
            (2290, 90),
        )
    ),
)
OTHER_PLACES: tuple[tuple[str, str, float, float], ...] = (
    ("housing", "", 2480, 240),
    ("public", "学校预留", 2330, 240),
    ("storage", "", 2600, -70),
    ("green", "", 2420, -215),
    ("green", "", 2860, -150),
    ("green", "", 2050, -220),
)
PLAN = {
    "industrial": "100102",
    "storage": "110101",
    "housing": "070102",
    "commercial": "0901",
    "public": "0801",
    "utility": "1302",
    "road": "1207",
    "green": "1402",
}
SURVEY = {
    "industrial": "0601",
    "storage": "0508",
    "housing": "0701",
    "commercial": "05H1",
    "public": "08H1",
    "utility": "0809",
    "road": "1004",
    "green": "0810",
}
RESERVE_S = 2880.0
READY_S = 2420.0
INDUSTRIES = ("13", "13", "15", "22", "13", "26", "29", "14")
"""GB/T 4754-2017: sugar and feed, alcohol, paper, fertiliser, new materials, food (the chain that the source names)."""


@cache
def used_lots() -> tuple[Lot, ...]:
    """The lots with state, use and planned code."""
    found = [_plain(lot) for lot in lots()]
    for places, wanted, state in (
        (BUILT_PLACES, "built", "built"),
        (SUPPLIED_PLACES, "", "supplied"),
        (OTHER_PLACES, "", ""),
    ):
        for use, detail, s, t in places:
            nearest = _nearest(found, wanted, s, t)
            lot = found[nearest]
            found[nearest] = replace(
                lot, use=use, detail=detail or "planned", state=state or _stage(lot), plan=PLAN[use]
            )
    return tuple(
        replace(
            lot,
            state=lot.state or _stage(lot),
            use=lot.use or "industrial",
            detail=lot.detail or ("own" if lot.built else ""),
        )
        for lot in found
    )


def _plain(lot: Lot) -> Lot:
    """A lot with what its kind and place alone decide."""
    if lot.kind == "road":
        return replace(lot, use="road", detail="road", plan=PLAN["road"], state=lot.state or "unready")
    if lot.kind == "creek":
        return replace(lot, use="green", detail="creek", plan="1401", state="undevelopable")
    return replace(lot, plan="16" if lot.s > RESERVE_S and not lot.built else PLAN["industrial"])


def _stage(lot: Lot) -> str:
    """How far an unbuilt lot is: nearer the built area, readier."""
    return "ready" if lot.s < READY_S else "unready"


def _nearest(found: list[Lot], state: str, s: float, t: float) -> int:
    """The nearest lot of a state that has no use yet."""
    free = np.array([lot.kind == "lot" and not lot.use and lot.state == state for lot in found])
    far = np.array([np.hypot(lot.s - s, 1.4 * (lot.t - t)) for lot in found])
    return int(np.argmin(np.where(free, far, np.inf)))
