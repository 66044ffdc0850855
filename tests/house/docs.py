"""Writes the parts of the documentation that repeat the code, between their markers; `make docs` runs it.

A generated part stands between `<!-- NAME: made by make docs -->` and `<!-- end of NAME -->`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin

import typer
from pydantic import BaseModel

from gateway import bootstrap, code_texts
from gateway.cli import app
from gateway.config import GatewaySettings
from gateway.core import report_schema
from gateway.core.documents import Receipt, Report
from gateway.core.model import Identity
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.rule import Rule
from gateway.core.tables import Field
from tests.acceptance.sftp.the_48 import table as table_of_48
from tests.house import matching_docs
from tests.house.element_docs import ELEMENT_PARTS
from tests.house.example_docs import examples

ROOT = Path(__file__).parents[2]


def commands() -> str:
    """Return every command with its first sentence and its options."""
    lines = ["| command | does |", "| --- | --- |"]
    lines += [f"| `{usage}` | {what} |" for usage, what in _commands(typer.main.get_command(app), "gateway")]
    return "\n".join(lines)


def _commands(command: Any, path: str) -> list[tuple[str, str]]:  # noqa: ANN401 - typer shows no type of it
    inner = getattr(command, "commands", None)
    if inner is not None:
        return [row for name, it in inner.items() for row in _commands(it, f"{path} {name}")]
    shown = " ".join(_usage(parameter) for parameter in command.params if parameter.name != "help")
    first = (command.help or "").split("\n\n")[0].replace("\n", " ")
    return [(f"{path} {shown}".strip().replace("|", "\\|"), first)]


def _usage(parameter: Any) -> str:  # noqa: ANN401 - the same
    if parameter.param_type_name == "argument":
        return (parameter.metavar or parameter.name.upper()) + ("..." if parameter.nargs == -1 else "")
    name = max(parameter.opts, key=len)
    value = "" if parameter.is_flag else f" {parameter.name.upper()}"
    return f"{name}{value}" if parameter.required else f"[{name}{value}]"


def settings() -> str:
    """Return every setting with its default and what it means."""
    lines = ["| setting | default | what it is |", "| --- | --- | --- |"]
    return "\n".join(
        lines + [f"| `{name}` | {default} | {what} |" for name, default, what in _settings(GatewaySettings)]
    )


def _settings(model: type[BaseModel], prefix: str = "") -> list[tuple[str, str, str]]:
    rows = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        (inner,) = [it for it in (field.annotation, *get_args(field.annotation)) if _is_model(it)] or [None]
        if inner is not None and get_origin(field.annotation) is dict:
            rows += _settings(inner, f"{path}.NAME.")
        elif inner is not None:
            rows += _settings(inner, f"{path}.")
        else:
            default = "none: it must be given" if field.is_required() else f"`{field.default}`"
            rows.append((path, default, field.description or ""))
    return rows


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def rules() -> str:
    """Return every rule that holds for every kind, with its text."""
    lines = ["| code | severity | rule | why | how to mend it |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{it.code}` | {it.severity} | {it.title} | {_cell(it.why)} | {_cell(it.fix)} |"
        for it in ENGINE.rules.values()
    ]
    return "\n".join(lines)


def kind_rules(folder: str) -> str:
    """Return every rule of the kinds in a folder of `adapters/kinds`, with its text, each rule once."""
    lines = ["| code | severity | fields | rule | why | how to mend it |", "| --- | --- | --- | --- | --- | --- |"]
    books = [kind.rulebook for kind in bootstrap.file_kinds().values() if _folder(kind) == folder]
    for rule in {id(rule): rule for book in books for rule in book.rules.values()}.values():
        texts = (rule.severity, _fields(rule), rule.title, rule.why, rule.fix)
        lines.append(f"| `{rule.code}` | {' | '.join(map(_cell, texts))} |")
    return "\n".join(lines)


def kind_fields(folder: str) -> str:
    """Return every field of a kind's own table: how long it may be, whether it is needed, and what it holds."""
    table = import_module(f"adapters.kinds.{folder}.table").SCHEMA
    lines = ["| # | field | most characters | needed | what it holds |", "| --- | --- | --- | --- | --- |"]
    for number, field in enumerate(table.fields, start=1):
        limits = field.constraints
        needed = "yes" if limits.required else ""
        lines.append(f"| {number} | {field.name} | {limits.max_length or ''} | {needed} | {_cell(_content(field))} |")
    return "\n".join(lines)


