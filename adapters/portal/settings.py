"""What an operator sets of the HTTP interface."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.core.errors import ConfigurationError


class PortalSettings(BaseModel):
    """The settings of the HTTP interface; a name that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = 8443
    certificate_file: Path | None = None
    key_file: Path | None = None
    trusted_proxies: list[str] = []
    requests_per_minute: int = 600
    max_connections: int = 200
    idle_s: float = 60
    max_bytes: int
    arriving_folder: Path

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Self:
        """Return the settings; raise ConfigurationError that names each wrong one and what it must be."""
        try:
            return cls.model_validate(settings)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors())
            raise ConfigurationError(f"The settings of the HTTP interface are wrong. {wrong}.") from None
