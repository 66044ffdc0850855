"""The face of a learner: what is compared of them, as numbers of a fixed width.

The register keeps the face of every entry beside its keys, so that a batch is compared without reading anybody's
details. A name is the frozen hash of its N1, a postcode its own letters and digits as one number. When a form, the
hash or the layout changes, VERSION in `keys` goes up and the register's faces are made again.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gateway.core.matching.columns import Column, Columns, Flags, Integers
from gateway.core.matching.names import Known, Names, text_hash
from gateway.core.matching.normalise import email, n1, postcode, upn

NAMES: Final = ("given", "family", "middle", "preferred", "previous", "at_16")
"""The parts of a face that are hashes of names."""
FACE: Final = np.dtype(
    [
        *((name, "<i8") for name in NAMES),
        ("postcode", "<i8"),
        ("former_1", "<i8"),
        ("former_2", "<i8"),
        ("email", "<i8"),
        ("upn", "<i8"),
        ("born", "<i4"),
        ("sex", "<i2"),
        ("spare", "<i2"),
    ]
)
"""How a face is laid out: frozen, for the register keeps it."""
SEXES: Final = ("", "0", "1", "2", "9")
NO_SEX, MALE, FEMALE = 0, 2, 3
_FIELDS: Final = {
    "given": "given_name",
    "family": "family_name",
    "middle": "middle_name",
    "preferred": "preferred_given_name",
    "previous": "previous_family_name",
    "at_16": "family_name_at_16",
}
_SIGNS: Final = {sign: place for place, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}
_WORTH: Final = np.array([_SIGNS.get(chr(code).upper(), 0) for code in range(128)], np.int64)
"""The number of each sign of ASCII by its code; 0 for a blank, and for none."""
BASE: Final = 37
"""A postcode is a number to this base, its first sign the highest digit."""
LONGEST: Final = 12
"""Signs of a postcode that fit into the number; a longer one, or one with other signs, is a hash below 0."""
_PLAIN: Final = re.compile(f"[0-9A-Za-z ]{{0,{LONGEST}}}").fullmatch

FaceRows = NDArray[np.void]


@dataclass(frozen=True)
class Faces:
    """Faces of several learners, and the text of each name in them by its hash."""

    rows: FaceRows
    names: Mapping[int, Known]

    @cached_property
    def forms(self) -> Names:
        """Return the names with their forms."""
        return Names.of(self.names)

    def part(self, chosen: Integers | Flags) -> "Faces":
        """Return the faces of some of the learners."""
        return Faces(self.rows[chosen], self.names)


def postcode_number(text: str) -> int:
    """Return a postcode as a number, so that its parts can be told; 0 stands for none."""
    bare, number = postcode(text), 0
    if len(bare) > LONGEST or not all(sign in _SIGNS for sign in bare):
        return -(text_hash(bare) >> 1 & (1 << 62) - 1) - 1
    for sign in bare:
        number = number * BASE + _SIGNS[sign]
    return number


def postcode_numbers(texts: Sequence[str]) -> Integers:
    """Return postcodes as numbers; those of plain letters, digits and blanks, as nearly all are, all at once."""
    plain = np.fromiter((_PLAIN(text) is not None for text in texts), bool, len(texts))
    found = np.zeros(len(texts), np.int64)
    signs = np.array([text for text, is_plain in zip(texts, plain, strict=True) if is_plain], f"S{LONGEST}")
    for column in signs.view(np.uint8).reshape(len(signs), LONGEST).T:
        worth = _WORTH[column]
        found[plain] = np.where(worth, found[plain] * BASE + worth, found[plain])
    for place in np.flatnonzero(~plain).tolist():
        found[place] = postcode_number(texts[place])
    return found


def faces(columns: Columns) -> Faces:
    """Return the faces of learners."""
    rows = np.zeros(columns.size, FACE)
    names: dict[int, Known] = {}
    for part, field in _FIELDS.items():
        if field in columns.texts:
            rows[part] = _names(columns.texts[field], names)
    for part, form in _FORMS.items():
        if part in columns.texts:
            rows[part] = _numbers(columns.texts[part], form)
    if "postcode" in columns.texts:
        homes = columns.texts["postcode"]
        rows["postcode"] = postcode_numbers(homes.values)[homes.codes]
    if columns.former_postcodes is not None:
        rows["former_1"], rows["former_2"] = (_numbers(columns.former_postcodes, former) for former in _FORMER)
    rows["born"] = columns.born
    return Faces(rows, names)


def _names(column: Column, names: dict[int, Known]) -> Integers:
    """Return the hashes of a column of names, and note what each stands for."""
    plain = [n1(value) for value in column.values]
    hashes = [text_hash(text) for text in plain]
    names.update((number, Known(text)) for number, text in zip(hashes, plain, strict=True) if text)
    return np.array(hashes, np.int64)[column.codes] if hashes else np.zeros(0, np.int64)


def _numbers(column: Column, form: Callable[[str], int]) -> Integers:
    numbers = np.fromiter(map(form, column.values), np.int64, len(column.values))
    return numbers[column.codes] if len(numbers) else numbers


def _sex(text: str) -> int:
    value = text.strip()
    return SEXES.index(value) if value in SEXES else NO_SEX


def _former(place: int) -> Callable[[str], int]:
    """Return what reads the last or last but one of former postcodes; older ones are not compared."""

    def former(text: str) -> int:
        known: Iterable[str] = filter(None, reversed(text.split(";")))
        return next((postcode_number(one) for at, one in enumerate(known) if at == place), 0)

    return former


_FORMER: Final = (_former(0), _former(1))
_FORMS: Final[dict[str, Callable[[str], int]]] = {
    "sex": _sex,
    "email": lambda text: text_hash(email(text)),
    "upn": lambda text: text_hash(upn(text)),
}
