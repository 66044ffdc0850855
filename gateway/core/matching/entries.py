"""Entries made ready for the register: their details to be kept, and what they are found and compared by."""

import csv
import io
from collections.abc import Iterable, Sequence
from operator import attrgetter

import numpy as np

from gateway.core.handover import ENTRY_TEXTS, EntryBatch
from gateway.core.matching.columns import Columns, Flags, Integers
from gateway.core.matching.faces import Faces, faces
from gateway.core.matching.keys import keys
from gateway.core.model import Entry, Learner

_TEXTS = attrgetter(*ENTRY_TEXTS)


def entry_batch(entries: Sequence[Entry], source: str) -> EntryBatch:
    """Return entries as they are written into the register; `source` says by what they come into it."""
    columns = Columns.of([entry.learner for entry in entries])
    ulns = np.array([int(entry.uln) for entry in entries], np.int64)
    masters = np.array([int(entry.master_uln or 0) for entry in entries], np.int64)
    live = np.array([not entry.deleted for entry in entries], bool)
    states = ((it.uln, it.master_uln, "deleted" if it.deleted else "live", source) for it in entries)
    return prepared(details([it.learner for it in entries], states), faces(columns), ulns, masters, live)


def prepared(written: bytes, everybody: Faces, ulns: Integers, masters: Integers, live: Flags) -> EntryBatch:
    """Return entries of whom the details are written already; only those who are live are found."""
    places = np.flatnonzero(live)
    found = everybody if len(places) == len(everybody.rows) else everybody.part(places)
    values, owners = keys(found)
    return EntryBatch(
        size=len(everybody.rows),
        details=written,
        ulns=ulns.tobytes(),
        masters=masters.tobytes(),
        live=places.astype(np.int64).tobytes(),
        faces=found.rows.tobytes(),
        keys=values.tobytes(),
        places=places[owners].astype(np.int32).tobytes(),
        names=_counted(found),
    )


def details(learners: Iterable[Learner], states: Iterable[tuple[object, ...]]) -> bytes:
    """Return the details of entries as CSV; a state is ULN, master, status and by what the entry comes."""
    made = io.StringIO()
    csv.writer(made).writerows(
        (*state, it.date_of_birth, array_text(it.former_postcodes), *_TEXTS(it))
        for state, it in zip(states, learners, strict=True)
    )
    return made.getvalue().encode()


def array_text(values: Iterable[str]) -> str:
    """Return texts as PostgreSQL reads an array of them."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def _counted(found: Faces) -> list[tuple[int, str, int, int]]:
    """Return the names of faces with how many have them as given and as family name."""
    given, family = (_times(found.rows[part]) for part in ("given", "family"))
    return [
        (number, known.text, given.get(number, 0), family.get(number, 0))
        for number, known in sorted(found.names.items())
    ]


def _times(hashes: Integers) -> dict[int, int]:
    numbers, times = np.unique(hashes, return_counts=True)
    return dict(zip(numbers.tolist(), times.tolist(), strict=True))
