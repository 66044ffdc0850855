"""`gateway receipt`: the key that receipts are signed with, and what a receipt proves."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from gateway import show
from gateway.core.errors import ConfigurationError
from gateway.options import Home, Json
from gateway.receipt_keys import Proof, make_receipt_key, proof_of, public_keys, read_public_keys, read_receipt

receipt = typer.Typer(name="receipt", help="Signed receipts, and their key.", no_args_is_help=True)

_SAID: Final[Mapping[Proof, str]] = {
    Proof.VALID: "The signature is valid: the gateway that has this key wrote this receipt, and nobody changed it.",
    Proof.CHANGED: "The signature is NOT valid: something in this receipt is not what the gateway wrote.",
    Proof.UNKNOWN_KEY: "The key that signed this receipt is not known here. Give the gateway's public key: --key FILE.",
    Proof.UNSIGNED: "This receipt bears no signature, so it proves nothing.",
}
_PROVES: Final = ("id", "organisation", "file", "bytes", "sha256", "received_at", "status", "place")


@receipt.command("key")
def key(
    home: Home = Path("gateway-home"),
    *,
    renew: Annotated[bool, typer.Option("--renew", help="Sign with a new key from now on.")] = False,
    json: Json = False,
) -> None:
    """Print the public keys that receipts are checked with, the one in force first; former ones stay good."""
    if renew:
        make_receipt_key(home, renew=True)
    found = public_keys(home)
    if not found:
        raise ConfigurationError(f"This home has no key for receipts yet; run `gateway init --home {home}`.")
    if json:
        show.as_json({"keys": [{"key_id": name, "public_key": text} for name, text in found.items()]})
    else:
        typer.echo("".join(found.values()), nl=False)


@receipt.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A receipt.")],
    key_file: Annotated[
        Path | None,
        typer.Option("--key", exists=True, help="The gateway's public keys; else those of the home."),
    ] = None,
    of: Annotated[
        Path | None, typer.Option("--of", exists=True, dir_okay=False, help="The file that it is said to be for.")
    ] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Say offline whether a receipt is genuine, and what it proves. Exit 0: it is; 1: it is not, or of another file."""
    found = read_receipt(file)
    proof = proof_of(found, read_public_keys(key_file) if key_file else public_keys(home))
    same = None if of is None else _digest(of) == found.get("sha256")
    facts = {name: found.get(name) for name in _PROVES} if proof is Proof.VALID else {}
    if json:
        show.as_json({"proof": proof, "same_file": same, "proves": facts})
    else:
        show.facts(_SAID[proof], [(name, str(value)) for name, value in facts.items() if value is not None])
        if same is not None:
            show.out.print("It is for this very file." if same else "It is for OTHER bytes than this file's.")
    raise typer.Exit(0 if proof is Proof.VALID and same is not False else 1)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
