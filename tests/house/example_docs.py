"""A small file of each kind in a folder, as the sample generator writes it, for the pages that senders read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath

from gateway import bootstrap, samples
from gateway.core.days import uk_day
from gateway.core.handover import SamplePlan
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Organisation, OrganisationKind

_MOMENT = datetime(2026, 9, 1, 13, 30, tzinfo=UTC)
_SENDER = Organisation(id="example", name="Example", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101")
_LEARNERS = 2


def examples(folder: str) -> str:
    """Return an example of every kind in a folder of `adapters/kinds`, each with its name."""
    kinds = bootstrap.file_kinds()
    inside = [kind for _, kind in sorted(kinds.items()) if f".{folder}." in type(kind).__module__]
    return "\n\n".join(part for kind in inside for part in _example(kind))


def _example(kind: FileKind) -> Iterator[str]:
    plan = SamplePlan(organisation=_SENDER, moment=_MOMENT, bad_percent=0, seed=1)
    made = kind.samples(samples.people(1, _LEARNERS, uk_day(_MOMENT)), plan)
    text = made.content.decode().replace("\r\n", "\n").rstrip()
    yield f"`{kind.name}`, in a file such as `{made.name}`:"
    yield f"```{PurePath(made.name).suffix[1:].lower()}\n{text}\n```"
