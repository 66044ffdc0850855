"""Cuts a file into batches of whole records: fast at a record's end tag, or exactly, tag by tag.

The fast cut trusts that an end tag is one, which a CDATA section, a comment or a processing instruction can betray:
the batch is then ill-formed in every such case, and the reading goes on exactly from that batch's first byte. A batch
that parses proves that the cut before it and behind it lie between two children of the root.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from adapters.formats.xml_batch import Run, Spaces
from adapters.formats.xml_bytes import Source, lines
from adapters.formats.xml_items import MAX_HELD_BYTES, MAX_RECORD_BYTES, NOWHERE, Limits, Within

TOKEN: Final = re.compile(
    rb"<(?:!--.*?--|!\[CDATA\[.*?\]\]|\?.*?\?|(/?)([^\s/><!?\"'=&]++)"
    rb"((?:[^<>\"'/]|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+)(/?))>",
    re.DOTALL,
)
_SLASH, _NAME, _SELF_CLOSED = 1, 2, 4
AFTER_NAME: Final = (b">", b"/", b" ", b"\t", b"\r", b"\n")
_READ: Final = 1 << 20
_NEAR: Final = 1 << 16


class Gap(NamedTuple):
    """A container's tag between records, with what stands before it: its place, and what the frame shows of it.

    `within` is what stands open behind it.
    """

    offset: int
    length: int
    runs: tuple[Run, ...]
    within: Within


class Job(NamedTuple):
    """Some children of the root: their place in the file, and their bytes unless the worker reads them itself.

    In a nested shape they are those of containers, with the gaps between them; `spaces` are the namespaces that the
    containers declare and `within` is what is open at the start.
    """

    line: int
    offset: int
    length: int
    data: bytes | None
    units: tuple[int, ...] = ()
    gaps: tuple[Gap, ...] = ()
    spaces: Spaces = ()
    within: Within = NOWHERE


class Tail(NamedTuple):
    """What follows the last child of the root."""

    line: int
    offset: int
    data: bytes


class Broken(NamedTuple):
    """Bytes in which no child of the root ends: the file's own end, a fault of syntax, or too much."""

    line: int
    offset: int
    data: bytes
    ended: bool


class Unit(NamedTuple):
    """One child of the root with what stands before it."""

    line: int
    offset: int
    data: bytes


class Scanner:
    """Goes through a file tag by tag, never holding more than one child of the root."""

    def __init__(self, source: Source, offset: int, line: int) -> None:
        self._source = source
        self._held = b""
        self._at = 0
        self.offset = offset
        self.line = line

    def unit(self) -> Unit | Tail | Broken:
        """Return the next child of the root, or what there is in place of one."""
        self._forget()
        at, open_names = self._at, list[bytes]()
        while True:
            token = self._token(at)
            if isinstance(token, bool):
                return Broken(self.line, self.offset, self._held[self._at :], token)
            at = token.end()
            name = token[_NAME]
            if name is None:
                continue
            if token[_SLASH]:
                if not open_names:
                    return Tail(self.line, self.offset, self._held[self._at :])
                if open_names.pop() != name:
                    return Broken(self.line, self.offset, self._held[self._at : at], ended=False)
            elif not token[_SELF_CLOSED]:
                open_names.append(name)
            if not open_names:
                return self._taken(at)

    def next_tag(self) -> re.Match[bytes] | None:
        """Return the next tag, taking nothing; None where none follows."""
        self._forget()
        at = self._at
        while True:
            token = self._token(at)
            if isinstance(token, bool):
                return None
            if token[_NAME] is not None:
                return token
            at = token.end()

    def next_name(self) -> bytes | None:
        """Return the next tag's name without prefix, taking nothing; None before an end tag or where none follows."""
        token = self.next_tag()
        return None if token is None or token[_SLASH] else bytes(token[_NAME].rpartition(b":")[2])

    def taken(self, tag: re.Match[bytes]) -> Unit:
        """Take all up to the end of the tag that comes next."""
        return self._taken(tag.end())

    def child(self, tag: re.Match[bytes]) -> Unit | Tail | Broken:
        """Return the element whose start tag comes next: at once where its end tag is certain, else tag by tag.

        It is certain where no comment, CDATA section, instruction or element of the same name stands in between.
        """
        held, start, name = self._held, tag.end(), tag[_NAME]
        closing, signs = b"</" + name + b">", (b"<!", b"<?", *(b"<" + name + after for after in AFTER_NAME))
        end = -1 if tag[_SELF_CLOSED] else held.find(closing, start, start + _NEAR)
        if end < 0 or any(held.find(sign, start, end) >= 0 for sign in signs):
            return self.unit()
        return self._taken(end + len(closing))

    def prolog(self) -> tuple[bytes, re.Match[bytes] | None]:
        """Take all up to the end of the root's start tag; None in place of the tag where there is none."""
        at = 0
        while True:
            token = self._token(at)
            if isinstance(token, bool) or token[_SLASH]:
                return self._held, None
            at = token.end()
            if token[_NAME] is not None:
                return self._taken(at).data, token

    def rest(self, limit: int) -> bytes:
        """Return what is left of the file, up to a limit."""
        self._forget()
        while len(self._held) - self._at <= limit and self._more():
            pass
        return self._held[self._at :]

    @property
    def has_bad_byte(self) -> bool:
        """Tell whether the reading ended at a byte that the file's encoding does not know."""
        return self._source.bad is not None

    def _token(self, at: int) -> re.Match[bytes] | bool:
        """Return the next tag, comment or the like; where none ends, tell whether the file ended."""
        while True:
            place = self._held.find(b"<", at)
            token = TOKEN.match(self._held, place) if place >= 0 else None
            if token is not None:
                return token
            at = max(place, at) if place >= 0 else len(self._held)
            if len(self._held) - self._at > MAX_HELD_BYTES:
                return False
            if not self._more():
                return True

    def _more(self) -> bool:
        more = self._source.read(max(_READ, len(self._held)))
        self._held += more
        return bool(more)

    def _taken(self, end: int) -> Unit:
        data = self._held[self._at : end]
        unit = Unit(self.line, self.offset, data)
        self._at = end
        self.line += lines(data)
        self.offset += len(data)
        return unit

    def _forget(self) -> None:
        """Let go of what was taken, once it is worth the copying."""
        if self._at > _READ:
            self._held, self._at = self._held[self._at :], 0


