"""Settles T Level registrations: a new one is stored, a changed one amended, one that was withdrawn reinstated."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.kinds.tlevel.registrations import CORE_UNKNOWN, SCHEMA, SPECIALISM_OTHER
from adapters.kinds.tlevel.settling import REGISTRATION, Desk, refused, settled
from adapters.kinds.tlevel.words import CORE_CODE, SPECIALISM_CODES, codes_of
from gateway.core.keeping import Kept, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect
from gateway.core.rules.rule import Context, Found


class RegistrationSettling:
    """Settles the rows of one file."""

    def __init__(self, context: Context) -> None:
        self._desk = Desk(context)

    def keys(self, checked: CheckedRecord, _found: Match) -> Sequence[RecordKey]:
        """Return the key of the learner's registration."""
        return self._desk.keys(checked.record, REGISTRATION)

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a row by what is registered."""
        record = checked.record
        notices = list(self._wrong(record))
        if notices:
            return refused(found, notices)
        held = kept.get(self._desk.key(REGISTRATION, record))
        change = self._desk.changed(record, REGISTRATION, _values(record), held)
        if held is not None and not held.withdrawn and held.values == change.values:
            return settled(found, Effect.UNCHANGED, None)
        return settled(found, change.effect, change)

    def _wrong(self, record: Record) -> Iterator[Notice]:
        core, codes = record[CORE_CODE].upper(), codes_of(record[SPECIALISM_CODES])
        if not self._desk.lookups.core_known(core):
            yield CORE_UNKNOWN.notice(record, Found(CORE_CODE))
        elif others := self._desk.lookups.not_of_core(codes, core):
            yield SPECIALISM_OTHER.notice(record, Found(SPECIALISM_CODES, {"codes": ", ".join(others)}))


def _values(record: Record) -> dict[str, str]:
    born = SCHEMA["Date of birth"].day(record["Date of birth"])
    return {
        "first_name": record["First name"],
        "last_name": record["Last name"],
        "date_of_birth": born.isoformat() if born else "",
        "ukprn": record["UKPRN"],
        "academic_year": record["Academic year"],
        "core": record[CORE_CODE].upper(),
        "specialisms": ",".join(codes_of(record[SPECIALISM_CODES])),
    }
