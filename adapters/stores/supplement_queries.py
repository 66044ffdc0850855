"""Which supplements wait: what the store makes and leases, and what the queue wakes workers for."""

from typing import Final

# A submission has one unpublished supplement at most, and none before its own response set is delivered.
READY: Final = """
    select s.id from submission s
    where s.status = 'delivered'
      and s.id in (select submission from question_record where state = 'due')
      and not exists (select 1 from supplement u where u.submission = s.id and u.published_at is null)
      and (select max(r.due_at) from question_record r where r.submission = s.id and r.state = 'due') <= now()"""
"""Submissions whose settled records wait for a supplement to be made."""
RETRY: Final = """
    select submission, number from supplement
    where published_at is null and not parked and next_try_at <= now()
      and (lease_until is null or lease_until < now())"""
"""Supplements that were made and that nobody works on."""
# Closed until it is asked again, a question makes its records due once; what a person refused stays refused.
RETRY_LISTED: Final = """
    with listed as (
        update question q set closed = true
        where q.sort = 'reference' and not q.closed and exists (
            select 1 from reference_row w
            where w.list = split_part(q.facts, '/', 1) and w.key = substr(q.facts, strpos(q.facts, '/') + 1))
        returning q.id
    )
    update question_record r set state = 'due', due_at = now() from listed
    where r.question = listed.id
      and (r.state = 'waiting' or (r.state = 'answered' and coalesce(r.answer, 'queued') = 'queued'))"""
"""Makes the records due that wait for a row of a reference list which is there now."""
