"""Cuts a file whose records stand in containers: batches of records from whatever containers, with their tags as gaps.

A container's start tag and end tag belong to the frame, which judges them as they stand. What stands open is known at
each record: the numbers and attributes of its containers.
"""

from collections import Counter
from collections.abc import Iterator
from html import escape
from re import Match
from typing import Final, NamedTuple

from lxml import etree

from adapters.formats.xml_batch import Around, Run, Spaces
from adapters.formats.xml_bytes import lines, not_utf8, one_line_end
from adapters.formats.xml_cut import Broken, Gap, Job, Scanner, Tail, Unit
from adapters.formats.xml_groups import name_of
from adapters.formats.xml_items import NOWHERE, FileFault, Limits, Within
from adapters.formats.xml_schema import Derived, safe_parser
from adapters.formats.xml_syntax import diagnose, limit, not_well_formed

_SLASH, _NAME, _ATTRIBUTES, _SELF_CLOSED = 1, 2, 3, 4
_SPACE: Final = " \t\r\n"
_MAX_TAG: Final = 1 << 16


class _Open(NamedTuple):
    """What stands open: its path, its name as written, what is known of it, and the namespaces that it declares.

    Those of the containers round it are among them.
    """

    path: str
    name: bytes
    within: Within
    spaces: Spaces
    around: Around


class NestedCut:
    """Goes through the containers of a file and joins their records to batches."""

    def __init__(self, scanner: Scanner, derived: Derived, around: Around, limits: Limits) -> None:
        self._scanner = scanner
        self._derived = derived
        self._limits = limits
        self._numbers = Counter[str]()
        self._open = [_Open("", b"", NOWHERE, (), around)]
        self._below: dict[str, dict[bytes, str]] = {}
        for path in derived.shape.containers:
            above, _, name = path.rpartition("/")
            self._below.setdefault(above, {})[name.encode()] = path

    @property
    def opening(self) -> bytes:
        """Return start tags on one line for all that stands open, with the namespaces that are declared there."""
        return self._open[-1].around.opening + b"".join(b"<%s>" % one.name for one in self._open[1:])

    @property
    def closing(self) -> bytes:
        """Return the end tags of all that stands open."""
        return b"".join(b"</%s>" % one.name for one in reversed(self._open[1:])) + self._open[-1].around.closing

    def parts(self, *, carried: bool) -> Iterator[Job | Tail | Broken | FileFault]:
        """Yield batches of records with the gaps between them, then what follows the last container or a fault."""
        held = _Held(NOWHERE)
        while True:
            before = self._open[-1]
            part = self._next()
            if not isinstance(part, _Piece):
                yield from held.jobs(carried=carried)
                yield part
                return
            if held.is_full(part, before.spaces, self._limits):
                yield from held.jobs(carried=carried)
                held = _Held(before.within)
            held.add(part, before.spaces)

    def _next(self) -> "_Piece | Tail | Broken | FileFault":
        """Return the next record or other element, or the next tag of a container."""
        tag = self._scanner.next_tag()
        if tag is None:
            return _piece(self._scanner.unit())
        if tag[_SLASH]:
            return self._closed(tag) if len(self._open) > 1 else _piece(self._scanner.unit())
        path = self._below.get(self._open[-1].path, {}).get(tag[_NAME].rpartition(b":")[2])
        if path is None:
            return _piece(self._scanner.child(tag))
        return self._opened(tag, path)

    def _opened(self, tag: Match[bytes], path: str) -> "_Piece | Tail | Broken | FileFault":
        """Take a container's start tag; an element of its name in another namespace is no container."""
        if len(tag[0]) > _MAX_TAG:
            return limit(
                self._line_at(tag), "The start tag of an element round the records is larger than is accepted."
            )
        end = b"" if tag[_SELF_CLOSED] else b"</%s>" % tag[_NAME]
        element = self._element(tag, end)
        if element is not None and element.tag != self._derived.tag(path):
            return _piece(self._scanner.child(tag))
        before, after = self.opening, end + self.closing
        unit = self._scanner.taken(tag)
        text = self._text(unit, len(tag[0]), before, after)
        if isinstance(text, FileFault):
            return text
        if element is None:
            return diagnose(unit.data, unit.line, before, after) or not_well_formed(unit.line)
        opened = self._known(element, tag[_NAME], path)
        if not tag[_SELF_CLOSED]:
            self._open.append(opened)
        run = Run(_tag_line(unit, tag), name_of(element.tag), 1, one_line_end(tag[0]), opens=True, closes=not end)
        return self._gap(unit, (*text, run))

    def _closed(self, tag: Match[bytes]) -> "_Piece | FileFault":
        """Take the end tag of the container that was opened last."""
        name, before, after = self._open[-1].name, self.opening, self.closing.partition(b">")[2]
        unit = self._scanner.taken(tag)
        text = self._text(unit, len(tag[0]), before, after)
        if isinstance(text, FileFault):
            return text
        if tag[_NAME] != name or tag[_ATTRIBUTES].strip() or tag[_SELF_CLOSED]:
            return diagnose(unit.data, unit.line, before, after) or not_well_formed(unit.line)
        path = self._open.pop().path
        run = Run(_tag_line(unit, tag), self._derived.shape.name(path), 1, one_line_end(tag[0]), closes=True)
        return self._gap(unit, (*text, run))

    def _gap(self, unit: Unit, runs: tuple[Run, ...]) -> "_Piece":
        return _Piece(unit, Gap(unit.offset, len(unit.data), runs, self._open[-1].within))

    def _element(self, tag: Match[bytes], end: bytes) -> etree._Element | None:
        """Return a start tag as an element; None where it is not well-formed."""
        if not_utf8(tag[0]) is not None:
            return None
        around = self._open[-1].around
        try:
            root = etree.fromstring(around.opening + one_line_end(tag[0]) + end + around.closing, safe_parser())
        except etree.XMLSyntaxError:
            return None
        return root[0]

    def _text(self, unit: Unit, tag: int, opening: bytes, closing: bytes) -> tuple[Run, ...] | FileFault:
        """Return the text that stands before a tag and is more than white space, or why it is not well-formed."""
        lead = unit.data[: len(unit.data) - tag]
        if not lead.strip():
            return ()
        fault = diagnose(unit.data, unit.line, opening, closing)
        if fault is not None:
            return fault
        around = self._open[-1].around
        text = etree.fromstring(around.opening + one_line_end(lead) + around.closing, safe_parser()).text or ""
        return (Run(unit.line, "", 1, escape(text.strip(_SPACE)).encode()),) if text.strip(_SPACE) else ()

    def _known(self, element: etree._Element, name: bytes, path: str) -> _Open:
        outer = self._open[-1]
        self._numbers[path] += 1
        attributes = {f"{path}/@{name_of(str(key))}": str(text).strip(_SPACE) for key, text in element.attrib.items()}
        within = {**outer.within, path: str(self._numbers[path]), **attributes}
        around = self._open[0].around
        declared = dict(around.namespaces)
        spaces = {prefix or "": uri or "" for prefix, uri in element.nsmap.items()}
        if "" in declared:
            spaces.setdefault("", "")
        own = tuple((prefix, uri) for prefix, uri in spaces.items() if declared.get(prefix, "") != uri)
        return _Open(path, name, within, own, outer.around if own == outer.spaces else around.below(own))

    def _line_at(self, tag: Match[bytes]) -> int:
        return _tag_line(self._scanner.taken(tag), tag)


