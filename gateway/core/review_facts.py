"""The facts of a question: while they stay the same it is asked once, in whatever file they come again."""

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from gateway.core.ids import ALPHABET
from gateway.core.matching.normalise import email, n1, postcode, upn
from gateway.core.model import CheckedRecord, Entry, Learner, Match, Possible

_BYTES: Final = 16
_ID_BYTES: Final = 10
_LINK: Final = "link"


def details(learner: Learner) -> list[object]:
    """Return a learner's details in the form in which two spellings count as the same; sharing is no detail."""
    names = (
        learner.given_name,
        learner.middle_name,
        learner.preferred_given_name,
        learner.family_name,
        learner.previous_family_name,
        learner.family_name_at_16,
    )
    born = learner.date_of_birth.isoformat() if learner.date_of_birth else ""
    places = [postcode(learner.postcode), *sorted(map(postcode, learner.former_postcodes))]
    numbers = [learner.uln.strip(), upn(learner.upn), email(learner.email)]
    return [*map(n1, names), born, learner.sex.strip(), places, numbers]


def entries_of(found: Match) -> tuple[Possible, ...]:
    """Return the entries that may be the learner: those listed, or the one whose ULN was sent."""
    held = found.verified.held if found.verified else None
    if found.possible or held is None:
        return found.possible
    return (Possible(entry=held, rule="ULN", levels=found.levels),)


def facts(learner: Learner, entries: Iterable[Entry], place: str) -> str:
    """Return the digest of what a question rests on.

    Without names or a date of birth two people may look alike: then the place of the record is one of its facts.
    """
    told = learner.given_name.strip() and learner.family_name.strip() and learner.date_of_birth
    shown = sorted([entry.uln, entry.master_uln or "", details(entry.learner)] for entry in entries)
    return _digest([details(learner), shown, "" if told else place])


def facts_of(checked: CheckedRecord, found: Match, submission: str) -> str:
    """Return the facts of the question that a record asks."""
    entries = [possible.entry for possible in entries_of(found)]
    return facts(checked.learner or Learner(), entries, f"{submission}/{checked.record.number}")


def link_facts(learner: Learner, uln: str) -> str:
    """Return the facts of an automatic link: who was linked with which ULN."""
    return _digest([_LINK, details(learner), uln])


def merge_facts(entries: Iterable[Entry]) -> str:
    """Return the facts of the question whether entries are one person."""
    return _digest(sorted([entry.uln, details(entry.learner)] for entry in entries))


def question_id(organisation: str | None, facts: str) -> str:
    """Return a question's id: the same facts of the same organisation are the same question."""
    digest = blake2b(json.dumps([organisation, facts]).encode(), digest_size=_ID_BYTES).digest()
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(12))


def draw(submission: str, record: int) -> int:
    """Return a record's place in the draw for the sample, which nobody can choose: ids hold chance of ours."""
    digest = blake2b(f"{submission}/{record}".encode(), digest_size=8, person=b"sample").digest()
    return int.from_bytes(digest, "big", signed=True)


def _digest(value: object) -> str:
    return blake2b(json.dumps(value, ensure_ascii=False).encode(), digest_size=_BYTES).hexdigest()
