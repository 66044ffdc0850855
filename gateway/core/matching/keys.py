"""Blocking keys: whoever may be the same person shares at least one of them.

The register keeps `keys` of every entry and is asked for `probe_keys` of a learner. A key is a frozen hash: when a
rule, a form of `normalise` or the hash changes, VERSION goes up and the register's keys and faces are made again.

| rule | finds |
| --- | --- |
| birth date, family name | a given name spelt otherwise, a move |
| birth date, given name | a changed family name, a move |
| birth date, postcode | both names spelt otherwise |
| both names, birth year | a day or month that differs, a day and month exchanged; names in the other order |
| both names, day and month of birth | a birth year that differs |
| given name, postcode | a family name and a birth date that differ |
| both names, postcode sector | another birth date |
| UPN | all else |

A given name of several words has the keys of its first word and those of the whole. Each key is salted with its rule,
so that a probe of one rule never meets the entries of another.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gateway.core.matching.columns import Integers, Places
from gateway.core.matching.faces import FaceRows, Faces
from gateway.core.matching.homes import sectors
from gateway.core.matching.names import Names

VERSION: Final = 2
FIVE: Final = ("given", "family", "born", "sex", "postcode")
"""The five demographics by their parts of a face."""

_Unsigned = NDArray[np.uint64]
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS: Final = np.uint64(30), np.uint64(27), np.uint64(31)
_BIRTH_FAMILY, _BIRTH_GIVEN, _BIRTH_POSTCODE, _NAMES_YEAR, _NAMES_DAY, _GIVEN_POSTCODE, _NAMES_SECTOR, _UPN = range(
    1, 9
)


def keys(faces: Faces) -> tuple[Integers, Places]:
    """Return the keys under which entries are found, and beside each the place of its entry."""
    return _joined(_rules(faces.rows, faces.forms))


def probe_keys(faces: Faces) -> tuple[Integers, Places]:
    """Return the keys by which learners are looked for, and beside each the place of its learner."""
    rows, names = faces.rows, faces.forms
    given, family = names.wholes(rows["given"]), names.wholes(rows["family"])
    turned = _key(_NAMES_YEAR, family, given, rows["born"] // 10_000)
    return _joined([*_rules(rows, names), turned])


def birth_keys(faces: Faces) -> tuple[Integers, Places]:
    """Return those keys by which everybody is found whose birth date and family name are equal, with their places."""
    rows = faces.rows
    return _joined([_key(_BIRTH_FAMILY, rows["born"], faces.forms.wholes(rows["family"]))])


def five(rows: FaceRows) -> Integers:
    """Return the hash of the five demographics of each learner, whether all are present or not."""
    state = np.zeros(len(rows), np.uint64)
    for part in FIVE:
        state = _mixed(state + _GOLDEN + _mixed(rows[part].astype(np.int64).view(np.uint64)))
    return state.view(np.int64)


def _rules(rows: FaceRows, names: Names) -> list[Integers]:
    """Return a key for each learner under each rule; 0 where a detail that the rule needs is missing."""
    at = names.places(rows["given"])
    first, whole = names.first_hashes[at], names.whole_hashes[at]
    family, born, home = names.wholes(rows["family"]), rows["born"], rows["postcode"]
    also, sector = np.where(whole == first, 0, whole), sectors(home)
    found = [_key(_BIRTH_FAMILY, born, family), _key(_BIRTH_POSTCODE, born, home), _key(_UPN, rows["upn"])]
    for given in (first, also):
        found += [
            _key(_BIRTH_GIVEN, born, given),
            _key(_NAMES_YEAR, given, family, born // 10_000),
            _key(_NAMES_DAY, given, family, born % 10_000),
            _key(_GIVEN_POSTCODE, given, home),
            _key(_NAMES_SECTOR, given, family, sector),
        ]
    return found


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
