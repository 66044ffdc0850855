"""What only the register shows of a ULN: that nobody has it, or that somebody else has (specification `ilr` 4)."""

from typing import Final

from adapters.kinds.ilr.file_rules import BOOK

ULN_05: Final = BOOK.describe(
    "uln_on_register",
    "ULN_05",
    """The ULN is not on the learner register.

    Why: a number that was never given to anybody is usually one with a slip that the check digit does not show.
    Fix: look the learner up in the register and correct the ULN.
    Message: The ULN {ULN} is not on the learner register.
    """,
)
ULN_MISMATCH: Final = BOOK.describe(
    "uln_of_somebody_else",
    "ULN_MISMATCH",
    """The ULN belongs to somebody with other details.

    Why: what is returned under a wrong ULN is counted for somebody else and is missing from the learner's own record.
    Fix: look the learner up in the register; correct the ULN, or the names and the date of birth.
    Message: The ULN {ULN} belongs to somebody whose names or date of birth are others than those of this learner.
    """,
)
