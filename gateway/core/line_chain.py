"""Lines of JSON in a chain: each carries the digest of the line before it, so that a changed or a missing one shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

START: Final = hashlib.sha256(b"").hexdigest()
"""What the first line carries."""
_PREVIOUS: Final = "previous"


def line_of(event: Mapping[str, object], previous: str) -> bytes:
    """Return an event as the line that follows the one with that digest."""
    return json.dumps({**event, _PREVIOUS: previous}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def digest_of(line: bytes) -> str:
    """Return the digest of a line, which the next one carries."""
    return hashlib.sha256(line).hexdigest()


@dataclass(frozen=True, slots=True)
class Chain:
    """What going through lines has shown: how many hold, the last one's digest, and whether one after them does not."""

    lines: int
    head: str
    holds: bool


def gone_through(lines: Iterable[bytes]) -> Chain:
    """Go through lines from the first, and stop at one that does not follow the line before it."""
    count, head = 0, START
    for line in lines:
        if not line.endswith(b"\n") or _previous(line) != head:
            return Chain(count, head, holds=False)
        count, head = count + 1, digest_of(line)
    return Chain(count, head, holds=True)


def _previous(line: bytes) -> object:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event.get(_PREVIOUS) if isinstance(event, dict) else None
