"""Judges a file's headings and its name: what they become, how the columns stand, and what stays in doubt."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.core.correction_words import Doubt, Form
from gateway.core.corrections import Wanted, cleaned
from gateway.core.tables import TableSchema

_COPY_MARK = re.compile(r"(?:\s*\([0-9]{1,3}\)|[\s_-]+(?:copy|final|corrected|new|v?[0-9]{1,2}))\s*$", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*\.\s*(?:csv|txt|tsv|dat)\s*$", re.IGNORECASE)
_MOST_MARKS = 5


class Heading(NamedTuple):
    """One heading: its place from 0 and its text, as it was and as it becomes; the field that it names, if any."""

    place: int
    was: str
    now: str
    field: str | None


class Headings(NamedTuple):
    """A heading row: its cells, the places of the columns to write in their order, and what stays in doubt."""

    cells: tuple[Heading, ...]
    places: tuple[int, ...]
    doubts: tuple[tuple[Doubt, str], ...]

    @property
    def is_moved(self) -> bool:
        """Tell whether columns change places."""
        return list(self.places) != sorted(self.places)


class Spellings:
    """Which field a heading names: by its exact spelling, or by one that differs in case and spaces alone."""

    def __init__(self, schema: TableSchema) -> None:
        self._schema = schema
        self._exact = {spelling: field.name for field in schema.fields for spelling in (field.name, *field.aliases)}
        folded = Counter((_folded(spelling), name) for spelling, name in self._exact.items())
        owners = Counter(spelling for spelling, _ in folded)
        self._folded = {spelling: name for spelling, name in folded if owners[spelling] == 1}

    def heading(self, place: int, cell: str) -> Heading:
        """Return a heading with the field that it names; an unknown one only loses what never belongs to a value."""
        text = cleaned(cell).now
        if text in self._exact:
            return Heading(place, cell, text, self._exact[text])
        name = self._folded.get(_folded(text))
        if name is None:
            return Heading(place, cell, text, None)
        kept = self._schema.fields_match == "equal" and text.casefold() == name.casefold()
        return Heading(place, cell, text if kept else name, name)

    def known(self, cells: Sequence[str]) -> int:
        """Return how many fields are named among cells."""
        return len({self.heading(0, cell).field for cell in cells} - {None})


def _folded(heading: str) -> str:
    return "".join(heading.split()).casefold()


def planned(cells: Sequence[str], wanted: Wanted, filled: frozenset[int]) -> Headings:
    """Return what becomes of a heading row; `filled` are the places of columns below which a value stands."""
    spellings = Spellings(wanted.schema)
    headings = tuple(spellings.heading(place, cell) for place, cell in enumerate(cells))
    kept = [heading for heading in headings if heading.now or heading.place in filled]
    doubts = tuple(_doubts(kept, wanted.schema))
    places = {heading.field: heading.place for heading in kept}
    if doubts or wanted.schema.fields_match == "equal":
        return Headings(headings, tuple(heading.place for heading in kept), doubts)
    return Headings(headings, tuple(places[name] for name in wanted.schema.names), ())


def _doubts(kept: Sequence[Heading], schema: TableSchema) -> Iterator[tuple[Doubt, str]]:
    counts = Counter(heading.field for heading in kept)
    yield from ((Doubt.HEADING_UNKNOWN, heading.now) for heading in kept if heading.field is None)
    yield from ((Doubt.HEADING_TWICE, name) for name, count in counts.items() if name and count > 1)
    if schema.fields_match == "exact":
        yield from ((Doubt.HEADING_MISSING, name) for name in schema.names if name not in counts)


class Named(NamedTuple):
    """What a file's name becomes, and whether that is mended or in doubt."""

    now: str
    form: Form | None = None
    doubt: Doubt | None = None


def named(file_name: str, wanted: Wanted) -> Named:
    """Return a file's name as its kind asks for it, where only copy marks, spaces, case or extension are wrong."""
    if wanted.is_name(file_name):
        return Named(file_name)
    stem = cleaned(file_name).now
    while found := _EXTENSION.search(stem):
        stem = stem[: found.start()]
    for _ in range(_MOST_MARKS):
        for name in (f"{stem}{wanted.extension}", f"{stem.upper()}{wanted.extension}"):
            if wanted.is_name(name):
                return Named(name, Form.NAME)
        shorter = _COPY_MARK.sub("", stem)
        if shorter == stem:
            break
        stem = shorter
    return Named(file_name, None, Doubt.NAME)
