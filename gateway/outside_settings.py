"""Settings of the other ways in: folders that an outside server serves, and partners' own servers."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FolderSettings(BaseModel):
    """Mailbox folders that an outside SFTP server serves; without a root there are none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path | None = Field(None, description="It holds `<organisation>/in` and so on, such as /srv/mail.")
    complete: Literal["log", "rename", "done"] = Field(
        "log",
        description="What shows that a file is whole: the server's log, its name (the server renames whole files), or "
        "a `<name>.done` beside it, which always does.",
    )
    log: Path | None = Field(None, description="The log of OpenSSH's sftp sessions, as syslog writes it.")
    every_s: float = Field(1, gt=0, description="Seconds between two looks into the folders.")
    settle_s: float = Field(2, ge=0, description="Seconds for which a file must stand still in any case.")


class PartnerSettings(BaseModel):
    """A partner's own SFTP server: files are fetched from it, and responses brought to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: str = Field(description="Whose server it is.")
    host: str = Field(description="Its address.")
    port: int = Field(22, ge=1, le=65535, description="Its port.")
    user: str = Field(description="Our name there.")
    key_file: Path = Field(description="A file (0600) with our private key.")
    host_key: str = Field(description='The only host key that is believed, such as "ssh-ed25519 AAAA...".')
    pick_up: str | None = Field(None, description="The folder there that files are fetched from.")
    push: str | None = Field(None, description="The folder there that receipts and responses are brought to.")
    complete: Literal["still", "done"] = Field(
        "still", description="What shows that a file is whole: two looks that find it alike, or `<name>.done`."
    )
    every_s: float = Field(60, gt=0, description="Seconds between two visits.")
    timeout_s: float = Field(30, gt=0, description="Seconds after which a server that does not answer is left.")
    tries: int = Field(3, ge=1, description="Tries for each visit.")
