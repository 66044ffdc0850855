"""The decision on one learner: the same person, perhaps, too many, or nobody (specification `lrs` 4.3 and 2.5).

A plain matcher: equality of the five demographics links, the rules P1 to P6 ask, and a wrong link is worse than a
question. No answer depends on the order of the entries.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from gateway.core.matching.compare import Forms, Level, alike, birth_level, compare, forms, other_evidence, similar
from gateway.core.matching.normalise import email, n1, postcode, upn
from gateway.core.model import Entry, Learner, Match, Possible
from gateway.core.outcomes import MatchOutcome

MOST_POSSIBLE: Final = 10
"""People that may be listed as possible matches; with more the answer is "too many"."""

RULE_SET: Final = "plain-1"
"""The version of the rules, levels and guards below; it goes up whenever they do."""

GUARDS: Final[Mapping[str, str]] = {
    "birth-date-differs": "Check the date of birth: all else agrees.",
    "family-name-changed": "Check the family name: it is a former name of a learner in the register, or the reverse.",
    "family-name-differs": "Check the family name: the email address, birth date and given name agree.",
    "given-name-differs": "Check the given name: a learner in the register has another one, and may be a twin.",
    "many-people-near": "Add the previous family name and the email address: more than 10 learners fit.",
    "names-do-not-verify": "Check the ULN and the names: the ULN belongs to a learner with other names.",
    "names-spelt-differently": "Check how the names are spelt: they agree but for accents, blanks or marks.",
    "names-swapped": "Check the order of the names: given and family name fit the other way round.",
    "postcode-differs": "Check the postcode: names, date of birth and sex agree.",
    "similar-names-contradicted": "Check the ULN: the names are only alike, and the date of birth or the sex differs.",
    "second-person-near": "Find out which learner is meant: more than one fits.",
    "sex-and-postcode-differ": "Check the sex and the postcode: names and date of birth agree.",
    "sex-differs": "Check the sex: names, date of birth and postcode agree.",
}
"""What can stop an automatic link, and what the sender may do about it."""

_STOPPED_BY: Final[Mapping[str, str]] = {
    "P2": "family-name-changed",
    "P3": "names-swapped",
    "P4": "given-name-differs",
    "P5": "birth-date-differs",
}
_EXACT: Final = "EXACT"
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


def _born_alike(sent: Forms, held: Forms) -> bool:
    return sent.born is not None and sent.born == held.born


def _same_names(sent: Forms, held: Forms) -> bool:
    return alike(sent.given, held.given) and alike(sent.family, held.family)


def _same_sex(sent: Forms, held: Forms) -> bool:
    return alike(sent.sex, held.sex)


def _same_postcode(sent: Forms, held: Forms) -> bool:
    return alike(sent.postcode, held.postcode)


def _p1(sent: Forms, held: Forms) -> bool:
    return _born_alike(sent, held) and _same_names(sent, held)


def _p2(sent: Forms, held: Forms) -> bool:
    return _born_alike(sent, held) and alike(sent.given, held.given) and sent.renames(held)


def _p3(sent: Forms, held: Forms) -> bool:
    return _born_alike(sent, held) and sent.swaps(held)


def _p4(sent: Forms, held: Forms) -> bool:
    same = _born_alike(sent, held) and alike(sent.family, held.family) and sent.nearly_given(held)
    return same and (_same_sex(sent, held) or _same_postcode(sent, held))


def _p5(sent: Forms, held: Forms) -> bool:
    same = _same_names(sent, held) and _same_sex(sent, held) and _same_postcode(sent, held)
    return same and birth_level(sent.born, held.born) in {Level.NEAR, Level.SWAPPED}


def _p6(sent: Forms, held: Forms) -> bool:
    same = _born_alike(sent, held) and alike(sent.email, held.email)
    return same and (alike(sent.given, held.given) or alike(sent.family, held.family))


_RULES: Final = {_EXACT: Forms.exactly, "P1": _p1, "P2": _p2, "P3": _p3, "P4": _p4, "P5": _p5, "P6": _p6}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    """An entry beside the learner: the rule that finds it, what agrees, and what keeps it from being a link."""

    entry: Entry
    rule: str
    guard: str
    levels: Mapping[str, str]
    evidence: tuple[str, ...]
    options: int
    """Optional fields of a search that agree: previous family name and email (`lrs` 4.1)."""

    @property
    def person(self) -> str:
        """The number that counts a master and its linked records as one."""
        return self.entry.master_uln or self.entry.uln

    @property
    def rank(self) -> tuple[str, int, str]:
        """Best first: by rule, then number of agreeing fields, then ULN (`lrs` 4.3, step 4)."""
        agreeing = sum(level == Level.SAME for level in self.levels.values())
        return self.rule, -(agreeing + self.options), self.entry.uln

    @property
    def preference(self) -> tuple[str, bool, tuple[str, int, str]]:
        """Best first among one person's records: by rule, and the surviving record before a linked one."""
        return self.rule, self.entry.master_uln is not None, self.rank


