"""A key of the HTTP interface: what opens and what does not."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.api_key import ApiKey, digest_of, read, written

MOMENT = datetime(2026, 1, 15, tzinfo=UTC)
KEY = ApiKey(id="0" * 12, organisation="kingsway", digest=digest_of("s" * 43))


def test_a_key_is_written_and_read_alike() -> None:
    assert read(written("0123456789ab", "-_" + "a" * 41)) == ("0123456789ab", "-_" + "a" * 41)


@pytest.mark.parametrize("text", ["", "lgk_", "lgk_0123456789ab_short", "x" + written("0" * 12, "a" * 43), "é" * 60])
def test_what_has_not_its_form_is_no_key(text: str) -> None:
    assert read(text) is None


def test_the_secret_alone_opens() -> None:
    assert KEY.opens("s" * 43, MOMENT, "192.0.2.1")
    assert not KEY.opens("t" * 43, MOMENT, "192.0.2.1")


@pytest.mark.parametrize(
    ("terms", "opens"),
    [
        ({"not_before": MOMENT}, True), ({"not_before": MOMENT + timedelta(seconds=1)}, False),
        ({"not_after": MOMENT}, True), ({"not_after": MOMENT - timedelta(seconds=1)}, False),
        ({"revoked_at": MOMENT}, False), ({"networks": ("192.0.2.0/24",)}, True),
        ({"networks": ("198.51.100.0/24", "2001:db8::/32")}, False),
    ],
)  # fmt: skip
def test_validity_and_networks_bound_it(terms: dict, opens: bool) -> None:  # noqa: FBT001 - a case's outcome
    key = ApiKey(id=KEY.id, organisation=KEY.organisation, digest=KEY.digest, **terms)
    assert key.opens("s" * 43, MOMENT, "192.0.2.1") is opens
    assert not key.opens("t" * 43, MOMENT, "192.0.2.1")


def test_an_address_that_is_none_is_in_no_network() -> None:
    bound = ApiKey(id=KEY.id, organisation=KEY.organisation, digest=KEY.digest, networks=("192.0.2.0/24",))
    assert not bound.opens("s" * 43, MOMENT, "")
