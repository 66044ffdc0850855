"""What an organisation is told of a submission beside its receipt, in PostgreSQL."""

from typing import Any, Final, Literal

from psycopg import Connection

from gateway.core.documents import StatusNotice
from gateway.core.ids import mailbox_name
from gateway.core.submission import Submission

_WORD: Final[dict[str, Literal["parked", "withdrawn"]]] = {"parked": "parked", "withdrawn": "withdrawn"}
_TOLD: Final = "select count(*) from mailbox_notice where submission = %s"
_TELL: Final = """
insert into mailbox_notice (organisation, name, submission, body, created_at) values (%s, %s, %s, %s, %s)"""


def tell(connection: Connection[Any], submission: Submission, message: str) -> None:
    """Put a notice of a submission's status into its organisation's `receipts/`, in the caller's transaction.

    Each has a name of its own, so that nothing is overwritten.
    """
    (now,) = connection.execute("select now()").fetchone() or (submission.received_at,)
    (before,) = connection.execute(_TOLD, [submission.id]).fetchone() or (0,)
    notice = StatusNotice(
        id=submission.id,
        organisation=submission.organisation.id,
        file=submission.name,
        status=_WORD[submission.status],
        at=now,
        message=message,
    )
    part = f"{submission.status}.json" if not before else f"{submission.status}-{before + 1}.json"
    name = mailbox_name(submission.name, submission.id, part)
    told = [submission.organisation.id, name, submission.id, notice.to_json().encode(), now]
    connection.execute(_TELL, told)
