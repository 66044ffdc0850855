"""What the sender of a held record is told of its question: guards by name, each with what can be done."""

from collections.abc import Mapping
from typing import Final

CANNOT_BE_MATCHED: Final = "cannot-be-matched"
CLAIM_CONTRADICTED: Final = "claim-contradicted"
ASKED_TOO_OFTEN: Final = "asked-too-often"

REVIEW_GUARDS: Final[Mapping[str, str]] = {
    CANNOT_BE_MATCHED: (
        "A person looked at this record and could not tell who it is. Ask the learner for their ULN or a former name, "
        "and send it in a decision file or with the record."
    ),
    CLAIM_CONTRADICTED: (
        "What is known speaks against your decision, so a person looks at it; a supplement brings the answer."
    ),
    ASKED_TOO_OFTEN: (
        "Your organisation has asked about nearly the same person in many variations, so no details are told. A person "
        "looks at it; ask the gateway's operator if you need the answer sooner."
    ),
}
"""What keeps a record from being settled beside the guards of matching, and what its sender may do about it."""
