"""Runs a malware scanner of the operator's choice: exit 0 is clean, 1 is infected, anything else is no answer."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.core.errors import ScanError

CLEAN: Final = 0
INFECTED: Final = 1
_SYSTEM_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """A command that gets a file's path as its last argument, never through a shell, and none of our secrets."""

    command: Sequence[str]
    seconds: float

    def __call__(self, path: Path) -> bool:
        """Return whether a file is infected; raise ScanError where the command does not say."""
        try:
            done = subprocess.run(
                [*self.command, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": _SYSTEM_PATH, "LC_ALL": "C"},
                timeout=self.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ScanError(self._told(f"gave no answer within {self.seconds:g} seconds")) from None
        except OSError as error:
            raise ScanError(self._told(f"cannot be run: {error.strerror}")) from None
        if done.returncode not in {CLEAN, INFECTED}:
            raise ScanError(self._told(f"ended with {done.returncode}"))
        return done.returncode == INFECTED

    def _told(self, what: str) -> str:
        return f"The scanner {self.command[0]} {what}. Mend it or intake.scanner; the file waits and is scanned again."
