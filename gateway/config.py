"""Settings: `gateway.toml` in the home, each overridden by an environment variable; the only reader of `os.environ`."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from gateway.core.errors import ConfigurationError
from gateway.core.notices import Severity
from gateway.secret_files import refuse_readable, secret

FILE_NAME = "gateway.toml"
_PREFIX = "LEARNER_GATEWAY_"
_MEBIBYTE = 1024 * 1024
_SECRETS = frozenset({"password", "master_key", "secret", "token"})
"""Names of settings that are secrets: a file that holds one must be private."""


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


class DatabaseSettings(Settings):
    """PostgreSQL 15 or later; without a URL the gateway runs its own in the home."""

    url: str | None = Field(None, description="Such as postgresql://gateway@db.example/gateway.")
    password_file: Path | None = Field(None, description="A file (0600) with the password for that URL.")
    password: SecretStr | None = Field(None, description="The same password, for the environment.")
    options: dict[str, str] = Field({}, description="Settings for the embedded PostgreSQL, such as shared_buffers.")


class FilesSettings(Settings):
    """Where kept bytes stand, and whether they are sealed."""

    store: Literal["folder", "s3"] = Field("folder", description="A folder of the home, or a bucket for several hosts.")
    bucket: str | None = Field(None, description="The bucket.")
    endpoint: str | None = Field(None, description="Address of an S3-compatible service; none: Amazon's.")
    region: str | None = Field(None, description="The bucket's region.")
    credentials_file: Path | None = Field(
        None, description="A file (0600) in the form of ~/.aws/credentials; none: the variables AWS_ACCESS_KEY_ID etc."
    )
    master_key_file: Path | None = Field(
        None, description="A file (0600) with the master key; files are sealed where it is set. `init` sets it."
    )
    master_key: SecretStr | None = Field(None, description="The same master key, for the environment.")

    @model_validator(mode="after")
    def _bucket_named(self) -> Self:
        if self.store == "s3" and not self.bucket:
            raise ValueError("`bucket` must be given where `store` is s3")
        return self


class WorkerSettings(Settings):
    """The processes that validate, match and answer."""

    count: int = Field(2, ge=1, description="Worker processes that `gateway serve` starts.")
    processes: int = Field(2, ge=1, description="Processes that one worker may share a large file between.")
    lease_s: float = Field(30, gt=1, description="Seconds after which a dead worker's submission is taken over.")


class IntakeSettings(Settings):
    """What is taken in at all."""

    max_bytes: int = Field(1024 * _MEBIBYTE, gt=0, description="The largest upload in bytes.")
    scanner: list[str] = Field(
        [], description='A malware scanner, such as ["clamdscan", "--fdpass"]; it gets the path. Exit 0 clean, 1 not.'
    )
    scanner_s: float = Field(300, gt=0, description="Seconds after which a scanner that does not answer is ended.")


class IssuingSettings(Settings):
    """Who issues ULNs, and from which numbers: only the Learning Records Service may issue real ones."""

    authority: str = Field(min_length=1, description="For whom ULNs are issued, or what marks the range as a test.")
    first: int = Field(ge=1_000_000_000, le=9_999_999_998, description="First number of the range.")
    last: int = Field(ge=1_000_000_000, le=9_999_999_998, description="Last number of the range.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError("`first` must not be above `last`")
        return self


class RegisterSettings(Settings):
    """The ULN register; it issues nothing while `issuing` is absent."""

    issuing: IssuingSettings | None = Field(None, description="Absent: new learners are answered not_found.")


class ReviewSettings(Settings):
    """How questions that only people can settle are handled."""

    sample_a_week: int = Field(25, ge=0, description="Automatic links drawn each week for a person to look at.")
    most_variations: int = Field(
        8,
        ge=1,
        description="Variations of one person that an organisation may ask about in full.",
    )
    window_days: int = Field(90, ge=1, description="Days for which a variation counts.")
    gather_s: float = Field(10, ge=0, description="Seconds for which decisions are gathered into one supplement.")


class RetentionSettings(Settings):
    """For how long what organisations sent and were answered is kept; what waits for anybody is kept in any case."""

    submission_days: int = Field(
        400, ge=8, description="Days for which a finished submission's bytes and responses are kept, to be run again."
    )
    uncollected_days: int = Field(90, ge=1, description="Days after which uncollected responses leave `out/`.")
    question_days: int = Field(1100, ge=30, description="Days for which settled questions are remembered.")


class RuleSetting(Settings):
    """What an operator changes in one rule."""

    severity: Severity | Literal["off"] = Field(description="What a rule's code weighs: error, warning, info or off.")


class KindSettings(BaseModel):
    """Settings of one file kind: its own limits, and rules that weigh otherwise in it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    retention_days: int | None = Field(
        None, ge=8, description="Days for which finished submissions of the kind are kept; as all others when absent."
    )
    rules: dict[str, RuleSetting] = {}


