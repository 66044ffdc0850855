"""`gateway demo`: a whole gateway in a temporary home, real uploads over SFTP, every outcome held against the truth.

The expectations come from the generator (`gateway.samples`), never from the gateway's own output.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import paramiko
from rich.progress import Progress, SpinnerColumn, TextColumn

from gateway import bootstrap, config, register_file, service, show
from gateway.core.days import uk_day
from gateway.core.documents import Receipt, Report
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Entry, Organisation, OrganisationKind, Verdict
from gateway.core.outcomes import HELD_OUTCOMES, ULN_OUTCOMES, MatchOutcome
from gateway.core.ports import FileKind
from gateway.sample_scenarios import Drawn, scenario
from gateway.samples import register_entries

COLLEGE = Organisation(
    id="kingsway", name="Kingsway College (invented)", kind=OrganisationKind.COLLEGE, ukprn="10000001"
)
SCHOOL = Organisation(id="hilltop", name="Hilltop School (invented)", kind=OrganisationKind.SCHOOL, ukprn="10000002")
REGISTER_SIZE = 10_000
BATCH_SIZE = 300
BROKEN_SIZE = 100
SHOWN_FAULTS = 10
TEST_RANGE = 9_000_000_000, 9_099_999_999
ISSUED_RANGE = 9_100_000_000, 9_199_999_999
SEED = 7
PATIENCE_S = 120.0
POLL_S = 0.1
_LEFT_OUT = frozenset({MatchOutcome.DUPLICATE_IN_FILE})
"""A file in which records are broken at random cannot tell beforehand which of two equal learners is read first."""

Found = TypeVar("Found", bound=Sized)

_SETTINGS = """\
[sftp]
host = "127.0.0.1"
port = 0

[register.issuing]
authority = "demo: a marked test range, no real ULN"
first = {first}
last = {last}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the demo's gateway takes files, and the fingerprint that its server must have."""

    host: str
    port: int
    host_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of the demo: where it goes, what it holds, and what must become of each of its records."""

    folder: str
    sample: Sample
    expected: Sequence[tuple[MatchOutcome, str | None]]
    """For each record its outcome and, where the generator knows it, its ULN; empty where the file is rejected."""
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came back for an upload, and whether it is as expected."""

    upload: Upload
    report: Report
    seconds: float
    faults: Sequence[str]


def run(*, keep: bool) -> bool:
    """Run the demo, print what came back, and tell whether every outcome was as expected."""
    home = Path(tempfile.mkdtemp(prefix="learner-gateway-demo-"))
    answers = home.parent / f"{home.name}-answers"
    answers.mkdir(mode=0o700)
    try:
        with _progress("making a gateway with a register of 10,000 invented learners"):
            entries = _make(home)
        with _served(home) as address:
            results = list(_exchange(home, address, entries, answers))
            seen = _seen_by_others(home, address)
    finally:
        if not keep:
            _remove(home)
    _print(results, seen, answers)
    if keep:
        show.out.print(f"The gateway's home is still at {home}.", markup=False)
    return not seen and not any(result.faults for result in results)


def _make(home: Path) -> list[Entry]:
    (home / config.FILE_NAME).write_text(_SETTINGS.format(first=ISSUED_RANGE[0], last=ISSUED_RANGE[1]))
    today = uk_day(bootstrap.now())
    entries = list(register_entries(SEED, REGISTER_SIZE, today, TEST_RANGE[0]))
    register_file.write(home / "register.csv", entries)
    with bootstrap.opened(home) as house:
        house.record.register_keeping.load(register_file.read(home / "register.csv"))
        for organisation in (COLLEGE, SCHOOL):
            key = service.read_key(organisation.id, _new_key(home, organisation.id))
            house.record.organisations.add(service.new_organisation(organisation), key)
    return entries


