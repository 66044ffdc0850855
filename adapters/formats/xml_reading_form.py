"""What an XML file kind says of its files, for the reader to check them by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.formats.xml_items import FieldTable, Shape
from adapters.formats.xml_schema import Model, derived
from gateway.core.model import Learner, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule

ToLearner = Callable[[str, Record], Learner | None]
"""A module's function: who a record describes, by the record element's name; None where it is nobody."""


def nobody(_element: str, _record: Record) -> None:
    """Return no learner: for record elements that describe none."""


@dataclass(frozen=True, kw_only=True)
class XmlForm:
    """An XML file kind: its schema, its rules, and what of a record is used.

    `faults` holds the rules that the reader itself finds broken, by their codes (`xml_reading_rules`), and `own` the
    kind's rules that tell a fault of one field instead, by the field's name and the code. `key` is the path of the
    sender's own key in a record, `header` the path below the root for each name of the file's header, and `given` the
    same for each name under which every record holds such a value for its rules; in `given` a path may also be that of
    a container, for its number in the file, or of a container's attribute, as in `Centre/@centreNumber`. Rules on the
    file may name what stands behind the last record by its path, such as `Trailer/CentreCount`. `kept` are the paths
    that a record keeps once it is checked, beside the fields of what was found in it; None keeps all. `books` are the
    rules of record elements that have others than `book`, and `triggers` say without what a rule finds nothing
    (`xml_reading_probe`).
    A record whose only errors are among `uln_codes` is answered as one with a wrong ULN; one whose only errors are
    among `looked_for` is refused, but its learner is looked for all the same. `year_of` says by a namespace
    which other year a file is of, in a sentence, or None. `encodings` are those that the kind accepts, where it accepts
    fewer than can be read (`utf-8`, `us-ascii`, `iso-8859-1`, `cp1252`, `utf-16-le`, `utf-16-be`).

    Where a kind's rules look at most fields of most records, `reads_all` has each record read at once.

    All functions are those of a module, because worker processes find them by name.
    """

    shape: Shape
    book: Rulebook
    faults: Mapping[str, Rule]
    fields: FieldTable
    key: str
    own: Mapping[tuple[str, str], Rule] = field(default_factory=dict)
    learner: ToLearner = nobody
    header: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] | None = None
    books: Mapping[str, Rulebook] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)
    reads_all: bool = False
    uln_codes: frozenset[str] = frozenset()
    looked_for: frozenset[str] = frozenset()
    year_of: Callable[[str], str | None] | None = None
    encodings: frozenset[str] | None = None

    @cached_property
    def within(self) -> Mapping[str, str]:
        """Return the part of `given` that is known of the containers that a record stands in."""
        containers = frozenset(self.shape.containers)
        return {name: path for name, path in self.given.items() if path.partition("/@")[0] in containers}

    @cached_property
    def near(self) -> frozenset[str]:
        """Return the names under which every record holds a value of the file's header."""
        return frozenset(self.given).difference(self.within)

    @cached_property
    def behind(self) -> frozenset[str]:
        """Return the names of the elements below the root that stand behind the last record or container."""
        names = list(file_model(self.shape).children)
        last = max(names.index(name) for name in self.shape.tops)
        return frozenset(names[last + 1 :])

    @cached_property
    def paths(self) -> Mapping[str, frozenset[str]]:
        """Return for each code the paths, without numbers, of the fields that its rules look at."""
        found: dict[str, frozenset[str]] = {}
        for book in (self.book, *self.books.values()):
            for rule in book.rules.values():
                above = f"{rule.group}/" if rule.group else ""
                fields = (name[1:] if name.startswith("/") else f"{above}{name}" for name in rule.fields)
                found[rule.code] = found.get(rule.code, frozenset()).union(fields)
        return found

    def rule(self, name: str, code: str) -> Rule:
        """Return the rule that tells a fault of a field: the kind's own for that field, or the one of the code."""
        return self.own.get((name, code)) or self.faults[code]

    def book_of(self, element: str) -> Rulebook:
        """Return the rules of a record element."""
        return self.books.get(element, self.book)


def file_model(shape: Shape) -> Model:
    """Return what may stand below the root of a shape's files."""
    return derived(shape).model


def record_model(shape: Shape, element: str) -> Model:
    """Return what may stand below a record element, by its name."""
    return derived(shape).records.children.get(element, Model())
