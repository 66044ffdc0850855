"""Blocking keys: whoever `decide` may call the same person shares at least one of them.

The register keeps `keys` of every entry and is asked for `probe_keys` of a learner. A key is a frozen hash: when a
rule, a form of `normalise` or the hash changes, VERSION goes up and the register's keys must be made again.

| rule | finds |
| --- | --- |
| birth date, family name | P1, P4, P6 by family name |
| birth date, given name | P2, P6 by given name |
| birth date, both names; a probe has them in the other order | P3 |
| given name, family name, postcode | P5 |

Each key is salted with its rule, so that a probe of one rule never meets the entries of another.
"""

from hashlib import blake2b
from typing import Final

from gateway.core.matching.normalise import n2, postcode
from gateway.core.model import Learner

VERSION: Final = 1

_BIRTH_FAMILY: Final = b"birth-family"
_BIRTH_GIVEN: Final = b"birth-given"
_BIRTH_NAMES: Final = b"birth-names"
_NAMES_POSTCODE: Final = b"names-postcode"


def keys(learner: Learner) -> list[int]:
    """Return the signed 64-bit keys under which an entry is found; none for a rule that it lacks a detail for."""
    return _keys(learner, swapped=False)


def probe_keys(learner: Learner) -> list[int]:
    """Return the signed 64-bit keys by which a learner is looked for."""
    return _keys(learner, swapped=True)


def _keys(learner: Learner, *, swapped: bool) -> list[int]:
    given, family = n2(learner.given_name), n2(learner.family_name)
    born = learner.date_of_birth.isoformat() if learner.date_of_birth else ""
    found = (
        _key(_BIRTH_FAMILY, born, family),
        _key(_BIRTH_GIVEN, born, given),
        _key(_BIRTH_NAMES, born, *((family, given) if swapped else (given, family))),
        _key(_NAMES_POSTCODE, given, family, postcode(learner.postcode)),
    )
    return [key for key in found if key is not None]


def _key(rule: bytes, *details: str) -> int | None:
    """Return the hash of a rule's details, or None where one is missing."""
    if "" in details:
        return None
    digest = blake2b("\0".join(details).encode(), digest_size=8, person=rule)
    return int.from_bytes(digest.digest(), "big", signed=True)
