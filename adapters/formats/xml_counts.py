"""Counts that an XML file tells of its own records, changed where only the accepted ones are kept."""

import re

from gateway.core.extract import Amendments


def counted_in_head(name: str) -> Amendments:
    """Return how the count changes that an element of this name holds before the first record."""
    count = re.compile(rb"(<(?:[^<>:\s]+:)?" + name.encode() + rb"(?:\s[^<>]*)?>)[^<]*")

    def head(data: bytes, accepted: int) -> bytes:
        return count.sub(lambda found: found[1] + str(accepted).encode(), data, count=1)

    return Amendments(head=head)
