"""How much one organisation may send: files and bytes on one day, and uploads at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Received:
    """What an organisation has sent since a moment, duplicates and refused files included."""

    files: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What an organisation may send on a day, and have open at once; None is without a limit."""

    files: int | None = None
    size: int | None = None
    open_uploads: int | None = None

    @property
    def is_daily(self) -> bool:
        """Tell whether it matters what was received on the day."""
        return self.files is not None or self.size is not None

    def holds(self, size: int) -> bool:
        """Tell whether one more file of that size may come on the day."""
        return self.files != 0 and (self.size is None or size <= self.size)

    def left(self, received: Received) -> "Quota":
        """Return what is left of it on the day."""
        return Quota(
            files=_less(self.files, received.files),
            size=_less(self.size, received.size),
            open_uploads=self.open_uploads,
        )


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)


UNLIMITED = Quota()
USED_UP = "the quota of its organisation for today is used up"
"""Why a file stays where it is, for the log."""
