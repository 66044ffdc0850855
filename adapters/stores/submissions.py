"""Submissions, their steps, leases and receipts in PostgreSQL."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from adapters.stores.agreements import COLUMNS as AGREED
from adapters.stores.agreements import IN_FORCE, agreement_of
from adapters.stores.claims import claim_next, load, lost, passed_by
from adapters.stores.database import Pool, statement, transaction
from adapters.stores.mailbox_notices import tell
from adapters.stores.organisations import organisation_of
from adapters.stores.queue import PostgresQueue
from gateway.core.documents import PARKED, Receipt
from gateway.core.errors import LeaseLostError, StoreError
from gateway.core.handover import Earlier, Listed, Progress
from gateway.core.ids import mailbox_name
from gateway.core.picking import ANYTHING, LONG_BYTES, Pick
from gateway.core.quota import Received
from gateway.core.submission import TERMINAL, Job, Mode, Refusal, Status, Submission, Verdict

MOST_TRIES = 5
_FIRST_WAIT = timedelta(seconds=5)

SELECT = f"""
    select s.*, o.name as o_name, o.kind as o_kind, o.ukprn, o.urn, o.estab, o.centre, o.mode as o_mode, o.suspended,
           {", ".join(f"a.{name} as a_{name}" for name in AGREED)}
    from submission s join organisation o on o.id = s.organisation left join agreement a on a.number = s.agreement
