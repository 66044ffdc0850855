"""The history of learners' details, in PostgreSQL: what was made live or refused, by whom, and what was taken back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import dict_row

from gateway.core.errors import StoreError
from gateway.core.model import Learner
from gateway.core.review import Decision, IdentityChange, Judgement, SettledChange

_ADD: Final = """
insert into learner_change (uln, submission, record, field, held, value, judgement, decided_by, reason, decided_at)
values (%(uln)s, %(submission)s, %(record)s, %(field)s, %(held)s, %(value)s, %(judgement)s, %(by)s, %(reason)s,
        %(moment)s)
"""
# One decision settles several details of a record at one moment.
_NEWEST: Final = """
submission = %(submission)s and record = %(record)s and undone_at is null and decided_at = (
    select max(decided_at) from learner_change
    where submission = %(submission)s and record = %(record)s and undone_at is null)
"""
_DONE: Final = f"select uln, field, held, value, judgement from learner_change where {_NEWEST} order by no"  # noqa: S608 - our own text
_TAKE_BACK: Final = f"""
update learner_change set undone_by = %(by)s, undone_reason = %(why)s, undone_at = %(moment)s where {_NEWEST}
"""  # noqa: S608 - our own text
_SETTLED: Final = """
select c.submission, c.record, s.organisation, c.uln, c.field, c.held, c.value, c.judgement, c.decided_by as by,
       c.reason, c.decided_at as at
from learner_change c join submission s on s.id = c.submission
where c.undone_at is null and (%(organisation)s::text is null or s.organisation = %(organisation)s)
order by c.no desc limit %(limit)s
"""


class Kept(NamedTuple):
    """One detail as it was held, and as it was proposed or became."""

    field: str
    held: str
    value: str


def keep_history(connection: Connection[Any], change: IdentityChange, kept: Iterable[Kept], decision: Decision) -> None:
    """Note what one decision did with the details of one record."""
    told = {
        "uln": int(change.uln),
        "submission": change.submission,
        "record": change.record,
        "judgement": decision.judgement,
        "by": decision.by,
        "reason": decision.reason,
        "moment": decision.moment,
    }
    connection.cursor().executemany(_ADD, [told | one._asdict() for one in kept])


def done_by_record(connection: Connection[Any], named: Mapping[str, object]) -> tuple[str, list[Kept], bool]:
    """Return the ULN, the details and whether they were made live of the newest decision on a record.

    Raise StoreError where nothing was decided on it, or all of it was taken back.
    """
    rows = connection.execute(_DONE, named).fetchall()
    if not rows:
        raise StoreError("Nothing was decided on that proposal; `gateway review list --settled` shows what was.")
    return str(rows[0][0]), [Kept(*row[1:4]) for row in rows], rows[0][4] == Judgement.SAME


def taken_back(connection: Connection[Any], named: Mapping[str, object], why: Mapping[str, object]) -> None:
    """Note that the newest decision on a record was taken back."""
    connection.execute(_TAKE_BACK, {**named, **why})


def settled_changes(connection: Connection[Any], organisation: str | None, limit: int) -> list[SettledChange]:
    """Return what stands, the newest first."""
    rows = connection.cursor(row_factory=dict_row).execute(_SETTLED, {"organisation": organisation, "limit": limit})
    return [
        SettledChange(**row | {"uln": str(row["uln"]), "live": row.pop("judgement") == Judgement.SAME}) for row in rows
    ]


def different(before: Learner, after: Learner, details: Iterable[str]) -> Iterator[Kept]:
    """Yield the details that were proposed, and whatever else of a learner changed with them."""
    for field in Learner.__dataclass_fields__:
        held, value = as_text(before, field), as_text(after, field)
        if held != value or field in details:
            yield Kept(field, held, value)


def as_text(learner: Learner, field: str) -> str:
    """Return a detail as the history holds it."""
    value = getattr(learner, field)
    return ";".join(value) if isinstance(value, tuple) else str(value or "")


def with_texts(learner: Learner, texts: Mapping[str, str]) -> Learner:
    """Return a learner with details that are given as the history holds them."""
    new: dict[str, Any] = dict(texts)
    if "date_of_birth" in new:
        new["date_of_birth"] = date.fromisoformat(new["date_of_birth"]) if new["date_of_birth"] else None
    if "former_postcodes" in new:
        new["former_postcodes"] = tuple(filter(None, new["former_postcodes"].split(";")))
    return replace(learner, **new)
