"""A kind of table is a schema, rules and a function from a record to a learner; the engine does the rest."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from adapters.formats.table_cells import sign_of
from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Columns, Limits, Signs, Table, values_pass
from adapters.formats.table_rules import table_rules
from gateway.core.handover import Faultless, FileHeader, Finding, Late
from gateway.core.model import CheckedRecord, Learner, Record
from gateway.core.notices import Notice, Severity
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Key
from gateway.core.tables import TableSchema

AS_OF = date(2026, 9, 1)
SCHEMA = TableSchema.model_validate({
    "name": "example-1", "title": "An example", "version": "1", "source": "invented", "fieldsMatch": "equal",
    "fields": [
        {"name": "Ref", "title": "a key", "constraints": {"required": True, "maxLength": 12}},
        {"name": "Name", "title": "a name", "constraints": {"required": True, "maxLength": 40}},
        {"name": "Sex", "title": "a sex", "constraints": {"enum": ["M", "F"]}},
        {"name": "Born", "type": "date", "title": "a date of birth"},
        {"name": "Code", "title": "a code", "looksLike": "three digits", "missingValues": ["-2"],
         "constraints": {"pattern": "[0-9]{3}"}},
        {"name": "Note", "title": "a note"},
    ],
})  # fmt: skip
SHORT = TableSchema.model_validate({
    "name": "example-short", "title": "An example", "version": "1", "source": "invented", "fieldsMatch": "equal",
    "fields": [
        {"name": "Ref", "title": "a key", "constraints": {"required": True, "maxLength": 12}},
        {"name": "Code", "title": "a code", "looksLike": "three digits", "constraints": {"pattern": "[0-9]{3}"}},
    ],
})  # fmt: skip
BOOK = Rulebook()
RULES = table_rules(BOOK, SCHEMA.names)


@BOOK.rule("SEX_CODE", fields=["Sex", "Code"])
def code_needs_sex(record: Record, _: Context) -> Iterator[Found]:
    """A code stands without a sex.

    Why: the code says what the sex is for.
    Fix: fill Sex or leave Code empty.
    Message: Sex is empty although Code is {Code}.
    """
    if record["Code"] and not record["Sex"]:
        yield Found("Sex")


@BOOK.rule("NAME_DIGIT", fields=["Name"])
def name_without_digits(record: Record, _: Context) -> Iterator[Found]:
    """A name holds a digit.

    Why: names hold none.
    Fix: leave it out.
    Message: Name holds a digit.
    """
    if any(map(str.isdigit, record["Name"])):
        yield Found("Name")


@BOOK.rule("NOTE_AS_REF", fields=["Note"], severity="info")
def note_is_not_the_ref(record: Record, _: Context) -> Iterator[Found]:
    """A note repeats the reference, which this rule reads without declaring it.

    Why: it tells nothing.
    Fix: leave it empty.
    Message: Note is the same as Ref.
    """
    if record["Note"] and record["Note"] == record["Ref"]:
        yield Found("Note")


@BOOK.rule("FIRST_NOTE", fields=["Note"], severity="warning")
def first_has_no_note(record: Record, _: Context) -> Iterator[Found]:
    """The first record has the note "later".

    Why: nothing stands before it.
    Fix: leave it empty.
    Message: Note of the first record is "later".
    """
    if record["Note"] == "later" and record.number == 1:
        yield Found("Note")


@BOOK.rule("CRASHING", fields=["Note"])
def crashes(record: Record, _: Context) -> Iterator[Found]:
    """A note asks for a fault of ours.

    Why: a rule may be wrong.
    Fix: nothing.
    Message: never told.
    """
    if record["Note"] == "crash":
        raise ZeroDivisionError
    yield from ()


@BOOK.rule("TRAILER", fields=["trailer"], scope="file")
def trailer_counts(record: Record, _: Context) -> Iterator[Found]:
    """The trailer's count is wrong.

    Why: a row was lost.
    Fix: count again.
    Message: The trailer says {trailer}, and there are {records}.
    """
    if record["trailer"] and record["trailer"] != record["records"]:
        yield Found("trailer", line=record.line)


@BOOK.repeated("REF_REPEATED", fields=["Ref"])
def ref_repeated(record: Record, _: Context) -> Iterator[Key]:
    """A reference stands twice.

    Why: nobody knows which is meant.
    Fix: change one.
    Message: Ref {Ref} stands on {lines} too.
    """
    if record["Ref"]:
        yield Key((record["Ref"].casefold(),), field="Ref")


def folded_ref(columns: Columns) -> Signs:
    """Return a number for each row by its reference in small letters."""
    return columns.signs_of("Ref", lambda ref: sign_of(ref.casefold().encode()))


TABLE = Table(
    where="tests.formats.test_table_kind:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=RULES,
    key="Ref",
    learner=lambda record: Learner(family_name=record["Name"], sex=record["Sex"]),
    others=(SHORT,),
    trailer="trailer",
    screens={"name_without_digits": values_pass(lambda value: not any(map(str.isdigit, value)), "Name")},
    coarse={"ref_repeated": folded_ref},
)
PLAIN = replace(TABLE, screens={}, coarse={})
"""The same table without what only makes it faster."""
HEADINGS = ",".join(SCHEMA.names)
ROW = {"Ref": "R1", "Name": "Ada Marlow", "Sex": "F", "Born": "2009-05-31", "Code": "123"}


def text_of(rows: Iterable[Mapping[str, str]], end: str = "\r\n") -> str:
    """Return a file of these rows."""
    text = StringIO(newline="")
    lines = csv.writer(text, lineterminator=end)
    lines.writerow(SCHEMA.names)
    lines.writerows([row.get(name, "") for name in SCHEMA.names] for row in rows)
    return text.getvalue()


def check(
    folder: Path, content: str | bytes, table: Table = TABLE, *, faults_only: bool = False, limit: int = 10**6
) -> list[Finding]:
    """Return all that the engine finds in a file."""
    path = folder / "given.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    context = Context(as_of=AS_OF, file_name=path.name, faults_only=faults_only)
    return list(TableReading(table, path, context, Limits(max_bytes=1 << 28, max_records=limit)).findings())


def told(findings: Iterable[Finding]) -> list[tuple[str, int | None, str | None]]:
    """Return code, line and field of every notice, in order."""
    notices: list[Notice] = []
    for finding in findings:
        if isinstance(finding, Notice):
            notices.append(finding)
        elif isinstance(finding, CheckedRecord | Late):
            notices += finding.notices
    return [(notice.code, notice.line, notice.field) for notice in notices]


def records(findings: Iterable[Finding]) -> list[CheckedRecord]:
    """Return the records among the findings."""
    return [finding for finding in findings if isinstance(finding, CheckedRecord)]


def test_a_record_without_fault_brings_its_learner(tmp_path: Path) -> None:
    header, checked = check(tmp_path, text_of([ROW]))
    assert header == FileHeader(values={})
    assert isinstance(checked, CheckedRecord)
    assert (checked.record.number, checked.record.line, checked.record.key) == (1, 2, "R1")
    assert checked.learner == Learner(family_name="Ada Marlow", sex="F")


def test_where_only_faults_are_asked_for_records_without_one_come_as_their_number(tmp_path: Path) -> None:
    rows = [ROW | {"Ref": f"R{number}"} for number in range(5)]
    rows[2]["Sex"] = "X"
    found = check(tmp_path, text_of(rows), faults_only=True)
    assert [type(finding) for finding in found] == [FileHeader, Faultless, CheckedRecord, Faultless]
    assert [finding.records for finding in found if isinstance(finding, Faultless)] == [2, 2]
    assert told(found) == [("FIELD_FORMAT", 4, "Sex")]


@pytest.mark.parametrize(("change", "code", "field"), [
    ({"Ref": ""}, "FIELD_MISSING", "Ref"),
    ({"Name": "A" * 41}, "FIELD_FORMAT", "Name"),
    ({"Sex": "female"}, "FIELD_FORMAT", "Sex"),
    ({"Born": "31/05/2009"}, "FIELD_FORMAT", "Born"),
    ({"Code": "12"}, "FIELD_FORMAT", "Code"),
    ({"Sex": ""}, "SEX_CODE", "Sex"),
    ({"Name": "Ada1"}, "NAME_DIGIT", "Name"),
    ({"Note": "R1"}, "NOTE_AS_REF", "Note"),
    ({"Note": "later"}, "FIRST_NOTE", "Note"),
    ({"Note": "crash"}, "RULE_CRASH", None),
    ({"Note": "Caf\u00c3\u00a9"}, "TEXT_MOJIBAKE", "Note"),
    ({"Note": "a\u200bb"}, "TEXT_INVISIBLE", "Note"),
])  # fmt: skip
@pytest.mark.parametrize("table", [TABLE, PLAIN], ids=["screened", "plain"])
def test_each_fault_is_told_at_its_place(
    change: dict[str, str], code: str, field: str | None, table: Table, tmp_path: Path
) -> None:
    assert told(check(tmp_path, text_of([ROW | change]), table)) == [(code, 2, field)]


def test_a_refused_record_has_no_learner_and_a_warned_one_has(tmp_path: Path) -> None:
    refused, warned = records(check(tmp_path, text_of([ROW | {"Sex": "X"}, ROW | {"Ref": "R2", "Note": "a\u200bb"}])))
    assert refused.learner is None
    assert refused.refused_as is not None
    assert warned.learner is not None
    assert warned.refused_as is None


def test_a_rule_is_not_run_where_its_field_failed(tmp_path: Path) -> None:
    (checked,) = records(check(tmp_path, text_of([ROW | {"Code": "x", "Sex": ""}])))
    assert [notice.code for notice in checked.notices] == ["FIELD_FORMAT"]
    assert checked.not_run == ("SEX_CODE",)


@pytest.mark.parametrize("table", [TABLE, PLAIN], ids=["screened", "plain"])
def test_every_copy_of_a_key_is_told_after_the_last_record(table: Table, tmp_path: Path) -> None:
    rows = [ROW, ROW | {"Ref": "R2", "Sex": "X"}, ROW | {"Ref": " r1"}, ROW | {"Ref": "r2"}, ROW | {"Ref": "R3"}]
    found = check(tmp_path, text_of(rows), table)
    late = [finding for finding in found if isinstance(finding, Late)]
    assert found[-4:] == late
    assert [(it.record, it.refused, it.notices[0].line) for it in late] == [
        (1, False, 2), (2, True, 3), (3, False, 4), (4, False, 5),
    ]  # fmt: skip
    assert "line 4" in late[0].notices[0].message


def test_a_value_that_stands_for_none_is_read_as_empty(tmp_path: Path) -> None:
    (checked,) = records(check(tmp_path, text_of([ROW | {"Code": " -2", "Sex": ""}])))
    assert checked.notices == ()
    assert checked.record["Code"] == ""


def test_headings_in_another_order_and_case_are_read(tmp_path: Path) -> None:
    found = check(tmp_path, "sex, NAME ,Ref,Born,Code,Note\r\nM,Rowan,R1,,,\r\n")
    assert told(found) == [("FILE_HEADER", 1, None)]
    (checked,) = records(found)
    assert (checked.record["Ref"], checked.record["Name"], checked.record["Sex"]) == ("R1", "Rowan", "M")


def test_the_headings_of_another_schema_choose_it_and_leave_out_rules_on_what_it_lacks(tmp_path: Path) -> None:
    found = check(tmp_path, "Code,Ref\r\n123,R1\r\n12,R2\r\n")
    assert told(found) == [("FIELD_FORMAT", 3, "Code")]
    assert [checked.not_run for checked in records(found)] == [(), ()]


def test_unknown_columns_are_refused_or_ignored_as_the_kind_says(tmp_path: Path) -> None:
    text = f"{HEADINGS},Extra\r\nR1,Ada,F,,,,x\r\n"
    assert told(check(tmp_path, text)) == [("FILE_HEADER", 1, None)]
    assert told(check(tmp_path, text, replace(TABLE, ignores_unknown_columns=True))) == []


@pytest.mark.parametrize(("rows", "codes"), [
    ("R1,Ada,F,,,\r\n#TRAILER,1\r\n", []),
    ("R1,Ada,F,,,\r\n#TRAILER,1,,,,\r\n\r\n,,,,,\r\n", ["BLANK_LINES"]),
    ("R1,Ada,F,,,\r\n#TRAILER,2\r\n", ["TRAILER"]),
    ("R1,Ada,F,,,\r\n#TRAILER,1\r\nR2,Ada,F,,,\r\n", ["ROW_WIDTH"]),
    ("#TRAILER,0\r\n", ["NO_RECORDS"]),
])  # fmt: skip
def test_a_trailer_is_the_last_row_and_no_record(rows: str, codes: list[str], tmp_path: Path) -> None:
    assert [code for code, _, _ in told(check(tmp_path, f"{HEADINGS}\r\n{rows}"))] == codes


def test_a_file_over_its_number_of_records_is_refused_at_the_row_that_is_too_many(tmp_path: Path) -> None:
    found = check(tmp_path, text_of([ROW | {"Ref": f"R{number}"} for number in range(9)]), limit=6)
    assert told(found) == [("FILE_LIMIT", 8, None)]
    assert len(records(found)) == 6


def test_severities_and_scopes_are_those_of_the_rules(tmp_path: Path) -> None:
    (notice,) = (it for it in check(tmp_path, f"{HEADINGS}\n") if isinstance(it, Notice))
    assert notice.severity is Severity.ERROR
    assert notice.fix
