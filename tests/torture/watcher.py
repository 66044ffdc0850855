"""Looks into every outbox all along: whatever appears must be whole at once, and stay as it is."""

import hashlib
import json
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import PurePath
from typing import Final

import paramiko
from lxml import etree

from gateway.core.ids import ALPHABET
from tests.acceptance.support import Running

_EVERY_S: Final = 0.05
_ID_LENGTH: Final = 14


def formless(name: str, body: bytes) -> str | None:
    """Say what is wrong with the form of a response file by itself; None where it is whole."""
    check = _FORMS.get(PurePath(name).suffix.lower())
    try:
        whole = check is None or check(body)
    except (ValueError, etree.XMLSyntaxError):
        whole = False
    return None if whole else "it ends in the middle"


_FORMS: Mapping[str, Callable[[bytes], bool]] = {
    ".json": lambda body: isinstance(json.loads(body), dict),
    ".xml": lambda body: etree.fromstring(body) is not None,
    ".csv": lambda body: body.endswith(b"\n"),
    ".html": lambda body: body.rstrip().endswith(b"</html>"),
}


class Watcher:
    """A client of one organisation that lists its outbox and reads what is new until it is told to stop."""

    def __init__(self, gateway: Running, organisation: str) -> None:
        self.seen: dict[str, str] = {}
        self.told: list[str] = []
        self.stop = threading.Event()
        self.organisation = organisation
        self._gateway = gateway
        self._sets: dict[str, frozenset[str]] = {}
        self._thread = threading.Thread(target=self._watch, name=f"watcher of {organisation}", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def end(self) -> None:
        """Look no longer."""
        self.stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self.stop.wait(_EVERY_S):
            with suppress(OSError, EOFError, paramiko.SSHException), self._session() as sftp:
                while not self.stop.wait(_EVERY_S):
                    self._look(sftp)

    @contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        key = paramiko.Ed25519Key.from_private_key_file(str(self._gateway.home / f"{self.organisation}.key"))
        with (
            socket.create_connection(("127.0.0.1", self._gateway.port)) as plain,
            closing(paramiko.Transport(plain)) as transport,
        ):
            transport.connect(username=self.organisation, pkey=key)
            sftp = paramiko.SFTPClient.from_transport(transport)
            assert sftp is not None
            yield sftp

    def _look(self, sftp: paramiko.SFTPClient) -> None:
        listed = {it.filename: it.st_size for it in sftp.listdir_attr("out")}
        self._sets_stay(frozenset(listed))
        for name in sorted(listed.keys() - self.seen.keys()):
            with sftp.open(f"out/{name}", "rb") as file:
                body = file.read()
            if len(body) != listed[name]:
                self.told.append(f"{name} was listed with {listed[name]} bytes and had {len(body)}")
            if fault := formless(name, body):
                self.told.append(f"{name} was seen half: {fault}")
            self.seen[name] = hashlib.sha256(body).hexdigest()

    def _sets_stay(self, names: frozenset[str]) -> None:
        """A response set appears with all of its files in one moment."""
        sets = defaultdict(set)
        for name in names:
            if submission := _submission(name):
                sets[submission].add(name)
        for submission, files in sets.items():
            if files != self._sets.setdefault(submission, frozenset(files)):
                self.told.append(f"the response set of {submission} appeared in pieces")


def _submission(name: str) -> str | None:
    """Return the id that stands in a response file's name."""
    parts = (part for part in name.split(".") if len(part) == _ID_LENGTH and not set(part) - set(ALPHABET))
    return next(parts, None)
