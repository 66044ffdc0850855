"""What one message looks like: the kind of cause that its value betrays, and the form of the value.

Nothing here knows a file kind. A field is known by its heading's own words (a heading with «date» wants a date) and by
the values that stand in it elsewhere in the same file.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from gateway.core.documents import CauseKind
from gateway.core.notices import Notice, Severity
from gateway.core.rules.shared import is_mojibake
from gateway.core.uln import UlnFault, uln_fault

WORTH_NAMING: Final = 30
"""Characters of the longest value that counts as one value repeated."""
_LEAST_CUT: Final = 8
_MOST_SIZE: Final = 300
_YEAR_DIGITS: Final = 4
_MONTHS: Final = 12
_SAMPLES: Final = 512
_FORMS: Final = 64
_KNOWN: Final = 8
_USUAL: Final = 0.25

_SLASHED = re.compile(r"([0-9]{1,2})([/. -])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})( [0-9:]+.*)?", re.ASCII)
_NAMED_MONTH = re.compile(r"[0-9]{1,2}[/. -][A-Za-z]{3,9}[/. -]([0-9]{4}|[0-9]{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"[12][0-9]{3}([/.]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])", re.ASCII)
_WITH_TIME = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+Z?", re.ASCII)
_DAYS = re.compile(r"[1-6][0-9]{4}", re.ASCII)
_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+[.,]0+|[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
_OVER_LONG = re.compile(r"has [0-9,]+ characters; the limit is ")
_COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_DIGITS_ASKED = re.compile(rf"\b({'|'.join(_COUNTS[1:])}) digits\b(.* not 0)?")
_STRAY_ENDS = "\"'`*;|_=<>~\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_LINE_MARKS = str.maketrans("", "", "\t\r\n")
_RUNS = ((re.compile(r"[A-Z]+"), "A"), (re.compile(r"[a-z]+"), "a"), (re.compile(r"[0-9]+"), "9"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z]+")
_WANTS = (
    (("date",), re.compile(r"[0-9]{1,4}[/. -](?:[0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{1,4}(?:[ T].*)?", re.ASCII)),
    (("email", "e mail"), re.compile(r"\S+@\S+")),
    (
        ("post code", "postcode"),
        re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}|[Bb][Ff][Pp][Oo] ?[0-9]{1,4}", re.ASCII),
    ),
    (("uln",), re.compile(r"[1-9][0-9]{9}", re.ASCII)),
    (("gender", "sex"), re.compile(r"[0-9MFUmfu]|(?:fe)?male", re.ASCII | re.IGNORECASE)),
    (("nationality",), re.compile(r"[A-Za-z]{2,3}", re.ASCII)),
)
"""What a heading's words say of its values; a date, an e-mail address and a postcode are known anywhere."""


class Sign(NamedTuple):
    """A message without its place: messages of one sign have one cause, but where a whole row betrays another.

    `value` is kept for the first few distinct values of a field only; `size` is the length of a text that may be cut.
    """

    kind: CauseKind
    code: str
    severity: Severity
    field: str | None
    form: str = ""
    size: int = 0
    value: str | None = None


def sign_of(notice: Notice) -> Sign:
    """Return the sign of a message; kinds that only the whole file can tell come as `form` or `too-long`."""
    value = (notice.value or "").strip()
    kind, form = _kind(notice, value)
    late = kind in {CauseKind.FORM, CauseKind.TOO_LONG}
    size = len(value) if late and len(value) >= _LEAST_CUT and not value.isdigit() else 0
    named = value if late and len(value) <= WORTH_NAMING else None
    return Sign(kind, notice.code, notice.severity, notice.field, form, min(size, _MOST_SIZE), named)


def _kind(notice: Notice, value: str) -> tuple[CauseKind, str]:
    if notice.record is None:
        return CauseKind.FILE, ""
    if notice.field is None or notice.value is None:
        return CauseKind.ROWS, ""
    if not value:
        return CauseKind.EMPTY, ""
    if form := date_form(notice.field, value):
        return CauseKind.DATE_FORM, form
    return _text_kind(notice, value)


def _text_kind(notice: Notice, value: str) -> tuple[CauseKind, str]:
    if "\N{REPLACEMENT CHARACTER}" in value or is_mojibake(value):
        return CauseKind.ENCODING, ""
    if _is_stray(value):
        return CauseKind.STRAY, ""
    if _NUMBER.fullmatch(value):
        return CauseKind.NUMBER_FORM, ""
    if "ULN" in str(notice.field).upper() and uln_fault(value) is UlnFault.CHECK_DIGIT:
        return CauseKind.CHECK_DIGIT, ""
    if value.isdigit() and (asked := _DIGITS_ASKED.search(notice.message)):
        lost = _COUNTS.index(asked[1]) // 2 <= len(value) < _COUNTS.index(asked[1]) and not asked[2]
        return CauseKind.ZEROS_LOST if lost else CauseKind.FORM, f"{len(value)} digits"
    return CauseKind.TOO_LONG if _OVER_LONG.search(notice.message) else CauseKind.FORM, form_of(value)


