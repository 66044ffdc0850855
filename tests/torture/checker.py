"""Holds what organisations find in their mailboxes against what they sent, and against the gateway's own books.

Every fault is one sentence. It knows the gateway's tables and its response files, and none of its code that fills them.
"""

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from gateway.core.outcomes import MatchOutcome
from gateway.core.submission import TERMINAL
from tests.torture.evidence import Books, Evidence, ResponseFile

STEPS = ("identify", "validate", "match", "respond", "deliver")
REPORT = "report.json"
MATCHES = "match.csv"
_TOTALS = ("accepted", "rejected", "held")


def faults(evidence: Evidence) -> list[str]:
    """Return everything that is lost, doubled, half or left over; nothing where all is as it must be."""
    return [f"{check.__name__.strip('_')}: {fault}" for check in _CHECKS for fault in check(evidence)]


def _uploads(evidence: Evidence) -> Iterator[str]:
    """Every acknowledged upload is one submission with a receipt; what was not closed is none."""
    found = defaultdict(list)
    for row in evidence.books.submissions:
        found[row.organisation, row.job, row.sha256].append(row.id)
    closed = {sent.bytes_of for sent in evidence.sent if sent.whole}
    for key in {sent.bytes_of for sent in evidence.sent if sent.acknowledged}:
        if len(found[key]) != 1:
            yield f"acknowledged bytes of {key[0]} are {len(found[key])} submissions ({', '.join(found[key])})"
    for key, ids in found.items():
        if ids and key not in closed:
            yield f"{', '.join(ids)} of {key[0]} was taken and never closed by its client"


def _receipts(evidence: Evidence) -> Iterator[str]:
    """Every acknowledged upload has a receipt of its own, which names the one submission of its bytes."""
    by_key = {(row.organisation, row.job, row.sha256): row.id for row in evidence.books.submissions}
    told: Counter[tuple[str, str, str]] = Counter()
    for (organisation, name), submission in evidence.books.receipts.items():
        body = evidence.mailboxes[organisation].get(f"receipts/{name}")
        if body is None:
            yield f"{name} is missing in receipts/ of {organisation}"
            continue
        receipt = json.loads(body)
        told[organisation, receipt["file"], receipt["sha256"]] += 1
        if (receipt["first_id"] or receipt["id"]) != submission:
            yield f"{name} names another submission than {submission}"
    wanted = Counter((it.organisation, it.name, it.sha256) for it in evidence.sent if it.acknowledged)
    for key, count in wanted.items():
        if told[key] < count:
            yield f"{count} uploads of {key[0]} were acknowledged and {told[key]} have a receipt"
    for sent in evidence.sent:
        if sent.acknowledged and sent.bytes_of not in by_key:
            yield f"an upload of {sent.organisation} was acknowledged and is no submission"


def _states(evidence: Evidence) -> Iterator[str]:
    """Every submission has come to its one end, by every step once, and nobody holds it."""
    for row in evidence.books.submissions:
        steps = sorted(evidence.books.steps.get(row.id, ()))
        if row.status not in TERMINAL:
            yield f"{row.id} is {row.status}"
        elif steps != sorted(STEPS):
            yield f"{row.id} is {row.status} after the steps {', '.join(steps) or 'none'}"
        if row.leased:
            yield f"{row.id} is leased still"
    if evidence.books.jobs:
        yield f"{evidence.books.jobs} wake-ups are left over"


def _response_sets(evidence: Evidence) -> Iterator[str]:
    """Every submission is answered by one set, which its organisation finds whole and nobody else finds."""
    sets = _sets(evidence.books)
    for row in evidence.books.submissions:
        parts = [it.part for it in sets.get(row.id, ())]
        if parts.count(REPORT) != 1:
            yield f"{row.id} has {parts.count(REPORT)} reports"
    listed = {(it.organisation, f"out/{it.name}"): it for it in evidence.books.responses}
    for organisation, files in evidence.mailboxes.items():
        for path in files:
            if path.startswith("out/") and (organisation, path) not in listed:
                yield f"{path} of {organisation} is of no submission"
    for (organisation, path), it in listed.items():
        body = evidence.mailboxes[organisation].get(path)
        if body is None:
            yield f"{it.part} of {it.submission} is missing in its mailbox"
        elif hashlib.sha256(body).hexdigest() != it.blob.rpartition("/")[2] or len(body) != it.size:
            yield f"{it.part} of {it.submission} has other bytes than were kept"


