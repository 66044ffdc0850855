"""Erases one person in PostgreSQL, in one transaction: all but the bare numbers, which are never issued again."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection

from adapters.stores.audit_redaction import redact
from adapters.stores.lapsing import COLLECTED, UNNEEDED
from adapters.stores.learner_questions import erase_questions
from adapters.stores.learner_rows import OWN, SUBMISSIONS, named
from adapters.stores.register_keys import Matching, changing
from adapters.stores.register_rows import learners_by_uln
from adapters.stores.removals import erase_rows
from gateway.core.audit import Access
from gateway.core.erasure import Erased, Pending, Removed
from gateway.core.errors import StoreError
from gateway.core.model import Entry

_TOLD: Final = """
select organisation from uln_answered where uln = any(%(ulns)s)
union select organisation from uln_answered_new where uln = any(%(ulns)s)
order by 1
"""
_UNFINISHED: Final = """
select id from submission where id = any(%s) and status not in ('delivered', 'expired', 'withdrawn') order by id
"""
_FINISHED: Final = f"""
select s.id, coalesce(s.finished_at, s.received_at)::date, {UNNEEDED}, {COLLECTED}
from submission s where s.id = any(%s) and s.erased_at is null order by s.received_at, s.id
"""  # noqa: S608 - our own texts
_WAIT: Final = "insert into erasure_pending (space) values (%s) on conflict do nothing"
_NOTICES: Final = """
insert into erasure_pending (space)
select split_part(blob, '/', 1) from uln_notice where split_part(blob, '/', 1) = any(%s) on conflict do nothing
"""
# A record that is another's now keeps its newest version, and loses those that were this person's.
_KEPT: Final = f"""
select r.id, r.key && %(texts)s or v.uln = any(%(texts)s) or v.content::text ~ %(pattern)s as whole
from record r join record_version v on v.record = r.id and v.version = r.version
where r.id in ({OWN}) for update of r
"""  # noqa: S608 - our own texts
_VERSIONS: Final = """
delete from record_version
where record = any(%(whole)s)
   or (record = any(%(some)s) and (uln = any(%(texts)s) or content::text ~ %(pattern)s))
"""
_ROWS: Final = {
    "record": "delete from record where id = any(%(whole)s)",
    "issued": "delete from issued where uln = any(%(ulns)s)",
    "proposal": "delete from proposal where uln = any(%(ulns)s)",
    "learner_change": "delete from learner_change where uln = any(%(ulns)s)",
    "uln_answered": "delete from uln_answered where uln = any(%(ulns)s)",
    "uln_answered_new": "delete from uln_answered_new where uln = any(%(ulns)s)",
    "uln_answered_late": """
        delete from uln_answered_late where uln = any(%(ulns)s) or change in (
            select no from uln_change where uln = any(%(ulns)s) or master_uln = any(%(ulns)s))""",
    "uln_change": "delete from uln_change where uln = any(%(ulns)s) or master_uln = any(%(ulns)s)",
}
_BARE: Final = """
update learner set master_uln = null, given_name = '', family_name = '', date_of_birth = null, sex = '',
    postcode = '', middle_name = '', preferred_given_name = '', previous_family_name = '', family_name_at_16 = '',
    email = '', upn = '', former_postcodes = '{}', ability_to_share = '', status = 'erased', version = version + 1,
    source = 'erased'
where uln = any(%(ulns)s) and status <> 'erased'
"""
_NAMES: Final = """
update name_count set given = name_count.given - old.given, family = name_count.family - old.family
from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as old (h, given, family) where name_count.h = old.h
"""
_NO_NAMES: Final = "delete from name_count where h = any(%s) and given <= 0 and family <= 0"


def erase_person(connection: Connection[Any], matching: Matching, ulns: Sequence[int], access: Access) -> Erased:
    """Erase a person who has these numbers, noted as one event that covers what was taken out of other events.

    Done again, it takes what came meanwhile: a submission that had just read the learner may have answered since.
    """
    values = named(ulns)
    told = tuple(organisation for (organisation,) in connection.execute(_TOLD, values))
    touched = {submission for (submission,) in connection.execute(SUBMISSIONS, values)}
    event, events = redact(connection, ulns, access)
    references = sorted(touched | {it.access.reference for it in events})
    _refuse_unfinished(connection, references)
    rows = erase_questions(connection, values) | _erase_kept(connection, values)
    rows["learner"] = _make_bare(connection, matching, values, ulns)
    rows["audit_detail"] = len(events)
    removed, pending = _erase_submissions(connection, references)
    connection.execute(_NOTICES, [references])
    return Erased(
        ulns=tuple(map(str, ulns)),
        event=event,
        rows={table: count for table, count in rows.items() if count},
        submissions=removed,
        pending=pending,
        told=told,
    )


def _refuse_unfinished(connection: Connection[Any], submissions: list[str]) -> None:
    unfinished = [submission for (submission,) in connection.execute(_UNFINISHED, [submissions])]
    if unfinished:
        raise StoreError(
            f"Submissions that hold the learner are not finished: {', '.join(unfinished)}. Let them come to their end, "
            "or recall those that are parked; then erase."
        )


def _erase_kept(connection: Connection[Any], values: dict[str, Any]) -> dict[str, int]:
    kept = connection.execute(_KEPT, values).fetchall()
    told = values | {"whole": [no for no, whole in kept if whole], "some": [no for no, whole in kept if not whole]}
    rows = {"record_version": connection.execute(_VERSIONS, told).rowcount}
    return rows | {table: connection.execute(statement, told).rowcount for table, statement in _ROWS.items()}


def _make_bare(connection: Connection[Any], matching: Matching, values: dict[str, Any], ulns: Sequence[int]) -> int:
    """Leave nothing of the entries but their numbers, and nothing of the names that nobody else was counted with."""
    learners = learners_by_uln(connection, ulns)
    names = matching.entry_batch([Entry(uln=uln, learner=it) for uln, it in learners.items()], "").names
    with changing(connection, matching, list(map(str, ulns))):
        count = connection.execute(_BARE, values).rowcount
    hashes = [name[0] for name in names]
    connection.execute(_NAMES, [hashes, [name[2] for name in names], [name[3] for name in names]])
    connection.execute(_NO_NAMES, [hashes])
    return count


def _erase_submissions(
    connection: Connection[Any], submissions: list[str]
) -> tuple[tuple[Removed, ...], tuple[Pending, ...]]:
    """Erase the submissions that nobody needs any more; those that somebody does wait until then."""
    removed, pending = [], []
    for submission, day, unneeded, collected in connection.execute(_FINISHED, [submissions]).fetchall():
        if unneeded and collected:
            removed.append(Removed(submission=submission, rows=erase_rows(connection, submission)))
            continue
        connection.execute(_WAIT, [submission])
        pending.append(Pending(submission=submission, waits=not unneeded, finished_on=day))
    return tuple(removed), tuple(pending)
