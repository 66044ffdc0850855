"""What is said of a result once its learner is known and what is held for it (AR-20 to AR-24, AR-28 to AR-30)."""

from adapters.kinds.ao_results.rules import RULES

ULN_UNKNOWN = RULES.describe(
    "uln_unknown",
    "AR-20",
    """The ULN is not in the register.

    Why: a result is kept for the learner whose number it bears, and nobody has this one.
    Fix: check the ULN with the learner's school or college, or leave it empty and give the UCI.
    Message: Nobody in the register has the ULN {ULN}.
    """,
)
NOBODY = RULES.describe(
    "learner_unknown",
    "AR-20",
    """No learner in the register has these names and this date of birth.

    Why: without a ULN a learner is looked for by names and date of birth, and nobody was found.
    Fix: give the ULN, or check how the names and the date of birth are written.
    Message: No learner with these names and this date of birth is in the register, and no ULN was given.
    """,
)
DIFFERS_A_LITTLE = RULES.describe(
    "identity_near",
    "AR-21",
    """The ULN's learner has slightly other names or another date of birth.

    Why: an initial, an accent or an exchange of day and month is usually a slip, so the result was stored.
    Fix: check {fields} and correct them in your own records if they are wrong there.
    Message: The learner who has the ULN {ULN} differs a little in {fields}.
    """,
    severity="warning",
)
DIFFERS = RULES.describe(
    "identity_differs",
    "AR-22",
    """The ULN belongs to somebody with clearly other names or another date of birth.

    Why: a result that is stored for the wrong person harms two people, so it waits until somebody has looked.
    Fix: check the ULN, the names and the date of birth; send a corrected result, or wait for the supplement.
    Message: The learner who has the ULN {ULN} differs in {fields}, so the result waits for a person.
    """,
)
UNCERTAIN = RULES.describe(
    "learner_uncertain",
    "AR-23",
    """Without a ULN it is not certain which learner is meant.

    Why: names and a date of birth may be those of several people, so a person must choose.
    Fix: give the ULN, or settle the match with the suggestions in the portal.
    Message: No ULN was given, and {how many} in the register may be meant.
    """,
)
NOT_NAMED = RULES.describe(
    "learner_not_named",
    "AR-23",
    """The short form names no learner, so a person must say whose result it is.

    Why: a UCI or a candidate number alone is nobody in the register.
    Fix: send the full form with names, date of birth and ULN, or settle the match in the portal.
    Message: The result tells neither a ULN nor a name, so it waits for a person.
    """,
)
OTHER_UCI = RULES.describe(
    "uci_differs",
    "AR-24",
    """The UCI is another than the one that is held.

    Why: a candidate may come to have two UCIs, and until the boards merge them modular results may not add up.
    Fix: check the UCI; if both are the candidate's, ask the awarding organisation to merge them.
    Message: The UCI {UCI} differs from the one held for this result; it is kept beside it.
    """,
    severity="warning",
)
HELD_ALREADY = RULES.describe(
    "new_result_held",
    "AR-28",
    """A new result is held already with other values.

    Why: a result is never overwritten by accident; a change is an amendment and says what it replaces and why.
    Fix: send the action A with the previous grade and the reason for the change.
    Message: A result for this learner, qualification, level, unit and series is held already with the grade {held}.
    """,
)
NOT_HELD = RULES.describe(
    "result_not_held",
    "AR-28",
    """A result that is to be amended or withdrawn is not held.

    Why: there is nothing to change under this learner, qualification, level, unit and series.
    Fix: check these five, or send the result as new, with the action N.
    Message: No result is held for this learner, qualification, level, unit and series.
    """,
)
OTHER_GRADE_HELD = RULES.describe(
    "previous_grade_differs",
    "AR-28",
    """The previous grade is not the one that is held.

    Why: the amendment was made for another grade than is held now, so one of the two changes would be lost.
    Fix: check which grade was sent last, and send the amendment again with that as the previous grade.
    Message: The previous grade is given as {PreviousGrade}, but {held} is held.
    """,
)
FINAL = RULES.describe(
    "result_final",
    "AR-29",
    """A final result, or one under review, can be changed by a review or an appeal alone.

    Why: after the last day of appeals a result stands, and during a review only its outcome may change it.
    Fix: give the reason ROMM or APPEAL where it is one, else ask the gateway's operator.
    Message: The result is {state}, so the reason {ChangeReason} cannot change it.
    """,
)
UNCHANGED = RULES.describe(
    "result_unchanged",
    "AR-30",
    """The result is held already with the same values.

    Why: sending a result again is safe and changes nothing.
    Fix: nothing needs to be done.
    Message: The same result is held already.
    """,
    severity="info",
)