def _reports(evidence: Evidence) -> Iterator[str]:
    """Every report is of its own upload, and its totals add up."""
    rows = {row.id: row for row in evidence.books.submissions}
    for submission, parts in _sets(evidence.books).items():
        if submission not in rows:
            yield f"{submission} has a response set and is no submission"
            continue
        for it in parts:
            body = evidence.mailboxes[it.organisation].get(f"out/{it.name}")
            if it.part != REPORT or body is None:
                continue
            report = json.loads(body)
            counts = report["counts"]
            if counts["read"] != sum(counts[total] for total in _TOTALS):
                yield f"{submission} read {counts['read']} and answered {[counts[total] for total in _TOTALS]}"
            if report["sha256"] != rows[submission].sha256 or report["submission"]["id"] != submission:
                yield f"the report of {submission} is of another file"
            yield from _records(submission, counts["read"], parts, evidence)


def _records(submission: str, read: int, parts: list[ResponseFile], evidence: Evidence) -> Iterator[str]:
    """Every record read is answered once and in order."""
    for it in parts:
        body = evidence.mailboxes[it.organisation].get(f"out/{it.name}")
        if it.part == MATCHES and body is not None:
            numbers = [int(row["record"]) for row in _table(body)]
            if numbers != list(range(1, read + 1)):
                yield f"{submission} read {read} records, and {MATCHES} answers {len(numbers)}"


def _ulns(evidence: Evidence) -> Iterator[str]:
    """Every ULN is issued once, stands in the register, and is answered to the record that it was issued for."""
    books = evidence.books
    for uln, count in Counter(uln for _, _, uln in books.issued).items():
        if count > 1:
            yield f"a ULN was issued {count} times ({[who for who, _, it in books.issued if it == uln]})"
    for who, count in Counter((submission, record) for submission, record, _ in books.issued).items():
        if count > 1:
            yield f"record {who[1]} of {who[0]} was issued {count} ULNs"
    entries, issued = Counter(books.registered), Counter(uln for _, _, uln in books.issued)
    if entries != issued:
        lost, extra = sum((issued - entries).values()), sum((entries - issued).values())
        yield f"{lost} issued ULNs are not in the register, and {extra} entries were issued to nobody"
    if books.alike:
        yield f"{books.alike} people were issued more than one ULN"
    answered, told = _answered(evidence), set(books.issued)
    for submission, record, _ in sorted(told - answered):
        yield f"the ULN issued to record {record} of {submission} was not answered"
    for submission, record, _ in sorted(answered - told):
        yield f"record {record} of {submission} was answered a new ULN that was not issued to it"


def _answered(evidence: Evidence) -> set[tuple[str, int, str]]:
    found = set()
    for it in evidence.books.responses:
        body = evidence.mailboxes[it.organisation].get(f"out/{it.name}") if it.part == MATCHES else None
        for row in _table(body or b""):
            if row["outcome"] == MatchOutcome.NEW_ULN:
                found.add((it.submission, int(row["record"]), row["uln"]))
    return found


def _watched(evidence: Evidence) -> Iterator[str]:
    """Whatever was ever seen in an outbox was whole and stayed as it was."""
    yield from evidence.told
    for organisation, names in evidence.seen.items():
        for name, digest in names.items():
            body = evidence.mailboxes[organisation].get(f"out/{name}")
            if body is None or hashlib.sha256(body).hexdigest() != digest:
                yield f"{name} of {organisation} was seen otherwise than it is now"


def _file_store(evidence: Evidence) -> Iterator[str]:
    """The bytes of every upload and response are kept, no unfinished file is left, and whatever else has its end."""
    for row in evidence.books.submissions:
        if row.blob not in evidence.blobs:
            yield f"the bytes of {row.id} are not kept"
    known = {row.id for row in evidence.books.submissions} | evidence.books.awaited
    for blob in evidence.blobs:
        if blob.partition("/")[0] not in known:
            yield f"{blob} is of no submission, and nobody will clear it"
    for name in evidence.temporary:
        yield f"{name} was left over"


_CHECKS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _uploads,
    _receipts,
    _states,
    _response_sets,
    _reports,
    _ulns,
    _watched,
    _file_store,
)


def _sets(books: Books) -> dict[str, list[ResponseFile]]:
    sets = defaultdict(list)
    for it in books.responses:
        sets[it.submission].append(it)
    return sets


def _table(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
