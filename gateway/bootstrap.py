"""The composition root: settings in, a wired gateway out."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

from gateway import config, plugins, rule_settings
from gateway.allowances import allowance
from gateway.config import FilesSettings, GatewaySettings, KindSettings, SenderSettings
from gateway.config_intake import IntakeSettings
from gateway.core.erasure import Retention
from gateway.core.errors import ConfigurationError
from gateway.core.ids import RANDOM_BITS, submission_id
from gateway.core.matching import register as matching
from gateway.core.permutation import IssuingRange
from gateway.core.picking import Pick
from gateway.core.ports.backups import Restoring
from gateway.core.ports.files import FileStore, Shelf
from gateway.core.ports.gateway import Gateway, Intake, SystemOfRecord, Transport
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.messengers import Messenger
from gateway.core.ports.pgp import Covering
from gateway.core.ports.wrappings import Wrapping
from gateway.core.review import ReviewPlan
from gateway.core.rules.rule import Context
from gateway.core.submission import Submission
from gateway.limits import Bounds
from gateway.master_keys import master_keys
from gateway.page import page
from gateway.pgp_keys import pgp_key
from gateway.pipeline import take_in
from gateway.receipt_keys import receipt_signer
from gateway.scanner import Scanner
from gateway.secret_files import refuse_readable

SFTP_LINES = Path("audit") / "sftp.jsonl"
"""Where in a home the SFTP server writes its audit lines."""
FILE_KINDS = "gateway.file_kinds"
TRANSPORTS = "gateway.transports"
WRAPPINGS = "gateway.wrappings"
STORES = "gateway.stores"
MESSENGERS = "gateway.messengers"

_KIND_METHODS = ("claims", "check", "settling", "responder", "samples")
_KIND_FACTS = ("name", "title", "senders", "identity", "registers", "whole_file", "rulebook")
_OURS = {"rules", "most_at_once", "head_start_s", "retention_days"}
"""Settings of a kind that are not its own affair."""
_TRANSPORT_METHODS = ("open", "close")
_WRAPPING_METHODS = ("name", "claims", "open")
_FILES_METHODS = ("owned", "keep", "create", "open", "local", "remove", "clear", "probe")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A gateway with all that stands around it in one home."""

    home: Path
    settings: GatewaySettings
    record: SystemOfRecord
    gateway: Gateway


def file_kinds(settings: Mapping[str, KindSettings] | None = None) -> dict[str, FileKind]:
    """Return every file kind that is installed, by name; raise ConfigurationError where a setting is of none."""
    settings = settings or {}
    names = plugins.names(FILE_KINDS)
    unknown = sorted(set(settings) - set(names))
    if unknown:
        raise ConfigurationError(f"[kinds.{unknown[0]}] is of no file kind; those are {', '.join(sorted(names))}.")
    return {
        name: cast(
            "FileKind",
            plugins.load(FILE_KINDS, name, _KIND_METHODS + _KIND_FACTS).from_settings(_own(settings.get(name))),
        )
        for name in names
    }


def _own(settings: KindSettings | None) -> dict[str, object]:
    return settings.model_dump(exclude=_OURS) if settings else {}


def context_for(settings: GatewaySettings, record: SystemOfRecord) -> Callable[[Submission, str], Context]:
    """Return what tells a reader about a submission of a kind."""

    def context(submission: Submission, kind: str) -> Context:
        return Context(
            as_of=submission.processing_date,
            file_name=submission.name,
            sender=submission.organisation,
            earlier=record.submissions.earlier_names(submission, kind),
            settings=rule_settings.of(settings, submission.organisation.id, kind),
            reference=record.reference.reference(),
            processes=settings.workers.processes,
            agreement=submission.agreement,
        )

    return context


def head_start(settings: GatewaySettings) -> Callable[[str, str | None], timedelta]:
    """Return how much earlier a sender's file of a kind is taken to have come: what is set for both, added."""

    def ahead(organisation: str, kind: str | None) -> timedelta:
        of_kind = settings.kinds.get(kind or "", KindSettings()).head_start_s
        return timedelta(seconds=of_kind + settings.organisations.get(organisation, SenderSettings()).head_start_s)

    return ahead


def pick(settings: GatewaySettings, *, small_only: bool) -> Pick:
    """Return what a worker may take."""
    limited = {name: kind.most_at_once for name, kind in settings.kinds.items() if kind.most_at_once is not None}
    return Pick(
        most_bytes=settings.workers.small_bytes if small_only else None,
        per_organisation=settings.workers.per_organisation,
        per_kind=limited,
    )


def bounds(settings: GatewaySettings) -> Bounds:
    """Return what a file may take in one try."""
    return Bounds(cpu_s=settings.limits.cpu_s, wall_s=settings.limits.wall_s)


@contextmanager
def opened(home: Path) -> Iterator[House]:
    """Give the gateway of a home: its database started and brought up to date, every port wired."""
    home = home.resolve()
    settings = config.load(home)
    record = _record(home, settings)
    try:
        yield House(home=home, settings=settings, record=record, gateway=_gateway(home, record, settings))
    finally:
        record.close()


def transport(house: House) -> Transport:
    """Return the SFTP server of a home, not yet open."""
    values = house.settings.sftp.model_dump() | {
        "reserve_bytes": house.settings.intake.reserve_bytes,
        "host_key_folder": house.home / "host-keys",
        "staging_folder": house.home / "staging",
        "audit_file": house.home / SFTP_LINES,
    }
    return way_in(house, "sftp-server", values)


