"""New ULNs from the configured range: a counter in the database through a permutation that only it has the key of."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import Final

import numpy as np
from psycopg import Connection

from adapters.stores.binary import Bigints, query, run
from adapters.stores.register_rows import Row
from gateway.core.errors import ConfigurationError
from gateway.core.numbers import Numbers
from gateway.core.permutation import KEY_BYTES, IssuingRange, Permutation

_RANGE: Final = "select first, last, key from issuing"
_BEGIN: Final = "insert into issuing (first, last, key) values (%s, %s, %s) on conflict do nothing"
_TAKEN: Final = "select array_agg(uln) from learner where uln = any(%b::bigint[])"
_ISSUED: Final = "select record, uln from issued where submission = %s and record = any(%s::integer[])"
_KEEP: Final = """
insert into issued (submission, record, uln)
select %s, record, uln from unnest(%b::bigint[], %b::bigint[]) as new (record, uln)
"""


def begin_range(connection: Connection[Row], issuing: IssuingRange) -> Permutation:
    """Return the range's permutation, its key made at the first call for good; refuse another range than the first."""
    kept = connection.execute(_RANGE).fetchone()
    if kept is None:
        connection.execute(_BEGIN, (issuing.first, issuing.last, token_bytes(KEY_BYTES)))
        (kept,) = connection.execute(_RANGE).fetchall()  # ours, or that of another worker who was quicker
    first, last, key = kept
    if (first, last) != (issuing.first, issuing.last):
        raise ConfigurationError(
            "register.issuing names another range than the one that ULNs were issued from; put the former range back."
        )
    return Permutation(issuing.size, bytes(key))


def take_ulns(connection: Connection[Row], issuing: IssuingRange, permutation: Permutation, count: int) -> Numbers:
    """Return so many ULNs that nobody has; they are taken when the transaction commits, and others wait for that."""
    (begin,) = connection.execute("select next from issuing for update").fetchall()[0]
    found = np.zeros(0, np.int64)
    while (lacking := count - len(found)) > 0:
        # Of eleven running numbers one gives no ULN. What is not used of these numbers is left for the next call.
        numbers = np.arange(begin, min(begin + lacking + lacking // 8 + 1, issuing.size))
        if not len(numbers):
            raise ConfigurationError("The range of register.issuing is used up; nothing of this call was issued.")
        ulns = issuing.ulns(permutation, numbers)
        free = np.flatnonzero((ulns != 0) & ~np.isin(ulns, _taken(connection, ulns)))[:lacking]
        begin = int(numbers[free[-1]] if len(free) == lacking else numbers[-1]) + 1
        found = np.concatenate([found, ulns[free]])
    connection.execute("update issuing set next = %s", (begin,))
    return found


def _taken(connection: Connection[Row], ulns: Numbers) -> Numbers:
    """Return which of these ULNs the register has, deleted ones too."""
    (taken,) = query(connection, _TAKEN, Bigints.of(ulns))
    return np.zeros(0, np.int64) if taken is None else taken


def issued_ulns(connection: Connection[Row], submission: str, records: Sequence[int]) -> dict[int, str]:
    """Return the ULNs that these records of a submission were issued before."""
    rows = connection.execute(_ISSUED, (submission, list(records)))
    return {record: str(uln) for record, uln in rows}


def keep_issued(connection: Connection[Row], submission: str, records: Numbers, ulns: Numbers) -> None:
    """Keep which record of a submission each ULN was issued for."""
    run(connection, _KEEP, submission, Bigints.of(records), Bigints.of(ulns))
