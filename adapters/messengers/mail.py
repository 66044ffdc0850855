"""Alerts by e-mail."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from gateway.core.errors import MessengerError
from gateway.core.operations import Alert

_PATIENCE_S = 15.0


class MailSettings(BaseModel):
    """Which server takes the mail, from whom and for whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None
    password: str | None
    sender: str
    to: tuple[str, ...]


class Mail:
    """The `Messenger` port by SMTP."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return what sends mail by these settings."""
        return cls(MailSettings.model_validate(settings))

    def send(self, alert: Alert) -> None:
        """Send one message to all operators; three tries, then raise MessengerError."""
        try:
            self._send(_message(alert, self._settings))
        except (OSError, smtplib.SMTPException) as error:
            server = f"{self._settings.host}:{self._settings.port}"
            raise MessengerError(
                f"The mail server {server} did not take an alert ({type(error).__name__}); check `[alerts.mail]`."
            ) from None

    @retry(
        retry=retry_if_exception_type((OSError, smtplib.SMTPException)),
        wait=wait_exponential_jitter(multiplier=0.2, max=5),
        stop=stop_after_attempt(3),
        reraise=True,
    )
    def _send(self, message: EmailMessage) -> None:
        with self._connected() as server:
            if self._settings.user is not None:
                server.login(self._settings.user, self._settings.password or "")
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        told, trusted = self._settings, ssl.create_default_context()
        if told.security == "tls":
            return smtplib.SMTP_SSL(told.host, told.port, timeout=_PATIENCE_S, context=trusted)
        server = smtplib.SMTP(told.host, told.port, timeout=_PATIENCE_S)
        if told.security == "starttls":
            server.starttls(context=trusted)
        return server


def _message(alert: Alert, settings: MailSettings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Subject"] = f"[learner gateway] {alert.name}{' resolved' if alert.ended_at else ''}"
    ended = f"\nIt ended at {alert.ended_at:%Y-%m-%d %H:%M:%S %Z}." if alert.ended_at else ""
    message.set_content(f"{alert.text}\n\nIt began at {alert.begun_at:%Y-%m-%d %H:%M:%S %Z}.{ended}\n")
    return message
