"""Census day (P7, `make bench-load`): small submissions of many mailboxes, with one huge file among them.

The gateway's workers run as the processes that `gateway serve` starts, on the embedded PostgreSQL with its fsyncs. The
files are handed to `take_in` in this process, as the SFTP server does when a client closes one: what SFTP itself costs
is measured elsewhere.
"""

import argparse
import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from gateway import bootstrap, config, register_file, show
from gateway.core.handover import SamplePlan
from gateway.core.model import Learner
from gateway.core.submission import Arrival, Job, Organisation, OrganisationKind, Status
from gateway.pipeline import take_in
from gateway.samples import people
from tests.acceptance.support import ISSUING, Running, entries_of

MUST, AIM = 10, 30
SETTINGS = "[sftp]\nport = 0\n[health]\nport = 0\n" + ISSUING
BOARD = Organisation(id="board", name="Board", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101")


@dataclass(frozen=True)
class Sent:
    """One file that was handed over, and whether it is the huge one."""

    id: str
    huge: bool


def colleges(count: int) -> list[Organisation]:
    """Return so many mailboxes."""
    return [
        Organisation(id=f"c{number:04}", name="College", kind=OrganisationKind.COLLEGE, ukprn=f"{10_100_000 + number}")
        for number in range(count)
    ]


def arrival(home: Path, sender: Organisation, kind: str, learners: Sequence[Learner], at: int) -> Arrival:
    """Return a file as it stands when its sender has closed it."""
    plan = SamplePlan(organisation=sender, moment=bootstrap.now(), bad_percent=2, seed=at)
    sample = bootstrap.file_kinds()[kind].samples(learners, plan)
    path = home / "arriving" / f"{at:06}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sample.content)
    digest = hashlib.sha256(sample.content).hexdigest()
    return Arrival(
        organisation=sender, name=sample.name, path=path, size=len(sample.content), sha256=digest, job=Job.FULL
    )


def arrivals(home: Path, asked: argparse.Namespace) -> Iterator[tuple[Arrival, bool]]:
    """Yield the huge file, where one is asked for, and then the small ones of each mailbox in turn."""
    today = bootstrap.now().date()
    if asked.huge:
        yield arrival(home, BOARD, "ao-results-csv", list(islice(people(7, asked.huge, today), asked.huge)), 0), True
    senders = colleges(asked.mailboxes)
    learners = people(3, asked.files * asked.learners, today)
    for number in range(asked.files):
        mine = list(islice(learners, asked.learners))
        yield arrival(home, senders[number % len(senders)], "lrb-csv", mine, number + 1), False


def prepare(home: Path, asked: argparse.Namespace) -> None:
    """Make a home with its register and mailboxes."""
    home.mkdir(mode=0o700)
    (home / config.FILE_NAME).write_text(f"{SETTINGS}[workers]\ncount = {asked.workers}\n{asked.settings}")
    register_file.write(home / "register.csv", entries_of(asked.register))
    with bootstrap.opened(home) as house:
        house.record.register_keeping.load(register_file.read(home / "register.csv"))
        for organisation in (BOARD, *colleges(asked.mailboxes)):
            house.record.organisations.add(organisation)


def drained(house: bootstrap.House, sent: Sequence[Sent], patience_s: float) -> dict[str, tuple[datetime, datetime]]:
    """Wait until every small file has come to its end; return when each came and ended."""
    small = {it.id for it in sent if not it.huge}
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        time.sleep(0.5)
        listed = house.record.submissions.listing(None, len(sent))
        ended = {
            it.submission.id: (it.submission.received_at, it.finished_at)
            for it in listed
            if it.finished_at is not None and it.submission.status is Status.DELIVERED
        }
        if small <= ended.keys():
            return ended
    raise AssertionError(f"{len(small - ended.keys())} submissions were not answered within {patience_s:.0f} s")


def tell(sent: Sequence[Sent], ended: dict[str, tuple[datetime, datetime]], took_s: float, intake_s: float) -> None:
    """Print what was measured."""
    small = [it.id for it in sent if not it.huge]
    waits = [(ended[it][1] - ended[it][0]).total_seconds() for it in small]
    begun, over = min(ended[it][0] for it in small), max(ended[it][1] for it in small)
    rate = len(small) / (over - begun).total_seconds()
    huge = [it.id for it in sent if it.huge]
    beside = "none" if not huge else ("still running" if huge[0] not in ended else "ended before the last small one")
    rows = [
        ("small submissions drained per s", f"{rate:.1f}", f"must {MUST}, aim {AIM}"),
        ("taken in per s, one process", f"{len(sent) / intake_s:.1f}", ""),
        ("small: median s, arrival to response", f"{median(waits):.1f}", ""),
        ("small: p95 s", f"{quantiles(waits, n=20)[-1]:.1f}", ""),
        ("the huge file when the last small one ended", beside, ""),
        ("seconds from the first arrival to the last answer", f"{took_s:.1f}", ""),
    ]
    show.table(("measure", "value", "target"), rows, title="Census day, embedded PostgreSQL with fsync on")


def main() -> None:
    """Fill the mailboxes, let the workers drain them, and print the pace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--mailboxes", type=int, default=300)
    parser.add_argument("--huge", type=int, default=1_000_000, help="rows of the huge file; 0 for none")
    parser.add_argument("--register", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--patience", type=float, default=1800)
    parser.add_argument("--settings", default="", help="more lines for gateway.toml")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        prepare(home, asked)
        files = list(arrivals(home, asked))
        gateway = Running(home)
        gateway.start()
        try:
            with bootstrap.opened(home) as house:
                begun = time.monotonic()
                sent = [Sent(take_in(it, house.gateway).id, huge) for it, huge in files]
                intake_s = time.monotonic() - begun
                ended = drained(house, sent, asked.patience)
                tell(sent, ended, time.monotonic() - begun, intake_s)
        finally:
            gateway.stop()
            with bootstrap.opened(home) as house:
                house.record.remove()


if __name__ == "__main__":
    main()
