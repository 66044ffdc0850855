"""What pages and commands call: organisations and keys."""

import subprocess
from pathlib import Path

import pytest

from gateway import service
from gateway.core.errors import ConfigurationError
from gateway.core.model import Organisation, OrganisationKind


def organisation(**values: str) -> Organisation:
    return Organisation(**{"id": "kingsway", "name": "Kingsway", "kind": OrganisationKind.COLLEGE} | values)


def test_an_id_and_a_ukprn_of_the_right_form_are_taken() -> None:
    new = organisation(ukprn="10000001")
    assert service.new_organisation(new) is new


@pytest.mark.parametrize("values", [{"id": "King's Way"}, {"id": "../x"}, {"id": ""}, {"ukprn": "1234"}])
def test_a_wrong_id_or_ukprn_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        service.new_organisation(organisation(**values))


@pytest.mark.parametrize("sort", [("ed25519", "256"), ("ecdsa", "256"), ("rsa", "3072")])
def test_a_key_is_known_by_the_fingerprint_that_openssh_prints(tmp_path: Path, sort: tuple[str, str]) -> None:
    path = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", sort[0], "-b", sort[1], "-N", "", "-C", "a b", "-f", str(path)], check=True
    )
    printed = subprocess.run(["ssh-keygen", "-l", "-f", str(path)], check=True, capture_output=True, text=True).stdout
    key = service.read_key("kingsway", path.with_suffix(".pub").read_text())
    assert key.fingerprint == printed.split()[1]
    assert key.comment == "a b"


def test_a_short_rsa_key_and_what_is_no_key_are_refused(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(tmp_path / "key")], check=True)
    for text in ((tmp_path / "key.pub").read_text(), "", "ssh-ed25519", "hello world", (tmp_path / "key").read_text()):
        with pytest.raises(ConfigurationError):
            service.read_key("kingsway", text)