"""  # noqa: S608 - the columns are our own names
"""Every submission with its organisation and the agreement that held."""
_INSERT = f"""
    insert into submission (id, organisation, name, sha256, size, job, mode, received_at, processing_date, blob,
                            status, refusal, turn_at, likely_kind, agreement, follows)
    values (%(id)s, %(organisation)s, %(name)s, %(sha256)s, %(size)s, %(job)s, %(mode)s, %(received_at)s,
            %(processing_date)s, %(blob)s, %(status)s, %(refusal)s, %(turn_at)s, %(likely_kind)s, {IN_FORCE},
            (select id from submission where organisation = %(organisation)s and name = %(name)s
             and job = %(job)s and mode = %(mode)s order by received_at desc, id desc limit 1))
    on conflict (organisation, mode, job, sha256) where status <> 'withdrawn' and not superseded do nothing
    returning follows"""  # noqa: S608 - our own statement in it
_FIRST = """
    select id from submission
    where organisation = %(organisation)s and mode = %(mode)s and job = %(job)s and sha256 = %(sha256)s
      and status <> 'withdrawn' and not superseded"""
_SUPERSEDE = """
    update submission set superseded = true
    where organisation = %(organisation)s and mode = %(mode)s and job = %(job)s and sha256 = %(sha256)s
      and ((verdict = 'rejected' and name <> %(name)s and refusal is null)
           or (refusal = 'unknown-name' and name <> %(name)s)
           or (refusal = 'suspended' and %(refusal)s::text is distinct from 'suspended'))"""
_AWAIT = "insert into space_awaited (space) values (%s)"
_CAME = "delete from space_awaited where space = %(id)s"
_OFFER_AGAIN = """
    update response_file set acknowledged_at = null, published_at = now()
    where submission = %s and acknowledged_at is not null and not superseded"""
_RECEIPT = """
    insert into receipt (id, submission, organisation, file, name, body, created_at)
    values (%s, %s, %s, %s, %s, %s, %s)"""
_KEEP = """
    with moved as (
        update submission
        set status = %(status)s, kind = coalesce(%(kind)s, kind), verdict = coalesce(%(verdict)s, verdict),
            counts = coalesce(%(counts)s, counts), crashes = 0,
            finished_at = case when %(ended)s then now() else finished_at end,
            lease = case when %(ended)s then null else lease end,
            lease_until = case when %(ended)s then null else lease_until end
        where id = %(id)s and lease is not distinct from %(lease)s returning id
    ), kept as (
        insert into step (submission, step, result) select id, %(step)s, %(result)s from moved
        on conflict (submission, step) do nothing
    )
    select id from moved"""
_HOLD = """
    update submission
    set lease = null, lease_until = null, held_reason = %(reason)s,
        next_try_at = now() + %(wait)s * power(2, least(attempts, %(most)s) - 1)
    where id = %(id)s and lease is not distinct from %(lease)s
    returning attempts >= %(most)s"""
_PARK = "update submission set status = 'parked', lease = null, lease_until = null, held_reason = %s where id = %s"
_EARLIER = """
    select name from submission
    where organisation = %(organisation)s and kind = %(kind)s and mode = %(mode)s and job = %(job)s
      and verdict is distinct from 'rejected' and (received_at, id) < (%(received_at)s, %(id)s)
    order by received_at, id"""
_RECEIVED = """
    select count(*), coalesce(sum(s.size), 0) from receipt r join submission s on s.id = r.submission
    where r.organisation = %s and r.created_at >= %s"""
_LISTING = """
    select *, (select coalesce(array_agg(r.name order by r.part), '{}') from response_file r where r.submission = l.id)
              as responses
    from (%s) l order by received_at desc, id desc limit %%(limit)s"""


class PostgresStore:
    """The `Store` and `Submissions` ports on PostgreSQL."""

    def __init__(self, pool: Pool, queue: PostgresQueue) -> None:
        self._pool = pool
        self._queue = queue

    def announce(self, space: str) -> None:
        """Note that bytes are to be kept for a submission that is not recorded yet."""
        with statement(self._pool) as connection:
            connection.execute(_AWAIT, [space])

    def add(self, submission: Submission, write: Callable[[Earlier], Receipt]) -> Receipt:
        """Record a submission with its receipt and wake a worker, or answer a duplicate, in one transaction."""
        arguments = {
            "id": submission.id,
            "organisation": submission.organisation.id,
            "name": submission.name,
            "sha256": submission.sha256,
            "size": submission.size,
            "job": submission.job,
            "mode": submission.mode,
            "received_at": submission.received_at,
            "processing_date": submission.processing_date,
            "blob": submission.blob,
            "status": submission.status,
            "refusal": submission.refusal,
            "turn_at": submission.turn_at,
            "likely_kind": submission.likely_kind,
        }
        with transaction(self._pool) as connection:
            connection.execute(_SUPERSEDE, arguments)
            inserted = connection.execute(_INSERT, arguments).fetchone()
            if inserted is None:
                (first,) = connection.execute(_FIRST, arguments).fetchone() or (None,)
                connection.execute(_OFFER_AGAIN, [first])
                return _add_receipt(connection, write(Earlier(first_id=first)), first)
            if not connection.execute(_CAME, arguments).rowcount:
                raise StoreError("This upload was not announced, or so long ago that its bytes are given up; send it.")
            met = load(connection, submission.id, submission.turn_at or submission.received_at)
            receipt = _add_receipt(connection, write(Earlier(follows=inserted[0], load=met)), submission.id)
            self._queue.wake(connection)
        return receipt

    def claim(self, worker: str, lease: timedelta, pick: Pick = ANYTHING) -> Submission | None:
        """Lease the submission whose turn it is, of those that a worker may take; None where there is none."""
        with transaction(self._pool) as connection:
            for submission, evidence in lost(connection):
                park(connection, submission, evidence)
            claimed = claim_next(connection, worker, lease, pick)
            self._wake_others(connection, pick, claimed)
            return None if claimed is None else find_submission(connection, claimed[0])

    def _wake_others(self, connection: psycopg.Connection[Any], pick: Pick, claimed: tuple[str, int] | None) -> None:
        """Pass a wake-up on where it woke the wrong worker: one of small files for a large one, or the other way."""
        if claimed is None and pick.most_bytes is not None and passed_by(connection, pick.most_bytes):
            self._queue.wake(connection, large=True)
        elif claimed is not None and pick.most_bytes is None and claimed[1] > LONG_BYTES:
            self._queue.wake(connection)

    def renew(self, submission: Submission, lease: timedelta) -> None:
        """Prolong a lease; raise LeaseLostError where it has run out and another worker has it."""
        with statement(self._pool) as connection:
            renewed = connection.execute(
                "update submission set lease_until = now() + %s where id = %s and lease = %s",
                [lease, submission.id, submission.lease],
            )
            _require(renewed.rowcount, submission)

    def kept(self, submission: Submission) -> Mapping[str, str]:
        """Return the results of the steps that are done, by the step's name, as JSON."""
        with statement(self._pool) as connection:
            rows = connection.execute("select step, result::text from step where submission = %s", [submission.id])
            return dict(rows.fetchall())

    def keep(self, submission: Submission, step: str, result: str, progress: Progress) -> Submission:
        """Keep a step's result and what it says of the submission, in one transaction; return the submission."""
        arguments = {
            "id": submission.id,
            "lease": submission.lease,
            "step": step,
            "result": result,
            "status": progress.status,
            "kind": progress.kind,
            "verdict": progress.verdict,
            "counts": None if progress.counts is None else Jsonb(dict(progress.counts)),
            "ended": progress.status in TERMINAL,
        }
        with statement(self._pool) as connection:
            _require(connection.execute(_KEEP, arguments).rowcount, submission)
        return replace(
            submission,
            status=progress.status,
            kind=progress.kind or submission.kind,
            verdict=progress.verdict or submission.verdict,
        )

    def hold(self, submission: Submission, reason: str, most_tries: int = MOST_TRIES) -> Submission:
        """Free the submission for a later try after our own fault, or park it when its tries are used up."""
        arguments = {"id": submission.id, "lease": submission.lease, "reason": reason, "most": most_tries}
        with transaction(self._pool) as connection:
            held = connection.execute(_HOLD, arguments | {"wait": _FIRST_WAIT}).fetchone()
            if held is not None and held[0]:
                park(connection, submission.id, reason)
            return find_submission(connection, submission.id) or submission

    def listing(self, organisation: str | None, limit: int) -> list[Listed]:
        """Return the newest submissions first, of one organisation or of all."""
        where = "where %(id)s::text is null or s.organisation = %(id)s"
        return self._list(where, {"id": organisation, "limit": limit})

    def earlier_names(self, submission: Submission, kind: str) -> tuple[str, ...]:
        """Return the names of the sender's files of a kind that came before and were not rejected, in their order."""
        values = {
            "organisation": submission.organisation.id,
            "kind": kind,
            "mode": submission.mode,
            "job": submission.job,
            "received_at": submission.received_at,
            "id": submission.id,
        }
        with statement(self._pool) as connection:
            return tuple(name for (name,) in connection.execute(_EARLIER, values))

    def received(self, organisation: str, since: datetime) -> Received:
        """Return how much an organisation has sent since a moment, duplicates and refused files included."""
        with statement(self._pool) as connection:
            files, size = connection.execute(_RECEIVED, [organisation, since]).fetchone() or (0, 0)
            return Received(files, int(size))

    def show(self, submission: str) -> Listed | None:
        """Return one submission, or None."""
        found = self._list("where s.id = %(id)s", {"id": submission, "limit": 1})
        return found[0] if found else None

    def _list(self, where: str, arguments: dict[str, Any]) -> list[Listed]:
        with statement(self._pool) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(_LISTING % (SELECT + where), arguments).fetchall()
        return [
            Listed(
                submission=submission_of(row),
                finished_at=row["finished_at"],
                counts=row["counts"] or {},
                responses=row["responses"],
            )
            for row in rows
        ]


