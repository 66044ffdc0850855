"""The documents that organisations read as JSON Schema, and what each of their fields means.

The schemas are shipped as `schemas/json/*.json`; the meanings stand here and nowhere else.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.core.documents import (
    Cause,
    CauseExample,
    Counts,
    Explained,
    NotRun,
    Origin,
    Proposed,
    ProposedChange,
    Receipt,
    Report,
    ReportedNotice,
    RuleChange,
    RuleSet,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_LINE = "Physical line as an editor counts it, the first being 1; null where there is none."
_RECORD = "Number of the record in the file, from 1; null where there is none."
MEANINGS: Final[Mapping[type[BaseModel], Mapping[str, str]]] = {
    Receipt: {
        "version": "Version of the document; it changes only where a field changes its meaning or goes away.",
        "id": "Id of the submission; of a duplicate, the id of this receipt alone.",
        "organisation": "Id of the organisation that sent the file.",
        "file": "Name of the file as it was sent.",
        "bytes": "Size of the file in bytes.",
        "sha256": "SHA-256 of the file's bytes, in hexadecimal digits.",
        "received_at": "When the upload was complete, in UTC.",
        "kind": "Kind of file; null until it is known.",
        "status": "received, duplicate (the same bytes came before) or refused (a response set says why).",
        "first_id": "Of a duplicate, the submission that these bytes first came as.",
        "follows": "The earlier submission of the same name with other bytes.",
        "message": "What has happened and what comes next, in a sentence.",
        "expected_by": "When the responses will be there at the latest.",
        "place": "Place in the queue; not given yet.",
        "median_s": "Median of the seconds that such files took lately; not given yet.",
        "p95_s": "Seconds within which 95 of 100 such files were answered lately; not given yet.",
        "key_id": "Key that the receipt is signed with; not given yet.",
        "signature": "Signature of the receipt; not given yet.",
    },
    Report: {
        "version": "Version of the document; it changes only where a field changes its meaning or goes away.",
        "file": "Name of the file as it was sent.",
        "sha256": "SHA-256 of the file's bytes, in hexadecimal digits.",
        "kind": "Kind of file; null where none knows it.",
        "verdict": "accepted, part or rejected: how much of the file's content was accepted.",
        "counts": "Exact totals.",
        "causes": "Common roots of the messages, the one with the most messages first.",
        "notices": "Every notice in the order of the file, at most 1,000 of one code.",
        "explained": "Public text of every rule that found something.",
        "not_run": "Checks that were not run, each with its reason.",
        "rules": "The rules that the file was judged by; null where the kind is not known.",
        "matching": "Version of the levels, weights and guards that learners were matched by; null without matching.",
        "proposed": "The corrected file that is offered; null where nothing of form alone is wrong.",
        "cut": "Whether the list of notices is shorter than their exact number.",
        "supplement": "Number of the supplement, which answers settled records alone; null for the whole file.",
        "processing_date": "Day by which ages and dates were judged.",
        "submission": "Where the file came from; null for a file checked offline.",
    },
    Proposed: {
        "name": "Name to send the corrected file under.",
        "changed": "What is changed in it: faults of form alone.",
        "left": "What looks like a fault of form and is left as it stands.",
    },
    ProposedChange: {
        "what": "The change, or why nothing was changed, in words.",
        "column": "The column; null for the file itself.",
        "count": "How many places.",
    },
    Counts: {
        "read": "Records read: accepted + rejected + held.",
        "accepted": "Records accepted.",
        "rejected": "Records rejected.",
        "held": "Records that wait for a person; a supplement answers them.",
        "by_severity": "Notices of each severity.",
        "by_code": "Notices of each code.",
        "by_outcome": "Records of each outcome; empty for a file checked offline.",
    },
    Cause: {
        "kind": "What sort of root it is.",
        "severity": "The highest severity among its messages.",
        "title": "What has made the messages, in a sentence.",
        "fix": "What clears all of them at once.",
        "messages": "How many notices it has made.",
        "records": "How many records it touches.",
        "fields": "Fields in which it shows.",
        "codes": "Codes that its notices bear.",
        "examples": "The first places where it shows.",
    },
    CauseExample: {
        "line": _LINE,
        "record": _RECORD,
        "field": "Field at fault; null where a whole row is.",
        "value": "Value that was sent there, cut where it is long.",
    },
    ReportedNotice: {
        "code": "Code of the rule; `gateway explain CODE` says more.",
        "severity": "error refuses, warning asks to look, info only tells.",
        "line": _LINE,
        "record": _RECORD,
        "key": "The sender's own reference of the record; null where there is none.",
        "field": "Field at fault, in XML as a path such as LearningDelivery[2]/FundModel; null where no field is.",
        "value": "Value as it was sent; null where there is none.",
        "message": "What is wrong, in a sentence.",
        "fix": "How to put it right, in a sentence.",
        "scope": "What an error refuses: the file or one record.",
    },
    Explained: {
        "code": "Code of the rule; several rules may share one.",
        "title": "What the rule finds, in a sentence.",
        "why": "Why it matters.",
    },
    NotRun: {
        "check": "The check, or the code of a rule.",
        "reason": "Why it was not run.",
    },
    RuleSet: {
        "sha256": "Digest of the names, codes, severities and scopes of all rules in force.",
        "changed": "Rules that the gateway's operator has set otherwise than they are published.",
    },
    RuleChange: {
        "code": "Code of the rule.",
        "severity": "Severity as set; null where the rule is switched off.",
        "declared": "Severity as published.",
    },
    Origin: {
        "id": "Id of the submission.",
        "organisation": "Id of the organisation that sent the file.",
        "received_at": "When the upload was complete, in UTC.",
        "job": "FUL: full processing; CHK: check only, nothing is registered.",
        "mode": "live, or test: nothing is stored.",
    },
}
OFFLINE_LACKS: Final = frozenset({"submission", "supplement", "matching"})
"""What a report of `gateway check --json` lacks of a submission's `report.json`."""


