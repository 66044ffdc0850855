"""What commands, and later a portal, do with the audit trail: note what an operator reads, and verify the chain."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple, TypeVar

from gateway.core.audit import Access, AccessSort, Actor, Break, Gathered, Link, verified
from gateway.core.errors import ConfigurationError
from gateway.core.ports.audit import Audit
from gateway.core.review import Question

log = logging.getLogger("gateway.audit")

Part = TypeVar("Part")


class Head(NamedTuple):
    """The last link of a chain, as somebody noted it."""

    seq: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest.hex()}"


def operator(by: str, purpose: str, sort: AccessSort = AccessSort.READ, **more: object) -> Access:
    """Return what is noted of a command that an operator gave."""
    return Access(actor=Actor.OPERATOR, by=by, sort=sort, purpose=purpose, **more)  # type: ignore[arg-type]


def note_shown(audit: Audit, purpose: str, by: str, ulns: Collection[int], reference: str = "") -> None:
    """Note whose records an operator is about to be shown; a list that shows nobody is no event."""
    if ulns:
        audit.note(operator(by, purpose, reference=reference), ulns)


def seen(audit: Audit, access: Access, parts: Iterable[Part], ulns: Callable[[Part], Iterable[str]]) -> Iterator[Part]:
    """Pass parts on, and note whose records they are."""
    reads = Gathered(partial(audit.note, access))
    for part in parts:
        reads.add(map(int, ulns(part)))
        yield part
    reads.end()


def listed(question: Question) -> list[int]:
    """Return the numbers of the entries that a question shows."""
    return [int(one.entry.uln) for one in question.evidence.entries]


def head_of(text: str) -> Head:
    """Return the link that is written as number, colon, digest; raise ConfigurationError for anything else."""
    seq, _, digest = text.partition(":")
    try:
        return Head(int(seq), bytes.fromhex(digest))
    except ValueError as error:
        raise ConfigurationError(
            "A link is its number, a colon and its digest, as `audit verify` prints it."
        ) from error


def link(audit: Audit) -> None:
    """Link what was noted into the chain, and tell the log where it ends now: a second place that remembers it."""
    before = audit.length()
    seq, digest = audit.link()
    if seq > before:
        log.info("audit trail", extra={"count": seq, "sha256": digest.hex()})


def verify(audit: Audit, known: Head | None, tell: Callable[[int], None]) -> Head | Break:
    """Go through the whole chain and return its last link, or the first place where it does not hold.

    A link that is known from before must still be in it: so nobody can have made the end of the chain anew.
    """
    audit.link()
    last = Head(0, b"")
    for link in verified(audit.chain()):
        if isinstance(link, Break):
            return link
        if known is not None and link.seq == known.seq and link.digest != known.digest:
            return Break(link.seq, _event(link), "it is not the link that was noted before")
        last = Head(link.seq, link.digest)
        tell(link.seq)
    if known is not None and last.seq < known.seq:
        return Break(last.seq, None, f"the chain ends here, and link {known.seq} was noted before")
    return last


def _event(link: Link) -> int | None:
    return link.event.no if link.event else None
