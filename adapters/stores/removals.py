"""Takes away what is no longer kept, in PostgreSQL: the rows in a transaction, the bytes after it.

The rows of a submission and the name of its space change hands in one transaction: the space then waits in
`space_to_clear` until its bytes are gone, however often that is interrupted.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from psycopg import Connection

from adapters.stores.audit import note
from adapters.stores.database import Pool, transaction
from adapters.stores.lapsing import HELD, WAITING, lapsed
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.erasure import Removed, Retention
from gateway.core.errors import StoreError
from gateway.core.uln_changes import Act

REMOVING: Final = 7_264_310_006
"""The lock of whoever removes rows and bytes; a backup shares it, so that both stay in step meanwhile."""
_NEEDED: Final = f"""
select s.status, s.erased_at is not null, {WAITING}, {HELD} from submission s where s.id = %s for update
"""  # noqa: S608 - our own texts
# Nothing of a submission but the fact that it came: its receipt, its counts and its digest stay.
_ROWS: Final[Mapping[str, str]] = {
    "question_record": "delete from question_record where submission = %(submission)s",
    "step": "delete from step where submission = %(submission)s",
    "response_file": "delete from response_file where submission = %(submission)s",
}
_QUESTIONS: Final = """
select distinct question from question_record where submission = %(submission)s
"""
_WITHOUT_RECORDS: Final = """
select id from question q where id = any(%(ids)s)
  and not exists (select from question_record r where r.question = q.id)
"""
# A link whose record is gone cannot be looked at.
_DRAWN: Final = """
select q.id from question q join question_record r on r.question = q.id
where r.submission = %(submission)s and q.sort = 'sample' and not q.settled
"""
_DROP_DECISIONS: Final = "delete from question_decision where question = any(%(ids)s)"
_DROP_QUESTIONS: Final = "delete from question where id = any(%(ids)s)"
# The same bytes may come again: they are a submission of their own then.
_MARK: Final = "update submission set erased_at = now(), superseded = true where id = %(submission)s"
_CLEAR: Final = "insert into space_to_clear (space) values (%(submission)s) on conflict do nothing"
_DONE: Final = "delete from erasure_pending where space = %(submission)s"


class PostgresRemovals:
    """The `Removals` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def erase_submission(self, submission: str, act: Act) -> Removed:
        """Erase what a finished submission sent and was answered; raise StoreError where it is not finished."""
        with transaction(self._pool) as connection:
            removing(connection)
            _refuse_needed(connection, submission)
            asked = [question for (question,) in connection.execute(_QUESTIONS, {"submission": submission})]
            rows = erase_rows(connection, submission) | drop_questions(connection, asked)
            note(
                connection,
                Access(
                    actor=Actor.OPERATOR,
                    by=act.by,
                    sort=AccessSort.REMOVED,
                    purpose="submissions erase",
                    reference=submission,
                    reason=act.reason,
                ),
            )
        return Removed(submission=submission, rows=rows)

    def lapse(self, retention: Retention) -> Mapping[str, int]:
        """Erase a small batch of what has been kept for long enough; return how much, by subject."""
        with transaction(self._pool) as connection:
            removing(connection)
            return lapsed(connection, retention, erase_rows)

    def clear(self, clear: Callable[[str], int]) -> int:
        """Call `clear` for each space of the file store whose rows are gone; return how many blobs it removed."""
        with transaction(self._pool) as connection:
            removing(connection)
            spaces = [space for (space,) in connection.execute("select space from space_to_clear")]
            removed = sum(map(clear, spaces))
            connection.execute("delete from space_to_clear where space = any(%s)", [spaces])
        return removed


def removing(connection: Connection[Any]) -> None:
    """Wait for a backup, and for whoever else removes something, until the end of the transaction."""
    connection.execute("select pg_advisory_xact_lock(%s)", [REMOVING])


def erase_rows(connection: Connection[Any], submission: str) -> dict[str, int]:
    """Erase the rows of a submission in the caller's transaction, and have its bytes cleared; return rows by table."""
    values = {"submission": submission}
    drawn = [question for (question,) in connection.execute(_DRAWN, values)]
    rows = {table: connection.execute(statement, values).rowcount for table, statement in _ROWS.items()}
    for statement in (_MARK, _CLEAR, _DONE):
        connection.execute(statement, values)
    rows |= drop_questions(connection, drawn)
    return {table: count for table, count in rows.items() if count}


def drop_questions(connection: Connection[Any], questions: list[str]) -> dict[str, int]:
    """Drop those of these questions that no record asks any more; return rows by table."""
    ids = [found for (found,) in connection.execute(_WITHOUT_RECORDS, {"ids": questions})]
    decisions = connection.execute(_DROP_DECISIONS, {"ids": ids}).rowcount
    dropped = connection.execute(_DROP_QUESTIONS, {"ids": ids}).rowcount
    return {table: count for table, count in (("question_decision", decisions), ("question", dropped)) if count}


def _refuse_needed(connection: Connection[Any], submission: str) -> None:
    found = connection.execute(_NEEDED, [submission]).fetchone()
    if found is None:
        raise StoreError(f"There is no submission {submission!r}; `gateway submissions list` shows the newest.")
    status, erased, waits, held = found
    if erased:
        raise StoreError(f"Submission {submission} is erased already.")
    if status not in {"delivered", "expired", "withdrawn"}:
        raise StoreError(f"Submission {submission} is {status}: only what has come to its end can be erased.")
    if waits:
        raise StoreError(f"Records of submission {submission} wait for a person; settle them with `gateway review`.")
    if held:
        raise StoreError(f"Submission {submission} holds a learner under a legal hold; release the hold first.")
