"""How the gateway's own files are answered: every good record waits, and says so; nothing is done with it here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.kinds.gateway_files.book import WAITS
from gateway.core.keeping import Kept, RecordKey, Settled
from gateway.core.model import Answer, CheckedRecord, Match
from gateway.core.outcomes import Effect


class Waiting:
    """Settles every record as queued."""

    def keys(self, _checked: CheckedRecord, _found: Match) -> Sequence[RecordKey]:
        """Return no key: nothing is kept of these records."""
        return ()

    def settle(self, checked: CheckedRecord, found: Match, _kept: Mapping[RecordKey, Kept]) -> Settled:
        """Return that the record waits."""
        notices = *found.notices, WAITS.notice(checked.record)
        return Settled(match=replace(found, effect=Effect.QUEUED, notices=notices))


class ReportsAlone:
    """The responder of files that are answered by the reports which every submission gets."""

    def write(self, answer: Answer) -> None:
        """Write nothing of its own."""

    def finish(self) -> None:
        """Write nothing of its own."""
