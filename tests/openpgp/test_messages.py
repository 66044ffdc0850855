"""Messages of gpg's own client: opened where they are ours and well signed, refused for what is wrong with them."""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.openpgp.wrapping import OpenPgp
from gateway.core.errors import ConfigurationError, FilesError
from gateway.core.notices import Notice
from gateway.core.ports.wrappings import Wrapped
from gateway.pgp_keys import make_pgp_key, pgp_key, public_half, read_certificate
from tests.acceptance.support import awaited
from tests.openpgp.gnupg import Gpg, gnupg

CONTENT = b"hello,world\r\n" * 1000
GATEWAY = "Learner Gateway"
SCHOOL = "Hilltop <mis@hilltop.example>"


@dataclass
class Post:
    """The gateway's key, the school's key ring, and the certificates that are registered."""

    gpg: Gpg
    folder: Path
    key: str
    registered: list[bytes] = field(default_factory=list)

    @property
    def pgp(self) -> OpenPgp:
        return OpenPgp.from_settings({"key": self.key, "certificates": lambda _: self.registered})

    def message(self, *words: str, content: bytes = CONTENT) -> bytes:
        return self.gpg.run(*words, given=content)

    def open(self, message: bytes, most: int = 1 << 20) -> tuple[str | Notice, bytes]:
        path, out = self.folder / "given", io.BytesIO()
        path.write_bytes(message)
        found = self.pgp.open(Wrapped(path=path, name="x.csv.pgp", sender="hilltop", most_bytes=most), out)
        return found, out.getvalue()

    def refused(self, message: bytes, most: int = 1 << 20) -> str:
        found, _ = self.open(message, most)
        assert isinstance(found, Notice)
        return found.code


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("p")
    make_pgp_key(folder, GATEWAY)
    key = pgp_key(folder) or ""
    with gnupg(folder) as gpg:
        gpg.run("--import", given=public_half(key)[1].encode())
        gpg.make_key(SCHOOL)
        yield Post(gpg, folder, key, [read_certificate("hilltop", gpg.public(SCHOOL)).certificate])


def test_what_gpg_encrypts_and_signs_as_it_is_set_up_is_opened(post: Post) -> None:
    for words in (["-se"], ["-se", "--armor"], ["-se", "--compress-algo", "none"]):
        assert post.open(post.message(*words, "-r", GATEWAY, "-u", SCHOOL)) == ("x.csv", CONTENT)


def test_the_key_is_made_once_and_private(post: Post) -> None:
    make_pgp_key(post.folder, "Another")
    assert pgp_key(post.folder) == post.key
    assert (post.folder / "pgp.key").stat().st_mode & 0o077 == 0


def test_a_message_of_nobody_that_is_registered_is_refused(post: Post) -> None:
    post.gpg.make_key("Stranger <x@example.org>")
    assert post.refused(post.message("-se", "-r", GATEWAY, "-u", "x@example.org")) == "PGP_SIGNER"


def test_a_message_without_a_signature_is_refused(post: Post) -> None:
    assert post.refused(post.message("-e", "-r", GATEWAY)) == "PGP_UNSIGNED"


def test_a_message_to_another_is_refused(post: Post) -> None:
    assert post.refused(post.message("-se", "-r", SCHOOL, "-u", SCHOOL)) == "PGP_RECIPIENT"


def test_a_message_that_was_changed_cut_off_or_is_none_is_refused(post: Post) -> None:
    message = post.message("-se", "-r", GATEWAY, "-u", SCHOOL)
    changed = bytearray(message)
    changed[-30] ^= 1
    for wrong in (bytes(changed), message[:-20], message[:100], b"", b"no message", CONTENT):
        assert post.refused(wrong) == "PGP_DAMAGED"


def test_a_long_message_that_is_cut_off_is_refused_though_bytes_of_it_came(post: Post) -> None:
    content = bytes(range(256)) * (40 << 12)
    message = post.message("-se", "-r", GATEWAY, "-u", SCHOOL, content=content)
    found, out = post.open(message, most=1 << 30)
    assert (found, out == content) == ("x.csv", True)
    found, out = post.open(message[:-20], most=1 << 30)
    assert isinstance(found, Notice)
    assert found.code == "PGP_DAMAGED"


