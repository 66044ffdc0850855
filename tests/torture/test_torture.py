"""A short torture run with a fixed seed: nothing is lost, doubled, half or left over."""

from pathlib import Path

import pytest

from tests.needs import needs
from tests.torture.blows import NO_STEP
from tests.torture.run import Plan, clear, torture


@pytest.mark.xdist_group("torture")
def test_a_gateway_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    needs("sftp", "ssh-keygen")
    home = tmp_path / "home"
    try:
        outcome = torture(home, Plan(seed=7, kills=8, seconds=30, fsync=False))
    finally:
        clear(home)
    assert list(outcome.faults) == []
    assert sum(count for (_, step), count in outcome.kills.items() if step != NO_STEP)
    assert outcome.submissions
    assert outcome.seen
