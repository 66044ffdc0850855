"""What an operator sets of the HTTP interface."""

from pathlib import Path

from gateway.core.settings import AdapterSettings


class PortalSettings(AdapterSettings):
    """The settings of the HTTP interface; a name that it does not know is refused."""

    what = "the HTTP interface"

    host: str = "127.0.0.1"
    port: int = 8443
    certificate_file: Path | None = None
    key_file: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    requests_per_minute: int = 600
    max_connections: int = 200
    idle_s: float = 60
    max_bytes: int
    arriving_folder: Path
