"""Receive: keep the bytes, refuse a duplicate, answer with a receipt."""

from pathlib import Path

from gateway.core.days import uk_day
from gateway.core.documents import Receipt
from gateway.core.estimate import expected_within
from gateway.core.handover import Earlier
from gateway.core.picking import turn_at
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.kinds import FileKind
from gateway.core.recognise import HEAD_BYTES, recognise
from gateway.core.submission import Arrival, Refusal, Submission
from gateway.core.wrapping import most_bytes, wrapping_of

_REFUSED = {
    Refusal.EMPTY: "The file is empty, so nothing in it can be processed; the response says what to do.",
    Refusal.TOO_LARGE: "The file is larger than its kind allows; the response says what to do.",
    Refusal.SUSPENDED: "This mailbox is suspended: the file is kept and not processed.",
    Refusal.UNKNOWN_NAME: "No file kind knows a file of this name; the response names those that we know.",
}


def receive(arrival: Arrival, gateway: Gateway) -> Receipt:
    """Keep a complete file and return the receipt that its sender finds; the same bytes again are a duplicate.

    When this returns, bytes, submission, receipt and wake-up are durable. When it raises, the sender is told that the
    upload failed and sends again. The bytes stay in the store for a day even then: a commit whose answer was lost needs
    them.
    """
    moment = gateway.clock()
    submission_id = gateway.new_id(moment)
    kind = recognise(gateway.kinds.values(), arrival.name, _head(arrival.path))
    likely_kind = kind.name if kind else None
    refusal = _refusal(arrival, kind, gateway)
    gateway.store.announce(submission_id)
    files = gateway.files.owned(arrival.organisation.id)
    blob = files.keep(arrival.path, submission_id, arrival.sha256)
    submission = Submission(
        id=submission_id,
        organisation=arrival.organisation,
        name=arrival.name,
        sha256=arrival.sha256,
        size=arrival.size,
        job=arrival.job,
        mode=arrival.organisation.mode,
        received_at=moment,
        processing_date=uk_day(moment),
        blob=blob,
        refusal=refusal,
        turn_at=turn_at(moment, arrival.size, gateway.head_start(arrival.organisation.id, likely_kind)),
        likely_kind=likely_kind,
    )
    receipt = gateway.store.add(submission, lambda earlier: gateway.sign(_receipt(submission, earlier)))
    if receipt.status == "duplicate":
        gateway.files.remove(blob)
    return receipt


def _refusal(arrival: Arrival, kind: FileKind | None, gateway: Gateway) -> Refusal | None:
    kinds = gateway.kinds.values()
    wrapped = wrapping_of(arrival.name, kinds, gateway.wrappings) is not None
    if arrival.organisation.suspended:
        return Refusal.SUSPENDED
    if kind is None and not wrapped:
        return Refusal.UNKNOWN_NAME
    if not arrival.size:
        return Refusal.EMPTY
    most = most_bytes(kinds) if wrapped or kind is None else kind.max_bytes
    return Refusal.TOO_LARGE if arrival.size > most else None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _receipt(submission: Submission, earlier: Earlier) -> Receipt:
    common: dict[str, object] = {
        "id": submission.id,
        "organisation": submission.organisation.id,
        "file": submission.name,
        "bytes": submission.size,
        "sha256": submission.sha256,
        "received_at": submission.received_at,
    }
    if earlier.first_id:
        message = (
            f"GF008: we hold these bytes already, as {earlier.first_id}. Nothing is processed again; "
            "its responses are in out/, or will be when it is ready."
        )
        return Receipt(**common, status="duplicate", first_id=earlier.first_id, message=message)
    load = earlier.load
    common |= {
        "follows": earlier.follows,
        "expected_by": submission.received_at + expected_within(load),
        "place": load.place,
        "median_s": load.median_s,
        "p95_s": load.p95_s,
    }
    if submission.refusal:
        return Receipt(**common, status="refused", message=_REFUSED[submission.refusal])
    return Receipt(**common, status="received", message="We hold your file. Its responses will be in out/.")
