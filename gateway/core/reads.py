"""Notes whose records a submission read in the register."""

from functools import partial

from gateway.core.audit import Access, AccessSort, Actor, Gathered
from gateway.core.ports.gateway import Gateway
from gateway.core.submission import Submission


def reads_of(submission: Submission, kind: str, gateway: Gateway) -> Gathered:
    """Return what is told whose records are read; they are durable with the step that reads them."""
    access = Access(
        actor=Actor.ORGANISATION,
        by=submission.organisation.id,
        sort=AccessSort.READ,
        purpose=f"{kind} {submission.job}",
        reference=submission.id,
    )
    return Gathered(partial(gateway.audit.note, access, with_step=True))
