"""Work done ahead of whoever needs it: while one piece is used, the next are made."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")


def ahead(make: Callable[[Piece], Made], pieces: Iterable[Piece], threads: int = 1) -> Iterator[Made]:
    """Yield what is made of each piece, in order; as many are made ahead as there are threads, and no more."""
    with ThreadPoolExecutor(threads) as makers:
        coming: deque[Future[Made]] = deque()
        for piece in pieces:
            coming.append(makers.submit(make, piece))
            if len(coming) > threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
