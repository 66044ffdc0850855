"""Code lists: which code may be used on a day, and that the lists are those of the specification's pages."""

from datetime import date

import pytest
from pydantic import ValidationError

import schemas
from gateway.core.codes import Code, CodeBook

BOOKS = ("awarding", "ctf", "identifiers", "ilr", "lrs", "school-census", "tlevel")
TODAY = date(2026, 1, 15)


def book(name: str) -> CodeBook:
    return CodeBook.model_validate_json(schemas.text(f"codes/{name}.json"))


def codes(name: str, field: str, day: date = TODAY) -> str:
    return " ".join(code.code for code in book(name)[field].listed(day))


def test_a_code_is_valid_between_its_days_and_known_on_any() -> None:
    models = book("ilr")["FundModel"]
    assert [models.valid("35", day) for day in (date(2024, 7, 31), date(2024, 8, 1))] == [True, False]
    assert [models.valid("38", day) for day in (date(2024, 7, 31), date(2024, 8, 1))] == [False, True]
    assert models.known("35")
    assert not models.known("36 ")
    assert not models.valid("12", TODAY)


def test_a_code_that_stands_twice_is_valid_in_both_its_times() -> None:
    attendance = book("school-census")["AttendanceReason"]
    days = (date(2019, 9, 1), date(2021, 9, 1), date(2025, 9, 1))
    assert [attendance.valid("F", day) for day in days] == [True, False, False]
    assert [attendance.valid("K", day) for day in days] == [False, False, True]
    assert [attendance.valid("H", day) for day in days] == [True, True, True]


def test_a_meaning_is_that_of_the_day() -> None:
    categories = book("school-census")["ExclusionCategory"]
    assert categories.meaning("SUSP", TODAY) == "suspension"
    assert categories.meaning("SUSP", date(2019, 9, 1)) == ""
    assert categories.meaning("ELSE", TODAY) == ""


def test_a_shape_stands_for_every_code_that_fits_it() -> None:
    pairs = book("ilr")["LearnDelFAM"]
    assert [code for code in ("LDM034", "ACT1", "SOF105", "ADL1") if not pairs.valid(code, TODAY)] == []
    assert [code for code in ("LDM34", "ACT3", "SOF106", "XYZ1", "ADL") if pairs.valid(code, TODAY)] == []


def test_a_list_speaks_for_its_years_alone() -> None:
    covered = book("ilr")["Sex"]
    days = (date(2018, 7, 31), date(2018, 8, 1), date(2026, 7, 31), date(2026, 8, 1))
    assert [covered.covers(day) for day in days] == [False, True, True, False]
    assert book("school-census")["Sex"].covers(date(2010, 1, 1))


def test_a_field_without_list_is_told() -> None:
    assert "Sex" in book("ilr").fields
    with pytest.raises(KeyError):
        book("ilr")["ShoeSize"]


def test_a_description_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValidationError):
        Code.model_validate({"code": "1", "validFrom": "2026-01-01"})


@pytest.mark.parametrize(("name", "field", "listed"), [
    ("ilr", "LLDDCat", " ".join(map(str, [*range(1, 18), *range(93, 100)]))),
    ("ilr", "FundModel", "10 11 25 36 37 38 70 81 82 99"),
    ("ilr", "ProgType", "2 3 20 21 22 23 24 25 30 31 32"),
    ("ilr", "CompStatus", "1 2 3 6"),
    ("ilr", "Outcome", "1 2 3 8"),
    ("ilr", "WithdrawReason", "2 3 7 28 29 40 41 42 43 44 45 46 47 48 97 98"),
    ("ilr", "PriorLevel", "1 2 3 4 5 7 9 10 11 12 13 97 98 99"),
    ("ilr", "LearnFAMType", "DLA ECF EDF EHC FME HNS LSR MCF NLM PPE SEN MMH EMH"),
    ("ilr", "AFin", "TNP1 TNP2 TNP3 TNP4 PMR1 PMR2 PMR3"),
    ("school-census", "Phase", "NS PS MP MS SS SP AT EY PR NO"),
    ("school-census", "NCyear", "E1 E2 N1 N2 R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 M X"),
    ("school-census", "SENprovision", "N E K"),
    ("school-census", "ExclusionCategory", "PERM LNCH SUSP"),
    ("school-census", "AuthorisedAbsence", "I M R S T H F E C C1 C2 J1"),
    ("ctf", "AbsentEstab", "XXXX MMMM LLLL"),
    ("awarding", "ChangeReason", "ROMM APPEAL CLERICAL MALPRACTICE LATE UCI-MERGE OTHER"),
    ("awarding", "GradeFlag", "G E M U N"),
    ("awarding", "BtecExtended", "D1 D2 D3 D4 D5 D6 M1 M2 M3 P1"),
])  # fmt: skip
def test_a_list_is_that_of_the_page(name: str, field: str, listed: str) -> None:
    assert codes(name, field) == listed


@pytest.mark.parametrize(("day", "listed"), [
    (date(2020, 8, 31), "C E F G H I M N O R S T U X Y Z #"),
    (date(2024, 8, 31), "/ \\ B C D E G H I J L M N O P R S T U V W X Y Z #"),
    (date(2024, 9, 1), "/ \\ B C C1 C2 D E G I J1 K L M N O P Q R S T U V W X Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z # H J"),
])  # fmt: skip
def test_attendance_codes_of_each_time_are_those_of_the_page(day: date, listed: str) -> None:
    assert set(codes("school-census", "AttendanceReason", day).split()) == set(listed.split())


def test_a_btec_code_means_what_its_qualification_says() -> None:
    meanings = {field: book("awarding")[field].meaning("D1", TODAY) for field in book("awarding").fields}
    assert {field: meaning for field, meaning in meanings.items() if meaning} == {
        "BtecNational": "DDD",
        "BtecExtended": "D*D*D*",
        "BtecDouble": "D*D*",
        "BtecEdifact": "DDD",
    }


@pytest.mark.parametrize(("pair", "fits"), [("PS2000", True), ("PS4000", False), ("SS6999", True), ("MS6900", False)])
def test_an_establishment_number_fits_its_phase_or_not(pair: str, fits: bool) -> None:  # noqa: FBT001 - the case
    assert book("school-census")["EstabOfPhase"].valid(pair, TODAY) is fits


def test_la_numbers_are_those_of_a_upn() -> None:
    numbers = book("identifiers")["UpnLA"]
    good = ("001", "005", "320", "393", "420", "708", "823", "896", "938", "839", "943")
    assert [number for number in good if not numbers.valid(number, TODAY)] == []
    bad = ("000", "006", "214", "804", "839 ", "939", "XXX")
    assert [number for number in bad if numbers.valid(number, TODAY)] == []
    assert not numbers.valid("839", date(2019, 3, 31))
    assert book("identifiers")["LEA"].valid("XXX", TODAY)


@pytest.mark.parametrize("name", BOOKS)
def test_no_code_stands_twice_on_one_day_and_every_list_is_described(name: str) -> None:
    for field in book(name).fields:
        assert book(name)[field].title
        for day in (date(2012, 1, 1), date(2019, 1, 1), date(2022, 1, 1), TODAY):
            listed = [code.code for code in book(name)[field].listed(day)]
            assert len(listed) == len(set(listed))