def _new_key(home: Path, name: str) -> str:
    """Make a key pair as `ssh-keygen -t ed25519` does, and return the public half."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    path = home / f"{name}.key"
    path.touch(mode=0o600)
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
    )
    public = private.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return public.decode()


@contextmanager
def _served(home: Path) -> Iterator[Address]:
    """Run `gateway serve` as a process of its own while the block lasts, and give its SFTP address."""
    command = [sys.executable, "-m", "gateway", "serve", "--home", str(home)]
    with (home / "gateway.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield _address(server)
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE_S)


def _address(server: "subprocess.Popen[str]") -> Address:
    """Return what the gateway says of itself while it starts: `SFTP on 127.0.0.1:2222, host key SHA256:...`."""
    address = None
    for line in server.stdout or ():
        if line.startswith("SFTP on "):
            host, _, rest = line.removeprefix("SFTP on ").strip().partition(":")
            port, _, host_key = rest.partition(", host key ")
            address = Address(host=host, port=int(port), host_key=host_key)
        if line.strip() == "ready" and address is not None:
            return address
    raise ConfigurationError("The gateway did not start; `gateway demo --keep` leaves its gateway.log in the home.")


def _uploads(entries: Sequence[Entry]) -> list[Upload]:
    """Return the demo's files in the order in which they are sent: what is only checked comes before any registers."""
    kind = bootstrap.file_kinds()["lrb-csv"]
    today = uk_day(bootstrap.now())
    drawn = scenario(entries, SEED, BATCH_SIZE, today)
    mixed = [it for it in scenario(entries, SEED + 1, BROKEN_SIZE, today) if it.outcome not in _LEFT_OUT]
    checked, full = _sample(kind, drawn, 0, minutes=0), _sample(kind, drawn, 0, minutes=1)
    broken = _sample(kind, mixed, 20, minutes=2)
    wrong = replace(full, content=full.content.replace(b'"2A"', b'"1A"', 1))
    return [
        Upload(folder="in/check", sample=checked, expected=[_when_checked(it) for it in drawn]),
        Upload(
            folder="in/check",
            sample=broken,
            expected=[
                _when_broken(code) if code else _when_checked(it) for it, code in zip(mixed, broken.truth, strict=True)
            ],
        ),
        Upload(folder="in", sample=full, expected=[(it.outcome, it.uln) for it in drawn]),
        Upload(folder="in", sample=full, expected=[], duplicate=True),
        Upload(folder="in", sample=wrong, expected=[]),
    ]


def _sample(kind: FileKind, drawn: Sequence[Drawn], bad_percent: float, *, minutes: int) -> Sample:
    moment = bootstrap.now() + timedelta(minutes=minutes)
    plan = SamplePlan(organisation=COLLEGE, moment=moment, bad_percent=bad_percent, seed=SEED)
    return kind.samples([it.learner for it in drawn], plan)


def _when_checked(drawn: Drawn) -> tuple[MatchOutcome, str | None]:
    """Return what a check-only file is answered: whoever would be registered is not found."""
    outcome = MatchOutcome.NOT_FOUND if drawn.outcome is MatchOutcome.NEW_ULN else drawn.outcome
    return outcome, drawn.uln


def _when_broken(code: str) -> tuple[MatchOutcome, str | None]:
    """Return what a record is answered that was broken in this way."""
    return MatchOutcome.ULN_INVALID if code == "ULN_CHECK_DIGIT" else MatchOutcome.REFUSED, None


class _Client:
    """An organisation's SFTP client: it puts a file, and waits for what comes back."""

    def __init__(self, home: Path, address: Address, organisation: str) -> None:
        self._transport = paramiko.Transport((address.host, address.port))
        self._transport.connect(
            username=organisation, pkey=paramiko.Ed25519Key.from_private_key_file(str(home / f"{organisation}.key"))
        )
        if self._transport.get_remote_server_key().fingerprint != address.host_key:
            raise ConfigurationError("The server's host key is not the one that it announced.")
        self.sftp = paramiko.SFTPClient.from_transport(self._transport) or _no_channel()

    def close(self) -> None:
        self._transport.close()

    def put(self, upload: Upload) -> Receipt:
        """Upload a file and return its receipt."""
        before = set(self.sftp.listdir("receipts"))
        with self.sftp.open(f"{upload.folder}/{upload.sample.name}", "wb") as file:
            file.set_pipelined(pipelined=True)
            file.write(upload.sample.content)
        new = _awaited(lambda: set(self.sftp.listdir("receipts")) - before)
        return Receipt.model_validate_json(self._read(f"receipts/{new.pop()}"))

    def collect(self, submission: str, answers: Path) -> dict[str, Path]:
        """Wait for a submission's response set and download it: part to path."""
        marked = f".{submission}."
        names = _awaited(lambda: [name for name in self.sftp.listdir("out") if marked in name])
        found = {}
        for name in names:
            path = answers / name
            path.write_bytes(self._read(f"out/{name}"))
            found[name.partition(marked)[2]] = path
        return found

    def _read(self, path: str) -> bytes:
        with self.sftp.open(path, "rb") as file:
            file.prefetch()
            return bytes(file.read())


