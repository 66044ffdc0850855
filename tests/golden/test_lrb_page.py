"""The page of the LRB kind says what its schema and its answers say."""

import os
import re
from pathlib import Path

import pytest

from adapters.kinds.lrb.answers import AFTER_MATCHING, BY_FAULT, BY_OUTCOME, CODE_TEXTS, UlnColumn
from adapters.kinds.lrb.table import SCHEMA
from gateway.core.tables import Field
from tests.golden.lrb_files import NAME, check_text, codes, records

PAGE = Path(__file__).parents[2] / "adapters" / "kinds" / "lrb" / "README.md"
ULN = {
    UlnColumn.SENT: "as sent",
    UlnColumn.FOUND: "the learner's",
    UlnColumn.MASTER: "the master ULN, or the learner's",
    UlnColumn.EMPTY: "empty",
}


def columns() -> str:
    """Return every column of the schema with what it holds."""
    lines = ["| # | heading | most characters | needed | what it holds |", "| --- | --- | --- | --- | --- |"]
    for number, field in enumerate(SCHEMA.fields, start=1):
        limits = field.constraints
        needed = "yes" if limits.required else ""
        lines.append(f"| {number} | {field.name} | {limits.max_length or ''} | {needed} | {_content(field)} |")
    return "\n".join(lines)


def _content(field: Field) -> str:
    codes = ", ".join(
        f"{code} {field.meanings[code]}" if code in field.meanings else code for code in field.constraints.enum or ()
    )
    form = {"date": "YYYY-MM-DD", "integer": "a whole number"}.get(field.type, field.looks_like) or codes
    return f"{field.title}: {form}" if form else field.title


def answers() -> str:
    """Return every outcome with its return code."""
    lines = ["| outcome | ReturnCode | ULN column |", "| --- | --- | --- |"]
    replies = dict.fromkeys([*BY_FAULT.values(), *BY_OUTCOME.values(), *AFTER_MATCHING.values()])
    lines += [f"| {reply.outcome} | {reply.code} | {ULN[reply.uln]} |" for reply in replies]
    return "\n".join(lines)


@pytest.mark.parametrize("part", [columns, answers], ids=lambda part: part.__name__)
def test_a_table_of_the_page_is_what_the_code_says(part: object) -> None:
    text = PAGE.read_text(encoding="utf-8")
    name = part.__name__
    start, end = f"<!-- {name}: made by make golden -->", f"<!-- end of {name} -->"
    between = re.compile(f"{re.escape(start)}.*{re.escape(end)}", re.DOTALL)
    made = between.sub(lambda _: f"{start}\n{part()}\n{end}", text)
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        PAGE.write_text(made, encoding="utf-8")
    else:
        assert made == text, "run `make golden`"


def test_every_code_that_is_ours_is_explained() -> None:
    replies = [*BY_FAULT.values(), *BY_OUTCOME.values(), *AFTER_MATCHING.values()]
    assert {reply.code for reply in replies if reply.code.startswith("GR")} == set(CODE_TEXTS)


def test_the_example_of_the_page_is_a_file_without_fault(tmp_path: Path) -> None:
    (example,) = re.findall(r"```csv\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = check_text(tmp_path, example, NAME)
    assert codes(found) == []
    assert len(records(found)) == 2
