"""Finds where each child of the root stands in a batch's bytes, so that a record can be cut out untouched."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from adapters.formats.xml_bytes import lines, one_line_end
from adapters.formats.xml_cut import TOKEN
from adapters.formats.xml_items import MAX_RECORD_ATTRIBUTES, MAX_RECORD_BYTES, MAX_RECORD_ELEMENTS

_MARKUP: Final = ((b"!", b"<!"), (b"?", b"<?"))
_AFTER_NAME: Final = (b">", b" ", b"\t", b"\r", b"\n")
_LEAST_ELEMENT: Final = len(b"<a/>")


class Span(NamedTuple):
    """Where a child of the root stands in a batch's bytes, and its first line in the file."""

    start: int
    end: int
    line: int


class BatchBytes:
    """A batch's bytes and where they stand in the file; `cut` is how many are left out before the end of the last."""

    def __init__(self, line: int, offset: int, data: bytes, cut: int = 0) -> None:
        self.line = line
        self.offset = offset
        self.data = data
        self._cut = cut
        self._has_cr = b"\r" in data

    def line_of(self, place: int) -> int:
        """Return the line of the file that a byte stands on."""
        return self.line + self._lines(0, place)

    def spans(self, names: list[bytes]) -> list[Span]:
        """Return where each child of the root stands: by its end tag where that is certain, else tag by tag."""
        spans, line, last = [], self.line, 0
        for start, end in self._quick(names) or self._exact():
            line += self._lines(last, start)
            spans.append(Span(start, end, line))
            last = start
        if self._cut:
            spans[-1] = spans[-1]._replace(end=spans[-1].end + self._cut)
        return spans

    def too_large(self, spans: list[Span], most_lines: int) -> list[bool]:
        """Tell of each record whether it is larger than any that is checked."""
        certain = min(MAX_RECORD_BYTES, MAX_RECORD_ELEMENTS * _LEAST_ELEMENT, MAX_RECORD_ATTRIBUTES, most_lines)
        return [span.end - span.start > certain and self._is_too_large(span, most_lines) for span in spans]

    def _is_too_large(self, span: Span, most_lines: int) -> bool:
        start, end, _ = span
        elements = self.data.count(b"<", start, end) - self.data.count(b"</", start, end)
        return (
            end - start > MAX_RECORD_BYTES
            or elements > MAX_RECORD_ELEMENTS
            or self.data.count(b"=", start, end) > MAX_RECORD_ATTRIBUTES
            or self._lines(start, end) > most_lines
        )

    def blanked(self, spans: list[Span]) -> bytes:
        """Return the bytes with nothing but line ends left of some spans: taking elements out of a tree is slow."""
        parts, last = [], 0
        for span in spans:
            parts += [one_line_end(self.data[last : span.start]), b"\n" * self._lines(span.start, span.end)]
            last = span.end
        return b"".join([*parts, one_line_end(self.data[last:])])

    def _lines(self, start: int, end: int) -> int:
        return lines(self.data[start:end]) if self._has_cr else self.data.count(b"\n", start, end)

    def _quick(self, names: list[bytes]) -> list[tuple[int, int]]:
        """Return the spans, or nothing where a comment, a nested record or an empty one makes end tags uncertain.

        They are certain when each child's start tag follows directly on the end tag found for the one before.
        """
        data, at = self.data, 0
        if any(sign in data and markup in data for sign, markup in _MARKUP):
            return []
        closings = {name: b"</" + name + b">" for name in set(names)}
        spans = []
        for name in names:
            start, closing = data.find(b"<", at), closings[name]
            end, behind = data.find(closing, start), start + 1 + len(name)
            if end < 0 or not data.startswith(name, start + 1) or data[behind : behind + 1] not in _AFTER_NAME:
                return []
            at = end + len(closing)
            spans.append((start, at))
        return spans if data.find(b"<", at) < 0 else []

    def _exact(self) -> Iterator[tuple[int, int]]:
        depth = start = 0
        for token in TOKEN.finditer(self.data):
            if token[2] is None:
                continue
            start = start if depth else token.start()
            depth += -1 if token[1] else not token[4]
            if not depth:
                yield start, token.end()
