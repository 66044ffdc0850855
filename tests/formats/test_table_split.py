"""Plain lines are split into cells all at once, and the result is that of splitting each line by itself."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.formats.table_split import Lines, split_lines
from tests.fuzzing import times

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a,b,c", "a,b,c", "a,b,c", ",,", "a,b", "a,b,c,d", "", "a", "x\ry,b,c", "a,b,"]),
        st.sampled_from(["\r\n", "\r\n", "\n", "\r"]),
    ),
    min_size=1,
    max_size=40,
).map(lambda rows: "".join(line + end for line, end in rows))


@settings(max_examples=times(500), deadline=None)
@given(st.one_of(ROWS, st.text(",a\r\n", min_size=1, max_size=30)), st.integers(1, 4))
@example("a,b,\nx\ry\r\n", 2)
@example("a,b\na,b,c,d\n", 3)
@example("a\r\nb\r\n", 1)
@example("\r\na,b,c\r\n", 3)
@example("a,b\n" * 40 + "a,b,c\n", 3)
def test_every_line_is_told_with_its_cells(text: str, width: int) -> None:
    lines = Lines(text.encode())
    alone = re.search(r"\r(?!\n)", text)
    assert lines.plain == (text.rfind("\n", 0, alone.start()) + 1 if alone else len(text))
    if alone:
        return
    wanted = [line.removesuffix("\r").split(",") for line in text.removesuffix("\n").split("\n")]
    assert (lines.size, lines.pairs) == (len(wanted), text.count("\r\n"))
    data, begins, ends, at = split_lines(text.encode(), width)
    right = {row: cells for row, cells in enumerate(wanted) if len(cells) == width}
    assert at.tolist() == list(right)
    places = zip(begins.tolist(), ends.tolist(), strict=True)
    assert [[data[b:e].decode() for b, e in zip(*row, strict=True)] for row in places] == list(right.values())
