"""Messages are grouped by what has made them, and each message belongs to one group."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from gateway.core.cause_signs import date_form
from gateway.core.cause_words import listed
from gateway.core.causes import PATTERNS, CauseCollector
from gateway.core.documents import Cause, CauseKind
from gateway.core.handover import FileHeader
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.tables import Constraints, Field
from tests.bench.causes import TARGET, measure

FIELDS = ("ULN", "GivenName", "Town", "PostCode", "DateOfBirth", "Place", "Email", "Gender", "Reference")
GOOD = dict(
    zip(
        FIELDS,
        ("1000000043", "Ada", "Leeds", "CV1 2WT", "2008-05-31", "", "ada@mail.org", "2", "123456789"),
        strict=True,
    )
)
AS_OF = date(2026, 9, 1)


def told(number: int, name: str | None, value: str | None, code: str = "E1", **changes: object) -> Notice:
    given: dict[str, object] = {
        "code": code,
        "severity": Severity.ERROR,
        "scope": Scope.RECORD,
        "message": f"{name} is wrong.",
        "fix": "Mend it.",
        "line": number + 1,
        "record": number,
        "field": name,
        "value": value,
    }
    return Notice(**given | changes)  # type: ignore[arg-type] - any detail of it


def collected(rows: Iterable[dict[str, str]], *wrong: str, **changes: object) -> list[Cause]:
    """Return the causes of a file in whose rows these fields are wrong wherever they are not as in a good row."""
    collector = CauseCollector()
    for number, row in enumerate(rows, start=1):
        values = {**GOOD, **row}
        notices = [
            told(number, name, values[name], **changes) for name in wrong if name in row and row[name] != GOOD[name]
        ]
        collector.add(notices, Record(number=number, line=number + 1, key="", values=values))
    return collector.causes()


def only(causes: list[Cause]) -> Cause:
    (cause,) = causes
    return cause


def test_a_file_without_messages_has_no_cause() -> None:
    assert collected([{}, {}]) == []


def test_every_date_in_a_spreadsheets_form_is_one_cause_whichever_number_is_the_month() -> None:
    rows = [{"DateOfBirth": f"{day:02}/05/2008"} for day in range(1, 29)]
    cause = only(collected(rows, "DateOfBirth"))
    assert cause.kind is CauseKind.DATE_FORM
    assert cause.title == "Every DateOfBirth is written as DD/MM/YYYY: a spreadsheet has changed the form"
    assert (cause.messages, cause.records, cause.fields, cause.codes) == (28, 28, ["DateOfBirth"], ["E1"])
    assert [(it.line, it.record, it.value) for it in cause.examples] == [
        (2, 1, "01/05/2008"),
        (3, 2, "02/05/2008"),
        (4, 3, "03/05/2008"),
    ]


def test_the_files_other_dates_say_which_number_is_the_month() -> None:
    rows = [{"DateOfBirth": f"05/{day:02}/2008"} for day in range(1, 29)]
    assert "MM/DD/YYYY" in only(collected(rows, "DateOfBirth")).title


def test_two_columns_of_dates_are_one_cause() -> None:
    collector = CauseCollector()
    for number in (1, 2, 3):
        wrong = [told(number, name, "31/12/2008") for name in ("StartDate", "EndDate")][: 1 + number % 2]
        collector.add(wrong, Record(number=number, line=number + 1, key="", values={}))
    collector.add((), Record(number=4, line=5, key="", values={}))
    cause = only(collector.causes())
    assert cause.title.startswith("Dates in 3 records, one after the other are written as DD/MM/YYYY")
    assert (cause.messages, cause.records) == (5, 3)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("31.05.08", "DD.MM.YY"),
        ("5/31/2008", "MM/DD/YYYY"),
        ("31/05/2008 00:00", "DD/MM/YYYY with a time"),
        ("31-May-08", "DD-MMM-YY"),
        ("31 May 2008", "DD-MMM-YYYY"),
        ("20080531", "YYYYMMDD"),
        ("2008/5/31", "YYYY/MM/DD"),
        ("2008-05-31 00:00:00", "YYYY-MM-DD with a time"),
        ("39599", "a count of days"),
        ("2008-13-31", ""),
        ("20081331", ""),
        ("soon", ""),
    ],
)
def test_a_spreadsheets_date_is_known_by_its_form(value: str, form: str) -> None:
    assert date_form("DateOfBirth", value) == form


def test_a_number_is_a_date_only_under_a_heading_that_speaks_of_one() -> None:
    assert date_form("ScottishCandidateNumber", "20080531") == ""
    assert date_form("LEARN_START_DATE", "20080531") == "YYYYMMDD"


@pytest.mark.parametrize("by", [1, -1, 2])
@pytest.mark.parametrize("spoilt", [range(20, 60), range(100)], ids=["a run", "all"])
def test_values_beside_their_columns_are_one_cause(by: int, spoilt: range) -> None:
    rows = []
    for number in range(100):
        cells = list(GOOD.values())
        if number in spoilt:
            cells = cells[:2] + [""] * by + cells[2:-by] if by > 0 else [*cells[:2], *cells[3:], ""]
        rows.append(dict(zip(FIELDS, cells, strict=True)))
    cause = only(collected(rows, "PostCode", "DateOfBirth", "Email", "Gender"))
    side = "left" if by < 0 else "right"
    columns = "2 columns" if by == 2 else "one column"
    assert cause.kind is CauseKind.SHIFTED
    assert f"Values stand {columns} to the {side} of their own column" in cause.title
    assert cause.records == len(spoilt)
    assert cause.messages == 4 * len(spoilt)


def test_a_fault_before_the_displaced_values_has_a_cause_of_its_own() -> None:
    cells = list(GOOD.values())
    shifted = dict(zip(FIELDS, [*cells[:2], "", *cells[2:-1]], strict=True)) | {"ULN": "1000000042"}
    kinds = {it.kind for it in collected([{}] * 20 + [shifted] * 5, "ULN", "PostCode", "Gender")}
    assert kinds == {CauseKind.SHIFTED, CauseKind.CHECK_DIGIT}


def test_a_row_with_displaced_values_but_messages_elsewhere_is_judged_by_these() -> None:
    cells = list(GOOD.values())
    shifted = dict(zip(FIELDS, [*cells[:2], "", *cells[2:-1]], strict=True)) | {"ULN": "x", "GivenName": "4"}
    assert {it.kind for it in collected([{}] * 20 + [shifted] * 2, "ULN", "GivenName")} == {CauseKind.FORM}


def test_a_field_that_is_empty_because_its_value_moved_belongs_to_the_shift() -> None:
    cells = list(GOOD.values())
    shifted = dict(zip(FIELDS, ["", *cells[:-1]], strict=True))
    cause = only(collected([shifted] * 30, "ULN", "PostCode", "DateOfBirth"))
    assert cause.kind is CauseKind.SHIFTED
    assert "from ULN on, in every record" in cause.title


def test_one_wrong_value_again_and_again_is_one_cause_and_single_slips_are_others() -> None:
    rows = [{"Gender": "MF"[number % 2]} for number in range(20)] + [{"Gender": "??"}]
    repeated, slip = collected(rows, "Gender")
    assert (repeated.kind, slip.kind) == (CauseKind.REPEATED_VALUE, CauseKind.FORM)
    assert repeated.title == "Gender holds \u201cM\u201d and \u201cF\u201d in 20 records, one after the other"
    assert repeated.fix.endswith("in all records at once. Mend it.")
    assert (repeated.records, slip.records) == (20, 1)


def test_many_different_values_are_told_by_their_form() -> None:
    rows = [{"Town": f"{'x' * (number % 9 + 1)}{number}!"} for number in range(60)]
    cause = only(collected(rows, "Town"))
    assert cause.kind is CauseKind.FORM
    assert (cause.title, cause.fix) == ("Town is wrong.", "Mend it.")
    many = [{"Town": "abcdefghi"[number % 7] + "!"} for number in range(70)]
    assert {it.kind for it in collected(many, "Town")} == {CauseKind.FORM}


def test_a_cause_whose_messages_differ_shows_a_value_and_not_one_of_its_messages() -> None:
    collector = CauseCollector()
    for number, value in enumerate(("Al4ce", "Be7n", "x" * 60 + "1y"), start=1):
        told_so = told(number, "GivenName", value, message=f"No {value}.", fix=f"Mend {value}.")
        collector.add([told_so], Record(number=number, line=number, key="", values={}))
    named, other = collector.causes()
    assert named.title == "GivenName holds values such as \u201cAl4ce\u201d in 2 records, one after the other"
    assert named.fix == "Mend each value as its own message says."
    assert other.title.startswith("No xxx")


def test_rows_that_are_wrong_each_in_its_way_are_still_one_cause() -> None:
    collector = CauseCollector()
    for number in (1, 2):
        wrong = told(number, None, None, message=f"The row has {number} columns.")
        collector.add([wrong], Record(number=number, line=number, key="", values={}))
    assert only(collector.causes()).title == "In every record: The row has 1 columns. Others are wrong in the same way."


def test_a_column_left_empty_is_one_cause() -> None:
    cause = only(collected([{"Gender": " "}, {"Gender": ""}], "Gender"))
    assert (cause.kind, cause.title) == (CauseKind.EMPTY, "Gender is empty in every record")


def test_values_over_the_limit_are_known_by_the_field_tables_own_words() -> None:
    field = Field(name="Town", title="a town", constraints=Constraints.model_validate({"maxLength": 5}))
    fault = field.check("Birmingham")
    assert fault is not None
    rows = [{"Town": "x" * (6 + number)} for number in range(10)]
    cause = only(collected(rows, "Town", message=fault.message))
    assert (cause.kind, cause.title) == (CauseKind.TOO_LONG, "Town is too long in every record")


def test_texts_cut_at_one_length_are_one_cause() -> None:
    rows = [{"Email": f"{'ab'[number % 2] * (number % 5)}.x{number:03}{'b' * 20}@mail"[:12]} for number in range(30)]
    cause = only(collected([{}] * 20 + rows, "Email"))
    assert cause.title == "Email is cut off after 12 characters in 30 records, one after the other"
    assert "cut to 12 characters" in cause.fix


def test_a_value_that_looks_right_is_not_called_cut_off() -> None:
    rows = [{"PostCode": f"CV1{number % 9} {number % 8}XX"} for number in range(40)]
    assert {it.kind for it in collected(rows, "PostCode")} == {CauseKind.FORM}


def test_numbers_that_lack_digits_have_lost_their_zeros() -> None:
    lost = [{"Reference": str(number)} for number in range(1234567, 1234587)]
    assert only(collected([{}] * 20 + lost, "Reference")).kind is CauseKind.ZEROS_LOST
    words = "Reference must be nine digits."
    assert only(collected(lost, "Reference", message=words)).kind is CauseKind.ZEROS_LOST
    short = [{"Reference": str(number)} for number in range(10, 30)]
    assert only(collected(short, "Reference", message=words)).kind is CauseKind.FORM
    words = "ULN must be ten digits, the first of them not 0."
    assert only(collected([{"ULN": "123456789"}], "ULN", message=words)).kind is CauseKind.FORM


@pytest.mark.parametrize("value", ["1.00E+09", "1E+9", "1000000043.0", "1,000,000,043"])
def test_a_spreadsheets_large_number_is_known(value: str) -> None:
    assert only(collected([{"ULN": value}], "ULN")).kind is CauseKind.NUMBER_FORM


@pytest.mark.parametrize("value", ["Zo\u00c3\u00ab", "Zo\ufffd"])
def test_damaged_accents_are_one_cause_over_all_fields_and_codes(value: str) -> None:
    collector = CauseCollector()
    for number, name in enumerate(("GivenName", "Town"), start=1):
        notices = [told(number, name, value), told(number, name, value, "W1", severity=Severity.WARNING)]
        collector.add(notices, Record(number=number, line=number, key="", values={name: value}))
    cause = only(collector.causes())
    assert (cause.kind, cause.messages, cause.records) == (CauseKind.ENCODING, 4, 2)
    assert (cause.severity, cause.fields, cause.codes) == (Severity.ERROR, ["GivenName", "Town"], ["E1", "W1"])


@pytest.mark.parametrize("value", ['"Ada"', "Ada*", "A\u200bda", "\u201cAda\u201d"])
def test_stray_signs_are_one_cause(value: str) -> None:
    assert only(collected([{"GivenName": value}], "GivenName")).kind is CauseKind.STRAY
    assert only(collected([{"GivenName": "***"}], "GivenName")).kind is CauseKind.FORM


def test_wrong_check_digits_throughout_mean_another_number() -> None:
    cause = only(collected([{"ULN": "1000000042"}] * 10, "ULN"))
    assert cause.title == (
        "The check digit of ULN is wrong in every record: the column seems to be filled from something else"
    )
    assert only(collected([{"ULN": "1000000042"}], "ULN")).title == "The check digit of ULN is wrong in 1 record"


def test_rows_that_cannot_be_split_are_one_cause() -> None:
    collector = CauseCollector()
    for number in range(1, 10):
        wrong = [told(number, None, None, message="The row has 31 columns.")] if 3 <= number < 6 else []
        collector.add(wrong, Record(number=number, line=number + 1, key="", values=GOOD))
    cause = only(collector.causes())
    assert (cause.kind, cause.title) == (
        CauseKind.ROWS,
        "In 3 records, one after the other: The row has 31 columns.",
    )


def test_what_refuses_the_file_touches_every_record() -> None:
    collector = CauseCollector()
    collector.see(FileHeader(values={}))
    collector.see(told(1, None, None, "F1", record=None, scope=Scope.FILE, message="The file is wrong."))
    for number in (1, 2, 3):
        notices = (told(number, "Gender", ""),) if number == 1 else ()
        collector.see(CheckedRecord(record=Record(number=number, line=number, key="", values=GOOD), notices=notices))
    first, second = collector.causes()
    assert (first.kind, first.title, first.records) == (CauseKind.FILE, "The file is wrong.", 3)
    assert second.records == 1


def test_a_refused_record_weighs_more_than_some_that_are_only_warned_about() -> None:
    collector = CauseCollector()
    for number in range(1, 41):
        notices = [told(number, "Town", "x", "W1", severity=Severity.WARNING)] if number > 5 else []
        notices += [told(number, "Gender", "")] if number < 6 else []
        collector.add(notices, Record(number=number, line=number, key="", values=GOOD))
    assert [it.severity for it in collector.causes()] == [Severity.ERROR, Severity.WARNING]


def test_every_message_is_counted_once_even_past_the_patterns_that_are_kept() -> None:
    collector = CauseCollector()
    for number in range(1, PATTERNS + 101):
        code = f"E{number}"
        wrong = [told(number, "Town", f"{'aZ9'[n % 3]}{number}", code) for n in range(3)]
        wrong.append(told(number, "DateOfBirth", "31/05/2008", code))
        collector.add(wrong, Record(number=number, line=number, key="", values=GOOD))
    assert sum(it.messages for it in collector.causes()) == 4 * (PATTERNS + 100)


def test_an_example_is_cut_where_it_is_long() -> None:
    (example,) = only(collected([{"Town": "x" * 5000}], "Town")).examples
    assert example.value == "x" * 200 + "..."


def test_the_sample_of_a_long_file_still_knows_what_is_usual() -> None:
    rows = [{"Reference": f"{100000000 + number}"} for number in range(5000)]
    lost = [{"Reference": str(number)} for number in range(1234567, 1234587)]
    found = collected([*rows, *lost], "Reference", message="No.")
    assert {it.kind for it in found[1:]} == {CauseKind.ZEROS_LOST}


def test_a_column_may_have_any_number_of_forms() -> None:
    signs = "!#$%&()+,/:;<=>?@[]^_{|}~"
    rows = [{"Town": f"a{first}{second}9"} for first in signs for second in signs]
    assert collected(rows) == []
    assert sum(it.messages for it in collected(rows, "Town")) == len(rows)


def test_names_are_listed_as_a_sentence_lists_them() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed("abcdefgh") == "a, b, c, d, e, f and 2 more"


@pytest.mark.parametrize("seed", range(1, 6))
def test_planted_roots_are_found(tmp_path: Path, seed: int) -> None:
    found = measure(tmp_path, seed, learners=200)
    assert found.missed == []
    assert found.share >= TARGET
