"""What an organisation sees in its mailbox, from the tables: no folder on any disk is its mailbox."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from adapters.stores.answered import Answered, keep_answered, ulns_answered
from adapters.stores.database import Pool, transaction
from gateway.core.answered import AnsweredUln
from gateway.core.handover import Part
from gateway.core.ids import a_minute_later
from gateway.core.submission import Folder, Job, MailboxFile, Submission

UPLOADS_STAY = timedelta(days=7)
"""How long an accepted upload stays listed after its end, so that a mirroring client does not send it again."""

_UPLOADS = """
    select distinct on (r.file) r.file as name, s.size, coalesce(r.sent_at, r.created_at) as modified_at, s.blob,
           null::bytea as body
    from receipt r join submission s on s.id = r.submission
    where r.organisation = %(organisation)s and s.job = %(job)s and (%(name)s::text is null or r.file = %(name)s)
      and (s.finished_at is null or greatest(s.finished_at, r.created_at) > now() - %(stay)s)
    order by r.file, r.created_at desc"""
_RECEIPTS = """
    select name, length(body) as size, created_at as modified_at, null as blob, body
    from (select organisation, name, body, created_at from receipt
          union all select organisation, name, body, created_at from mailbox_notice) it
    where organisation = %(organisation)s and (%(name)s::text is null or name = %(name)s) order by name"""
_RESPONSES = """
    select name, size, published_at as modified_at, blob, null::bytea as body
    from (select organisation, name, size, published_at, acknowledged_at, blob from response_file
          union all select organisation, name, size, published_at, acknowledged_at, blob from uln_notice) it
    where organisation = %(organisation)s and acknowledged_at is null and (%(name)s::text is null or name = %(name)s)
    order by name"""
_TOUCH = """
    update receipt set sent_at = %(moment)s where id = (
        select r.id from receipt r join submission s on s.id = r.submission
        where r.organisation = %(organisation)s and s.job = %(job)s and r.file = %(name)s
        order by r.created_at desc limit 1)"""
_ACKNOWLEDGE = [
    f"update {table} set acknowledged_at = now() where organisation = %s and name = %s and acknowledged_at is null"  # noqa: S608 - our own tables
    for table in ("response_file", "uln_notice")
]
_PUBLISHED = "select 1 from response_file where submission = %s and part = any(%s) limit 1"
_SUPERSEDE = """
    update response_file set superseded = true, acknowledged_at = coalesce(acknowledged_at, now())
    where submission = %s and not superseded and not starts_with(part, 'supplement-')"""
_TAKEN = "select 1 from response_file where organisation = %s and name = %s"
_QUERIES = {Folder.IN: _UPLOADS, Folder.CHECK: _UPLOADS, Folder.OUT: _RESPONSES, Folder.RECEIPTS: _RECEIPTS}


class PostgresMailboxes:
    """The `Mailboxes` port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def listing(self, organisation: str, folder: Folder) -> list[MailboxFile]:
        """Return the files of a folder, by name."""
        return self._query(organisation, folder, None)

    def find(self, organisation: str, folder: Folder, name: str) -> MailboxFile | None:
        """Return one file of a folder, or None."""
        found = self._query(organisation, folder, name)
        return found[0] if found else None

    def _query(self, organisation: str, folder: Folder, name: str | None) -> list[MailboxFile]:
        arguments: dict[str, Any] = {"organisation": organisation, "name": name}
        arguments |= {"job": Job.CHECK if folder is Folder.CHECK else Job.FULL, "stay": UPLOADS_STAY}
        with transaction(self._pool) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(_QUERIES[folder], arguments)
            return [MailboxFile(**row | {"folder": folder}) for row in rows]

    def publish(self, submission: str, parts: Mapping[str, Part], answered: Iterable[AnsweredUln] = ()) -> None:
        """Put a response set into `out/`, all of it or nothing, once, and keep which ULNs it answers with.

        That of a replay takes the place of the one before.
        """
        with transaction(self._pool) as connection:
            found = connection.execute(
                "select organisation, mode from submission where id = %s for update", [submission]
            )
            owner = found.fetchone()
            published = connection.execute(_PUBLISHED, [submission, list(parts)])
            if owner is None or published.fetchone():
                return
            organisation, mode = owner
            connection.execute(_SUPERSEDE, [submission])
            add_parts(connection, submission, organisation, parts)
            keep_answered(connection, Answered(organisation, mode, submission), answered)

    def answered(self, submission: Submission, ulns: Collection[str]) -> frozenset[str]:
        """Return those of these ULNs that the submission's organisation was answered with, in the same mode."""
        with transaction(self._pool) as connection:
            return ulns_answered(connection, Answered(submission.organisation.id, submission.mode, submission.id), ulns)

    def touch(self, organisation: str, file: MailboxFile, moment: datetime) -> None:
        """List an accepted upload with a time of its sender's, which mirroring clients compare with their own."""
        job = Job.CHECK if file.folder is Folder.CHECK else Job.FULL
        with transaction(self._pool) as connection:
            connection.execute(_TOUCH, {"organisation": organisation, "job": job, "name": file.name, "moment": moment})

    def acknowledge(self, organisation: str, name: str) -> bool:
        """Take a response out of `out/` because its owner deleted it; False where there is none of that name."""
        with transaction(self._pool) as connection:
            taken = [connection.execute(statement, [organisation, name]).rowcount for statement in _ACKNOWLEDGE]
            return any(taken)


def add_parts(connection: Connection[Any], submission: str, organisation: str, parts: Mapping[str, Part]) -> None:
    """Put parts of a submission into its organisation's `out/` in the caller's transaction."""
    names = {part: _free_name(connection, organisation, it) for part, it in parts.items()}
    connection.cursor().executemany(
        """insert into response_file (submission, part, organisation, name, blob, size)
        values (%s, %s, %s, %s, %s, %s)""",
        [(submission, part, organisation, names[part], it.blob, it.size) for part, it in parts.items()],
    )


def _free_name(connection: Connection[Any], organisation: str, part: Part) -> str:
    """Return a part's name; one that bears a minute moves on where the organisation has had it already."""
    name = part.name
    while part.stamped and connection.execute(_TAKEN, [organisation, name]).fetchone():
        name = a_minute_later(name)
    return name