def exact(scanner: Scanner, limits: Limits, *, carried: bool) -> Iterator[Job | Tail | Broken]:
    """Yield batches of whole children of the root, then what follows the last; jobs carry their bytes if asked to."""
    held: list[Unit] = []
    size = ends = 0
    while True:
        unit = scanner.unit()
        more, length, broken = isinstance(unit, Unit), len(unit.data), lines(unit.data)
        size += length
        ends += broken
        full = size > limits.batch_bytes or ends > limits.batch_lines or len(held) >= limits.batch_records
        if held and (full or not more):
            yield _job(held, carried=carried)
            held, size, ends = [], length, broken
        if not isinstance(unit, Unit):
            yield unit
            return
        held.append(unit)


def _job(units: list[Unit], *, carried: bool) -> Job:
    sizes = tuple(len(unit.data) for unit in units)
    data = b"".join(unit.data for unit in units) if carried else None
    return Job(units[0].line, units[0].offset, sum(sizes), data, sizes)


class FastCut:
    """Cuts at end tags alone; `offset` and `line` are where the exact cut must go on when the jobs end."""

    def __init__(self, file: BinaryIO, offset: int, line: int, names: tuple[bytes, ...]) -> None:
        self._file = file
        self._ends = tuple(b"</" + name + b">" for name in names)
        self.offset = offset
        self.line = line

    def jobs(self, limits: Limits) -> Iterator[Job]:
        """Yield batches while a record's end tag stands within reach and the batch keeps to the limits."""
        while True:
            size, ends = self._cut(self._window(limits.batch_bytes), limits.batch_lines)
            if not size:
                window = self._window(MAX_RECORD_BYTES)
                size, ends = self._cut(window[: self._first_end(window)], limits.batch_lines)
            if not size:
                return
            job = Job(self.line, self.offset, size, None)
            self.offset += size
            self.line += ends
            yield job

    def _window(self, size: int) -> bytes:
        self._file.seek(self.offset)
        return self._file.read(size)

    def _cut(self, window: bytes, most_lines: int) -> tuple[int, int]:
        """Return how many bytes of a window the next batch takes, and their lines; 0 bytes for the exact cut."""
        size = len(window)
        while size:
            size = self._last_end(window, size)
            ends = lines(window[:size])
            if ends <= most_lines:
                return size, ends
            size //= 2
        return 0, 0

    def _first_end(self, window: bytes) -> int:
        """Return where the first end tag ends; 0 where there is none."""
        places = ((window.find(end), len(end)) for end in self._ends)
        return min((place + length for place, length in places if place >= 0), default=0)

    def _last_end(self, window: bytes, size: int) -> int:
        """Return where the last end tag within a size ends; 0 where there is none."""
        last = 0
        for end in self._ends:
            place = window.rfind(end, last, size)
            last = place + len(end) if place >= 0 else last
        return last
