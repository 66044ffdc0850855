"""The contract of the `Organisations` port. A further adapter is one more name in the fixture's list."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.stores.database import open_pool
from adapters.stores.organisations import PostgresOrganisations
from gateway.core.errors import StoreError
from gateway.core.ports.mailboxes import Organisations
from gateway.core.submission import Mode, Organisation, OrganisationKey, OrganisationKind
from tests.fakes import FakeOrganisations

SCHOOL = Organisation(
    id="hill-school", name="Hill School", kind=OrganisationKind.SCHOOL, ukprn="10000001", urn="100001", estab="8884001"
)
AWARDING = Organisation(
    id="ao-north",
    name="North Awarding",
    kind=OrganisationKind.AWARDING_ORGANISATION,
    centre="10101",
    mode=Mode.TEST,
    suspended=True,
)
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def key(organisation: Organisation, number: int = 1) -> OrganisationKey:
    return OrganisationKey(
        organisation=organisation.id,
        fingerprint=f"SHA256:{number:043}",
        public_key=f"ssh-ed25519 AAAA{number:060}",
        comment="data manager's laptop",
        not_before=NOON - timedelta(days=1),
        not_after=NOON + timedelta(days=1),
    )


@pytest.fixture
def fake_organisations() -> Organisations:
    return FakeOrganisations()


@pytest.fixture
def postgres_organisations(database: str) -> Iterator[Organisations]:
    with closing(open_pool(database)) as pool:
        yield PostgresOrganisations(pool)


@pytest.fixture(params=["fake_organisations", "postgres_organisations"])
def organisations(request: pytest.FixtureRequest) -> Organisations:
    return request.getfixturevalue(request.param)


def test_what_was_added_is_found_as_it_was(organisations: Organisations) -> None:
    organisations.add(SCHOOL)
    organisations.add(AWARDING)
    assert organisations.find(SCHOOL.id) == SCHOOL
    assert organisations.find(AWARDING.id) == AWARDING


def test_an_unknown_organisation_is_none_and_has_no_keys(organisations: Organisations) -> None:
    assert organisations.find("nobody") is None
    assert organisations.keys("nobody") == []
    assert organisations.all() == []


def test_an_id_is_found_by_its_exact_letters_alone(organisations: Organisations) -> None:
    organisations.add(SCHOOL)
    assert organisations.find(SCHOOL.id.upper()) is None
    assert organisations.find(f"{SCHOOL.id} ") is None
    assert organisations.find("hill-schoo_") is None


def test_all_are_listed_by_id(organisations: Organisations) -> None:
    organisations.add(SCHOOL)
    organisations.add(AWARDING)
    assert organisations.all() == [AWARDING, SCHOOL]


def test_an_id_is_taken_once(organisations: Organisations) -> None:
    organisations.add(SCHOOL)
    with pytest.raises(StoreError):
        organisations.add(SCHOOL)
    assert organisations.all() == [SCHOOL]


def test_an_organisation_has_several_keys_valid_or_not(organisations: Organisations) -> None:
    organisations.add(SCHOOL)
    keys = [key(SCHOOL, 1), key(SCHOOL, 2)]
    for it in keys:
        organisations.add_key(it)
    found = sorted(organisations.keys(SCHOOL.id), key=lambda it: it.fingerprint)
    assert found == keys
    assert found[0].valid_at(NOON)
    assert not found[0].valid_at(NOON + timedelta(days=2))


def test_a_key_belongs_to_one_organisation(organisations: Organisations) -> None:
    organisations.add(SCHOOL)
    organisations.add(AWARDING)
    organisations.add_key(key(SCHOOL))
    with pytest.raises(StoreError):
        organisations.add_key(key(SCHOOL))
    with pytest.raises(StoreError):
        organisations.add_key(key(AWARDING))
    assert organisations.keys(SCHOOL.id) == [key(SCHOOL)]
    assert organisations.keys(AWARDING.id) == []


def test_an_organisation_whose_key_is_taken_is_not_added(organisations: Organisations) -> None:
    taken = OrganisationKey(organisation=SCHOOL.id, fingerprint="SHA256:x", public_key="ssh-ed25519 AAAA")
    organisations.add(SCHOOL, taken)
    assert organisations.keys(SCHOOL.id) == [taken]
    with pytest.raises(StoreError):
        organisations.add(AWARDING, replace(taken, organisation=AWARDING.id))
    assert organisations.find(AWARDING.id) is None


def test_a_key_keeps_the_networks_that_it_may_be_used_from(organisations: Organisations) -> None:
    bound = replace(key(SCHOOL), networks=("10.0.0.0/8", "2001:db8::/32"))
    organisations.add(SCHOOL, bound)
    assert organisations.keys(SCHOOL.id) == [bound]


def test_a_revoked_key_stays_and_opens_nothing_from_that_moment_on(organisations: Organisations) -> None:
    organisations.add(SCHOOL, key(SCHOOL))
    organisations.revoke_key(SCHOOL.id, key(SCHOOL).fingerprint, NOON)
    organisations.revoke_key(SCHOOL.id, key(SCHOOL).fingerprint, NOON + timedelta(hours=1))
    assert organisations.keys(SCHOOL.id) == [replace(key(SCHOOL), not_after=NOON)]
    organisations.add(AWARDING)
    for organisation, number in ((SCHOOL, 2), (AWARDING, 1)):
        with pytest.raises(StoreError, match="has no key"):
            organisations.revoke_key(organisation.id, key(SCHOOL, number).fingerprint, NOON)
