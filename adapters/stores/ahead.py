"""Work done ahead of whoever needs it: while one piece is used, the next are made."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")


def ahead(make: Callable[[Piece], Made], pieces: Iterable[Piece], threads: int = 1) -> Iterator[Made]:
    """Yield what is made of each piece, in order; as many are made ahead as there are threads, and no more.

    A piece that is the only one is made where it is asked for.
    """
    left = iter(pieces)
    first = list(islice(left, 2))
    if len(first) == 1:
        yield make(first[0])
        return
    with ThreadPoolExecutor(threads) as makers:
        coming: deque[Future[Made]] = deque()
        for piece in chain(first, left):
            coming.append(makers.submit(make, piece))
            if len(coming) > threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
