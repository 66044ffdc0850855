"""Lines in a chain: what is changed, missing or cut shows."""

import pytest

from gateway.core.line_chain import START, Chain, digest_of, gone_through, line_of


def written(count: int) -> list[bytes]:
    lines, previous = [], START
    for number in range(count):
        lines.append(line_of({"event": "login", "organisation": f"hill-{number}"}, previous))
        previous = digest_of(lines[-1])
    return lines


def test_lines_as_they_were_written_hold() -> None:
    lines = written(3)
    assert gone_through(lines) == Chain(3, digest_of(lines[-1]), holds=True)
    assert gone_through([]) == Chain(0, START, holds=True)


@pytest.mark.parametrize(
    ("spoiled", "hold"),
    [
        (lambda it: [it[0], it[1].replace(b"hill-1", b"dale-1"), *it[2:]], 2),
        (lambda it: [it[0], *it[2:]], 1),
        (lambda it: it[1:], 0),
        (lambda it: [it[1], it[0], *it[2:]], 0),
        (lambda it: [*it[:3], it[3][:-5]], 3),
        (lambda it: [it[0], b"no JSON\n", *it[1:]], 1),
        (lambda it: [it[0], b"[1]\n", *it[1:]], 1),
    ],
    ids=["changed", "missing", "first missing", "swapped", "cut", "no JSON", "no object"],
)
def test_the_first_line_that_does_not_follow_is_found(spoiled: object, hold: int) -> None:
    lines = written(4)
    found = gone_through(spoiled(lines))
    assert (found.lines, found.holds) == (hold, False)
