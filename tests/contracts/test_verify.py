"""Verify files go through the whole pipeline on a real database, and each record is answered in order."""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.stores.postgres import PostgresRecord
from gateway import bootstrap
from gateway.core.agreement import Agreement, Disclosure, Whose
from gateway.core.days import uk_day
from gateway.core.ports.gateway import Gateway
from gateway.core.submission import Arrival, Folder, Job, Mode, Organisation, Submission
from gateway.pipeline import process
from tests.golden.batch_cases import KINDS, MASTER, NORTH, REGISTER, file_of, name_of
from tests.golden.settled_cases import AS_OF
from tests.golden.test_verify_responses import ROWS, TOLD, rows
from tests.offices import claimed, gateway_of

TESTING = replace(NORTH, id="north-testing", mode=Mode.TEST)


@dataclass
class Office:
    """A gateway that takes batch files of awarding organisations, and short ways to use it."""

    gateway: Gateway
    record: PostgresRecord
    folder: Path

    def send(self, name: str, text: str, sender: Organisation = NORTH, job: Job = Job.FULL) -> Submission:
        """Send a file and process it on the day that tests agree on."""
        return process(self.claimed(name, text, sender, job), self.gateway)

    def claimed(self, name: str, text: str, sender: Organisation = NORTH, job: Job = Job.FULL) -> Submission:
        """Send a file and return it, not yet processed."""
        arrival = Arrival(organisation=sender, name=name, path=self.folder, size=0, sha256="", job=job)
        return claimed(self.gateway, self.folder, arrival, text, AS_OF)

    def parts(self, submission: Submission) -> dict[str, str]:
        """Return the text of each response file by its part."""
        told = {}
        for it in self.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT):
            _, mark, part = it.name.partition(f".{submission.id}.")
            if mark:
                with self.gateway.files.open(str(it.blob)) as file:
                    told[part] = file.read().decode()
        return told

    def kept(self) -> list[tuple[object, ...]]:
        """Return what the database holds of records, newest state of each."""
        query = (
            "select key, effect, content ->> 'Grade', content ->> 'SubmissionType' from record join record_version "
            "on record_version.record = record.id and record_version.version = record.version order by record.id"
        )
        with self.record._pool.connection() as connection:
            return connection.execute(query).fetchall()


def office_of(database: str, folder: Path) -> Office:
    """Return a gateway with the register and the reference lists of the tests."""
    kinds = {name: kind.from_settings({}) for name, kind in KINDS.items()}
    return Office(*gateway_of(database, folder, (NORTH, TESTING), REGISTER, kinds), folder)


@pytest.fixture
def office(database: str, tmp_path: Path) -> Office:
    return office_of(database, tmp_path)


def test_every_result_of_the_specification_comes_back_through_the_pipeline(office: Office) -> None:
    done = office.send(name_of("verify-csv"), file_of("verify-csv", ROWS))
    parts = office.parts(done)
    assert rows(parts["OUT.CSV"]) == TOLD
    matched = list(csv.DictReader(io.StringIO(parts["match.csv"], newline="")))
    assert [row["outcome"] for row in matched] == [
        "exact_match", "possible_match", "possible_match", "uln_mismatch", "uln_mismatch", "linked_learner",
        "uln_not_found", "uln_invalid", "exact_match", "refused", "exact_match", "refused",
    ]  # fmt: skip
    shown = office.record.submissions.show(done.id)
    assert shown is not None
    totals = {name: shown.counts[name] for name in ("read", "accepted", "rejected", "held")}
    assert totals == {"read": 12, "accepted": 4, "rejected": 6, "held": 2}


def test_xml_comes_back_as_xml(office: Office) -> None:
    parts = office.parts(office.send(name_of("verify-xml"), file_of("verify-xml", ROWS)))
    assert parts["OUT.XML"].count("<VerifiedLearner>") == len(ROWS)
    assert "<FailureFlag>VRF7</FailureFlag>" in parts["OUT.XML"]
    assert "REJ.CSV" not in parts


def test_a_wrong_count_refuses_the_file_and_looks_nobody_up(office: Office) -> None:
    for carrier in ("verify-csv", "verify-xml"):
        parts = office.parts(office.send(name_of(carrier), file_of(carrier, [{}], LearnerRecordCount="2")))
        assert parts["REJ.CSV"].splitlines()[1].startswith("WSRC0030,")
        assert not {"OUT.CSV", "OUT.XML", "match.csv"} & set(parts)


@pytest.mark.parametrize("whose", [None, Whose.OWN, Whose.ALL])
def test_who_sends_numbers_of_others_learns_what_was_agreed_and_no_more(office: Office, whose: Whose | None) -> None:
    if whose is not None:
        office.record.agreements.add(
            Agreement(
                organisation=NORTH.id, disclosure=Disclosure.DETAILS, whose=whose, valid_from=uk_day(bootstrap.now())
            )
        )
    guesses = [
        {"ULN": entry.uln, "FamilyName": "Nemo", "GivenName": "Zed", "DateOfBirth": "1999-09-09", "Gender": "0"}
        for entry in REGISTER
        if entry.uln != MASTER
    ]
    for carrier in ("verify-csv", "verify-xml"):
        parts = office.parts(office.send(name_of(carrier), file_of(carrier, guesses)))
        told = "\n".join(parts.values())
        for entry in REGISTER:
            seen = whose is Whose.ALL and entry.learner.ability_to_share != "2"
            assert (entry.learner.family_name in told) is seen
            assert (str(entry.learner.date_of_birth) in told) is seen
        assert (MASTER in told) is (whose is Whose.ALL)
