"""What people decide on questions, in PostgreSQL: every decision is kept, one stands, each can be taken back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from psycopg import Connection
from psycopg.types.json import Jsonb

from adapters.stores.audit import note
from adapters.stores.database import Pool, transaction
from adapters.stores.question_rows import EVIDENCE, SELECT, questions
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.errors import StoreError
from gateway.core.review import Decision, Judgement, Question, QuestionSort

_PAGE: Final = 500
_LISTING: Final = f"""
{SELECT} where not q.settled and not q.closed and q.opens_on <= %(day)s
  and (%(organisation)s::text is null or q.organisation = %(organisation)s)
  and (q.sort = 'merge' or exists (select 1 from question_record r where r.question = q.id and r.state = 'waiting'))
order by q.cost desc, q.asked_at, q.id limit %(limit)s
"""  # noqa: S608 - our own texts
_DECIDED: Final = f"""
select * from ({SELECT} where q.settled) decided where newest > %(since)s order by newest limit %(limit)s
"""  # noqa: S608 - our own texts
_FIND: Final = f"{SELECT} where q.id = %(id)s"
_LOCK: Final = "select 1 from question where id = %s for update"
_REPLACE: Final = """
update question_decision set undone_by = %(by)s, undone_reason = %(why)s, undone_at = %(moment)s
where question = %(id)s and undone_at is null
"""
_ADD: Final = """
insert into question_decision (question, judgement, uln, decided_by, reason, source, decided_at)
values (%(id)s, %(judgement)s, %(uln)s, %(by)s, %(reason)s, %(source)s, %(moment)s)
"""
_SETTLE: Final = "update question set settled = %(settled)s, closed = false where id = %(id)s"
_DUE: Final = """
update question_record set state = 'due', due_at = now() + %(gather)s
where question = %(id)s and state in ('waiting', 'due', 'answered')
"""
_CONFIRMED: Final = "update question_record set state = 'answered' where question = %(id)s and state = 'waiting'"
_WAIT: Final = """
update question_record set state = 'waiting', due_at = null
where question = %(id)s and state in ('due', 'answered')
"""
_KEPT: Final = """
select 1 from question_record r
where r.question = %s and r.answer in ('stored', 'amended', 'withdrawn', 'reinstated', 'promoted', 'new_uln') limit 1
"""
_ADD_MERGE: Final = """
insert into question (id, sort, organisation, facts, cost, evidence, asked_at, opens_on)
values (%(id)s, %(sort)s, null, %(facts)s, %(cost)s, %(evidence)s, %(asked_at)s, %(opens_on)s)
on conflict (id) do nothing
"""


class PostgresReviews:
    """The `Reviews` port."""

    def __init__(self, pool: Pool, gather: timedelta) -> None:
        self._pool = pool
        self._gather = gather

    def listing(self, organisation: str | None, day: date, limit: int) -> list[Question]:
        """Return the open questions of an organisation or of all that are open on a day, the dearest first."""
        values = {"organisation": organisation, "day": day, "limit": limit}
        with transaction(self._pool) as connection:
            return [question for _, question in questions(connection, _LISTING, values)]

    def find(self, question: str) -> Question | None:
        """Return a question with its records and all that was decided, or None."""
        with transaction(self._pool) as connection:
            return _find(connection, question)

    def decided(self, since: int) -> Sequence[tuple[int, Question]]:
        """Return a page of questions that have a standing decision, numbered in their order, after a number."""
        with transaction(self._pool) as connection:
            return questions(connection, _DECIDED, {"since": since, "limit": _PAGE})

    def decide(self, question: str, decision: Decision) -> Question:
        """Keep a decision in the place of the one that stood; its waiting records become due for a supplement."""
        with transaction(self._pool) as connection:
            found = _locked(connection, question)
            if decision.source and any(one.source == decision.source for one in found.decisions):
                return found
            self._keep(connection, found, decision)
            return _locked(connection, question)

    def undo(self, question: str, by: str, reason: str, moment: datetime) -> Question:
        """Take the standing decision back and open the question again; raise StoreError where none stands."""
        with transaction(self._pool) as connection:
            found = _locked(connection, question)
            if not found.decisions:
                raise StoreError(f"Nothing was decided on question {question}, so there is nothing to take back.")
            if connection.execute(_KEPT, [question]).fetchone():
                raise StoreError(
                    f"On the decision of question {question} a ULN was issued or a result was kept; that must be taken "
                    "back first: merge the ULNs, or have the result withdrawn by its sender."
                )
            values = {"id": question, "by": by, "why": reason, "moment": moment, "settled": False}
            for statement in (_REPLACE, _SETTLE, _WAIT):
                connection.execute(statement, values)
            _note(connection, found, by, by_file=False)
            return _locked(connection, question)

    def propose_merge(self, question: Question) -> None:
        """Keep a question whether two ULNs are one person's, with its proposer's decision, once."""
        values = {
            "id": question.id,
            "sort": question.sort,
            "facts": question.facts,
            "cost": question.cost,
            "evidence": Jsonb(EVIDENCE.dump_python(question.evidence, mode="json")),
            "asked_at": question.asked_at,
            "opens_on": question.opens_on,
        }
        with transaction(self._pool) as connection:
            if connection.execute(_ADD_MERGE, values).rowcount:
                for decision in question.decisions:
                    _add(connection, question.id, decision)

    def _keep(self, connection: Connection[Any], found: Question, decision: Decision) -> None:
        merges = found.sort is QuestionSort.MERGE and decision.judgement is Judgement.SAME
        if merges and any(one.by == decision.by for one in found.decisions):
            raise StoreError("Two people must agree on a merge, and this one has agreed already; ask another.")
        values = {"id": found.id, "by": decision.by, "moment": decision.moment, "gather": self._gather}
        values |= {"why": "a later decision took its place", "settled": not merges or bool(found.decisions)}
        if not merges:
            connection.execute(_REPLACE, values)
        _add(connection, found.id, decision)
        connection.execute(_SETTLE, values)
        _note(connection, found, decision.by, by_file=bool(decision.source))
        confirmed = found.sort is QuestionSort.SAMPLE and decision.judgement is not Judgement.DIFFERENT
        connection.execute(_CONFIRMED if confirmed else _DUE, values)


def _add(connection: Connection[Any], question: str, decision: Decision) -> None:
    told = {
        "id": question,
        "judgement": decision.judgement,
        "uln": decision.uln,
        "by": decision.by,
        "reason": decision.reason,
        "source": decision.source,
        "moment": decision.moment,
    }
    connection.execute(_ADD, told)


def _note(connection: Connection[Any], question: Question, by: str, *, by_file: bool) -> None:
    """Note that somebody said of the entries that a question lists whose they are."""
    actor = Actor.ORGANISATION if by_file else Actor.OPERATOR
    access = Access(actor=actor, by=by, sort=AccessSort.WRITTEN, purpose="review decide", reference=question.id)
    note(connection, access, [int(one.entry.uln) for one in question.evidence.entries])


def _locked(connection: Connection[Any], question: str) -> Question:
    connection.execute(_LOCK, [question])
    found = _find(connection, question)
    if found is None:
        raise StoreError(f"There is no question {question!r}; `gateway review list` shows those that are open.")
    return found


def _find(connection: Connection[Any], question: str) -> Question | None:
    found = questions(connection, _FIND, {"id": question})
    return found[0][1] if found else None
