"""A value is taken for known only where it is the very same, and the number of a value is that of its characters."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.formats import table_known
from adapters.formats.csv_file import Row
from adapters.formats.table_batch import Batch
from adapters.formats.table_cells import KEPT, WORD, Cells, Words, sign_of
from adapters.formats.table_known import KnownValues
from tests.fuzzing import times

KEPT_BYTES = KEPT * WORD
SIGNS = st.sampled_from(["a", "b", "ab", " ", "\u00a0", "\u00e9", "\t", "\x7f", "~", "abcdefgh", "x" * 31])
VALUES = st.one_of(st.lists(SIGNS, max_size=9).map("".join), st.sampled_from(["x" * 63, "x" * 64, "x" * 65, "x" * 600]))


def cells_of(values: Sequence[str]) -> Cells:
    """Return values as the one column of some rows."""
    batch = Batch(2, "utf-8", 0)
    for line, value in enumerate(values, 2):
        batch.add_row(Row(line, [value]), 0, 1)
    return Cells(batch.splits(1), 1, "utf-8")


def first(words: Sequence[Words]) -> Words:
    """Return a sign that many values share: their first word."""
    return words[0].copy()


@pytest.mark.parametrize("signs_are_alike", [False, True])
@settings(max_examples=times(200), deadline=None)
@given(known=st.lists(st.lists(VALUES, max_size=4), max_size=3), values=st.lists(VALUES, min_size=1, max_size=12))
@example(known=[["x" * 65]], values=["x" * 65])
@example(known=[["abcdefgh", "abcdefgha"]], values=["abcdefgh"])
def test_only_the_same_value_is_known(
    known: Sequence[Sequence[str]], values: Sequence[str], *, signs_are_alike: bool
) -> None:
    """Where two values share a sign one of them may be unknown, but never is another taken for it."""
    with pytest.MonkeyPatch.context() as patch:
        if signs_are_alike:
            patch.setattr(table_known, "mixed", first)
        taken = KnownValues("utf-8")
        for more in known:
            taken.add(more)
        others = set(taken.others(cells_of(values), 0).tolist())
    short = {value for more in known for value in more if len(value.encode()) <= KEPT_BYTES}
    unknown = {row for row, value in enumerate(values) if value not in short}
    assert others >= unknown
    assert signs_are_alike or others == unknown


@settings(max_examples=times(200), deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=12), st.sampled_from([1, 8, 12, 40]))
def test_a_number_is_that_of_the_first_characters_without_blanks(values: Sequence[str], most: int) -> None:
    signs = cells_of(values).signs(0, most)
    assert signs.tolist() == [sign_of(value.strip()[:most].encode()) for value in values]


@settings(max_examples=times(200), deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=12))
def test_values_are_uncertain_that_hold_more_than_ascii_or_a_blank_at_an_end(values: Sequence[str]) -> None:
    cells = cells_of(values)
    plain = [value == value.strip(" ") and value.isascii() and value.isprintable() for value in values]
    assert cells.uncertain(0).tolist() == [not it for it in plain]
    assert cells.text(0).split("\0")[:-1] == list(values) == cells.texts(0, range(len(values)))
