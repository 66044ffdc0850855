"""The documents that an organisation reads: receipt and report (specification `gateway-files` 2, architecture 5)."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, PlainSerializer

from gateway.core.correction_words import DOUBT_WORDS, FORM_WORDS
from gateway.core.notices import Notice, Notices, Scope, Severity
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.proposal import Proposal
from gateway.core.submission import Job, Mode, Verdict


def _zulu(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


Moment = Annotated[datetime, PlainSerializer(_zulu, when_used="json")]
"""A time in UTC, written `yyyy-mm-ddThh:mm:ssZ`."""


class Document(BaseModel):
    """A versioned answer, written as JSON with its fields in this order."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1

    def to_json(self) -> str:
        """Return the document as indented JSON with a final line end."""
        return self.model_dump_json(indent=2) + "\n"


class Receipt(Document):
    """«We hold your file»: written for every upload within a second of its CLOSE, refused ones too."""

    id: str
    organisation: str
    file: str
    bytes: int
    sha256: str
    received_at: Moment
    kind: str | None = None
    status: Literal["received", "duplicate", "refused"]
    first_id: str | None = None
    follows: str | None = None
    message: str
    expected_by: Moment | None = None
    place: int | None = None
    median_s: float | None = None
    p95_s: float | None = None
    key_id: str | None = None
    signature: str | None = None


class StatusNotice(Document):
    """What an organisation is told of a submission beside its receipt, in `receipts/`."""

    id: str
    organisation: str
    file: str
    status: Literal["parked", "withdrawn"]
    at: Moment
    message: str


PARKED = (
    "We hold your file, and we could not process it yet: the fault is ours, and our operators have been told. "
    "You need do nothing; its responses will be in out/ when they have mended it."
)


class ReportedNotice(BaseModel):
    """A notice as `report.json` and `gateway check --json` write it."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    line: int | None
    record: int | None
    key: str | None
    field: str | None
    value: str | None
    message: str
    fix: str
    scope: Scope

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Return the reported form of a notice."""
        return cls(**asdict(notice))


class CauseKind(StrEnum):
    """What has made many messages at once, as far as the file itself tells."""

    FILE = "file"
    ROWS = "rows"
    SHIFTED = "shifted"
    DATE_FORM = "date-form"
    REPEATED_VALUE = "repeated-value"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    CUT_OFF = "cut-off"
    ZEROS_LOST = "zeros-lost"
    NUMBER_FORM = "number-form"
    ENCODING = "encoding"
    STRAY = "stray"
    CHECK_DIGIT = "check-digit"
    FORM = "form"


class CauseExample(BaseModel):
    """One of the first places of a cause, with the value that the sender sent there, cut where it is long."""

    model_config = ConfigDict(frozen=True)

    line: int | None
    record: int | None
    field: str | None
    value: str | None


class Cause(BaseModel):
    """One root of many messages, and what clears them all at once; a message belongs to exactly one cause."""

    model_config = ConfigDict(frozen=True)

    kind: CauseKind
    severity: Severity
    title: str
    fix: str
    messages: int
    records: int
    fields: list[str]
    codes: list[str]
    examples: list[CauseExample]


class Counts(BaseModel):
    """Exact totals: read = accepted + rejected + held, and notices by severity and by code."""

    model_config = ConfigDict(frozen=True)

    read: int
    accepted: int
    rejected: int
    held: int
    by_severity: dict[Severity, int]
    by_code: dict[str, int]
    by_outcome: dict[MatchOutcome | Effect, int] = {}


class NotRun(BaseModel):
    """A check that was not run, and why: silence would read as a pass."""

    model_config = ConfigDict(frozen=True)

    check: str
    reason: str


class RuleChange(BaseModel):
    """A rule whose severity an operator has changed; `severity` is None where it is switched off."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity | None
    declared: Severity


class RuleSet(BaseModel):
    """The rules that a file was judged by: a digest of all of them as they were set, and what was changed."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    changed: list[RuleChange]


class Explained(BaseModel):
    """The public text of a rule that found something: what is wrong, and why it matters."""

    model_config = ConfigDict(frozen=True)

    code: str
    title: str
    why: str


class ProposedChange(BaseModel):
    """One kind of change that a proposed file makes in one column, or why something was left there as it stands."""

    model_config = ConfigDict(frozen=True)

    what: str
    column: str | None
    count: int


class Proposed(BaseModel):
    """A corrected file that is offered: the name to send it under, what is changed in it, and what is not."""

    model_config = ConfigDict(frozen=True)

    name: str
    changed: list[ProposedChange]
    left: list[ProposedChange]


class Origin(BaseModel):
    """Where a report's file came from; absent when it was checked offline."""

    model_config = ConfigDict(frozen=True)

    id: str
    organisation: str
    received_at: Moment
    job: Job
    mode: Mode


class Report(Document):
    """All that was found in one file. Totals are exact; `cut` tells that the list of notices is shorter."""

    file: str
    sha256: str
    kind: str | None
    verdict: Verdict
    counts: Counts
    causes: list[Cause] = []
    notices: list[ReportedNotice]
    explained: list[Explained] = []
    not_run: list[NotRun]
    rules: RuleSet | None = None
    matching: str | None = None
    proposed: Proposed | None = None
    cut: bool = False
    supplement: int | None = None
    processing_date: date
    submission: Origin | None = None


def proposed(proposal: Proposal) -> Proposed:
    """Return a proposal as a report tells of it."""
    return Proposed(
        name=proposal.name,
        changed=[
            ProposedChange(what=FORM_WORDS[it.kind], column=it.column or None, count=it.count)
            for it in proposal.changes
        ],
        left=[
            ProposedChange(what=DOUBT_WORDS[it.why], column=it.column or None, count=it.count) for it in proposal.left
        ],
    )


def reported(notices: Notices) -> list[ReportedNotice]:
    """Return the listed notices in their reported form."""
    return [ReportedNotice.of(notice) for notice in notices.listed]


def severities(notices: Notices) -> dict[Severity, int]:
    """Return the exact count of notices of every severity, none left out."""
    return {severity: notices.by_severity[severity] for severity in Severity}
