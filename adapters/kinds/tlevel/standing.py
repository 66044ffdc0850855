"""What assessment entries and results are both held against: the learner's registration, and the series.

Settling tells these, by what is kept; the T Level report knows them as the third stage (`awarding` 5.2).
"""

from adapters.kinds.tlevel.book import COMMON, needing
from gateway.core.rules.registry import Rulebook

STANDING = Rulebook(rules=dict(COMMON.rules))
"""The rules that the books of both kinds begin with."""
NOT_REGISTERED = STANDING.describe(
    "uln_not_registered",
    "ULN_NOT_REGISTERED",
    """The learner is not registered with the awarding organisation.

    Why: entries and results are taken for learners whom the same awarding organisation has registered.
    Fix: register the learner first, or correct the ULN.
    Message: ULN {ULN} is not registered with your awarding organisation.
    """,
)
WITHDRAWN = STANDING.describe(
    "registration_withdrawn",
    "REGISTRATION_WITHDRAWN",
    """The learner's registration was withdrawn.

    Why: a learner who has left has no more assessments.
    Fix: register the learner again if the withdrawal was a mistake, or take the row out.
    Message: The registration of ULN {ULN} was withdrawn, so nothing can be added to it.
    """,
)
CORE_OTHER = STANDING.describe(
    "core_of_another_course",
    "CORE_OTHER",
    """The core component is not the one for which the learner is registered.

    Why: a learner is assessed in the core component of the T Level that he or she takes.
    Fix: correct the core code, or the learner's registration.
    Message: The learner is not registered for the core component {code}.
    """,
)
SERIES_UNKNOWN = needing(
    STANDING,
    STANDING.describe(
        "series_unknown",
        "SERIES_UNKNOWN",
        """There is no such series for this sort of component.

        Why: components are assessed in series, and specialisms in summer only.
        Fix: write a series of this component, such as Summer 2026.
        Message: {field} names {series}, which is no series of this component.
        """,
    ),
    "series",
)
SERIES_CLOSED = needing(
    STANDING,
    STANDING.describe(
        "series_closed",
        "SERIES_CLOSED",
        """The series is not open.

        Why: entries and results of a series are taken from its first day to its last.
        Fix: correct the series; if it is right, ask the gateway's operator for its dates.
        Message: {field} names {series}, which is not open now.
        """,
    ),
    "series",
)
SPECIALISM_OTHER = STANDING.describe(
    "specialism_of_another_course",
    "SPECIALISM_OTHER",
    """A specialism is not one for which the learner is registered.

    Why: a learner is assessed in the specialisms that the registration holds.
    Fix: correct the specialism codes, or the learner's registration.
    Message: The learner is not registered for the specialism {code}.
    """,
)
STANDING_CODES = frozenset(
    rule.code for rule in (NOT_REGISTERED, WITHDRAWN, CORE_OTHER, SERIES_UNKNOWN, SERIES_CLOSED, SPECIALISM_OTHER)
)
"""Their codes."""
