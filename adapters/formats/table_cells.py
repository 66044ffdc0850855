"""The cells of a batch's regular rows, column by column: bytes, of which texts are made only when asked for."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.formats.table_split import Places, Split

Words = NDArray[np.uint64]
WORD: Final = 8
KEPT: Final = 8
"""Words of a value by which it is told from others."""
_MASKS: Final = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], np.uint64)
_BLANK: Final = 0x20
_ONES, _BLANKS, _HIGH = (np.uint64(int.from_bytes([byte] * WORD)) for byte in (0x01, _BLANK, 0x80))
_ODDS: Final = np.array([pow(0x9E3779B97F4A7C15, power, 1 << 64) for power in range(KEPT)], np.uint64)
"""What the words of a value are multiplied by: the first by one, so that it is the sign of a value of one word."""


class Cells:
    """The cells of some rows; the column after the last is empty. `at` are the places of the rows in their batch.

    A value's words are its bytes, eight at a time and filled up with NUL, which stands in no value.
    """

    def __init__(self, splits: Sequence[Split], width: int, encoding: str) -> None:
        bases = np.cumsum([0, *(len(split.data) for split in splits)])
        self.at = np.concatenate([split.at for split in splits])
        self.size = len(self.at)
        self._data = b"".join([*(split.data for split in splits), bytes(WORD)])
        self._encoding = encoding
        self._words: dict[int, Sequence[Words]] = {}
        self._uncertain: dict[int, NDArray[np.bool_]] = {}
        self._begins = np.zeros((width + 1, self.size), np.int64)
        self.sizes = np.zeros((width + 1, self.size), np.int64)
        first = 0
        for split, base in zip(splits, bases, strict=False):
            rows = slice(first, first := first + len(split.at))
            self._begins[:width, rows] = split.begins.T + base
            self.sizes[:width, rows] = (split.ends - split.begins).T

    @cached_property
    def longest(self) -> Sequence[int]:
        """Return how many bytes the longest value of each column has."""
        found: list[int] = self.sizes.max(axis=1, initial=0).tolist()
        return found

    @cached_property
    def _all_words(self) -> Words:
        """Return a word for each byte, that which begins there."""
        return np.ndarray((len(self._data) - WORD + 1,), "<u8", self._data, strides=(1,))

    def _word(self, column: int, nth: int) -> Words:
        """Return one word of each value of a column."""
        begins, sizes = self._begins[column], self.sizes[column]
        if nth:
            begins = np.minimum(begins + WORD * nth, len(self._all_words) - 1)
            sizes = np.maximum(sizes - WORD * nth, 0)
        word: Words = self._all_words[begins] & _MASKS[np.minimum(sizes, WORD)]
        return word

    def words(self, column: int) -> Sequence[Words]:
        """Return the words of each value of a column, up to those that are kept."""
        words = self._words.get(column)
        if words is None:
            longest = min(self.longest[column], KEPT * WORD)
            told = (self._word(column, nth) for nth in range(-(-longest // WORD)))
            words = self._words[column] = tuple(told) or (np.zeros(self.size, np.uint64),)
        return words

    def signs(self, column: int, most: int) -> Words:
        """Return a number for each value, the same where the first so many characters between its blanks are.

        It is 0 for an empty value, and the same in every process.
        """
        words = self.words(column)
        if most < len(words) * WORD:
            words = [word & _MASKS[min(max(most - WORD * nth, 0), WORD)] for nth, word in enumerate(words)]
        signs = mixed(words).copy()
        rows = np.flatnonzero(self.uncertain(column))
        if len(rows):
            texts = [text.strip()[:most] for text in self.texts(column, rows)]
            signs[rows] = [sign_of(text.encode(self._encoding)) for text in texts]
        return signs

    def uncertain(self, column: int) -> NDArray[np.bool_]:
        """Tell which values hold anything but printable ASCII characters, or a blank at their begin or end."""
        if column in self._uncertain:
            return self._uncertain[column]
        begins, sizes = self._begins[column], self.sizes[column]
        signs = np.frombuffer(self._data, np.uint8)
        found: NDArray[np.bool_] = (signs[begins] == _BLANK) | (signs[np.maximum(begins + sizes - 1, 0)] == _BLANK)
        for nth in range(-(-self.longest[column] // WORD)):
            word = self.words(column)[nth] if nth < KEPT else self._word(column, nth)
            word = word | (_BLANKS & ~_MASKS[np.clip(sizes - WORD * nth, 0, WORD)])
            found |= ((word | (word - _BLANKS) | (word + _ONES)) & _HIGH) != 0
        found &= sizes > 0
        self._uncertain[column] = found
        return found

    def bytes_of(self, column: int, size: int) -> tuple[Places, NDArray[np.uint8]]:
        """Return the rows whose value has so many bytes, and these bytes."""
        rows = np.flatnonzero(self.sizes[column] == size)
        places = self._begins[column][rows, None] + np.arange(size)
        return rows, np.frombuffer(self._data, np.uint8)[places]

    def text(self, column: int) -> str:
        """Return all values of a column as one text, each with NUL after it."""
        begins, sizes = self._begins[column], self.sizes[column]
        ends = np.cumsum(sizes + 1)
        places = np.arange(ends[-1] if self.size else 0) + np.repeat(begins - (ends - sizes - 1), sizes + 1)
        signs = np.frombuffer(self._data, np.uint8)[np.minimum(places, len(self._data) - 1)]
        signs[ends - 1] = 0
        found: str = signs.tobytes().decode(self._encoding)
        return found

    def texts(self, column: int, rows: Iterable[int]) -> list[str]:
        """Return the values of some rows of a column."""
        at = np.fromiter(rows, np.int64)
        begins = self._begins[column][at]
        ends = begins + self.sizes[column][at]
        places = zip(begins.tolist(), ends.tolist(), strict=True)
        return [self._data[begin:end].decode(self._encoding) for begin, end in places]


def mixed(words: Sequence[Words]) -> Words:
    """Return one number for the words of each value, the same for the same value in every process."""
    signs = words[0]
    for nth, word in enumerate(words[1:], 1):
        signs = signs + word * _ODDS[nth]
    return signs


def sign_of(value: bytes) -> int:
    """Return the number of one value."""
    words = (int.from_bytes(value[begin : begin + WORD], "little") for begin in range(0, KEPT * WORD, WORD))
    return sum(word * int(odd) for word, odd in zip(words, _ODDS, strict=True)) & int(_MASKS[WORD])
