"""Submission ids: short, sortable by time, and without characters that look alike."""

from datetime import UTC, datetime, timedelta

from gateway.core.days import UK

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_STAMP = "%d%m%Y%H%M"
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


def forward_name(ukprn: str, moment: datetime) -> str:
    """Return the name of a registration batch file that is ready to be sent on (specification `gateway-files` 9)."""
    return f"LRB_{ukprn}_{moment.astimezone(UK):{_STAMP}}.CSV"


def a_minute_later(name: str) -> str:
    """Return a stamped name whose minute is the next one."""
    stem, _, extension = name.rpartition(".")
    head, _, stamp = stem.rpartition("_")
    later = datetime.strptime(stamp, _STAMP) + timedelta(minutes=1)  # noqa: DTZ007 - the stamp bears no zone
    return f"{head}_{later:{_STAMP}}.{extension}"


def mailbox_name(file_name: str, submission: str, part: str) -> str:
    """Return `<stem>.<id>.<part>`: the sender's file name without its extension, the id, the part's name."""
    stem = file_name.rpartition(".")[0] or file_name
    return f"{stem}.{submission}.{part}"
