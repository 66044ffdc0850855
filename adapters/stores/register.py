"""The ULN register on PostgreSQL: found by blocking keys, issued once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from psycopg import Connection

from adapters.stores.database import Pool, transaction
from adapters.stores.register_loading import begin_load, note_linked, refuse_links, refuse_rows
from adapters.stores.register_numbers import begin_range, issued_ulns, keep_issued, take_ulns
from adapters.stores.register_rows import Row, add_entries, all_entries, entries_by_uln, entries_near
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Change
from gateway.core.model import Entry, Learner
from gateway.core.permutation import IssuingRange, Permutation
from gateway.core.uln import uln_fault

_LOCKS: Final = 7_264_310
"""First half of every advisory lock of the register; the second is a stripe, or _WHOLE."""
_STRIPES: Final = 1024
_WHOLE: Final = -1
_CHUNK: Final = 10_000

_VERSION: Final = "select version from learner_key_version"
_ADD_VERSION: Final = "insert into learner_key_version (version) values (%s) on conflict do nothing"
_PROPOSED: Final = "select distinct record from proposal where submission = %s and record = any(%s)"
_PROPOSE: Final = """
insert into proposal (submission, record, uln, field, value)
select %s, record, uln, field, value
from unnest(%s::integer[], %s::bigint[], %s::text[], %s::text[]) as change (record, uln, field, value)
on conflict do nothing
returning record, uln, value, field = 'ability_to_share'
"""
_SHARE: Final = """
with applied as (
    update learner set ability_to_share = change.value, version = version + 1
    from unnest(%s::bigint[], %s::integer[], %s::text[]) as change (uln, record, value)
    where learner.uln = change.uln and change.value in ('1', '2') and learner.ability_to_share <> change.value
    returning change.record
)
update proposal set status = 'applied' from applied
where proposal.submission = %s and proposal.record = applied.record and proposal.field = 'ability_to_share'
"""
_STATS: Final = """
select count(*),
    count(*) filter (where status = 'live' and master_uln is null),
    count(*) filter (where status = 'live' and master_uln is not null),
    count(*) filter (where status = 'deleted'),
    (select count(*) from issued)
from learner
"""


class Keys(Protocol):
    """The blocking keys of people and the version of their making, such as module `gateway.core.matching.keys`."""

    @property
    def VERSION(self) -> int:  # noqa: N802 - a constant of the module
        """The number that changes whenever the keys of the same learner do."""

    def keys(self, learner: Learner, /) -> Sequence[int]:
        """Return the keys under which an entry is found."""
        ...

    def probe_keys(self, learner: Learner, /) -> Sequence[int]:
        """Return the keys by which a learner is looked for: one is an entry's whenever they may be one person."""
        ...


SamePerson = Callable[[Learner, list[Entry]], bool]
"""Tells whether a learner may be one of these entries, in the judgement of `gateway.core.matching.decide`."""


