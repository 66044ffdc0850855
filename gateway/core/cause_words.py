"""What a cause is called, and what clears all of its messages, in words that a data manager understands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.documents import Cause, CauseExample, CauseKind
from gateway.core.notices import Notice, Severity

_LISTED: Final = 6
_QUOTED: Final = 40
_MANY: Final = 10
"""Records from which a wholly wrong column is more than a few slips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a cause: `which` of its kind, `read` records in the file, `span` from its first to its last."""

    kind: CauseKind
    which: str
    severity: Severity
    fields: Sequence[str]
    codes: Sequence[str]
    values: Sequence[str]
    messages: int
    records: int
    read: int
    span: int
    first: Sequence[Notice]

    @property
    def name(self) -> str:
        """Return the field or fields that the cause is about."""
        return listed(self.fields)

    @property
    def extent(self) -> str:
        """Return in how much of the file the cause was found."""
        if self.records == self.read and self.read > 1:
            return "every record"
        if self.records == 1:
            return "1 record"
        run = ", one after the other" if self.span == self.records else ""
        return f"{self.records:,} records{run}"


_TITLES: Final[Mapping[CauseKind, str]] = {
    CauseKind.FILE: "{message}",
    CauseKind.ROWS: "In {extent}: {message}{others}",
    CauseKind.SHIFTED: "Values stand {shift} of their own column from {start} on, in {extent}",
    CauseKind.DATE_FORM: "{dates} written as {which}: a spreadsheet has changed the form",
    CauseKind.REPEATED_VALUE: "{name} holds {values} in {extent}",
    CauseKind.EMPTY: "{name} is empty in {extent}",
    CauseKind.TOO_LONG: "{name} is too long in {extent}",
    CauseKind.CUT_OFF: "{name} is cut off after {size} characters in {extent}",
    CauseKind.ZEROS_LOST: "{name} has lost digits in {extent}: a spreadsheet has left out the zeros in front",
    CauseKind.NUMBER_FORM: "{name} is written as a spreadsheet writes large numbers, in {extent}",
    CauseKind.ENCODING: "Letters with accents are damaged in {extent}: the text was read in the wrong encoding",
    CauseKind.STRAY: "{name} holds stray signs, such as quotation marks or unseen blanks, in {extent}",
    CauseKind.CHECK_DIGIT: "The check digit of {name} is wrong in {extent}{filled}",
    CauseKind.FORM: "{own}",
}
_FIXES: Final[Mapping[CauseKind, str]] = {
    CauseKind.SHIFTED: (
        "See which column was put in or left out at {start} or shortly before it, in the export or in a spreadsheet. "
        "Put the values back under their own headings and send the file again."
    ),
    CauseKind.DATE_FORM: (
        "Set the form of the dates to YYYY-MM-DD, such as 2008-05-31, in the export; if the file goes through a "
        "spreadsheet, let it read the column as text."
    ),
    CauseKind.REPEATED_VALUE: "Replace {values} in all records at once. {fix}",
    CauseKind.EMPTY: "{fix} If {name} is empty throughout, see that the export fills it.",
    CauseKind.TOO_LONG: "{fix} If {name} is too long throughout, see that the export fills it from the right field.",
    CauseKind.CUT_OFF: "See where {name} is cut to {size} characters, in the export or before it, and export it whole.",
    CauseKind.ZEROS_LOST: (
        "Export the column again and let the spreadsheet read it as text, or leave the spreadsheet out. Where all of "
        "its numbers have the same length, the zeros can also be put back."
    ),
    CauseKind.NUMBER_FORM: (
        "Export the column again and let the spreadsheet read it as text: the last digits may be lost, so do not "
        "retype what is there."
    ),
    CauseKind.ENCODING: "Export the file again in UTF-8, and tell every program that opens it that it is UTF-8.",
    CauseKind.STRAY: "Find and replace the signs at the ends of the values in all records at once. {fix}",
    CauseKind.CHECK_DIGIT: "See that the export fills {name} from its own field. {fix}",
}


def cause_of(facts: Facts) -> Cause:
    """Return the cause that these facts describe."""
    words = _words(facts)
    return Cause(
        kind=facts.kind,
        severity=facts.severity,
        title=_sentence(_TITLES[facts.kind].format_map(words)),
        fix=_sentence(_FIXES.get(facts.kind, "{fix}").format_map(words)),
        messages=facts.messages,
        records=facts.records,
        fields=list(facts.fields),
        codes=list(facts.codes),
        examples=[CauseExample(line=it.line, record=it.record, field=it.field, value=it.value) for it in facts.first],
    )


def _words(facts: Facts) -> dict[str, str]:
    first = facts.first[0]
    by, _, start = facts.which.partition(" ")
    return {
        "name": facts.name,
        "which": facts.which,
        "extent": facts.extent,
        "message": first.message,
        "own": first.message if _shared(it.message for it in facts.first) else _alike(facts),
        "others": "" if _shared(it.message for it in facts.first) else " Others are wrong in the same way.",
        "fix": first.fix if _shared(it.fix for it in facts.first) else "Mend each value as its own message says.",
        "values": listed([_quoted(value) for value in facts.values]),
        "size": by,
        "dates": _dates(facts),
        "filled": _filled(facts),
        "start": start,
        "shift": _shift(by) if facts.kind is CauseKind.SHIFTED else "",
    }


def _shared(texts: Iterable[str]) -> bool:
    return len(set(texts)) == 1


def _alike(facts: Facts) -> str:
    """Return a title for values of one form whose messages differ from value to value."""
    return f"{facts.name} holds values such as {_quoted(facts.first[0].value or '')} in {facts.extent}"


def _quoted(value: str) -> str:
    shown = value if len(value) <= _QUOTED else f"{value[:_QUOTED]}..."
    return f"\N{LEFT DOUBLE QUOTATION MARK}{shown}\N{RIGHT DOUBLE QUOTATION MARK}"


def _dates(facts: Facts) -> str:
    if facts.records < facts.read or facts.read == 1:
        return f"{facts.name} in {facts.extent} is" if len(facts.fields) == 1 else f"Dates in {facts.extent} are"
    return f"Every {facts.name} is" if len(facts.fields) == 1 else "Every date is"


def _filled(facts: Facts) -> str:
    return ": the column seems to be filled from something else" if 2 * facts.records >= facts.read >= _MANY else ""


def _shift(by: str) -> str:
    columns = "one column" if by.lstrip("-") == "1" else f"{by.lstrip('-')} columns"
    return f"{columns} to the {'left' if by.startswith('-') else 'right'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them, their number where there are many."""
    if len(names) > _LISTED:
        return f"{', '.join(names[:_LISTED])} and {len(names) - _LISTED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]
