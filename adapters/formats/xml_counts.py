"""Counts that an XML file tells of its own records, changed where only the accepted ones are kept."""

from collections.abc import Mapping

from adapters.formats.xml_cut import TOKEN
from gateway.core.extract import Amendments


def counted_in_head(name: str) -> Amendments:
    """Return how the count changes that an element of this name holds before the first record."""
    return Amendments(head=lambda data, accepted: with_counts(data, {name: accepted}))


def with_counts(data: bytes, counts: Mapping[str, int]) -> bytes:
    """Return a part of a file with these numbers as the text of the elements of these names."""
    texts = {name.encode(): str(count).encode() for name, count in counts.items()}
    parts, at = [], 0
    for token in TOKEN.finditer(data):
        text = texts.get((token[2] or b"").rpartition(b":")[2])
        if text is None:
            continue
        parts.append(text if token[1] else data[at : token.end()])
        at = token.start() if token[1] else token.end()
    return b"".join([*parts, data[at:]])