def test_bytes_that_the_signature_does_not_fit_are_refused(post: Post) -> None:
    message = post.message("-s", "--compress-algo", "none", "-u", SCHOOL)
    assert post.refused(message.replace(b"hello,world", b"hello,World", 1)) == "PGP_SIGNATURE"


def test_a_compressed_message_is_refused_before_it_unpacks_to_more_than_may_come_out(post: Post) -> None:
    bomb = post.message("-se", "-r", GATEWAY, "-u", SCHOOL, "--compress-algo", "zlib", content=bytes(50 << 20))
    found, out = post.open(bomb)
    assert isinstance(found, Notice)
    assert found.code == "PGP_TOO_LARGE"
    assert len(out) <= 1 << 20
    assert post.refused(bomb, most=1 << 30) == "PGP_STRUCTURE"
    small = post.message("-se", "-r", GATEWAY, "-u", SCHOOL, "--compress-algo", "zip")
    assert post.open(small)[1] == b""
    assert post.refused(small) == "PGP_STRUCTURE"
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = b"\xa3\x01" + packed.compress(bytes(50 << 20)) + packed.flush()  # a bare compressed packet
    assert post.refused(raw) in {"PGP_STRUCTURE", "PGP_DAMAGED", "PGP_TOO_LARGE"}


def test_more_than_may_come_out_ends_it(post: Post) -> None:
    message = post.message("-se", "-r", GATEWAY, "-u", SCHOOL, content=bytes(3 << 20))
    found, out = post.open(message, most=1 << 20)
    assert isinstance(found, Notice)
    assert found.code == "PGP_TOO_LARGE"
    assert len(out) <= 1 << 20


def test_a_key_that_expired_or_was_revoked_is_refused(post: Post) -> None:
    fingerprint = post.gpg.make_key("Old <old@example.org>")
    message = post.message("-se", "-r", GATEWAY, "-u", "old@example.org")
    post.gpg.run("--quick-set-expire", fingerprint, "seconds=1")
    made = post.gpg.public("old@example.org")
    former, post.registered = post.registered, [read_certificate("hilltop", made).certificate]
    try:
        awaited(lambda: post.refused(message) == "PGP_EXPIRED", "the key's end")
        with pytest.raises(FilesError, match="gateway organisation pgp add"):
            post.pgp.cover("hilltop", post.folder / "given", io.BytesIO())
    finally:
        post.registered = former


def test_what_is_encrypted_for_an_organisation_gpg_opens(post: Post) -> None:
    path, out = post.folder / "response", io.BytesIO()
    path.write_bytes(CONTENT)
    post.pgp.cover("hilltop", path, out)
    assert CONTENT[:11] not in out.getvalue()
    assert post.gpg.run("--decrypt", given=out.getvalue()) == CONTENT


def test_a_process_that_ends_by_itself_is_our_fault_and_no_answer_to_the_sender(post: Post) -> None:
    broken = OpenPgp.from_settings({"key": "no key", "certificates": lambda _: []})
    with pytest.raises(FilesError, match="release the submission"):
        broken.open(
            Wrapped(path=post.folder / "pgp.key", name="x.csv.pgp", sender="hilltop", most_bytes=1), io.BytesIO()
        )


def test_names_tell_and_without_a_key_there_are_no_messages(post: Post) -> None:
    assert [post.pgp.claims(name) for name in ("x.csv.pgp", "X.GPG", "x.asc", "x.csv")] == [True, True, True, False]
    keyless = OpenPgp.from_settings({"key": None, "certificates": lambda _: []})
    assert not keyless.claims("x.csv.pgp")
    assert not keyless.covers("hilltop")


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxxxx\n", b"\x00" * 100])
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match="gpg --export"):
        read_certificate("hilltop", content)


def test_one_certificate_is_taken_and_no_secret_key(post: Post) -> None:
    both = post.gpg.run("--export")
    with pytest.raises(ConfigurationError, match="certificates"):
        read_certificate("hilltop", both)
    with pytest.raises(ConfigurationError, match="secret"):
        read_certificate("hilltop", post.gpg.run("--export-secret-keys", SCHOOL))
    found = read_certificate("hilltop", post.gpg.public(SCHOOL))
    assert found.comment == SCHOOL
