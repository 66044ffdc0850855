"""Which file kind a file is of, and what is said of a file that is of none."""

from collections.abc import Collection, Iterable, Iterator

from gateway.core.notices import Notice
from gateway.core.ports.kinds import FileKind
from gateway.core.rules.engine import FILE_EMPTY, FILE_KIND, SENDER_KIND
from gateway.core.rules.rule import Found
from gateway.core.submission import Organisation, OrganisationKind

HEAD_BYTES = 65_536
"""How much of a file's beginning a kind may look at to know it."""


def recognise(kinds: Iterable[FileKind], file_name: str, head: bytes) -> FileKind | None:
    """Return the kind with the strongest claim on a file, or None; equal claims go to the name first in order."""
    claims = [(claim.weight, kind) for kind in kinds if (claim := kind.claims(file_name, head))]
    return min(claims, key=lambda claim: (-claim[0], claim[1].name))[1] if claims else None


def sender_faults(senders: Collection[OrganisationKind], sender: Organisation) -> Iterator[Notice]:
    """Yield what is said of a file that its sender may not send; nothing where no senders are named."""
    if senders and sender.kind not in senders:
        words = {
            "who may send it": " or ".join(sorted(_named(kind) for kind in senders)),
            "what the sender is": _named(sender.kind),
        }
        yield SENDER_KIND.notice(found=Found(words=words))


def _named(kind: OrganisationKind) -> str:
    name = kind.value.replace("-", " ")
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def unknown_file(size: int, kinds: Iterable[str]) -> Iterator[Notice]:
    """Yield what is said of a file that no kind knows: the kinds that are known, and whether it is empty."""
    yield FILE_KIND.notice(found=Found(words={"kinds": ", ".join(sorted(kinds))}))
    if not size:
        yield FILE_EMPTY.notice()
