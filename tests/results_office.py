"""A gateway on a real database that takes results files, and short ways to ask, decide and answer over it."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.kinds.ao_results.xml_kind import AoResultsXml
from adapters.kinds.jcq_results.kind import JcqResults
from adapters.stores.postgres import PostgresRecord
from gateway import bootstrap
from gateway.core.ports.gateway import Gateway
from gateway.core.review import Decision, Judgement, Question
from gateway.core.submission import Arrival, Folder, Job, Mode, Organisation, Submission
from gateway.pipeline import complete, process
from tests.desk import LEASE
from tests.golden.ao_files import AS_OF, NORTH, REGISTER
from tests.offices import claimed, gateway_of

TESTING = replace(NORTH, id="north-testing", mode=Mode.TEST)
COUNTED = ("received", "stored", "amended", "unchanged", "withdrawn", "queued", "refused")
JCQ_NAME = "R1234599.X01"
JCQ = """R199123456G260012026081214F
R21234510012345EXAMPLE ACADEMY
R4123450001123450230001W9990000017BLOGGS: ALEX SAM                        X20090415
R5123450001123450230001W8700  8700  E7 M            6011234720260820N
R4123450002123450230002C9990000025O'NEIL-SMITH: JO                        F20090902
R5123450002123450230002C8700  8700  G4           #  6011234720260820N
R9123450000001000000200000020000007
"""


@dataclass
class Office:
    """A gateway that takes results, and short ways to use it."""

    gateway: Gateway
    record: PostgresRecord
    folder: Path

    def send(self, name: str, text: str, sender: Organisation = NORTH, job: Job = Job.FULL) -> Submission:
        """Send a file and process it on the day that tests agree on."""
        arrival = Arrival(organisation=sender, name=name, path=self.folder, size=0, sha256="", job=job)
        return process(claimed(self.gateway, self.folder, arrival, text, AS_OF), self.gateway)

    def part(self, submission: Submission, part: str) -> str:
        """Return a response file's text."""
        listing = self.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
        (found,) = (it for it in listing if it.name.endswith(f".{submission.id}.{part}"))
        with self.gateway.files.open(str(found.blob)) as file:
            return file.read().decode()

    def outcome(self, submission: Submission) -> tuple[list[dict[str, str]], dict[str, int]]:
        """Return the lines of outcome.csv, and its totals."""
        text = self.part(submission, "outcome.csv")
        body, _, last = text.rstrip("\r\n").rpartition("\r\n")
        mark, listed = next(csv.reader([last]))
        assert mark == "#TOTALS"
        totals = {name: int(count) for name, _, count in (pair.partition("=") for pair in listed.split(";"))}
        assert tuple(totals) == COUNTED
        assert totals["received"] == sum(totals[name] for name in COUNTED[1:])
        return list(csv.DictReader(io.StringIO(body, newline=""))), totals

    def said(self, submission: Submission) -> list[tuple[str, str, str]]:
        """Return reference, outcome and code of every line."""
        return [(row["record_ref"], row["outcome"], row["code"]) for row in self.outcome(submission)[0]]

    def kept(self) -> list[tuple[object, ...]]:
        """Return what the database holds of results, newest state of each."""
        query = (
            "select key, effect, content ->> 'Grade' from record join record_version on record_version.record = "
            "record.id and record_version.version = record.version order by record.id"
        )
        with self.record._pool.connection() as connection:
            return connection.execute(query).fetchall()


def office_of(database: str, folder: Path) -> Office:
    """Return a gateway on a database, with the register and the lists that come with the tests."""
    kinds = {kind.name: kind.from_settings({}) for kind in (AoResultsCsv, AoResultsXml, JcqResults)}
    return Office(*gateway_of(database, folder, (NORTH, TESTING), REGISTER, kinds), folder)


def questions(office: Office) -> list[Question]:
    return office.record.review.reviews.listing(None, date(2100, 1, 1), 10)


def settled(office: Office, judgement: Judgement, uln: str | None = None) -> Question:
    """Decide on the one open question and let the supplement be made."""
    (question,) = questions(office)
    decision = Decision(judgement=judgement, by="Kim", reason="Asked.", moment=bootstrap.now(), uln=uln)
    office.record.review.reviews.decide(question.id, decision)
    assert supplemented(office) == 1
    return question


def supplemented(office: Office) -> int:
    """Let the supplements be made that are due, and return how many."""
    office.record.queue.reconcile()
    with office.record._pool.connection() as connection:
        connection.execute("update submission set processing_date = %s", [AS_OF])
        connection.execute("update question_record set due_at = least(due_at, now())")  # what is gathered for is over
    made = 0
    while (supplement := office.record.review.supplements.next(LEASE)) is not None:
        complete(supplement, office.gateway)
        made += 1
    return made


def supplement_said(office: Office, sent: Submission, number: int = 1) -> list[tuple[str, str, str, str]]:
    rows = csv.DictReader(io.StringIO(office.part(sent, f"supplement-{number}.outcome.csv"), newline=""))
    return [(row["record_ref"], row["outcome"], row["code"], row["uln"]) for row in rows if row["line"] != "#TOTALS"]