def _add_receipt(connection: psycopg.Connection[Any], receipt: Receipt, submission: str | None) -> Receipt:
    name = mailbox_name(receipt.file, receipt.id, "receipt.json")
    told = receipt.file, name, receipt.to_json().encode(), receipt.received_at
    connection.execute(_RECEIPT, [receipt.id, submission, receipt.organisation, *told])
    return receipt


def park(connection: psycopg.Connection[Any], submission: str, reason: str) -> None:
    """Let a submission wait for a person, and tell its organisation, in the caller's transaction."""
    connection.execute(_PARK, [reason, submission])
    parked = find_submission(connection, submission)
    if parked is not None:
        tell(connection, parked, PARKED)


def find_submission(connection: psycopg.Connection[Any], submission: str) -> Submission | None:
    """Return one submission, or None."""
    row = connection.cursor(row_factory=dict_row).execute(SELECT + "where s.id = %s", [submission]).fetchone()
    return None if row is None else submission_of(row)


def submission_of(row: dict[str, Any]) -> Submission:
    """Return the submission that a row with SELECT's columns holds."""
    owner = row | {"id": row["organisation"], "name": row["o_name"], "kind": row["o_kind"], "mode": row["o_mode"]}
    return Submission(
        id=row["id"],
        organisation=organisation_of(owner),
        name=row["name"],
        sha256=row["sha256"],
        size=row["size"],
        job=Job(row["job"]),
        mode=Mode(row["mode"]),
        received_at=row["received_at"],
        processing_date=row["processing_date"],
        blob=row["blob"],
        status=Status(row["status"]),
        kind=row["kind"],
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        refusal=Refusal(row["refusal"]) if row["refusal"] else None,
        follows=row["follows"],
        attempts=row["attempts"],
        held_reason=row["held_reason"],
        lease=row["lease"],
        agreement=agreement_of(row, "a_"),
        turn_at=row["turn_at"],
        likely_kind=row["likely_kind"],
        replays=row["replays"],
    )


def _require(changed: int, submission: Submission) -> None:
    if not changed:
        raise LeaseLostError(f"Another worker has submission {submission.id} now; this one lets it go.")
