"""A learner who is sent with a ULN: whether they are the person who has it, and what they bring that is new.

The specification is `lrs` 2.5, 2.7 and 5.2.
"""

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Final

from gateway.core.matching.compare import Forms, compare, other_evidence, similar
from gateway.core.matching.normalise import email, n1, postcode, upn
from gateway.core.model import Entry, Learner, Match
from gateway.core.outcomes import MatchOutcome

_SEXES: Final = {"1", "2"}
_SHARED: Final = frozenset({"1", "2"})
_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "given_name": n1,
    "middle_name": n1,
    "preferred_given_name": n1,
    "family_name": n1,
    "previous_family_name": n1,
    "family_name_at_16": n1,
    "sex": str.strip,
    "postcode": postcode,
    "email": email,
    "upn": upn,
    "ability_to_share": lambda value: value.strip() or "0",
}
"""The details that an update may bring, each with the form in which two values count as the same."""


def decide_by_uln(learner: Learner, entry: Entry | None) -> Match:
    """Say whether a learner is the person whose ULN was sent (`lrs` 2.5 and 5.2).

    Equal names decide, and all else may have changed. Names that are only similar decide where neither the date of
    birth nor the sex speaks against it.
    """
    if entry is None:
        return Match(outcome=MatchOutcome.ULN_NOT_FOUND)
    sent, held = Forms(learner, learner.uln), Forms(entry.learner, entry.uln)
    levels, evidence = compare(sent, held), other_evidence(sent, held)
    equal = (sent.exact_given, sent.exact_family) == (held.exact_given, held.exact_family)
    verified = _verified(sent, held)
    if equal or (verified and not _contradicted(sent, held)):
        return _link(entry, levels, evidence)
    guard = "similar-names-contradicted" if verified else "names-do-not-verify"
    return Match(outcome=MatchOutcome.ULN_MISMATCH, levels=levels, other_evidence=evidence, guard=guard)


def changed_details(learner: Learner, entry: Entry) -> dict[str, str]:
    """Return the details that a learner brings and the entry lacks or holds otherwise: field name to value as sent."""
    brought = {name: getattr(learner, name) for name in _TEXTS}
    changed = {
        name: value
        for name, value in brought.items()
        if value.strip() and _TEXTS[name](value) != _TEXTS[name](getattr(entry.learner, name))
    }
    born = learner.date_of_birth
    if born and born != entry.learner.date_of_birth:
        changed["date_of_birth"] = born.isoformat()
    return changed


def update_refused(learner: Learner, entry: Entry) -> bool:
    """Tell whether a learner brings a change of AbilityToShare that is not permitted: back to 0 (`lrs` 2.7)."""
    return learner.ability_to_share.strip() == "0" and entry.learner.ability_to_share in _SHARED


def _link(entry: Entry, levels: Mapping[str, str], evidence: tuple[str, ...]) -> Match:
    master = entry.master_uln
    return Match(
        outcome=MatchOutcome.LINKED_LEARNER if master else MatchOutcome.EXACT_MATCH,
        uln=master or entry.uln,
        master_uln=master,
        linked_uln=entry.uln if master else None,
        levels=levels,
        other_evidence=evidence,
    )


def _verified(sent: Forms, held: Forms) -> bool:
    """Tell whether both names are similar to names of the entry, and not both to the same one (`lrs` 5.2, step 4)."""
    pairs = permutations((held.given, held.family, held.previous), 2)
    return any(similar(sent.given, one) and similar(sent.family, other) for one, other in pairs)


def _contradicted(sent: Forms, held: Forms) -> bool:
    """Tell whether a date of birth or a sex that both sides know differs; sex 0 and 9 know nothing."""
    born = sent.born is not None and held.born is not None and sent.born != held.born
    return born or {sent.sex, held.sex} == _SEXES
