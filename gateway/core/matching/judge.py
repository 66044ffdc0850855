"""One learner or a hundred thousand beside the register: found, compared, decided and told, by the same way."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from gateway.core.matching.answers import matches
from gateway.core.matching.columns import Columns
from gateway.core.matching.crowd import Listed
from gateway.core.matching.decide import ALONE, Decided, OfFile, decided
from gateway.core.matching.engine import Compared, compared
from gateway.core.matching.faces import Faces, faces
from gateway.core.matching.policy import USUAL, Policy
from gateway.core.model import Entry, Learner, Match
from gateway.core.ports.register import Candidates


def judged(learners: Faces, source: Candidates, policy: Policy = USUAL) -> Decided:
    """Look for every learner of a batch, and decide."""
    return settled(compared(learners, source), policy)


def settled(found: Compared, policy: Policy = USUAL, file: OfFile = ALONE) -> Decided:
    """Decide on every learner of a batch.

    Those whom records of this batch are count as claimed too: a twin who is in the register, and in the file, is no
    question for the other twin.
    """
    first = decided(found, policy, file)
    if not len(first.claimed):
        return first
    return decided(found, policy, replace(file, claimed=np.union1d(file.claimed, first.claimed)))


def decide(learner: Learner, entries: Iterable[Entry], policy: Policy = USUAL) -> Match:
    """Say who a learner without a ULN is among these entries."""
    source = Listed(entries)
    (match,) = matches(judged(faces(Columns.of([learner])), source, policy), source)
    return match
