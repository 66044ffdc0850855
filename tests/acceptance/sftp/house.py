"""A running SFTP server with the file store in a folder and the other ports in memory, and clients to it."""

import hashlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.stores.files import FolderFiles
from adapters.transports.sftp_server import SftpServer
from gateway.core.documents import Receipt
from gateway.core.handover import Part
from gateway.core.ids import submission_id
from gateway.core.ports.gateway import Intake
from gateway.core.quota import UNLIMITED, Quota, Received
from gateway.core.submission import (
    Arrival,
    Folder,
    MailboxFile,
    Organisation,
    OrganisationKey,
    OrganisationKind,
    Submission,
)
from tests.fakes import FakeMailboxes, FakeOrganisations

HILL = "hill-school"
DALE = "dale-college"
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Taken:
    """What the gateway took in."""

    arrival: Arrival
    content: bytes


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program said, and its exit code."""

    code: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A client's key, in memory and as OpenSSH's files."""

    key: paramiko.PKey
    path: Path

    @property
    def line(self) -> str:
        """Return the public key as an operator adds it."""
        return f"{self.key.get_name()} {self.key.get_base64()}"


def make_key(folder: Path, name: str) -> ClientKey:
    """Make an ed25519 key with its files `name` and `name.pub`."""
    path = folder / name
    private = Ed25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    made = ClientKey(paramiko.PKey.from_path(str(path)), path)
    path.with_suffix(".pub").write_text(f"{made.line} {name}\n")
    return made


