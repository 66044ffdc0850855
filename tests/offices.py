"""A gateway on a real database with the reference lists of the tests, as the offices of single kinds build on it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from adapters.stores.files import FolderFiles
from adapters.stores.postgres import PostgresRecord
from gateway import bootstrap, reference_file
from gateway.config import GatewaySettings
from gateway.core.matching import register as matching
from gateway.core.model import Entry
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Arrival, Organisation, Submission
from gateway.page import page
from gateway.pipeline import take_in
from tests.desk import LEASE


def gateway_of(
    database: str,
    folder: Path,
    senders: Iterable[Organisation],
    register: Iterable[Entry],
    kinds: Mapping[str, FileKind],
) -> tuple[Gateway, PostgresRecord]:
    """Return a gateway on a database, with a register and the lists that come with the tests."""
    record = PostgresRecord.from_settings({"home": folder, "url": database, "matching": matching, "issuing": None})
    for organisation in senders:
        record.organisations.add(organisation)
    record.register_keeping.load(register)
    with reference_file.samples() as files:
        for path in files:
            schema = reference_file.description(path.stem)
            record.reference.load(path.stem, schema.names, reference_file.read(path, schema), path.name)
    gateway = Gateway(
        files=FolderFiles.from_settings({"root": folder / "files"}), store=record.store, mailboxes=record.mailboxes,
        register=record.register, records=record.records, review=record.review, audit=record.audit, kinds=kinds,
        page=page, context=bootstrap.context_for(GatewaySettings(), record), clock=bootstrap.now,
        new_id=bootstrap.new_id,
    )  # fmt: skip
    return gateway, record


def claimed(gateway: Gateway, folder: Path, arrival: Arrival, text: str, day: date) -> Submission:
    """Let a text arrive as a file, and return the submission, not yet processed, of a day."""
    path = folder / "arriving"
    path.write_bytes(text.encode())
    digest, size = hashlib.sha256(text.encode()).hexdigest(), path.stat().st_size
    take_in(replace(arrival, path=path, size=size, sha256=digest), gateway)
    found = gateway.store.claim("test", LEASE)
    assert found is not None
    return replace(found, processing_date=day)
