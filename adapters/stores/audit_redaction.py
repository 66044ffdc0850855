"""Takes an erased person out of the details of audit events, so that the chain still holds."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, Final

from psycopg import Connection

from adapters.stores.audit import about, note
from gateway.core.audit import SALT_BYTES, Access, AuditEvent, Redaction, detail_digest, packed, unpacked

_ERASING: Final = "select set_config('gateway.erasing', 'on', true)"
_REDACT: Final = "update audit_detail set salt = %s, ulns = %s where event = %s"
_KEEP: Final = "insert into audit_redaction (erasure, event, digest) values (%s, %s, %s)"


def redact(connection: Connection[Any], ulns: Sequence[int], access: Access) -> tuple[int, list[AuditEvent]]:
    """Take numbers out of every detail; return the number of the erasure's event, and the events they were in.

    Each detail gets another salt: with the former one it could be tried out which number was in it.
    """
    found = [(event, detail) for event, detail in about(connection, ulns) if not event.access.everyone]
    connection.execute(_ERASING)
    made = [_redacted(connection, event.no, detail, ulns) for event, detail in found]
    erasure = note(connection, access, redactions=made)
    connection.cursor().executemany(_KEEP, [(erasure, it.event, it.digest) for it in made])
    return erasure, [event for event, _ in found]


def _redacted(connection: Connection[Any], event: int, detail: bytes, ulns: Iterable[int]) -> Redaction:
    left, salt = packed(set(unpacked(detail)).difference(ulns)), os.urandom(SALT_BYTES)
    connection.execute(_REDACT, [salt, left, event])
    return Redaction(event, detail_digest(salt, left))
