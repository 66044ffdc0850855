"""Every table schema says what the page of its specification says, written here once more by hand.

A field is its name, `*` where it must be given, its type where that is not a string, and its length: `35` at most,
`=8` exactly. Of a field with a shape of its own the page gives no length.
"""

from collections.abc import Mapping

import pytest

import schemas
from gateway.core.tables import Field, TableSchema

PAGES: Mapping[str, str] = {
    # `lrs` 5.2, 5.3
    "verify": """
        FileVersion* | FileName* | UKPRN* 8 | LearnerRecordCount* integer | MISIdentifier 128 | ULN* 10 | FamilyName* 35
        GivenName* 35 | DateOfBirth date 10 | Gender 1
    """,
    # `lrs` 5.4, 5.5
    "achievement": """
        FileVersion* | FileName* | UKPRN* 8 | RecordCount* integer | SubmissionType* | AchievementAwardDate* datetime
        Action* integer | ActionDate* datetime | ActionReason | DateofBirth datetime | FamilyName* 35 | Gender
        GivenName* 35 | Grade | LanguageForAssessment | LearnerPostcode 9 | MisIdentifier 128 | ProviderUkprn* 8
        Uln* 10 | UnitOrQualificationReferenceNumber*
    """,
    # `awarding` 6
    "ao-results-1": """
        RecordRef* 40 | Action* | AwardingOrganisationUKPRN* | CentreNumber | ProviderUKPRN | CandidateNumber | UCI
        ULN | CandidateIdentifierOther 20 | FamilyName* 100 | GivenNames 100 | DateOfBirth* date | Sex | QAN*
        SpecificationCode 7 | UnitOrComponentCode 10 | ResultLevel* | ExamSeries* | Grade | EndorsementGrade
        PartialAbsence | Mark number | MaxMark number | AwardDate* date | EmbargoUntil datetime | PreviousGrade
        ChangeReason
    """,
    # `awarding` 5.1
    "tlevel-registrations": """
        ULN* | First name* 100 | Last name* 100 | Date of birth* date | UKPRN* | Academic year* | Core code* =8
        Specialism code(s)
    """,
    "tlevel-assessments": """
        ULN* | Core code =8 | Core assessment entry | Specialism code(s) | Specialism assessment entry
    """,
    "tlevel-results": """
        ULN* | ComponentCode (Core) =8 | AssessmentSeries (Core) | ComponentGrade (Core)
        ComponentCode (Specialisms) | AssessmentSeries (Specialisms) | ComponentGrade (Specialisms)
    """,
    # `gateway-files` 4 to 6
    "decision": "submission* | record* integer | decision* | uln | reason",
    "record-request": """
        Key* | ULN* | FamilyName* | GivenName* | DateOfBirth date | Gender | GetType* | Purpose*
    """,
    "challenge": "Key* | EventID* | ULN* | Reason* | Explanation",
    "challenge-answer": "ChallengeID* | Answer* | Explanation",
}

ALLOWED: Mapping[tuple[str, str], str] = {
    ("verify", "Gender"): "0 1 2 9",
    ("achievement", "SubmissionType"): "Provisional Final",
    ("achievement", "Action"): "1 2 3 4 5",
    ("achievement", "Gender"): "0 1 2 9",
    ("achievement", "LanguageForAssessment"): "ENG WEL",  # codespell:ignore wel
    ("ao-results-1", "Action"): "N A W",
    ("ao-results-1", "Sex"): "M F",
    ("ao-results-1", "ResultLevel"): "Q U C",
    ("ao-results-1", "EndorsementGrade"): "P M D N",
    ("ao-results-1", "PartialAbsence"): "#",
    ("ao-results-1", "ChangeReason"): "ROMM APPEAL CLERICAL MALPRACTICE LATE UCI-MERGE OTHER",
    ("decision", "decision"): "same different withdraw",
    ("record-request", "Gender"): "0 1 2 9",
    ("record-request", "GetType"): "FULL BRIEF",
    ("challenge-answer", "Answer"): "upheld refused",
}

