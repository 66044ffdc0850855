"""Who works, how things stand, what operators are told, and what they do by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from gateway.core.operations import Alert, Cause, DatabaseSeen, HandAct, Standing, Uncollected, WorkerSeen
from gateway.core.submission import Submission
from gateway.core.uln_changes import Act


class Workers(Protocol):
    """The worker processes of all hosts."""

    def seen(self, name: str) -> None:
        """Note that a worker lives, and that others of its host are gone that have been silent for long."""
        ...

    def ended(self, name: str, how: str) -> None:
        """Note how a worker's process ended; what it had leased is free at once."""
        ...

    def all(self) -> list[WorkerSeen]:
        """Return the workers of the last day, ended or not, by name."""
        ...


class Standings(Protocol):
    """How things stand."""

    def standing(self) -> Standing:
        """Return what waits, what is parked and how fast submissions are answered."""
        ...

    def uncollected(self, after: timedelta) -> list[Uncollected]:
        """Return who has left response files uncollected for longer than that, by organisation."""
        ...

    def database(self) -> DatabaseSeen:
        """Return what the database says of itself; raise StoreError where it does not answer."""
        ...


class Alerts(Protocol):
    """What operators are told of, once while its cause lasts, by whichever host comes first."""

    def keep(self, causes: Sequence[Cause], host: str) -> None:
        """Note the causes that a host sees now, and that all others have ended that it can see."""
        ...

    def due(self, lease: timedelta) -> list[Alert]:
        """Lease what operators were not told yet: causes that began, and the end of those that they were told of."""
        ...

    def told(self, alert: Alert) -> None:
        """Note that operators were told."""
        ...

    def all(self) -> list[Alert]:
        """Return the causes that last, by name."""
        ...


class Acts(Protocol):
    """What people do with a submission by hand, each with who, why and when."""

    def replay(self, submission: Submission, act: Act, as_of: date | None) -> None:
        """Let kept bytes be processed again from the start; raise StoreError where it neither waits nor has ended.

        What was delivered is answered by a further response set, which takes the place of the first.
        """
        ...

    def release(self, submission: Submission, act: Act) -> None:
        """Let a parked submission go on where it stopped; raise StoreError where it is not parked."""
        ...

    def recall(self, submission: Submission, act: Act) -> Sequence[str]:
        """Take a delivered response set back and return the names that were collected already.

        Its organisation is told. Raise StoreError where nothing was delivered.
        """
        ...

    def history(self, submission: str) -> list[HandAct]:
        """Return what was done with a submission, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPorts:
    """All that operators need, in one place."""

    workers: Workers
    standings: Standings
    alerts: Alerts
    acts: Acts
