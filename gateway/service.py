"""What the command line, and later page and HTTP API, all call: organisations, submissions, checks, samples."""

import csv
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from ipaddress import ip_network
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.core.causes import CauseCollector
from gateway.core.days import midnight
from gateway.core.documents import NotRun, Proposed, Report, proposed, reported
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Finding, Sample, SamplePlan
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.outcomes import Total
from gateway.core.ports.kinds import FileKind, Proposing
from gateway.core.ports.wrappings import ReadsWrapped, Wrapped, Wrapping
from gateway.core.recognise import HEAD_BYTES, recognise, unknown_file
from gateway.core.results import verdict_of
from gateway.core.rules.effective import rule_set, unavailable
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.explained import explained
from gateway.core.rules.rule import Context
from gateway.core.submission import Organisation, OrganisationKey
from gateway.core.tally import Tally, counts_of
from gateway.core.wrapping import WrappingRefused, most_bytes, unwrapped
from gateway.samples import people

_ORGANISATION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_UKPRN = re.compile(r"[0-9A-Za-z]{8}")
_LEAST_RSA_BITS = 3072
TOLD_EVERY = 1000
"""Records after which a check tells how far it has come."""
NOT_RUN_OFFLINE = [
    NotRun(check="sender", reason="Checked offline: whether the UKPRN is the sender's own is not known."),
    NotRun(check="matching", reason="Checked offline: no register was asked."),
]


def new_organisation(organisation: Organisation) -> Organisation:
    """Return the organisation when its id and numbers have the right form; raise ConfigurationError otherwise."""
    if not _ORGANISATION_ID.fullmatch(organisation.id):
        raise ConfigurationError("An organisation's id holds lower-case letters, digits and hyphens, such as kingsway.")
    if organisation.ukprn is not None and not _UKPRN.fullmatch(organisation.ukprn):
        raise ConfigurationError("A UKPRN has eight characters, such as 10000001.")
    return organisation