def decide(learner: Learner, entries: Iterable[Entry]) -> Match:
    """Say who a learner without a ULN is among these entries."""
    hits = _hits(learner, entries)
    exact = [hit for hit in hits if hit.rule == _EXACT]
    if len(exact) == 1:
        return _link(exact[0].entry, exact[0].levels, exact[0].evidence)
    return _possible(exact or hits)


def known(learner: Learner, entries: Iterable[Entry]) -> bool:
    """Tell whether a learner may be one of these entries, so that no new ULN may be issued."""
    return decide(learner, entries).outcome is not MatchOutcome.NO_MATCH


def decide_by_uln(learner: Learner, entry: Entry | None) -> Match:
    """Say whether a learner is the person whose ULN was sent (`lrs` 2.5 and 5.2).

    Equal names decide, and all else may have changed. Names that are only similar decide where neither the date of
    birth nor the sex speaks against it.
    """
    if entry is None:
        return Match(outcome=MatchOutcome.ULN_NOT_FOUND)
    sent, held = forms(learner, learner.uln), forms(entry.learner, entry.uln)
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


def _hits(learner: Learner, entries: Iterable[Entry]) -> list[_Hit]:
    """Return the best hit of each person, best first."""
    sent = forms(learner, learner.uln)
    found = [hit for entry in entries if (hit := _hit(sent, entry))]
    best: dict[str, _Hit] = {}
    for hit in sorted(found, key=lambda hit: hit.preference):
        best.setdefault(hit.person, hit)
    return sorted(best.values(), key=lambda hit: hit.rank)


def _hit(sent: Forms, entry: Entry) -> _Hit | None:
    held = forms(entry.learner, entry.uln)
    rule = next((name for name, holds in _RULES.items() if holds(sent, held)), None)
    if rule is None:
        return None
    evidence = other_evidence(sent, held)
    return _Hit(
        entry=entry,
        rule=rule,
        guard=_stopped_by(rule, sent, held),
        levels=compare(sent, held),
        evidence=evidence,
        options=(sent.previous in held.former) + ("email" in evidence),
    )


def _stopped_by(rule: str, sent: Forms, held: Forms) -> str:
    """Name what keeps an entry that this rule finds from being a link."""
    if rule in _STOPPED_BY:
        return _STOPPED_BY[rule]
    if rule == "P6":
        return "given-name-differs" if alike(sent.family, held.family) else "family-name-differs"
    sex, place = _same_sex(sent, held), _same_postcode(sent, held)
    if sex and place:
        return "names-spelt-differently"
    if sex or place:
        return "postcode-differs" if sex else "sex-differs"
    return "sex-and-postcode-differ"


def _link(entry: Entry, levels: Mapping[str, str], evidence: tuple[str, ...]) -> Match:
    master = entry.master_uln
    return Match(
        outcome=MatchOutcome.LINKED_LEARNER if master else MatchOutcome.EXACT_MATCH,
        uln=master or entry.uln,
        master_uln=master,
        levels=levels,
        other_evidence=evidence,
    )


def _possible(hits: list[_Hit]) -> Match:
    """Answer with the people whom rules find: a question, never a link."""
    if not hits:
        return Match(outcome=MatchOutcome.NO_MATCH)
    listed = _narrowed(hits)
    many = len(listed) > MOST_POSSIBLE
    best = listed[0]
    stopped = best.guard if len(listed) == 1 else "second-person-near"
    return Match(
        outcome=MatchOutcome.TOO_MANY_MATCHES if many else MatchOutcome.POSSIBLE_MATCH,
        levels=best.levels,
        other_evidence=best.evidence,
        guard="many-people-near" if many else stopped,
        possible=() if many else tuple(Possible(entry=hit.entry, rule=hit.rule, levels=hit.levels) for hit in listed),
    )


def _narrowed(hits: list[_Hit]) -> list[_Hit]:
    """Keep of too many people those who agree on an optional field; where none does, all: they are not nobody."""
    if len(hits) <= MOST_POSSIBLE:
        return hits
    return [hit for hit in hits if hit.options] or hits


def _verified(sent: Forms, held: Forms) -> bool:
    """Tell whether both names are similar to names of the entry, and not both to the same one (`lrs` 5.2, step 4)."""
    pairs = permutations((held.given, held.family, held.previous), 2)
    return any(similar(sent.given, one) and similar(sent.family, other) for one, other in pairs)


def _contradicted(sent: Forms, held: Forms) -> bool:
    """Tell whether a date of birth or a sex that both sides know differs; sex 0 and 9 know nothing."""
    born = sent.born is not None and held.born is not None and sent.born != held.born
    return born or {sent.sex, held.sex} == _SEXES
