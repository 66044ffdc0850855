"""The ULN register on PostgreSQL: found by blocking keys, issued once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import count, islice
from typing import Final

import numpy as np
from psycopg import Connection

from adapters.stores.ahead import ahead
from adapters.stores.arrivals import arrived, moment
from adapters.stores.audit import note_of_submission
from adapters.stores.binary import Bigints, run
from adapters.stores.candidates import LARGEST_BLOCK, PostgresCandidates, on
from adapters.stores.database import Pool, statement, transaction
from adapters.stores.recent_keys import RecentKeys, add_recent, fold, fold_many
from adapters.stores.register_keys import Matching, add_batch, add_names
from adapters.stores.register_loading import begin_load, end_load, refuse_rows, rekey, take_batch
from adapters.stores.register_numbers import begin_range, issued_ulns, keep_issued, take_ulns
from adapters.stores.register_rows import Row, all_entries, entries_by_uln
from gateway.core.audit import AccessSort
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Change, EntryBatch
from gateway.core.model import Entry, Learner
from gateway.core.numbers import Numbers
from gateway.core.permutation import IssuingRange, Permutation
from gateway.core.ports.register import NOT_APART, Mark
from gateway.core.uln import uln_fault

_LOCKS: Final = 7_264_310
"""First half of every advisory lock of the register; the second is a stripe, or _WHOLE."""
_STRIPES: Final = 1024
_WHOLE: Final = -1
_TAKE_STRIPES: Final = "select pg_advisory_xact_lock(%s, stripe::integer) from unnest(%b::bigint[]) as stripe"
_CHUNK: Final = 10_000
_MANY: Final = 100_000
"""Rows of a load after which the tables are vacuumed."""

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
select count(*) filter (where status <> 'erased'),
    count(*) filter (where status = 'live' and master_uln is null),
    count(*) filter (where status = 'live' and master_uln is not null),
    count(*) filter (where status = 'deleted'),
    (select count(*) from issued)
from learner
"""
_CUT: Final = "select count(*) from (select from learner_key group by k having count(*) > %s) as large"


