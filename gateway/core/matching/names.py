"""The names of a batch, each once: its forms, its words, and how often the register has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.nicknames import ROOTS
from gateway.core.matching.normalise import n2

Texts = NDArray[np.object_]
_KEPT: Final = 1 << 17
_PARTICLES: Final = frozenset(
    [
        "al",
        "bin",
        "da",
        "de",
        "del",
        "den",
        "der",
        "di",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "le",
        "mac",
        "mc",
        "o",
        "st",
        "ten",
        "ter",
        "van",
        "von",
        "y",
    ]
)


class Forms(NamedTuple):
    """A name as it is compared: its N2, the N2 of its first word, and both as hashes."""

    bare: str
    first: str
    whole_hash: int
    first_hash: int


class Known(NamedTuple):
    """A name that the register has: its N1, and how many entries have it as given name and as family name."""

    text: str
    given: int = 0
    family: int = 0


NOBODY: Final = Known("")
"""The name that is missing."""


@lru_cache(maxsize=_KEPT)
def text_hash(text: str) -> int:
    """Return the frozen signed 64-bit hash of a text; 0 stands for none."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True) if text else 0


@lru_cache(maxsize=_KEPT)
def forms(name: str) -> Forms:
    """Return the forms of a name in N1."""
    bare = name if name.isascii() and name.isalpha() else n2(name)
    word, blank, _ = name.partition(" ")
    first = n2(word) if blank else bare
    whole = text_hash(bare)
    return Forms(bare, first, whole, text_hash(first) if blank else whole)


@lru_cache(maxsize=_KEPT)
def parts(name: str) -> frozenset[str]:
    """Return the parts of a name in N1 that may stand alone, particles left out."""
    words = {n2(word) for word in name.replace("-", " ").split()}
    return frozenset(word for word in words if len(word) > 1 and word not in _PARTICLES)


@dataclass(frozen=True, slots=True)
class Names:
    """Some names by their hash, in rising order of it; 0 is the name that is missing.

    The arrays hold for each: its texts, the hashes of its N2 and of its first word's N2, how often the register has
    it as given and as family name, its first letter, and whether it is one letter, has short forms, or several parts.
    """

    ids: Integers
    texts: Texts
    bares: Texts
    firsts: Texts
    whole_hashes: Integers
    first_hashes: Integers
    given: Integers
    family: Integers
    initials: Integers
    short: Flags
    rooted: Flags
    manifold: Flags

    @classmethod
    def of(cls, names: Mapping[int, Known]) -> "Names":
        """Return names by their hash."""
        ids = sorted({0, *names})
        known = [names.get(number, NOBODY) for number in ids]
        texts = [it.text for it in known]
        made = [forms(text) for text in texts]
        bares, firsts = [it.bare for it in made], [it.first for it in made]
        return cls(
            ids=np.array(ids, np.int64),
            texts=_texts(texts),
            bares=_texts(bares),
            firsts=_texts(firsts),
            whole_hashes=np.array([it.whole_hash for it in made], np.int64),
            first_hashes=np.array([it.first_hash for it in made], np.int64),
            given=np.array([it.given for it in known], np.int64),
            family=np.array([it.family for it in known], np.int64),
            initials=np.array([ord(text[0]) if text else 0 for text in bares], np.int64),
            short=np.array([len(text) == 1 for text in bares], bool),
            rooted=np.array([text in ROOTS for text in firsts], bool),
            manifold=np.array([not text.isalpha() and len(parts(text)) > 1 for text in texts], bool),
        )

    def plus(self, names: Mapping[int, Known]) -> "Names":
        """Return these names and others, none of which is among them."""
        more = Names.of(names)
        new = more.ids != 0
        order = np.argsort(np.concatenate([self.ids, more.ids[new]]))
        both = ((getattr(self, field.name), getattr(more, field.name)[new]) for field in fields(self))
        return Names(*(np.concatenate(columns)[order] for columns in both))

    def places(self, hashes: Integers) -> Integers:
        """Return where these names stand."""
        return np.searchsorted(self.ids, hashes)

    def wholes(self, hashes: Integers) -> Integers:
        """Return the hash of the N2 of each name."""
        return self.whole_hashes[self.places(hashes)]


def _texts(texts: Iterable[str]) -> Texts:
    listed = list(texts)
    made = np.empty(len(listed), object)
    made[:] = listed
    return made
