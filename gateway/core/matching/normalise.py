"""Text made comparable (specification `lrs` 4.3): N1 for "the same", N2 for "similar", and postcode, email and UPN."""

import re
from functools import lru_cache
from typing import Final
from unicodedata import combining, normalize

_APOSTROPHES: Final = "`´‘’‛ʹʻʼʽʾʿˈ′＇"  # noqa: RUF001 - each is what some keyboard writes for an apostrophe
_HYPHENS: Final = "\u00ad‐‑‒–—―⁃−﹘﹣－"  # noqa: RUF001 - the same for a hyphen; U+00AD is what Windows-1252 makes of it
_ONE_FORM: Final = {ord(mark): "'" for mark in _APOSTROPHES} | {ord(mark): "-" for mark in _HYPHENS}
_UNDECOMPOSED: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_SILENT: Final = str.maketrans("", "", " -'.")
_TURKISH_I: Final = re.compile("i\u0307+")
_LETTER_MARKS: Final = frozenset({0, 7, 8, 9})
"""Combining classes of marks that make another letter: nukta, kana voicing, virama. All other marks are accents."""
_KEPT_NAMES: Final = 1 << 16


@lru_cache(maxsize=_KEPT_NAMES)
def n1(name: str) -> str:
    """Return the form in which two spellings of the same name are equal, whatever their case, blanks and marks.

    NFKC, trimmed, inner blanks collapsed, case folded, one apostrophe, one hyphen. A capital dotted I is an i.
    """
    folded = _fold(name)
    while folded != name:
        name, folded = folded, _fold(folded)
    return folded


def _fold(name: str) -> str:
    # Before NFKC as well as after: NFKC takes an acute accent that stands alone for a blank with a mark on it.
    text = normalize("NFC", name).translate(_ONE_FORM)
    text = normalize("NFKC", text).casefold().translate(_ONE_FORM)
    return " ".join(_TURKISH_I.sub("i", text).split())


@lru_cache(maxsize=_KEPT_NAMES)
def n2(name: str) -> str:
    """Return the form in which similar spellings are equal: N1 without accents, blanks, hyphens, apostrophes and stops.

    A name that nothing would be left of keeps its N1, so that it can still be told from another.
    """
    plain = n1(name)
    bare = _strip(plain)
    while bare != plain:
        plain, bare = bare, _strip(bare)
    return bare or n1(name)


def _strip(text: str) -> str:
    decomposed = normalize("NFKD", text.translate(_UNDECOMPOSED))
    letters = "".join(letter for letter in decomposed if combining(letter) in _LETTER_MARKS)
    return n1(normalize("NFKC", letters)).translate(_SILENT)


def postcode(text: str) -> str:
    """Return a postcode in upper case and without blanks."""
    return "".join(text.upper().split())


def email(text: str) -> str:
    """Return an email address trimmed and in lower case."""
    return text.strip().lower()


def upn(text: str) -> str:
    """Return a Unique Pupil Number trimmed and in upper case."""
    return text.strip().upper()
