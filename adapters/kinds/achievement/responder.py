"""Answers achievement files: ERR.CSV with every error, and JOB.JSON with the job's result and all its counters."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from io import StringIO
from typing import Final, TextIO

from adapters.kinds.achievement.table import FINAL, PROVISIONAL, REFERENCE, SUBMISSION_TYPE, reference_number
from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer
from gateway.core.notices import Notice, Severity
from gateway.core.outcomes import Effect, Total

COLUMNS: Final = ("RecordNumber", "MisIdentifier", "Uln", REFERENCE, "ErrorClass", "Code", "Field", "Message")
FIELD, LEARNER, BUSINESS, FILE = "field data", "learner data", "business rule", "file"
COUNTERS: Final = {FIELD: "FieldDataErrors", LEARNER: "LearnerDataErrors", BUSINESS: "BusinessRuleErrors"}
EFFECTS: Final[Mapping[Effect, str]] = {
    Effect.STORED: "AchievementsCreated",
    Effect.AMENDED: "AchievementsUpdated",
    Effect.WITHDRAWN: "AchievementsWithdrawn",
    Effect.REINSTATED: "AchievementsReinstated",
    Effect.PROMOTED: "AchievementsPromotedToFinal",
}
_TYPES: Final = {FINAL: "SuccessfulFinalAchievements", PROVISIONAL: "SuccessfulProvisionalAchievements"}
_DIGITS: Final = 2
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def error_class(code: str) -> str:
    """Return the class of an error of a record by its code: GA1 learner data, GA2 business rule, else field data."""
    return {"GA1": LEARNER, "GA2": BUSINESS}.get(code[:3], FIELD)


class AchievementJob:
    """Answers one file; the text of its error file stands in the job's result too, so it is held to the end."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._case = case
        self._create = create
        self._counts: Counter[str] = Counter()
        self._successful = 0
        self._errors = StringIO(newline="")
        self._rows = csv_text.writer(self._errors, COLUMNS)
        for notice in case.rejections:
            self._rows.writerow((None, None, None, None, FILE, notice.code, notice.field, _message(notice)))

    def write(self, answer: Answer) -> None:
        """Count one record, and write a row for each of its errors; nothing of a refused file was processed."""
        if self._case.rejections:
            return
        if answer.match.total is Total.ACCEPTED:
            self._count(answer)
        record = answer.checked.record
        reference = reference_number(record[REFERENCE])
        for notice in answer.notices:
            if notice.severity is Severity.ERROR:
                told = error_class(notice.code)
                self._counts[COUNTERS[told]] += 1
                where = (record.number, record["MisIdentifier"], record["Uln"], reference)
                self._rows.writerow((*where, told, notice.code, notice.field, _message(notice)))

    def _count(self, answer: Answer) -> None:
        effect = answer.match.effect
        self._successful += 1
        is_final = effect is Effect.PROMOTED or answer.checked.record[SUBMISSION_TYPE] == FINAL
        self._counts[_TYPES[FINAL if is_final else PROVISIONAL]] += 1
        if effect is not None and effect in EFFECTS:
            self._counts[EFFECTS[effect]] += 1

    def finish(self) -> None:
        """Write both files."""
        text = self._errors.getvalue()
        self._create("ERR.CSV").write(text)
        self._create("JOB.JSON").write(json.dumps(self._job(text), indent=2, ensure_ascii=False) + "\n")

    def _job(self, errors: str) -> dict[str, object]:
        submission, rejections = self._case.submission, self._case.rejections
        begun, ended = submission.received_at, self._case.responded_at
        share = 100 * self._successful / self._case.records if self._case.records else 0.0
        counters = (*_TYPES.values(), *EFFECTS.values(), *COUNTERS.values())
        return {
            "JobID": submission.id,
            "Filename": submission.name,
            "Type": "AchievementBatch",
            "User": submission.organisation.id,
            "Status": "Failed" if rejections else "Successful",
            "SubmittedDate": f"{begun:{_TIME}}",
            "StartDate": f"{begun:{_TIME}}",
            "EndDate": f"{ended:{_TIME}}",
            "Duration": _duration(begun, ended),
            "NumberOfRecords": self._case.records,
            "PercentageSuccessfulRecords": round(share, _DIGITS),
            **{name: self._counts[name] for name in counters},
            "RejectionReason": " ".join(f"{it.code}: {it.message}" for it in rejections) or None,
            "AchievementBatchErrorFile": errors,
        }


def _duration(begun: datetime, ended: datetime) -> str:
    """Return the whole hours, minutes and seconds from one moment to another, of the times as they are told."""
    seconds = int(ended.timestamp()) - int(begun.timestamp())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _message(notice: Notice) -> str:
    return f"{notice.message} {notice.fix}"
