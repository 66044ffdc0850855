"""Whose turn it is: where a submission stands in the line, and what a worker may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

BYTES_PER_SECOND: Final = 1 << 20
"""Each mebibyte of a file puts it a second back in the line: small before large."""
LONG_BYTES: Final = 1 << 20
"""From here on a file keeps its worker so long that others are woken for what waits beside it."""
MOST_CRASHES: Final = 3
"""Times that a file may cost a process its life at one step before it is parked."""
MOST_BACK: Final = timedelta(minutes=15)
"""How far back the largest file stands: what comes later than that comes after it, so no file waits for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What a worker may take next: files up to a size, and how many at once of one organisation and of a kind."""

    most_bytes: int | None = None
    per_organisation: int | None = None
    per_kind: Mapping[str, int] = field(default_factory=dict)


ANYTHING: Final = Pick()


def turn_at(received_at: datetime, size: int, head_start: timedelta) -> datetime:
    """Return the moment by which a submission stands in the line: a small one by its arrival, a large one later.

    A head start counts as if the file had come so much earlier.
    """
    return received_at + min(timedelta(seconds=size / BYTES_PER_SECOND), MOST_BACK) - head_start