def _is_stray(value: str) -> bool:
    """Tell whether signs that belong to no value stand at its ends, or unseen ones anywhere in it."""
    if not value.translate(_LINE_MARKS).isprintable():
        return True
    inner = value.strip(_STRAY_ENDS)
    return inner not in {"", value}


def date_form(name: str, value: str) -> str:
    """Return how a spreadsheet has written a date, such as DD/MM/YYYY; empty for what is no date or is one as asked.

    A day and a month of which either may be the month are written ??/??/YYYY until the file's other dates tell.
    """
    if found := _SLASHED.fullmatch(value):
        first, mark, second, year, time = found.groups()
        order = ("DD", "MM") if int(first) > _MONTHS else ("MM", "DD") if int(second) > _MONTHS else ("??", "??")
        form = mark.join((*order, "YYYY" if len(year) == _YEAR_DIGITS else "YY"))
        return f"{form} with a time" if time else form
    if found := _NAMED_MONTH.fullmatch(value):
        return "DD-MMM-YYYY" if len(found[1]) == _YEAR_DIGITS else "DD-MMM-YY"
    if " date " not in _words(name):
        return ""
    if found := _YEAR_FIRST.fullmatch(value):
        return found[1].join(("YYYY", "MM", "DD"))
    if _WITH_TIME.fullmatch(value):
        return "YYYY-MM-DD with a time"
    return "a count of days" if _DAYS.fullmatch(value) else ""


def form_of(value: str) -> str:
    """Return the form of a value: each run of letters or digits as one sign, digits alone with their number kept."""
    return _form_of(value[:WORTH_NAMING])


@lru_cache(maxsize=1 << 14)
def _form_of(form: str) -> str:
    if form.isdigit():
        return "9" * len(form)
    for run, sign in _RUNS:
        form = run.sub(sign, form)
    return _OTHER_LETTERS.sub("a", form)


@lru_cache(maxsize=1024)
def _words(name: str) -> str:
    """Return the words of a heading in small letters with blanks around each, such as « date of birth »."""
    return " ".join(["", *_WORD.findall(name), ""]).casefold()


@lru_cache(maxsize=1024)
def _want(name: str) -> re.Pattern[str] | None:
    return next((look for words, look in _WANTS if any(f" {word} " in _words(name) for word in words)), None)


@dataclass
class _Column:
    """The forms of one column's values, in a sample of the records."""

    filled: int = 0
    longest: int = 0
    forms: Counter[str] = field(default_factory=Counter)


@dataclass
class Columns:
    """What usually stands in each column: a sample of the records, thinned evenly as the file grows."""

    records: int = 0
    _every: int = 1
    _sampled: int = 0
    _columns: dict[str, _Column] = field(default_factory=dict)

    def add(self, values: Mapping[str, str]) -> None:
        """Count one record, and look at its values when it is in the sample."""
        self.records += 1
        if self.records % self._every:
            return
        self._sampled += 1
        for name, value in values.items():
            if value and (text := value.strip()):
                self._look(name, text)
        if self._sampled >= _SAMPLES:
            self._thin()

    def _look(self, name: str, text: str) -> None:
        column = self._columns.setdefault(name, _Column())
        column.filled += 1
        column.longest = max(column.longest, len(text))
        form = form_of(text)
        if form in column.forms or len(column.forms) < _FORMS:
            column.forms[form] += 1

    def _thin(self) -> None:
        self._every *= 2
        self._sampled //= 2
        for column in self._columns.values():
            column.filled //= 2
            column.forms = Counter({form: count // 2 for form, count in column.forms.items() if count > 1})

    def longest(self, name: str) -> int:
        """Return the length of the longest value seen in a column."""
        return self._columns[name].longest if name in self._columns else 0

    def digits(self, name: str) -> int:
        """Return how many digits a column's values usually have; 0 where they are not usually digits alone."""
        return max((len(form) for form in self._usual(name) if form.isdigit()), default=0)

    def fits(self, name: str, value: str) -> bool:
        """Tell whether a value looks like those that a column asks for by its name, or else usually holds."""
        if not value:
            return False
        want = _want(name)
        return want.fullmatch(value) is not None if want else form_of(value) in self._usual(name)

    def _usual(self, name: str) -> set[str]:
        column = self._columns.get(name)
        if column is None or column.filled < _KNOWN:
            return set()
        return {form for form, count in column.forms.items() if count >= _USUAL * column.filled}


def is_displaced(columns: Columns, row: Mapping[str, str], own: str, other: str) -> bool:
    """Tell whether the value that belongs to one column of a row stands in another, which is not its place."""
    value = row[other]
    if not columns.fits(own, value) or columns.fits(own, row[own]):
        return False
    return (_want(own) is not None and _want(other) is None) or not columns.fits(other, value)
