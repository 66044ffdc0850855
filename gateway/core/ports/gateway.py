"""All ports wired together, and the way in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from gateway.core.documents import Receipt, Report
from gateway.core.ports.api_keys import ApiKeys
from gateway.core.ports.audit import Audit, LearnerRecords, Removals
from gateway.core.ports.backups import Backups
from gateway.core.ports.file_keys import KeptKeys
from gateway.core.ports.files import Files, FileStore
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.mailboxes import Agreements, Mailboxes, Organisations
from gateway.core.ports.operations import OperationPorts
from gateway.core.ports.pgp import Covering, PgpCertificates
from gateway.core.ports.register import ChangeNotices, Register, RegisterChanges, RegisterKeeping
from gateway.core.ports.review import ReviewPorts
from gateway.core.ports.submissions import Queue, Records, Store, Submissions
from gateway.core.ports.wrappings import Wrapping
from gateway.core.quota import UNLIMITED, Quota
from gateway.core.reference import ReferenceLists
from gateway.core.rules.rule import Context
from gateway.core.submission import Arrival, Submission

Clock = Callable[[], datetime]
"""Returns the present moment, with its zone; the only clock that anything reads."""


Turn = Callable[[str], AbstractContextManager[Callable[[], bool]]]
"""Asks for the turn at something of that name, of all hosts; what it gives says whether it is still this process's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a transport may use: it knows no store and no pipeline."""

    take_in: Callable[[Arrival], Receipt]
    organisations: Organisations
    mailboxes: Mailboxes
    files: Files
    clock: Clock
    allowance: Callable[[str], Quota] = lambda _: UNLIMITED
    """Returns what an organisation may still send today."""
    turn: Turn = lambda _name: nullcontext(lambda: True)


class Transport(Protocol):
    """A way in: it takes files until it is closed, and hands each complete one to the gateway."""

    def open(self, intake: Intake) -> str:
        """Begin to take files and return a line that says where."""
        ...

    def close(self, grace: timedelta) -> None:
        """Take no new session, let open ones end within the grace, then cut them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPorts:
    """What the portal may use beside what every transport may."""

    intake: Intake
    submissions: Submissions
    api_keys: ApiKeys
    receipt_keys: Callable[[], Mapping[str, str]]
    """Returns the public keys that receipts are checked with, as PEM by their ids, the one in force first."""


class Portal(Protocol):
    """The HTTP interface: it answers until it is closed."""

    def open(self, ports: PortalPorts) -> str:
        """Begin to answer and return a line that says where."""
        ...

    def close(self, grace: timedelta) -> None:
        """Take no new request, let those under way end within the grace, then cut them."""
        ...


class SystemOfRecord(Protocol):
    """The one database behind several ports."""

    store: Store
    submissions: Submissions
    organisations: Organisations
    agreements: Agreements
    mailboxes: Mailboxes
    register: Register
    register_keeping: RegisterKeeping
    register_changes: RegisterChanges
    change_notices: ChangeNotices
    records: Records
    reference: ReferenceLists
    review: ReviewPorts
    audit: Audit
    learners: LearnerRecords
    removals: Removals
    operations: OperationPorts
    queue: Queue
    api_keys: ApiKeys
    pgp_certificates: PgpCertificates
    file_keys: KeptKeys
    backups: Backups

    def revive(self) -> bool:
        """Start an embedded database again that has died, and tell whether it had; one at a URL is left alone."""
        ...

    def turn(self, name: str) -> AbstractContextManager[Callable[[], bool]]:
        """Ask for the turn at something of that name, for as long as the block lasts; of all hosts one has it."""
        ...

    def close(self) -> None:
        """Give every connection back, and stop an embedded database that nobody else uses."""
        ...

    def remove(self) -> None:
        """Delete an embedded database for good, with all that it holds; one at a URL is left alone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """All ports, wired: what the pipeline works with."""

    files: FileStore
    store: Store
    mailboxes: Mailboxes
    register: Register
    records: Records
    kinds: Mapping[str, FileKind]
    context: Callable[[Submission, str], Context]
    """Returns what a reader may know of a submission of a kind: the day, the sender, the rules as they are set."""
    review: ReviewPorts
    audit: Audit
    page: Callable[[Report], str]
    clock: Clock
    new_id: Callable[[datetime], str]
    head_start: Callable[[str, str | None], timedelta] = lambda _organisation, _kind: timedelta()
    """Returns how much earlier an organisation's file of a kind is taken to have come than it did."""
    wrappings: Sequence[Wrapping] = ()
    """What files may come in, the outermost first."""
    covering: Covering | None = None
    """What encrypts responses; None where nothing does."""
    sign: Callable[[Receipt], Receipt] = lambda receipt: receipt
    """Returns a receipt with its signature; as it is where there is no key."""
    scanner: Callable[[Path], bool] | None = None
    """Returns whether a file is infected, or raises ScanError; None where files are not scanned."""

    def owned(self, organisation: str) -> "Gateway":
        """Return this gateway with the file store of an organisation, for all that is kept of its submissions."""
        return replace(self, files=self.files.owned(organisation))
