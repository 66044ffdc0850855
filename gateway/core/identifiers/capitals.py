"""Capitals of the English alphabet alone: the long s (U+017F) must not become an S that an identifier takes."""

from string import ascii_lowercase, ascii_uppercase

_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)


def in_capitals(text: str) -> str:
    """Return a text with a to z in capitals and every other character as it is."""
    return text.translate(_CAPITALS)
