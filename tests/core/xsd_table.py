"""Reads the tables that say what each XML schema accepts, and what values a type takes and refuses.

A table is a text in `xsd_tables`, written from the specification and never from the schema. Its first line is
`namespace|-` and `qualified|unqualified`; a line after it is a group of fields, or fields of the group above it, each
with how often it occurs and the words for its values. A name with `@` is an attribute; a group whose words are `all`
takes its children in any order.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.core.xsd_values import values

ROOT = Path(__file__).parents[2]
TABLES = sorted((Path(__file__).parent / "xsd_tables").glob("*.txt"))


@dataclass(frozen=True)
class Element:
    """One element of the specification: how often it occurs, and its children or the words for its values."""

    name: str
    least: int
    most: int | None
    words: str
    children: tuple["Element", ...] = ()

    @property
    def is_group(self) -> bool:
        """Tell whether it holds elements."""
        return any(not child.is_attribute for child in self.children)

    @property
    def is_attribute(self) -> bool:
        """Tell whether it is an attribute of the group around it."""
        return self.name.startswith("@")

    @cached_property
    def accepted(self) -> list[str]:
        """Return values that it accepts, an ordinary one first."""
        return values(self.words)[0]

    @cached_property
    def refused(self) -> list[str]:
        """Return values that it refuses, at and just beyond its limits."""
        return values(self.words)[1]


Route = tuple[Element, ...]


def element(words: str, children: tuple[Element, ...] = ()) -> Element:
    """Return the element that `Name 0..1 words` describes."""
    name, often, *rest = words.strip().split(" ", 2)
    least, _, most = often.partition("..")
    return Element(name, int(least), None if most == "n" else int(most or least), "".join(rest), children)


def elements(lines: list[str], depth: int = 0) -> Iterator[Element]:
    """Return the elements that stand at a depth of the indented text, with all that stands below them."""
    starts = [number for number, line in enumerate(lines) if not line.startswith("  " * (depth + 1))]
    for start, end in itertools.pairwise([*starts, len(lines)]):
        children = tuple(elements(lines[start + 1 : end], depth + 1))
        yield from (element(words, children) for words in lines[start].split(";"))


def routes(top: Element, above: Route = ()) -> Iterator[Route]:
    """Return the way from the root to each element."""
    yield (*above, top)
    for child in top.children:
        yield from routes(child, (*above, top))


@dataclass(frozen=True)
class Table:
    """What one schema accepts, by its specification."""

    name: str
    namespace: str
    qualified: bool
    top: Element
    routes: dict[str, Route] = field(compare=False, hash=False)

    @property
    def xsd(self) -> Path:
        """Return the schema that is held to the table."""
        return ROOT / f"schemas/xsd/{self.name}/{self.name}.xsd"

    @cached_property
    def groups(self) -> dict[str, Route]:
        """Return the elements that hold others."""
        return {path: route for path, route in self.routes.items() if route[-1].children}

    @cached_property
    def fields(self) -> dict[str, Route]:
        """Return the elements and attributes that hold a value."""
        return {path: route for path, route in self.routes.items() if not route[-1].is_group}

    def tag(self, name: str) -> str:
        """Return the name of an element as lxml writes it."""
        known = self.namespace if self.qualified or name == self.top.name else ""
        return f"{{{known}}}{name}" if known else name


def table(path: Path) -> Table:
    """Return the table that a text holds."""
    first, *lines = path.read_text(encoding="utf-8").rstrip().splitlines()
    namespace, form = first.split()
    (top,) = elements(lines)
    ways = {"/".join(step.name for step in route): route for route in routes(top)}
    return Table(path.stem, "" if namespace == "-" else namespace, form == "qualified", top, ways)


ALL = {path.stem: table(path) for path in TABLES}
