"""Wrappings are opened from the outside in, each sort once, and left to kinds that know them."""

from typing import BinaryIO

import pytest

from gateway.core.handover import Claim
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.ports.wrappings import Wrapped
from gateway.core.wrapping import WrappingRefused, most_bytes, unwrapped, wrapping_of

NOTICE = Notice(code="X", severity=Severity.ERROR, scope=Scope.FILE, message="No.", fix="Do.")


class Suffix:
    """A wrapping that is known by its name's end."""

    def __init__(self, name: str) -> None:
        self.name = name

    def claims(self, file_name: str) -> bool:
        return file_name.endswith(f".{self.name}")

    def open(self, wrapped: Wrapped, out: BinaryIO) -> str | Notice:
        raise AssertionError(f"{wrapped!r} is not to be opened into {out!r}")


class Kind:
    max_bytes = 7
    name = "bare"

    def claims(self, _name: str, _head: bytes) -> Claim | None:
        return None


class Knowing(Kind):
    max_bytes = 9
    name = "knowing"
    reads_wrapped = frozenset({"zip"})

    def claims(self, name: str, _head: bytes) -> Claim | None:
        return Claim(weight=Claim.STRICT) if name.startswith("known") else None


KINDS: list = [Kind(), Knowing()]
WRAPPINGS = [Suffix("pgp"), Suffix("zip")]


def opener(wrapping: object, name: str, source: str) -> tuple[str, str]:
    return name.rpartition(".")[0], f"{source} out of {wrapping.name}"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "bare", "source"),
    [
        ("x.csv", "x.csv", "bytes"), ("x.csv.zip", "x.csv", "bytes out of zip"),
        ("x.csv.zip.pgp", "x.csv", "bytes out of pgp out of zip"), ("x.zip.zip", "x.zip", "bytes out of zip"),
        ("known.zip", "known.zip", "bytes"), ("known.zip.pgp", "known.zip", "bytes out of pgp"),
    ],
)  # fmt: skip
def test_each_sort_is_opened_once_from_the_outside_in(name: str, bare: str, source: str) -> None:
    assert unwrapped(name, "bytes", opener, KINDS, WRAPPINGS) == (bare, source)


def test_without_wrappings_nothing_is_opened() -> None:
    assert wrapping_of("x.zip", KINDS, ()) is None


def test_a_refusal_carries_what_the_sender_is_told() -> None:
    assert WrappingRefused(NOTICE).notice == NOTICE


def test_so_much_may_come_out_as_the_largest_kind_may_have() -> None:
    assert most_bytes(KINDS) == 9
    assert most_bytes([]) == 0
