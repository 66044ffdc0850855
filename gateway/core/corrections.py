"""Judges what a value becomes in a proposed corrected file: faults of form alone are mended, never a meaning changed.

Only what has one reading is mended; what looks like a fault of form and has not is told with the reason.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from gateway.core.correction_dates import DAYS, DateColumn, own_form, written
from gateway.core.correction_words import Doubt, Form
from gateway.core.tables import Field, TableSchema

_PLAIN = re.compile(r"[A-Za-z0-9](?:[ -~]*[!-~])?")
_ODD_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_UNSEEN_IN_LATIN = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u200e\u200f"))
_LATIN = (range(0x590), range(0x1E00, 0x2190))
"""Letters from Latin to Armenian, Latin ones with two accents, and the punctuation that stands with them."""
_LINE_MARKS = str.maketrans("", "", "\t\r\n")
_FORMULA = re.compile('\'?="([^"]*)"')
_QUOTED = re.compile('"([^"]+)"|\u201c([^\u201c\u201d"]+)\u201d')
_APOSTROPHES = re.compile("['\u2018\u2019](.+?)['\u2018\u2019]?", re.DOTALL)
_KEPT_AS_TEXT = re.compile("'([0-9]+)", re.ASCII)
_PERHAPS_KEPT = re.compile("'[=+@-]")
_SECOND_BYTES = bytes(range(0x80, 0xC0)).decode("cp1252", errors="ignore")
_DAMAGED = re.compile(f"[\u00c2\u00c3][{re.escape(_SECOND_BYTES)}]|\u00e2\u20ac")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_ONLY_DIGITS = re.compile(r"(?:\[0-9\]|\\d)\{([0-9]+)\}")
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_CONTROLS_OF_1252 = frozenset("\x81\x8d\x8f\x90\x9d")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file kind asks of its files: the schema, the name, and what the schema cannot say of some fields.

    `days` bounds the days of a field, so that a century can be told; `zeros` names the fields whose numbers may begin
    with zeros that a spreadsheet takes away. `is_name` tells a right file name, and `extension` is how one ends.
    """

    schema: TableSchema
    extension: str = ".csv"
    is_name: Callable[[str], bool] = bool
    days: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    zeros: frozenset[str] = frozenset()


class Judged(NamedTuple):
    """What a value becomes, which faults of form were mended, and what was left and why."""

    now: str
    forms: tuple[Form, ...] = ()
    doubt: Doubt | None = None


def cleaned(value: str) -> Judged:
    """Return a value of any field without what never belongs to one."""
    if _PLAIN.fullmatch(value):
        return Judged(value)
    forms: list[Form] = []
    now = before = value
    while True:
        for form, mend in _MENDS:
            mended = mend(now)
            if mended != now:
                forms.append(form)
                now = mended
        if now == before:
            return Judged(now, tuple(dict.fromkeys(forms)), _text_doubt(now))
        before = now


def _restored(text: str) -> str:
    """Return a text that was UTF-8 and read as Windows-1252, as it was; any other as it is."""
    if text.isascii():
        return text
    try:
        return b"".join(map(_byte, text)).decode()
    except UnicodeError:
        return text


def _byte(character: str) -> bytes:
    """Return the byte of Windows-1252; five bytes that it does not use were read as control characters."""
    return character.encode("latin-1" if character in _CONTROLS_OF_1252 else "cp1252")


def _visible(text: str) -> str:
    """Return a text without what nobody sees; what joins letters of other scripts stays with them."""
    if text.isascii():
        return text
    shown = text.translate(_UNSEEN)
    plain = shown.translate(_UNSEEN_IN_LATIN)
    is_latin = all(any(ord(character) in part for part in _LATIN) for character in plain)
    return plain if is_latin else shown


def _spaced(text: str) -> str:
    return text.translate(_ODD_SPACES).strip()


def _unquoted(text: str) -> str:
    found = _QUOTED.fullmatch(text)
    return (found[1] or found[2]) if found else text


def _no_formula(text: str) -> str:
    found = _FORMULA.fullmatch(text)
    return found[1] if found else text


