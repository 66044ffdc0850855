"""What commands, and later a portal, do about one learner: extract, hold, erase with a proof; and how things lapse."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.auditing import operator
from gateway.core.audit import Actor, AuditEvent
from gateway.core.erasure import Erased, Retention
from gateway.core.errors import ConfigurationError
from gateway.core.ports.files import Files
from gateway.core.ports.gateway import SystemOfRecord
from gateway.core.uln_changes import Act

log = logging.getLogger("gateway.retention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an erasure took away, and what the search afterwards still found: nothing, if it is as it must be."""

    erased: Erased
    blobs: int
    remaining: Mapping[str, int]


def numbers(uln: str, record: SystemOfRecord) -> list[str]:
    """Return all numbers of the learner who has this one; raise ConfigurationError where nobody has it."""
    found = record.learners.numbers(uln.strip())
    if not found:
        raise ConfigurationError("No learner in the register has this ULN, or ever had it.")
    return found


def extract(uln: str, by: str, moment: datetime, record: SystemOfRecord) -> dict[str, object]:
    """Return a learner's own record with its access history; that it was taken is in the history too."""
    ulns = numbers(uln, record)
    record.audit.note(operator(by, "learner extract"), map(int, ulns))
    accesses = [access(event) for event in record.audit.history(ulns)]
    return {"ulns": ulns, "extracted_at": moment.isoformat(), **record.learners.extract(ulns), "accesses": accesses}


def access(event: AuditEvent) -> dict[str, object]:
    """Return an event as the learner is told: which organisation, but of operators not who."""
    told = event.access
    by = told.by if told.actor is Actor.ORGANISATION else str(told.actor)
    return {
        "at": event.at.isoformat(),
        "by": by,
        "sort": told.sort,
        "purpose": told.purpose,
        "reference": told.reference if told.actor is Actor.ORGANISATION else "",
        "everyone": told.everyone,
    }


def hold(uln: str, act: Act, record: SystemOfRecord) -> list[str]:
    """Put a learner under a legal hold, under all numbers, and return these."""
    ulns = numbers(uln, record)
    record.learners.hold(ulns, act)
    return ulns


def release(uln: str, act: Act, record: SystemOfRecord) -> list[str]:
    """Take a legal hold back, and return the numbers that were held."""
    ulns = numbers(uln, record)
    record.learners.release(ulns, act)
    return ulns


def erase(uln: str, act: Act, record: SystemOfRecord, files: Files) -> Proof:
    """Erase a learner under all numbers, clear the bytes that nobody else needs, and search for what is left."""
    ulns = numbers(uln, record)
    erased = record.learners.erase(ulns, act)
    blobs = record.removals.clear(files.clear)
    return Proof(erased=erased, blobs=blobs, remaining=record.learners.remaining(erased))


def proof(found: Proof, retention: Retention, moment: datetime) -> dict[str, object]:
    """Return a proof as it is printed: tables and counts, and of the learner the numbers alone."""
    erased = found.erased
    return {
        "ulns": list(erased.ulns),
        "erased_at": moment.isoformat(),
        "event": erased.event,
        "rows": dict(erased.rows),
        "submissions": [{"submission": it.submission, "rows": dict(it.rows)} for it in erased.submissions],
        "blobs": found.blobs,
        "pending": [
            {
                "submission": it.submission,
                "why": "records of other learners wait for a person" if it.waits else "responses are not collected yet",
                "until": it.until(retention),
            }
            for it in erased.pending
        ],
        "organisations_to_tell": list(erased.told),
        "remaining": dict(found.remaining),
    }


def lapse(retention: Retention, record: SystemOfRecord, files: Files) -> None:
    """Erase a small batch of what has been kept for long enough; a worker calls this every minute."""
    lapsed = record.removals.lapse(retention)
    blobs = record.removals.clear(files.clear)
    for what, count in lapsed.items():
        log.info("lapsed", extra={"kind": what, "count": count})
    if blobs:
        log.info("blobs cleared", extra={"count": blobs})