class _Piece(NamedTuple):
    """A child of a container, or a gap."""

    unit: Unit
    gap: Gap | None = None


class _Held:
    """The pieces of the batch that is being made; `within` is what stood open before the first."""

    def __init__(self, within: Within) -> None:
        self._within = within
        self._pieces: list[_Piece] = []
        self._spaces: Spaces | None = None
        self._size = self._lines = 0

    def is_full(self, piece: _Piece, spaces: Spaces, limits: Limits) -> bool:
        """Tell whether a piece must begin another batch; the first never must."""
        data = piece.unit.data
        is_other = piece.gap is None and self._spaces not in {None, spaces}
        too_much = self._size + len(data) > limits.batch_bytes or self._lines + lines(data) > limits.batch_lines
        return bool(self._pieces) and (is_other or too_much or len(self._pieces) >= limits.batch_records)

    def add(self, piece: _Piece, spaces: Spaces) -> None:
        """Add a piece, with the namespaces that containers declare round it."""
        self._pieces.append(piece)
        self._size += len(piece.unit.data)
        self._lines += lines(piece.unit.data)
        if piece.gap is None:
            self._spaces = spaces

    def jobs(self, *, carried: bool) -> Iterator[Job]:
        """Yield the batch, if there is anything in it."""
        if not self._pieces:
            return
        units = [piece.unit for piece in self._pieces]
        yield Job(
            units[0].line,
            units[0].offset,
            self._size,
            b"".join(unit.data for unit in units) if carried else None,
            tuple(len(unit.data) for unit in units),
            tuple(piece.gap for piece in self._pieces if piece.gap is not None),
            self._spaces or (),
            self._within,
        )


def _piece(part: Unit | Tail | Broken) -> _Piece | Tail | Broken:
    return _Piece(part) if isinstance(part, Unit) else part


def _tag_line(unit: Unit, tag: Match[bytes]) -> int:
    return unit.line + lines(unit.data[: len(unit.data) - len(tag[0])])
