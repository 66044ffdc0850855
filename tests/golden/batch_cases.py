"""Batch files of awarding organisations for tests: written without the code that reads them, checked and settled.

A case folder holds the given file, `notices.csv`, and where it needs them in `case.json` settings of the kind, what is
`kept` by "ULN reference day", the sender's `ukprn`, and whether reference lists are loaded.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from adapters.kinds.achievement.kind import AchievementsInCsv, AchievementsInXml
from adapters.kinds.verify.kind import VerifyInCsv, VerifyInXml
from gateway.core.handover import Case, FileHeader, Finding
from gateway.core.keeping import Kept, RecordKey
from gateway.core.matching.verify import verify
from gateway.core.model import Answer, CheckedRecord, Entry, Learner, Match
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.kinds import FileKind
from gateway.core.reference import Reference
from gateway.core.rules.rule import Context
from gateway.core.submission import Job, Mode, Organisation, OrganisationKind, Submission
from tests.golden.settled_cases import AS_OF, reference

ROOT = Path(__file__).parents[2]
UKPRN = "10000101"
ANSWERED = datetime(2026, 9, 1, 15, 31, 2, tzinfo=UTC)
NORTH = Organisation(id="north", name="North Awards", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn=UKPRN)
KINDS: dict[str, type] = {kind.name: kind for kind in (VerifyInCsv, VerifyInXml, AchievementsInCsv, AchievementsInXml)}
ANNA = Learner(given_name="ANNA", family_name="SMITH", previous_family_name="JONES", date_of_birth=date(2009, 5, 31),
               sex="2", uln="9000000024", ability_to_share="1")  # fmt: skip
BEA = Learner(given_name="Bea", family_name="Quill", date_of_birth=date(2008, 1, 2), sex="2", uln="9000000032",
              ability_to_share="1")  # fmt: skip
COLE = Learner(given_name="Cole", family_name="Hale", date_of_birth=date(2007, 3, 4), sex="1", uln="9000000059",
               ability_to_share="2")  # fmt: skip
MASTER = "9000000040"
REGISTER = (
    Entry(uln=ANNA.uln, learner=ANNA),
    Entry(uln=BEA.uln, learner=BEA, master_uln=MASTER, linked_ulns=(BEA.uln,)),
    Entry(uln=MASTER, learner=replace(BEA, uln=MASTER, given_name="Beatrice"), linked_ulns=(BEA.uln,)),
    Entry(uln=COLE.uln, learner=COLE),
)
VERIFY_HEADER = {"FileVersion": "2A", "FileName": "autumn", "UKPRN": UKPRN, "LearnerRecordCount": "1"}
VERIFY_RECORD = {"MISIdentifier": "V1", "ULN": "9000000024", "FamilyName": "Smith", "GivenName": "Anna",
                 "DateOfBirth": "2009-05-31", "Gender": "2"}  # fmt: skip
JOB_HEADER = {"FileVersion": "2A", "FileName": "summer", "UKPRN": UKPRN, "RecordCount": "1", "SubmissionType": "Final"}
ACHIEVEMENT = {
    "AchievementAwardDate": "2026-08-20T00:00:00", "Action": "1", "ActionDate": "2026-08-31", "ActionReason": "",
    "DateofBirth": "2009-05-31", "FamilyName": "Smith", "Gender": "2", "GivenName": "Anna", "Grade": "7",
    "LanguageForAssessment": "ENG", "LearnerPostcode": "CV1 2WT", "MisIdentifier": "A1", "ProviderUkprn": "10000001",
    "Uln": "9000000024", "UnitOrQualificationReferenceNumber": "601/1234/7",
}  # fmt: skip
STEMS = {"verify": "VER_10000101_010920261430", "achievement": "QCF_10000101_2026-09-01_001"}
COLUMNS = ("code", "severity", "line", "record", "field")
BESIDE = {"notices.csv", "case.json"}


def base(kind: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a right header and a right record of a kind."""
    return (VERIFY_HEADER, VERIFY_RECORD) if kind.startswith("verify") else (JOB_HEADER, ACHIEVEMENT)


def name_of(kind: str) -> str:
    """Return a right file name of a kind."""
    sort, _, carrier = kind.partition("-")
    return f"{STEMS[sort]}.{carrier.upper()}"


def file_of(kind: str, rows: Sequence[Mapping[str, str]], **header: str) -> str:
    """Return a file of these records, each of them a right one but for the values given."""
    first, record = base(kind)
    count = "LearnerRecordCount" if kind.startswith("verify") else "RecordCount"
    filled = first | {count: str(len(rows))} | header
    records = [record | row for row in rows]
    return table(filled, records) if kind.endswith("csv") else xml(kind, filled, records)


