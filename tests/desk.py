"""A whole gateway in one process, on a real database and a real file store, with short ways to use it."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from adapters.kinds.gateway_files.kind import Decisions
from adapters.kinds.lrb.kind import LrbCsv
from adapters.stores.files import FolderFiles
from adapters.stores.postgres import PostgresRecord
from gateway import bootstrap
from gateway.config import GatewaySettings
from gateway.core.agreement import Agreement
from gateway.core.days import uk_day
from gateway.core.handover import SamplePlan
from gateway.core.matching import register as matching
from gateway.core.model import Entry, Learner
from gateway.core.permutation import IssuingRange
from gateway.core.ports.gateway import Gateway
from gateway.core.review import ReviewPlan
from gateway.core.submission import Arrival, Folder, Job, Mode, Organisation, OrganisationKind, Submission
from gateway.core.uln import Uln
from gateway.page import page
from gateway.pipeline import process, take_in

LEASE = timedelta(seconds=60)
MOMENT = bootstrap.now()
COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")
TESTING = replace(COLLEGE, id="testing", mode=Mode.TEST)
SUSPENDED = replace(COLLEGE, id="closed", suspended=True)
ADA = Learner(given_name="Ada", family_name="Quill", date_of_birth=date(2008, 5, 31), sex="2", postcode="CV1 2WT",
              ability_to_share="1")  # fmt: skip
KNOWN = Entry(uln=str(Uln.of(900_000_001)), learner=ADA)


@dataclass
class Desk:
    """A gateway on a fresh database, and short ways to use it."""

    gateway: Gateway
    record: PostgresRecord
    folder: Path

    def send(self, learners: Sequence[Learner], sender: Organisation = COLLEGE, job: Job = Job.FULL,
             change: Callable[[bytes], bytes] = bytes) -> Submission:  # fmt: skip
        plan = SamplePlan(organisation=sender, moment=MOMENT, bad_percent=0, seed=1)
        sample = self.gateway.kinds["lrb-csv"].samples(learners, plan)
        return self.take(sample.name, change(sample.content), sender, job)

    def take(self, name: str, content: bytes, sender: Organisation = COLLEGE, job: Job = Job.FULL) -> Submission:
        path = self.folder / "arriving"
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        arrival = Arrival(organisation=sender, name=name, path=path, size=len(content), sha256=digest, job=job)
        receipt = take_in(arrival, self.gateway)
        claimed = self.gateway.store.claim("test", LEASE)
        assert claimed is not None
        assert claimed.id == receipt.id
        return claimed

    def agree(self, sender: Organisation = COLLEGE, **terms: Any) -> int:  # noqa: ANN401 - the terms as they are named
        """Add an agreement that holds from today on, and return its number."""
        begin = uk_day(self.gateway.clock())
        return self.record.agreements.add(Agreement(organisation=sender.id, valid_from=begin, **terms))

    def answered(self, *sent: object, **how: object) -> list[dict[str, str]]:
        return self.rows(process(self.send(*sent, **how), self.gateway), "match.csv")

    def rows(self, submission: Submission, part: str) -> list[dict[str, str]]:
        names = [it for it in self.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
                 if it.name.endswith(f".{submission.id}.{part}")]  # fmt: skip
        with self.gateway.files.open(str(names[0].blob)) as file:
            return list(csv.DictReader(io.StringIO(file.read().decode(), newline="")))

    def report(self, submission: Submission) -> dict[str, Any]:
        """Return the report of a submission."""
        (name,) = [it for it in self.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
                   if it.name.endswith(f".{submission.id}.report.json")]  # fmt: skip
        with self.gateway.files.open(str(name.blob)) as file:
            return dict(json.load(file))

    def sql(self, *statements: str) -> None:
        """Change the database behind the gateway's back, as a crash at the right moment would."""
        with self.record._pool.connection() as connection:
            for statement in statements:
                connection.execute(statement)

    def rows_of(self, query: str) -> list[tuple[object, ...]]:
        """Return what the database holds."""
        with self.record._pool.connection() as connection:
            return connection.execute(query).fetchall()

    def run_again(self, submission: Submission) -> None:
        """Process a submission from its start, as if no step of it had been kept."""
        self.sql(
            "delete from step",
            "delete from response_file",
            "update submission set status = 'received', lease = null, finished_at = null",
        )
        again = self.gateway.store.claim("other", LEASE)
        assert again is not None
        assert again.id == submission.id
        process(again, self.gateway)


def desk_of(database: str, folder: Path, *, issuing: bool, kind: type[LrbCsv] = LrbCsv) -> Desk:
    desk = joined(database, folder, issuing=issuing, kind=kind)
    for organisation in (COLLEGE, TESTING, SUSPENDED):
        desk.record.organisations.add(organisation)
    desk.record.register_keeping.load([KNOWN])
    return desk


def joined(database: str, folder: Path, *, issuing: bool, kind: type[LrbCsv] = LrbCsv) -> Desk:
    """Return a desk on a database that another one has filled."""
    record = PostgresRecord.from_settings({
        "home": folder, "url": database, "matching": matching, "review": ReviewPlan(gather_s=0),
        "issuing": IssuingRange(authority="test", first=9_100_000_000, last=9_199_999_999) if issuing else None,
    })  # fmt: skip
    gateway = Gateway(
        files=FolderFiles.from_settings({"root": folder / "files"}), store=record.store, mailboxes=record.mailboxes,
        register=record.register, records=record.records, review=record.review, audit=record.audit,
        kinds={"lrb-csv": kind.from_settings({}), "decision": Decisions.from_settings({})}, page=page,
        context=bootstrap.context_for(GatewaySettings(), record), clock=bootstrap.now, new_id=bootstrap.new_id,
    )  # fmt: skip
    return Desk(gateway=gateway, record=record, folder=folder)