class PostgresRegister:
    """The ports `Register` and `RegisterKeeping` on PostgreSQL."""

    def __init__(self, pool: Pool, *, keys: Keys, same_person: SamePerson, issuing: IssuingRange | None = None) -> None:
        self.issuing = issuing is not None
        self._pool = pool
        self._keys = keys
        self._same_person = same_person
        self._range = issuing
        self._permutation: Permutation | None = None
        self._checked = False

    def begin_issuing(self) -> None:
        """Take the range that ULNs are issued from into use; raise ConfigurationError where it was another before."""
        if self._range is not None:
            self._issuing()

    def near(self, learners: Sequence[Learner]) -> list[list[Entry]]:
        """Return for each learner, in order, the live entries that share at least one blocking key with it, by ULN."""
        self._check_keys()
        with transaction(self._pool) as connection:
            return entries_near(connection, [self._keys.probe_keys(learner) for learner in learners])

    def by_uln(self, ulns: Iterable[str]) -> dict[str, Entry]:
        """Return the live entries that hold these ULNs; a ULN unknown, deleted or impossible is left out."""
        possible = {int(uln) for uln in ulns if uln_fault(uln) is None}
        with transaction(self._pool) as connection:
            return entries_by_uln(connection, possible)

    def issued(self, submission: str, records: Sequence[int]) -> dict[int, str]:
        """Return the ULNs that these records of a submission were issued before."""
        with transaction(self._pool) as connection:
            return issued_ulns(connection, submission, records)

    def issue(self, submission: str, learners: Mapping[int, Learner]) -> dict[int, str]:
        """Register learners by record number in one transaction and return their new ULNs.

        Whoever may be in the register by now, or may be an earlier learner of the same call, is left out. Two calls
        whose learners may be the same people wait for each other; so does a load.
        """
        issuing, permutation = self._issuing()
        self._check_keys()
        newcomers = [self._newcomer(record, learners[record]) for record in sorted(learners)]
        with transaction(self._pool) as connection:
            _lock(connection, newcomers)
            done = issued_ulns(connection, submission, list(learners))
            fresh = self._strangers(connection, [one for one in newcomers if one.record not in done])
            ulns = take_ulns(connection, issuing, permutation, len(fresh))
            entries = [Entry(uln=uln, learner=one.learner) for uln, one in zip(ulns, fresh, strict=True)]
            add_entries(connection, entries, [one.keys for one in fresh], "issued")
            new = {one.record: uln for uln, one in zip(ulns, fresh, strict=True)}
            keep_issued(connection, submission, new)
        return done | new

    def proposed(self, submission: str, records: Sequence[int]) -> frozenset[int]:
        """Return those of a submission's records whose details were proposed before."""
        with transaction(self._pool) as connection:
            found = connection.execute(_PROPOSED, [submission, list(records)])
            return frozenset(record for (record,) in found)

    def propose(self, submission: str, changes: Mapping[int, Change]) -> None:
        """Keep the details that records bring for known ULNs as proposals, each once.

        A change of AbilityToShare that is permitted (`lrs` 2.7: to 1 or 2) is applied at once: it is the learner's
        own word. All else waits for review.
        """
        rows = [
            (record, int(change.uln), field, value)
            for record, change in changes.items()
            for field, value in change.details.items()
        ]
        columns = [[row[place] for row in rows] for place in range(4)]
        with transaction(self._pool) as connection:
            kept = sorted(connection.execute(_PROPOSE, (submission, *columns)))
            # Of two records with one ULN the later one's word holds.
            sharing = {uln: (record, value) for record, uln, value, is_sharing in kept if is_sharing}
            records, values = [record for record, _ in sharing.values()], [value for _, value in sharing.values()]
            connection.execute(_SHARE, (list(sharing), records, values, submission))

    def load(self, rows: Iterable[Entry]) -> int:
        """Add entries in one transaction, taken as they come, and return their number.

        Raise StoreError with the number of the first row whose ULN is none, is taken, or is linked to nobody.
        """
        self._check_keys()
        numbered, place = enumerate(rows, 1), 0
        with transaction(self._pool) as connection:
            connection.execute("select pg_advisory_xact_lock(%s, %s)", (_LOCKS, _WHOLE))
            begin_load(connection)
            while chunk := list(islice(numbered, _CHUNK)):
                refuse_rows(connection, chunk)
                entries = [entry for _, entry in chunk]
                add_entries(connection, entries, [self._keys.keys(entry.learner) for entry in entries], "loaded")
                note_linked(connection, chunk)
                place = chunk[-1][0]
            refuse_links(connection)
            connection.execute("analyze learner, learner_key")
        return place

    def stats(self) -> Mapping[str, int]:
        """Return counts: entries, of which live, linked and deleted; and of all entries those issued here."""
        with transaction(self._pool) as connection:
            (row,) = connection.execute(_STATS).fetchall()
        return dict(zip(("entries", "live", "linked", "deleted", "issued"), row, strict=True))

    def entries(self) -> Iterator[Entry]:
        """Yield every entry as it was loaded or issued, linked to what it was linked to, deleted ones too."""
        with transaction(self._pool) as connection:
            yield from all_entries(connection)

    def _check_keys(self) -> None:
        """Refuse to look for anybody by other keys than the register was built with, or all would be strangers."""
        if self._checked:
            return
        with transaction(self._pool) as connection:
            kept = connection.execute(_VERSION).fetchone()
            if kept is None:
                connection.execute(_ADD_VERSION, (self._keys.VERSION,))
                (kept,) = connection.execute(_VERSION).fetchall()  # ours, or that of a worker who was quicker
        if kept != (self._keys.VERSION,):
            raise ConfigurationError(
                "The register's blocking keys were made by another release; load the register into an empty database."
            )
        self._checked = True

    def _issuing(self) -> tuple[IssuingRange, Permutation]:
        """Return the range to issue from and its permutation; raise ConfigurationError where issuing is off."""
        if self._range is None:
            raise ConfigurationError("Issuing is off; register.issuing must name the authority and its number range.")
        if self._permutation is None:
            with transaction(self._pool) as connection:
                self._permutation = begin_range(connection, self._range)
        return self._range, self._permutation

    def _newcomer(self, record: int, learner: Learner) -> "_Newcomer":
        keys, probe = self._keys.keys(learner), self._keys.probe_keys(learner)
        return _Newcomer(record=record, learner=learner, keys=keys, probe=probe)

    def _strangers(self, connection: Connection[Row], newcomers: Sequence["_Newcomer"]) -> list["_Newcomer"]:
        """Return those who can be nobody in the register, and none of those returned before them."""
        strangers: list[_Newcomer] = []
        before: dict[int, list[_Newcomer]] = {}
        near = entries_near(connection, [one.probe for one in newcomers])
        for one, entries in zip(newcomers, near, strict=True):
            twins = [twin for key in one.probe for twin in before.get(key, ())]
            entries += [Entry(uln=str(twin.record), learner=twin.learner) for twin in twins]
            if entries and self._same_person(one.learner, entries):
                continue
            strangers.append(one)
            for key in one.keys:
                before.setdefault(key, []).append(one)
        return strangers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Newcomer:
    """A learner who asks for a ULN, with the keys to be found by and those to look for others with."""

    record: int
    learner: Learner
    keys: Sequence[int]
    probe: Sequence[int]


def _lock(connection: Connection[Row], newcomers: Iterable[_Newcomer]) -> None:
    """Wait for loads, and for everybody who issues to learners that may be these people, until the end.

    People who may be one share a key and so a stripe. Stripes are taken in rising order: nobody waits in a circle.
    """
    stripes = {key % _STRIPES for one in newcomers for key in (*one.keys, *one.probe)}
    # Each statement must see what was committed before it, whatever the database's own default is.
    connection.execute("set transaction isolation level read committed")
    connection.execute("select pg_advisory_xact_lock_shared(%s, %s)", (_LOCKS, _WHOLE))
    connection.execute(
        "select pg_advisory_xact_lock(%s, stripe) from unnest(%s::integer[]) as stripe", (_LOCKS, sorted(stripes))
    )
