"""`gateway demo`: a whole gateway in a temporary home, real uploads over SFTP, every outcome held against the truth.

The expectations come from the generator (`gateway.samples`), never from the gateway's own output.
"""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rich.progress import Progress, SpinnerColumn, TextColumn

from gateway import bootstrap, config, reference_file, register_file, service, show
from gateway.core.days import uk_day
from gateway.core.documents import Report
from gateway.core.errors import ConfigurationError
from gateway.core.model import Entry
from gateway.core.outcomes import ULN_OUTCOMES, MatchOutcome
from gateway.demo_client import PATIENCE_S, Address, Client
from gateway.demo_files import BYSTANDER, SEED, SENDERS, Upload, uploads
from gateway.master_keys import make_master_key
from gateway.samples import register_entries

REGISTER_SIZE = 10_000
SHOWN_FAULTS = 10
TEST_RANGE = 9_000_000_000, 9_099_999_999
ISSUED_RANGE = 9_100_000_000, 9_199_999_999
_DATED_LISTS = frozenset({"series", "collections"})
"""Lists of what is open on certain days: a demo of any day does without them, and the reports say so."""

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
    make_master_key(home)
    settings = _SETTINGS.format(first=ISSUED_RANGE[0], last=ISSUED_RANGE[1]) + config.SEALED
    (home / config.FILE_NAME).write_text(settings)
    today = uk_day(bootstrap.now())
    entries = list(register_entries(SEED, REGISTER_SIZE, today, TEST_RANGE[0]))
    register_file.write(home / "register.csv", entries)
    with bootstrap.opened(home) as house:
        house.record.register_keeping.load(register_file.read(home / "register.csv"))
        with reference_file.samples() as paths:
            for path in paths:
                if path.stem not in _DATED_LISTS:
                    schema = reference_file.description(path.stem)
                    rows = reference_file.read(path, schema)
                    house.record.reference.load(schema.name, schema.names, rows, path.name)
        for organisation in (*SENDERS, BYSTANDER):
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


def _exchange(home: Path, address: Address, entries: Sequence[Entry], answers: Path) -> Iterator[Result]:
    with ExitStack() as stack:
        clients = {it.id: stack.enter_context(closing(Client(home, address, it.id))) for it in SENDERS}
        for upload in uploads(entries):
            with _progress(f"{upload.folder}/{upload.sample.name}: uploaded, waiting for its answer"):
                yield _sent(upload, clients[upload.sender.id], answers)


def _sent(upload: Upload, client: Client, answers: Path) -> Result:
    began = monotonic()
    receipt = client.put(f"{upload.folder}/{upload.sample.name}", upload.sample.content)
    parts = client.collect(receipt.first_id or receipt.id, answers)
    seconds = monotonic() - began
    report = Report.model_validate_json(parts["report.json"].read_bytes())
    faults = upload.judge(report, parts)
    if upload.duplicate != (receipt.status == "duplicate"):
        faults.append(f"its receipt says {receipt.status}")
    return Result(upload=upload, report=report, seconds=seconds, faults=faults)


def _seen_by_others(home: Path, address: Address) -> list[str]:
    """Return the names that an organisation sees which has sent nothing; there must be none."""
    with closing(Client(home, address, BYSTANDER.id)) as client:
        folders = ("in", "in/check", "out", "receipts")
        return [name for folder in folders for name in client.sftp.listdir(folder) if name != "check"]


def _print(results: Sequence[Result], seen: Sequence[str], answers: Path) -> None:
    columns = ("file", "kind", "records", "accepted", "held", "rejected", "matched", "new ULN", "seconds", "right")
    show.table(columns, [_row(result) for result in results], title="What came back")
    for result in results:
        for fault in result.faults[:SHOWN_FAULTS]:
            show.out.print(f"{result.upload.sample.name}: {fault}", markup=False)
    nothing = "sees nothing of it" if not seen else f"sees {', '.join(seen)}"
    show.out.print(f"{BYSTANDER.name} {nothing}.", markup=False)
    show.out.print(f"The responses are in {answers}", markup=False, soft_wrap=True)


def _row(result: Result) -> tuple[object, ...]:
    upload = result.upload
    name = f"{upload.folder}/{upload.sample.name}" + (" (again)" if upload.duplicate else "")
    counts = result.report.counts
    of = Counter(counts.by_outcome)
    return (
        name,
        result.report.kind,
        counts.read,
        counts.accepted,
        counts.held,
        counts.rejected,
        sum(of[outcome] for outcome in ULN_OUTCOMES - {MatchOutcome.NEW_ULN}),
        of[MatchOutcome.NEW_ULN],
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
