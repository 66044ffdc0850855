"""Two gateways that take the same files: one whose processes die at any call of a port, and one in calm."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from gateway.core.errors import FilesError
from gateway.core.handover import SamplePlan
from gateway.core.ids import submission_id
from gateway.core.model import Entry, Learner
from gateway.core.ports.gateway import Gateway
from gateway.core.submission import Arrival, Job
from gateway.core.uln import Uln
from gateway.core.uln_changes import Act
from gateway.pipeline import take_in
from gateway.worker import Worker
from tests.desk import ADA, COLLEGE, Desk, desk_of

MOMENT: Final = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)
LEASE: Final = timedelta(minutes=5)
_ENOUGH: Final = 40
WORKING: Final = (
    *["store.keep", "register.issue", "register.propose", "mailboxes.publish"] * 2,
    *("store.claim", "store.kept", "store.hold", "files.open", "files.create", "files.local", "files.remove"),
    "mailboxes.answered",
)
"""The calls of ports between which the steps of a submission are; those that change something stand twice."""
TAKING_IN: Final = ("files.keep", "store.add")
_PORTS: Final = ("files", "store", "mailboxes", "register", "records")
_OPEN: Final = "status not in ('delivered', 'expired', 'withdrawn')"
_LATER: Final = f"""
update submission set next_try_at = now(), lease_until = least(lease_until, now() - interval '1 second')
where {_OPEN}"""  # noqa: S608 - our own text
_DIED_OFTEN: Final = (
    f"update submission set attempts = 5, lease = 'dead', lease_until = now() - interval '1 s' where {_OPEN}"  # noqa: S608 - the same
)
_REPLAY: Final = "update submission set status = 'received', attempts = 0 where status = 'parked'"
_STATE: Final = "select id, sha256, status, verdict, counts from submission order by id"
_ISSUED: Final = "select submission, record, uln::text from issued"
_ENTRIES: Final = "select uln::text, given_name, family_name, master_uln::text, status, ability_to_share from learner"
_PROPOSALS: Final = "select submission, record, field, value from proposal"
_ANSWERED: Final = "select uln, key, submission from uln_answered_new"


class DiedError(BaseException):
    """The process is gone: nothing that would tidy up after it runs."""


def person(letter: str) -> Learner:
    """Return somebody whom the register does not have, near nobody else."""
    born = date(2007, 1 + ord(letter) % 12, 1 + ord(letter) % 27)
    return Learner(given_name=f"Given{letter * 3}", family_name=f"Family{letter * 3}", date_of_birth=born, sex="1",
                   postcode=f"M{ord(letter) - 96} 1AE", ability_to_share="1")  # fmt: skip


OTHERS: Final = [
    Entry(uln=str(Uln.of(900_000_010 + place)), learner=person(letter)) for place, letter in enumerate("xy")
]
BATCHES: Final[Sequence[tuple[Sequence[Learner], Job]]] = (
    ([ADA, person("a"), person("b")], Job.FULL),
    ([person("b"), person("c"), person("c")], Job.FULL),
    ([OTHERS[0].learner, OTHERS[1].learner, replace(ADA, family_name="")], Job.FULL),
    ([person("a"), person("d"), OTHERS[1].learner], Job.CHECK),
    ([replace(ADA, postcode="M1 1AE", email="ada@example.org"), person("a"), person("e")], Job.FULL),
)
"""Files with newcomers that several of them bring, broken records, a learner twice, and one with other details."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What goes wrong: at which call of a port, the how manieth of them, and before or after it is made."""

    call: str
    time: int
    after: bool
    error: BaseException


