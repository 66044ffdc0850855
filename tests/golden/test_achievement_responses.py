"""An achievement file is answered with ERR.CSV and JOB.JSON, whose counters add up (specification `lrs` 5.5)."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from adapters.kinds.achievement.kind import AchievementsInCsv, AchievementsInXml
from adapters.kinds.achievement.responder import EFFECTS
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim
from gateway.core.outcomes import MatchOutcome
from tests.golden.batch_cases import Checked, check_text, file_of, name_of

CARRIERS = ("achievement-csv", "achievement-xml")
FINAL, PROVISIONAL = {"SubmissionType": "Final"}, {"SubmissionType": "Provisional"}
CONTENT = {"Grade": "7", "LanguageForAssessment": "ENG", "ProviderUkprn": "10000001"}
MATHS, MATHS_AS_SENT = "601/8701/3", "60187013"


def held(reference: str = "601/1234/7", *, withdrawn: bool = False, **values: str) -> dict[str, Any]:
    """Return one achievement of the learner ANNA that is held already."""
    key = f"9000000024 {reference} 2026-08-20"
    return {key: {"values": CONTENT | FINAL | values, "version": 1, "withdrawn": withdrawn}}


def send(folder: Path, kind: str, *rows: dict[str, str], kept: dict[str, Any] | None = None, **header: str) -> Checked:
    """Return what becomes of these records."""
    return check_text(kind, folder, file_of(kind, rows, **header), kept=kept or {})


def effects(found: Checked) -> list[str]:
    """Return for each record what was done, or the codes of what refused it."""
    return [str(answer.match.effect or " ".join(notice.code for notice in answer.notices)) for answer in found.answers]


@pytest.mark.parametrize("kind", CARRIERS)
@pytest.mark.parametrize(
    ("row", "submission", "kept", "expected"),
    [
        ({}, FINAL, {}, "stored"),
        ({}, FINAL, held(), "unchanged"),
        ({"AchievementAwardDate": "2026-08-20"}, FINAL, held(), "unchanged"),
        ({"UnitOrQualificationReferenceNumber": "6011234 7"}, FINAL, held(), "unchanged"),
        ({"Grade": "8"}, FINAL, held(), "GA205"),
        ({"Grade": "8", "Action": "2"}, FINAL, held(), "amended"),
        ({"Action": "2"}, FINAL, held(), "unchanged"),
        ({"Action": "2"}, FINAL, {}, "GA204"),
        ({}, FINAL, held(**PROVISIONAL), "promoted"),
        ({"Action": "2"}, FINAL, held(**PROVISIONAL), "promoted"),
        ({"Action": "2", "Grade": "8"}, FINAL, held(**PROVISIONAL), "amended"),
        ({"Action": "5"}, FINAL, held(**PROVISIONAL), "promoted"),
        ({"Action": "5"}, PROVISIONAL, held(**PROVISIONAL), "promoted"),
        ({"Action": "5"}, FINAL, held(), "unchanged"),
        ({}, PROVISIONAL, held(**PROVISIONAL), "unchanged"),
        ({}, PROVISIONAL, held(), "GA207"),
        ({"Action": "2", "Grade": "8"}, PROVISIONAL, held(), "GA207"),
        ({"Action": "3", "ActionReason": "mistake"}, FINAL, held(), "withdrawn"),
        ({"Action": "3", "ActionReason": "mistake"}, PROVISIONAL, held(), "withdrawn"),
        ({"Action": "3", "ActionReason": "mistake"}, FINAL, held(withdrawn=True), "unchanged"),
        ({"Action": "3", "ActionReason": "mistake"}, FINAL, {}, "GA204"),
        ({"Action": "4"}, FINAL, held(withdrawn=True), "reinstated"),
        ({"Action": "4"}, FINAL, held(), "unchanged"),
        ({"Action": "4"}, FINAL, {}, "GA204"),
        ({"Action": "5"}, FINAL, {}, "GA204"),
        ({}, FINAL, held(withdrawn=True), "GA206"),
    ],
)
def test_an_action_does_what_is_right_for_what_is_held(  # noqa: PLR0913 - one table
    kind: str, row: dict[str, str], submission: dict[str, str], kept: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    assert effects(send(tmp_path, kind, row, kept=kept, **submission)) == [expected]


def test_what_is_kept_says_nothing_of_the_person(tmp_path: Path) -> None:
    found = send(tmp_path, "achievement-csv", {"UnitOrQualificationReferenceNumber": MATHS_AS_SENT})
    ((key, kept),) = found.kept.items()
    assert key == ("achievement", "10000101", ("9000000024", MATHS, "2026-08-20"))
    assert kept.values == CONTENT | FINAL | {
        "MisIdentifier": "A1",
        "AchievementAwardDate": "2026-08-20",
        "ActionDate": "2026-08-31",
        "UnitOrQualificationReferenceNumber": MATHS,
    }


def test_a_withdrawn_achievement_comes_back_as_it_was(tmp_path: Path) -> None:
    reason = {"Action": "3", "ActionReason": "mistake", "Grade": "1"}
    found = send(tmp_path, "achievement-csv", {}, reason, {"Action": "4", "Grade": "2"}, {})
    assert effects(found) == ["stored", "withdrawn", "reinstated", "unchanged"]
    assert next(iter(found.kept.values())).values["Grade"] == "7"


def test_an_achievement_of_a_linked_learner_is_kept_under_the_master(tmp_path: Path) -> None:
    linked = {"Uln": "9000000032", "GivenName": "Bea", "FamilyName": "Quill", "DateofBirth": "2008-01-02"}
    found = send(tmp_path, "achievement-csv", linked)
    assert effects(found) == ["stored"]
    assert [key.parts[0] for key in found.kept] == ["9000000040"]
    assert [notice.code for notice in found.notices] == ["GA106"]


def test_similar_names_are_refused_unless_the_gateway_is_set_to_take_them(tmp_path: Path) -> None:
    text = file_of("achievement-csv", [{"FamilyName": "Jones"}])
    assert effects(check_text("achievement-csv", tmp_path, text)) == ["GA104"]
    taken = check_text("achievement-csv", tmp_path, text, settings={"accept_similar": True})
    assert effects(taken) == ["stored"]
    assert [notice.code for notice in taken.notices] == ["GA105"]


ROWS = [
    {},
    {"MisIdentifier": "A2", "UnitOrQualificationReferenceNumber": MATHS_AS_SENT, "Action": "2", "Grade": "9"},
    {"MisIdentifier": "A3", "GivenName": "Bob"},
    {"MisIdentifier": "A4", "Uln": "9999999999", "Action": "6"},
    {"MisIdentifier": "A5", "UnitOrQualificationReferenceNumber": "K/501/5773"},
    {"MisIdentifier": "=A6", "Action": "5", "AchievementAwardDate": "2026-08-19"},
    {"MisIdentifier": "A7"},
]
ERRORS = """RecordNumber,MisIdentifier,Uln,UnitOrQualificationReferenceNumber,ErrorClass,Code,Field
3,A3,9000000024,601/1234/7,learner data,GA103,Uln
4,A4,9999999999,601/1234/7,field data,GA002,Action
4,A4,9999999999,601/1234/7,learner data,GA101,Uln
5,A5,9000000024,K/501/5773,business rule,GA201,UnitOrQualificationReferenceNumber
6,'=A6,9000000024,601/1234/7,business rule,GA204,Action
"""


@pytest.mark.parametrize("kind", CARRIERS)
def test_every_error_has_a_row_and_every_counter_is_right(kind: str, tmp_path: Path) -> None:
    found = send(tmp_path, kind, *ROWS, kept=held(MATHS, Grade="8"))
    parts = found.responses()
    assert list(parts) == ["ERR.CSV", "JOB.JSON"]
    cells = list(csv.reader(StringIO(parts["ERR.CSV"], newline="")))
    assert [row[:7] for row in cells] == [line.split(",") for line in ERRORS.splitlines()]
    assert cells[1][7].startswith("WSVRC005 VRF1 VRF2 VRF3 VRF4 VRF6: ")
    assert cells[3][7].startswith("WSEC0136: the ULN 9999999999 stands for a learner who has no ULN yet")
    assert json.loads(parts["JOB.JSON"]) == {
        "JobID": "0abc",
        "Filename": name_of(kind),
        "Type": "AchievementBatch",
        "User": "north",
        "Status": "Successful",
        "SubmittedDate": "2026-09-01T14:30:00Z",
        "StartDate": "2026-09-01T14:30:00Z",
        "EndDate": "2026-09-01T15:31:02Z",
        "Duration": "01:01:02",
        "NumberOfRecords": 7,
        "PercentageSuccessfulRecords": 42.86,
        "SuccessfulFinalAchievements": 3,
        "SuccessfulProvisionalAchievements": 0,
        "AchievementsCreated": 1,
        "AchievementsUpdated": 1,
        "AchievementsWithdrawn": 0,
        "AchievementsReinstated": 0,
        "AchievementsPromotedToFinal": 0,
        "FieldDataErrors": 1,
        "LearnerDataErrors": 2,
        "BusinessRuleErrors": 2,
        "RejectionReason": None,
        "AchievementBatchErrorFile": parts["ERR.CSV"],
    }


def test_provisional_achievements_and_each_effect_are_counted(tmp_path: Path) -> None:
    rows = [
        {},
        {"Grade": "8", "Action": "2"},
        {"Action": "3", "ActionReason": "mistake"},
        {"Action": "4"},
        {"Action": "5"},
    ]
    found = send(tmp_path, "achievement-xml", *rows, **PROVISIONAL)
    job = json.loads(found.responses()["JOB.JSON"])
    assert [job[name] for name in EFFECTS.values()] == [1, 1, 1, 1, 1]
    assert (job["SuccessfulFinalAchievements"], job["SuccessfulProvisionalAchievements"]) == (1, 4)
    assert job["PercentageSuccessfulRecords"] == 100


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_refused_file_is_a_failed_job_with_its_reasons(kind: str, tmp_path: Path) -> None:
    found = send(tmp_path, kind, {"Action": "6"}, RecordCount="9", SubmissionType="final")
    parts = found.responses()
    job = json.loads(parts["JOB.JSON"])
    assert (job["Status"], job["NumberOfRecords"], job["PercentageSuccessfulRecords"]) == ("Failed", 1, 0)
    assert job["FieldDataErrors"] == 0
    assert "WSEC0045: " in job["RejectionReason"]
    rows = list(csv.DictReader(StringIO(parts["ERR.CSV"])))
    assert [(row["ErrorClass"], row["Code"]) for row in rows] == [("file", "WSEC0045"), ("file", "WSRC0017")]


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_file_without_a_record_is_a_failed_job(kind: str, tmp_path: Path) -> None:
    text = file_of(kind, [{}])
    empty = text.split("\r\n")[0] if kind.endswith("csv") else text[: text.index("    <")].replace("<Achievement>", "")
    ending = "" if kind.endswith("csv") else "</ArrayOfAchievement></AchievementBatch>"
    job = json.loads(check_text(kind, tmp_path, empty + ending).responses()["JOB.JSON"])
    assert (job["Status"], job["NumberOfRecords"], job["PercentageSuccessfulRecords"]) == ("Failed", 0, 0)
    assert job["RejectionReason"].startswith("WSEC0047: ")


def test_without_reference_lists_the_rules_that_need_them_are_not_run(tmp_path: Path) -> None:
    unit = {"UnitOrQualificationReferenceNumber": "K/501/5773", "Grade": "Pass"}
    for kind in CARRIERS:
        assert effects(check_text(kind, tmp_path, file_of(kind, [unit]), reference=False)) == ["stored"]


def test_a_wrong_uln_alone_is_its_own_outcome(tmp_path: Path) -> None:
    for kind in CARRIERS:
        found = send(tmp_path, kind, {"Uln": "9000000025"}, {"Uln": "9000000025", "Action": ""})
        outcomes = [answer.checked.refused_as for answer in found.answers]
        assert outcomes == [MatchOutcome.ULN_INVALID, MatchOutcome.REFUSED]


def test_a_date_of_birth_need_not_be_sent(tmp_path: Path) -> None:
    for kind in CARRIERS:
        assert effects(send(tmp_path, kind, {"DateofBirth": ""})) == ["stored"]


def test_the_carrier_is_told_by_name_and_content() -> None:
    kinds = AchievementsInCsv.from_settings({}), AchievementsInXml.from_settings({})
    heads = [file_of(kind, [{}]).encode() for kind in CARRIERS]
    for name, head, weights in (
        (name_of(CARRIERS[0]), heads[0], [Claim.STRICT, None]),
        (name_of(CARRIERS[1]), heads[1], [None, Claim.STRICT]),
        ("qcf_1.csv", heads[0], [Claim.LIKELY, None]),
        ("export.xml", heads[1], [None, Claim.CONTENT]),
        ("QCF_10000101_2026-02-30_001.CSV", b"", [Claim.LIKELY, None]),
    ):
        assert [claim and claim.weight for claim in (kind.claims(name, head) for kind in kinds)] == weights


def test_wrong_settings_are_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="achievement-csv are wrong: accept_similar"):
        AchievementsInCsv.from_settings({"accept_similar": "perhaps"})


@pytest.mark.parametrize("kind", ["verify-xml", "achievement-xml"])
def test_a_header_element_that_is_missing_is_told_once(kind: str, tmp_path: Path) -> None:
    text = file_of(kind, [{}])
    for name in re.findall("<([A-Za-z]+)>[^<]+</", text.partition("<GivenName>")[0].partition("<MISId")[0])[:4]:
        less = re.sub(f" *<{name}>[^<]*</{name}>\n", "", text, count=1)
        assert [(it.code, it.field) for it in check_text(kind, tmp_path, less).rejections] == [("WSEC0001", name)]