def table(header: Mapping[str, str], records: Sequence[Mapping[str, str]]) -> str:
    """Return a table, with the header in the row of its first record."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow([*header, *records[0]])
    for number, record in enumerate(records):
        lines.writerow([*([""] * len(header) if number else header.values()), *record.values()])
    return text.getvalue()


def xml(kind: str, header: Mapping[str, str], records: Sequence[Mapping[str, str]]) -> str:
    """Return the same in XML: fields without a value are left out."""
    head = "".join(f"  <{name}>{escape(value)}</{name}>\n" for name, value in header.items())
    name = "Learner" if kind.startswith("verify") else "Achievement"
    body = "".join(f"  <{name}>\n{_fields(record)}  </{name}>\n" for record in records)
    if kind.startswith("verify"):
        space, root = "http://api.lrs.miap.gov.uk/batchmsg", "LearnerVerificationBatch"
        return f'<b:{root} xmlns:b="{space}">\n{head}{body}</b:{root}>\n'
    body = f"  <ArrayOfAchievement>\n{body}  </ArrayOfAchievement>\n"
    return f'<AchievementBatch xmlns="http://api.lrs.qcf.gov.uk/services">\n{head}{body}</AchievementBatch>\n'


def _fields(record: Mapping[str, str]) -> str:
    return "".join(f"    <{name}>{escape(value)}</{name}>\n" for name, value in record.items() if value)


class Checked:
    """All that was found in one file, and an answer to each of its records."""

    def __init__(self, kind: FileKind, path: Path, told: Mapping[str, Any]) -> None:
        sender = replace(NORTH, ukprn=told.get("ukprn", UKPRN))
        lists = reference() if told.get("reference", True) else Reference()
        context = Context(as_of=AS_OF, file_name=path.name, sender=sender, reference=lists)
        self.findings: list[Finding] = list(kind.check(path, context))
        self.kind = kind
        self.path = path
        self.kept = {
            RecordKey("achievement", UKPRN, tuple(key.split(" "))): Kept(**held)
            for key, held in told.get("kept", {}).items()
        }
        self.file_notices = [it for it in self.findings if isinstance(it, Notice)]
        self.rejections = [it for it in self.file_notices if it.refuses(Scope.FILE)]
        settling = kind.settling(context)
        self.answers = [self._answer(it, settling) for it in self.findings if isinstance(it, CheckedRecord)]

    def _answer(self, checked: CheckedRecord, settling: Any) -> Answer:  # noqa: ANN401 - a Settling or None
        if checked.learner is None or self.rejections:
            return Answer(checked=checked, match=Match(outcome=checked.refused_as or MatchOutcome.REFUSED))
        found = verify(checked.learner, next((it for it in REGISTER if it.uln == checked.learner.uln), None))
        if settling is None:
            return Answer(checked=checked, match=found)
        known = {key: self.kept[key] for key in settling.keys(checked, found) if key in self.kept}
        settled = settling.settle(checked, found, known)
        self.kept |= {change.key: change.kept for change in settled.changes}
        return Answer(checked=checked, match=settled.match)

    @property
    def notices(self) -> list[Notice]:
        """Return every notice, those of the file first."""
        return [*self.file_notices, *(notice for answer in self.answers for notice in answer.notices)]

    @property
    def header(self) -> Mapping[str, str]:
        """Return the file's header."""
        return next(it.values for it in self.findings if isinstance(it, FileHeader))

    def responses(self, *, discloses: bool = False) -> dict[str, str]:
        """Return the text of each part that the kind writes."""
        parts: dict[str, StringIO] = {}

        def create(part: str) -> StringIO:
            return parts.setdefault(part, StringIO(newline=""))

        case = Case(submission=submission(self.path.name), responded_at=ANSWERED, header=self.header,
                    rejections=self.rejections, records=len(self.answers),
                    discloses_details=discloses)  # fmt: skip
        responder = self.kind.responder(case, create)
        for answer in self.answers:
            responder.write(answer)
        responder.finish()
        return {part: text.getvalue() for part, text in parts.items()}


def submission(name: str) -> Submission:
    """Return a submission of that name."""
    return Submission(
        id="0abc", organisation=NORTH, name=name, sha256="", size=1, job=Job.FULL, mode=Mode.LIVE,
        received_at=datetime(2026, 9, 1, 14, 30, tzinfo=UTC), processing_date=AS_OF, blob="",
    )  # fmt: skip


def check_text(kind: str, folder: Path, text: str | bytes, name: str = "", **told: Any) -> Checked:  # noqa: ANN401
    """Return what a kind finds in a file of these contents."""
    path = folder / (name or name_of(kind))
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Checked(KINDS[kind].from_settings(told.get("settings", {})), path, told)


def check_case(case: Path) -> Checked:
    """Return what is found in a fixture."""
    about = case / "case.json"
    told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    (given,) = (path for path in case.iterdir() if path.name not in BESIDE)
    kind = KINDS[case.parent.parent.name].from_settings(told.get("settings", {}))
    return Checked(kind, given, told)
