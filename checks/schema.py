"""The JSON Schema of a rule pack, made from the kinds on hand; shipped as `checks/packs/pack.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from checks.drafts import TEXT_KEYS
from checks.kinds_on_hand import kind_names, load_kind
from checks.model import Binding, Standing
from checks.values import Spec, options, specs
from layers.model import FieldType, GeometryType

FILE = Path(__file__).parent / "packs" / "pack.schema.json"
STRING = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": STRING}
ID = {"type": "string", "pattern": r"^[\w-]+$"}
TITLE = {
    "anyOf": [STRING, {"type": "object", "properties": {"zh": STRING, "en": STRING}, "additionalProperties": False}]
}
TYPES: Mapping[Any, dict[str, Any]] = {
    float: {"type": "number"},
    int: {"type": "integer"},
    str: STRING,
    bool: {"type": "boolean"},
    tuple[str, ...]: TEXTS,
    tuple[float, ...]: {"type": "array", "items": {"type": "number"}},
    tuple[int, ...]: {"type": "array", "items": {"type": "integer"}},
    Mapping[str, float]: {"type": "object", "additionalProperties": {"type": "number"}},
    Mapping[str, tuple[str, ...]]: {"type": "object", "additionalProperties": {"anyOf": [STRING, TEXTS]}},
    Fraction: {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*\d+(/\d+|\.\d+)?\s*$"}]},
}


def schema() -> dict[str, Any]:
    """The schema of a pack file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Zoneproof rule pack",
        **_closed(
            {
                "pack": _closed({"id": ID, "title": TITLE}, "id", "title"),
                "roles": {"type": "object", "additionalProperties": _role()},
                "rule": {"type": "array", "minItems": 1, "items": _rule()},
            },
            "pack",
            "rule",
        ),
    }


def text() -> str:
    """The schema as it is shipped."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def write() -> None:
    """Bring the shipped file up to date with the kinds (our own repository only)."""
    FILE.write_text(text(), encoding="utf-8")


def _closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**closed, "required": list(required)} if required else closed


def _role() -> dict[str, Any]:
    field = _closed(
        {
            "title": TITLE,
            "type": {"enum": list(get_args(FieldType))},
            "unit": STRING,
            "required": {"type": "boolean"},
            "values": {"type": "object", "additionalProperties": TEXTS},
            "aliases": TEXTS,
            "default": STRING,
        }
    )
    geometry = {"enum": list(get_args(GeometryType))}
    forms = {"anyOf": [{"enum": ["table", "raster"]}, geometry, {"type": "array", "items": geometry, "minItems": 1}]}
    fields = {"type": "object", "additionalProperties": field}
    return _closed({"geometry": forms, "title": TITLE, "fields": fields}, "geometry")


def _rule() -> dict[str, Any]:
    both = {"type": "array", "items": {"enum": ["zone", "expansion"]}, "minItems": 2, "uniqueItems": True}
    words = _closed(dict.fromkeys(TEXT_KEYS, STRING))
    citation = _closed(
        {
            "document": STRING,
            "number": STRING,
            "clause": STRING,
            "quote": STRING,
            "in_force": STRING,
            "standing": {"enum": list(get_args(Standing))},
        }
    )
    properties = {
        "id": ID,
        "title": TITLE,
        "kind": {"enum": list(kind_names())},
        "subject": {"anyOf": [STRING, both]},
        "params": {"type": "object"},
        "binding": {"enum": list(get_args(Binding))},
        "basis": {"enum": ["stated", "interpretation"]},
        "citation": {**citation, "dependentRequired": {"document": ["standing"]}},
        "text": _closed({"zh": words, "en": words}),
    }
    return {**_closed(properties, "id", "title", "kind"), "allOf": [_of_kind(name) for name in kind_names()]}


def _of_kind(name: str) -> dict[str, Any]:
    known = specs(load_kind(name).Params)
    required = [key for key, spec in known.items() if spec.required]
    params = _closed({key: _param(spec) for key, spec in known.items()}, *required)
    then: dict[str, Any] = {"properties": {"params": params}}
    return {
        "if": {"properties": {"kind": {"const": name}}},
        "then": {**then, "required": ["params"]} if required else then,
    }


def _param(spec: Spec) -> dict[str, Any]:
    allowed = [dict(TYPES[option]) for option in options(spec.hint)]
    for one in allowed:
        if spec.minimum is not None and one.get("type") in ("number", "integer"):
            one["minimum"] = spec.minimum
        if spec.choices:
            one.update(
                {"items": {"enum": list(spec.choices)}} if one["type"] == "array" else {"enum": list(spec.choices)}
            )
    told = {"description": f"{spec.title.zh} | {spec.title.en}" + (f" [{spec.unit}]" if spec.unit else "")}
    return {**told, **(allowed[0] if len(allowed) == 1 else {"anyOf": allowed})}
