"""Answers over HTTP in a thread of its own: with TLS by certificate files, or behind a proxy that ends it."""

import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Self

import uvicorn

from adapters.portal.application import application
from adapters.portal.arriving import sweep
from adapters.portal.settings import PortalSettings
from adapters.portal.shield import Shield
from gateway.core.errors import ConfigurationError
from gateway.core.ports.gateway import PortalPorts

_LOOK_EVERY_S: Final = 0.02
_BACKLOG: Final = 128
_KEPT_ALIVE_S: Final = 15


class HttpPortal:
    """The `Portal` port on FastAPI and uvicorn."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return an interface that is not open; raise ConfigurationError where a setting is wrong."""
        return cls(PortalSettings.of(settings))

    def open(self, ports: PortalPorts) -> str:
        """Begin to answer and return a line that says where."""
        sweep(self._settings.arriving_folder)
        server = self._server = self._made(ports)
        listener = self._listening()
        thread = self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="portal", daemon=True
        )
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise ConfigurationError("The HTTP interface did not start; the log says why.")
            thread.join(_LOOK_EVERY_S)
        host, port = listener.getsockname()[:2]
        return f"{'HTTPS' if self._settings.certificate_file else 'HTTP'} on {host}:{port}"

    def close(self, grace: timedelta) -> None:
        """Take no new request, let those under way end within the grace, then cut them."""
        if self._server is None or self._thread is None:
            return
        self._server.config.timeout_graceful_shutdown = int(grace.total_seconds())
        self._server.should_exit = True
        self._thread.join()

    def _made(self, ports: PortalPorts) -> uvicorn.Server:
        settings = self._settings
        config = uvicorn.Config(
            Shield(application(ports, settings), tls=settings.certificate_file is not None),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            limit_concurrency=settings.max_connections,
            timeout_keep_alive=_KEPT_ALIVE_S,
            lifespan="off",
            ssl_certfile=settings.certificate_file,
            ssl_keyfile=settings.key_file,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                "The TLS certificate or its key cannot be read; check portal.certificate_file and portal.key_file."
            ) from error
        return uvicorn.Server(config)

    def _listening(self) -> socket.socket:
        host, port = self._settings.host, self._settings.port
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise ConfigurationError(
                f"The HTTP interface cannot listen on {host}:{port}: {error.strerror}. Set portal.host or portal.port."
            ) from error
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer's body waits for 40 ms
        return listener
