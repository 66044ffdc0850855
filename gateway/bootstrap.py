"""The composition root: settings in, a wired gateway out."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from gateway import config, plugins
from gateway.config import GatewaySettings
from gateway.core.ids import RANDOM_BITS, submission_id
from gateway.core.matching import keys
from gateway.core.matching.decide import known
from gateway.core.permutation import IssuingRange
from gateway.core.ports import FileKind, Files, Gateway, Intake, SystemOfRecord, Transport
from gateway.page import page
from gateway.pipeline import take_in

FILE_KINDS = "gateway.file_kinds"
TRANSPORTS = "gateway.transports"
STORES = "gateway.stores"

_KIND_METHODS = ("claims", "check", "responder", "samples", "name", "title", "rulebook")
_TRANSPORT_METHODS = ("open", "close")
_FILES_METHODS = ("keep", "create", "open", "local", "remove")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A gateway with all that stands around it in one home."""

    home: Path
    settings: GatewaySettings
    record: SystemOfRecord
    gateway: Gateway


def file_kinds() -> dict[str, FileKind]:
    """Return every file kind that is installed, by name."""
    return {
        name: cast("FileKind", plugins.load(FILE_KINDS, name, _KIND_METHODS).from_settings({}))
        for name in plugins.names(FILE_KINDS)
    }


@contextmanager
def opened(home: Path) -> Iterator[House]:
    """Give the gateway of a home: its database started and brought up to date, every port wired."""
    home = home.resolve()
    settings = config.load(home)
    record = _record(home, settings)
    try:
        yield House(home=home, settings=settings, record=record, gateway=_gateway(home, record))
    finally:
        record.close()


def transport(house: House) -> Transport:
    """Return the SFTP server of a home, not yet open."""
    values = house.settings.sftp.model_dump() | {
        "max_bytes": house.settings.intake.max_bytes,
        "host_key_folder": house.home / "host-keys",
        "staging_folder": house.home / "staging",
    }
    return cast("Transport", plugins.load(TRANSPORTS, "sftp-server", _TRANSPORT_METHODS).from_settings(values))


def intake(house: House) -> Intake:
    """Return what a transport may use of a gateway."""
    return Intake(
        take_in=lambda arrival: take_in(arrival, house.gateway),
        organisations=house.record.organisations,
        mailboxes=house.record.mailboxes,
        files=house.gateway.files,
        clock=now,
    )


def lease(house: House) -> timedelta:
    """Return how long a worker's lease lasts."""
    return timedelta(seconds=house.settings.workers.lease_s)


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
        "url": settings.database.url,
        "options": settings.database.options,
        "issuing": IssuingRange(**issuing.model_dump()) if issuing else None,
        "keys": keys,
        "same_person": known,
    }
    return cast("SystemOfRecord", plugins.load(STORES, "postgres", ("close",)).from_settings(values))


def _gateway(home: Path, record: SystemOfRecord) -> Gateway:
    files = plugins.load(STORES, "folder", _FILES_METHODS).from_settings({"root": home / "files"})
    return Gateway(
        files=cast("Files", files),
        store=record.store,
        mailboxes=record.mailboxes,
        register=record.register,
        kinds=file_kinds(),
        page=page,
        clock=now,
        new_id=new_id,
    )
