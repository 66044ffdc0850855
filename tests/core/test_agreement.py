"""What holds with an agreement, and without one."""

import pytest

from gateway.core.agreement import NOTHING_AGREED, Agreement
from gateway.core.matching.policy import USUAL, Policy


def test_without_an_agreement_matching_is_as_usual() -> None:
    assert NOTHING_AGREED.policy == USUAL


def test_an_agreement_says_how_sure_a_match_must_be() -> None:
    agreed = Agreement(number=1, accept_confident=False, threshold=9.5, margin=3)
    assert agreed.policy == Policy(accept_confident=False, threshold=9.5, margin=3)


@pytest.mark.parametrize(
    ("agreed", "purpose", "named"),
    [
        (NOTHING_AGREED, "enrolment", True),
        (Agreement(number=1), "enrolment", False),
        (Agreement(number=1, purposes=("Enrolment",)), " enrolment", True),
        (Agreement(number=1, purposes=("admission", "enrolment")), "enrol", False),
    ],
)
def test_a_purpose_must_be_named_where_something_was_agreed(agreed: Agreement, purpose: str, *, named: bool) -> None:
    assert agreed.names(purpose) is named
