"""Those whom learners may be: entries of the register, or of a list in memory, with their faces."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from gateway.core.handover import Near
from gateway.core.matching.columns import Columns, Flags, Integers, Places
from gateway.core.matching.faces import FACE, FaceRows, faces
from gateway.core.matching.keys import keys
from gateway.core.model import Entry
from gateway.core.numbers import ranges
from gateway.core.ports.register import Probes


@dataclass(frozen=True, slots=True)
class Crowd:
    """Entries as columns: their numbers in the register, ULNs, the ULNs of their persons, and their faces."""

    numbers: Integers
    ulns: Integers
    persons: Integers
    rows: FaceRows

    @classmethod
    def of(cls, crowds: Sequence["Crowd"]) -> "Crowd":
        """Return several crowds as one."""
        columns = ([getattr(it, field.name) for it in crowds] for field in fields(cls))
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True, slots=True)
class Hits:
    """Which learners share a key with which entries, and which learners have a key with too many entries."""

    sent: Integers
    held: Integers
    crowd: Crowd
    capped: Integers

    @classmethod
    def of(cls, near: Near) -> "Hits":
        """Return what the register found."""
        ulns, persons = np.frombuffer(near.ulns, np.int64), np.frombuffer(near.persons, np.int64)
        crowd = Crowd(np.frombuffer(near.numbers, np.int64), ulns, persons, np.frombuffer(near.faces, FACE))
        sent, held, capped = (np.frombuffer(it, np.int32) for it in (near.sent, near.held, near.capped))
        return cls(sent, held, crowd, capped)

    def part(self, chosen: Flags) -> "Hits":
        """Return some of the pairs, with those entries that are in them."""
        kept, held = np.unique(self.held[chosen], return_inverse=True)
        columns = (getattr(self.crowd, field.name)[kept] for field in fields(self.crowd))
        return Hits(self.sent[chosen], held, Crowd(*columns), self.capped[:0])


class Listed:
    """The `Candidates` port over entries in memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        self._faces = faces(Columns.of([entry.learner for entry in self._entries]))
        self._keys, self._places = keys(self._faces)

    def size(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)

    def near(self, asked: Iterable[Probes]) -> Iterator[Near]:
        """Yield for each batch the entries that share a key with a learner."""
        return map(self._near, asked)

    def _near(self, asked: Probes) -> Near:
        probes, places = asked
        sent, held = meeting(np.frombuffer(probes, np.int64), np.frombuffer(places, np.int32), self._keys, self._places)
        ulns = np.array([int(entry.uln) for entry in self._entries], np.int64)
        persons = np.array([int(entry.master_uln or entry.uln) for entry in self._entries], np.int64)
        return Near(
            sent=sent.tobytes(),
            held=held.tobytes(),
            numbers=np.arange(len(self._entries), dtype=np.int64).tobytes(),
            ulns=ulns.tobytes(),
            persons=persons.tobytes(),
            faces=self._faces.rows.tobytes(),
            capped=b"",
        )

    def names(self, hashes: bytes) -> Iterable[tuple[int, str, int, int]]:
        """Return of names that entries have: hash, N1, and how many have it as given and as family name."""
        wanted, rows = set(np.frombuffer(hashes, np.int64).tolist()), self._faces.rows
        for number, known in self._faces.names.items():
            if number in wanted:
                yield number, known.text, int((rows["given"] == number).sum()), int((rows["family"] == number).sum())

    def entries(self, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return entries by their numbers."""
        return {number: self._entries[number] for number in numbers}


def meeting(probes: Integers, places: Places, keys: Integers, owners: Integers) -> tuple[Integers, Integers]:
    """Return the pairs of a learner and an owner who share a key, each once; the keys are in rising order."""
    begin, end = np.searchsorted(keys, probes, "left"), np.searchsorted(keys, probes, "right")
    counts = end - begin
    sent = np.repeat(places, counts)
    held = owners[ranges(begin, counts)]
    pairs = np.unique(sent.astype(np.int64) << 32 | held)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
