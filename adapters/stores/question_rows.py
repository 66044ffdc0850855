"""Questions as rows: their evidence as JSON, their records and decisions beside them."""

from collections.abc import Mapping
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row
from pydantic import TypeAdapter

from gateway.core.review import Decision, Evidence, Judgement, Place, Question, QuestionSort, RecordState

EVIDENCE: Final = TypeAdapter(Evidence)
DECISION: Final = TypeAdapter(Decision)

SELECT: Final = """
select q.*, coalesce(p.places, '[]') as places,
       coalesce(d.decisions, '[]') as decisions, coalesce(d.newest, 0) as newest
from question q
left join lateral (
    select jsonb_agg(jsonb_build_object('submission', r.submission, 'record', r.record, 'state', r.state,
                                        'key', r.checked #>> '{record,key}') order by r.submission, r.record) as places
    from question_record r where r.question = q.id
) p on true
left join lateral (
    select jsonb_agg(jsonb_build_object('judgement', s.judgement, 'uln', s.uln, 'by', s.decided_by,
                                        'reason', s.reason, 'source', s.source, 'moment', s.decided_at) order by s.no)
               as decisions,
           max(s.no) as newest
    from question_decision s where s.question = q.id and s.undone_at is null
) d on true
"""
"""Every question with its records and the decisions that stand, the newest of them last."""


def questions(connection: Connection[Any], statement: str, values: Mapping[str, object]) -> list[tuple[int, Question]]:
    """Return the questions that a statement selects, each with the number of its newest decision."""
    rows = connection.cursor(row_factory=dict_row).execute(statement, values)
    return [(row["newest"], question_of(row)) for row in rows]


def question_of(row: Mapping[str, Any]) -> Question:
    """Return the question that a row with SELECT's columns holds."""
    return Question(
        id=row["id"],
        sort=QuestionSort(row["sort"]),
        organisation=row["organisation"],
        facts=row["facts"],
        cost=row["cost"],
        evidence=EVIDENCE.validate_python(row["evidence"], strict=False),
        asked_at=row["asked_at"],
        opens_on=row["opens_on"],
        places=tuple(_place(it) for it in row["places"]),
        decisions=tuple(decision_of(it) for it in row["decisions"]),
        claim=None if row["claim"] is None else decision_of(row["claim"]),
    )


def decision_of(value: Mapping[str, Any]) -> Decision:
    """Return the decision that JSON holds."""
    return DECISION.validate_python({**value, "judgement": Judgement(value["judgement"])})


def _place(value: Mapping[str, Any]) -> Place:
    return Place(
        submission=value["submission"],
        record=value["record"],
        key=value["key"] or "",
        state=RecordState(value["state"]),
    )
