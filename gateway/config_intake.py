"""Settings of the ways in: the SFTP server, the HTTP interface, and what is taken in at all."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, model_validator

_MEBIBYTE = 1024 * 1024
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseModel):
    """A table of settings that refuses a name that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SftpSettings(Settings):
    """The embedded SFTP server."""

    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(2222, ge=0, le=65535, description="Port; 0 takes a free one.")
    login_grace_s: float = Field(30, gt=0, description="Seconds that a client has to log in.")
    idle_s: float = Field(600, gt=0, description="Seconds after which a silent session is cut.")
    max_sessions: int = Field(500, gt=0, description="Sessions at once.")
    max_unauthenticated: int = Field(400, gt=0, description="Connections at once that have not logged in yet.")
    max_unauthenticated_per_address: int = Field(
        200, gt=0, description="The same from one address; a town's schools may share one."
    )
    legacy_port: int | None = Field(
        None, ge=0, le=65535, description="A second port, which offers older algorithms too; none opens none."
    )
    trusted_networks: list[IPvAnyNetwork] = Field(
        [], description="Networks, such as 10.0.0.0/8, that are never shut out."
    )
    ban_after: int = Field(10, gt=0, description="Refused keys of a name at an address, after which it is shut out.")
    ban_after_any: int = Field(20, gt=0, description="The same of all names at an address.")
    ban_s: float = Field(1800, gt=0, description="Seconds of a first ban; each one after it is half as long again.")
    rate_bytes: int = Field(8192, ge=0, description="Bytes that an open upload must bring every two minutes.")
    unfinished_s: float = Field(86400, gt=0, description="Seconds after which an upload left unfinished is reported.")


class IntakeSettings(Settings):
    """What is taken in at all."""

    max_bytes: int = Field(1024 * _MEBIBYTE, gt=0, description="The largest upload in bytes.")
    reserve_bytes: int = Field(512 * _MEBIBYTE, ge=0, description="Free room on our disk below which none is begun.")
    files_a_day: int | None = Field(20_000, ge=0, description="Files that an organisation may send on a day.")
    bytes_a_day: int | None = Field(50 * 1024 * _MEBIBYTE, ge=0, description="Bytes that it may send on a day.")
    open_uploads: int | None = Field(500, gt=0, description="Uploads that it may have open at once.")
    scanner: list[str] = Field(
        [], description='A malware scanner, such as ["clamdscan", "--fdpass"]; it gets the path. Exit 0 clean, 1 not.'
    )
    scanner_s: float = Field(300, gt=0, description="Seconds after which a scanner that does not answer is ended.")


class PortalSettings(Settings):
    """The HTTP interface; it is not there while its table is absent."""

    host: str = Field("127.0.0.1", description="Address; another than this machine's own needs TLS or a proxy.")
    port: int = Field(8443, ge=0, le=65535, description="Port; 0 takes a free one.")
    certificate_file: Path | None = Field(None, description="The TLS certificate with its chain, PEM.")
    key_file: Path | None = Field(None, description="Its key (0600), PEM.")
    trusted_proxies: list[str] = Field([], description="Addresses of proxies that end TLS and say who asks.")
    requests_per_minute: int = Field(600, gt=0, description="Requests that one key may make.")
    max_connections: int = Field(200, gt=0, description="Connections at once.")
    idle_s: float = Field(60, gt=0, description="Seconds after which a silent upload is cut.")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("`certificate_file` and `key_file` belong together")
        if self.certificate_file is None and not self.trusted_proxies and self.host not in _THIS_MACHINE:
            raise ValueError("`host` is open to others: set `certificate_file` and `key_file`, or `trusted_proxies`")
        return self