@dataclass
class Fate:
    """Lets calls of ports pass, but for the one that the next blow is meant for."""

    blow: Blow | None = None
    _seen: int = 0

    def strike(self, blow: Blow) -> None:
        """Let this happen next."""
        self.blow, self._seen = blow, 0

    def met(self, name: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the port returns
        """Make a call of a port, or let it fail."""
        blow = self.blow
        self._seen += blow is not None and blow.call == name
        if blow is None or blow.call != name or self._seen != blow.time:
            return call()
        self.blow = None
        if blow.after and (returned := call()) and hasattr(returned, "close"):
            returned.close()  # as the system closes what a dead process had open
        raise blow.error


class Fated:
    """A port whose calls may fail."""

    def __init__(self, name: str, port: object, fate: Fate) -> None:
        self._name = name
        self._port = port
        self._fate = fate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the port's own
        found = getattr(self._port, name)
        if not callable(found):
            return found
        call = f"{self._name}.{name}"
        return lambda *args, **kwargs: self._fate.met(call, partial(found, *args, **kwargs))


@dataclass
class Run:
    """A gateway on a database of its own, with the same clock, ids and numbers whenever it is made."""

    desk: Desk
    fate: Fate = field(default_factory=Fate)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def on(cls, database: str, folder: Path) -> "Run":
        """Return a run on a fresh database."""
        folder.mkdir()
        desk = desk_of(database, folder, issuing=True)
        desk.record.register_keeping.load(OTHERS)
        run = cls(desk)
        calm = {it.name: getattr(desk.gateway, it.name) for it in fields(Gateway)}
        ports = {name: Fated(name, calm[name], run.fate) for name in _PORTS}
        ids = {"clock": lambda: MOMENT, "new_id": lambda moment: submission_id(moment, next(run._ids))}
        desk.gateway = Gateway(**calm | ports | ids)
        return run

    def upload(self, number: int) -> None:
        """Take a file in, as the SFTP server does before it acknowledges the upload."""
        learners, job = BATCHES[number]
        moment = MOMENT - timedelta(minutes=number)
        plan = SamplePlan(organisation=COLLEGE, moment=moment, bad_percent=0, seed=1)
        sample = self.desk.gateway.kinds["lrb-csv"].samples(learners, plan)
        path = self.desk.folder / "arriving"
        path.write_bytes(sample.content)
        digest = hashlib.sha256(sample.content).hexdigest()
        take_in(Arrival(organisation=COLLEGE, name=sample.name, path=path, size=len(sample.content), sha256=digest,
                        job=job), self.desk.gateway)  # fmt: skip

    def work(self) -> None:
        """Let a worker take the next submission and bring it as far as it goes."""
        Worker(self.desk.gateway, LEASE).work()

    def hit(self, blow: Blow, do: Callable[[], None]) -> None:
        """Do something while a call of a port fails; what died leaves what it held."""
        self.fate.strike(blow)
        try:
            do()
        except (DiedError, FilesError):
            pass
        finally:
            self.fate.blow = None

    def later(self) -> None:
        """Let time pass: leases of the dead are over, and so is the wait after a fault."""
        self.desk.sql(_LATER)

    def settle(self) -> None:
        """Let nothing fail any more until every submission has come to its end; that takes a try or two of each."""
        for _ in range(_ENOUGH):
            if not self.open():
                return
            self.later()
            self.replay()
            self.work()
        raise AssertionError(f"{self.open()} submissions came to no end in {_ENOUGH} tries")

    def park(self) -> None:
        """Park the submissions that wait, as when their workers have died five times."""
        self.desk.sql(_DIED_OFTEN)
        self.hit(Blow("store.claim", 1, after=True, error=DiedError()), self.work)

    def replay(self) -> None:
        """Let what was parked be processed again."""
        self.desk.sql(_REPLAY)

    def merge(self) -> None:
        """Link the number of one learner to that of another."""
        act = Act(by="Kim", reason="The same learner.", at=MOMENT)
        self.desk.record.register_changes.merge(OTHERS[0].uln, [OTHERS[1].uln], act)

    def open(self) -> int:
        """Return how many submissions have not come to their end."""
        return self._count(_OPEN)

    def parked(self) -> int:
        """Return how many submissions wait for a replay; what came later must not be matched before them."""
        return self._count("status = 'parked'")

    def ready(self) -> bool:
        """Tell whether a worker would find something, and nothing earlier is parked."""
        return bool(self.open() and not self.parked())

    def undecided(self) -> int:
        """Return how many submissions still depend on what the register says."""
        matched = "select from step where step.submission = submission.id and step = 'match'"
        return self._count(f"{_OPEN} and not exists ({matched})")

    def _count(self, where: str) -> int:
        return len(self.desk.rows_of(f"select id from submission where {where}"))  # noqa: S608 - our own texts

    def state(self) -> dict[str, object]:
        """Return all that must not depend on what failed: submissions and numbers stand as what they are for."""
        rows = self.desk.rows_of(_STATE)
        names = {str(row[0]): f"<{row[1]}>" for row in rows}
        for submission, record, uln in self.desk.rows_of(_ISSUED):
            names[str(uln)] = f"<{record} of {names[str(submission)]}>"
        told = partial(_renamed, names)
        return {
            "submissions": sorted(told(row) for row in rows),
            "entries": sorted(told(row) for row in self.desk.rows_of(_ENTRIES)),
            "proposals": sorted(told(row) for row in self.desk.rows_of(_PROPOSALS)),
            "answered": sorted(told(row) for row in self.desk.rows_of(_ANSWERED)),
            "responses": {told(name): told(body) for name, body in self._responses()},
        }

    def _responses(self) -> Iterator[tuple[str, str]]:
        for name, blob in self.desk.rows_of("select name, blob from response_file"):
            with self.desk.gateway.files.open(str(blob)) as file:
                yield str(name), file.read().decode()


def _renamed(names: dict[str, str], value: object) -> str:
    text = str(value)
    for name, other in names.items():
        text = text.replace(name, other)
    return text
