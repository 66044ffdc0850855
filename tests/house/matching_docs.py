"""The tables of `gateway/core/matching/README.md`, made of the data that the matcher works with."""

from gateway.core.matching import weights
from gateway.core.matching.guards import SENTENCES
from gateway.core.matching.weights import Weight

_DETAILS = {
    "given name": weights.GIVEN,
    "family name": weights.FAMILY,
    "date of birth": weights.BORN,
    "sex": weights.SEX,
    "postcode": weights.HOME,
    "other evidence": weights.EVIDENCE,
}
_THRESHOLDS = ("AUTOMATIC", "MARGIN", "ASKED", "AT_HOME", "SMALL", "ALONE")


def levels() -> str:
    """Return every level of every detail with its bits."""
    lines = ["| detail | word in `match.csv` | bits | when |", "| --- | --- | --- | --- |"]
    for detail, table in _DETAILS.items():
        lines += [f"| {detail} | {weight.word} | {_bits(weight)} | {weight.meaning} |" for weight in table.values()]
    return "\n".join(lines)


def _bits(weight: Weight) -> str:
    return f"rarity {weight.bits:+.1f}" if weight.by_rarity else f"{weight.bits:+.1f}"


def thresholds() -> str:
    """Return the rule set's version and its figures."""
    lines = [f"Rule set {weights.VERSION}.", "", "| figure | bits | what it is |", "| --- | --- | --- |"]
    found = {name: getattr(weights, name) for name in _THRESHOLDS}
    lines += [f"| {name.lower()} | {it.value} | {it.meaning} |" for name, it in found.items()]
    lines.append(f"| rarest | {weights.RAREST} | bits that a name is worth at most |")
    return "\n".join(lines)


def guards() -> str:
    """Return every guard with the sentence that the match report says."""
    lines = ["| guard | what the match report says |", "| --- | --- |"]
    return "\n".join(lines + [f"| `{name}` | {sentence} |" for name, sentence in SENTENCES.items()])
