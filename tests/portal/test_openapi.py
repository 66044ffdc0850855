"""Schemathesis sends what the description allows and what it does not, and finds no answer that it does not name."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.api_key import written
from tests.desk import COLLEGE, Desk, desk_of
from tests.fuzzing import times
from tests.needs import HANGING_S
from tests.portal.office import SECRET, api_key, opened

EXAMPLES = 2


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    made.record.api_keys.add(api_key(COLLEGE.id, 1))
    yield made
    made.record.close()


def test_every_answer_is_one_that_the_description_names(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.portal.application.WRONG_KEYS_PER_MINUTE", 1_000_000)
    with opened(desk, requests_per_minute=1_000_000) as office:
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{office.url}/api/openapi.json", "--no-color",
            "--header", f"Authorization: Bearer {written(f'{1:012}', SECRET)}", "--seed", "1",
            "--max-examples", str(times(EXAMPLES)), "--generation-database", "none", "--phases", "coverage,fuzzing",
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=times(HANGING_S), cwd=tmp_path, check=False
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
