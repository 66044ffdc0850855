"""Response files encrypted for organisations that want them so."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.core.handover import Part
from gateway.core.ids import mailbox_name
from gateway.core.ports.gateway import Gateway
from gateway.core.submission import Submission


def covered(part: Part, organisation: str, space: str, gateway: Gateway) -> Part:
    """Return a response file as its organisation gets it: encrypted where there is a certificate of its own.

    What was written plain stays in the file store, sealed as all is there: its bytes may be those of the upload too.
    """
    covering = gateway.covering
    if covering is None or not covering.covers(organisation):
        return part
    files = gateway.files.owned(organisation)
    with files.local(part.blob) as path, files.create(space) as draft:
        covering.cover(organisation, path, draft.handle)
    return replace(part, name=part.name + covering.extension, blob=draft.blob, size=draft.size)


def covered_set(parts: Mapping[str, Part], submission: Submission, gateway: Gateway) -> dict[str, Part]:
    """Return a response set as its organisation gets it.

    An encrypted part has a name that bears the submission's id, even where that of the plain one bears a minute.
    """
    made = {part: covered(it, submission.organisation.id, submission.id, gateway) for part, it in parts.items()}
    for part, it in made.items():
        extension = it.name.removeprefix(parts[part].name)
        if it.stamped and extension:
            name = mailbox_name(submission.name, submission.id, part)
            made[part] = replace(it, name=name + extension, stamped=False)
    return made
