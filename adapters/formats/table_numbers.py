"""Tells right numbers with a check digit from doubtful ones, a whole column at once: quick enough for every row.

What is doubtful here is looked at again by the field's own check and the rules, so these tests may doubt a right value,
never the reverse.
"""

from collections.abc import Iterable, Mapping, Sequence
from string import digits
from typing import Final

import numpy as np

from adapters.formats.table_kind import Columns

_NOT_ALLOWED: Final = 1 << 16


class CheckedNumbers:
    """Numbers of one length whose signs, each by its place, sum up to a certain remainder."""

    def __init__(self, places: Sequence[Mapping[str, int]], modulus: int, rest: int) -> None:
        self._counts = np.full((len(places), 256), _NOT_ALLOWED, np.int64)
        for counts, place in zip(self._counts, places, strict=True):
            for sign, count in place.items():
                counts[ord(sign)] = count % modulus
        self._modulus = modulus
        self._rest = rest

    def doubtful(self, columns: Columns, name: str) -> Iterable[int]:
        """Return the rows whose number is not certainly right; an empty one is in no doubt."""
        size = len(self._counts)
        rows, signs = columns.bytes_of(name, size)
        sums = self._counts[np.arange(size), signs].sum(axis=1)
        wrong = rows[(sums >= _NOT_ALLOWED) | (sums % self._modulus != self._rest)]
        sizes = columns.sizes(name)
        others = np.flatnonzero((sizes > 0) & (sizes != size))
        return [*wrong.tolist(), *others.tolist()]


def weighted(values: Mapping[str, int], weight: int) -> dict[str, int]:
    """Return what each sign counts at a place of a certain weight."""
    return {sign: value * weight for sign, value in values.items()}


DIGITS: Final = {sign: int(sign) for sign in digits}
"""What a digit counts."""
_NOT_0: Final = {sign: value for sign, value in DIGITS.items() if value}
_ULNS: Final = CheckedNumbers(
    [weighted(_NOT_0 if weight == 10 else DIGITS, weight) for weight in range(10, 0, -1)],  # noqa: PLR2004 - the first
    modulus=11,
    rest=10,
)


doubtful_ulns: Final = _ULNS.doubtful
"""Returns the rows whose ULN is not certainly empty or right."""
