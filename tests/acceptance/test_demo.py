"""`gateway demo`: what a stranger runs first."""

import os
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 120


def test_every_outcome_is_as_expected_and_nothing_but_the_answers_is_left(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "demo"],
        env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sees nothing of it" in done.stdout
    answers = Path(done.stdout.rsplit("The responses are in ", 1)[1].strip())
    assert list(answers.glob("*.OUT.CSV"))
    assert [path for path in tmp_path.iterdir() if path.name.startswith("learner-gateway-demo-")] == [answers]