_MENDS: tuple[tuple[Form, Callable[[str], str]], ...] = (
    (Form.MOJIBAKE, _restored),
    (Form.INVISIBLE, _visible),
    (Form.SPACE, _spaced),
    (Form.FORMULA, _no_formula),
    (Form.QUOTES, _unquoted),
)


def _text_doubt(text: str) -> Doubt | None:
    if _DAMAGED.search(text):
        return Doubt.MOJIBAKE
    seen = text.translate(_LINE_MARKS)
    return None if seen.isprintable() or not _HIDDEN.intersection(map(unicodedata.category, seen)) else Doubt.INVISIBLE


class Column:
    """One column of a file: `note` learns from all its values, then `judge` says what each becomes."""

    def __init__(self, about: Field, wanted: Wanted) -> None:
        self._field = about
        self._check = about.check
        limits = about.constraints
        dated = about.type in {"date", "datetime"}
        self._dates = DateColumn(about, wanted.days.get(about.name, DAYS)) if dated else None
        self._formal = dated or about.type != "string" or limits.pattern is not None or limits.enum is not None
        self._width = _digits_of(about) if about.name in wanted.zeros else 0
        self._zero_kept = False
        self.learns = dated or bool(self._width)

    def note(self, value: str) -> None:
        """Learn from a value."""
        bare = self._bare(cleaned(value).now)
        if self._dates is not None:
            self._dates.note(bare)
        self._zero_kept |= bare.startswith("0") and len(bare) == self._width

    def judge(self, value: str) -> Judged:
        """Return what a value becomes; the same judged again stays as it is."""
        plain = _PLAIN.fullmatch(value) is not None
        if plain and (not self._formal or self._check(value) is None):
            return Judged(value)
        text = Judged(value) if plain else cleaned(value)
        now, forms = text.now, text.forms
        bare = self._bare(now)
        if bare != now:
            now, forms = bare, (*forms, Form.APOSTROPHE)
        if not now or not self._formal or self._check(now) is None:
            return Judged(now, forms, text.doubt or self._apostrophe_doubt(now))
        mended = self._mended(now)
        return Judged(mended.now, (*forms, *mended.forms), mended.doubt or text.doubt)

    def _bare(self, value: str) -> str:
        """Return a value without the apostrophe that kept it text in a spreadsheet."""
        kept = _KEPT_AS_TEXT.fullmatch(value)
        if kept:
            return kept[1]
        found = _APOSTROPHES.fullmatch(value) if self._formal else None
        if not found or self._check(value) is None:
            return value
        bare = found[1].strip()
        dated = self._dates is not None and written(bare) is not None
        return bare if dated or self._check(bare) is None else value

    def _apostrophe_doubt(self, value: str) -> Doubt | None:
        return Doubt.APOSTROPHE if _PERHAPS_KEPT.match(value) else None

    def _mended(self, value: str) -> Judged:
        """Return a value of a field that has a form, where it has not that form, as it was meant."""
        if self._width and _DIGITS.fullmatch(value) and len(value) < self._width:
            return self._with_zeros(value)
        dated = self._dates.rewritten(value) if self._dates else None
        if dated is not None:
            return Judged(value, (), dated.doubt) if dated.doubt else Judged(dated.text, (Form.DATE,))
        return Judged(value, (), Doubt.CUT_NUMBER if _SCIENTIFIC.fullmatch(value) else None)

    def _with_zeros(self, value: str) -> Judged:
        whole = value.zfill(self._width)
        if self._check(whole) is not None:
            return Judged(value)
        return Judged(value, (), Doubt.ZERO_KEPT) if self._zero_kept else Judged(whole, (Form.ZEROS,))


def _digits_of(about: Field) -> int:
    """Return how many digits a field always has, or 0 where its form does not say so."""
    if about.type == "date":
        return len("ddmmyyyy") if own_form(about) == "%d%m%Y" else 0
    found = _ONLY_DIGITS.fullmatch(about.constraints.pattern or "")
    return int(found[1]) if found else 0
