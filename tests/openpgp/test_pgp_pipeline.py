"""A file that gpg encrypted and signed goes the whole way, and its responses go back so that gpg alone opens them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.openpgp.wrapping import OpenPgp
from gateway import bootstrap
from gateway.core.errors import StoreError
from gateway.core.handover import SamplePlan
from gateway.core.review import Judgement
from gateway.core.submission import Folder, Status, Verdict
from gateway.notices import write_notices
from gateway.pgp_keys import make_pgp_key, pgp_key, public_half, read_certificate
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, MOMENT, Desk, desk_of
from tests.openpgp.gnupg import Gpg, gnupg
from tests.review_desk import MOVED, decide, questions, supplemented

GATEWAY = "Learner Gateway"
SENDER = "Kingsway <mis@kingsway.example>"


@pytest.fixture
def gpg(tmp_path: Path) -> Iterator[Gpg]:
    with gnupg(tmp_path) as made:
        made.make_key(SENDER)
        yield made


@pytest.fixture
def desk(database: str, tmp_path: Path, gpg: Gpg) -> Iterator[Desk]:
    make_pgp_key(tmp_path, GATEWAY)
    key = pgp_key(tmp_path) or ""
    gpg.run("--import", given=public_half(key)[1].encode())
    made = desk_of(database, tmp_path, issuing=False)
    known = made.record.pgp_certificates
    known.add(read_certificate(COLLEGE.id, gpg.public(SENDER)))
    pgp = OpenPgp.from_settings({
        "key": key, "certificates": lambda it: [one.certificate for one in known.all(it) if one.revoked_at is None]
    })  # fmt: skip
    made.gateway = replace(made.gateway, wrappings=[pgp, *bootstrap.wrappings()], covering=pgp)
    yield made
    made.record.close()


def lrb(desk: Desk) -> tuple[str, bytes]:
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=0, seed=1)
    sample = desk.gateway.kinds["lrb-csv"].samples([ADA], plan)
    return sample.name, sample.content


def responses(desk: Desk, gpg: Gpg) -> dict[str, bytes]:
    """Return what lies in `out/`, opened by gpg where it is encrypted."""
    found = {}
    for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT):
        with desk.gateway.files.open(str(it.blob)) as file:
            content = file.read()
        found[it.name] = gpg.run("--decrypt", given=content) if it.name.endswith(".pgp") else content
    return found


def test_an_encrypted_file_is_answered_encrypted_and_kept_as_it_came(desk: Desk, gpg: Gpg) -> None:
    name, content = lrb(desk)
    message = gpg.run("-se", "-r", GATEWAY, "-u", SENDER, given=content)
    done = process(desk.take(f"{name}.pgp", message), desk.gateway)
    assert (done.kind, done.verdict) == ("lrb-csv", Verdict.ACCEPTED)
    with desk.gateway.files.open(done.blob) as kept:
        assert kept.read() == message
    found = responses(desk, gpg)
    assert {name.endswith(".pgp") for name in found} == {True}
    (report,) = [json.loads(it) for part, it in found.items() if part.endswith(".report.json.pgp")]
    assert (report["file"], report["sha256"], report["counts"]["accepted"]) == (f"{name}.pgp", done.sha256, 1)
    desk.run_again(done)
    assert set(responses(desk, gpg)) == set(found)


def test_records_of_an_encrypted_file_that_are_settled_later_come_in_an_encrypted_supplement(
    desk: Desk, gpg: Gpg
) -> None:
    desk.agree(accepted_file=True)
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=0, seed=1)
    sample = desk.gateway.kinds["lrb-csv"].samples([ADA, MOVED], plan)
    message = gpg.run("-se", "-r", GATEWAY, "-u", SENDER, given=sample.content)
    process(desk.take(f"{sample.name}.pgp", message), desk.gateway)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    assert supplemented(desk) == 1
    found = responses(desk, gpg)
    (first,) = [it for name, it in found.items() if ".accepted." in name and "supplement" not in name]
    (later,) = [it for name, it in found.items() if "supplement-1.accepted." in name]
    assert [it in first for it in (b"MIS0000001", b"MIS0000002")] == [True, False]
    assert [it in later for it in (b"MIS0000001", b"MIS0000002")] == [False, True]
    (report,) = [json.loads(it) for name, it in found.items() if "supplement-1.report.json" in name]
    assert (report["counts"]["read"], report["counts"]["accepted"]) == (1, 1)


def test_a_plain_file_of_an_organisation_with_a_certificate_is_answered_encrypted_too(desk: Desk, gpg: Gpg) -> None:
    process(desk.take(*lrb(desk)), desk.gateway)
    assert {name.endswith(".pgp") for name in responses(desk, gpg)} == {True}
    desk.record.pgp_certificates.revoke(COLLEGE.id, desk.record.pgp_certificates.all(COLLEGE.id)[0].fingerprint, MOMENT)
    process(desk.take("other.bin", b"x"), desk.gateway)
    assert any(not name.endswith(".pgp") for name in responses(desk, gpg))


def test_a_file_to_send_on_bears_the_submission_when_it_is_encrypted(desk: Desk, gpg: Gpg) -> None:
    stranger = replace(ADA, given_name="Grace", family_name="Nobody", postcode="M1 1AE")
    sent = desk.send([stranger])
    process(sent, desk.gateway)
    (forward,) = [name for name in responses(desk, gpg) if name.endswith("forward.CSV.pgp")]
    assert sent.id in forward


def test_a_message_that_is_refused_is_answered_and_nothing_of_it_is_kept_bare(desk: Desk, gpg: Gpg) -> None:
    name, content = lrb(desk)
    gpg.make_key("Stranger <x@example.org>")
    message = gpg.run("-se", "-r", GATEWAY, "-u", "x@example.org", given=content)
    sent = desk.take(f"{name}.pgp", message)
    done = process(sent, desk.gateway)
    assert (done.status, done.verdict) == (Status.DELIVERED, Verdict.REJECTED)
    (report,) = [json.loads(it) for part, it in responses(desk, gpg).items() if part.endswith(".report.json.pgp")]
    assert [it["code"] for it in report["notices"]] == ["PGP_SIGNER"]
    assert report["counts"]["read"] == 0
    assert not [path for path in (desk.folder / "files").rglob("*") if path.is_file() and path.read_bytes() == content]


def test_when_no_certificate_can_be_used_nothing_goes_out_plain(desk: Desk, gpg: Gpg) -> None:
    fingerprint = desk.record.pgp_certificates.all(COLLEGE.id)[0].fingerprint
    gpg.run("--import", given=gpg.run("--export", SENDER))
    revocation = (gpg.home / "openpgp-revocs.d" / f"{fingerprint.upper()}.rev").read_text()
    gpg.run("--import", given=revocation.replace(":-----BEGIN", "-----BEGIN").encode())
    desk.record.pgp_certificates.add(read_certificate(COLLEGE.id, gpg.public(SENDER)))
    held = process(desk.take(*lrb(desk)), desk.gateway)
    assert "gateway organisation pgp add" in (held.held_reason or "")
    assert responses(desk, gpg) == {}


def test_notices_of_changed_ulns_are_encrypted_too(desk: Desk, gpg: Gpg) -> None:
    class Changed:
        def publish(self, _day: object, _until: object, write: object) -> list[str]:
            self.part = write(COLLEGE.id, iter(()))  # type: ignore[operator]
            return [COLLEGE.id]

    changed = Changed()
    write_notices(MOMENT.date(), changed, desk.gateway)  # type: ignore[arg-type]
    assert changed.part.name.endswith(".csv.pgp")
    with desk.gateway.files.open(changed.part.blob) as file:
        assert gpg.run("--decrypt", given=file.read()).startswith(b"change,")


def test_certificates_are_kept_for_organisations_that_there_are_and_revoked_once(desk: Desk) -> None:
    known = desk.record.pgp_certificates
    (held,) = known.all(COLLEGE.id)
    with pytest.raises(StoreError, match="no organisation 'nobody'"):
        known.add(replace(held, organisation="nobody"))
    known.revoke(COLLEGE.id, held.fingerprint, MOMENT)
    with pytest.raises(StoreError, match="in force"):
        known.revoke(COLLEGE.id, held.fingerprint, MOMENT)
    known.add(held)
    assert known.all(COLLEGE.id) == [held]
