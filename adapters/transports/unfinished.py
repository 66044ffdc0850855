"""Tells of uploads that their clients began and left: each once, when it has stood for long enough."""

import time
from collections.abc import Iterator
from typing import Final

from adapters.transports.sftp_reception import events, extension
from adapters.transports.staging import FOLDERS, Place, Staged, Staging
from gateway.core.ports.gateway import Clock

LOOKS: Final = 20
"""How often it is looked within the time after which an upload counts as left."""


class Unfinished:
    """The uploads of all organisations that are not published; they stay, and may be gone on with."""

    def __init__(self, staging: Staging, clock: Clock, after_s: float) -> None:
        self._staging = staging
        self._clock = clock
        self._after_s = after_s
        self._told: set[tuple[Place, float]] = set()
        self._next = 0.0

    def tell(self) -> None:
        """Look, unless that was done a moment ago, and tell of what was not told yet."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._after_s / LOOKS
        now, left = self._clock().timestamp(), set()
        for place, staged in self._uploads():
            if now - staged.modified >= self._after_s:
                left.add((place, staged.modified))
                if (place, staged.modified) not in self._told:
                    _tell(place, staged, now - staged.modified)
        self._told = left

    def _uploads(self) -> Iterator[tuple[Place, Staged]]:
        for organisation in self._staging.organisations():
            for folder in FOLDERS:
                try:
                    found = self._staging.listing(organisation, folder)
                except OSError as error:  # a folder that somebody else put there: the others are looked at all the same
                    about = {"exception_type": type(error).__name__, "code": error.errno}
                    events.error("fault", extra=about | {"organisation": organisation})
                    continue
                for staged in found:
                    yield Place(organisation, folder, staged.name), staged


def _tell(place: Place, staged: Staged, seconds: float) -> None:
    about = {"organisation": place.organisation, "folder": place.folder.value, "extension": extension(place.name)}
    events.warning("unfinished", extra=about | {"bytes": staged.size, "seconds": round(seconds)})
