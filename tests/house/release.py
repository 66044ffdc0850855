"""Keeps what a release promises: the rules that it has, and a digest of each schema that it ships (`make release`).

A schema that was released is never edited: a new version is a new file. Of the documents that the gateway writes, to
which fields may be added, it is the fields that are kept.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gateway import bootstrap, code_texts, rule_changes

ROOT: Final = Path(__file__).parents[2]
SCHEMAS: Final = ROOT / "schemas"
RELEASED: Final = SCHEMAS / "released.json"
DOCUMENTS: Final = "json"
_FOLDERS: Final = ("csv/*.json", "fixed/*.json", "json/*.json", "reference/*.json", "rules/*.json", "xsd/*/*.xsd")

Promise = str | list[str]
"""A file's SHA-256, or the fields of a document."""


def promise(path: Path) -> Promise:
    """Return what a release promises of a schema."""
    data = path.read_bytes()
    return sorted(_fields(json.loads(data))) if path.parent.name == DOCUMENTS else hashlib.sha256(data).hexdigest()


def _fields(document: Mapping[str, Any], name: str = "") -> Iterator[str]:
    yield from (f"{name}.{field}" for field in document.get("properties", {}))
    for inner, model in document.get("$defs", {}).items():
        yield from _fields(model, inner)


def keeps(old: Promise, new: Promise) -> bool:
    """Tell whether a schema is as it was promised: the same bytes, or a document with all of its fields."""
    return set(old) <= set(new) if isinstance(old, list) and isinstance(new, list) else old == new


def released() -> dict[str, dict[str, Promise]]:
    """Return what each release has promised first, by the path of the schema."""
    return json.loads(RELEASED.read_text(encoding="utf-8")) if RELEASED.exists() else {}


def shipped() -> dict[str, Path]:
    """Return every schema by its path."""
    return {str(path.relative_to(SCHEMAS)): path for form in _FOLDERS for path in sorted(SCHEMAS.glob(form))}


def main() -> None:
    """Write the rules of the present version, and add what it promises first; a version is released once."""
    kept = released()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if version in kept:
        raise SystemExit(f"{version} is released already; give the next version its number in pyproject.toml.")
    listed = rule_changes.listing(code_texts.rules(bootstrap.file_kinds()))
    rules = SCHEMAS / f"rules/{version}.json"
    rules.write_text(_text({"version": version, "rules": list(listed.values())}, 1), encoding="utf-8")
    before = {path for promises in kept.values() for path in promises}
    kept[version] = {name: promise(path) for name, path in shipped().items() if name not in before}
    RELEASED.write_text(_text(kept, 2), encoding="utf-8")


def _text(document: object, indent: int) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
