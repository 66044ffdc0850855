"""Questions that the pipeline asks people, and what it remembers of their answers, in PostgreSQL."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from psycopg import Connection

from adapters.stores.database import Pool, statement, transaction
from adapters.stores.question_rows import EVIDENCE
from gateway.core.review import Asked, Bound, Decision, Drawn, Judgement
from gateway.core.spool import CHECKED

_LOCK: Final = 7_264_311
_WEEK: Final = timedelta(days=7)

_STANDING: Final = """
select q.facts, d.judgement, d.uln, d.decided_by, d.reason, d.decided_at, d.source
from question q join lateral (
    select * from question_decision d where d.question = q.id and d.undone_at is null order by d.no desc limit 1
) d on true
where q.organisation = %s and q.facts = any(%s) and q.settled
"""
_REFUTED: Final = """
select q.facts from question q join question_decision d on d.question = q.id and d.undone_at is null
where q.organisation = %s and q.sort = 'sample' and d.judgement = 'different'
"""
_DROP: Final = """
delete from question_record r
where r.submission = %(submission)s and r.record = any(%(records)s) and r.state in ('waiting', 'due')
  and r.supplement is null
"""
_ADD: Final = """
insert into question (id, sort, organisation, facts, cost, evidence, asked_at, opens_on, draw)
select distinct on (id) id, sort, organisation, facts, cost, evidence, asked_at, opens_on, draw
from jsonb_to_recordset(%(questions)s::jsonb) as asked (
    id text, sort text, organisation text, facts text, cost double precision, evidence jsonb, asked_at timestamptz,
    opens_on date, draw bigint
)
order by id
on conflict (organisation, facts) do update set closed = false
"""
_BEING_ANSWERED: Final = """
    question_record.state = 'due' and question_record.supplement is not null and excluded.state <> 'due'"""
# What is answered already keeps its place unless it asks something else now; what a supplement is made for stays in it
# all the same, so that the supplement is as it was if it has to be made again.
_KEEP: Final = f"""
insert into question_record (submission, record, question, checked, state, due_at, answer)
%s
on conflict (submission, record) do update
set question = excluded.question, checked = excluded.checked, answer = excluded.answer,
    state = case when {_BEING_ANSWERED} then question_record.state else excluded.state end,
    due_at = case when {_BEING_ANSWERED} then question_record.due_at else excluded.due_at end,
    supplement = case when {_BEING_ANSWERED} then question_record.supplement end
where question_record.question <> excluded.question
"""
# A question that was settled, or opened again, a moment ago makes its new record due, or lets it wait.
_ATTACH: Final = (
    _KEEP
    % """
select %(submission)s, asked.record, question.id, asked.checked,
       case when not question.settled then 'waiting' when asked.settled then 'answered' else 'due' end,
       now(), asked.answer
from jsonb_to_recordset(%(records)s::jsonb) as asked (
    question text, record integer, checked jsonb, settled boolean, answer text
) join question on question.id = asked.question"""
)
_REPEAT: Final = (
    _KEEP
    % """
select %(submission)s, asked.record, it.question, asked.checked, it.state, it.due_at, asked.answer
from jsonb_to_recordset(%(records)s::jsonb) as asked (record integer, repeats integer, checked jsonb, answer text)
join question_record it on it.submission = %(submission)s and it.record = asked.repeats"""
)
_ATTACH_DRAWN: Final = """
insert into question_record (submission, record, question, checked, state)
select asked.submission, asked.record, question.id, asked.checked, 'waiting'
from jsonb_to_recordset(%(records)s::jsonb) as asked (
    question text, draw bigint, submission text, record integer, checked jsonb
) join question on question.id = asked.question and question.draw = asked.draw
on conflict (submission, record) do nothing
"""
_BEYOND: Final = """
select id from question q where opens_on = %(opens)s and draw is not null
  and not exists (select 1 from question_decision d where d.question = q.id)
  and draw > (select draw from question where opens_on = %(opens)s and draw is not null
              order by draw offset %(most)s - 1 limit 1)
