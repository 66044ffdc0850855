"""Each record of an LRB file is answered as specification `lrs` 3 says: its row, its code, its details."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

from adapters.kinds.lrb.answers import BY_OUTCOME
from adapters.kinds.lrb.kind import LrbCsv
from gateway.core.handover import Case
from gateway.core.model import Answer, CheckedRecord, Entry, Learner, Match, Possible
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.engine import SENDER_SUSPENDED
from gateway.core.submission import Job, Mode, Submission
from tests.golden.lrb_files import AS_OF, HEADER, HEADINGS, LEARNER, NAME, SENDER, check_text, lrb_text, records

SUBMISSION = Submission(
    id="0abc",
    organisation=SENDER,
    name=NAME,
    sha256="",
    size=1,
    job=Job.FULL,
    mode=Mode.LIVE,
    received_at=datetime(2026, 9, 1, tzinfo=UTC),
    processing_date=AS_OF,
    blob="",
)
ANSWERED = datetime(2026, 9, 1, 1, 2, 3, tzinfo=UTC)
FOUND, MASTER, SENT = "9000000032", "9000000040", "9000000024"
SOMEBODY = Learner(
    given_name="=Ada", family_name="Marlow", date_of_birth=date(2009, 5, 31), sex="9", postcode="CV1 2WT"
)


def case(**parts: object) -> Case:
    told = {
        "submission": SUBMISSION,
        "responded_at": ANSWERED,
        "header": HEADER,
        "rejections": (),
        "records": 1,
    } | parts
    return Case(**told)


def respond(answers: Sequence[Answer], told: Case) -> dict[str, str]:
    """Return the text of each part that the kind writes."""
    parts: dict[str, StringIO] = {}

    def create(part: str) -> StringIO:
        parts[part] = StringIO(newline="")
        return parts[part]

    responder = LrbCsv.from_settings({}).responder(told, create)
    for answer in answers:
        responder.write(answer)
    responder.finish()
    return {part: text.getvalue() for part, text in parts.items()}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def checked(folder: Path, **values: str) -> CheckedRecord:
    (found,) = records(check_text(folder, lrb_text([HEADER | LEARNER | {"ULN": SENT} | values])))
    return found


def possible(**parts: object) -> Possible:
    entry = Entry(**{"uln": FOUND, "learner": SOMEBODY, "master_uln": MASTER, "linked_ulns": (FOUND, SENT)} | parts)
    return Possible(entry=entry, rule="P1", levels={})


@pytest.mark.parametrize(("outcome", "code", "uln"), [
    (MatchOutcome.NEW_ULN, "GR101", FOUND),
    (MatchOutcome.EXACT_MATCH, "GR102", FOUND),
    (MatchOutcome.EXACT_MATCH_UPDATED, "GR103", FOUND),
    (MatchOutcome.LINKED_LEARNER, "GR104", MASTER),
    (MatchOutcome.POSSIBLE_MATCH, "GR105", ""),
    (MatchOutcome.TOO_MANY_MATCHES, "GR106", ""),
    (MatchOutcome.NOT_FOUND, "GR107", ""),
    (MatchOutcome.ULN_NOT_FOUND, "GR108", SENT),
    (MatchOutcome.ULN_MISMATCH, "GR109", SENT),
    (MatchOutcome.ULN_INVALID, "GR110", SENT),
    (MatchOutcome.DUPLICATE_IN_FILE, "GR111", MASTER),
    (MatchOutcome.UPDATE_REFUSED, "GR112", SENT),
    (MatchOutcome.CONFIDENT_MATCH, "GR113", FOUND),
    (MatchOutcome.REFUSED, "GR114", SENT),
])  # fmt: skip
def test_an_outcome_has_its_return_code_and_its_uln(outcome: MatchOutcome, code: str, uln: str, tmp_path: Path) -> None:
    match = Match(outcome=outcome, uln=FOUND, master_uln=MASTER)
    written = respond([Answer(checked=checked(tmp_path), match=match)], case())
    (row,), (detail,) = table(written["OUT.CSV"]), table(written["DETAIL.CSV"])
    assert (row["ReturnCode"], row["ULN"]) == (code, uln)
    assert (detail["Outcome"], detail["ReturnCode"]) == (outcome.name, code)


def test_of_a_linked_learner_the_master_and_the_number_that_was_hit_are_told(tmp_path: Path) -> None:
    match = Match(outcome=MatchOutcome.LINKED_LEARNER, uln=MASTER, master_uln=MASTER, linked_uln=FOUND)
    (detail,) = table(respond([Answer(checked=checked(tmp_path), match=match)], case())["DETAIL.CSV"])
    assert (detail["MasterULN"], detail["LinkedULNs"]) == (MASTER, FOUND)


def test_every_outcome_is_in_the_table() -> None:
    assert set(BY_OUTCOME) == set(MatchOutcome)


def test_a_duplicate_of_a_learner_who_is_not_linked_has_the_uln_of_the_first(tmp_path: Path) -> None:
    match = Match(outcome=MatchOutcome.DUPLICATE_IN_FILE, uln=FOUND)
    (row,) = table(respond([Answer(checked=checked(tmp_path), match=match)], case())["OUT.CSV"])
    assert row["ULN"] == FOUND


@pytest.mark.parametrize(("values", "code", "outcome"), [
    ({"Gender": "", "Title": "T" * 36, "ULN": "9000000025", "DateOfBirth": "2020-01-01"}, "RC010", "NULL_VALUES"),
    ({"Title": "T" * 36, "ULN": "9000000025", "DateOfBirth": "2020-01-01"}, "RC011", "INCORRECT_FORMAT"),
    ({"ULN": "9000000025", "DateOfBirth": "2020-01-01"}, "GR110", "ULN_INVALID"),
    ({"DateOfBirth": "2020-01-01"}, "RC013", "AGE_RANGE"),
])  # fmt: skip
def test_of_several_faults_the_first_in_precedence_is_the_return_code(
    values: dict[str, str], code: str, outcome: str, tmp_path: Path
) -> None:
    found = checked(tmp_path, **values)
    match = Match(outcome=found.refused_as or MatchOutcome.REFUSED)
    written = respond([Answer(checked=found, match=match)], case())
    (row,), details = table(written["OUT.CSV"]), table(written["DETAIL.CSV"])
    assert (row["ReturnCode"], row["ULN"]) == (code, found.record.values["ULN"])
    assert {(line["Outcome"], line["ReturnCode"]) for line in details} == {(outcome, code)}
    assert [line["Field"] for line in details] == [notice.field for notice in found.notices]


def test_whoever_nobody_matches_and_cannot_be_registered_gets_RC006(tmp_path: Path) -> None:  # noqa: N802
    found = checked(tmp_path, VerificationType="", EmailAddress="ada@mail.academy")
    assert found.registration_bar is not None
    match = Match(outcome=MatchOutcome.REFUSED, notices=(found.registration_bar,))
    written = respond([Answer(checked=found, match=match)], case())
    (row,), details = table(written["OUT.CSV"]), table(written["DETAIL.CSV"])
    assert (row["ReturnCode"], row["ULN"]) == ("RC006", "")
    assert [(line["Outcome"], line["Field"]) for line in details] == [
        ("INSUFFICIENT_DATA", "EmailAddress"), ("INSUFFICIENT_DATA", "VerificationType"),
    ]  # fmt: skip


def test_OUT_repeats_what_was_sent_with_the_header_in_its_first_row_only(tmp_path: Path) -> None:  # noqa: N802
    rows = [
        HEADER | LEARNER | {"LearnerRecordCount": "3", "GivenName": " Ada ", "Notes": 'two\r\nlines, "quoted"'},
        LEARNER | {"UKPRN": "10000001", "FamilyName": "=Marlow"},
    ]
    found = records(check_text(tmp_path, lrb_text(rows) + ",,,,,MIS3,,Rowan\r\n"))
    match = Match(outcome=MatchOutcome.EXACT_MATCH, uln=FOUND)
    answers = [Answer(checked=one, match=match) for one in found]
    text = respond(answers, case(header=HEADER | {"LearnerRecordCount": "3"}))["OUT.CSV"]
    first, second, third = table(text)
    assert text.startswith('"FileVersion","FileName"')
    assert text.count("\r\n") == 5
    assert list(first) == [*HEADINGS, "ReturnCode"]
    assert first == dict.fromkeys(HEADINGS, "") | rows[0] | {"ULN": FOUND, "ReturnCode": "GR102"}
    assert second["UKPRN"] == ""
    assert second["FamilyName"] == "=Marlow"
    assert (third["GivenName"], third["Notes"], third["ReturnCode"]) == ("Rowan", "", "RC011")


def test_every_cell_of_OUT_is_quoted(tmp_path: Path) -> None:  # noqa: N802
    match = Match(outcome=MatchOutcome.NOT_FOUND)
    text = respond([Answer(checked=checked(tmp_path), match=match)], case())["OUT.CSV"]
    assert all(line.startswith('"') and line.endswith('"') and line.count('","') == 30 for line in text.splitlines())


def test_a_cell_of_DETAIL_runs_in_no_spreadsheet(tmp_path: Path) -> None:  # noqa: N802
    found = checked(tmp_path, MISIdentifier="=1+1")
    match = Match(outcome=MatchOutcome.POSSIBLE_MATCH, possible=(possible(),))
    written = respond([Answer(checked=found, match=match)], case(discloses_details=True))
    (line,) = table(written["DETAIL.CSV"])
    assert (line["MISIdentifier"], line["CandidateGivenName"]) == ("'=1+1", "'=Ada")
    assert table(written["OUT.CSV"])[0]["MISIdentifier"] == "=1+1"


def test_a_possible_match_is_shown_in_full_where_the_agreement_discloses_details(tmp_path: Path) -> None:
    match = Match(outcome=MatchOutcome.POSSIBLE_MATCH, possible=tuple([possible()] * 12))
    lines = table(respond([Answer(checked=checked(tmp_path), match=match)], case(discloses_details=True))["DETAIL.CSV"])
    assert [line["CandidateRank"] for line in lines] == [str(rank) for rank in range(1, 11)]
    assert list(lines[0].values()) == [
        "1", "MIS1", "POSSIBLE_MATCH", "GR105", "", "", "1", FOUND, "'=Ada", "Marlow", "2009-05-31", "9", "CV1 2WT",
        MASTER, f"{FOUND};{SENT}",
    ]  # fmt: skip


@pytest.mark.parametrize(("details", "sent", "entry", "outcome"), [
    (False, "1", "1", MatchOutcome.POSSIBLE_MATCH),
    (True, "2", "1", MatchOutcome.POSSIBLE_MATCH),
    (True, "1", "2", MatchOutcome.POSSIBLE_MATCH),
    (True, "1", "1", MatchOutcome.TOO_MANY_MATCHES),
])  # fmt: skip
def test_nobody_is_shown_without_an_agreement_or_against_a_learners_will(
    sent: str, entry: str, outcome: MatchOutcome, tmp_path: Path, *, details: bool
) -> None:
    candidate = possible(learner=replace(SOMEBODY, ability_to_share=entry), master_uln=None)
    answer = Answer(checked=checked(tmp_path, AbilityToShare=sent), match=Match(outcome=outcome, possible=(candidate,)))
    (line,) = table(respond([answer], case(discloses_details=details))["DETAIL.CSV"])
    assert [value for value in line.values() if value] == ["1", "MIS1", outcome.name, BY_OUTCOME[outcome].code]


def test_a_rejected_file_is_answered_with_its_reasons_alone(tmp_path: Path) -> None:
    rejection = SENDER_SUSPENDED.notice()
    answer = Answer(checked=checked(tmp_path), match=Match(outcome=MatchOutcome.REFUSED))
    written = respond([answer], case(rejections=(rejection,)))
    assert list(written) == ["REJ.CSV"]
    assert table(written["REJ.CSV"]) == [
        {"Code": "SENDER_SUSPENDED", "Line": "", "Field": "", "Message": f"{rejection.message} {rejection.fix}"}
    ]
