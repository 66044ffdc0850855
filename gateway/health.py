"""`/health`, `/ready` and `/metrics` over HTTP, and the watch that tells operators what is wrong.

Three answers without a parameter need no web framework: the standard library's server adds nothing to the start and
two threads to the memory. The portal, when it comes, may take these answers over.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from gateway import alerts, bootstrap, config, metrics
from gateway.core.errors import GatewayError

log = logging.getLogger("gateway.health")

_PLAIN: Final = "text/plain; charset=utf-8"
_AGAIN_S: Final = 5.0


class Health:
    """What a process knows of itself: whether its database is up to date, and whether it is being stopped."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.house: bootstrap.House | None = None

    def why_not_ready(self) -> str:
        """Say what keeps this gateway from its work; empty where nothing does."""
        if self.stop.is_set():
            return "It is being stopped: what is under way comes to its end."
        if self.house is None:
            return "It is starting: the database is brought up to date."
        try:
            self.house.record.operations.standings.database()
            self.house.gateway.files.probe()
        except GatewayError as error:
            return str(error)
        return ""

    def metrics(self) -> bytes:
        """Return the figures; before the database is there, none."""
        return metrics.text(self.house.record.operations) if self.house else b""


class _Answers(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        """Answer one of the three questions."""
        answer = {"/health": self._health, "/ready": self._ready, "/metrics": self._metrics}.get(self.path)
        try:
            self._send(*(answer() if answer else (HTTPStatus.NOT_FOUND, b"/health, /ready and /metrics are here.\n")))
        except GatewayError as error:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n".encode())

    def _health(self) -> tuple[HTTPStatus, bytes]:
        return HTTPStatus.OK, b"alive\n"

    def _ready(self) -> tuple[HTTPStatus, bytes]:
        why = self.server.health.why_not_ready()
        return (HTTPStatus.SERVICE_UNAVAILABLE, f"{why}\n".encode()) if why else (HTTPStatus.OK, b"ready\n")

    def _metrics(self) -> tuple[HTTPStatus, bytes]:
        return HTTPStatus.OK, self.server.health.metrics()

    def _send(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", _PLAIN)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: each probe would be a line."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self.health = health
        super().__init__(address, _Answers)


@contextmanager
def attended(home: Path, stop: threading.Event) -> Iterator[Health]:
    """Answer over HTTP and watch for what is wrong while the block lasts; neither is needed for the work itself."""
    settings = config.load(home.resolve())
    health = Health(stop)
    watching = threading.Thread(target=_watch, args=(home, health, settings.alerts.every_s), name="watch", daemon=True)
    server = _listening(settings.health, health)
    watching.start()
    try:
        yield health
    finally:
        stop.set()
        watching.join()
        if server is not None:
            server.shutdown()
            server.server_close()


def _listening(settings: config.HealthSettings, health: Health) -> _Server | None:
    """Open the listener; a port that is taken is told, and keeps nobody from their work."""
    if settings.port is None:
        return None
    try:
        server = _Server((settings.host, settings.port), health)
    except OSError as error:
        told = {"host": settings.host, "port": settings.port, "error": error.strerror or type(error).__name__}
        log.error("no /health: set `health.port`", extra=told)  # noqa: TRY400 - it says all
        return None
    log.info("health", extra={"host": settings.host, "port": server.server_address[1]})
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _watch(home: Path, health: Health, every_s: float) -> None:
    """Open the home, look every so often, and open it again where the database was away when it began."""
    while not health.stop.is_set():
        try:
            with bootstrap.opened(home) as house:
                health.house = house
                _look_until_stopped(lambda: alerts.look(house, bootstrap.messengers(house.settings)), health, every_s)
        except GatewayError as error:
            log.error("nobody watches", extra={"error": str(error)})  # noqa: TRY400 - it says all
            health.stop.wait(_AGAIN_S)
        finally:
            health.house = None


def _look_until_stopped(look: Callable[[], None], health: Health, every_s: float) -> None:
    while not health.stop.is_set():
        try:
            look()
        except GatewayError as error:
            log.error("alerts not looked for", extra={"error": str(error)})  # noqa: TRY400 - it says all
        health.stop.wait(every_s)
