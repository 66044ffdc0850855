"""Records that are kept for learners, such as results: what is held under a key, and what a file changes in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gateway.core.model import Match
from gateway.core.outcomes import Effect


class RecordKey(NamedTuple):
    """Under what a record is kept: its sort, such as `ao-result`, whose it is, and the parts of its key."""

    sort: str
    owner: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as it is kept now; `version` counts its changes from 1, and a withdrawn one leaves its values."""

    values: Mapping[str, str]
    version: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """What a file does to one kept record; `expects` is the version that this was decided on, 0 where there is none."""

    key: RecordKey
    effect: Effect
    values: Mapping[str, str]
    expects: int = 0
    uln: str | None = None
    reason: str = ""

    @property
    def kept(self) -> Kept:
        """Return the record as it is kept after this change."""
        return Kept(values=self.values, version=self.expects + 1, withdrawn=self.effect is Effect.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of one record: its match with effect and notices, and all that it changes, in this order."""

    match: Match
    changes: tuple[RecordChange, ...] = ()
