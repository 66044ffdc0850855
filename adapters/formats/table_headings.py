"""Tells the headings of a table from others, and what is wrong with them in one sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from gateway.core.tables import TableSchema

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_LISTED = 5
_LONGEST = 40
_COMPARED = 60
_ALIKE = 0.75
_WRONG, _MEND = "what is wrong with the headings", "how to mend them"


class Layout(NamedTuple):
    """How the rows of one file are read: how many columns they have, and at which place each field stands."""

    schema: TableSchema
    width: int
    places: Mapping[str, int]
    respelt: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong with headings, as the words of a message; `delimiter` where the columns are not told by commas."""

    words: dict[str, str]
    delimiter: bool = False


@dataclass(frozen=True)
class Headings:
    """The headings of one schema; `file_words` name its files, such as "an LRB file"."""

    schema: TableSchema
    file_words: str
    ignores_unknown: bool = False

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return {spelling: field.name for field in self.schema.fields for spelling in (field.name, *field.aliases)}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {spelling.casefold(): name for spelling, name in self._spellings.items()}

    @property
    def _is_exact(self) -> bool:
        return self.schema.fields_match == "exact"

    @property
    def _most(self) -> int:
        return (2 * len(self.schema.names) + 2) // 3

    def layout(self, cells: Sequence[str]) -> Layout | Problem:
        """Return how the rows under these headings are read, or what is wrong with the headings."""
        found = [self._named(cell) for cell in map(str.strip, cells)]
        if self._fits(found):
            places = {name: place for place, name in enumerate(found) if name in self.schema.names}
            respelt = () if self._is_exact else tuple(self._respelt(cells, found))
            return Layout(self.schema, len(cells), places, respelt)
        return self._other_delimiter(cells) or self._no_headings(found) or self._differences(found)

    def too_long(self) -> Problem:
        """Return what is wrong with headings too long to be read."""
        return Problem({_WRONG: "The row of the headings is too long to be read.", _MEND: self._cure})

    def _named(self, cell: str) -> str:
        return self._spellings.get(cell, cell) if self._is_exact else self._folded.get(cell.casefold(), cell)

    def _fits(self, found: Sequence[str]) -> bool:
        if self._is_exact:
            return tuple(found) == self.schema.names
        ours = [name for name in found if name in self.schema.names]
        unknown = len(found) - len(ours)
        return len(ours) == len(set(ours)) == len(self.schema.names) and (not unknown or self.ignores_unknown)

    def _respelt(self, cells: Sequence[str], found: Sequence[str]) -> Iterable[str]:
        for cell, name in zip(cells, found, strict=True):
            if cell != name and name in self.schema.names and cell not in self._spellings:
                yield name

    def looks_like(self, head: bytes) -> bool:
        """Tell whether a file's first line has most of these headings, whatever separates them."""
        line = next(iter(head.decode("utf-8-sig", errors="replace").splitlines()), "")
        return any(self.ours(_split(line, delimiter)) >= self._most for delimiter in (",", *_DELIMITERS))

    def ours(self, cells: Iterable[str]) -> int:
        """Return how many of the headings are among the cells, in capital letters or small."""
        return len({self._folded[cell.casefold()] for cell in cells if cell.casefold() in self._folded})

    def _other_delimiter(self, cells: Sequence[str]) -> Problem | None:
        line = ",".join(cells)
        if line.casefold().startswith("sep="):
            told = f'The first line is "{line[:_LONGEST]}", an instruction to a spreadsheet, and not the headings.'
            return Problem({_WRONG: told, _MEND: "Delete the first line, so that the headings come first."}, True)  # noqa: FBT003 - a field of its own
        for delimiter, words in _DELIMITERS.items():
            if self.ours(_split(line, delimiter)) >= self._most:
                told = f"The columns are separated by {words} and not by commas."
                return Problem({_WRONG: told, _MEND: 'Save the file as "CSV (comma delimited)".'}, True)  # noqa: FBT003
        return None

    @property
    def _cure(self) -> str:
        order = "in their exact order and spelling" if self._is_exact else "each once and in any order"
        return (
            f"Use the {len(self.schema.names)} headings of {self.file_words} {order}, separated by commas; the page of "
            "this file kind lists them."
        )

    def _no_headings(self, found: Sequence[str]) -> Problem | None:
        if self.ours(found):
            return None
        told = f"The first row holds none of the headings of {self.file_words}; it may be the first record."
        return Problem({_WRONG: told, _MEND: self._cure})

    def _differences(self, found: Sequence[str]) -> Problem:
        counts = Counter(found)
        misspelt, unknown = self._misspelt([cell for cell in found if cell not in self.schema.names], counts)
        near = {right for _, right in misspelt}
        present = [name for name in counts if name in self.schema.names]
        parts = {
            "missing": [name for name in self.schema.names if name not in present and name not in near],
            "misspelt": [f"{wrong} for {right}" for wrong, right in misspelt],
            "unknown": [] if self.ignores_unknown else unknown,
            "more than once": [name for name in present if counts[name] > 1],
            "out of order": self._moved(present) if self._is_exact else [],
        }
        told = "; ".join(f"{what}: {_list(names)}" for what, names in parts.items() if names)
        wrong = f"The headings differ from the {len(self.schema.names)} of {self.file_words}: {told}."
        return Problem({_WRONG: wrong, _MEND: self._cure})

    def _misspelt(self, strange: Sequence[str], counts: Mapping[str, int]) -> tuple[list[tuple[str, str]], list[str]]:
        """Return the headings that are nearly ours, each with ours, and those that are not known at all."""
        left = [name for name in self.schema.names if name not in counts]
        misspelt, unknown = [], []
        for place, cell in enumerate(strange):
            shown = cell[:_LONGEST] or "an empty heading"
            close = self._close(shown, left) if place < _COMPARED else None
            if close:
                left.remove(close)
                misspelt.append((shown, close))
            else:
                unknown.append(shown)
        return misspelt, unknown

    def _close(self, cell: str, left: Sequence[str]) -> str | None:
        """Return the heading that is not there and that a cell was probably meant to be."""
        folded = self._folded.get(cell.casefold())
        return folded if folded in left else next(iter(get_close_matches(cell, left, 1, _ALIKE)), None)

    def _moved(self, present: Sequence[str]) -> list[str]:
        """Return the fewest headings that must move so that those present stand in our order."""
        right = [name for name in self.schema.names if name in present]
        kept = SequenceMatcher(None, present, right, autojunk=False).get_matching_blocks()
        still = {name for block in kept for name in present[block.a : block.a + block.size]}
        return [name for name in present if name not in still]


def _split(line: str, delimiter: str) -> list[str]:
    return [cell.strip(' "') for cell in line.split(delimiter)]


def _list(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(islice(names, _LISTED)) + (f" and {more} more" if more > 0 else "")
