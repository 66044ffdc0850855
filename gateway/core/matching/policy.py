"""What an organisation's agreement says about matching: the one thing that two senders' answers may differ by."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How sure a scored match must be to be answered as a match, and whether it may be answered as one at all.

    `threshold` and `margin` are bits: the score that an automatic match needs, and its distance from the second
    person. None leaves a figure as the rule set has it.
    """

    accept_confident: bool = True
    threshold: float | None = None
    margin: float | None = None


USUAL: Final = Policy()
"""The policy of a sender whose agreement says nothing else."""
