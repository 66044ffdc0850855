"""What stands round every answer: headers that keep browsers from guessing, and no word of ours when we fail."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from gateway.core.errors import GatewayError

events = logging.getLogger("gateway.portal")
"""Events by name; everything else stands in `extra`. No file name and no path: they may tell of a learner."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_TLS: Final = (b"strict-transport-security", b"max-age=31536000")


class Shield:
    """The outermost layer of the application."""

    def __init__(self, app: App, *, tls: bool) -> None:
        self._app = app
        self._headers = [*_HEADERS, *([_TLS] if tls else [])]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; a fault of ours is one line in the log, and its answer was sent or is cut off."""

        async def send_shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        try:
            await self._app(scope, receive, send_shielded)
        except GatewayError as error:
            events.error("answer fails", extra={"error": str(error)})
        except Exception as error:  # noqa: BLE001 - the outermost place of a request: one line, no value
            events.error("answer fails", extra={"exception_type": type(error).__name__})
