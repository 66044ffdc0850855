"""`gateway serve` with folders of an outside server and with a partner's own server."""

import json
from pathlib import Path

from tests.acceptance.sftp.house import make_key
from tests.acceptance.sftp.partner import Server, served
from tests.acceptance.support import COLLEGE, SCHOOL, awaited, entries_of, running, sample_of

SETTINGS = """
[folder]
root = "{root}"
complete = "rename"
[[partners]]
organisation = "{partner}"
host = "127.0.0.1"
port = {port}
user = "gateway"
key_file = "{partner}.key"
host_key = "{host_key}"
pick_up = "/to us"
push = "/from us"
every_s = 0.3
"""


def response_in(folder: Path, receipts: Path) -> dict:
    """Wait for a receipt and the report that follows it, and return the report."""
    (receipt,) = awaited(lambda: list(receipts.glob("*.receipt.json")), "a receipt")
    number = json.loads(receipt.read_bytes())["id"]
    (report,) = awaited(lambda: list(folder.glob(f"*.{number}.report.json")), "a response set")
    return json.loads(report.read_bytes())


def test_a_file_is_answered_in_the_folder_or_at_the_partner_that_it_came_from(tmp_path: Path) -> None:
    entries = entries_of(20)
    sample = sample_of([entry.learner for entry in entries])
    mailbox, theirs, key = tmp_path / "mail" / COLLEGE.id, tmp_path / "theirs", make_key(tmp_path, "host_key")
    for name in ("in/check", "out", "receipts"):
        (mailbox / name).mkdir(parents=True)
    with served(Server, theirs, key) as port:
        settings = SETTINGS.format(root=mailbox.parent, partner=SCHOOL.id, port=port, host_key=key.line)
        with running(tmp_path / "home", entries, settings=settings):
            for aside, into in ((mailbox.parent / "aside", mailbox / "in"), (theirs / "aside", theirs / "to us")):
                aside.write_bytes(sample.content)
                aside.rename(into / sample.name)
            assert response_in(mailbox / "out", mailbox / "receipts")["verdict"] == "accepted"
            assert response_in(theirs / "from us", theirs / "from us")["sha256"]
            assert not (mailbox / "in" / sample.name).exists()
            awaited(lambda: not (theirs / "to us" / sample.name).exists(), "its removal at the partner's")
