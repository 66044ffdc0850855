"""A reference list laid out on disk: every process of a host looks values up in it, and none holds it.

Rows stand one a line in the order of their keys, blocks of them begin with a new key, and an index behind them, read
once, tells in which block a key would be. A file is written whole under the name of what it holds and never changed.
"""

import json
import os
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final, NamedTuple

from gateway.core.errors import StoreError
from gateway.core.reference import ReferenceRow

_BLOCK: Final = 4096
"""Bytes after which the next key begins a new block."""
_TRAILER: Final = 8
_KEPT_S: Final = 86_400


class _Index(NamedTuple):
    """The first key of each block and where it begins, with the file's end as a last border, and how many keys."""

    firsts: list[str]
    borders: list[int]
    keys: int


class LaidRows(Mapping[str, tuple[ReferenceRow, ...]]):
    """The rows of a file by their key; it may be handed to another process, which opens the file for itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[type["LaidRows"], tuple[Path]]:
        return LaidRows, (self._path,)

    def __getitem__(self, key: str) -> tuple[ReferenceRow, ...]:
        found = self._rows(key)
        if not found:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        before = None
        borders = self._index.borders
        for line in self._data[: borders[-1]].splitlines():
            key = json.loads(line)[0]
            if key != before:
                yield key
            before = key

    def __len__(self) -> int:
        return self._index.keys

    def _rows(self, key: str) -> tuple[ReferenceRow, ...]:
        place = bisect_right(self._index.firsts, key) - 1
        if place < 0:
            return ()
        block = self._data[self._index.borders[place] : self._index.borders[place + 1]]
        begins = f"\n[{json.dumps(key)},".encode()
        at = block.find(begins)
        rows = []
        while at >= 0 and block.startswith(begins, at):
            end = block.find(b"\n", at + 1)
            rows.append(_row(block[at:end] if end >= 0 else block[at:]))
            at = end
        return tuple(rows)

    @cached_property
    def _data(self) -> mmap:
        try:
            with self._path.open("rb") as file:
                return mmap(file.fileno(), 0, access=ACCESS_READ)
        except OSError as error:
            raise StoreError(f"The laid out reference list {self._path.name} cannot be read.") from error

    @cached_property
    def _index(self) -> _Index:
        begin = int.from_bytes(self._data[-_TRAILER:], "big")
        return _Index(*json.loads(self._data[begin:-_TRAILER]))


def lay(path: Path, rows: Iterable[ReferenceRow]) -> LaidRows:
    """Write rows, which come in the order of their keys, and return them; a file that is there already is taken.

    Raise StoreError where it cannot be written.
    """
    if not path.exists():
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _whole(path) as file:
                _write(file, rows)
        except OSError as error:
            raise StoreError(f"The reference list {path.name} cannot be laid out in {path.parent}.") from error
    return LaidRows(path)


def sweep(path: Path) -> None:
    """Remove what was laid out before for the same list, but not what a file that is being checked may still need."""
    name, _, digest = path.name.rpartition("-")
    for other in path.parent.glob(f"{name}-{'?' * len(digest)}"):
        if other != path and time.time() - other.stat().st_mtime > _KEPT_S:
            other.unlink(missing_ok=True)


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that bears its name once the block has ended, and of which nothing is left where it raises."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).rename(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _write(file: IO[bytes], rows: Iterable[ReferenceRow]) -> None:
    """Write the rows, one a line behind a line end, then the index and where it begins."""
    firsts: list[str] = []
    borders: list[int] = []
    at, keys, before = 0, 0, None
    for row in rows:
        if row.key != before:
            keys += 1
            if not borders or at - borders[-1] >= _BLOCK:
                firsts.append(row.key)
                borders.append(at)
        before = row.key
        line = json.dumps([row.key, row.line, _text(row.valid_from), _text(row.valid_to), row.cells])
        at += file.write(f"\n{line}".encode())
    borders.append(at)
    file.write(b"\n" + json.dumps([firsts, borders, keys]).encode())
    file.write((at + 1).to_bytes(_TRAILER, "big"))


def _row(line: bytes) -> ReferenceRow:
    key, number, begin, end, cells = json.loads(line)
    return ReferenceRow(number, key, _day(begin), _day(end), tuple(cells))


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
