"""Writes the parts of the documentation that repeat the code, between their markers; `make docs` runs it.

A generated part stands between `<!-- NAME: made by make docs -->` and `<!-- end of NAME -->`.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import typer
from pydantic import BaseModel

from gateway import bootstrap, service
from gateway.cli import app
from gateway.config import GatewaySettings

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
    for name, rule in service.rules(bootstrap.file_kinds()):
        if name == "every kind":
            lines.append(f"| `{rule.code}` | {rule.severity} | {rule.title} | {rule.why} | {rule.fix} |")
    return "\n".join(lines)


PARTS: Mapping[tuple[str, str], Callable[[], str]] = {
    ("README.md", "commands"): commands,
    ("README.md", "settings"): settings,
    ("gateway/core/rules/README.md", "rules"): rules,
}


def with_part(text: str, name: str, part: str) -> str:
    """Return a text with a generated part put between its markers; raise ValueError where they are missing."""
    start, end = f"<!-- {name}: made by make docs -->", f"<!-- end of {name} -->"
    if start not in text or end not in text:
        raise ValueError(f"the markers of {name} are missing")
    return re.sub(f"{re.escape(start)}.*{re.escape(end)}", lambda _: f"{start}\n{part}\n{end}", text, flags=re.DOTALL)


def main() -> None:
    """Write every part."""
    for (file, name), make in PARTS.items():
        path = ROOT / file
        path.write_text(with_part(path.read_text(encoding="utf-8"), name, make()), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
