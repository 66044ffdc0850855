"""Alerts by an HTTP request, for chat rooms and on-call services."""

import json
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Self
from urllib.error import HTTPError

from pydantic import BaseModel, ConfigDict, HttpUrl
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from gateway.core.errors import MessengerError
from gateway.core.operations import Alert

_PATIENCE_S = 15.0


class WebhookSettings(BaseModel):
    """Where the request goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl


class Webhook:
    """The `Messenger` port by HTTP: a POST of one JSON object."""

    def __init__(self, settings: WebhookSettings) -> None:
        self._url = settings.url

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return what posts to the address of these settings."""
        return cls(WebhookSettings.model_validate(settings))

    def send(self, alert: Alert) -> None:
        """Post the alert; three tries, then raise MessengerError. The address may hold a secret and is not told."""
        try:
            self._post(_body(alert))
        except (OSError, HTTPException) as error:
            raise MessengerError(
                f"{self._url.host} did not take an alert ({type(error).__name__}); check `[alerts.webhook]`."
            ) from None

    @retry(
        retry=retry_if_exception_type((OSError, HTTPException)),
        wait=wait_exponential_jitter(multiplier=0.2, max=5),
        stop=stop_after_attempt(3),
        reraise=True,
    )
    def _post(self, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(str(self._url), body, headers)  # noqa: S310 - its form is http or https
        try:
            urllib.request.urlopen(request, timeout=_PATIENCE_S).close()  # noqa: S310 - the same
        except HTTPError as error:
            error.close()  # it holds the connection
            raise


def _body(alert: Alert) -> bytes:
    return json.dumps(
        {
            "version": 1,
            "alert": alert.name,
            "status": "resolved" if alert.ended_at else "begun",
            "text": alert.text,
            "begun_at": alert.begun_at.isoformat(),
            "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        }
    ).encode()
