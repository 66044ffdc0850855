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
