"""How a gateway is doing: its workers, its queue, its alarms, and what people did by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from gateway.core.uln_changes import Act

BUCKETS: Final = (1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds from arrival to response, by which submissions are counted."""
DEAD_AFTER: Final = timedelta(seconds=60)
"""How long a worker may say nothing before it counts as dead."""


class ActSort(StrEnum):
    """What a person does with a submission."""

    REPLAY = "replay"
    RELEASE = "release"
    RECALL = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandAct:
    """One such act, kept for good."""

    sort: ActSort
    submission: str
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """A worker process: when it began, when it was seen last, and how it ended, if it did."""

    name: str
    started_at: datetime
    seen_at: datetime
    ended_how: str | None
    silent: timedelta

    @property
    def is_dead(self) -> bool:
        """Tell whether it has fallen silent without an end that anybody saw."""
        return self.ended_how is None and self.silent > DEAD_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How fast submissions of a kind were answered: how many within each of BUCKETS, how many and how long in all."""

    within: tuple[int, ...]
    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What waits and what was done: no name of an organisation, of a file or of a learner is in it."""

    submissions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By status and kind; the kind is empty while it is not known."""
    waiting: int = 0
    working: int = 0
    oldest_s: float = 0.0
    parked: tuple[str, ...] = ()
    """The parked submissions' ids, the oldest first, up to a hundred of them."""
    answered: Mapping[str, Answered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncollected:
    """Response files that an organisation has left in its mailbox: how many, and since when the oldest."""

    organisation: str
    files: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSeen:
    """The major version of PostgreSQL, and how far its clock is ahead of ours; negative where it is behind."""

    version: int
    lag: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that is wrong now; `host` is the one that alone can see it, empty where any can."""

    name: str
    text: str
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One cause that operators are told of, from its beginning to its end."""

    name: str
    text: str
    begun_at: datetime
    ended_at: datetime | None = None
