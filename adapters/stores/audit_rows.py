"""Audit events and links as rows."""

from collections.abc import Sequence
from typing import Any, Final

from gateway.core.audit import Access, AccessSort, Actor, AuditEvent, Link, Redaction

EVENT: Final = """
    e.no, e.at, e.digest, e.actor, e.by, e.sort, e.purpose, e.reference, e.records, e.everyone, e.reason"""
"""The columns of an event, in the order in which `event_of` reads them."""
_WIDTH: Final = 11


def event_of(row: Sequence[Any]) -> AuditEvent:
    """Return the event that a row begins with."""
    no, at, digest, actor, by, sort, purpose, reference, records, everyone, reason = row[:_WIDTH]
    access = Access(
        actor=Actor(actor),
        by=by,
        sort=AccessSort(sort),
        purpose=purpose,
        reference=reference,
        records=records,
        everyone=everyone,
        reason=reason,
    )
    return AuditEvent(no=no, at=at, digest=bytes(digest), access=access)


def link_of(row: Sequence[Any]) -> Link:
    """Return the link that a row with number, digest, event, detail and redactions holds."""
    seq, digest, *rest = row
    salt, ulns, events, digests, redacted = rest[_WIDTH:]
    return Link(
        seq=seq,
        digest=bytes(digest),
        event=None if rest[0] is None else event_of(rest),
        salt=bytes(salt or b""),
        ulns=bytes(ulns or b""),
        redactions=tuple(Redaction(event, bytes(it)) for event, it in zip(events, digests, strict=True)),
        redacted=None if redacted is None else bytes(redacted),
    )
