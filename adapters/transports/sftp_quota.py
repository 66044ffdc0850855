"""What each organisation has open on this server, held against what it may still send today."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from adapters.transports.upload import UploadRefusedError
from gateway.core.quota import Quota


@dataclass(slots=True)
class _Use:
    """What an organisation's open uploads have taken of what was left when the last of them was opened."""

    uploads: int = 0
    size: int = 0
    left: int | None = None


class Quotas:
    """Lets uploads begin and go on while their organisation's quota lasts."""

    def __init__(self, allowance: Callable[[str], Quota]) -> None:
        self._allowance = allowance
        self._uses: dict[str, _Use] = {}
        self._lock = Lock()

    def begin(self, organisation: str) -> "Meter":
        """Count one more upload; raise UploadRefusedError where the quota is used up."""
        left = self._allowance(organisation)
        with self._lock:
            use = self._uses.setdefault(organisation, _Use())
            use.left = left.size
            for limit, used, reason in (
                (left.open_uploads, use.uploads, "too many uploads of yours are open at once"),
                (left.files, use.uploads, "your quota of files for today is used up"),
                (left.size, use.size, "your quota of bytes for today is used up"),
            ):
                if limit is not None and used >= limit:
                    raise UploadRefusedError(reason)
            use.uploads += 1
        return Meter(use, self._lock)


class Meter:
    """Counts the bytes of one upload while it is open."""

    def __init__(self, use: _Use, lock: Lock) -> None:
        self._use = use
        self._lock = lock
        self._size = 0

    def spend(self, size: int) -> None:
        """Count bytes that come; raise UploadRefusedError where the quota does not hold them."""
        with self._lock:
            if self._use.left is not None and self._use.size + size > self._use.left:
                raise UploadRefusedError("your quota of bytes for today is used up")
            self._use.size += size
            self._size += size

    def end(self, *, published: bool) -> None:
        """Count the upload as open no longer; what was published is used up for the day."""
        with self._lock:
            self._use.uploads -= 1
            self._use.size -= self._size
            if published and self._use.left is not None:
                self._use.left -= self._size
