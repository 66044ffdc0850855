"""How many requests each may make: a bucket for each name, filled evenly and emptied by every request."""

import threading
from collections.abc import Callable
from typing import Final

_MOST_NAMES: Final = 10_000


class Pace:
    """Lets so many requests through in a minute for each name, all at once or spread; it is kept in memory alone."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = per_minute, clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, name: str) -> bool:
        """Count one request of a name and tell whether it may be answered."""
        return self._take(name, 1)

    def exhausted(self, name: str) -> bool:
        """Tell whether a name has nothing left, and count nothing."""
        return not self._take(name, 0)

    def _take(self, name: str, count: int) -> bool:
        now = self._clock()
        with self._lock:
            left, since = self._left.pop(name, (float(self._most), now))
            left = min(self._most, left + (now - since) * self._most / 60)
            allowed = left >= 1
            self._left[name] = (left - count if allowed else left, now)
            if len(self._left) > _MOST_NAMES:
                del self._left[next(iter(self._left))]  # the one that was asked for longest ago
        return allowed
