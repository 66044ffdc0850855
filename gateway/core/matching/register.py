"""What the register's store is handed of matching: keys and faces of entries, and who can be nobody in it."""

from collections.abc import Sequence

import numpy as np

from gateway.core.matching.columns import Columns
from gateway.core.matching.decide import NOBODY, NONE, OfFile
from gateway.core.matching.entries import entry_batch
from gateway.core.matching.faces import faces
from gateway.core.matching.infile import newcomers
from gateway.core.matching.judge import judged
from gateway.core.matching.keys import VERSION, keys, probe_keys
from gateway.core.model import Learner
from gateway.core.ports import Candidates

__all__ = ["VERSION", "blocks", "entry_batch", "strangers"]


def blocks(learners: Sequence[Learner]) -> list[int]:
    """Return the keys of all these learners, those to be found by and those to look by."""
    everybody = faces(Columns.of(learners))
    found: list[int] = np.union1d(keys(everybody)[0], probe_keys(everybody)[0]).tolist()
    return found


def strangers(learners: Sequence[Learner], source: Candidates, claimed: bytes = b"") -> list[bool]:
    """Tell which learners can be nobody in the register, and nobody of those before them.

    `claimed` are the ULNs (64 bits) of persons whom other records of the same file are.
    """
    everybody = faces(Columns.of(learners))
    unknown = judged(everybody, source, file=OfFile(np.frombuffer(claimed, np.int64), NOBODY)).outcome == NONE
    places = np.flatnonzero(unknown)
    unknown[places] = newcomers(everybody.part(places), source)
    told: list[bool] = unknown.tolist()
    return told
