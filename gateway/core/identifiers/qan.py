"""The qualification accreditation number: seven digits and a check character (specification `awarding` 1.3)."""

import re
from enum import StrEnum, auto
from operator import mul

from gateway.core.identifiers.capitals import in_capitals

_COMPACT = re.compile(r"[0-9]{7}[0-9A-Z]", re.ASCII)
_PRINTED = re.compile(r"[0-9]{3}/[0-9]{4}/[0-9A-Z]", re.ASCII)
_CHECKS = "0123456789X"
_WEIGHTS = range(8, 1, -1)
_MARKS = str.maketrans("", "", "/ ")


class QanFault(StrEnum):
    """What is wrong with a QAN."""

    SHAPE = auto()
    """Without slashes and blanks it is not seven digits and a digit or letter."""
    CHECK_CHARACTER = auto()
    """Its last character does not fit: a warning at most, for some real numbers break the rule."""


class QanForm(StrEnum):
    """The two ways in which a QAN is written."""

    PRINTED = auto()
    """nnn/nnnn/c, Ofqual's."""
    COMPACT = auto()
    """nnnnnnnc, that of the ILR, the census and LARS."""


def qan_fault(value: str) -> QanFault | None:
    """Return what is wrong with a value as a QAN, however it is written, or None."""
    qan = compact_qan(value)
    if not _COMPACT.fullmatch(qan):
        return QanFault.SHAPE
    return None if qan[7] == qan_check_character(qan[:7]) else QanFault.CHECK_CHARACTER


def qan_form(value: str) -> QanForm | None:
    """Return the form in which a trimmed value is written; None where it is exactly neither."""
    if _COMPACT.fullmatch(value):
        return QanForm.COMPACT
    return QanForm.PRINTED if _PRINTED.fullmatch(value) else None


def qan_check_character(number: str) -> str:
    """Return the check character, a digit or X, for the seven digits before it."""
    return _CHECKS[sum(map(mul, map(int, number), _WEIGHTS)) % len(_CHECKS)]


def compact_qan(value: str) -> str:
    """Return a QAN as it is compared and looked up: without slashes and blanks, in capitals."""
    return in_capitals(value).translate(_MARKS)


def printed_qan(value: str) -> str:
    """Return a QAN as Ofqual prints it, nnn/nnnn/c; what is no QAN stays as it is."""
    qan = compact_qan(value)
    return f"{qan[:3]}/{qan[3:7]}/{qan[7]}" if _COMPACT.fullmatch(qan) else value
