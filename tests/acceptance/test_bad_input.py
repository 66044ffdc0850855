"""Each sort of bad file gets the answer that the specifications name, and nothing is lost or half done."""

import itertools
from collections.abc import Callable

import pytest

from gateway import bootstrap
from gateway.core.handover import Sample
from gateway.sample_scenarios import scenario
from tests.acceptance.support import SEED, Running, entries_of, sample_of

MINUTES = itertools.count(10)
REPORTS = {"errors.csv", "report.json", "report.html"}


def good() -> Sample:
    number = next(MINUTES)
    truth = scenario(entries_of(2000), SEED + number, 50, bootstrap.now().date())
    return sample_of([it.learner for it in truth], minutes=number)


def renamed(change: Callable[[str], str]) -> Callable[[Sample], tuple[str, bytes]]:
    return lambda sample: (change(sample.name), sample.content)


def changed(change: Callable[[bytes], bytes]) -> Callable[[Sample], tuple[str, bytes]]:
    return lambda sample: (sample.name, change(sample.content))


def replaced(old: bytes, new: bytes) -> Callable[[Sample], tuple[str, bytes]]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return changed(change)


def row(content: bytes, number: int, edit: Callable[[bytes], bytes]) -> bytes:
    lines = content.split(b"\r\n")
    lines[number] = edit(lines[number])
    return b"\r\n".join(lines)


REJECTED = {
    "GF001": renamed(lambda name: name.replace("LRB_", "LRB_X")),
    "GF002": renamed(lambda name: name.replace(".CSV", ".csv")),
    "GF003": replaced(b'"2A"', b'"1A"'),
    "GF004": replaced(b'"GivenName"', b'"Givenname"'),
    "GF004 missing": replaced(b'"MISIdentifier",', b""),
    "GF005": changed(lambda content: content.split(b"\r\n")[0] + b"\r\n"),
    "GF005 empty": changed(lambda _: b""),
    "GF006 NUL": changed(lambda content: row(content, 5, lambda line: line.replace(b'","', b'\0","', 1))),
    "GF006 quote": changed(lambda content: row(content, 5, lambda line: line[:-1])),
    "WSEC0003": replaced(b'"10000001"', b'"10000002"'),
    "WSRC0017": replaced(b'"50"', b'"51"'),
}


@pytest.mark.parametrize("case", REJECTED)
def test_a_faulty_file_is_rejected_whole_with_its_code(gateway: Running, case: str) -> None:
    name, content = REJECTED[case](good())
    receipt = gateway.put(name, content)
    assert receipt["status"] == ("received" if content else "refused")
    answer = gateway.answer(receipt)
    assert set(answer.parts) - {"proposed.CSV", "changes.csv"} == REPORTS | {"REJ.CSV"}
    assert case.partition(" ")[0] in {line["Code"] for line in answer.rows("REJ.CSV")}
    assert answer.report["verdict"] == "rejected"
    assert answer.report["counts"]["accepted"] == 0


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda line: line.rpartition(b",")[0], "ROW_WIDTH"),
        (lambda line: line + b',"more"', "ROW_WIDTH"),
        (lambda line: line.rpartition(b",")[0] + b',"' + b"x" * (2 << 20) + b'"', "FIELD_TOO_LONG"),
    ],
    ids=["short", "long", "a value of 2 MB"],
)
def test_a_short_or_long_row_is_refused_and_the_others_go_on(
    gateway: Running, edit: Callable[[bytes], bytes], code: str
) -> None:
    sample = good()
    answer = gateway.answer(gateway.put(sample.name, row(sample.content, 3, edit)))
    out = answer.rows("OUT.CSV")
    assert len(out) == 50
    assert out[2]["ReturnCode"] == "RC011"
    (notice,) = [line for line in answer.rows("errors.csv") if line["code"] == code]
    assert (notice["record"], notice["line"]) == ("3", "4")


def test_windows_1252_is_read_with_a_warning(gateway: Running) -> None:
    sample = good()
    text = sample.content.decode()
    surname = text.split("\r\n")[3].split(",")[10].strip('"')
    content = text.replace(f'"{surname}"', '"Müller"', 1).encode("cp1252", errors="replace")
    answer = gateway.answer(gateway.put(sample.name, content))
    assert "FILE_ENCODING" in answer.codes
    assert answer.rows("OUT.CSV")[2]["FamilyName"] == "Müller"


def test_a_file_of_no_known_name_is_refused_and_told_what_is_known(gateway: Running) -> None:
    receipt = gateway.put("holiday pictures.jpg", b"\xff\xd8 not what we take")
    assert receipt["status"] == "refused"
    answer = gateway.answer(receipt)
    assert set(answer.parts) == REPORTS
    (notice,) = answer.rows("errors.csv")
    assert notice["code"] == "FILE_KIND"
    assert "lrb-csv" in notice["fix"]


def test_two_hundred_megabytes_in_one_line_are_refused_within_bounds(gateway: Running) -> None:
    receipt = gateway.put("LRB_10000001_030120260900.CSV", b"x" * 200_000_000)
    assert receipt["status"] == "refused"
    answer = gateway.answer(receipt)
    assert "GF007" in {line["Code"] for line in answer.rows("REJ.CSV")}


def test_a_path_out_of_the_mailbox_leads_nowhere(gateway: Running) -> None:
    for path in ("../../etc/passwd", "/../../../etc/passwd", "../hilltop/in", "in/../../hilltop"):
        assert gateway.sftp(f"get {path} /dev/null").returncode != 0
    outside = gateway.sftp(f"put {gateway.home / 'gateway.toml'} ../hilltop/in/x.csv")
    assert outside.returncode != 0


def test_another_organisations_key_and_no_key_open_nothing(gateway: Running) -> None:
    assert gateway.sftp("ls", organisation="kingsway", key="hilltop").returncode != 0
    assert gateway.sftp("ls", organisation="kingsway", key="nobody").returncode != 0
