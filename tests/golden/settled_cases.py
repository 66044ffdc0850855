"""Fixtures of tables whose records are settled by what is kept: checked, settled, and listed as notices.csv lists them.

A case folder holds the given file, `notices.csv`, for T Levels `errors.csv`, and where it needs them in `case.json`
settings of the kind, `kept` by sort and key, the sender's `ukprn`, the `purposes` of its agreement, and whether
reference lists are loaded.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from gateway import reference_file
from gateway.core.agreement import Agreement
from gateway.core.handover import Case, Late
from gateway.core.keeping import Kept, RecordKey
from gateway.core.model import Answer, CheckedRecord, Match
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.kinds import FileKind
from gateway.core.reference import HeldList, ListVersion, Reference, by_key
from gateway.core.rules.rule import Context
from gateway.core.spool import with_late
from gateway.core.submission import Job, Mode, Organisation, OrganisationKind, Submission

AS_OF = date(2026, 9, 1)
UKPRN = "10000101"
SENDER = Organisation(id="northern", name="Northern", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn=UKPRN)
COLUMNS = ("code", "severity", "line", "record", "field")
BESIDE = {"notices.csv", "case.json", "errors.csv"}


def reference() -> Reference:
    """Return the small invented lists that come with the gateway, as if an operator had loaded them."""
    return Reference(_lists())


def _lists() -> Iterator[HeldList]:
    with reference_file.samples() as paths:
        for path in paths:
            schema = reference_file.description(path.stem)
            rows = tuple(reference_file.read(path, schema))
            version = ListVersion(name=path.stem, columns=schema.names, rows=len(rows), digest="of-tests",
                                  source=path.name, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
            yield HeldList(version, by_key(rows))


@dataclass
class Checked:
    """All that was found in one file: what is said of the file, and an answer to each record."""

    file_notices: list[Notice]
    answers: list[Answer]

    @property
    def notices(self) -> list[Notice]:
        """Return every notice, those of the file first."""
        return [*self.file_notices, *(notice for answer in self.answers for notice in answer.notices)]

    @property
    def rejections(self) -> list[Notice]:
        """Return the notices that refuse the whole file."""
        return [notice for notice in self.file_notices if notice.refuses(Scope.FILE)]


def check_file(kind: FileKind, path: Path, told: Mapping[str, Any] | None = None) -> Checked:
    """Return what a kind finds in a file and how it settles the records that no rule refuses."""
    told = told or {}
    sender = replace(SENDER, ukprn=told.get("ukprn", UKPRN))
    lists = reference() if told.get("reference", True) else Reference()
    agreed = {"number": 1, "purposes": tuple(told["purposes"])} if "purposes" in told else {}
    context = Context(as_of=AS_OF, file_name=path.name, sender=sender, reference=lists, agreement=Agreement(**agreed))
    findings = list(kind.check(path, context))
    records = [it for it in findings if isinstance(it, CheckedRecord)]
    checked = with_late(records, [it for it in findings if isinstance(it, Late)])
    kept = {
        RecordKey(sort, sender.ukprn or "", (key,)): Kept(**held)
        for sort, by_part in told.get("kept", {}).items()
        for key, held in by_part.items()
    }
    notices = [it for it in findings if isinstance(it, Notice)]
    rejected = any(it.refuses(Scope.FILE) for it in notices)
    return Checked(notices, [_answer(kind, it, context, {} if rejected else kept, rejected) for it in checked])


def _answer(
    kind: FileKind,
    checked: CheckedRecord,
    context: Context,
    kept: Mapping[RecordKey, Kept],
    rejected: bool,  # noqa: FBT001
) -> Answer:
    found = Match(outcome=checked.refused_as or MatchOutcome.NOT_MATCHED)
    settling = kind.settling(context)
    if rejected or checked.learner is None or settling is None:
        return Answer(checked=checked, match=found)
    known = {key: kept[key] for key in settling.keys(checked, found) if key in kept}
    return Answer(checked=checked, match=settling.settle(checked, found, known).match)


def check_case(case: Path, kind: type) -> Checked:
    """Return what is found in a fixture."""
    about = case / "case.json"
    told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    made: FileKind = kind.from_settings(told.get("settings", {}))  # type: ignore[attr-defined]
    (given,) = (path for path in case.iterdir() if path.name not in BESIDE)
    return check_file(made, given, told)


def report(kind: FileKind, checked: Checked) -> str:
    """Return the T Level error report of a file."""
    text = StringIO()
    case = Case(submission=_SUBMISSION, responded_at=_SUBMISSION.received_at, header={},
                rejections=checked.rejections, records=len(checked.answers))  # fmt: skip
    responder = kind.responder(case, lambda _: text)
    for answer in checked.answers:
        responder.write(answer)
    responder.finish()
    return text.getvalue()


_SUBMISSION = Submission(
    id="0", organisation=SENDER, name="given.csv", sha256="", size=0, job=Job.FULL, mode=Mode.LIVE,
    received_at=datetime(2026, 9, 1, tzinfo=UTC), processing_date=AS_OF, blob="",
)  # fmt: skip
