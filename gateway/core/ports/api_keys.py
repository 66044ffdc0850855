"""Where the keys of the HTTP interface stand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.core.api_key import ApiKey


class ApiKeys(Protocol):
    """The keys of all organisations, revoked ones too."""

    def add(self, key: ApiKey) -> None:
        """Keep a key; raise StoreError where there is no such organisation."""
        ...

    def find(self, key: str) -> ApiKey | None:
        """Return the key of that id, or None."""
        ...

    def all(self, organisation: str) -> Sequence[ApiKey]:
        """Return an organisation's keys, good or not, oldest first."""
        ...

    def revoke(self, organisation: str, key: str, moment: datetime) -> None:
        """Let a key open nothing from now on; raise StoreError where the organisation has no such key in force."""
        ...

    def used(self, key: str, moment: datetime) -> None:
        """Note that a key was used; to the minute is enough."""
        ...
