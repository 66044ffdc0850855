"""Audit events: who read or wrote whose record, when and why, chained so that a change of any of them shows.

An event names no learner. Whose records it is about is its detail: their ULNs, which its digest covers together with a
salt. Where a learner is erased, the ULN is taken out of the detail and the salt is made anew, so that nobody can find
out from the former digest which number it was; what the digest must be from then on, the event of the erasure covers.
"""

import hashlib
import json
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from gateway.core.model import Match
from gateway.core.outcomes import MatchOutcome

SALT_BYTES: Final = 16
MOST: Final = 50_000
"""Learners of one event: a larger batch is told by several."""
FIRST: Final = bytes(32)
"""What the first link of the chain follows."""


class Actor(StrEnum):
    """On whose behalf something was done: an organisation's submission, an operator, or the gateway by itself."""

    ORGANISATION = "organisation"
    OPERATOR = "operator"
    GATEWAY = "gateway"


class AccessSort(StrEnum):
    """What was done with learners' records."""

    READ = "read"
    WRITTEN = "written"
    ANSWERED = "answered"
    HELD = "held"
    RELEASED = "released"
    ERASED = "erased"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What is to be noted: `by` is the organisation's id, or the user's name; `purpose` says why, in fixed words.

    `reference` is the submission, the question or the notice that it was done for. `records` says how many records,
    where the detail does not; `everyone` that it was the whole register. A `reason` never holds a learner's value.
    """

    actor: Actor
    by: str
    sort: AccessSort
    purpose: str
    reference: str = ""
    records: int = 0
    everyone: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One event as it is kept for good: its number, its moment, and the digest of its detail."""

    no: int
    at: datetime
    digest: bytes
    access: Access


class Redaction(NamedTuple):
    """The digest that an event's detail has since a learner was taken out of it."""

    event: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of the chain, as it is found: an event that is missing is None.

    `ulns` is the detail that is kept now; `redactions` are those that an erasure made, `redacted` is the digest that
    the newest of them left for this event's own detail.
    """

    seq: int
    digest: bytes
    event: AuditEvent | None
    salt: bytes = b""
    ulns: bytes = b""
    redactions: tuple[Redaction, ...] = ()
    redacted: bytes | None = None


class Break(NamedTuple):
    """The first place at which the chain does not hold, and why."""

    seq: int
    event: int | None
    why: str


class Gathered:
    """Gathers numbers and hands them on in lots that are small enough for one event."""

    def __init__(self, note: "Callable[[array[int]], object]") -> None:
        self._note = note
        self._ulns = array("q")

    def add(self, ulns: Iterable[int]) -> None:
        """Take numbers, and hand a full lot on."""
        self._ulns.extend(ulns)
        if len(self._ulns) >= MOST:
            self.end()

    def end(self) -> None:
        """Hand on what is left."""
        if self._ulns:
            self._note(self._ulns)
            self._ulns = array("q")


def packed(ulns: Iterable[int]) -> bytes:
    """Return numbers as a detail holds them: each once, rising, in eight bytes."""
    numbers = sorted(set(ulns))
    return struct.pack(f">{len(numbers)}q", *numbers)


def unpacked(detail: bytes) -> tuple[int, ...]:
    """Return the numbers of a detail."""
    return struct.unpack(f">{len(detail) // 8}q", detail)


def detail_digest(salt: bytes, ulns: bytes, redactions: Sequence[Redaction] = ()) -> bytes:
    """Return the digest of a detail: its numbers, and the redactions that an erasure made in other details."""
    made = b"".join(struct.pack(">q", it.event) + it.digest for it in sorted(redactions))
    return hashlib.sha256(salt + struct.pack(">q", len(ulns)) + ulns + made).digest()


def link_digest(previous: bytes, event: AuditEvent) -> bytes:
    """Return what the link of an event holds: the digest of the link before it and of all that the event says."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = {**asdict(event.access), "no": event.no, "at": at, "digest": event.digest.hex()}
    return hashlib.sha256(previous + json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


def verified(links: Iterable[Link]) -> Iterator[Link | Break]:
    """Yield each link that holds, from the first on, and end with the first that does not."""
    previous, last = FIRST, 0
    for link in links:
        why = _fault(link, previous, last)
        if why is not None:
            yield Break(link.seq, link.event.no if link.event else None, why)
            return
        yield link
        previous, last = link.digest, link.seq


def _fault(link: Link, previous: bytes, last: int) -> str | None:
    if link.seq != last + 1:
        return f"link {last + 1} is missing"
    if link.event is None:
        return "its event is missing"
    if link_digest(previous, link.event) != link.digest:
        return "the event, or the link itself, is not what it was"
    if detail_digest(link.salt, link.ulns, link.redactions) != (link.redacted or link.event.digest):
        return "the detail of whose records they were is not what it was"
    return None


def document(event: AuditEvent) -> dict[str, object]:
    """Return an event as it is exported."""
    access = event.access
    return {
        "event": event.no,
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": access.actor,
        "by": access.by,
        "sort": access.sort,
        "purpose": access.purpose,
        "reference": access.reference,
        "records": access.records,
        "everyone": access.everyone,
        "reason": access.reason,
        "sha256": event.digest.hex(),
    }


def read_by(matches: Iterable[Match]) -> "array[int]":
    """Return the ULNs of the entries that these matches found or list; who was just registered was not read."""
    ulns = array("q")
    for found in matches:
        if found.outcome is MatchOutcome.NEW_ULN:
            continue
        for uln in (found.uln, found.master_uln, found.linked_uln):
            if uln:
                ulns.append(int(uln))
        ulns.extend(int(one.entry.uln) for one in found.possible)
        if found.verified is not None and found.verified.held is not None:
            ulns.append(int(found.verified.held.uln))
    return ulns
