"""Records that were held, and the further response sets that answer them, in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from adapters.stores.answered import Answered, keep_answered
from adapters.stores.database import Pool, transaction
from adapters.stores.mailboxes import add_parts
from adapters.stores.question_rows import DECISION, SELECT, questions
from adapters.stores.submissions import find_submission
from adapters.stores.supplement_queries import READY, RETRY
from gateway.core.answered import AnsweredUln
from gateway.core.errors import StoreError
from gateway.core.handover import Part
from gateway.core.outcomes import HELD_OUTCOMES, Effect
from gateway.core.review import Decision, HeldRecord, RecordState, Supplement
from gateway.core.spool import CHECKED
from gateway.core.submission import Submission

_MOST_TRIES: Final = 5
_FIRST_WAIT: Final = timedelta(seconds=5)
_CLAIM_ADDS: Final = 10
"""What a claim against the evidence adds to a question's cost, so that it comes before all that nobody claimed."""

_MAKE: Final = f"""
with ready as ({READY} limit 1 for update of s skip locked)
insert into supplement (submission, number)
select id, (select coalesce(max(number), 0) + 1 from supplement where submission = id) from ready
returning submission, number
"""  # noqa: S608 - our own texts
_TAKE: Final = """
update question_record set supplement = %s where submission = %s and state = 'due'
"""
_PARK_LOST: Final = """
update supplement set parked = true where published_at is null and attempts >= %(most)s and lease_until < now()
"""
_CLAIM: Final = f"""
update supplement set lease_until = now() + %(lease)s, attempts = attempts + 1
where (submission, number) = (
    {RETRY} order by made_at limit 1 for update skip locked)
returning submission, number
"""  # noqa: S608 - our own texts
_RECORDS: Final = """
select checked from question_record where submission = %s and supplement = %s and state = 'due' order by record
"""
_HELD: Final = """
select r.submission, r.record, r.checked, r.state, r.withdrawn_by, q.id
from unnest(%(submissions)s::text[], %(records)s::bigint[]) as asked (submission, record)
join question_record r on r.submission = asked.submission and r.record = asked.record
join question q on q.id = r.question and q.organisation = %(organisation)s and q.sort <> 'sample'
"""
_ASKED: Final = f"{SELECT} where q.id = any(%(ids)s)"
_CLAIMED: Final = """
update question set claim = %(claim)s, cost = cost + %(adds)s where id = %(id)s and claim is null
"""
_WITHDRAW: Final = """
update question_record set state = 'withdrawn', withdrawn_by = %s where submission = %s and record = %s
returning question
"""
_CLOSE: Final = """
update question set closed = true
where id = %s and not exists (select 1 from question_record r where r.question = question.id and r.state <> 'withdrawn')
"""
_PUBLISHED: Final = """
update supplement set published_at = now() where submission = %s and number = %s and published_at is null
returning made_at
"""
# What was decided anew while the supplement was made stays due, for the next one; what asks something else now waits.
_ANSWERED: Final = """
update question_record r set answer = told.outcome, state = case
    when r.due_at > %(made_at)s then 'due'
    when not q.settled and told.outcome = any(%(held)s) then 'waiting'
    else 'answered' end
from unnest(%(records)s::integer[], %(outcomes)s::text[]) as told (record, outcome), question q
where r.submission = %(submission)s and r.record = told.record and r.supplement = %(number)s and r.state = 'due'
  and q.id = r.question
"""
_HELD_ANSWERS: Final = [Effect.QUEUED.value, *sorted(HELD_OUTCOMES)]
_HOLD: Final = """
update supplement set lease_until = null, parked = attempts >= %(most)s,
    next_try_at = now() + %(wait)s * power(2, least(attempts, %(most)s) - 1)
where submission = %(submission)s and number = %(number)s
returning parked
"""


class PostgresSupplements:
    """The `Supplements` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def held(self, organisation: str, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], HeldRecord]:
        """Return those of an organisation's own records that were held; another's is left out as an unknown one is."""
        values = {
            "organisation": organisation,
            "submissions": [submission for submission, _ in places],
            "records": [record for _, record in places],
        }
        with transaction(self._pool) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(_HELD, values).fetchall()
            ids = [row["id"] for row in rows]
            asked = {question.id: question for _, question in questions(connection, _ASKED, {"ids": ids})}
            submissions = {name: _submission(connection, name) for name in {row["submission"] for row in rows}}
        return {
            (row["submission"], row["record"]): HeldRecord(
                submission=submissions[row["submission"]],
                checked=CHECKED.validate_python(row["checked"]),
                question=asked[row["id"]],
                state=RecordState(row["state"]),
                withdrawn_by=row["withdrawn_by"] or "",
            )
            for row in rows
        }

    def claim(self, question: str, claim: Decision) -> None:
        """Note what a sender says against the evidence: the question stays open and comes sooner."""
        told = Jsonb(DECISION.dump_python(claim, mode="json"))
        with transaction(self._pool) as connection:
            connection.execute(_CLAIMED, {"id": question, "claim": told, "adds": _CLAIM_ADDS})

    def withdraw(self, place: tuple[str, int], source: str) -> None:
        """Take a record back; a question without another record is closed."""
        with transaction(self._pool) as connection:
            for (question,) in connection.execute(_WITHDRAW, [source, *place]).fetchall():
                connection.execute(_CLOSE, [question])

    def next(self, lease: timedelta) -> Supplement | None:
        """Lease the next supplement that is due, with its number; None where there is none."""
        with transaction(self._pool) as connection:
            for submission, number in connection.execute(_MAKE).fetchall():
                connection.execute(_TAKE, [number, submission])
            connection.execute(_PARK_LOST, {"most": _MOST_TRIES})
            claimed = connection.execute(_CLAIM, {"lease": lease}).fetchone()
            if claimed is None:
                return None
            records = connection.execute(_RECORDS, claimed).fetchall()
            return Supplement(
                submission=_submission(connection, claimed[0]),
                number=claimed[1],
                records=tuple(CHECKED.validate_python(checked) for (checked,) in records),
            )

    def publish(
        self,
        supplement: Supplement,
        parts: Mapping[str, Part],
        outcomes: Mapping[int, str],
        answered: Iterable[AnsweredUln] = (),
    ) -> None:
        """Put its parts into `out/`, all or none, once, and note what its records and who were answered with."""
        submission = supplement.submission
        with transaction(self._pool) as connection:
            published = connection.execute(_PUBLISHED, [submission.id, supplement.number]).fetchone()
            if published is None:
                return
            add_parts(connection, submission.id, submission.organisation.id, parts)
            keep_answered(connection, Answered(submission.organisation.id, submission.mode, submission.id), answered)
            told = {"records": list(outcomes), "outcomes": list(outcomes.values()), "held": _HELD_ANSWERS}
            told |= {"submission": submission.id, "number": supplement.number, "made_at": published[0]}
            connection.execute(_ANSWERED, told)

    def hold(self, supplement: Supplement) -> bool:
        """Free it for a later try after our own fault; return whether its tries are used up and it is parked."""
        values = {"submission": supplement.submission.id, "number": supplement.number}
        with transaction(self._pool) as connection:
            held = connection.execute(_HOLD, values | {"most": _MOST_TRIES, "wait": _FIRST_WAIT}).fetchone()
            return bool(held and held[0])


def _submission(connection: Connection[Any], submission: str) -> Submission:
    found = find_submission(connection, submission)
    if found is None:  # a foreign key holds it
        raise StoreError(f"Submission {submission} is missing from the system of record; restore a backup.")
    return found
