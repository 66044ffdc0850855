"""New details for known learners, in PostgreSQL: proposals that a person makes live or refuses, with their history."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row

from adapters.stores.database import Pool, transaction
from adapters.stores.register_keys import Matching, changing
from adapters.stores.register_rows import entries_by_uln
from gateway.core.errors import StoreError
from gateway.core.model import Learner
from gateway.core.review import Decision, IdentityChange, Judgement

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
_LOCK: Final = """
select no from learner where uln in (select uln from proposal where submission = %(submission)s and record = %(record)s)
for update
"""
_CLOSE: Final = """
update proposal set status = %(status)s
where submission = %(submission)s and record = %(record)s and status = 'open'
"""
_UPDATE: Final = """
update learner set given_name = %(given_name)s, middle_name = %(middle_name)s,
    preferred_given_name = %(preferred_given_name)s, family_name = %(family_name)s,
    previous_family_name = %(previous_family_name)s, family_name_at_16 = %(family_name_at_16)s, sex = %(sex)s,
    postcode = %(postcode)s, former_postcodes = %(former_postcodes)s, email = %(email)s, upn = %(upn)s,
    date_of_birth = %(date_of_birth)s, version = version + 1
where no = %(no)s
"""
_HISTORY: Final = """
insert into learner_change (uln, submission, record, field, held, value, judgement, decided_by, reason, decided_at)
values (%(uln)s, %(submission)s, %(record)s, %(field)s, %(held)s, %(value)s, %(judgement)s, %(by)s, %(reason)s,
        %(moment)s)
"""


class PostgresIdentityChanges:
    """The `IdentityChanges` port."""

    def __init__(self, pool: Pool, matching: Matching) -> None:
        self._pool = pool
        self._matching = matching

    def listing(self, organisation: str | None, limit: int) -> list[IdentityChange]:
        """Return the open proposals, the oldest first."""
        with transaction(self._pool) as connection:
            return _changes(connection, _LISTING, {"organisation": organisation, "limit": limit})

    def settle(self, place: tuple[str, int], decision: Decision) -> IdentityChange:
        """Make a proposal live or refuse it, with its history, in one transaction."""
        named = {"submission": place[0], "record": place[1]}
        accepted = decision.judgement is Judgement.SAME
        with transaction(self._pool) as connection:
            number = connection.execute(_LOCK, named).fetchone()
            found = _changes(connection, _FIND, named)
            if number is None or not found:
                raise StoreError("There is no open proposal of that id; `gateway review list --proposals` shows them.")
            if accepted:
                self._apply(connection, number[0], found[0])
            connection.execute(_CLOSE, named | {"status": "applied" if accepted else "refused"})
            connection.cursor().executemany(_HISTORY, [named | it for it in _history(found[0], decision)])
            return found[0]

    def _apply(self, connection: Connection[Any], number: int, change: IdentityChange) -> None:
        """Write the new details and what the learner is found and compared by from now on."""
        before = entries_by_uln(connection, [int(change.uln)])[change.uln].learner
        after = changed(before, change.details)
        values = {name: getattr(after, name) for name in Learner.__dataclass_fields__}
        with changing(connection, self._matching, [change.uln]):
            connection.execute(_UPDATE, values | {"no": number, "former_postcodes": list(after.former_postcodes)})


def changed(held: Learner, details: Mapping[str, str]) -> Learner:
    """Return a learner with new details; names and postcodes that they replace are kept as former."""
    new: dict[str, Any] = dict(details)
    if "date_of_birth" in new:
        new["date_of_birth"] = date.fromisoformat(new["date_of_birth"])
    if held.family_name and new.get("family_name") and "previous_family_name" not in new:
        new["previous_family_name"] = held.family_name
    if held.postcode and new.get("postcode"):
        former = (*held.former_postcodes, held.postcode)
        new["former_postcodes"] = tuple(dict.fromkeys(it for it in former if it != new["postcode"]))
    return replace(held, **new)


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


def _history(change: IdentityChange, decision: Decision) -> list[dict[str, object]]:
    told = {
        "uln": int(change.uln),
        "judgement": decision.judgement,
        "by": decision.by,
        "reason": decision.reason,
        "moment": decision.moment,
    }
    return [told | {"field": name, "held": change.held[name], "value": value} for name, value in change.details.items()]
