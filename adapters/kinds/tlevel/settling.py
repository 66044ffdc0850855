"""What the settlings of T Level files share: the keys under which things are kept, and how a row is answered.

One record is kept for a learner and a sort of thing, whatever a row holds of it: a row changes one record at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from adapters.kinds.tlevel.lookups import Lookups
from adapters.kinds.tlevel.standing import NOT_REGISTERED, WITHDRAWN
from adapters.kinds.tlevel.words import ULN, codes_of
from gateway.core.keeping import Kept, RecordChange, RecordKey, Settled
from gateway.core.model import Match, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect
from gateway.core.rules.rule import Context, Found

REGISTRATION: Final = "tlevel-registration"
ASSESSMENT: Final = "tlevel-assessment"
RESULT: Final = "tlevel-result"


class Registered(NamedTuple):
    """The components for which a learner is registered."""

    core: str
    specialisms: tuple[str, ...]


class Desk:
    """One file's awarding organisation, and what its rows are looked up in."""

    def __init__(self, context: Context) -> None:
        sender = context.sender
        self._owner = (sender.ukprn or sender.id) if sender else ""
        self.lookups = Lookups(context)

    def key(self, sort: str, record: Record) -> RecordKey:
        """Return the key of what is kept for a row's learner."""
        return RecordKey(sort, self._owner, (record[ULN],))

    def keys(self, record: Record, *sorts: str) -> Sequence[RecordKey]:
        """Return the keys of several sorts for a row's learner."""
        return [self.key(sort, record) for sort in sorts]

    def registered(self, record: Record, kept: Mapping[RecordKey, Kept]) -> Registered | Notice:
        """Return what the learner is registered for, or why nothing can be sent for him or her."""
        held = kept.get(self.key(REGISTRATION, record))
        if held is None:
            return NOT_REGISTERED.notice(record, Found(ULN))
        if held.withdrawn:
            return WITHDRAWN.notice(record, Found(ULN))
        return Registered(held.values["core"], codes_of(held.values["specialisms"]))

    def changed(self, record: Record, sort: str, values: Mapping[str, str], held: Kept | None) -> RecordChange:
        """Return the change that keeps these values for a row's learner in place of those held."""
        effect = Effect.STORED if held is None else Effect.REINSTATED if held.withdrawn else Effect.AMENDED
        return RecordChange(
            key=self.key(sort, record),
            effect=effect,
            values=values,
            expects=held.version if held else 0,
            uln=record[ULN],
        )


def refused(found: Match, notices: Sequence[Notice]) -> Settled:
    """Return the answer to a row in which something is wrong."""
    return Settled(match=replace(found, notices=(*found.notices, *notices)))


def settled(found: Match, effect: Effect, change: RecordChange | None) -> Settled:
    """Return the answer to a row in which all is well."""
    return Settled(
        match=replace(found, effect=effect), changes=() if change is None or effect is Effect.UNCHANGED else (change,)
    )


def joint_effect(effects: Sequence[Effect]) -> Effect:
    """Return one word for what was done with the components of a row: theirs where it is one, else amended."""
    done = set(effects) - {Effect.UNCHANGED}
    if not done:
        return Effect.UNCHANGED
    return done.pop() if len(done) == 1 else Effect.AMENDED
