"""What people do with a submission by hand, in PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from psycopg import Connection

from adapters.stores.database import Pool, transaction
from adapters.stores.mailbox_notices import tell
from adapters.stores.queue import PostgresQueue
from adapters.stores.submissions import find_submission
from gateway.core.errors import StoreError
from gateway.core.operations import ActSort, HandAct
from gateway.core.submission import Status, Submission
from gateway.core.uln_changes import Act

_NOTE: Final = "insert into act (submission, sort, done_by, reason, done_at) values (%s, %s, %s, %s, %s)"
_HISTORY: Final = "select sort, submission, done_by, reason, done_at from act where submission = %s order by no"
# A row that changes its status under our eyes is not changed: the status that was read stands in the condition.
_WAKE: Final = """
update submission set status = %(status)s, attempts = 0, crashes = 0, held_reason = null, lease = null,
    lease_until = null, next_try_at = now()
where id = %(id)s and status = %(was)s"""
_AGAIN: Final = """
update submission set status = 'received', attempts = 0, crashes = 0, held_reason = null, lease = null,
    lease_until = null, next_try_at = now(), turn_at = now(), finished_at = null, verdict = null, counts = null,
    processing_date = coalesce(%(as_of)s, processing_date),
    replays = replays + exists (select from response_file where submission = %(id)s)::integer
where id = %(id)s and status = %(was)s"""
_ERASED: Final = "select true from submission where id = %s and erased_at is not null"
_TAKE_OUT: Final = """
update response_file set acknowledged_at = now() where submission = %s and acknowledged_at is null"""
_COLLECTED: Final = """
select name from response_file where submission = %s and acknowledged_at is not null order by name"""
_LAST_STEP: Final = "select step from step where submission = %s order by kept_at desc limit 1"
_REACHED: Final = {
    "identify": Status.IDENTIFIED,
    "validate": Status.VALIDATED,
    "match": Status.MATCHED,
    "respond": Status.RESPONDED,
}
_REPLAYABLE: Final = frozenset({Status.PARKED, Status.DELIVERED, Status.EXPIRED})


class PostgresActs:
    """The `Acts` port."""

    def __init__(self, pool: Pool, queue: PostgresQueue) -> None:
        self._pool = pool
        self._queue = queue

    def replay(self, submission: Submission, act: Act, as_of: date | None) -> None:
        """Let kept bytes be processed again from the start; raise StoreError where it neither waits nor has ended.

        What was delivered is answered by a further response set, which takes the place of the first when it is there.
        """
        if submission.status not in _REPLAYABLE:
            raise StoreError(
                f"Submission {submission.id} is {submission.status}: only one that is parked, delivered or expired can "
                "be replayed. One that is under way comes to its end by itself; one that was withdrawn is sent again."
            )

        def change(connection: Connection[Any]) -> int:
            if connection.execute(_ERASED, [submission.id]).fetchone():
                raise StoreError(f"The bytes of submission {submission.id} were erased: it can only be sent again.")
            values = {"id": submission.id, "was": submission.status, "as_of": as_of}
            changed = connection.execute(_AGAIN, values).rowcount
            connection.execute("delete from step where submission = %s", [submission.id])
            self._queue.wake(connection)
            return changed

        self._do(submission, ActSort.REPLAY, act, change)

    def release(self, submission: Submission, act: Act) -> None:
        """Let a parked submission go on where it stopped; raise StoreError where it is not parked."""
        if submission.status is not Status.PARKED:
            raise StoreError(f"Submission {submission.id} is {submission.status}, not parked: nothing holds it.")

        def change(connection: Connection[Any]) -> int:
            (step,) = connection.execute(_LAST_STEP, [submission.id]).fetchone() or ("",)
            status = _REACHED.get(step, Status.RECEIVED)
            values = {"id": submission.id, "was": submission.status, "status": status}
            changed = connection.execute(_WAKE, values).rowcount
            self._queue.wake(connection)
            return changed

        self._do(submission, ActSort.RELEASE, act, change)

    def recall(self, submission: Submission, act: Act) -> Sequence[str]:
        """Take a delivered response set back and return the names that were collected already.

        Its organisation is told. Raise StoreError where nothing was delivered.
        """
        if submission.status is not Status.DELIVERED:
            raise StoreError(f"Submission {submission.id} is {submission.status}: only what was delivered is recalled.")
        collected: list[str] = []

        def change(connection: Connection[Any]) -> int:
            values = {"id": submission.id, "was": submission.status, "status": Status.WITHDRAWN}
            changed = connection.execute(_WAKE, values).rowcount
            collected.extend(name for (name,) in connection.execute(_COLLECTED, [submission.id]))
            connection.execute(_TAKE_OUT, [submission.id])
            withdrawn = find_submission(connection, submission.id)
            if withdrawn is not None:
                tell(connection, withdrawn, _recalled(act.reason, collected))
            return changed

        self._do(submission, ActSort.RECALL, act, change)
        return collected

    def history(self, submission: str) -> list[HandAct]:
        """Return what was done with a submission, in order."""
        with transaction(self._pool) as connection:
            return [
                HandAct(sort=ActSort(sort), submission=of, act=Act(by=by, reason=reason, at=at))
                for sort, of, by, reason, at in connection.execute(_HISTORY, [submission])
            ]

    def _do(self, submission: Submission, sort: ActSort, act: Act, change: Callable[[Connection[Any]], int]) -> None:
        """Make a change and note it, in one transaction, or neither."""
        with transaction(self._pool) as connection:
            if not change(connection):
                raise StoreError(f"Submission {submission.id} has changed meanwhile: look at it again, then decide.")
            connection.execute(_NOTE, [submission.id, sort, act.by, act.reason, act.at])


def _recalled(reason: str, collected: Sequence[str]) -> str:
    already = f" You have collected these already; do not use them: {', '.join(collected)}." if collected else ""
    return f"We take the responses of this file back: {reason}.{already} You may send the same file again."
