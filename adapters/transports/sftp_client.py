"""Partners' own SFTP servers: files are fetched from them and responses brought to them, each on its schedule.

Of all hosts one visits a partner. Whatever goes wrong on a visit, the next one begins anew: a file is fetched again
until it could be removed there, and its second copy is a duplicate; a response is brought until it stands there whole.
"""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Self

import paramiko
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from adapters.transports.outside_settings import Partner, PartnersSettings
from adapters.transports.remote_folders import PickUp, push
from adapters.transports.remote_session import session
from adapters.transports.sftp_reception import events
from gateway.core.errors import ConfigurationError, GatewayError
from gateway.core.ports.gateway import Intake

_LONGEST_WAIT_S: Final = 20


class Partners:
    """The `Transport` port that goes to others instead of waiting for them."""

    def __init__(self, settings: PartnersSettings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return visits that have not begun; raise ConfigurationError where a setting is wrong."""
        return cls(PartnersSettings.of(settings))

    def open(self, intake: Intake) -> str:
        """Begin to visit every partner and return a line that says which."""
        try:
            self._settings.staging_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{self._settings.staging_folder} cannot be made: {error.strerror}. Check who owns the home."
            ) from error
        self._threads = [
            threading.Thread(target=self._visit_ever, args=(it, intake), name=it.organisation, daemon=True)
            for it in self._settings.partners
        ]
        for thread in self._threads:
            thread.start()
        return f"partners {', '.join(it.organisation for it in self._settings.partners)}"

    def close(self, grace: timedelta) -> None:
        """Begin no further visit, and let those that are under way end within the grace."""
        self._stop.set()
        for thread in self._threads:
            thread.join(grace.total_seconds() / len(self._threads))

    def _visit_ever(self, partner: Partner, intake: Intake) -> None:
        """Visit a partner until closed, while it is our turn."""
        name = f"partner {partner.organisation} {partner.host}:{partner.port} {partner.user}"
        while not self._stop.is_set():
            try:
                with intake.turn(name) as is_ours:
                    pick_up = PickUp(partner, intake, self._settings)
                    while not self._stop.is_set() and is_ours():
                        self._visit(partner, intake, pick_up)
                        self._stop.wait(partner.every_s)
            except GatewayError as error:
                _tell(partner, error)
            self._stop.wait(partner.every_s)

    def _visit(self, partner: Partner, intake: Intake, pick_up: PickUp) -> None:
        """Go once, and try again a few times where the line or the server fails."""
        tries = Retrying(
            retry=retry_if_exception_type((OSError, EOFError, paramiko.SSHException)),
            wait=wait_exponential_jitter(multiplier=0.5, max=_LONGEST_WAIT_S),
            stop=stop_after_attempt(partner.tries),
            sleep=self._pause,
            reraise=True,
        )
        try:
            tries(self._go, partner, intake, pick_up)
        except (GatewayError, OSError, EOFError, paramiko.SSHException) as error:
            _tell(partner, error)

    def _pause(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def _go(self, partner: Partner, intake: Intake, pick_up: PickUp) -> None:
        if self._stop.is_set():
            return
        with session(partner) as client:
            if partner.pick_up is not None:
                pick_up.fetch(client)
            if partner.push is not None:
                push(partner, intake, client)


def _tell(partner: Partner, error: Exception) -> None:
    """Tell the log that a visit failed; what a server says is not repeated, for it may name a file."""
    about: dict[str, object] = {"organisation": partner.organisation, "host": partner.host, "port": partner.port}
    if isinstance(error, GatewayError):
        about["error"] = str(error)
    events.error("visit failed", extra=about | {"exception_type": type(error).__name__})
