"""Every outcome counts in exactly one total, and a key opens a mailbox only while it is valid."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.model import Record
from gateway.core.outcomes import MatchOutcome, Total, total_of
from gateway.core.submission import OrganisationKey

DAY = datetime(2026, 9, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
HELD = {MatchOutcome.POSSIBLE_MATCH, MatchOutcome.TOO_MANY_MATCHES}
REJECTED = {
    MatchOutcome.REFUSED,
    MatchOutcome.ULN_INVALID,
    MatchOutcome.ULN_MISMATCH,
    MatchOutcome.ULN_NOT_FOUND,
    MatchOutcome.UPDATE_REFUSED,
}


@pytest.mark.parametrize("outcome", MatchOutcome)
def test_an_outcome_counts_in_one_total(outcome: MatchOutcome) -> None:
    held = Total.HELD if outcome in HELD else Total.ACCEPTED
    assert total_of(outcome) is (Total.REJECTED if outcome in REJECTED else held)


@pytest.mark.parametrize(("begin", "end", "valid"), [
    (None, None, True), (DAY, DAY, True), (DAY + ONE_DAY, None, False), (None, DAY - ONE_DAY, False),
])  # fmt: skip
def test_a_key_is_valid_from_its_first_moment_to_its_last(
    begin: datetime | None, end: datetime | None, *, valid: bool
) -> None:
    key = OrganisationKey(organisation="elm", fingerprint="f", public_key="k", not_before=begin, not_after=end)
    assert key.valid_at(DAY) is valid


def test_a_field_is_read_without_blanks_at_its_ends_and_an_absent_one_is_empty() -> None:
    record = Record(number=1, line=2, key="", values={"ULN": " 9000000024 "})
    assert (record["ULN"], record["Title"]) == ("9000000024", "")
