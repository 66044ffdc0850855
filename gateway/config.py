"""Settings: `gateway.toml` in the home, each overridden by an environment variable; the only reader of `os.environ`."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError, model_validator

from gateway.config_intake import IntakeSettings, PortalSettings, Settings, SftpSettings
from gateway.core.errors import ConfigurationError
from gateway.core.notices import Severity
from gateway.core.settings import faults_of
from gateway.outside_settings import FolderSettings, PartnerSettings
from gateway.secret_files import refuse_readable, secret

FILE_NAME = "gateway.toml"
_PREFIX = "LEARNER_GATEWAY_"
_MEBIBYTE = 1024 * 1024
_SECRETS = frozenset({"password", "master_key", "secret", "token"})
"""Names of settings that are secrets: a file that holds one must be private."""


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
    small_only: int = Field(1, ge=0, description="Of these workers, how many take small files alone; one takes all.")
    small_bytes: int = Field(8 * _MEBIBYTE, gt=0, description="Bytes up to which a file is small.")
    per_organisation: int | None = Field(None, ge=1, description="Files of one organisation at once; none: any number.")
    recycle_after: int = Field(1000, ge=1, description="Files after which a worker process begins anew.")


class LimitSettings(Settings):
    """What the processing of one file may cost; what passes a limit is parked."""

    memory_mb: int = Field(2048, ge=256, description="Mebibytes of data that each process of a worker may hold.")
    cpu_s: int = Field(3600, ge=1, description="Seconds of CPU of all processes that a file may take in one try.")
    wall_s: int = Field(7200, ge=1, description="Seconds that a file may take in one try.")


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
    uncollected_days: int = Field(30, ge=1, description="Days after which uncollected responses leave `out/`.")
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
    rules: dict[str, RuleSetting] = Field({})
    most_at_once: int | None = Field(None, ge=1, description="Files of the kind at once; none: any number.")
    head_start_s: float = Field(0, description="Seconds that its files are taken to have waited already.")


class SenderSettings(Settings):
    """What is set otherwise for one organisation."""

    head_start_s: float = Field(0, description="Seconds that its files are taken to have waited already.")
    files_a_day: int | None = Field(None, ge=0, description="Files that it may send on a day; as all when absent.")
    bytes_a_day: int | None = Field(None, ge=0, description="Bytes that it may send on a day; as all when absent.")
    open_uploads: int | None = Field(None, gt=0, description="Uploads it may have open at once; as all when absent.")
    rules: dict[str, RuleSetting] = Field({})


class HealthSettings(Settings):
    """Where `/health`, `/ready` and `/metrics` are answered."""

    host: str = Field("127.0.0.1", description="Address of `/health`, `/ready` and `/metrics`.")
    port: int | None = Field(8222, ge=0, le=65535, description="Their port; 0 takes a free one, none answers nowhere.")


class MailSettings(Settings):
    """Alerts by e-mail."""

    host: str = Field(description="The mail server.")
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    security: Literal["none", "starttls", "tls"] = Field("starttls", description="none, starttls or tls.")
    user: str | None = Field(None, description="Who logs in; absent: nobody.")
    password: str | None = Field(None, description="Their password; better given as an environment variable.")
    sender: str = Field(description="The address that alerts come from.")
    to: list[str] = Field(min_length=1, description="The addresses of the operators.")


class WebhookSettings(Settings):
    """Alerts by an HTTP request."""

    url: HttpUrl = Field(description="Where each alert is posted to as a JSON object.")


class AlertSettings(Settings):
    """What operators are told of, and how; always in the log as well."""

    every_s: float = Field(30, gt=0, description="Seconds between two looks for what is wrong.")
    uncollected_days: int = Field(5, ge=1, description="Days after which an uncollected response is an alarm.")
    oldest_s: float = Field(900, gt=0, description="Age in seconds at which an unanswered file is an alarm.")
    disk_free_percent: float = Field(10, ge=0, le=100, description="Free part of the home's disk below which is one.")
    mail: MailSettings | None = Field(None, description="Absent: no mail is sent.")
    webhook: WebhookSettings | None = Field(None, description="Absent: nothing is posted.")


class GatewaySettings(Settings):
    """All settings of a gateway."""

    sftp: SftpSettings = SftpSettings()
    portal: PortalSettings | None = None
    folder: FolderSettings = FolderSettings()
    partners: tuple[PartnerSettings, ...] = ()
    database: DatabaseSettings = DatabaseSettings()
    files: FilesSettings = FilesSettings()
    workers: WorkerSettings = WorkerSettings()
    limits: LimitSettings = LimitSettings()
    intake: IntakeSettings = IntakeSettings()
    uln_register: RegisterSettings = Field(RegisterSettings(), alias="register")
    review: ReviewSettings = ReviewSettings()
    retention: RetentionSettings = RetentionSettings()
    health: HealthSettings = HealthSettings()
    alerts: AlertSettings = AlertSettings()
    rules: dict[str, RuleSetting] = Field({})
    kinds: dict[str, KindSettings] = Field({})
    organisations: dict[str, SenderSettings] = Field({})


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
        raise ConfigurationError(f"{path} has a wrong setting: {faults_of(error)}.") from error


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
