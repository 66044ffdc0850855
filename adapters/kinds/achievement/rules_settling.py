"""What is said of an achievement once its learner is known and what is held of it (GA102 on, GA204 on)."""

from typing import Final

from adapters.kinds.achievement.rules import RULES

ULN_UNKNOWN: Final = RULES.describe(
    "uln_unknown",
    "GA102",
    """The ULN is not in the register.

    Why: an achievement is kept for the learner whose number it bears, and nobody has this one.
    Fix: check the ULN with the learner's school or college.
    Message: WSVRC006: nobody in the register has this ULN.
    """,
)
DIFFERS: Final = RULES.describe(
    "learner_differs",
    "GA103",
    """The ULN belongs to somebody with other names, another date of birth or another gender.

    Why: an achievement in the wrong person's record harms two people.
    Fix: check the ULN, the names, the date of birth and the gender; the flags say which comparisons failed.
    Message: {code} {flags}: the learner who has this ULN is described otherwise.
    """,
)
SIMILAR: Final = RULES.describe(
    "learner_similar",
    "GA104",
    """The ULN's learner has similar names, but not the same.

    Why: whether similar names are one person's is not decided here without a person's look.
    Fix: check how both names are written; the flags say which comparisons failed.
    Message: {code} {flags}: the learner who has this ULN has similar names, but not the same.
    """,
)
SIMILAR_TAKEN: Final = RULES.describe(
    "learner_similar_taken",
    "GA105",
    """The ULN's learner has similar names, and the achievement was taken all the same.

    Why: the gateway is set to take similar names for the same person's.
    Fix: check how both names are written and correct them in your own records.
    Message: {code} {flags}: the learner who has this ULN has similar names; the achievement was taken.
    """,
    severity="warning",
)
LINKED: Final = RULES.describe(
    "uln_linked",
    "GA106",
    """The ULN is linked to another, and the achievement is kept under that.

    Why: the learner was registered more than once, and one of the numbers is the master.
    Fix: use {master} for this learner from now on.
    Message: {code}: the achievement is kept under the learner's master ULN, {master}.
    """,
    severity="info",
)
NOT_HELD: Final = RULES.describe(
    "achievement_not_held",
    "GA204",
    """The achievement that is to be changed is not held.

    Why: only what is held for this learner, unit or qualification and award date can be changed.
    Fix: check these three, or send the achievement with Action 1 (create).
    Message: No such achievement of yours is held for this learner, so there is nothing to {do}.
    """,
)
HELD_ALREADY: Final = RULES.describe(
    "achievement_held",
    "GA205",
    """The achievement is held already with other values.

    Why: an achievement is never overwritten by accident.
    Fix: send it with Action 2 (update) where the values have changed.
    Message: The achievement is held already, and differs in {fields}.
    """,
)
WITHDRAWN: Final = RULES.describe(
    "achievement_withdrawn",
    "GA206",
    """The achievement was withdrawn.

    Why: what was withdrawn comes back by being reinstated, so that nobody brings it back unknowingly.
    Fix: send it with Action 4 (reinstate) first.
    Message: The achievement was withdrawn before; reinstate it first.
    """,
)
BACK_TO_PROVISIONAL: Final = RULES.describe(
    "achievement_final",
    "GA207",
    """A final achievement is sent as provisional.

    Why: a final achievement does not become provisional again.
    Fix: send the change in a file whose SubmissionType is Final, or withdraw the achievement.
    Message: The achievement is held as final, and a provisional file cannot change it.
    """,
)
UNCHANGED: Final = RULES.describe(
    "achievement_unchanged",
    "GA208",
    """The achievement is held already as it was sent.

    Why: sending an achievement again is safe and changes nothing.
    Fix: nothing needs to be done.
    Message: Nothing was changed: the achievement is held already as it was sent.
    """,
    severity="info",
)
