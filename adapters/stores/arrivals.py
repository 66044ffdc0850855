"""What has come into the ULN register since a moment, so that who was looked for then need not be looked for again.

Entries come in one after the other: whoever adds some holds a lock until the transaction ends, so the number of an
entry that comes later is higher. A change keeps the number; it leaves a row with its transaction instead.
"""

from typing import Any, Final

import numpy as np
from psycopg import Connection

from adapters.stores.binary import query
from gateway.core.handover import Near
from gateway.core.ports.register import Mark

MOST_ARRIVED: Final = 50_000
"""Entries up to which only what has come is looked at; beyond it a look at the whole register is no slower."""

_MOMENT: Final = "select coalesce(max(no), 0), pg_current_snapshot()::text from learner"
_CHANGED: Final = """
select exists (
    select from register_change
    where xid >= pg_snapshot_xmin(%s::pg_snapshot) and not pg_visible_in_snapshot(xid, %s::pg_snapshot)
)
"""
_ARRIVED: Final = """
select array_agg(no), array_agg(uln), array_agg(person), string_agg(face, '')
from (select no, uln, person, face from learner_face where no > %b order by no limit %b) as found
"""
_NONE: Final = (np.zeros(0, np.int64),) * 3


def moment(connection: Connection[Any]) -> Mark:
    """Return what a statement sees now: all that was committed."""
    ((last, snapshot),) = connection.execute(_MOMENT).fetchall()
    return Mark(last, snapshot)


def arrived(connection: Connection[Any], since: Mark) -> Near | None:
    """Return the live entries that have come since a moment, paired with nobody.

    None where so many came, or any entry was changed meanwhile, that all must be looked at.
    """
    if connection.execute(_CHANGED, [since.snapshot, since.snapshot]).fetchall() == [(True,)]:
        return None
    numbers, ulns, persons, faces = query(connection, _ARRIVED, since.last, MOST_ARRIVED + 1)
    found = _NONE if numbers is None else (numbers, ulns, persons)
    if len(found[0]) > MOST_ARRIVED:
        return None
    numbered, of, whose = (column.tobytes() for column in found)
    return Near(sent=b"", held=b"", numbers=numbered, ulns=of, persons=whose, faces=faces or b"", capped=b"")
