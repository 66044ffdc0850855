"""Ways to tell operators of an alarm."""

from typing import Protocol

from gateway.core.operations import Alert


class Messenger(Protocol):
    """One way, such as e-mail."""

    def send(self, alert: Alert) -> None:
        """Tell operators that a cause began, or that it ended; raise MessengerError where they cannot be told."""
        ...
