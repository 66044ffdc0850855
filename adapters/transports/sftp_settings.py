"""What an operator sets of the SFTP server."""

from pathlib import Path

from pydantic import Field, IPvAnyNetwork

from adapters.transports.bans import BanPlan
from gateway.core.settings import AdapterSettings


class SftpSettings(AdapterSettings):
    """The SFTP server's settings; a name that it does not know is refused."""

    what = "the SFTP server"

    host: str = "127.0.0.1"
    port: int = Field(2222, ge=0, le=65535)
    legacy_port: int | None = Field(None, ge=0, le=65535)
    host_key_folder: Path
    staging_folder: Path
    audit_file: Path | None = None
    max_bytes: int = Field(1024**3, gt=0)
    reserve_bytes: int = Field(512 * 1024**2, ge=0)
    login_grace_s: float = Field(30, gt=0)
    idle_s: float = Field(600, gt=0)
    session_s: float = Field(4 * 3600, gt=0)
    rate_window_s: float = Field(120, gt=0)
    rate_bytes: int = Field(8 * 1024, ge=0)
    unfinished_s: float = Field(24 * 3600, gt=0)
    max_sessions: int = Field(500, gt=0)
    max_unauthenticated: int = Field(400, gt=0)
    max_unauthenticated_per_address: int = Field(200, gt=0)
    max_channels: int = Field(4, gt=0)
    max_handles: int = Field(64, gt=0)
    trusted_networks: tuple[IPvAnyNetwork, ...] = ()
    ban_after: int = Field(10, gt=0)
    ban_after_any: int = Field(20, gt=0)
    ban_within_s: float = Field(600, gt=0)
    ban_s: float = Field(1800, gt=0)

    @property
    def bans(self) -> BanPlan:
        """Return how those are shut out who try keys that open nothing."""
        return BanPlan(
            after=self.ban_after,
            after_any=self.ban_after_any,
            within_s=self.ban_within_s,
            first_s=self.ban_s,
            trusted=self.trusted_networks,
        )
