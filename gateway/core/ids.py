"""Submission ids: short, sortable by time, and without characters that look alike."""

from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_TIME_CHARACTERS = 9
_RANDOM_CHARACTERS = 5
RANDOM_BITS = 5 * _RANDOM_CHARACTERS


def submission_id(moment: datetime, randomness: int) -> str:
    """Return a 14-character id: nine of milliseconds since 2024, then RANDOM_BITS of the caller's randomness.

    It carries no running number: an organisation cannot tell from its ids how many files others send.
    """
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    return _digits(milliseconds, _TIME_CHARACTERS) + _digits(randomness, _RANDOM_CHARACTERS)


def _digits(number: int, width: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(width)))


def mailbox_name(file_name: str, submission: str, part: str) -> str:
    """Return `<stem>.<id>.<part>`: the sender's file name without its extension, the id, the part's name."""
    stem = file_name.rpartition(".")[0] or file_name
    return f"{stem}.{submission}.{part}"
