"""The questions about a person who is erased, in PostgreSQL."""

from collections.abc import Mapping
from typing import Any, Final

from psycopg import Connection

from adapters.stores.learner_rows import QUESTIONS
from gateway.core.errors import StoreError

_FOUND: Final = f"""
select q.id, q.sort,
       (select d.judgement from question_decision d where d.question = q.id and d.undone_at is null
        order by d.no desc limit 1) as judgement,
       exists (select from question_decision d where d.question = q.id and d.undone_at is null
               and d.uln = any(%(texts)s)) as is_theirs,
       exists (select from question_record r where r.question = q.id and r.state in ('waiting', 'due')) as waits
from question q where q.id in ({QUESTIONS}) order by q.id for update of q
"""  # noqa: S608 - our own texts
_RECORDS: Final = "delete from question_record where question = any(%(whole)s)"
# What waits for a list is another's too where several records ask it.
_LISTED: Final = "delete from question_record where question = any(%(listed)s) and checked::text ~ %(pattern)s"
_UNASKED: Final = """
update question q set closed = true where id = any(%(listed)s)
  and not exists (select from question_record r where r.question = q.id)
"""
_DECISIONS: Final = "delete from question_decision where question = any(%(whole)s)"
_WHOLE: Final = "delete from question where id = any(%(whole)s)"
_STRIP: Final = """
update question set
    claim = case when claim::text ~ %(pattern)s then null else claim end,
    evidence = jsonb_set(evidence, '{entries}', coalesce((
        select jsonb_agg(entry order by place)
        from jsonb_array_elements(evidence -> 'entries') with ordinality as listed (entry, place)
        where entry::text !~ %(pattern)s), '[]'))
where id = any(%(stripped)s)
"""
_FORGET: Final = "update question_decision set uln = null where uln = any(%(texts)s)"


def erase_questions(connection: Connection[Any], values: Mapping[str, Any]) -> dict[str, int]:
    """Erase what questions hold of a person, and return rows by table.

    A question that a person decided to be about somebody else keeps what was sent, and loses the entry. Raise
    StoreError where a possible match still waits: only its decision tells whose details were sent.
    """
    found = connection.execute(_FOUND, values).fetchall()
    waiting = [question for question, sort, _, _, waits in found if waits and sort in {"possible", "many"}]
    if waiting:
        raise StoreError(
            f"Questions that may be about the learner wait: {', '.join(waiting)}. Settle them with `gateway review "
            "decide`, let their records be answered, then erase."
        )
    listed = [row[0] for row in found if row[1] == "reference"]
    stripped = [row[0] for row in found if row[1] in {"possible", "many"} and _is_another(row[2], is_theirs=row[3])]
    whole = [row[0] for row in found if row[0] not in {*listed, *stripped}]
    told = {**values, "listed": listed, "stripped": stripped, "whole": whole}
    records = connection.execute(_RECORDS, told).rowcount + connection.execute(_LISTED, told).rowcount
    connection.execute(_UNASKED, told)
    decisions = connection.execute(_DECISIONS, told).rowcount
    changed = connection.execute(_STRIP, told).rowcount + connection.execute(_WHOLE, told).rowcount
    connection.execute(_FORGET, told)
    return {"question": changed, "question_record": records, "question_decision": decisions}


def _is_another(judgement: str | None, *, is_theirs: bool) -> bool:
    """Tell whether a person decided that what was sent is somebody else's."""
    return judgement == "different" or (judgement == "same" and not is_theirs)
