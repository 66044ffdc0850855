"""A schema says what is wrong with a value in words."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

import schemas
from gateway.core.tables import Field, TableSchema, read_date

LRB = TableSchema.model_validate_json(schemas.text("csv/lrb-2a.json"))


def field(**parts: object) -> Field:
    return Field.model_validate({"name": "Colour", "title": "the colour"} | parts)


def told(tested: Field, value: str) -> tuple[str, str] | None:
    fault = tested.check(value)
    return fault and (fault.message, fault.fix)


def test_an_empty_value_is_missing_only_where_it_is_required() -> None:
    required = field(constraints={"required": True}).check("")
    assert required is not None
    assert required.missing
    assert (required.message, required.fix) == ("Colour is empty.", "Enter the colour.")
    assert field().check("") is None


def test_a_text_up_to_its_limit_passes_and_a_longer_one_is_told() -> None:
    tested = field(constraints={"maxLength": 3})
    assert told(tested, "red") is None
    assert told(tested, "blue") == ("Colour has 4 characters; the limit is 3.", "Shorten it to 3 characters or fewer.")


def test_where_the_form_is_described_a_long_value_is_answered_with_it() -> None:
    tested = field(looksLike="three letters", constraints={"maxLength": 3})
    assert told(tested, "blue") == ("Colour has 4 characters; the limit is 3.", "Write three letters.")


def test_a_pattern_holds_for_the_whole_value_and_is_told_in_words() -> None:
    tested = field(looksLike="two digits", constraints={"pattern": r"\d\d"})
    assert told(tested, "12") is None
    assert told(tested, "123") == ("Colour must be two digits.", "Write two digits.")
    assert told(tested, "१२") is not None  # digits of another script


def test_a_code_is_told_with_the_meanings_of_those_allowed() -> None:
    tested = field(meanings={"1": "red"}, constraints={"enum": ["1", "2"]})
    assert told(tested, "2") is None
    assert told(tested, "3") == ("Colour is not one of the codes allowed.", "Use one of: 1 (red), 2.")


def test_of_several_faults_the_one_that_says_most_is_told() -> None:
    tested = field(constraints={"maxLength": 1, "enum": ["M", "F"]})
    assert told(tested, "Male") == ("Colour is not one of the codes allowed.", "Use one of: M, F.")


@pytest.mark.parametrize(("value", "reason"), [
    ("31/05/2008", "a spreadsheet has probably changed its form"),
    ("5-31-08", "a spreadsheet has probably changed its form"),
    ("31-May-2008", "a spreadsheet has probably changed its form"),
    ("31/05/2008 00:00", "a spreadsheet has probably changed its form"),
    ("2008-02-30", "is not a day that exists in the years 1800 to 2099"),
    ("1900-02-29", "is not a day that exists"),
    ("1799-12-31", "is not a day that exists"),
    ("20080531", "is not a date in the form YYYY-MM-DD."),
    ("2008-5-31", "is not a date in the form YYYY-MM-DD."),
    ("２008-05-31", "is not a date in the form YYYY-MM-DD."),  # noqa: RUF001
])  # fmt: skip
def test_what_is_no_date_is_told_with_the_likely_reason(value: str, reason: str) -> None:
    fault = field(type="date").check(value)
    assert fault is not None
    assert reason in fault.message
    assert "2008-05-31" in fault.fix


def test_a_date_is_read() -> None:
    assert read_date("2008-02-29") == date(2008, 2, 29)
    assert field(type="date").check("2099-12-31") is None


@pytest.mark.parametrize("value", ["1.5", "-1", "one", "１"])  # noqa: RUF001
def test_what_is_no_whole_number_is_told(value: str) -> None:
    assert told(field(type="integer"), value) == ("Colour is not a whole number.", "Write digits only.")


def test_a_whole_number_passes() -> None:
    assert field(type="integer").check("0123") is None


def test_a_description_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValidationError):
        field(constraints={"maximumLength": 3})


def test_a_schema_gives_its_headings_in_order_and_its_fields_by_name() -> None:
    assert len(LRB.names) == 30
    assert LRB.names[4] == "ULN"
    assert LRB["FamilyNameAt16"].aliases == ("FamilyNameAtAge16",)
    with pytest.raises(KeyError):
        LRB["Shoe size"]


def test_every_pattern_is_described_in_words() -> None:
    assert [field.name for field in LRB.fields if field.constraints.pattern and not field.looks_like] == []


def test_every_code_has_its_meaning() -> None:
    for listed in LRB.fields:
        if listed.meanings and listed.constraints.enum:
            assert set(listed.meanings) == set(listed.constraints.enum)


def test_a_value_that_must_have_a_length_is_told_when_it_is_shorter_or_longer() -> None:
    tested = field(constraints={"minLength": 3, "maxLength": 3})
    assert told(tested, "red") is None
    assert told(tested, "re") == ("Colour has 2 characters; it must have 3.", "Write 3 characters or more.")
    assert told(tested, "reds") == ("Colour has 4 characters; it must have 3.", "Shorten it to 3 characters or fewer.")


def test_a_value_below_its_least_length_is_told() -> None:
    tested = field(constraints={"minLength": 2})
    assert told(tested, "re" * 100) is None
    assert told(tested, "r") == ("Colour has 1 character; it must have at least 2.", "Write 2 characters or more.")


@pytest.mark.parametrize(("limits", "good", "bad", "words"), [
    ({"minimum": 1}, "1", "0", "at least 1"),
    ({"maximum": 5}, "5", "6", "at most 5"),
    ({"minimum": 1, "maximum": 5}, "0005", "9" * 5000, "at least 1 and at most 5"),
])  # fmt: skip
def test_a_number_outside_its_limits_is_told(limits: dict[str, int], good: str, bad: str, words: str) -> None:
    tested = field(type="integer", constraints=limits)
    assert told(tested, good) is None
    assert told(tested, bad) == (f"Colour must be {words}.", "Enter the colour.")


@pytest.mark.parametrize("value", ["1,5", "one", "1e3", "NaN", "+1", "1.", "\u0661"])
def test_what_is_no_number_is_told(value: str) -> None:
    fault = ("Colour is not a number.", "Write a number such as 57 or 57.5.")
    assert told(field(type="number", constraints={"minimum": 0}), value) == fault


def test_a_number_may_be_broken_and_below_nought() -> None:
    assert told(field(type="number"), "-57.25") is None


def test_a_limit_of_what_is_no_number_is_not_asked() -> None:
    assert told(field(constraints={"minimum": 1}), "red") is None


def test_a_text_that_stands_for_no_value_passes_and_reads_as_empty() -> None:
    tested = field(missingValues=["-2"], constraints={"required": True, "pattern": "[a-z]+"})
    assert told(tested, "-2") is None
    assert told(tested, "-1") is not None
    assert told(tested, "") is not None
    assert (tested.present("-2"), tested.present("red")) == ("", "red")


def test_a_date_in_a_form_of_its_own_is_read_and_told_in_that_form() -> None:
    tested = field(type="date", format="%d%m%Y")
    assert tested.day("31052008") == date(2008, 5, 31)
    assert told(tested, "2008-05-31") == (
        "Colour is not a date in the form DDMMYYYY.",
        "Write the date as DDMMYYYY, such as 31052008; keep a spreadsheet from changing it.",
    )
    assert told(tested, "31022008") is not None


def test_a_date_in_a_tolerated_form_is_read_and_known_as_such() -> None:
    tested = field(type="date", tolerated=["%d/%m/%Y"])
    assert tested.day("31/05/2008") == tested.day("2008-05-31") == date(2008, 5, 31)
    assert told(tested, "31/05/2008") is None
    assert [tested.tolerates(value) for value in ("31/05/2008", "2008-05-31", "31.05.2008")] == [True, False, False]
    assert tested.day("31.05.2008") is None


def test_a_moment_is_read_with_and_without_a_zone() -> None:
    tested = field(type="datetime")
    assert tested.moment("2026-08-20T08:00:00") == datetime(2026, 8, 20, 8)  # noqa: DTZ001 - the file gives no zone
    assert tested.moment("2026-08-20T08:00:00.5+01:00") == datetime(2026, 8, 20, 7, 0, 0, 500_000, tzinfo=UTC)
    assert told(tested, "2026-08-20T08:00:00Z") is None
    assert told(tested, "2026-08-20") == (
        "Colour is not a date and time in the form YYYY-MM-DDThh:mm:ss.",
        (
            "Write the date and time as YYYY-MM-DDThh:mm:ss, such as 2008-05-31T09:30:00; "
            "keep a spreadsheet from changing it."
        ),
    )
    assert told(tested, "2026-08-20T25:00:00") is not None


def test_a_name_is_words_of_letters_of_any_script_with_what_joins_them_inside() -> None:
    tested = field(format="name", looksLike="words of letters")
    assert [name for name in ("Zoe\u0301", "Anne-Marie", "D'Arcy O\u2019Neil", "नेहा", "李") if told(tested, name)] == []
    wrong = ("Anne--Marie", "-Anne", "Anne ", "Anne  Marie", "R2D2", "A.N.", "A_N")
    assert [name for name in wrong if not told(tested, name)] == []
    assert told(tested, "R2D2") == ("Colour must be words of letters.", "Write words of letters.")
