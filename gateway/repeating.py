"""Something that is done again and again beside a block of work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(do: Callable[[], None], every_s: float, name: str) -> Iterator[None]:
    """Do something every so many seconds while the block runs, in a thread of that name that ends with it."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(every_s):
            do()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