class FieldText(NamedTuple):
    """One field of a document: the model that holds it, its name, its JSON type in words, and what it means."""

    model: str
    name: str
    type: str
    meaning: str


def receipt_schema() -> dict[str, Any]:
    """Return the JSON Schema of a receipt."""
    return _schema(Receipt, "Receipt of an upload")


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of `report.json`."""
    return _schema(Report, "Report on a submission")


def check_schema() -> dict[str, Any]:
    """Return the JSON Schema of what `gateway check --json` prints for one file, on one line."""
    schema = _schema(Report, "Report on a file checked offline")
    for name in OFFLINE_LACKS:
        del schema["properties"][name]
        schema["required"].remove(name)
    del schema["$defs"][Origin.__name__]
    named = str(schema)
    schema["$defs"] = {name: it for name, it in schema["$defs"].items() if f"'#/$defs/{name}'" in named}
    return schema


def fields(model: type[BaseModel]) -> Iterator[FieldText]:
    """Yield the fields of a document and then those of every model in it, each model once."""
    schema = _schema(model, "")
    models = {it.__name__: it for it in MEANINGS}
    for name in [model.__name__, *(name for name in models if name in schema["$defs"])]:
        held = schema if name == model.__name__ else schema["$defs"][name]
        for field, it in held["properties"].items():
            yield FieldText(name, field, _in_words(it, schema["$defs"]), MEANINGS[models[name]][field])


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return a model's schema; every field is always written, so that each is required."""
    _, held = models_json_schema([(model, "serialization")])
    definitions = held["$defs"]
    for described, meanings in MEANINGS.items():
        own = definitions.get(described.__name__, {"properties": {}})
        own["required"] = list(own["properties"])
        for name, it in own["properties"].items():
            it.pop("title", None)
            it.pop("default", None)
            it["description"] = meanings[name]
    return {"$schema": DIALECT, **definitions.pop(model.__name__), "title": title, "$defs": definitions}


def _in_words(it: Mapping[str, Any], models: Mapping[str, Any]) -> str:
    """Return a JSON type in words: a model by its name, one of several values by the values."""
    if "anyOf" in it:
        return " or ".join(_in_words(choice, models) for choice in it["anyOf"])
    name = str(it.get("$ref", "")).rpartition("/")[2]
    values = models.get(name, it).get("enum")
    if name or values:
        return ", ".join(values) if values else name
    if it["type"] == "array":
        return f"list of {_in_words(it['items'], models)}"
    if it["type"] == "object":
        return f"object of {_in_words(it['additionalProperties'], models)}"
    return str(it.get("const", it.get("format", it["type"])))
