"""What rules of several kinds ask of a value: names, ages, and text that was damaged on its way."""

import re
import unicodedata
from datetime import date

_PLAIN_NAME = re.compile(r"[A-Za-z '.,-]*")
_NAME_MARKS = frozenset(" '.,-\N{NO-BREAK SPACE}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
_HYPHENS = frozenset("\N{HYPHEN}\N{NON-BREAKING HYPHEN}")
_LINE_MARKS = str.maketrans("", "", "\t\r\n")
_PLACEHOLDERS = frozenset(
    {
        "anonymous",
        "n.a.",
        "n/a",
        "no name",
        "none",
        "not applicable",
        "not given",
        "not known",
        "null",
        "tba",
        "tbc",
        "test",
        "unknown",
        "unnamed",
        "xx",
        "xxx",
    }
)


def name_fault(name: str) -> str | None:
    """Return the first character that no person's name holds, described for its sender; None where all is well.

    Letters and marks of every script, spaces, apostrophes, hyphens, full stops and commas stand in names (`lrs` 6.1).
    """
    if _PLAIN_NAME.fullmatch(name):
        return None
    return next((described(character) for character in name if not _in_names(character)), None)


def _in_names(character: str) -> bool:
    if character.isalpha() or character in _NAME_MARKS or character in _HYPHENS:
        return True
    return unicodedata.category(character).startswith("M")


def described(character: str) -> str:
    """Return a character as a message shows it: itself in quotes, or its number where it cannot be seen."""
    if character.isdigit():
        return f"the digit {character}"
    return f'"{character}"' if character.isprintable() else f"the invisible character U+{ord(character):04X}"


def is_placeholder(name: str) -> bool:
    """Tell whether a name only fills its place: UNKNOWN, N/A, TEST and their like, or punctuation alone."""
    if name.isalpha():
        return name.casefold() in _PLACEHOLDERS
    folded = " ".join(name.casefold().split())
    return folded in _PLACEHOLDERS or (folded != "" and all(map(_is_punctuation, folded.replace(" ", ""))))


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def age_on(born: date, day: date) -> int:
    """Return an age in whole years; who was born on 29 February is a year older on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def invisible(text: str) -> str | None:
    """Return the first character that a reader cannot see, such as U+200B, or None; tabs and line ends are none."""
    if text.isprintable():
        return None
    unseen = (character for character in text.translate(_LINE_MARKS) if not character.isprintable())
    return next((f"U+{ord(character):04X}" for character in unseen), None)


def is_mojibake(text: str) -> bool:
    """Tell whether a text is UTF-8 that was read as Windows-1252 on its way, so that its accents became two letters."""
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True
