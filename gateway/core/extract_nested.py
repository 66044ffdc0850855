"""The accepted records of a file whose records stand within others, as results do in candidates of centres.

What holds an accepted record stays, byte for byte but for the refused records in it; what holds none goes as a whole.
"""

from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from gateway.core.extract import BLANKS


@dataclass(slots=True)
class _Holder:
    """What stands open: how it begins, with all that came since, until a record in it is accepted."""

    name: str
    waiting: list[bytes]
    is_written: bool = False


class NestedExtract:
    """Takes a file part by part, in order, and writes what belongs to accepted records; `counts` are those written.

    Blanks behind something left out go with it.
    """

    def __init__(self, out: BinaryIO) -> None:
        self.counts: Counter[str] = Counter()
        self._out = out
        self._open: list[_Holder] = []
        self._left_out = False

    def opens(self, name: str, data: bytes) -> None:
        """Take the beginning of what holds the records that follow, up to `closes` or `leaves`."""
        self._open.append(_Holder(name, [data]))
        self._left_out = False

    def closes(self, data: bytes) -> None:
        """Take the end of what was opened last."""
        holder = self._open.pop()
        if holder.is_written:
            self._out.write(data.lstrip(BLANKS) if self._left_out else data)
        self._left_out = not holder.is_written

    def leaves(self, depth: int) -> None:
        """Close all that stands open but so many, where nothing in the file marks its end."""
        while len(self._open) > depth:
            self.closes(b"")

    def record(self, name: str, data: bytes, *, accepted: bool) -> None:
        """Take a record; all that it stands in is written before the first that is accepted."""
        self._left_out = not accepted
        if not accepted:
            return
        for holder in self._open:
            self._begin(holder)
        self.counts[name] += 1
        self._out.write(data)

    def between(self, data: bytes) -> None:
        """Take what is no record and holds none: it belongs to what stands open."""
        data = data.lstrip(BLANKS) if self._left_out else data
        if not data:
            return
        self._left_out = False
        if self._open and not self._open[-1].is_written:
            self._open[-1].waiting.append(data)
        else:
            self._out.write(data)

    def _begin(self, holder: _Holder) -> None:
        if not holder.is_written:
            self.counts[holder.name] += 1
            self._out.writelines(holder.waiting)
            holder.is_written, holder.waiting = True, []
