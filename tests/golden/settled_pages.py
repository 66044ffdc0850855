"""The tables of columns on the pages of kinds that have several schemas."""

import os
import re
from pathlib import Path

from gateway.core.tables import Field, TableSchema

ROOT = Path(__file__).parents[2]


def columns(schema: TableSchema) -> str:
    """Return every column of a schema with what it holds."""
    lines = ["| # | heading | needed | what it holds |", "| --- | --- | --- | --- |"]
    for number, field in enumerate(schema.fields, start=1):
        needed = "yes" if field.constraints.required else ""
        lines.append(f"| {number} | {field.name} | {needed} | {_content(field)} |")
    return "\n".join(lines)


def _content(field: Field) -> str:
    codes = ", ".join(
        f"{code} {field.meanings[code]}" if code in field.meanings else code for code in field.constraints.enum or ()
    )
    return f"{field.title}: {codes or field.looks_like}"


def in_step(page: Path, name: str, table: str) -> bool:
    """Tell whether a page holds a table between the markers of its name; `make golden` writes it there."""
    text = page.read_text(encoding="utf-8")
    start, end = f"<!-- {name}: made by make golden -->", f"<!-- end of {name} -->"
    between = re.compile(f"{re.escape(start)}.*{re.escape(end)}", re.DOTALL)
    made, found = between.subn(lambda _: f"{start}\n{table}\n{end}", text)
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        page.write_text(made, encoding="utf-8")
        return True
    return bool(found) and made == text


def example(page: Path) -> str:
    """Return the first example of a page."""
    first, *_ = re.findall(r"```csv\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return str(first)
