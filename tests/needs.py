"""What a test needs beyond Python: skipped where it is missing, required where CI=true."""

import os
import shutil
from typing import Final

import pytest

HANGING_S: Final = 120
"""Seconds of work after which a hostile input has stopped the reader: a limit against hanging, not a measurement."""

LONG: Final = pytest.mark.skipif("GATEWAY_LONG" not in os.environ, reason="it takes minutes; make check-long runs it")


def needs(*programs: str) -> None:
    """Skip with a line that says so where a program is missing; fail where CI asks for all of them."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{', '.join(missing)} must be installed where CI=true")
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")
