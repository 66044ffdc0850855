"""One gateway for all tests that do not hurt it."""

from collections.abc import Iterator

import pytest

from tests.acceptance.certificate import PORTAL, certify
from tests.acceptance.support import ISSUING, Running, entries_of, running
from tests.needs import needs


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run a gateway with a register of 2,000 invented learners; every test sends files of its own."""
    needs("sftp", "ssh-keygen")
    home = tmp_path_factory.mktemp("gateway") / "home"
    with running(home, entries_of(2000), settings=ISSUING + PORTAL, before=certify) as it:
        yield it
