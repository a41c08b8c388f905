"""findings.json as the contract fixes it: keys, their order, rounding, ids, hashes, verdict arithmetic."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from zoneproof.cli import main

TOP = ["schema_version", "tool", "project", "inputs", "zones", "summary", "verdict"]
INPUT = ["role", "source", "sha256", "crs", "features", "read", "area_m2", "repaired", "notes"]
FINDING = [
    "id",
    "rule",
    "subject",
    "pack",
    "binding",
    "title",
    "verdict",
    "value",
    "unit",
    "threshold",
    "operator",
    "margin",
    "limits",
    "basis",
    "basis_note",
    "citation",
    "measures",
    "evidence",
    "missing",
    "message",
]
EVIDENCE = ["id", "role", "feature", "area_m2", "length_m", "width_m", "sliver", "bbox", "note"]
ROLES = [
    "zones",
    "expansion",
    "built_up",
    "urban_boundary",
    "industrial_redline",
    "ecological_redline",
    "basic_farmland",
    "land_use",
    "land_use_plan",
    "parcels",
    "buildings",
    "green",
    "roads",
    "utilities",
    "facilities",
    "dem",
    "land_cover",
    "incidents",
    "environment",
    "rankings",
    "indicators",
    "documents",
]


@pytest.fixture(scope="module", params=["park", "expansion"])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("contract") / "demo"
    assert main(["demo", str(folder), "-q"]) == 0
    sample = folder / request.param
    return sample, json.loads((sample / "zoneproof-out" / "findings.json").read_text(encoding="utf-8"))


def all_findings(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for zone in content["zones"] for finding in zone["findings"]]


def test_all_keys_are_always_there_in_order(result: tuple[Path, dict[str, Any]]) -> None:
    _, content = result
    assert list(content) == TOP
    assert content["schema_version"] == "1"
    assert list(content["tool"]) == ["name", "version", "gdal", "geos", "proj"]
    assert list(content["project"]) == ["name", "as_of", "crs", "packs"]
    assert all(list(item) == INPUT for item in content["inputs"])
    assert all(list(zone) == ["zone", "verdict", "findings"] for zone in content["zones"])
    for finding in all_findings(content):
        assert list(finding) == FINDING
        assert list(finding["citation"]) == ["document", "number", "clause", "quote", "standing"]
        assert set(finding["title"]) == set(finding["message"]) == {"zh", "en"}
        assert all(list(limit) == ["name", "value", "threshold", "operator", "margin"] for limit in finding["limits"])
        assert all(list(item) == EVIDENCE for item in finding["evidence"])


def test_verdicts_add_up(result: tuple[Path, dict[str, Any]]) -> None:
    _, content = result
    counts = Counter(finding["verdict"] for finding in all_findings(content))
    assert content["summary"] == {
        name: counts[name] for name in ("pass", "fail", "undetermined", "not-applicable", "info")
    }
    for scope, verdicts in [(content, list(counts))] + [
        (zone, [finding["verdict"] for finding in zone["findings"]]) for zone in content["zones"]
    ]:
        expected = next((name for name in ("fail", "undetermined", "pass") if name in verdicts), "info")
        assert scope["verdict"] == expected


def test_ids_are_unique_and_built_as_stated(result: tuple[Path, dict[str, Any]]) -> None:
    _, content = result
    for zone in content["zones"]:
        for finding in zone["findings"]:
            both = f"{zone['zone']}/{finding['rule']}"
            assert finding["id"] in (both, f"{both}@expansion")
            for item in finding["evidence"]:
                assert item["id"].split("~")[0] == f"{finding['id']}/{item['role']}/{item['feature']}"
    ids = [finding["id"] for finding in all_findings(content)]
    ids += [item["id"] for finding in all_findings(content) for item in finding["evidence"]]
    assert len(ids) == len(set(ids))


def test_margin_is_the_distance_from_the_threshold(result: tuple[Path, dict[str, Any]]) -> None:
    _, content = result
    for finding in all_findings(content):
        for item in [finding, *finding["limits"]]:
            if item["threshold"] is None or item["value"] is None:
                assert item["margin"] is None
            else:
                sign = 1 if item["operator"] == "<=" else -1
                assert item["margin"] == pytest.approx(sign * (item["threshold"] - item["value"]), abs=0.011)
        if finding["limits"]:
            first = finding["limits"][0]
            assert all(finding[key] == first[key] for key in ("value", "threshold", "margin"))


def test_undetermined_names_what_is_missing(result: tuple[Path, dict[str, Any]]) -> None:
    _, content = result
    for finding in all_findings(content):
        if finding["verdict"] == "undetermined":
            assert finding["missing"] or finding["evidence"], finding["id"]
        if finding["verdict"] == "pass":
            assert finding["missing"] == [], finding["id"]
        prefixes = {item.split(":")[0] for item in finding["missing"]}
        assert prefixes <= {"role", "field", "document", "param", "covers", "feature"}


def test_numbers_are_rounded_and_finite(result: tuple[Path, dict[str, Any]]) -> None:
    def walk(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [number for item in value.values() for number in walk(item)]
        if isinstance(value, list):
            return [number for item in value for number in walk(item)]
        return [value] if isinstance(value, float) else []

    _, content = result
    assert all(math.isfinite(number) for number in walk(content))
    for finding in all_findings(content):
        for item in finding["evidence"]:
            for key in ("area_m2", "length_m", "width_m"):
                assert item[key] is None or item[key] == round(item[key], 2)
            if item["bbox"] is not None:
                assert item["bbox"] == [round(number, 7) for number in item["bbox"]]
                west, south, east, north = item["bbox"]
                assert 90 < west <= east < 110 and 20 < south <= north < 30


def test_inputs_stand_in_order_with_the_hash_of_their_bytes(result: tuple[Path, dict[str, Any]]) -> None:
    sample, content = result
    ranks = [ROLES.index(item["role"]) if item["role"] in ROLES else len(ROLES) for item in content["inputs"]]
    assert ranks == sorted(ranks)
    for item in content["inputs"]:
        assert item["read"] <= item["features"]
        assert (item["area_m2"] is not None) == (item["role"] in ("zones", "expansion"))
        path = sample / str(item["source"]).split("#")[0]
        if path.suffix == ".shp":
            parts = sorted(path.parent.glob(path.stem + ".*"))
            lines = sorted(f"{part.name} {hashlib.sha256(part.read_bytes()).hexdigest()}" for part in parts)
            assert item["sha256"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
        else:
            assert item["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
