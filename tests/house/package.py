"""Builds the wheel, installs it alone in a new environment, and uses it there without the source.

Run by `make package`: it needs the network's package index, which the tests themselves do not.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: object, cwd: Path) -> str:
    """Return what a command prints; raise CalledProcessError where it fails."""
    return subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Prove that the wheel holds all that the gateway needs."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place, ROOT, cwd=place)
        (wheel,) = place.glob("*.whl")
        run(sys.executable, "-m", "venv", place / "venv", cwd=place)
        python = place / "venv/bin/python"
        run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "requirements.lock", cwd=place)
        run(python, "-m", "pip", "install", "-q", "--no-deps", wheel, cwd=place)
        command = place / "venv/bin/gateway"
        made = run(command, "samples", "lrb-csv", "--learners", "50", "--out", place, "--json", cwd=place)
        (sample,) = place.glob("LRB_*.CSV")
        print(made, run(command, "check", sample, cwd=place), run(command, "demo", cwd=place))  # noqa: T201


if __name__ == "__main__":
    main()
