"""What is agreed with an organisation: for what it may ask, whose details it may see, and what is done for it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.core.matching.policy import Policy


class Disclosure(StrEnum):
    """What an organisation sees of a possible match: levels field by field, or the details that the register holds."""

    LEVELS = "levels"
    DETAILS = "details"


class Whose(StrEnum):
    """Of whom details may be seen: of learners whose ULN the organisation was answered before, or of all."""

    OWN = "own"
    ALL = "all"


class Detail(StrEnum):
    """A detail of a known learner that a file may bring anew; whether they let share is always their own word."""

    GIVEN_NAME = "given_name"
    MIDDLE_NAME = "middle_name"
    PREFERRED_GIVEN_NAME = "preferred_given_name"
    FAMILY_NAME = "family_name"
    PREVIOUS_FAMILY_NAME = "previous_family_name"
    FAMILY_NAME_AT_16 = "family_name_at_16"
    DATE_OF_BIRTH = "date_of_birth"
    SEX = "sex"
    POSTCODE = "postcode"
    EMAIL = "email"
    UPN = "upn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What holds for an organisation from one day until another, both included; these defaults hold without one.

    `number` is None where nothing was agreed. `purposes` are those that a request for records may name. `threshold`
    and `margin` are bits of evidence; None leaves the gateway's own. `registers` takes away, and never adds, what a
    file kind may do. Changes of the details `live_changes` go live at once; those of others are proposals. From
    `revoked_on` on it holds no longer.
    """

    organisation: str = ""
    number: int | None = None
    purposes: tuple[str, ...] = ()
    whose: Whose = Whose.OWN
    disclosure: Disclosure = Disclosure.LEVELS
    accept_confident: bool = True
    threshold: float | None = None
    margin: float | None = None
    registers: bool = True
    accepted_file: bool = False
    live_changes: tuple[Detail, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None

    @property
    def policy(self) -> Policy:
        """Return what is agreed on matching."""
        return Policy(accept_confident=self.accept_confident, threshold=self.threshold, margin=self.margin)

    def names(self, purpose: str) -> bool:
        """Tell whether a request may be made for this purpose; where nothing was agreed, none is asked for."""
        return self.number is None or purpose.strip().casefold() in {it.casefold() for it in self.purposes}


NOTHING_AGREED = Agreement()
"""What holds for an organisation without an agreement."""