"""
_BAR: Final = """
select draw from question where opens_on = %(opens)s and draw is not null order by draw offset %(most)s - 1 limit 1
"""


class PostgresQuestions:
    """The `Questions` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def standing(self, organisation: str, facts: Sequence[str]) -> Mapping[str, Decision]:
        """Return the decisions that stand on these facts of an organisation's questions."""
        with statement(self._pool) as connection:
            rows = connection.execute(_STANDING, [organisation, list(facts)]).fetchall()
        return {
            fact: Decision(judgement=Judgement(what), uln=uln, by=by, reason=reason, moment=moment, source=source)
            for fact, what, uln, by, reason, moment, source in rows
        }

    def refuted(self, organisation: str) -> frozenset[str]:
        """Return the facts of an organisation's automatic links that a person found wrong."""
        with statement(self._pool) as connection:
            return frozenset(fact for (fact,) in connection.execute(_REFUTED, [organisation]))

    def ask(self, submission: str, records: Sequence[int], asked: Sequence[Asked], bound: Sequence[Bound] = ()) -> None:
        """Keep the questions that these records ask, each record once; what one of them asked before is dropped."""
        answered: list[Asked | Bound] = [*asked, *(one for one in bound if one.question is not None)]
        repeats: list[Asked | Bound] = [one for one in bound if one.question is None]
        with transaction(self._pool) as connection:
            connection.execute(_DROP, {"submission": submission, "records": list(records)})
            if asked:
                connection.execute(_ADD, {"questions": _array(_question(one) for one in asked)})
            for statement, some in ((_ATTACH, answered), (_REPEAT, repeats)):
                if some:
                    told = _array(_record(one) for one in some)
                    connection.execute(statement, {"submission": submission, "records": told})

    def sample(self, drawn: Sequence[Drawn], most: int) -> int | None:
        """Let links into their week's sample while they are among its lowest; return above which none gets in."""
        if not drawn:
            return None
        opens = drawn[0].week + _WEEK
        day = opens.isoformat()
        own = [(it.asked, {"draw": it.draw, "opens_on": day, "submission": it.submission}) for it in drawn]
        values = {
            "questions": _array(_question(one, **of_week) for one, of_week in own),
            "records": _array(_record(one, **of_week) for one, of_week in own),
            "opens": opens,
            "most": most,
        }
        with transaction(self._pool) as connection:
            connection.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, opens.toordinal()])
            connection.execute(_ADD, values)
            connection.execute(_ATTACH_DRAWN, values)
            _drop_beyond(connection, values)
            found = connection.execute(_BAR, values).fetchone()
        return found[0] if found else None


def _drop_beyond(connection: Connection[Any], values: Mapping[str, object]) -> None:
    beyond = [question for (question,) in connection.execute(_BEYOND, values)]
    connection.execute("delete from question_record where question = any(%s)", [beyond])
    connection.execute("delete from question where id = any(%s)", [beyond])


def _question(one: Asked, **own: object) -> str:
    """Return a question as JSON, with values of its own in the place of others."""
    values: dict[str, object] = {
        "id": one.id,
        "sort": one.sort,
        "organisation": one.organisation,
        "facts": one.facts,
        "cost": one.cost,
        "asked_at": one.moment.isoformat(),
        "opens_on": one.day.isoformat(),
    }
    return _with({**values, **own}, "evidence", EVIDENCE.dump_json(one.evidence))


def _record(one: Asked | Bound, **own: object) -> str:
    """Return a record with its question as JSON."""
    values: dict[str, object] = {"record": one.checked.record.number, "answer": None}
    if isinstance(one, Asked):
        values |= {"question": one.id, "settled": one.settled}
    else:
        values |= {"question": one.question, "repeats": one.repeats, "settled": True, "answer": one.answer}
    return _with({**values, **own}, "checked", CHECKED.dump_json(one.checked))


def _with(values: Mapping[str, object], name: str, content: bytes) -> str:
    """Return values as JSON, with one more that is JSON already."""
    return f'{json.dumps(values)[:-1]}, "{name}": {content.decode()}}}'


def _array(objects: Iterable[str]) -> str:
    return f"[{','.join(objects)}]"