def _no_channel() -> paramiko.SFTPClient:
    raise ConfigurationError("The server opened no SFTP channel.")


def _awaited(look: Callable[[], Found]) -> Found:
    """Return what a look finds, as soon as it finds anything; raise ConfigurationError when patience is over."""
    deadline = monotonic() + PATIENCE_S
    while not (found := look()):
        if monotonic() > deadline:
            raise ConfigurationError(f"No answer came within {PATIENCE_S:.0f} s; look into the gateway's log.")
        sleep(POLL_S)
    return found


def _exchange(home: Path, address: Address, entries: Sequence[Entry], answers: Path) -> Iterator[Result]:
    with closing(_Client(home, address, COLLEGE.id)) as client:
        for upload in _uploads(entries):
            with _progress(f"{upload.folder}/{upload.sample.name}: uploaded, waiting for its answer"):
                began = monotonic()
                receipt = client.put(upload)
                parts = client.collect(receipt.first_id or receipt.id, answers)
                seconds = monotonic() - began
            report = Report.model_validate_json(parts["report.json"].read_bytes())
            faults = [] if upload.duplicate else _faults(upload, report, parts)
            if upload.duplicate != (receipt.status == "duplicate"):
                faults.append(f"its receipt says {receipt.status}")
            yield Result(upload=upload, report=report, seconds=seconds, faults=faults)


def _faults(upload: Upload, report: Report, parts: Mapping[str, Path]) -> list[str]:
    """Return what is not as the generator's truth says."""
    if not upload.expected:
        return [] if report.verdict is Verdict.REJECTED else [f"it was {report.verdict}, not rejected"]
    with parts["match.csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != len(upload.expected):
        return [f"{len(rows)} records answered, {len(upload.expected)} sent"]
    return [
        f"record {number}: {row['outcome']} {row['uln']}, expected {outcome} {uln or ''}"
        for number, (row, (outcome, uln)) in enumerate(zip(rows, upload.expected, strict=True), start=1)
        if row["outcome"] != outcome or (uln is not None and row["uln"] not in {"", uln})
    ]


def _seen_by_others(home: Path, address: Address) -> list[str]:
    """Return the names that the second organisation sees; there must be none."""
    with closing(_Client(home, address, SCHOOL.id)) as client:
        folders = ("in", "in/check", "out", "receipts")
        return [name for folder in folders for name in client.sftp.listdir(folder) if name != "check"]


def _print(results: Sequence[Result], seen: Sequence[str], answers: Path) -> None:
    columns = ("file", "records", "accepted", "matched", "new ULN", "possible", "rejected", "seconds", "right")
    show.table(columns, [_row(result) for result in results], title="What came back")
    for result in results:
        for fault in result.faults[:SHOWN_FAULTS]:
            show.out.print(f"{result.upload.sample.name}: {fault}", markup=False)
    nothing = "sees nothing of it" if not seen else f"sees {', '.join(seen)}"
    show.out.print(f"{SCHOOL.name} {nothing}.", markup=False)
    show.out.print(f"The responses are in {answers}", markup=False, soft_wrap=True)


def _row(result: Result) -> tuple[object, ...]:
    upload = result.upload
    name = f"{upload.folder}/{upload.sample.name}" + (" (again)" if upload.duplicate else "")
    counts = result.report.counts
    of = Counter(counts.by_outcome)
    return (
        name,
        counts.read,
        counts.accepted,
        sum(of[outcome] for outcome in ULN_OUTCOMES - {MatchOutcome.NEW_ULN}),
        of[MatchOutcome.NEW_ULN],
        sum(of[outcome] for outcome in HELD_OUTCOMES),
        counts.rejected,
        result.seconds,
        "no" if result.faults else "yes",
    )


@contextmanager
def _progress(what: str) -> Iterator[None]:
    """Show a person what is going on while the block runs."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=show.err, transient=True) as progress:
        progress.add_task(what, total=None)
        yield


def _remove(home: Path) -> None:
    with bootstrap.opened(home) as house:
        house.record.remove()
    shutil.rmtree(home)
