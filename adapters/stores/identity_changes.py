"""New details for known learners, in PostgreSQL: proposals that are made live or refused, and taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row

from adapters.stores.audit import note, note_of_submission
from adapters.stores.database import Pool, transaction
from adapters.stores.identity_history import (
    Kept,
    as_text,
    different,
    done_by_record,
    keep_history,
    settled_changes,
    taken_back,
    with_texts,
)
from adapters.stores.register_keys import Matching, changing
from adapters.stores.register_rows import entries_by_uln
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.errors import StoreError
from gateway.core.model import Learner
from gateway.core.review import Decision, IdentityChange, Judgement, SettledChange

_OPEN: Final = """
select p.submission, p.record, p.uln, s.organisation, min(p.proposed_at) as proposed_at,
       jsonb_object_agg(p.field, p.value) as details, to_jsonb(l) as held
from proposal p join submission s on s.id = p.submission join learner l on l.uln = p.uln
where p.status = 'open' and %s
group by p.submission, p.record, p.uln, s.organisation, l.*
order by proposed_at, p.submission, p.record
"""
_LISTING: Final = _OPEN % "(%(organisation)s::text is null or s.organisation = %(organisation)s)" + "limit %(limit)s"
_FIND: Final = _OPEN % "p.submission = %(submission)s and p.record = %(record)s"
# What was settled once, and taken back since, is a person's.
_AGREED: Final = _OPEN % (
    "p.submission = %(submission)s and p.record = any(%(records)s) and p.field = any(%(fields)s) "
    "and l.status = 'live' and not exists (select 1 from learner_change c where c.submission = p.submission "
    "and c.record = p.record and c.field = p.field)"
)
_LOCK: Final = """
select 1 from learner where uln in (
    select uln from proposal where submission = %(submission)s and record = any(%(records)s)
) order by no for update
"""
_CLOSE: Final = """
update proposal set status = %(status)s
where submission = %(submission)s and record = %(record)s and field = any(%(fields)s) and status = 'open'
"""
_OPEN_AGAIN: Final = """
update proposal set status = 'open'
where submission = %(submission)s and record = %(record)s and field = any(%(fields)s)
"""
_UPDATE: Final = """
update learner set given_name = %(given_name)s, middle_name = %(middle_name)s,
    preferred_given_name = %(preferred_given_name)s, family_name = %(family_name)s,
    previous_family_name = %(previous_family_name)s, family_name_at_16 = %(family_name_at_16)s, sex = %(sex)s,
    postcode = %(postcode)s, former_postcodes = %(former_postcodes)s, email = %(email)s, upn = %(upn)s,
    date_of_birth = %(date_of_birth)s, ability_to_share = %(ability_to_share)s, version = version + 1
