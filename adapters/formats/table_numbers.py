"""Tells right numbers with a check digit from doubtful ones, a whole column at once: quick enough for every row.

What is doubtful here is looked at again by the field's own check and the rules, so these tests may doubt a right value,
never the reverse.
"""

from collections.abc import Collection, Mapping, Sequence
from string import digits
from typing import Final


class CheckedNumbers:
    """Numbers of one length whose signs, each by its place, sum up to a certain remainder.

    All values are summed up together: the signs of one place are bytes side by side, each is put in place of what it
    counts, and the places are added as one large integer, in which no sum reaches beyond its byte.
    """

    def __init__(self, places: Sequence[Mapping[str, int]], modulus: int, rest: int) -> None:
        counts = [{sign: count % modulus for sign, count in place.items()} for place in places]
        self._allowed = ["".join(place).encode() for place in counts]
        self._counts = [bytes(place.get(chr(byte), 0) for byte in range(256)) for place in counts]
        self._right = bytes(byte % modulus == rest for byte in range(256))
        self._size = len(places)

    def doubtful(self, values: Collection[str]) -> list[str]:
        """Return all values that are not certainly right; an empty one is no number and in no doubt."""
        return self._among(list(filter(None, values)))

    def _among(self, numbers: list[str]) -> list[str]:
        right = self._judged(numbers)
        if right is not None:
            return [] if 0 not in right else [number for number, fits in zip(numbers, right, strict=True) if not fits]
        if len(numbers) == 1:
            return numbers
        half = len(numbers) // 2
        return self._among(numbers[:half]) + self._among(numbers[half:])

    def _judged(self, numbers: list[str]) -> bytes | None:
        """Return for each number whether its sum is right; None where one of them has another form."""
        count, step = len(numbers), self._size + 1
        data = ",".join([*numbers, ""]).encode(errors="replace")
        if len(data) != count * step or data[self._size :: step] != b"," * count:
            return None
        total = 0
        for place, (allowed, counts) in enumerate(zip(self._allowed, self._counts, strict=True)):
            signs = data[place::step]
            if signs.translate(None, allowed):
                return None
            total += int.from_bytes(signs.translate(counts), "little")
        return total.to_bytes(count, "little").translate(self._right)


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


def doubtful_ulns(values: Collection[str]) -> list[str]:
    """Return those of some values that are not certainly empty or right ULNs."""
    return _ULNS.doubtful(values)
