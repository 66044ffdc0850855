"""Plain lines are split into cells all at once, and the result is that of splitting each line by itself."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.formats.table_split import END, split_lines
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
    found = split_lines(text, width)
    if text.count("\r") != text.count("\r\n"):
        assert found is None
        return
    lines = [line.removesuffix("\r").split(",") for line in text.removesuffix("\n").split("\n")]
    assert found is not None
    assert (found.rows, found.pairs) == (len(lines), text.count("\r\n"))
    assert found.others == {row: cells for row, cells in enumerate(lines) if len(cells) != width}
    assert found.cells == [cell for cells in lines if len(cells) == width for cell in (*cells, END)]
