# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The rules on single values that hold for every table: characters that were damaged or that nobody sees."""

from collections.abc import Iterator, Sequence

from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found, RecordRule
from gateway.core.rules.shared import invisible, is_mojibake


def text_mojibake(fields: Sequence[str]) -> RecordRule:
    """Return the rule on damaged accents for these fields."""

    def text_mojibake(record: Record, _: Context) -> Iterator[Found]:
        """A value's accented letters were damaged on their way.

        Why: an é that shows as Ã and © was written in UTF-8 and read as Windows-1252 by some program in between.
        Fix: export the value again from the system that holds it rightly.
        Message: {field} seems damaged: its accented letters have become two characters each.
        """
        if "".join(record.values.values()).isascii():
            return iter(())
        return (Found(name) for name in fields if is_mojibake(record[name]))

    return text_mojibake


def text_invisible(fields: Sequence[str]) -> RecordRule:
    """Return the rule on invisible characters for these fields."""

    def text_invisible(record: Record, _: Context) -> Iterator[Found]:
        """A value holds a character that cannot be seen.

        Why: two values that look alike are then different; such characters come from web pages and documents.
        Fix: type the value afresh, or delete the character.
        Message: {field} holds the invisible character {character}.
        """
        for name in () if "".join(record.values.values()).isprintable() else fields:
            if character := invisible(record.values.get(name, "")):
                yield Found(name, {"character": character})

    return text_invisible


def is_plain(value: str) -> bool:
    """Tell whether no rule on characters finds anything in a value."""
    return value.isprintable() and (value.isascii() or not is_mojibake(value.strip()))
