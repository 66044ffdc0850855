"""How long tests on made-up bytes and files run: shortly with every test, twenty times as long by `make fuzz`."""

import os

TIMES = int(os.environ.get("GATEWAY_FUZZ", "1"))


def times(examples: int) -> int:
    """Return how many examples a test looks at in this run."""
    return examples * TIMES
