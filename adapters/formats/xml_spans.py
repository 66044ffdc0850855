"""Finds where each child of the root stands in a batch's bytes, so that a record can be cut out untouched."""

from collections.abc import Iterator
from typing import NamedTuple

from adapters.formats.xml_bytes import lines, one_line_end
from adapters.formats.xml_cut import TOKEN
from adapters.formats.xml_items import MAX_RECORD_ATTRIBUTES, MAX_RECORD_BYTES, MAX_RECORD_ELEMENTS

_MARKUP = (b"<!", b"<?")
_AFTER_NAME = (b">", b" ", b"\t", b"\r", b"\n")


class Span(NamedTuple):
    """Where a child of the root stands in a batch's bytes, and its first line in the file."""

    start: int
    end: int
    line: int


class BatchBytes:
    """A batch's bytes and where they stand in the file."""

    def __init__(self, line: int, offset: int, data: bytes) -> None:
        self.line = line
        self.offset = offset
        self._data = data

    def line_of(self, place: int) -> int:
        """Return the line of the file that a byte stands on."""
        return self.line + lines(self._data[:place])

    def spans(self, names: list[bytes]) -> list[Span]:
        """Return where each child of the root stands: by its end tag where that is certain, else tag by tag."""
        spans, line, last = [], self.line, 0
        for start, end in self._quick(names) or self._exact():
            line += lines(self._data[last:start])
            spans.append(Span(start, end, line))
            line, last = line + lines(self._data[start:end]), end
        return spans

    def too_large(self, span: Span, most_lines: int) -> bool:
        """Tell whether a record is larger than any that is checked."""
        elements = self._data.count(b"<", span.start, span.end) - self._data.count(b"</", span.start, span.end)
        if span.end - span.start > MAX_RECORD_BYTES or elements > MAX_RECORD_ELEMENTS:
            return True
        if self._data.count(b"=", span.start, span.end) > MAX_RECORD_ATTRIBUTES:
            return True
        return lines(self._data[span.start : span.end]) > most_lines

    def blanked(self, spans: list[Span]) -> bytes:
        """Return the bytes with nothing but line ends left of some spans: taking elements out of a tree is slow."""
        parts, last = [], 0
        for span in spans:
            parts += [one_line_end(self._data[last : span.start]), b"\n" * lines(self._data[span.start : span.end])]
            last = span.end
        return b"".join([*parts, one_line_end(self._data[last:])])

    def _quick(self, names: list[bytes]) -> list[tuple[int, int]]:
        """Return the spans, or nothing where a comment, a nested record or an empty one makes end tags uncertain.

        They are certain when each child's start tag follows directly on the end tag found for the one before.
        """
        data, at = self._data, 0
        if any(markup in data for markup in _MARKUP):
            return []
        spans = []
        for name in names:
            start, closing = data.find(b"<", at), b"</" + name + b">"
            end = data.find(closing, start)
            after = data[start + 1 + len(name) : start + 2 + len(name)]
            if end < 0 or not data.startswith(name, start + 1) or after not in _AFTER_NAME:
                return []
            at = end + len(closing)
            spans.append((start, at))
        return spans if data.find(b"<", at) < 0 else []

    def _exact(self) -> Iterator[tuple[int, int]]:
        depth = start = 0
        for token in TOKEN.finditer(self._data):
            if token[2] is None:
                continue
            start = start if depth else token.start()
            depth += -1 if token[1] else not token[4]
            if not depth:
                yield start, token.end()
