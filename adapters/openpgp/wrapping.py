"""The wrapping `pgp`: one file in an OpenPGP message, encrypted to the gateway and signed by who sent it."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from pydantic import BaseModel, ConfigDict, SkipValidation

from adapters.openpgp.faults import REFUSED, PgpFault
from gateway.core.errors import FilesError
from gateway.core.notices import Notice
from gateway.core.ports.wrappings import Wrapped
from gateway.core.rules import engine
from gateway.core.rules.rule import Rule

_EXTENSIONS: Final = (".pgp", ".gpg", ".asc")
_CHUNK: Final = 1 << 16
_RULES: Final[Mapping[PgpFault, Rule]] = {
    PgpFault.RECIPIENT: engine.PGP_RECIPIENT,
    PgpFault.UNSIGNED: engine.PGP_UNSIGNED,
    PgpFault.SIGNER: engine.PGP_SIGNER,
    PgpFault.EXPIRED: engine.PGP_EXPIRED,
    PgpFault.SIGNATURE: engine.PGP_SIGNATURE,
    PgpFault.STRUCTURE: engine.PGP_STRUCTURE,
    PgpFault.DAMAGED: engine.PGP_DAMAGED,
    PgpFault.TOO_LARGE: engine.PGP_TOO_LARGE,
}


class PgpSettings(BaseModel):
    """The gateway's own key, armoured, and what returns the certificates in force of an organisation."""

    model_config = ConfigDict(frozen=True)

    key: str | None
    certificates: SkipValidation[Callable[[str], Sequence[bytes]]]


class OpenPgp:
    """The `Wrapping` and the `Covering` port."""

    name = "pgp"
    extension = ".pgp"

    def __init__(self, settings: PgpSettings) -> None:
        self._settings = settings

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return what opens messages to the gateway and closes messages to organisations."""
        return cls(PgpSettings.model_validate(settings))

    def claims(self, file_name: str) -> bool:
        """Tell whether the name is that of an OpenPGP message, and there is a key of ours to open it."""
        return self._settings.key is not None and file_name.casefold().endswith(_EXTENSIONS)

    def open(self, wrapped: Wrapped, out: BinaryIO) -> str | Notice:
        """Write the file inside and return its name, once the signature of its sender has been found valid."""
        certificates = self._settings.certificates(wrapped.sender or "")
        order = {"do": "open", "path": str(wrapped.path), "key": self._settings.key}
        fault = _done(order, certificates, out, wrapped.most_bytes)
        return wrapped.name.rpartition(".")[0] if fault is None else _RULES[fault].notice()

    def covers(self, organisation: str) -> bool:
        """Tell whether an organisation's responses are encrypted."""
        return bool(self._settings.certificates(organisation))

    def cover(self, organisation: str, path: Path, out: BinaryIO) -> None:
        """Write a file encrypted to an organisation's certificates; raise FilesError where none can be used."""
        certificates = self._settings.certificates(organisation)
        if _done({"do": "close", "path": str(path)}, certificates, out, None) is not None:
            raise FilesError(
                f"No OpenPGP certificate of {organisation} can be encrypted to: each has expired or was revoked. Add a "
                "newer one with `gateway organisation pgp add`, then replay its submissions."
            )


def _done(order: dict[str, Any], certificates: Sequence[bytes], out: BinaryIO, most: int | None) -> PgpFault | None:
    """Let a process do what is ordered, and return what was wrong; it is ended when more comes than may."""
    command = [sys.executable, "-m", "adapters.openpgp.messages"]
    text = json.dumps(order | {"certificates": [b64encode(it).decode() for it in certificates]})
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - so was it asked for
        assert process.stdout is not None  # noqa: S101 - the same
        assert process.stderr is not None  # noqa: S101 - the same
        process.stdin.write(text.encode())
        process.stdin.close()
        size = 0
        while chunk := process.stdout.read(_CHUNK):
            size += len(chunk)
            if most is not None and size > most:
                process.kill()
                return PgpFault.TOO_LARGE
            out.write(chunk)
        said = process.stderr.read().decode(errors="replace")
    if process.returncode == REFUSED:
        return PgpFault(said)
    if process.returncode:
        raise FilesError(
            f"The process for an OpenPGP message ended with {process.returncode} and said nothing. Look whether this "
            "machine has memory left, then release the submission."
        )
    return None
