"""Response files encrypted for organisations that want them so."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.core.handover import Part
from gateway.core.ids import mailbox_name
from gateway.core.ports.files import FileStore
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.pgp import Covering
from gateway.core.submission import Submission


def covered(part: Part, organisation: str, space: str, gateway: Gateway) -> Part:
    """Return a response file as its organisation gets it: encrypted where there is a certificate of its own.

    What was written plain stays in the file store, sealed as all is there: its bytes may be those of the upload too.
    """
    covering = _covering(organisation, gateway)
    return part if covering is None else _encrypted(part, organisation, space, gateway.files, covering)


def covered_set(parts: Mapping[str, Part], submission: Submission, gateway: Gateway) -> dict[str, Part]:
    """Return a response set as its organisation gets it.

    An encrypted part has a name that bears the submission's id, even where that of the plain one bears a minute.
    """
    organisation = submission.organisation.id
    covering = _covering(organisation, gateway)
    if covering is None:
        return dict(parts)
    made = {part: _encrypted(it, organisation, submission.id, gateway.files, covering) for part, it in parts.items()}
    for part, it in made.items():
        if it.stamped:
            name = mailbox_name(submission.name, submission.id, part)
            made[part] = replace(it, name=name + it.name.removeprefix(parts[part].name), stamped=False)
    return made


def _covering(organisation: str, gateway: Gateway) -> Covering | None:
    covering = gateway.covering
    return covering if covering is not None and covering.covers(organisation) else None


def _encrypted(part: Part, organisation: str, space: str, store: FileStore, covering: Covering) -> Part:
    files = store.owned(organisation)
    with files.local(part.blob) as path, files.create(space) as draft:
        covering.cover(organisation, path, draft.handle)
    return replace(part, name=part.name + covering.extension, blob=draft.blob, size=draft.size)
