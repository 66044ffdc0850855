"""A large results file from CLOSE to the last response, step by step: seconds and peak memory (`make bench`).

The gateway runs in this one process, as a worker does, on an embedded PostgreSQL that writes durably.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.stores.embedded import EmbeddedPostgres
from adapters.stores.files import FolderFiles
from adapters.stores.migrate import migrate
from adapters.stores.postgres import PostgresRecord
from gateway import bootstrap, reference_file, show
from gateway.config import GatewaySettings, WorkerSettings
from gateway.core.handover import SamplePlan
from gateway.core.matching import register as matching
from gateway.core.model import Entry, Learner
from gateway.core.ports.gateway import Gateway
from gateway.core.results import Response, Scanned
from gateway.core.submission import Arrival, Job, Organisation, OrganisationKind, Submission
from gateway.core.uln import ulns_between
from gateway.core.work import Work
from gateway.page import page
from gateway.samples import people
from gateway.stages.deliver import deliver
from gateway.stages.identify import identify
from gateway.stages.match import match
from gateway.stages.receive import receive
from gateway.stages.respond import respond
from gateway.stages.validate import validate
from gateway.worker import collect_seldom

MOMENT = datetime(2026, 9, 1, 14, 30, tzinfo=UTC)
NORTH = Organisation(id="north", name="North Awarding", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101")
BAD_PERCENT = 1
MUST = 60
Value = TypeVar("Value")


def main() -> None:
    """Send one file and print the seconds of each step, the sum, the totals and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        server = EmbeddedPostgres(home / "home")
        try:
            measure(home, server.start(), asked.rows, asked.processes)
        finally:
            server.remove()


def measure(home: Path, url: str, rows: int, processes: int) -> None:
    """Send a file of so many rows to a gateway on an empty database and print what it took."""
    # Another process makes the file, so that the memory it takes is not counted.
    with ProcessPoolExecutor(1, get_context("spawn")) as maker:
        arrival = maker.submit(arriving, home, rows).result()
    migrate(url)
    told = {"home": home, "url": url, "matching": matching, "issuing": None}
    record = PostgresRecord.from_settings(told)
    try:
        prepare(record, rows)
        collect_seldom()
        watch = Watch()
        response = send(arrival, gateway_of(record, home, processes), watch)
    finally:
        record.close()
    watch.tell(rows)
    show.table(("what", "records"), list(response.counts.items()), title="Answered")


def learners(rows: int) -> Iterator[Learner]:
    """Yield the learners of the register, who are those of the file."""
    ulns = ulns_between(9_000_000_000, 9_999_999_998)
    return (replace(learner, uln=next(ulns)) for learner in people(1, rows, MOMENT.date()))


def arriving(home: Path, rows: int) -> Arrival:
    """Return a results file as it stands when its sender has closed it."""
    plan = SamplePlan(organisation=NORTH, moment=MOMENT, bad_percent=BAD_PERCENT, seed=1)
    sample = AoResultsCsv.from_settings({}).samples(learners(rows), plan)
    path = home / "arriving"
    path.write_bytes(sample.content)
    digest = hashlib.sha256(sample.content).hexdigest()
    return Arrival(
        organisation=NORTH, name=sample.name, path=path, size=len(sample.content), sha256=digest, job=Job.FULL
    )


def prepare(record: PostgresRecord, rows: int) -> None:
    """Fill an empty database with the sender, the register and the reference lists."""
    record.organisations.add(NORTH)
    record.register_keeping.load(Entry(uln=learner.uln, learner=learner) for learner in learners(rows))
    with reference_file.samples() as lists:
        for path in lists:
            schema = reference_file.description(path.stem)
            record.reference.load(path.stem, schema.names, reference_file.read(path, schema), path.name)


def gateway_of(record: PostgresRecord, home: Path, processes: int) -> Gateway:
    """Return a gateway that knows results files alone."""
    kind = AoResultsCsv.from_settings({})
    settings = GatewaySettings(workers=WorkerSettings(processes=processes))
    return Gateway(
        files=FolderFiles.from_settings({"root": home / "files"}),
        store=record.store,
        mailboxes=record.mailboxes,
        register=record.register,
        records=record.records,
        review=record.review,
        audit=record.audit,
        kinds={kind.name: kind},
        page=page,
        context=bootstrap.context_for(settings, record),
        clock=bootstrap.now,
        new_id=bootstrap.new_id,
    )


class Watch:
    """The seconds that each step took, and the peak memory after it."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, float, int]] = []

    def step(self, function: Callable[..., Value], *arguments: object, name: str = "") -> Value:
        """Return what a function does, and keep how long it took."""
        begun = time.perf_counter()
        value = function(*arguments)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self._steps.append((name or function.__name__, time.perf_counter() - begun, peak))
        return value

    def tell(self, rows: int) -> None:
        """Print all of it."""
        listed = [(name, f"{seconds:.2f}", f"{peak}") for name, seconds, peak in self._steps]
        total = sum(seconds for _, seconds, _ in self._steps)
        listed.append(("all", f"{total:.2f}", f"must {MUST} s for 200,000 rows"))
        show.table(("step", "seconds", "peak MB so far"), listed, title=f"Results file of {rows} rows")


def send(arrival: Arrival, gateway: Gateway, watch: Watch) -> Response:
    """Take a file in and through all steps of the pipeline, each under the watch."""
    watch.step(receive, arrival, gateway)
    work = Work(claimed(gateway), gateway.store)
    identified = watch.step(work.step, identify, Scanned(scanned=False), gateway, name="identify")
    checked = watch.step(work.step, validate, identified, gateway, name="validate")
    matched = watch.step(work.step, match, identified, checked, gateway, name="match")
    response: Response = watch.step(work.step, respond, identified, checked, matched, gateway, name="respond")
    watch.step(work.step, deliver, checked, matched, response, gateway, name="deliver")
    return response


def claimed(gateway: Gateway) -> Submission:
    """Return the only submission that waits, as of the day for which the sample was made."""
    found = gateway.store.claim("bench", timedelta(hours=1))
    assert found is not None
    return replace(found, processing_date=MOMENT.date())


if __name__ == "__main__":
    main()
