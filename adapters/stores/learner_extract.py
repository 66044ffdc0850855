"""All that is kept of one learner, in PostgreSQL, as values that JSON can hold."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row

from adapters.stores.learner_rows import OWN, QUESTIONS, named

_DETAILS: Final = """
    given_name, middle_name, preferred_given_name, family_name, previous_family_name, family_name_at_16,
    date_of_birth::text, sex, postcode, former_postcodes, email, upn, ability_to_share"""
# What others sent, and other people's entries, are not the learner's: of a question only what is theirs is told.
_SUBJECTS: Final[Mapping[str, str]] = {
    "register": f"""
        select uln::text, master_uln::text, status, {_DETAILS}, source, created_at::text as registered_at
        from learner where uln = any(%(ulns)s) order by array_position(%(ulns)s, uln)""",  # noqa: S608 - our own texts
    "number_changes": """
        select change, uln::text, master_uln::text, made_by, reason, changed_at::text from uln_change
        where uln = any(%(ulns)s) or master_uln = any(%(ulns)s) order by no""",
    "detail_changes": """
        select c.uln::text, c.field, c.held, c.value,
               case c.judgement when 'same' then 'live' else 'refused' end as became,
               c.decided_at::text, c.submission, s.organisation, c.undone_at::text
        from learner_change c left join submission s on s.id = c.submission
        where c.uln = any(%(ulns)s) order by c.no""",
    "proposals": """
        select p.uln::text, p.field, p.value, p.status, p.proposed_at::text, p.submission, s.organisation
        from proposal p left join submission s on s.id = p.submission where p.uln = any(%(ulns)s)
        order by p.proposed_at, p.submission, p.record, p.field""",
    "records": f"""
        select r.sort, r.owner, r.key, v.version, v.effect, v.content, v.withdrawn, v.reason, v.submission,
               v.made_at::text
        from record r join record_version v on v.record = r.id
        where r.id in ({OWN}) and (v.uln is null or v.uln = any(%(texts)s)) order by r.id, v.version""",  # noqa: S608 - the same
    "questions": f"""
        select q.id, q.sort, q.organisation, q.asked_at::text, d.judgement, d.decided_at::text,
               case when d.judgement = 'same' and d.uln = any(%(texts)s) then q.evidence -> 'learner' end as sent
        from question q left join lateral (
            select * from question_decision d where d.question = q.id and d.undone_at is null order by d.no desc limit 1
        ) d on true
        where q.id in ({QUESTIONS}) order by q.asked_at, q.id""",  # noqa: S608 - the same
    "answered": """
        select uln::text, organisation, key, submission from uln_answered where uln = any(%(ulns)s)
        union select uln::text, organisation, key, submission from uln_answered_new where uln = any(%(ulns)s)
        order by organisation, submission, key""",
    "holds": """
        select uln::text, held_by, reason, held_at::text from learner_hold where uln = any(%(ulns)s) order by uln""",
}


def extract(connection: Connection[Any], ulns: Sequence[int]) -> dict[str, object]:
    """Return what is kept of a person who has these numbers, the surviving one first, by subject."""
    values = named(ulns)
    cursor = connection.cursor(row_factory=dict_row)
    return {subject: cursor.execute(statement, values).fetchall() for subject, statement in _SUBJECTS.items()}
