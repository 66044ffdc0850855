"""What the HTTP interface answers with, beside receipts and response files."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from gateway.core.documents import Document, Moment
from gateway.core.handover import Listed
from gateway.core.submission import Job, MailboxFile, Mode, Status, Verdict


class Problem(Document):
    """Why a request was not done, and what to do."""

    message: str


class ResponseFile(BaseModel):
    """A response file that waits to be collected."""

    model_config = ConfigDict(frozen=True)

    name: str
    bytes: int
    published_at: Moment


class Standing(BaseModel):
    """Where a submission stands."""

    model_config = ConfigDict(frozen=True)

    id: str
    file: str
    bytes: int
    sha256: str
    job: Job
    mode: Mode
    received_at: Moment
    finished_at: Moment | None
    status: Status
    kind: str | None
    verdict: Verdict | None
    follows: str | None
    counts: dict[str, int]


class Submissions(Document):
    """Submissions, the newest first."""

    submissions: list[Standing]


class SubmissionDetail(Document):
    """A submission and those of its response files that were not acknowledged yet."""

    submission: Standing
    files: list[ResponseFile]


class PublicKey(BaseModel):
    """A public key that receipts are checked with."""

    model_config = ConfigDict(frozen=True)

    key_id: str
    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: str


class PublicKeys(Document):
    """The keys that receipts are checked with, the one in force first."""

    keys: list[PublicKey]


def standing(listed: Listed) -> Standing:
    """Return a submission as its organisation sees it."""
    it = listed.submission
    return Standing(
        id=it.id,
        file=it.name,
        bytes=it.size,
        sha256=it.sha256,
        job=it.job,
        mode=it.mode,
        received_at=it.received_at,
        finished_at=listed.finished_at,
        status=it.status,
        kind=it.kind,
        verdict=it.verdict,
        follows=it.follows,
        counts=dict(listed.counts),
    )


def response_file(file: MailboxFile) -> ResponseFile:
    """Return a response file as a list names it."""
    return ResponseFile(name=file.name, bytes=file.size, published_at=file.modified_at)
