"""Blocking keys: whoever may be the same person shares at least one of them.

The register keeps `keys` of every entry. It is asked for the `probe_keys` of all learners, and for the `wide_keys` of
those whom these do not find for certain. A key is a frozen hash: when a rule, a form of `normalise` or the hash
changes, VERSION goes up and the register's keys and faces are made again.

| rule | finds |
| --- | --- |
| birth date, family name | a given name spelt otherwise, a move |
| birth date, given name | a changed family name, a move |
| birth date, postcode | both names spelt otherwise |
| UPN | all else |
| wide: both names, in either order | a birth date that differs or is missing |
| wide: postcode, its signs in any order | any two of names and birth date that differ or are missing |
| wide: birth date, first two signs of the postcode | both names spelt otherwise, and a slip in the postcode |
| wide: either name, first two signs of the postcode | no birth date, and slips in a name and the postcode |
| wide: birth date and one name in the other's place | names in the other order, one of them spelt otherwise |

A given name of several words has the keys of its first word and those of the whole. Each key is salted with its rule,
so that a probe of one rule never meets the entries of another.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gateway.core.matching.columns import Integers, Places
from gateway.core.matching.faces import FaceRows, Faces
from gateway.core.matching.homes import areas, jumbles
from gateway.core.matching.names import Names

VERSION: Final = 3
FIVE: Final = ("given", "family", "born", "sex", "postcode")
"""The five demographics by their parts of a face."""

_Unsigned = NDArray[np.uint64]
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS: Final = np.uint64(30), np.uint64(27), np.uint64(31)
_BIRTH_FAMILY, _BIRTH_GIVEN, _BIRTH_POSTCODE, _UPN, _NAMES, _HOME, _BIRTH_AREA, _FAMILY_AREA, _GIVEN_AREA = range(1, 10)


def keys(faces: Faces) -> tuple[Integers, Places]:
    """Return the keys under which entries are found, and beside each the place of its entry."""
    rows, names = faces.rows, faces.forms
    return _joined([*_narrow(rows, names), *_wide(rows, names), *_both(rows, names)[:-1]])


def probe_keys(faces: Faces) -> tuple[Integers, Places]:
    """Return the keys by which learners are looked for first, and beside each the place of its learner."""
    return _joined(_narrow(faces.rows, faces.forms))


def birth_keys(faces: Faces) -> tuple[Integers, Places]:
    """Return those keys by which everybody is found whose birth date and family name are equal, with their places."""
    rows = faces.rows
    return _joined([_key(_BIRTH_FAMILY, rows["born"], faces.forms.wholes(rows["family"]))])


def wide_keys(faces: Faces, *, areas: bool = True) -> tuple[Integers, Places]:
    """Return the keys by which learners are looked for whom the first ones do not find for certain.

    Those of postal areas may be left out: in a large register nearly all of their blocks are too large.
    """
    rows, names = faces.rows, faces.forms
    return _joined([*_wide(rows, names)[: None if areas else 1], *_both(rows, names), *_turned(rows, names)])


def every_key(faces: Faces) -> Integers:
    """Return the keys that learners are found by and those that they are looked for by, in no order."""
    rows, names = faces.rows, faces.forms
    rules = [*_narrow(rows, names), *_wide(rows, names), *_both(rows, names), *_turned(rows, names)]
    found: Integers = np.concatenate(rules)
    return np.compress(found != 0, found)


def file_keys(faces: Faces) -> tuple[Integers, Places]:
    """Return the keys by which a learner is looked for among those of the same file, who live near each other."""
    rows, names = faces.rows, faces.forms
    return _joined([*_narrow(rows, names), *_both(rows, names)])


def five(rows: FaceRows) -> Integers:
    """Return the hash of the five demographics of each learner, whether all are present or not."""
    state = np.zeros(len(rows), np.uint64)
    for part in FIVE:
        state = _mixed(state + _GOLDEN + _mixed(rows[part].astype(np.int64).view(np.uint64)))
    return state.view(np.int64)


def _narrow(rows: FaceRows, names: Names) -> list[Integers]:
    """Return a key for each learner under each rule; 0 where a detail that the rule needs is missing."""
    family, born = names.wholes(rows["family"]), rows["born"]
    found = [_key(_BIRTH_FAMILY, born, family), _key(_BIRTH_POSTCODE, born, rows["postcode"]), _key(_UPN, rows["upn"])]
    found += [_key(_BIRTH_GIVEN, born, given) for given in _given(rows, names)]
    return found


def _wide(rows: FaceRows, names: Names) -> list[Integers]:
    """Return a key for each learner under each wide rule but that of both names."""
    home, area, family = rows["postcode"], areas(rows["postcode"]), names.wholes(rows["family"])
    near = ((_BIRTH_AREA, rows["born"]), (_FAMILY_AREA, family), (_GIVEN_AREA, _given(rows, names)[0]))
    return [_key(_HOME, jumbles(home)), *(_key(rule, detail, area) for rule, detail in near)]


def _turned(rows: FaceRows, names: Names) -> list[Integers]:
    """Return the keys of the birth date and one name in the other's place."""
    given, family, born = names.wholes(rows["given"]), names.wholes(rows["family"]), rows["born"]
    return [_key(_BIRTH_FAMILY, born, given), _key(_BIRTH_GIVEN, born, family)]


def _both(rows: FaceRows, names: Names) -> list[Integers]:
    """Return the keys of both names, as they stand and in each other's place."""
    given, family = names.wholes(rows["given"]), names.wholes(rows["family"])
    turned = _key(_NAMES, family, given)
    return [*(_key(_NAMES, given, family) for given in _given(rows, names)), turned]


def _given(rows: FaceRows, names: Names) -> tuple[Integers, Integers]:
    """Return the first word of each given name, and the whole where it has more words."""
    at = names.places(rows["given"])
    first, whole = names.first_hashes[at], names.whole_hashes[at]
    return first, np.where(whole == first, 0, whole)


def _key(rule: int, *details: NDArray[np.signedinteger]) -> Integers:
    """Return the hash of a rule's details for each learner, 0 where one is missing."""
    state = np.full(len(details[0]), rule, np.uint64)
    present = np.ones(len(details[0]), bool)
    for detail in details:
        state = _mixed(state + _GOLDEN + _mixed(detail.astype(np.int64).view(np.uint64)))
        present &= detail != 0
    return np.where(present, state.view(np.int64), 0)


def _mixed(state: _Unsigned) -> _Unsigned:
    """Return SplitMix64's mixing of each number: any bit of it may change every bit of the answer."""
    state = (state ^ (state >> _SHIFTS[0])) * _MIX_1
    state = (state ^ (state >> _SHIFTS[1])) * _MIX_2
    return state ^ (state >> _SHIFTS[2])


def _joined(rules: list[Integers]) -> tuple[Integers, Places]:
    """Return the keys of all rules in rising order, each with its learner's place; those that are missing left out."""
    table = np.stack(rules)
    _, places = found = np.nonzero(table)
    values = table[found]
    order = np.argsort(values, kind="stable")
    return values[order], places[order].astype(np.int32)
