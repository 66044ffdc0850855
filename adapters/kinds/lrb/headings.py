"""Tells the headings of an LRB file from others, and what is wrong with them in one sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import islice

from adapters.kinds.lrb.table import SCHEMA

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_NEARLY = 20
"""Headings of ours that a first line must have to be taken for an LRB file's."""
_LISTED = 5
_LONGEST = 40
_COMPARED = 60
_ALIKE = 0.75
_CURE = (
    "Use the 30 headings of an LRB file in their exact order and spelling, separated by commas; the page of this file "
    "kind lists them."
)
_WRONG, _MEND = "what is wrong with the headings", "how to mend them"
_OURS = frozenset(SCHEMA.names)
_SPELLINGS = {spelling: field.name for field in SCHEMA.fields for spelling in (field.name, *field.aliases)}
_FOLDED = {spelling.casefold(): name for spelling, name in _SPELLINGS.items()}


def heading_problems(cells: Sequence[str]) -> dict[str, str] | None:
    """Return what is wrong with a file's first row as headings, and its cure; None where nothing is."""
    found = [_SPELLINGS.get(cell, cell) for cell in map(str.strip, cells)]
    if tuple(found) == SCHEMA.names:
        return None
    return _other_delimiter(cells) or _no_headings(found) or _differences(found)


def looks_like_headings(head: bytes) -> bool:
    """Tell whether a file's first line has most of the LRB headings, whatever separates them."""
    line = next(iter(head.decode("utf-8-sig", errors="replace").splitlines()), "")
    return any(_ours(_split(line, delimiter)) >= _NEARLY for delimiter in (",", *_DELIMITERS))


def _split(line: str, delimiter: str) -> list[str]:
    return [cell.strip(' "') for cell in line.split(delimiter)]


def _ours(cells: Iterable[str]) -> int:
    """Return how many of the 30 headings are among the cells, in capital letters or small."""
    return len({_FOLDED[cell.casefold()] for cell in cells if cell.casefold() in _FOLDED})


def _other_delimiter(cells: Sequence[str]) -> dict[str, str] | None:
    line = ",".join(cells)
    if line.casefold().startswith("sep="):
        problems = f'The first line is "{line[:_LONGEST]}", an instruction to a spreadsheet, and not the headings.'
        return {_WRONG: problems, _MEND: "Delete the first line, so that the headings come first."}
    for delimiter, words in _DELIMITERS.items():
        if _ours(_split(line, delimiter)) >= _NEARLY:
            problems = f"The columns are separated by {words} and not by commas."
            return {_WRONG: problems, _MEND: 'Save the file as "CSV (comma delimited)".'}
    return None


def _no_headings(found: Sequence[str]) -> dict[str, str] | None:
    if _ours(found):
        return None
    problems = "The first row holds none of the headings of an LRB file; it may be the first learner."
    return {_WRONG: problems, _MEND: _CURE}


def _differences(found: Sequence[str]) -> dict[str, str]:
    counts = Counter(found)
    misspelt, unknown = _misspelt([cell for cell in found if cell not in _OURS], counts)
    near = {right for _, right in misspelt}
    present = [name for name in counts if name in _OURS]
    parts = {
        "missing": [name for name in SCHEMA.names if name not in present and name not in near],
        "misspelt": [f"{wrong} for {right}" for wrong, right in misspelt],
        "unknown": unknown,
        "more than once": [name for name in present if counts[name] > 1],
        "out of order": _moved(present),
    }
    told = "; ".join(f"{what}: {_list(names)}" for what, names in parts.items() if names)
    return {_WRONG: f"The headings differ from the 30 of an LRB file: {told}.", _MEND: _CURE}


def _misspelt(strange: Sequence[str], counts: Mapping[str, int]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the headings that are nearly ours, each with ours, and those that are not known at all."""
    left = [name for name in SCHEMA.names if name not in counts]
    misspelt, unknown = [], []
    for place, cell in enumerate(strange):
        shown = cell[:_LONGEST] or "an empty heading"
        close = _close(shown, left) if place < _COMPARED else None
        if close:
            left.remove(close)
            misspelt.append((shown, close))
        else:
            unknown.append(shown)
    return misspelt, unknown


def _close(cell: str, left: Sequence[str]) -> str | None:
    """Return the heading that is not there and that a cell was probably meant to be."""
    folded = _FOLDED.get(cell.casefold())
    return folded if folded in left else next(iter(get_close_matches(cell, left, 1, _ALIKE)), None)


def _moved(present: Sequence[str]) -> list[str]:
    """Return the fewest headings that must move so that those present stand in our order."""
    right = [name for name in SCHEMA.names if name in present]
    kept = SequenceMatcher(None, present, right, autojunk=False).get_matching_blocks()
    still = {name for block in kept for name in present[block.a : block.a + block.size]}
    return [name for name in present if name not in still]


def _list(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(islice(names, _LISTED)) + (f" and {more} more" if more > 0 else "")