VALUES = [
    ("verify", "LearnerRecordCount", "1 5000", "0 5001 many"),
    ("verify", "ULN", "1000000043", "0123456789 100000004 10000000431"),
    ("verify", "UKPRN", "10000001 TEST0038", "1000001 100000011"),
    ("achievement", "AchievementAwardDate", "2026-08-20 2026-08-20T00:00:00 2026-08-20T00:00:00Z", "20/08/2026"),
    ("achievement", "UnitOrQualificationReferenceNumber", "100/2508/X 50079116 K/501/5773", "ZZ007911 5007911"),
    ("achievement", "LearnerPostcode", "CV1_2WT cv12wt BFPO_12 ZZ99_9ZZ", "CV1_2WC CV1"),
    ("ao-results-1", "CentreNumber", "12345 -2", "1234 123456 -1"),
    ("ao-results-1", "ProviderUKPRN", "10012345 -2", "1001234 00012345"),
    ("ao-results-1", "CandidateNumber", "0001 -2", "1 00001"),
    ("ao-results-1", "UCI", "123450230001W 99999B230001H 123450230001 -2", "123450230001I 12345023001W"),
    ("ao-results-1", "ULN", "9990000017 -2", "999000001"),
    ("ao-results-1", "CandidateIdentifierOther", "A -2 12345678901234567890", "123456789012345678901"),
    ("ao-results-1", "DateOfBirth", "2009-04-15 15/04/2009 2999-12-31", "2999-12-30 15-04-2009 20090415"),
    ("ao-results-1", "QAN", "601/1234/7 60112347 6037066X", "601/1234 601-1234-7 -2"),
    ("ao-results-1", "ExamSeries", "June_2026 june_2026 6G26 BG24", "2026-06 Juno_2026 0G26 6G2026"),
    ("ao-results-1", "Mark", "57 57.5 0", "57,5 fifty 1e2"),
    ("ao-results-1", "AwardDate", "2026-08-20", "20/08/2026"),
    ("ao-results-1", "EmbargoUntil", "2026-08-20T08:00 2026-08-20T08:00:00", "2026-08-20 2026-08-20T25:00"),
    ("tlevel-registrations", "First name", "Zoë Anne-Marie D'Arcy O\u2019Neil Mary_Ann नेहा", "-Anne Anne_ R2D2 A.N."),
    ("tlevel-registrations", "Date of birth", "31052008", "2008-05-31 31132008 3152008"),
    ("tlevel-registrations", "UKPRN", "10000001", "1000001"),
    ("tlevel-registrations", "Academic year", "2025/26", "2025 2025/2026"),
    ("tlevel-registrations", "Core code", "6035829X 61000083", "603/5829/X"),
    ("tlevel-registrations", "Specialism code(s)", "ZTLOS001 ZTLOS001,_12345678", "ZTLOS001, ZTLOS01"),
    ("tlevel-results", "AssessmentSeries (Core)", "Summer_2026 autumn_2026", "Summer Summer_26"),
    ("decision", "record", "1", "0 -1 1.0"),
    ("decision", "uln", "1000000043", "43"),
]  # fmt: skip


def schema(name: str) -> TableSchema:
    return TableSchema.model_validate_json(schemas.text(f"csv/{name}.json"))


def short(field: Field) -> str:
    """Return a field as the pages above are written."""
    limits = field.constraints
    length = f"={limits.max_length}" if limits.min_length == limits.max_length else str(limits.max_length)
    parts = [
        field.name + ("*" if limits.required else ""),
        *([field.type] if field.type != "string" else []),
        *([length] if limits.max_length else []),
    ]
    return " ".join(parts)


@pytest.mark.parametrize("name", PAGES)
def test_names_order_required_types_and_lengths_are_those_of_the_page(name: str) -> None:
    page = [part.strip() for line in PAGES[name].strip().splitlines() for part in line.split("|")]
    assert [short(field) for field in schema(name).fields] == page


@pytest.mark.parametrize("name", PAGES)
def test_the_codes_allowed_are_those_of_the_page(name: str) -> None:
    listed = {
        (name, field.name): " ".join(field.constraints.enum)
        for field in schema(name).fields
        if field.constraints.enum and field.name != "Reason"
    }
    assert listed == {place: codes for place, codes in ALLOWED.items() if place[0] == name}


def test_a_challenge_has_one_of_five_reasons() -> None:
    reasons = ("wrong learner", "wrong grade", "wrong date", "not mine", "other")
    assert schema("challenge")["Reason"].constraints.enum == reasons


@pytest.mark.parametrize(("name", "field", "good", "bad"), VALUES)
def test_a_value_of_the_page_passes_and_another_does_not(name: str, field: str, good: str, bad: str) -> None:
    """Values are parted by blanks; a blank inside a value is written `_`."""
    check = schema(name)[field].check
    assert [value for value in good.split(" ") if check(value.replace("_", " "))] == []
    assert [value for value in bad.split(" ") if not check(value.replace("_", " "))] == []


def test_ao_results_has_27_columns_in_any_order_and_any_case() -> None:
    assert len(schema("ao-results-1").names) == 27
    assert schema("ao-results-1").fields_match == "equal"
    assert {schema(name).fields_match for name in PAGES if name.startswith("tlevel")} == {"equal"}
    assert schema("verify").fields_match == "exact"


def test_the_limits_of_a_file_are_those_of_the_page() -> None:
    limits = {name: (schema(name).max_rows, schema(name).max_bytes) for name in PAGES}
    assert limits["verify"][0] == limits["achievement"][0] == 5_000
    assert limits["ao-results-1"] == (200_000, 100_000_000)
    assert limits["tlevel-results"] == limits["tlevel-registrations"] == (10_000, 5 * 1024**2)


def test_missing_identifiers_and_an_unknown_birth_date_read_as_empty() -> None:
    results = schema("ao-results-1")
    identifiers = [field.name for field in results.fields if field.missing_values == ("-2",)]
    assert identifiers == [
        "CentreNumber",
        "ProviderUKPRN",
        "CandidateNumber",
        "UCI",
        "ULN",
        "CandidateIdentifierOther",
    ]
    assert results["ULN"].present("-2") == ""
    assert results["DateOfBirth"].present("2999-12-31") == ""


@pytest.mark.parametrize("name", PAGES)
def test_every_field_is_described_in_words_and_every_code_has_its_meaning(name: str) -> None:
    for field in schema(name).fields:
        assert field.title
        assert field.looks_like
        if field.meanings:
            assert tuple(field.meanings) == field.constraints.enum
