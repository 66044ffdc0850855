"""What an operator sets of folders that an outside server serves, and of partners' own servers."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.core.errors import ConfigurationError


class OutsideSettings(BaseModel):
    """Settings that refuse a name that they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    what: ClassVar[str]

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Self:
        """Return the settings; raise ConfigurationError that names each wrong one and what it must be."""
        try:
            return cls.model_validate(settings)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors())
            raise ConfigurationError(f"The settings of the {cls.what} are wrong. {wrong}.") from None


class Whole(StrEnum):
    """What shows that a file in a mailbox folder is complete; a `<name>.done` beside it always does."""

    LOG = "log"
    RENAME = "rename"
    DONE = "done"


class FolderSettings(OutsideSettings):
    """Settings of the folder transport."""

    what = "folder transport"
    root: Path
    staging_folder: Path
    complete: Whole = Whole.LOG
    log: Path | None = None
    every_s: float = Field(1, gt=0)
    settle_s: float = Field(2, ge=0)
    max_bytes: int = Field(1024**3, gt=0)


class RemoteWhole(StrEnum):
    """What shows that a file of a partner's is complete: it stood still for two looks, or a `.done` beside it."""

    STILL = "still"
    DONE = "done"


class Partner(BaseModel):
    """One partner's server, and how it is visited."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: str
    host: str
    port: int = Field(22, ge=1, le=65535)
    user: str
    key_file: Path
    host_key: str
    pick_up: str | None = None
    push: str | None = None
    complete: RemoteWhole = RemoteWhole.STILL
    every_s: float = Field(60, gt=0)
    timeout_s: float = Field(30, gt=0)
    tries: int = Field(3, ge=1)


class PartnersSettings(OutsideSettings):
    """Settings of the visits to partners."""

    what = "partners"
    partners: tuple[Partner, ...]
    staging_folder: Path
    max_bytes: int = Field(1024**3, gt=0)