def way_in(house: House, name: str, values: dict[str, object]) -> Transport:
    """Return the transport of a name, not yet open."""
    values["max_bytes"] = house.settings.intake.max_bytes
    return cast("Transport", plugins.load(TRANSPORTS, name, _TRANSPORT_METHODS).from_settings(values))


def wrappings() -> list[Wrapping]:
    """Return what files may come in, the outermost first."""
    return [cast("Wrapping", plugins.load(WRAPPINGS, "zip", _WRAPPING_METHODS).from_settings({}))]


def messengers(settings: GatewaySettings) -> list[Messenger]:
    """Return the ways to tell operators that are set."""
    told = {"mail": settings.alerts.mail, "webhook": settings.alerts.webhook}
    return [
        cast("Messenger", plugins.load(MESSENGERS, name, ("send",)).from_settings(it.model_dump()))
        for name, it in told.items()
        if it is not None
    ]


def intake(house: House) -> Intake:
    """Return what a transport may use of a gateway."""
    return Intake(
        take_in=lambda arrival: take_in(arrival, house.gateway),
        organisations=house.record.organisations,
        mailboxes=house.record.mailboxes,
        files=house.gateway.files,
        clock=now,
        allowance=partial(allowance, house.settings, house.record.submissions, now),
        turn=house.record.turn,
    )


def lease(house: House) -> timedelta:
    """Return how long a worker's lease lasts."""
    return timedelta(seconds=house.settings.workers.lease_s)


def retention(settings: GatewaySettings) -> Retention:
    """Return how long what is kept."""
    days = {name: kind.retention_days for name, kind in settings.kinds.items() if kind.retention_days is not None}
    return Retention(kinds=days, **settings.retention.model_dump())


def now() -> datetime:
    """Return the present moment in UTC: the one clock, read here and handed to all else."""
    return datetime.now(UTC)


def new_id(moment: datetime) -> str:
    """Return a submission id that nobody can guess from another."""
    return submission_id(moment, secrets.randbits(RANDOM_BITS))


def _record(home: Path, settings: GatewaySettings) -> SystemOfRecord:
    issuing = settings.uln_register.issuing
    values = {
        "home": home,
        "url": config.database_url(home, settings.database),
        "options": settings.database.options,
        "issuing": IssuingRange(**issuing.model_dump()) if issuing else None,
        "matching": matching,
        "review": ReviewPlan(**settings.review.model_dump()),
    }
    return cast("SystemOfRecord", plugins.load(STORES, "postgres", ("close",)).from_settings(values))


def _gateway(home: Path, record: SystemOfRecord, settings: GatewaySettings) -> Gateway:
    kinds, pgp = file_kinds(settings.kinds), _pgp(home, record)
    rule_settings.refuse_unknown(settings, kinds)
    return Gateway(
        files=_files(home, record, settings.files),
        store=record.store,
        mailboxes=record.mailboxes,
        register=record.register,
        records=record.records,
        review=record.review,
        audit=record.audit,
        kinds=kinds,
        context=context_for(settings, record),
        page=page,
        clock=now,
        new_id=new_id,
        head_start=head_start(settings),
        wrappings=[cast("Wrapping", pgp), *wrappings()],
        covering=cast("Covering", pgp),
        sign=receipt_signer(home) or (lambda receipt: receipt),
        scanner=_scanner(settings.intake),
    )


def _pgp(home: Path, record: SystemOfRecord) -> object:
    """Return what opens OpenPGP messages to this home's key, where it has one, and encrypts to organisations."""

    def certificates(organisation: str) -> list[bytes]:
        found = record.pgp_certificates.all(organisation)
        return [it.certificate for it in found if it.revoked_at is None]

    methods = (*_WRAPPING_METHODS, "covers", "cover")
    return plugins.load(WRAPPINGS, "pgp", methods).from_settings({"key": pgp_key(home), "certificates": certificates})


def _files(home: Path, record: SystemOfRecord, settings: FilesSettings) -> FileStore:
    """Return the file store, sealed where there is a master key."""
    store, masters = shelf(home, settings), master_keys(home, settings)
    if masters:
        values = {"shelf": store, "keys": record.file_keys, "masters": masters, "scratch": home / "scratch"}
        return cast("FileStore", plugins.load(STORES, "encrypted", _FILES_METHODS).from_settings(values))
    return cast("FileStore", store)


def shelf(home: Path, settings: FilesSettings) -> Shelf:
    """Return what keeps the bytes as they are handed to it."""
    values: dict[str, object] = {"scratch": home / "scratch"}
    if settings.store == "folder":
        values["root"] = home / "files"
    else:
        values |= settings.model_dump(include={"bucket", "endpoint", "region"})
        if settings.credentials_file is not None:
            credentials = home / settings.credentials_file
            refuse_readable(credentials, "the file store's credentials (files.credentials_file)")
            values["credentials_file"] = credentials
    methods = (*_FILES_METHODS, "raw", "blobs")
    return cast("Shelf", plugins.load(STORES, settings.store, methods).from_settings(values))


def _scanner(settings: IntakeSettings) -> Scanner | None:
    return Scanner(command=settings.scanner, seconds=settings.scanner_s) if settings.scanner else None


def restoring() -> Restoring:
    """Return what makes an embedded database of a copy."""
    return cast("Restoring", plugins.load(STORES, "postgres", ("restore",)))
