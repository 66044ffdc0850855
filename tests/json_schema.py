"""Holds a JSON value against a JSON Schema, as far as the schemas use its words; any other word is refused."""

from collections.abc import Iterator, Mapping
from typing import Any

TYPES = {"string": str, "integer": int, "number": int | float, "boolean": bool, "null": type(None)}


def faults(value: Any, schema: Mapping[str, Any]) -> list[str]:  # noqa: ANN401 - any JSON
    """Return where a value breaks a schema, none where it keeps to it."""
    return list(_faults(value, schema, schema, ""))


def _faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield where a value breaks a schema; knows just the words that these schemas use, and refuses any other."""
    assert set(schema) <= {
        "$ref", "$schema", "$defs", "anyOf", "const", "enum", "type", "properties", "required", "items",
        "additionalProperties", "propertyNames", "title", "description", "format",
    }  # fmt: skip
    if "$ref" in schema:
        yield from _faults(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole, at)
    elif "anyOf" in schema:
        tried = [list(_faults(value, choice, whole, at)) for choice in schema["anyOf"]]
        yield from [] if [] in tried else tried[0]
    elif "const" in schema or "enum" in schema:
        yield from [] if value in schema.get("enum", [schema.get("const")]) else [f"{at}: {value}"]
    elif schema["type"] == "array":
        for place, item in enumerate(value):
            yield from _faults(item, schema["items"], whole, f"{at}[{place}]")
    elif schema["type"] == "object":
        yield from _object_faults(value, schema, whole, at)
    elif not isinstance(value, TYPES[schema["type"]]):
        yield f"{at}: {value!r}"


def _object_faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        yield f"{at}: {value!r}"
        return
    known = schema.get("properties", {})
    yield from (f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value)
    for name, inner in value.items():
        if name in known or "additionalProperties" in schema:
            yield from _faults(inner, known.get(name) or schema["additionalProperties"], whole, f"{at}.{name}")
        else:
            yield f"{at}.{name} is not known"
