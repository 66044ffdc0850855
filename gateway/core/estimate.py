"""How long a file will take, as its receipt says it: by its place in the queue and by what was finished lately."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

USUALLY_WITHIN: Final = timedelta(minutes=15)
LEAST_FINISHED: Final = 20
"""Submissions that must have been finished lately before their pace says anything."""
_MARGIN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a new submission meets: its place in the queue, and how the last ones were finished.

    `finished` of them came to their end in `over_s` seconds; half of them within `median_s` of their arrival, and 19 of
    20 within `p95_s`.
    """

    place: int = 1
    finished: int = 0
    over_s: float = 0.0
    median_s: float | None = None
    p95_s: float | None = None


ALONE: Final = Load()
"""What a submission meets of which nothing is known."""


def expected_within(load: Load) -> timedelta:
    """Return the time within which the responses are expected: a quarter of an hour, or longer where the queue is."""
    if load.finished < LEAST_FINISHED:
        return USUALLY_WITHIN
    return max(USUALLY_WITHIN, timedelta(seconds=_MARGIN * load.place * load.over_s / load.finished))
