"""Short-lived files that hold learners' records: private, removed with their block, swept when their process died."""

import fcntl
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

QUIET_S: Final = 60.0
"""Seconds after which a draft without a writer is no longer one that is just being made."""
MARK: Final = ".tmp-"


class Scratch:
    """A folder (0700) for files that live as long as a block of this process."""

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root = root.resolve()
        sweep(self.root.glob(f"{MARK}*"))

    @contextmanager
    def file(self) -> Iterator[tuple[Path, int]]:
        """Give a new empty file with its descriptor; both are gone when the block ends."""
        path = self.root / f"{MARK}{uuid.uuid4().hex}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)  # held as long as the process lives: `sweep` asks for it
            yield path, descriptor
        finally:
            path.unlink(missing_ok=True)
            os.close(descriptor)


def sweep(drafts: Iterable[Path]) -> None:
    """Remove drafts that nobody writes any more: what a killed process leaves holds learners' records."""
    for draft in drafts:
        with suppress(OSError), draft.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - draft.stat().st_mtime > QUIET_S:
                draft.unlink()
