"""What each step of the pipeline returns and the store keeps: small documents that point at kept lines."""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from gateway.core.documents import NotRun, RuleSet
from gateway.core.handover import Part, Progress
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect, MatchOutcome, Total
from gateway.core.submission import Job, Status, Submission, Verdict


class Result(BaseModel):
    """A frozen document that is kept as JSON."""

    model_config = ConfigDict(frozen=True)


class Scanned(Result):
    """Whether a scanner has seen the bytes, and whether it found them infected."""

    scanned: bool
    infected: bool = False

    @property
    def progress(self) -> Progress:
        """Say nothing: a file that was scanned is not read yet."""
        return Progress(status=Status.RECEIVED)


class Identified(Result):
    """Which file kind a submission is of; None where no kind knows it, and where it is infected or `refused`.

    `name` and `blob` are those of the file that came in a wrapping; None for one that came bare. `refused` says why a
    wrapping could not be opened.
    """

    kind: str | None
    infected: bool = False
    name: str | None = None
    blob: str | None = None
    refused: Notice | None = None

    def bare(self, submission: Submission) -> Submission:
        """Return the submission with name and bytes of the file as it came out of its wrapping."""
        return replace(submission, name=self.name or submission.name, blob=self.blob or submission.blob)

    @property
    def progress(self) -> Progress:
        """Say that the submission is identified."""
        return Progress(status=Status.IDENTIFIED, kind=self.kind)


class Checked(Result):
    """What was read: `rejections` refuse the whole file, `lines` is the blob of the checked records.

    `late` is the blob of what only the whole file showed of them, None where it showed nothing. `supplement` is the
    number of the supplement that answers these records alone, None for the whole file.
    """

    header: Mapping[str, str]
    rejections: tuple[Notice, ...]
    file_notices: tuple[Notice, ...]
    read: int
    lines: str
    late: str | None = None
    not_run: tuple[NotRun, ...] = ()
    rules: RuleSet | None = None
    job: Job | None = None
    supplement: int | None = None

    def asked(self, submission: Submission) -> Submission:
        """Return the submission with the job that its file asks for, where that is less than its folder's."""
        return replace(submission, job=Job.CHECK) if self.job is Job.CHECK else submission

    @property
    def progress(self) -> Progress:
        """Say that the submission is validated."""
        return Progress(status=Status.VALIDATED)


class Matched(Result):
    """What became of the records: `lines` is the blob of the matches, None where the file was rejected.

    `totals` say how many records were accepted, rejected and held; together they are the records read. `matching` is
    the version of the levels, weights and guards that learners were matched by, None where nobody was looked for.
    """

    lines: str | None
    outcomes: Mapping[MatchOutcome | Effect, int]
    totals: Mapping[Total, int]
    matching: str | None = None

    @property
    def progress(self) -> Progress:
        """Say that the submission is matched."""
        return Progress(status=Status.MATCHED)


class Response(Result):
    """The response set, kept: part to file, and what the submission's row shows of it.

    `answered` is the blob of the ULNs that its records are answered with, None where none was looked for.
    """

    parts: Mapping[str, Part]
    verdict: Verdict
    counts: Mapping[str, int]
    answered: str | None = None

    @property
    def progress(self) -> Progress:
        """Say that the response is written, and with which verdict."""
        return Progress(status=Status.RESPONDED, verdict=self.verdict, counts=self.counts)


class Delivered(Result):
    """The response set is in the mailbox."""

    @property
    def progress(self) -> Progress:
        """Say that the submission has come to its end."""
        return Progress(status=Status.DELIVERED)


def verdict_of(totals: Mapping[Total, int], *, refused: bool = False) -> Verdict:
    """Return the verdict on a file: accepted when every record was, rejected when none was accepted or held.

    A file without a record is rejected only where it is `refused` as a whole.
    """
    if refused or (totals[Total.REJECTED] and not totals[Total.ACCEPTED] and not totals[Total.HELD]):
        return Verdict.REJECTED
    return Verdict.PART if totals[Total.REJECTED] or totals[Total.HELD] else Verdict.ACCEPTED