def read_key(organisation: str, text: str) -> OrganisationKey:
    """Return the key that one line of an OpenSSH public key file holds; raise ConfigurationError for any other."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    parts = text.strip().split(maxsplit=2)
    try:
        public = load_ssh_public_key(" ".join(parts[:2]).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigurationError("This is no OpenSSH public key; give the file that ends in .pub.") from error
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < _LEAST_RSA_BITS:
        raise ConfigurationError(
            f"An RSA key needs {_LEAST_RSA_BITS} bits; make an ed25519 key: ssh-keygen -t ed25519."
        )
    if not isinstance(public, rsa.RSAPublicKey | ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey):
        raise ConfigurationError("This sort of key is not accepted; make an ed25519 key: ssh-keygen -t ed25519.")
    return OrganisationKey(
        organisation=organisation,
        fingerprint=fingerprint(parts[1]),
        public_key=" ".join(parts[:2]),
        comment=parts[2] if len(parts) > 2 else "",  # noqa: PLR2004 - type, key, comment
    )


def bound_key(key: OrganisationKey, networks: Sequence[str], first: date | None, last: date | None) -> OrganisationKey:
    """Return a key that may be used on these days in London alone, and from these networks if any are named."""
    try:
        named = tuple(str(ip_network(it)) for it in networks)
    except ValueError as error:
        raise ConfigurationError(f"A source network is written like 10.0.0.0/8 or 2001:db8::/32: {error}.") from error
    begin = midnight(first) if first else None
    end = midnight(last + timedelta(days=1)) if last else None
    return replace(key, networks=named, not_before=begin, not_after=end)


def fingerprint(base64_key: str) -> str:
    """Return the fingerprint of a public key as OpenSSH prints it."""
    return "SHA256:" + b64encode(hashlib.sha256(b64decode(base64_key)).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPlan:
    """How a file is checked offline: as which kind (None: by its name and content), and on how many processes.

    `wrappings` are what it may come in. `seen` is told from time to time how many records have been read.
    """

    kind: str | None = None
    processes: int = 1
    wrappings: Sequence[Wrapping] = ()
    seen: Callable[[int], None] = lambda _: None


AS_NAMED = CheckPlan()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bare:
    """A file out of what it came in: its name, where it is, its kind, or why it cannot be had."""

    name: str
    path: Path
    kind: FileKind | None
    refused: Notice | None = None


@contextmanager
def _bare(path: Path, kinds: Mapping[str, FileKind], plan: CheckPlan) -> Iterator[_Bare]:
    """Give a file out of its wrapping while the block lasts."""
    reads = plan.kind is not None and isinstance(kinds[plan.kind], ReadsWrapped)
    with TemporaryDirectory(prefix="bare-") as folder:

        def opened(wrapping: Wrapping, name: str, source: Path) -> tuple[str, Path]:
            whole = Path(folder) / wrapping.name
            with whole.open("wb") as out:
                most = most_bytes(kinds.values())
                inside = wrapping.open(Wrapped(path=source, name=name, sender=None, most_bytes=most), out)
            if not isinstance(inside, str):
                raise WrappingRefused(inside)
            return inside, whole

        try:
            name, source = unwrapped(path.name, path, opened, kinds.values(), () if reads else plan.wrappings)
        except WrappingRefused as refused:
            yield _Bare(name=path.name, path=path, kind=None, refused=refused.notice)
            return
        with source.open("rb") as file:
            head = file.read(HEAD_BYTES)
        kind = kinds[plan.kind] if plan.kind else recognise(kinds.values(), name, head)
        yield _Bare(name=name, path=source, kind=kind)


def propose_file(
    path: Path, kinds: Mapping[str, FileKind], report: Report, folder: Path, plan: CheckPlan = AS_NAMED
) -> Proposed | None:
    """Write the corrected file that is offered, and `<name>.changes.csv`, into a folder; None where there is none."""
    kind = kinds[report.kind] if report.kind else None
    if not isinstance(kind, Proposing):
        return None
    written, changes = folder / f".{path.name}.proposed", folder / f"{path.name}.changes.csv"
    with (
        _bare(path, kinds, plan) as bare,
        written.open("wb") as out,
        changes.open("w", encoding="utf-8", newline="") as listed,
    ):
        context = Context(as_of=report.processing_date, file_name=bare.name)
        proposal = kind.propose(bare.path, context, out, listed)
    if not proposal.changes:
        written.unlink()
        changes.unlink()
        return None
    written.rename(folder / proposal.name)
    return proposed(proposal)


def check_file(path: Path, kinds: Mapping[str, FileKind], as_of: date, plan: CheckPlan = AS_NAMED) -> Report:
    """Return all that is wrong with a file, found offline."""
    with ThreadPoolExecutor(1) as beside, _bare(path, kinds, plan) as bare:
        digest, kind = beside.submit(_digest, path), bare.kind
        context = Context(as_of=as_of, file_name=bare.name, processes=plan.processes, faults_only=True)
        tally, causes = _read(_findings(bare, context, kinds), plan)
    totals = _totals(tally, kind)
    return Report(
        file=path.name,
        sha256=digest.result(),
        kind=kind.name if kind else None,
        verdict=verdict_of(totals, refused=bool(tally.rejections)),
        counts=counts_of(totals, tally.notices, {}),
        causes=causes.causes(),
        notices=reported(tally.notices),
        explained=explained(tally.notices.listed, ENGINE, *([kind.rulebook] if kind else [])),
        not_run=tally.not_run + (unavailable(kind.rulebook, context) if kind else []) + NOT_RUN_OFFLINE,
        rules=rule_set(kind.rulebook, context) if kind else None,
        cut=tally.notices.cut,
        processing_date=as_of,
    )


def _read(findings: Iterator[Finding], plan: CheckPlan) -> tuple[Tally, CauseCollector]:
    tally, causes, told = Tally(), CauseCollector(), 0
    for finding in findings:
        tally.add(finding)
        causes.see(finding)
        if tally.read >= told + TOLD_EVERY:
            told = tally.read
            plan.seen(told)
    return tally, causes


def _totals(tally: Tally, kind: FileKind | None) -> Mapping[Total, int]:
    """Return the totals by validation alone; where a kind is taken whole or not at all, one record refuses the file."""
    if kind is None or not kind.whole_file or not tally.totals[Total.REJECTED]:
        return tally.totals
    return {Total.ACCEPTED: 0, Total.REJECTED: tally.read, Total.HELD: 0}


def _findings(bare: _Bare, context: Context, kinds: Mapping[str, FileKind]) -> Iterator[Finding]:
    if bare.refused is not None:
        yield bare.refused
    elif bare.kind is not None:
        yield from bare.kind.check(bare.path, context)
    else:
        yield from unknown_file(bare.path.stat().st_size, kinds)


def unreadable(report: Report, kinds: Mapping[str, FileKind]) -> bool:
    """Tell whether the file could not be read as its kind: its reader itself refused it, or no kind knows it."""
    if report.kind is None:
        return True
    rules = kinds[report.kind].rulebook.rules.values()
    stops = {rule.code for rule in rules if rule.is_found_by_reader and rule.scope is Scope.FILE}
    return any(it.record is None and it.code in stops and it.severity is Severity.ERROR for it in report.notices)


def make_sample(kind: FileKind, learners: int, plan: SamplePlan) -> Sample:
    """Return a seeded file of a kind with that many invented learners, and its truth."""
    return kind.samples(islice(people(plan.seed, learners, plan.moment.date()), learners), plan)


def write_truth(sample: Sample, path: Path) -> None:
    """Write the truth of a sample: for each record the code that it must be refused with, empty for none."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["record", "code"])
        rows.writerows((number, code or "") for number, code in enumerate(sample.truth, start=1))


def moment_of(day: date | None, now: datetime) -> datetime:
    """Return noon of a day, or the present moment when no day is given."""
    return now if day is None else now.replace(year=day.year, month=day.month, day=day.day, hour=12, minute=0, second=0)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