where uln = %(uln)s
"""
_NONE_OPEN: Final = "There is no open proposal of that id; `gateway review list --proposals` shows them."
_DELETED: Final = "The ULN is deleted, so its details cannot change; `gateway register restore` takes that back."


class PostgresIdentityChanges:
    """The `IdentityChanges` port."""

    def __init__(self, pool: Pool, matching: Matching) -> None:
        self._pool = pool
        self._matching = matching

    def listing(self, organisation: str | None, limit: int) -> list[IdentityChange]:
        """Return the open proposals, the oldest first."""
        with transaction(self._pool) as connection:
            return _changes(connection, _LISTING, {"organisation": organisation, "limit": limit})

    def settled(self, organisation: str | None, limit: int) -> list[SettledChange]:
        """Return what was made live or refused and not taken back, the newest first."""
        with transaction(self._pool) as connection:
            return settled_changes(connection, organisation, limit)

    def settle(self, place: tuple[str, int], decision: Decision) -> IdentityChange:
        """Make a proposal live or refuse it, with its history, in one transaction."""
        named = {"submission": place[0], "record": place[1]}
        with transaction(self._pool) as connection:
            connection.execute(_LOCK, {"submission": place[0], "records": [place[1]]})
            found = _changes(connection, _FIND, named)
            if not found:
                raise StoreError(_NONE_OPEN)
            if decision.judgement is Judgement.SAME:
                self._make_live(connection, found, decision)
            else:
                refused = [Kept(name, found[0].held[name], value) for name, value in found[0].details.items()]
                keep_history(connection, found[0], refused, decision)
                connection.execute(_CLOSE, named | {"status": "refused", "fields": list(found[0].details)})
            _note(connection, decision.by, "review decide", place, found[0].uln)
            return found[0]

    def agreed(self, submission: str, records: Sequence[int], fields: Collection[str], decision: Decision) -> None:
        """Make live what these records propose in the fields that an agreement names, each once."""
        named = {"submission": submission, "records": list(records), "fields": list(fields)}
        with transaction(self._pool) as connection:
            connection.execute(_LOCK, named)
            changes = _changes(connection, _AGREED, named)
            self._make_live(connection, changes, decision)
            ulns = {int(change.uln) for change in changes}
            note_of_submission(connection, submission, AccessSort.WRITTEN, "agreed details", ulns)

    def undo(self, place: tuple[str, int], by: str, reason: str, moment: datetime) -> None:
        """Take the newest decision on a proposal back: the learner is as before, and the proposal is open again."""
        named = {"submission": place[0], "record": place[1]}
        with transaction(self._pool) as connection:
            connection.execute(_LOCK, {"submission": place[0], "records": [place[1]]})
            uln, kept, live = done_by_record(connection, named)
            if live:
                before = _live(connection, [uln])[uln]
                if any(as_text(before, it.field) != it.value for it in kept):
                    raise StoreError("These details were changed again since then; take the later change back first.")
                with changing(connection, self._matching, [uln]):
                    _write(connection, uln, with_texts(before, {it.field: it.held for it in kept}))
            taken_back(connection, named, {"by": by, "why": reason, "moment": moment})
            connection.execute(_OPEN_AGAIN, named | {"fields": [it.field for it in kept]})
            _note(connection, by, "review undo", place, uln)

    def _make_live(self, connection: Connection[Any], changes: Sequence[IdentityChange], decision: Decision) -> None:
        """Write new details with their history, and what the learners are found and compared by from now on."""
        ulns = sorted({change.uln for change in changes})
        held = _live(connection, ulns)
        with changing(connection, self._matching, ulns):
            for change in changes:
                before = held[change.uln]
                after = held[change.uln] = changed(before, change.details)
                _write(connection, change.uln, after)
                keep_history(connection, change, different(before, after, change.details), decision)
                named = {"submission": change.submission, "record": change.record, "fields": list(change.details)}
                connection.execute(_CLOSE, named | {"status": "applied"})


def changed(held: Learner, details: Mapping[str, str]) -> Learner:
    """Return a learner with new details; names and postcodes that they replace are kept as former."""
    new = dict(details)
    if held.family_name and new.get("family_name") and "previous_family_name" not in new:
        new["previous_family_name"] = held.family_name
    after = with_texts(held, new)
    if held.postcode and new.get("postcode"):
        former = (*held.former_postcodes, held.postcode)
        after = replace(after, former_postcodes=tuple(dict.fromkeys(it for it in former if it != new["postcode"])))
    return after


def _note(connection: Connection[Any], by: str, purpose: str, place: tuple[str, int], uln: str) -> None:
    where = f"{place[0]}/{place[1]}"
    access = Access(actor=Actor.OPERATOR, by=by, sort=AccessSort.WRITTEN, purpose=purpose, reference=where)
    note(connection, access, [int(uln)])


def _live(connection: Connection[Any], ulns: Sequence[str]) -> dict[str, Learner]:
    """Return the learners who have these ULNs; raise StoreError where one of them is deleted."""
    entries = entries_by_uln(connection, map(int, ulns))
    if len(entries) < len(ulns):
        raise StoreError(_DELETED)
    return {uln: entry.learner for uln, entry in entries.items()}


def _write(connection: Connection[Any], uln: str, learner: Learner) -> None:
    values = {name: getattr(learner, name) for name in Learner.__dataclass_fields__}
    connection.execute(_UPDATE, values | {"uln": int(uln), "former_postcodes": list(learner.former_postcodes)})


def _changes(connection: Connection[Any], statement: str, values: Mapping[str, object]) -> list[IdentityChange]:
    rows = connection.cursor(row_factory=dict_row).execute(statement, values)
    return [
        IdentityChange(
            submission=row["submission"],
            record=row["record"],
            organisation=row["organisation"],
            uln=str(row["uln"]),
            details=row["details"],
            held={field: row["held"].get(field) or "" for field in row["details"]},
            proposed_at=row["proposed_at"],
        )
        for row in rows
    ]
