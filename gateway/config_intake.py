"""Settings of the ways in: the SFTP server, and what is taken in at all."""

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

_MEBIBYTE = 1024 * 1024


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
