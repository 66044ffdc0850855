"""The pages of the kinds of results say what their schemas, their layout and their rules say."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.kinds.ao_results.result import SCHEMA
from adapters.kinds.ao_results.xml_kind import AoResultsXml
from adapters.kinds.jcq_results.kind import JcqResults
from adapters.kinds.jcq_results.result import LAYOUT
from gateway.core.rules.rule import Rule
from gateway.core.tables import Field
from tests.golden.ao_files import context_of, file_notices, records_of

KINDS = Path(__file__).parents[2] / "adapters" / "kinds"
AO, JCQ = KINDS / "ao_results" / "README.md", KINDS / "jcq_results" / "README.md"


def columns() -> str:
    """Return every column of the schema with what it holds."""
    lines = ["| # | column | needed | what it holds |", "| --- | --- | --- | --- |"]
    for number, field in enumerate(SCHEMA.fields, start=1):
        needed = "yes" if field.constraints.required else ""
        lines.append(f"| {number} | {field.name} | {needed} | {content(field)} |")
    return "\n".join(lines)


def records() -> str:
    """Return every field of every record type with its place."""
    lines = ["| record | place | length | field | needed | what it holds |", "| --- | --- | --- | --- | --- | --- |"]
    for record in LAYOUT.records:
        lines += [
            f"| {record.type} | {it.start} | {it.length} | {it.name} | {'yes' if it.constraints.required else ''} | "
            f"{content(it)} |"
            for it in record.fields
        ]
    return "\n".join(lines)


def content(field: Field) -> str:
    """Return what a field holds, in words."""
    codes = ", ".join(f"{code} {meaning}" for code, meaning in field.meanings.items())
    form = codes or field.looks_like
    return f"{field.title}: {form}" if form else field.title


def table(rules: Iterable[Rule]) -> str:
    """Return rules with their code, what they refuse and how to mend it."""
    lines = ["| code | what is wrong | refuses | how to mend it |", "| --- | --- | --- | --- |"]
    for rule in sorted(rules, key=lambda rule: (not rule.code.startswith("AR-"), rule.code)):
        refuses = f"the {rule.scope}" if rule.severity == "error" else f"nothing ({rule.severity})"
        lines.append(f"| {rule.code} | {rule.title} | {refuses} | {rule.fix} |")
    return "\n".join(lines)


def rules() -> str:
    """Return the rules on results in CSV."""
    return table(AoResultsCsv.rulebook.rules.values())


def xml_rules() -> str:
    """Return the rules on results in XML that those in CSV have not."""
    return table(it for it in AoResultsXml.rulebook.rules.values() if it not in AoResultsCsv.rulebook.rules.values())


def jcq_rules() -> str:
    """Return the rules on fixed-width results."""
    return table(JcqResults.rulebook.rules.values())


@pytest.mark.parametrize(("page", "name", "part"), [
    (AO, "columns", columns),
    (AO, "rules", rules),
    (AO, "xml_rules", xml_rules),
    (JCQ, "records", records),
    (JCQ, "rules", jcq_rules),
], ids=["columns", "rules", "xml_rules", "jcq_records", "jcq_rules"])  # fmt: skip
def test_a_table_of_a_page_is_what_the_code_says(page: Path, name: str, part: Callable[[], str]) -> None:
    text = page.read_text(encoding="utf-8")
    start, end = f"<!-- {name}: made by make golden -->", f"<!-- end of {name} -->"
    between = re.compile(f"{re.escape(start)}.*{re.escape(end)}", re.DOTALL)
    made = between.sub(lambda _: f"{start}\n{part()}\n{end}", text)
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        page.write_text(made, encoding="utf-8")
    else:
        assert made == text, "run `make golden`"


@pytest.mark.parametrize(("page", "form", "name", "kind"), [
    (AO, "csv", "AORES_10000101_6G26_20260812T060000_001.csv", AoResultsCsv),
    (AO, "xml", "AORES_10000101_6G26_20260812T060000_001.xml", AoResultsXml),
    (JCQ, "text", "R1234591.X01", JcqResults),
])  # fmt: skip
def test_the_example_of_a_page_is_a_file_without_fault(
    page: Path, form: str, name: str, kind: type[AoResultsCsv], tmp_path: Path
) -> None:
    example = re.findall(rf"```{form}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[0]
    path = tmp_path / name
    path.write_text(example, encoding="utf-8")
    found = list(kind.from_settings({}).check(path, context_of(name)))
    assert not [notice for notice in file_notices(found) if notice.severity == "error"]
    checked = list(records_of(found))
    assert checked
    assert not [notice for it in checked for notice in it.notices if notice.severity != "info"]
