"""Results files for tests: written without the code that reads them, checked, settled and listed as notices.csv lists.

A small register stands in for matching, and results that an earlier file brought for the store.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import StringIO
from pathlib import Path

from gateway import reference_file
from gateway.core.handover import Finding, Late
from gateway.core.keeper import Keeper
from gateway.core.keeping import Kept, RecordChange, RecordKey
from gateway.core.matching.judge import decide
from gateway.core.matching.verify import verify
from gateway.core.model import CheckedRecord, Entry, Learner, Match
from gateway.core.notices import Notice
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.kinds import FileKind
from gateway.core.reference import HeldList, ListVersion, Reference, by_key
from gateway.core.rules.rule import Context
from gateway.core.spool import with_late
from gateway.core.submission import Organisation, OrganisationKind

AS_OF = date(2026, 9, 1)
NAME = "AORES_10000101_6G26_20260812T060000_001.csv"
NORTH = Organisation(id="north", name="North Awarding", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101")
HEADING_LINE = (
    "RecordRef,Action,AwardingOrganisationUKPRN,CentreNumber,ProviderUKPRN,CandidateNumber,UCI,ULN,"
    "CandidateIdentifierOther,FamilyName,GivenNames,DateOfBirth,Sex,QAN,SpecificationCode,UnitOrComponentCode,"
    "ResultLevel,ExamSeries,Grade,EndorsementGrade,PartialAbsence,Mark,MaxMark,AwardDate,EmbargoUntil,PreviousGrade,"
    "ChangeReason"
)
HEADINGS = HEADING_LINE.split(",")
RESULT = {
    "RecordRef": "r1",
    "Action": "N",
    "AwardingOrganisationUKPRN": "10000101",
    "CentreNumber": "12345",
    "CandidateNumber": "0001",
    "UCI": "123450230001W",
    "ULN": "9990000017",
    "FamilyName": "Bloggs",
    "GivenNames": "Alex Sam",
    "DateOfBirth": "2009-04-15",
    "Sex": "F",
    "QAN": "601/1234/7",
    "ResultLevel": "Q",
    "ExamSeries": "6G26",
    "Grade": "7",
    "AwardDate": "2026-08-20",
}
ALEX = Learner(given_name="Alex", middle_name="Sam", family_name="Bloggs", date_of_birth=date(2009, 4, 15), sex="2",
               postcode="CV1 2WT")  # fmt: skip
JO = Learner(given_name="Jo", family_name="O'Neil-Smith", date_of_birth=date(2009, 9, 2), sex="2", postcode="CV1 2WT")
OLD = replace(ALEX, family_name="Dawlish")
REGISTER = (
    Entry(uln="9990000017", learner=ALEX),
    Entry(uln="9990000025", learner=JO),
    Entry(uln="9990000033", learner=OLD, master_uln="9990000017", linked_ulns=("9990000017",)),
)
COLUMNS = ("code", "severity", "line", "record", "field")
BESIDE = {"notices.csv", "case.json"}


@cache
def reference() -> Reference:
    """Return the lists that come with the gateway."""
    held = []
    with reference_file.samples() as files:
        for path in files:
            schema = reference_file.description(path.stem)
            rows = by_key(reference_file.read(path, schema))
            version = ListVersion(
                name=path.stem, columns=schema.names, rows=len(rows), digest="0", source=path.name,
                loaded_at=datetime(2026, 9, 1, tzinfo=UTC),
            )  # fmt: skip
            held.append(HeldList(version, rows))
    return Reference(held)


def context_of(name: str, **told: object) -> Context:
    """Return what a reader is told beside a file of that name."""
    known = {"as_of": AS_OF, "file_name": name, "sender": NORTH, "reference": reference()}
    return Context(**{**known, **told})


def results_text(rows: Iterable[Mapping[str, str]], headings: Sequence[str] = HEADINGS) -> str:
    """Return a results file of these rows."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(headings)
    lines.writerows([row.get(name, "") for name in headings] for row in rows)
    return text.getvalue()


class HeldRecords:
    """What is kept for learners, in memory; it is only read and seen, never stored into."""

    def __init__(self, held: Mapping[RecordKey, Kept]) -> None:
        self.held = dict(held)

    def kept(self, keys: Sequence[RecordKey], submission: str) -> dict[RecordKey, Kept]:
        """Return what is kept under these keys."""
        assert submission
        return {key: self.held[key] for key in keys if key in self.held}

    def put(self, submission: str, changes: Mapping[int, Sequence[RecordChange]]) -> frozenset[int]:
        """Keep the changes."""
        assert submission
        self.held |= {change.key: change.kept for some in changes.values() for change in some}
        return frozenset()


def matched(checked: CheckedRecord) -> Match:
    """Return what matching says of a record's learner, by the small register."""
    learner = checked.learner
    if learner is None:
        return Match(outcome=checked.refused_as or MatchOutcome.REFUSED)
    if learner.uln:
        return verify(learner, next((entry for entry in REGISTER if entry.uln == learner.uln), None))
    return decide(learner, REGISTER)


def answered(kind: FileKind, path: Path, context: Context, records: HeldRecords) -> list[tuple[CheckedRecord, Match]]:
    """Return the records of a file with what became of each, as the pipeline comes to it."""
    found = list(kind.check(path, context))
    late = [it for it in found if isinstance(it, Late)]
    whole = list(with_late((it for it in found if isinstance(it, CheckedRecord)), late))
    matches = {it.record.number: matched(it) for it in whole}
    settling = kind.settling(context)
    assert settling is not None
    keeper = Keeper("S1", settling, records, stores=True)
    asked = {it.record.number: (it, matches[it.record.number]) for it in whole if it.learner}
    settled = matches | keeper.settle(asked)
    return [(it, settled[it.record.number]) for it in whole]


def file_notices(found: Iterable[Finding]) -> list[Notice]:
    """Return what is said of a file as a whole."""
    return [it for it in found if isinstance(it, Notice)]


@cache
def case_notices(case: Path, kind: type[FileKind]) -> list[Notice]:
    """Return all that is said of a fixture: of the file, then of each of its records until it is settled.

    `case.json` may hold settings, the sender, the names of earlier files, the day, and the name of a file that is
    settled before it.
    """
    about = case / "case.json"
    told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    ready = kind.from_settings(told.get("settings", {}))
    sender = Organisation(**{**_plain(NORTH), **told.get("sender", {})})
    records = HeldRecords({})
    given = next(path for path in sorted(case.iterdir()) if path.name not in {*BESIDE, told.get("before")})
    if "before" in told:
        before = case / told["before"]
        answered(ready, before, context_of(before.name, sender=sender), records)
    day = date.fromisoformat(told.get("as_of", AS_OF.isoformat()))
    context = context_of(given.name, sender=sender, as_of=day, earlier=tuple(told.get("earlier", ())))
    whole = file_notices(ready.check(given, context))
    pairs = answered(ready, given, context, records)
    return [*whole, *(notice for checked, match in pairs for notice in (*checked.notices, *match.notices))]


def _plain(organisation: Organisation) -> dict[str, object]:
    return {"id": organisation.id, "name": organisation.name, "kind": organisation.kind, "ukprn": organisation.ukprn}


def records_of(found: Iterable[Finding]) -> Iterator[CheckedRecord]:
    """Yield the records among findings."""
    return (it for it in found if isinstance(it, CheckedRecord))
