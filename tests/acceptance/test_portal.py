"""The doors of a running gateway beside SFTP, as an organisation uses them: curl, TLS, an API key, a signed receipt."""

import json
import subprocess

import pytest
from pydantic import ValidationError

from gateway import bootstrap, doors
from gateway.config import PortalSettings
from gateway.core.errors import ConfigurationError
from tests.acceptance.commands import answered, call, told
from tests.acceptance.support import PATIENCE_S, Running, awaited, entries_of, sample_of


def curl(gateway: Running, key: str, path: str, *words: str) -> tuple[int, bytes]:
    """Run curl for the organisation that has the key, and return status and body."""
    out = gateway.home / "fetched"
    url = gateway.portal.replace("127.0.0.1", "localhost") + path
    command = ["curl", "-sS", "--cacert", str(gateway.home / "tls.pem"), "-H", f"Authorization: Bearer {key}",
               "-o", str(out), "-w", "%{http_code}", *words, url]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout), out.read_bytes()


def test_curl_sends_a_file_and_collects_its_answer_and_the_receipt_proves_it(gateway: Running) -> None:
    made = answered(gateway.home, "organisation", "api-key", "add", "kingsway", "--network", "127.0.0.0/8")
    key = str(made["key"])
    sample = sample_of([it.learner for it in entries_of(2000)[:5]])
    sent = gateway.home / "outgoing"
    sent.write_bytes(sample.content)
    code, body = curl(gateway, key, f"/api/submissions?name={sample.name}", "--data-binary", f"@{sent}")
    assert code == 201, body
    receipt = json.loads(body)
    place = f"/api/submissions/{receipt['id']}"
    files = awaited(lambda: json.loads(curl(gateway, key, place)[1])["files"], "the response set", every=0.3)
    (name,) = [it["name"] for it in files if it["name"].endswith(".match.csv")]
    assert curl(gateway, key, f"{place}/files/{name}")[1].startswith(b"line,record,")
    (gateway.home / "x.receipt.json").write_bytes(body)
    proof = answered(gateway.home, "receipt", "verify", str(gateway.home / "x.receipt.json"), "--of", str(sent))
    assert (proof["proof"], proof["same_file"]) == ("valid", True)
    keys = json.loads(curl(gateway, key, "/api/receipt-key")[1])["keys"]
    assert [it["key_id"] for it in keys] == [receipt["key_id"]]
    told(gateway.home, "organisation", "api-key", "revoke", "kingsway", str(made["id"]))
    assert curl(gateway, key, place)[0] == 401
    (listed,) = answered(gateway.home, "organisation", "api-key", "list", "kingsway")["keys"]
    assert None not in (listed["used_at"], listed["revoked_at"])
    assert key not in told(gateway.home, "organisation", "api-key", "list", "kingsway")
    log = gateway.log.read_text()
    assert '"event": "published"' in log
    assert sample.name not in log
    assert key not in log


def test_the_commands_say_what_is_wrong(gateway: Running) -> None:
    for words, said in (
        (("api-key", "add", "nobody"), "no organisation 'nobody'"),
        (("api-key", "add", "kingsway", "--network", "x"), "no network"),
        (("api-key", "revoke", "kingsway", "x"), "no key 'x' in force"),
        (("pgp", "revoke", "kingsway", "x"), "no certificate 'x' in force"),
    ):
        done = call(gateway.home, "organisation", *words)
        assert said in str(done.exception)


def test_the_gateway_s_openpgp_key_is_made_when_it_is_asked_for(gateway: Running) -> None:
    first = answered(gateway.home, "pgp", "key", "--name", "Gateway of tests")
    assert told(gateway.home, "pgp", "key") == first["public_key"]
    certificate = gateway.home / "gateway.asc"
    certificate.write_text(str(first["public_key"]))
    told(gateway.home, "organisation", "pgp", "add", "hilltop", str(certificate))
    (listed,) = answered(gateway.home, "organisation", "pgp", "list", "hilltop")["certificates"]
    assert (listed["fingerprint"], listed["comment"]) == (first["fingerprint"], "Gateway of tests")
    assert "Gateway of tests" in told(gateway.home, "organisation", "pgp", "list", "hilltop")
    told(gateway.home, "organisation", "pgp", "revoke", "hilltop", str(first["fingerprint"]))


def test_a_key_that_others_can_read_keeps_it_shut(gateway: Running) -> None:
    (gateway.home / "tls.key").chmod(0o644)
    with bootstrap.opened(gateway.home) as house, pytest.raises(ConfigurationError, match="chmod 600"):
        doors.portal(house)
    (gateway.home / "tls.key").chmod(0o600)


def test_it_is_open_to_others_only_with_tls_or_behind_a_proxy() -> None:
    for values in ({"host": "0.0.0.0"}, {"certificate_file": "x"}):  # noqa: S104 - it is refused
        with pytest.raises(ValidationError):
            PortalSettings.model_validate(values)
    assert PortalSettings(host="0.0.0.0", trusted_proxies=["192.0.2.1"]).port == 8443  # noqa: S104 - it is behind one