class PostgresRegister:
    """The ports `Register` and `RegisterKeeping` on PostgreSQL."""

    def __init__(self, pool: Pool, lookups: Pool, *, matching: Matching, issuing: IssuingRange | None = None) -> None:
        self.issuing = issuing is not None
        self._recent = RecentKeys()
        self.candidates = PostgresCandidates(self._looking, self._recent, connections=2)
        self._pool, self._lookups = pool, lookups
        self._matching = matching
        self._range = issuing
        self._permutation: Permutation | None = None
        self._checked = False

    def begin_issuing(self) -> None:
        """Take the range that ULNs are issued from into use; raise ConfigurationError where it was another before."""
        if self._range is not None:
            self._issuing()

    def by_uln(self, ulns: Iterable[str]) -> dict[str, Entry]:
        """Return the live entries that hold these ULNs; a ULN unknown, deleted or impossible is left out."""
        possible = {int(uln) for uln in ulns if uln_fault(uln) is None}
        with transaction(self._pool) as connection:
            return entries_by_uln(connection, possible)

    def mark(self) -> Mark:
        """Return this moment; whoever looks for somebody afterwards sees all that it holds."""
        with statement(self._pool) as connection:
            return moment(connection)

    def issued(self, submission: str, records: Sequence[int]) -> dict[int, str]:
        """Return the ULNs that these records of a submission were issued before."""
        with statement(self._pool) as connection:
            return issued_ulns(connection, submission, records)

    def issue(
        self,
        submission: str,
        learners: Mapping[int, Learner],
        claimed: bytes = b"",
        apart: Mapping[int, Sequence[str]] = NOT_APART,
        *,
        looked: Mark | None = None,
    ) -> dict[int, str]:
        """Register learners by record number in one transaction and return their new ULNs.

        Whoever may be in the register by now, or may be an earlier learner of the same call, is left out; `claimed`
        are ULNs (64 bits) that other records of the file hold. Two calls whose learners may be the same people wait
        for each other; so does a load. `apart` are ULNs that are not a record's, because a person said so. Where the
        caller `looked` for all of them since a mark, and among each other, and found nobody, only what has come since
        is held against them.
        """
        issuing, permutation = self._issuing()
        self._check_keys()
        records = sorted(learners)
        newcomers = self._matching.Newcomers([learners[record] for record in records])
        stripes = np.unique(np.frombuffer(newcomers.blocks(), np.int64) % _STRIPES)
        with transaction(self._pool) as connection:
            _lock(connection, stripes)
            done = issued_ulns(connection, submission, records)
            if len(done) == len(records):
                return done
            later = arrived(connection, looked) if looked else None
            strangers = newcomers.strangers(on(connection, self._recent), claimed, _by_place(records, apart), later)
            places = [place for place in strangers if records[place] not in done]
            ulns = take_ulns(connection, issuing, permutation, len(places))
            batch = newcomers.batch(places, ulns.tobytes(), "issued")
            add_batch(connection, batch, add_recent)
            add_names(connection, batch)
            new = [records[place] for place in places]
            keep_issued(connection, submission, np.array(new, np.int64), ulns)
            fold_many(connection)
            note_of_submission(connection, submission, AccessSort.WRITTEN, "registered", ulns.tolist())
        return done | dict(zip(new, map(str, ulns.tolist()), strict=True))

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
            ulns = {uln for _, uln, _, _ in kept}
            note_of_submission(connection, submission, AccessSort.WRITTEN, "proposed details", ulns)

    def load(self, rows: Iterable[Entry]) -> int:
        """Add entries in one transaction, taken as they come, and return their number.

        Raise StoreError with the number of the first row whose ULN is none, is taken, or is linked to nobody.
        """
        return self.load_batches(self._batches(rows))

    def load_batches(self, batches: Iterable[EntryBatch]) -> int:
        """Add entries that are made ready, in one transaction, taken as they come, and return their number.

        Raise StoreError with the number of the first row whose ULN is taken, or is linked to nobody.
        """
        self._check_keys()
        place = 0
        with transaction(self._pool) as connection:
            connection.execute("select pg_advisory_xact_lock(%s, %s)", (_LOCKS, _WHOLE))
            begin_load(connection)
            for batch in self._ahead(batches):
                take_batch(connection, batch, place)
                place += batch.size
            end_load(connection)
        if place >= _MANY:
            self._vacuum()
        return place

    @staticmethod
    def _ahead(batches: Iterable[EntryBatch]) -> Iterator[EntryBatch]:
        """Yield batches; while one is written, the next is read."""
        reading = iter(batches)
        for batch in ahead(lambda _: next(reading, None), count()):
            if batch is None:
                return
            yield batch

    def _vacuum(self) -> None:
        """Let what was loaded be read from its index alone, which no transaction can do."""
        with self._pool.connection() as connection:
            connection.autocommit = True
            try:
                connection.execute("vacuum learner_key, learner_face")
            finally:
                connection.autocommit = False

    def rekey(self) -> int:
        """Make anew what entries are found and compared by, and return how many there are; all others wait."""
        self._kept_version()
        with transaction(self._pool) as connection:
            connection.execute("select pg_advisory_xact_lock(%s, %s)", (_LOCKS, _WHOLE))
            return rekey(connection, self._matching)

    def _batches(self, rows: Iterable[Entry]) -> Iterator[EntryBatch]:
        numbered = enumerate(rows, 1)
        while chunk := list(islice(numbered, _CHUNK)):
            refuse_rows(chunk)
            yield self._matching.entry_batch([entry for _, entry in chunk], "loaded")

    def stats(self) -> Mapping[str, int]:
        """Return counts: entries, of which live, linked and deleted; of all entries those issued here; and the cap.

        The cap is how many entries of one block are compared, beside it how many blocks are larger.
        """
        with transaction(self._pool) as connection:
            fold(connection)
            (row,) = connection.execute(_STATS).fetchall()
            ((cut,),) = connection.execute(_CUT, [LARGEST_BLOCK]).fetchall()
        names = ("entries", "live", "linked", "deleted", "issued", "block_cap", "blocks_cut")
        return dict(zip(names, (*row, LARGEST_BLOCK, cut), strict=True))

    def entries(self) -> Iterator[Entry]:
        """Yield every entry as it was loaded or issued, linked to what it was linked to, deleted ones too."""
        with transaction(self._pool) as connection:
            yield from all_entries(connection)

    def _check_keys(self) -> None:
        """Refuse to look for anybody by other keys than the register was built with, or all would be strangers."""
        if self._checked:
            return
        if self._kept_version() != self._matching.VERSION:
            raise ConfigurationError(
                "The register's blocking keys were made by another release; run `gateway register rekey`."
            )
        self._checked = True

    def _kept_version(self) -> int:
        """Return the version that the register's keys were made by: this one's, where it has none yet."""
        with transaction(self._pool) as connection:
            kept = connection.execute(_VERSION).fetchone()
            if kept is None:
                connection.execute(_ADD_VERSION, (self._matching.VERSION,))
                (kept,) = connection.execute(_VERSION).fetchall()  # ours, or that of a worker who was quicker
        return int(kept[0])

    def _issuing(self) -> tuple[IssuingRange, Permutation]:
        """Return the range to issue from and its permutation; raise ConfigurationError where issuing is off."""
        if self._range is None:
            raise ConfigurationError("Issuing is off; register.issuing must name the authority and its number range.")
        if self._permutation is None:
            with transaction(self._pool) as connection:
                self._permutation = begin_range(connection, self._range)
        return self._range, self._permutation

    def _looking(self) -> AbstractContextManager[Connection[Row]]:
        self._check_keys()
        return transaction(self._lookups)


def _by_place(records: Sequence[int], apart: Mapping[int, Sequence[str]]) -> dict[int, Sequence[str]]:
    return {place: apart[record] for place, record in enumerate(records) if record in apart}


def _lock(connection: Connection[Row], stripes: Numbers) -> None:
    """Wait for loads, and for everybody who issues to learners that may be these people, until the end.

    People who may be one share a key and so a stripe. Stripes are taken in rising order: nobody waits in a circle.
    """
    connection.execute("select pg_advisory_xact_lock_shared(%s, %s)", (_LOCKS, _WHOLE))
    run(connection, _TAKE_STRIPES, _LOCKS, Bigints.of(stripes))