@dataclass(kw_only=True)
class House:
    """The gateway's side of a test."""

    folder: Path
    keys: dict[str, ClientKey]
    settings: dict[str, object] = field(default_factory=dict)
    organisations: FakeOrganisations = field(default_factory=FakeOrganisations)
    taken: list[Taken] = field(default_factory=list)
    fault: Exception | None = None
    quota: Quota = UNLIMITED
    last: str = ""
    line: str = ""
    keeps_content: bool = True
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.mailboxes = FakeMailboxes(self.clock)
        self.files = FolderFiles.from_settings({"root": self.folder / "files"})
        for name, kind in ((HILL, OrganisationKind.SCHOOL), (DALE, OrganisationKind.COLLEGE)):
            self.organisations.add(Organisation(id=name, name=name, kind=kind))
            self.add_key(name, self.keys[name])
        self.server = self.new_server()

    def new_server(self) -> SftpServer:
        """Return another server on the same folders."""
        folders = {"host_key_folder": self.folder / "host-keys", "staging_folder": self.staging}
        return SftpServer.from_settings({"port": 0} | folders | self.settings)

    @property
    def staging(self) -> Path:
        """Return the staging folder."""
        return self.folder / "staging"

    def clock(self) -> datetime:
        """Return the moment that the test has set."""
        return self.moment

    def received(self, organisation: str) -> Received:
        """Return what an organisation has sent."""
        sizes = [it.arrival.size for it in self.taken if it.arrival.organisation.id == organisation]
        return Received(len(sizes), sum(sizes))

    def add_key(self, organisation: str, key: ClientKey, **bounds: object) -> None:
        """Let a key open an organisation's mailbox."""
        self.organisations.add_key(
            OrganisationKey(organisation=organisation, fingerprint=key.key.fingerprint, public_key=key.line, **bounds)
        )

    def rsa_key(self, name: str) -> ClientKey:
        """Make an RSA key for a client."""
        path = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", str(path)], check=True)
        self.keys[name] = ClientKey(paramiko.PKey.from_path(str(path)), path)
        return self.keys[name]

    def intake(self) -> Intake:
        """Return what the server may use."""
        return Intake(
            take_in=self.take_in,
            organisations=self.organisations,
            mailboxes=self.mailboxes,
            files=self.files,
            clock=self.clock,
            allowance=lambda organisation: self.quota.left(self.received(organisation)),
        )

    def take_in(self, arrival: Arrival) -> Receipt:
        """Keep the bytes and answer with a receipt, or fail as the test wants."""
        with self.lock:
            if self.fault is not None:
                raise self.fault
            number = submission_id(self.moment, len(self.taken))
            content = arrival.path.read_bytes() if self.keeps_content else b""
            blob = self.files.keep(arrival.path, number, arrival.sha256)
            self.taken.append(Taken(arrival, content))
            self.last = number
        given = Submission(
            id=number,
            organisation=arrival.organisation,
            name=arrival.name,
            sha256=arrival.sha256,
            size=arrival.size,
            job=arrival.job,
            mode=arrival.organisation.mode,
            received_at=self.moment,
            processing_date=self.moment.date(),
            blob=blob,
        )
        receipt = Receipt(
            id=number,
            organisation=arrival.organisation.id,
            file=arrival.name,
            bytes=arrival.size,
            sha256=arrival.sha256,
            received_at=self.moment,
            status="received",
            message="We hold your file.",
        )
        self.mailboxes.receive(given, receipt)
        return receipt

    def respond(self, name: str, content: bytes) -> None:
        """Put a response to the last submission into `out/`."""
        submission = self.last
        with self.files.create(submission) as draft:
            draft.handle.write(content)
        self.mailboxes.publish(submission, {"part": Part(name=name, blob=draft.blob, size=draft.size)})

    @contextmanager
    def client(self, user: str = HILL, key: str | None = None, source: str = "") -> Iterator[paramiko.SFTPClient]:
        """Give a paramiko client that has logged in."""
        with self.transport(source) as transport:
            transport.auth_publickey(user, self.keys[key or user].key)
            with paramiko.SFTPClient.from_transport(transport) as client:
                client.get_channel().settimeout(PATIENCE_S)
                yield client

    @contextmanager
    def transport(
        self, source: str = "", offers: tuple[str, str, str] | None = None, *, legacy: bool = False, host_key: str = ""
    ) -> Iterator[paramiko.Transport]:
        """Give a connection whose keys are exchanged and nothing more, from an address, with some algorithms alone."""
        address = self.server.legacy_address if legacy else self.server.address
        from_ = (source, 0) if source else None
        connection = socket.create_connection(address, timeout=PATIENCE_S, source_address=from_)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(connection)
        if offers:
            options = transport.get_security_options()
            options.kex, options.ciphers, options.digests = ((it,) for it in offers)
        if host_key:
            transport.get_security_options().key_types = (host_key,)
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = PATIENCE_S
        try:
            transport.start_client(timeout=PATIENCE_S)
            yield transport
        finally:
            transport.close()
            transport.join(PATIENCE_S)

    def sftp(
        self,
        *commands: str,
        user: str = HILL,
        key: str | None = None,
        options: tuple[str, ...] = (),
        known: str | None = None,
    ) -> Ran:
        """Run OpenSSH's client with these commands, and with these known hosts if they are not to be our keys."""
        host, port = self.server.address
        words = ["sftp", "-F", "/dev/null", "-P", str(port), "-i", str(self.keys[key or user].path), *options]
        for option in (f"UserKnownHostsFile={self.known_hosts(known)}", "IdentitiesOnly=yes", "IdentityAgent=none"):
            words += ["-o", option]
        batch = "".join(f"{command}\n" for command in commands)
        return run([*words, "-b", "-", f"{user}@{host}"], batch, self.folder)

    def known_hosts(self, known: str | None = None) -> Path:
        """Write the server's keys in force as OpenSSH's client wants them."""
        host, port = self.server.address
        path = self.folder / "known_hosts"
        keys = [paramiko.PKey.from_path(str(it)) for it in sorted((self.folder / "host-keys").glob("*_key"))]
        lines = (f"[{host}]:{port} {key.get_name()} {key.get_base64()}\n" for key in keys)
        path.write_text("".join(lines) if known is None else known)
        return path

    def receipts(self, organisation: str = HILL) -> list[MailboxFile]:
        """Return an organisation's receipts."""
        return self.mailboxes.listing(organisation, Folder.RECEIPTS)

    def unpublished(self, organisation: str = HILL) -> list[bytes]:
        """Return the bytes that were set aside."""
        return [path.read_bytes() for path in (self.staging / organisation / "unpublished").iterdir()]


def run(words: list[str], given: str, home: Path) -> Ran:
    """Run a program to its end, in a home without settings of the user's."""
    found = subprocess.run(
        words, input=given, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=bare(home), cwd=home
    )
    return Ran(found.returncode, found.stdout, found.stderr)


def bare(home: Path) -> dict[str, str]:
    """Return an environment that holds nothing of the user's."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    """Wait with patience until something is so."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError(f"this did not come about within {PATIENCE_S} s: {what}")
        time.sleep(0.02)


def sha256(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