def kinds() -> str:
    """Return every file kind with who sends it, what is done for its learners, and its page."""
    lines = ["| kind | what it is | who sends it | learners | accepted |", "| --- | --- | --- | --- | --- |"]
    for name, kind in sorted(bootstrap.file_kinds().items()):
        page = f"adapters/kinds/{_folder(kind)}/README.md"
        shown = f"[`{name}`]({page})" if (ROOT / page).exists() else f"`{name}`"
        senders = ", ".join(sorted(it.value.replace("-", " ") for it in kind.senders)) or "as its rules say"
        learners = "matched and registered" if kind.registers else _IDENTITIES[kind.identity]
        accepted = "whole file or nothing" if kind.whole_file else "record by record"
        lines.append(f"| {shown} | {kind.title} | {senders} | {learners} | {accepted} |")
    return "\n".join(lines)


_IDENTITIES = {Identity.MATCH: "matched", Identity.VERIFY: "verified by ULN", Identity.NONE: ""}


def _folder(kind: object) -> str:
    return type(kind).__module__.removeprefix("adapters.kinds.").partition(".")[0]


def _fields(rule: Rule) -> str:
    return ", ".join(
        f"{rule.group}/{name}" if rule.group and name[0] != "/" else name.lstrip("/") for name in rule.fields
    )


def _content(field: Field) -> str:
    codes = ", ".join(
        f"{code} {field.meanings[code]}" if code in field.meanings else code for code in field.constraints.enum or ()
    )
    form = {"date": "YYYY-MM-DD", "integer": "a whole number"}.get(field.type, field.looks_like) or codes
    return f"{field.title}: {form}" if form else field.title


def _cell(text: str) -> str:
    return code_texts.readable(text).replace("|", "\\|")


def document(model: type[BaseModel]) -> str:
    """Return every field of a document that organisations read, with its type and meaning."""
    lines = ["| in | field | type | what it says |", "| --- | --- | --- | --- |"]
    lines += [f"| {it.model} | `{it.name}` | {it.type} | {it.meaning} |" for it in report_schema.fields(model)]
    return "\n".join(lines)


KIND_PARTS: Mapping[str, Callable[[str], str]] = {"rules": kind_rules, "fields": kind_fields, "examples": examples}
"""What the page of a kind may have between markers, made of the kinds in its folder."""


def _kind_parts() -> Iterator[tuple[tuple[str, str], Callable[[], str]]]:
    for page in sorted((ROOT / "adapters/kinds").glob("*/README.md")):
        text = page.read_text(encoding="utf-8")
        for name, make in KIND_PARTS.items():
            if _start(name) in text:
                yield (str(page.relative_to(ROOT)), name), partial(make, page.parent.name)


def _start(name: str) -> str:
    return f"<!-- {name}: made by make docs -->"


PARTS: Mapping[tuple[str, str], Callable[[], str]] = {
    ("README.md", "kinds"): kinds,
    ("README.md", "commands"): commands,
    ("README.md", "settings"): settings,
    ("gateway/core/rules/README.md", "rules"): rules,
    ("gateway/core/matching/README.md", "thresholds"): matching_docs.thresholds,
    ("gateway/core/matching/README.md", "levels"): matching_docs.levels,
    ("gateway/core/matching/README.md", "guards"): matching_docs.guards,
    ("adapters/transports/README.md", "48"): table_of_48,
    ("schemas/README.md", "receipt"): partial(document, Receipt),
    ("schemas/README.md", "report"): partial(document, Report),
    **dict(_kind_parts()),
    **{(f"adapters/kinds/{folder}/README.md", name): make for (folder, name), make in ELEMENT_PARTS.items()},
}
FILES: Mapping[str, Callable[[], Mapping[str, object]]] = {
    "schemas/json/receipt-1.json": report_schema.receipt_schema,
    "schemas/json/report-1.json": report_schema.report_schema,
    "schemas/json/check-1.json": report_schema.check_schema,
}
"""Files that are generated whole, as JSON."""


def with_part(text: str, name: str, part: str) -> str:
    """Return a text with a generated part put between its markers; raise ValueError where they are missing."""
    start, end = _start(name), f"<!-- end of {name} -->"
    if start not in text or end not in text:
        raise ValueError(f"the markers of {name} are missing")
    return re.sub(f"{re.escape(start)}.*{re.escape(end)}", lambda _: f"{start}\n{part}\n{end}", text, flags=re.DOTALL)


def as_json(document: Mapping[str, object]) -> str:
    """Return a document as a file of its own holds it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every part and every file."""
    for file, make_document in FILES.items():
        (ROOT / file).write_text(as_json(make_document()), encoding="utf-8")
    for (file, name), make in PARTS.items():
        path = ROOT / file
        path.write_text(with_part(path.read_text(encoding="utf-8"), name, make()), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
