"""gpg as an organisation uses it: a key ring of its own, the gateway's key in it, and nothing set otherwise."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.needs import HANGING_S, needs


@dataclass
class Gpg:
    """One key ring."""

    home: Path

    def run(self, *words: str, given: bytes | None = None) -> bytes:
        command = [
            "gpg", "--homedir", str(self.home), "--batch", "--yes", "--trust-model", "always",
            "--pinentry-mode", "loopback", "--passphrase", "", *words,
        ]  # fmt: skip
        done = subprocess.run(command, input=given, capture_output=True, timeout=HANGING_S, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def make_key(self, user: str, *, lasts: str = "never") -> str:
        """Make a key that signs and one that is encrypted to, and return the fingerprint."""
        self.run("--quick-generate-key", user, "ed25519", "sign", lasts)
        listed = self.run("--with-colons", "--list-keys", user).decode().splitlines()
        (fingerprint,) = [line.split(":")[9] for line in listed if line.startswith("fpr:")]
        self.run("--quick-add-key", fingerprint, "cv25519", "encr", "never")
        return fingerprint.lower()

    def public(self, user: str) -> bytes:
        return self.run("--armor", "--export", user)


@contextmanager
def gnupg(folder: Path) -> Iterator[Gpg]:
    """Give an empty key ring, and end the agent that gpg starts for it."""
    needs("gpg", "gpgconf")
    home = folder / "gpg"
    home.mkdir(mode=0o700)
    try:
        yield Gpg(home)
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, timeout=HANGING_S)
