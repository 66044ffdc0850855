"""What was released stays as it was."""

import json
from pathlib import Path

import pytest

from tests.house.release import RELEASED, SCHEMAS, keeps, promise, released, shipped

PROMISES = [(version, path) for version, promises in released().items() for path in promises]


@pytest.mark.parametrize(("version", "path"), PROMISES)
def test_a_released_schema_is_never_edited(version: str, path: str) -> None:
    assert (SCHEMAS / path).exists(), f"{path} was released with {version}: put it back"
    kept = keeps(released()[version][path], promise(SCHEMAS / path))
    assert kept, f"{path} was released with {version}: put it back and write a new version as a new file"


def test_every_release_has_its_rules_and_its_promises() -> None:
    rules = {path.stem for path in (SCHEMAS / "rules").glob("*.json")}
    assert rules == set(released()) != set()
    assert all(f"rules/{version}.json" in promises for version, promises in released().items())


def test_an_edited_schema_and_a_lost_field_are_seen(tmp_path: Path) -> None:
    table, document = SCHEMAS / "csv/lrb-2a.json", SCHEMAS / "json/receipt-1.json"
    edited = tmp_path / "lrb-2a.json"
    edited.write_bytes(table.read_bytes() + b"\n")
    assert not keeps(promise(table), promise(edited))
    told = json.loads(document.read_text(encoding="utf-8"))
    other = tmp_path / "json" / "receipt-1.json"
    other.parent.mkdir()
    other.write_text(json.dumps(told | {"properties": {**told["properties"], "more": {}}}), encoding="utf-8")
    assert keeps(promise(document), promise(other))
    assert not keeps(promise(other), promise(document))


def test_what_is_promised_is_shipped() -> None:
    assert {path for _, path in PROMISES} <= set(shipped())
    assert RELEASED.name not in shipped()
