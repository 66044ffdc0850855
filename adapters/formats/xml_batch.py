"""What is known of a batch of records: what stands round it, what was found in it, and what is looked at again."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from lxml import etree

from adapters.formats.xml_bytes import one_line_end
from adapters.formats.xml_items import NOWHERE, RawFault, Values, Within
from adapters.formats.xml_schema import Model, safe_parser
from adapters.formats.xml_syntax import first_error
from gateway.core.model import Group

Spaces: TypeAlias = tuple[tuple[str, str], ...]
"""Declared namespaces: each prefix (empty for the default) with its name."""
_SPACE: Final = " \t\r\n"


class Told(NamedTuple):
    """What there is to tell of a record: its faults, what its work returned, or its fields where no work was given.

    A `broken` record waits for its second look; `looked` is None for a record that needed none.
    """

    faults: tuple[RawFault, ...]
    found: object
    group: Group | None
    broken: bool
    looked: bool | None


class Run(NamedTuple):
    """Equal records in a row, or a piece of the file between records that is none (`stray`).

    A container's tag is a stray that opens it, closes it, or does both; `name` is then its name.
    """

    line: int
    name: str
    times: int
    stray: bytes = b""
    opens: bool = False
    closes: bool = False


class Checked(NamedTuple):
    """What a batch holds, in columns; `told` has only those records, by their index, of which there is more to tell.

    `whole` is False, and nothing else is known, where the batch is not well-formed. `within` has what each record
    stands in, and nothing in a flat shape.
    """

    names: list[str]
    starts: "array[int]"
    ends: "array[int]"
    lines: "array[int]"
    told: dict[int, Told]
    runs: list[Run]
    whole: bool = True
    within: Sequence[Within] = ()


class Again(NamedTuple):
    """A record for the second look: its bytes, where they begin and what they stand in, and whether to look."""

    line: int
    offset: int
    data: bytes
    look: bool
    spaces: Spaces = ()
    within: Within = NOWHERE


@dataclass(frozen=True)
class Around:
    """What stands round the records: the root's own name as written, and the namespaces that it declares."""

    path: Path
    name: str
    namespaces: Spaces

    @cached_property
    def opening(self) -> bytes:
        """Return a start tag on one line that declares what the root of the file declares."""
        spaces = ((prefix, "&#10;".join(escape(uri).splitlines())) for prefix, uri in self.namespaces)
        declared = "".join(f' xmlns{":" * bool(prefix)}{prefix}="{uri}"' for prefix, uri in spaces)
        return f"<{self.name}{declared}>".encode()

    @property
    def closing(self) -> bytes:
        """Return the end tag of the root."""
        return f"</{self.name}>".encode()

    def below(self, spaces: Spaces) -> "Around":
        """Return what stands round records in containers that declare namespaces of their own."""
        if not spaces:
            return self
        prefix, _, name = self.name.rpartition(":")
        own, known = dict(self.namespaces), {**dict(self.namespaces), **dict(spaces)}
        if known.get(prefix, "") != own.get(prefix, ""):
            known[free := max(known, key=len) + "r"] = own.get(prefix, "")
            return Around(self.path, f"{free}:{name}", tuple(known.items()))
        return Around(self.path, self.name, tuple(known.items()))

    def bytes_at(self, offset: int, length: int) -> bytes:
        """Return bytes of the file."""
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def parse(self, data: bytes) -> etree._Element:
        """Return a root that holds these bytes; raise XMLSyntaxError where they are not well-formed.

        A comment, a section or an instruction may part a text: only where there is none is white space left out.
        """
        has_parts = (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data)
        return etree.fromstring(self._whole(data), safe_parser(blanks=has_parts))

    def holds(self, data: bytes) -> bool:
        """Tell whether these bytes are well-formed below the root, without a tree of them."""
        return first_error(self._whole(data)) is None

    def _whole(self, data: bytes) -> bytes:
        return b"".join([self.opening, one_line_end(data), self.closing])


def read_values(element: etree._Element, model: Model, prefix: int) -> Values:
    """Return what an element holds, trimmed; of a child that may not repeat the first counts."""
    values: dict[str, object] = {}
    children, repeated = model.children, model.repeated
    for child in element:
        name = str(child.tag)[prefix:]
        below = children.get(name)
        if len(child) or (below is not None and below.children):
            value: object = read_values(child, below or _UNKNOWN, prefix)
        else:
            value = (child.text or "").strip(_SPACE)
        if name in repeated:
            values.setdefault(name, []).append(value)  # type: ignore[attr-defined]
        elif name not in values:
            values[name] = value
    if model.attributes:
        values.update((f"@{str(name).rpartition('}')[2]}", str(text)) for name, text in element.attrib.items())
    return values


_UNKNOWN = Model()
