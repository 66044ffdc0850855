"""A signed receipt: it proves what it says to anybody who has the public key, and nothing once it was changed."""

import base64
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.core.documents import Receipt
from gateway.core.errors import ConfigurationError
from gateway.receipt_keys import make_receipt_key, public_keys, receipt_signer, signed_form

RECEIPT = Receipt(
    id="0c4xk2mz9abcde", organisation="kingsway", file="Gŵyr.csv", bytes=3,
    sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    received_at=datetime(2026, 1, 15, 9, 30, tzinfo=UTC), status="received", message="We hold your file.", place=4,
    median_s=1.5, p95_s=12.0,
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_receipt_key(tmp_path)
    return tmp_path


def signed(home: Path) -> Path:
    sign = receipt_signer(home)
    assert sign is not None
    path = home / "x.receipt.json"
    path.write_text(sign(RECEIPT).to_json(), encoding="utf-8")
    return path


def verify(path: Path, *more: object) -> Result:
    return CliRunner().invoke(app, ["receipt", "verify", str(path), *map(str, more), "--json"])


def test_the_key_is_private_and_stays(home: Path) -> None:
    before = public_keys(home)
    make_receipt_key(home)
    assert public_keys(home) == before
    assert stat.S_IMODE((home / "receipt.key").stat().st_mode) == 0o600
    (home / "receipt.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        receipt_signer(home)


def test_a_home_without_a_key_signs_nothing(tmp_path: Path) -> None:
    assert receipt_signer(tmp_path) is None


def test_a_receipt_proves_what_it_says_to_whoever_has_the_public_key(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = signed(home)
    key = tmp_path_factory.mktemp("elsewhere") / "gateway.pem"
    key.write_text(CliRunner().invoke(app, ["receipt", "key", "--home", str(home)]).stdout)
    done = verify(path, "--key", key)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["proves"] == {
        "id": RECEIPT.id, "organisation": "kingsway", "file": "Gŵyr.csv", "bytes": 3, "sha256": RECEIPT.sha256,
        "received_at": "2026-01-15T09:30:00Z", "status": "received", "place": 4,
    }  # fmt: skip


def test_the_documented_form_is_enough_to_check_it(home: Path) -> None:
    facts = json.loads(signed(home).read_text(encoding="utf-8"))
    signature = facts.pop("signature")
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert text == signed_form(facts)
    key = load_pem_public_key(public_keys(home)[facts["key_id"]].encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(base64.b64decode(signature), text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("received_at", "2026-01-14T09:30:00Z"), ("sha256", "0" * 64), ("bytes", 4), ("place", 1), ("more", "x"),
        ("organisation", "hilltop"), ("signature", "AAAA"), ("signature", "not base64"),
    ],
)  # fmt: skip
def test_a_changed_receipt_proves_nothing(home: Path, name: str, value: object) -> None:
    path = signed(home)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {name: value}), encoding="utf-8")
    done = verify(path, "--home", home)
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"version": 1, "proof": "changed", "same_file": None, "proves": {}}


def test_a_receipt_of_before_the_key_was_renewed_stays_good(home: Path) -> None:
    before = signed(home).rename(home / "before.json")
    sign = receipt_signer(home)
    assert sign is not None
    assert CliRunner().invoke(app, ["receipt", "key", "--renew", "--home", str(home)]).exit_code == 0
    after = home / "after.json"
    after.write_text(sign(RECEIPT).to_json(), encoding="utf-8")  # the running signer takes the new key
    ids = [json.loads(path.read_text(encoding="utf-8"))["key_id"] for path in (after, before)]
    assert list(public_keys(home)) == ids
    assert ids[0] != ids[1]
    assert [verify(path, "--home", home).exit_code for path in (before, after)] == [0, 0]


def test_a_stranger_s_key_and_no_signature_are_told_apart(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    make_receipt_key(other)
    path = signed(home)
    assert json.loads(verify(path, "--home", other).stdout)["proof"] == "unknown-key"
    path.write_text(RECEIPT.to_json(), encoding="utf-8")
    assert json.loads(verify(path, "--home", home).stdout)["proof"] == "unsigned"


def test_the_file_itself_is_held_against_the_receipt(home: Path) -> None:
    path, given = signed(home), home / "given"
    for content, code in ((b"abc", 0), (b"xyz", 1)):
        given.write_bytes(content)
        assert verify(path, "--home", home, "--of", given).exit_code == code


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 70000])
def test_what_is_no_receipt_is_said_to_be_none(home: Path, content: bytes) -> None:
    path = home / "x.json"
    path.write_bytes(content)
    done = verify(path, "--home", home)
    assert isinstance(done.exception, ConfigurationError)
    assert "is no receipt" in str(done.exception)
