"""Where something of one person stands in the tables, found by the numbers that are theirs.

The statements take `ulns` (numbers), `texts` (the same as texts) and `pattern` (a regular expression for any of them).
"""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection

# Climb to the top of the chain, then down again: all numbers are one person's.
_PERSON: Final = """
with recursive climb as (
    select uln, master_uln from learner where uln = %s
    union
    select above.uln, above.master_uln from climb join learner above on above.uln = climb.master_uln
), below as (
    select uln, 0 as depth from climb where master_uln is null
    union all
    select linked.uln, depth + 1 from below join learner linked on linked.master_uln = below.uln
) cycle uln set looped using path
select uln from below group by uln order by min(depth), uln
"""
OWN: Final = """
    select id from record where key && %(texts)s
    union select record from record_version where uln = any(%(texts)s) or content::text ~ %(pattern)s"""
"""The records that are, or ever were, kept for a person."""
QUESTIONS: Final = """
    select q.id from question q
    where q.evidence::text ~ %(pattern)s or q.claim::text ~ %(pattern)s
       or exists (select from question_decision d where d.question = q.id and d.uln = any(%(texts)s))
       or exists (select from question_record r where r.question = q.id and r.checked::text ~ %(pattern)s)"""
"""The questions that name a person."""
SUBMISSIONS: Final = f"""
    select submission from uln_answered where uln = any(%(ulns)s)
    union select submission from uln_answered_new where uln = any(%(ulns)s)
    union select submission from uln_answered_late where uln = any(%(ulns)s)
    union select submission from issued where uln = any(%(ulns)s)
    union select submission from proposal where uln = any(%(ulns)s)
    union select submission from learner_change where uln = any(%(ulns)s)
    union select submission from record_version where record in ({OWN})
    union select r.submission from question_record r where r.question in ({QUESTIONS})"""  # noqa: S608 - our own texts
"""The submissions that brought something of a person, or were answered with a number of theirs."""


def numbers_of(connection: Connection[Any], uln: int) -> list[int]:
    """Return all numbers of the person who has this one, the surviving one first; none where nobody has it."""
    return [number for (number,) in connection.execute(_PERSON, [uln])]


def named(ulns: Sequence[int]) -> dict[str, object]:
    """Return the parameters of the statements for a person's numbers."""
    texts = [str(uln) for uln in ulns]
    return {"ulns": list(ulns), "texts": texts, "pattern": rf"(^|[^0-9])({'|'.join(texts)})([^0-9]|$)"}
