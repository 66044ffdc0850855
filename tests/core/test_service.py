"""What pages and commands call: organisations and keys, checks and how far they have come."""

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from adapters.kinds.lrb.kind import LrbCsv
from gateway import bootstrap, code_texts, service, show
from gateway.core.errors import ConfigurationError
from gateway.core.handover import SamplePlan
from gateway.core.rules.registry import Rulebook
from gateway.core.submission import Organisation, OrganisationKey, OrganisationKind, Verdict
from tests.acceptance.support import awaited


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


def test_a_check_tells_from_time_to_time_how_many_records_it_has_read(tmp_path: Path) -> None:
    kind, day = LrbCsv.from_settings({}), date(2026, 9, 1)
    owner = organisation(ukprn="10000001")
    plan = SamplePlan(organisation=owner, moment=service.moment_of(day, bootstrap.now()), bad_percent=2, seed=1)
    sample = service.make_sample(kind, 2500, plan)
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    told: list[int] = []
    report = service.check_file(path, {kind.name: kind}, day, service.CheckPlan(seen=told.append))
    assert report.counts.read == 2500
    assert told == sorted(set(told))
    assert 1000 <= told[-1] <= 2500
    assert {text.code for text in report.explained} == set(report.counts.by_code)


def test_where_a_kind_is_taken_whole_one_refused_record_refuses_the_file(tmp_path: Path) -> None:
    kind, day = LrbCsv.from_settings({}), date(2026, 9, 1)
    owner = organisation(ukprn="10000001")
    plan = SamplePlan(organisation=owner, moment=service.moment_of(day, bootstrap.now()), bad_percent=2, seed=1)
    path = tmp_path / (sample := service.make_sample(kind, 100, plan)).name
    path.write_bytes(sample.content)
    assert service.check_file(path, {kind.name: kind}, day).verdict is Verdict.PART
    kind.whole_file = True
    refused = service.check_file(path, {kind.name: kind}, day)
    assert (refused.verdict, refused.counts.rejected, refused.counts.accepted) == (Verdict.REJECTED, 100, 0)
    good = service.make_sample(kind, 100, replace(plan, bad_percent=0))
    path.write_bytes(good.content)
    assert service.check_file(path, {kind.name: kind}, day).verdict is Verdict.ACCEPTED


def test_progress_is_shown_on_a_terminal_once_work_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = StringIO()
    monkeypatch.setattr(show, "err", Console(file=shown, force_terminal=True, width=100))
    monkeypatch.setattr(show, "SILENT_S", 0.0)
    with show.progress("[red]file.csv") as seen:
        seen(1_234_000)
        awaited(lambda: "[red]file.csv: 1,234,000 records read" in shown.getvalue(), "the progress")


def test_quick_work_and_what_is_no_terminal_show_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal in (True, False):
        shown = StringIO()
        monkeypatch.setattr(show, "err", Console(file=shown, force_terminal=terminal, width=100))
        with show.progress("file.csv") as seen:
            seen(1000)
        assert "file.csv" not in shown.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{UKPRN} is wrong", "«value of UKPRN» is wrong"),
        ("{name_ukprn} in {field}", "«name ukprn» in «the field»"),
        ("{What it must be}", "«What it must be»"),
        ("see {lines}", "see «the other lines»"),
        ("nothing to fill", "nothing to fill"),
    ],
)
def test_a_text_names_what_a_finding_fills_in(text: str, shown: str) -> None:
    assert code_texts.readable(text) == shown


def test_a_kind_explains_the_codes_of_its_own_responses() -> None:
    kind = SimpleNamespace(rulebook=Rulebook(), outcome_codes={"GR101": "A new ULN was given."})
    kinds = {"lrb-csv": kind, "plain": SimpleNamespace(rulebook=Rulebook())}
    told = {reply.code: (reply.kind, reply.text) for reply in code_texts.replies(kinds)}
    assert told["GR101"] == ("lrb-csv", "A new ULN was given.")
    assert code_texts.like("gr110", kinds)[0] == "GR101"
    assert code_texts.like("poss", kinds) == ["possible_match"]
    assert code_texts.like("", kinds) == []


def test_a_rule_with_dates_says_when_it_holds() -> None:
    book = Rulebook()

    @book.group_rule("X1", "Aim", fields=["Start"], severity="warning", since=date(2025, 8, 1), until=date(2026, 7, 31),
                     needs=["qualifications"])  # fmt: skip
    def dated(*_: object) -> None:
        """The start is odd.

        Why: it is.
        Fix: mend it.
        Message: {Start} is odd.
        """

    (rule,) = book.rules.values()
    lines = dict(code_texts.rule_lines("some kind", rule))
    assert lines["Valid"] == "from 1 August 2025 until 31 July 2026"
    assert lines["Fields"] == "Start of each Aim"
    assert lines["Severity"] == "warning, refuses nothing"
    assert lines["Looks into"] == "qualifications"
    assert code_texts.rule_document("some kind", rule)["since"] == date(2025, 8, 1)


def test_a_key_is_bound_to_whole_days_in_london_and_to_networks() -> None:
    key = OrganisationKey(organisation="kingsway", fingerprint="SHA256:x", public_key="ssh-ed25519 x")
    bound = service.bound_key(key, ["10.0.0.0/8"], date(2026, 7, 1), date(2026, 7, 31))
    assert bound.networks == ("10.0.0.0/8",)
    for day, hour, valid in ((30, 22, False), (30, 23, True)):
        assert bound.valid_at(datetime(2026, 6, day, hour, 30, tzinfo=UTC)) is valid
    for day, hour, valid in ((31, 22, True), (31, 23, False)):
        assert bound.valid_at(datetime(2026, 7, day, hour, 30, tzinfo=UTC)) is valid
    assert service.bound_key(key, [], None, None) == key
    with pytest.raises(ConfigurationError, match=r"10\.0\.0\.0/8 or"):
        service.bound_key(key, ["10.0.0.1/8"], None, None)