class SenderSettings(Settings):
    """What is set otherwise for one organisation."""

    rules: dict[str, RuleSetting] = {}


class GatewaySettings(Settings):
    """All settings of a gateway."""

    sftp: SftpSettings = SftpSettings()
    database: DatabaseSettings = DatabaseSettings()
    files: FilesSettings = FilesSettings()
    workers: WorkerSettings = WorkerSettings()
    intake: IntakeSettings = IntakeSettings()
    uln_register: RegisterSettings = Field(RegisterSettings(), alias="register")
    review: ReviewSettings = ReviewSettings()
    retention: RetentionSettings = RetentionSettings()
    rules: dict[str, RuleSetting] = {}
    kinds: dict[str, KindSettings] = {}
    organisations: dict[str, SenderSettings] = {}


def load(home: Path) -> GatewaySettings:
    """Return the home's settings; raise ConfigurationError that names each wrong one and how it is wrong.

    `LEARNER_GATEWAY_SFTP__PORT=2022` overrides `port` of the table `[sftp]`.
    """
    path = home / FILE_NAME
    if not path.is_file():
        raise ConfigurationError(f"There is no {path}; run `gateway init --home {home}` first.")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        if _holds_secret(values):
            refuse_readable(path, "which holds a secret")
        return GatewaySettings.model_validate(_overridden(values))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ConfigurationError(f"{path} has a wrong setting: {faults}.") from error


def database_url(home: Path, settings: DatabaseSettings) -> str | None:
    """Return the database's URL with its password, wherever that stands; None for the embedded one."""
    if settings.url is None:
        return None
    password = settings.password.get_secret_value() if settings.password else None
    if password is None and settings.password_file is not None:
        password = secret(home / settings.password_file, "the database's password (database.password_file)")
    if password is None:
        return settings.url
    return f"{settings.url}{'&' if urlsplit(settings.url).query else '?'}password={quote(password, safe='')}"


def _holds_secret(values: dict[str, Any]) -> bool:
    """Tell whether any setting of these tables is a secret, or a URL with a password in it."""
    for name, value in values.items():
        if isinstance(value, dict):
            if _holds_secret(value):
                return True
        elif name in _SECRETS or (isinstance(value, str) and "://" in value and urlsplit(value).password):
            return True
    return False


def _overridden(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in os.environ.items():
        if name.startswith(_PREFIX):
            table: dict[str, Any] = values
            *path, leaf = name.removeprefix(_PREFIX).lower().split("__")
            for step in path:
                table = table.setdefault(step, {})
            table[leaf] = value
    return values


TEMPLATE = """\
# Settings of this gateway; `README.md` lists all of them with their defaults.

[sftp]
host = "127.0.0.1"
port = {port}

# Without a URL the gateway runs a PostgreSQL of its own in this home.
[database]
# url = "postgresql://gateway@db.example/gateway"
# password_file = "database.password"

# Only the Learning Records Service may issue real ULNs. Without this table a learner who is not in the register is
# answered "not found". A marked test range is for trying the gateway out.
# [register.issuing]
# authority = "test range"
# first = 9000000000
# last = 9099999999
"""
SEALED = """
# Kept bytes are sealed, each organisation's with its own key. Whoever loses this file has lost them: keep a copy of it
# apart from this home and from its backups.
[files]
master_key_file = "master.key"
"""
