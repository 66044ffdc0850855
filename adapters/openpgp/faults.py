"""Why an OpenPGP message is refused."""

from enum import StrEnum
from typing import Final

REFUSED: Final = 3
"""What the process that opens a message exits with where it says why."""


class PgpFault(StrEnum):
    """What is wrong with a message."""

    RECIPIENT = "recipient"
    UNSIGNED = "unsigned"
    SIGNER = "signer"
    EXPIRED = "expired"
    SIGNATURE = "signature"
    STRUCTURE = "structure"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    NO_CERTIFICATE = "no-certificate"
