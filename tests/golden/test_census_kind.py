"""The kind `school-census` as a whole: how it knows its files, what it tells of them, its report and its samples."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.kinds.school_census.kind import SchoolCensus
from adapters.kinds.school_census.responder import COLUMNS
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Case, Claim, FileHeader, Finding, Late, SamplePlan
from gateway.core.model import Answer, Learner, Match
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context
from gateway.core.submission import Job, Mode, Organisation, OrganisationKind, Submission
from gateway.core.uln import Uln
from gateway.samples import people
from tests.golden.census_cases import DAY, NAME
from tests.golden.census_files import BEA, KIND, check, codes, left, message, notices, on_roll, records

SCHOOL = Organisation(id="hilltop", name="Hilltop School", kind=OrganisationKind.SCHOOL)
CHARACTERISTICS = "School/SchoolCharacteristics"
DETAILS = "Header/CollectionDetails"
EVERYTHING = """<PupilOnRoll>
<HomeInformation><Address><PostCode>ZZ99 9ZZ</PostCode></Address><Address><PostCode>CV1 2WT</PostCode></Address>
</HomeInformation>
<PupilStatus><EnrolStatus>C</EnrolStatus><EntryDate>2021-09-03</EntryDate><PartTime>0</PartTime><Boarder>N</Boarder>
<NCyearActual>11</NCyearActual></PupilStatus>
<PupilIdentifiers><UPN>K823432104001</UPN><UniqueLearnerNumber>1000000043</UniqueLearnerNumber>
<Surname>Marlow</Surname><Forename>Ada</Forename><MiddleNames>Wren</MiddleNames><FormerSurname>Ashby</FormerSurname>
<Gender>M</Gender><DOB>2010-05-31</DOB></PupilIdentifiers>
<PupilCharacteristics><Ethnicity>WBRI</Ethnicity><YSSA>Yes</YSSA><Language>ENG</Language></PupilCharacteristics>
<SpecialEducationalNeeds><SENprovision>N</SENprovision></SpecialEducationalNeeds>
<Attendance><TermlyAttendance><SessionsPossible>90</SessionsPossible></TermlyAttendance></Attendance>
</PupilOnRoll>
"""


def test_a_right_return_finds_nothing_and_tells_how_many_pupils_it_holds(tmp_path: Path) -> None:
    found = check(tmp_path, message(on_roll(), left()))
    assert notices(found) == []
    assert [one.record.key for one in records(found)] == ["K823432104001", "P207000016049"]
    header = found[-1]
    assert isinstance(header, FileHeader)
    assert (header.values["Term"], header.values["on_roll"], header.values["left"]) == ("SPR", "1", "1")


def test_a_pupil_is_a_learner_with_all_that_finds_one(tmp_path: Path) -> None:
    [one] = records(check(tmp_path, message(EVERYTHING)))
    assert one.notices == ()
    assert one.learner == Learner(
        given_name="Ada", family_name="Marlow", middle_name="Wren", previous_family_name="Ashby", sex="1",
        date_of_birth=datetime(2010, 5, 31, tzinfo=UTC).date(), postcode="CV1 2WT", uln="1000000043",
        upn="K823432104001",
    )  # fmt: skip


def test_the_placeholder_for_no_uln_and_for_no_postcode_is_no_value(tmp_path: Path) -> None:
    primary = {f"{CHARACTERISTICS}/Phase": "PS", f"{CHARACTERISTICS}/SchoolType": "02"}
    unknown = {
        "PupilIdentifiers/UniqueLearnerNumber": "9999999999", "HomeInformation/Address[1]/PostCode": "ZZ99 9ZZ",
    }  # fmt: skip
    [one] = records(check(tmp_path, message(on_roll(unknown), head=primary)))
    assert one.learner is not None
    assert (one.learner.uln, one.learner.postcode) == ("", "")


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({f"{DETAILS}/Term": "PRU"}, {"G010"}),
        ({f"{DETAILS}/ReferenceDate": "2026-01-22"}, {"100"}),
        ({"Header/Source/LEA": "999"}, {"G020", "G001"}),
        ({"Header/Source/SerialNo": ""}, {"G030"}),
        ({"Header/Source/SerialNo": "one"}, {"XSD_PATTERN"}),
        ({f"{CHARACTERISTICS}/Phase": ""}, {"G040"}),
        ({f"{CHARACTERISTICS}/SchoolType": "02"}, {"G042"}),
        ({f"{CHARACTERISTICS}/Governance": "CA"}, {"G043"}),
    ],
)
def test_a_fault_of_the_return_is_told_once_at_its_line(tmp_path: Path, head: dict[str, str], code: set[str]) -> None:
    found = notices(check(tmp_path, message(on_roll(), head=head)))
    assert {it.code for it in found} == code
    assert {it.scope for it in found} == {Scope.FILE}
    assert all(it.line for it in found if it.field and it.value)


def test_an_unknown_element_within_the_header_or_between_pupils_refuses_the_return(tmp_path: Path) -> None:
    for place in (b"<School>", b"<PupilsNoLongerOnRoll>"):
        data = message(on_roll(), left()).replace(place, place + b"<Bogus/>")
        [notice] = notices(check(tmp_path, data))
        assert (notice.code, notice.scope) == ("XSD_UNEXPECTED", Scope.FILE)


def test_free_meals_are_counted_against_the_pupils_eligible_on_census_day(tmp_path: Path) -> None:
    start = "PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate"
    end = "PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMendDate"
    pupils = (
        on_roll({start: "2025-09-03"}),
        on_roll({**BEA, start: "2025-09-03", end: "2026-01-14"}),
        on_roll({**BEA, "PupilIdentifiers/UPN": "U301400018001", "PupilIdentifiers/UniqueLearnerNumber": "1010000003",
                 "PupilIdentifiers/Forename": "Cora", start: "2025-09-03", end: "2026-01-15"}),
    )  # fmt: skip
    for taken, expected in (("2", []), ("3", ["1320Q"])):
        assert codes(check(tmp_path, message(*pupils, head={"School/Miscellaneous/FreeMealsTaken": taken}))) == expected


def test_a_summer_return_is_not_asked_for_what_belongs_to_spring(tmp_path: Path) -> None:
    summer = {f"{DETAILS}/Term": "SUM", f"{DETAILS}/ReferenceDate": "2026-05-21",
              "School/Miscellaneous/FreeMealsTaken": "9", "Header/Source/DateTime": ""}  # fmt: skip
    data = message(on_roll({"PupilCharacteristics/Ethnicity": ""}), head=summer)
    assert codes(check(tmp_path, data, "8234321_SC2_823LL26_001.xml")) == []


def test_all_that_is_wrong_with_a_upn_is_told(tmp_path: Path) -> None:
    data = message(on_roll({"PupilIdentifiers/UPN": "i8X34321O4001o", "PupilIdentifiers/FormerUPN": "A999432104OO1"}))
    assert codes(check(tmp_path, data)) == ["1540", "1550"]
    data = message(on_roll({"PupilIdentifiers/UPN": "i8X34321O400o"}))
    assert codes(check(tmp_path, data)) == ["1510", "1530", "1540", "1550"]
    data = message(on_roll({"PupilIdentifiers/UPN": "A999432104001"}))
    assert codes(check(tmp_path, data)) == ["1510", "1530"]


def test_what_stops_the_reading_is_one_notice(tmp_path: Path) -> None:
    assert codes(check(tmp_path, message(on_roll())[:-30])) == ["FILE_TRUNCATED"]
    assert codes(check(tmp_path, b'<Message xmlns="urn:other"/>')) == ["FILE_NAMESPACE"]


@pytest.mark.parametrize(
    ("name", "head", "weight"),
    [
        (NAME, b"", Claim.STRICT),
        (NAME.lower(), b"", Claim.STRICT),
        ("census.xml", b"<Header><CollectionDetails><Collection> SC </Collection>", Claim.LIKELY),
        ("census.xml", b"<Header><CollectionDetails><Collection>CIN</Collection>", None),
        ("ILR-10000001-2526-20260115-093000-01.xml", b"<Message", None),
    ],
)
def test_a_return_is_known_by_its_name_or_its_collection(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


def test_settings_are_its_limit_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="max_bytes"):
        SchoolCensus.from_settings({"max_byte": 1})
    path = tmp_path / NAME
    path.write_bytes(message(on_roll()))
    small = SchoolCensus.from_settings({"max_bytes": 100})
    assert codes(list(small.check(path, Context(as_of=DAY, file_name=NAME)))) == ["FILE_LIMIT"]


def report(found: list[Finding], rejections: tuple[Notice, ...] = ()) -> list[list[str]]:
    """Return the rows of the census report for what was found, late notices put to their records."""
    submission = Submission(
        id="s1", organisation=SCHOOL, name=NAME, sha256="0", size=1, job=Job.FULL, mode=Mode.LIVE,
        received_at=datetime(2026, 2, 1, tzinfo=UTC), processing_date=DAY, blob="b",
    )  # fmt: skip
    headers = [one for one in found if isinstance(one, FileHeader)]
    case = Case(
        submission=submission,
        responded_at=submission.received_at,
        header=headers[-1].values,
        rejections=rejections,
        file_notices=rejections,
        records=len(records(found)),
    )
    out = io.StringIO(newline="")
    answers = KIND.responder(case, lambda _part: out)
    late = {one.record: one.notices for one in found if isinstance(one, Late)}
    for checked in records(found):
        whole = replace(checked, notices=checked.notices + late.get(checked.record.number, ()))
        answers.write(Answer(checked=whole, match=Match(outcome=MatchOutcome.REFUSED)))
    answers.finish()
    assert out.getvalue().endswith("\r\n")
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))


def test_the_report_is_sorted_by_rule_number_with_the_return_first_and_the_totals_last(tmp_path: Path) -> None:
    wrong = {"PupilIdentifiers/Sex": "Q", "PupilStatus/EntryDate": "", "PupilStatus/Boarder": "?"}
    same = {"PupilIdentifiers/UPN": "K823432104001", "Attendance/TermlyAttendance/SessionsPossible": "", **wrong}
    head = {f"{CHARACTERISTICS}/Phase": "XX", "Header/Source/SerialNo": ""}
    found = check(tmp_path, message(on_roll(wrong), left(same), head=head))
    refusing = tuple(it for it in notices(found) if it.scope is Scope.FILE and it.severity is Severity.ERROR)
    heading, *rows, totals = report(found, refusing)
    assert heading == list(COLUMNS)
    assert heading[:3] == ["code", "severity", "line"]
    assert heading[-3:] == ["upn", "surname", "forename"]
    assert [(row[0], row[3]) for row in rows] == [
        ("G030", ""), ("G040", ""), ("1520", "1"), ("1520", "2"), ("1880", "1"), ("1880", "2"), ("1925Q", "2"),
        ("G151", "1"), ("G151", "2"), ("XSD_ENUM", "1"), ("XSD_ENUM", "2"),
    ]  # fmt: skip
    assert rows[2][9:] == ["K823432104001", "Marlow", "Ada"]
    assert totals == ["#TOTALS", "errors=10;queries=1;pupils_on_roll=1;pupils_no_longer_on_roll=1;classes=0"]


def test_the_report_of_a_file_that_could_not_be_read_has_that_alone(tmp_path: Path) -> None:
    found = check(tmp_path, b"PK\x03\x04")
    [row, totals] = report(found, tuple(notices(found)))[1:]
    assert row[0] == "FILE_TYPE"
    assert totals == ["#TOTALS", "errors=1;queries=0"]


@pytest.mark.parametrize(
    ("moment", "name"), [((2026, 2, 1), "SC1"), ((2025, 12, 1), "SC3"), ((2026, 6, 1), "SC2"), ((2026, 1, 14), "SC3")]
)
@pytest.mark.parametrize("with_ulns", [True, False])
def test_a_sample_is_found_as_broken_as_its_truth_says(
    tmp_path: Path, moment: tuple[int, int, int], name: str, *, with_ulns: bool
) -> None:
    now = datetime(*moment, 12, tzinfo=UTC)
    plan = SamplePlan(organisation=SCHOOL, moment=now, bad_percent=50, seed=7)
    pupils = [
        replace(one, uln=str(Uln.of(900_000_001 + place) or "9000000016") if with_ulns else "")
        for place, one in enumerate(people(7, 60, now.date()))
    ]
    sample = KIND.samples(pupils, plan)
    found = check(tmp_path, sample.content, sample.name, Context(as_of=now.date(), file_name=sample.name))
    assert sample.content == KIND.samples(pupils, plan).content
    assert name in sample.name
    assert [it.code for it in notices(found) if it.scope is Scope.FILE] == []
    told = [{it.code for it in one.notices if it.severity is Severity.ERROR} for one in records(found)]
    assert all(
        (truth in codes_told) if truth else not codes_told for truth, codes_told in zip(sample.truth, told, strict=True)
    )
    assert sum(truth is not None for truth in sample.truth) == 30
