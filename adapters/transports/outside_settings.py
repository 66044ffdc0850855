"""What an operator sets of folders that an outside server serves, and of partners' own servers."""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from gateway.core.settings import AdapterSettings


class Whole(StrEnum):
    """What shows that a file in a mailbox folder is complete; a `<name>.done` beside it always does."""

    LOG = "log"
    RENAME = "rename"
    DONE = "done"


class FolderSettings(AdapterSettings):
    """Settings of the folder transport."""

    what = "the folder transport"
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


class PartnersSettings(AdapterSettings):
    """Settings of the visits to partners."""

    what = "the partners"
    partners: tuple[Partner, ...]
    staging_folder: Path
    max_bytes: int = Field(1024**3, gt=0)
