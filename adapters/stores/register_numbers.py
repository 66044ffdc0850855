"""New ULNs from the configured range: a counter in the database through a permutation that only it has the key of."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from secrets import token_bytes
from typing import Final

from psycopg import Connection

from adapters.stores.register_rows import Row, taken_ulns
from gateway.core.errors import ConfigurationError
from gateway.core.permutation import KEY_BYTES, IssuingRange, Permutation

_RANGE: Final = "select first, last, key from issuing"
_BEGIN: Final = "insert into issuing (first, last, key) values (%s, %s, %s) on conflict do nothing"
_ISSUED: Final = "select record, uln from issued where submission = %s and record = any(%s::integer[])"
_KEEP: Final = """
insert into issued (submission, record, uln)
select %s, record, uln from unnest(%s::integer[], %s::bigint[]) as new (record, uln)
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


def take_ulns(connection: Connection[Row], issuing: IssuingRange, permutation: Permutation, count: int) -> list[str]:
    """Return so many ULNs that nobody has; they are taken when the transaction commits, and others wait for that."""
    (begin,) = connection.execute("select next from issuing for update").fetchall()[0]
    numbers = iter(range(begin, issuing.size))
    found: list[str] = []
    while len(found) < count:
        made = list(islice(_ulns(issuing, permutation, numbers), count - len(found)))
        if not made:
            raise ConfigurationError("The range of register.issuing is used up; nothing of this call was issued.")
        taken = taken_ulns(connection, made)
        found += [uln for uln in made if uln not in taken]
    connection.execute("update issuing set next = %s", (next(numbers, issuing.size),))
    return found


def issued_ulns(connection: Connection[Row], submission: str, records: Sequence[int]) -> dict[int, str]:
    """Return the ULNs that these records of a submission were issued before."""
    rows = connection.execute(_ISSUED, (submission, list(records)))
    return {record: str(uln) for record, uln in rows}


def keep_issued(connection: Connection[Row], submission: str, ulns: Mapping[int, str]) -> None:
    """Keep which record of a submission each ULN was issued for."""
    connection.execute(_KEEP, (submission, list(ulns), list(map(int, ulns.values()))))


def _ulns(issuing: IssuingRange, permutation: Permutation, numbers: Iterator[int]) -> Iterator[str]:
    """Yield the ULNs of running numbers, taking no more of these than it yields for."""
    for number in numbers:
        uln = issuing.uln(permutation, number)
        if uln is not None:
            yield uln
