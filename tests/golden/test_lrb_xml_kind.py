"""The kind lrb-xml knows its files, reads them in any number of processes, and has a page that is true."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.kinds.lrb.kind import LrbCsv
from adapters.kinds.lrb.xml_kind import LrbXml
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim, Faultless, FileHeader, SamplePlan
from gateway.core.model import CheckedRecord, Learner
from gateway.core.rules.rule import Context
from gateway.core.submission import Job
from gateway.core.tables import read_date
from tests.golden.lrb_files import AS_OF, HEADER, LEARNER, SENDER, notices, records
from tests.golden.lrb_xml_files import ADA, NAME, SOAP_HEADER, check_text, file_of, learner, request_of

PAGE = Path(__file__).parents[2] / "adapters" / "kinds" / "lrb" / "README.md"
KIND = LrbXml.from_settings({})
HEAD = file_of([]).encode()


@pytest.mark.parametrize(
    ("name", "head", "weight"),
    [
        (NAME, b"", Claim.STRICT),
        (NAME.replace(".XML", ".xml"), b"", Claim.LIKELY),
        ("LRB_10000001.XML", b"", Claim.LIKELY),
        ("learners.xml", HEAD, Claim.CONTENT),
        ("learners.xml", request_of([]).encode(), Claim.CONTENT),
        ("learners.xml", b"<Learners/>", None),
        (NAME.replace(".XML", ".CSV"), b"", None),
    ],
)
def test_a_file_is_claimed_by_its_name_or_its_root(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


def test_no_name_is_claimed_as_csv_and_as_xml() -> None:
    csv = LrbCsv.from_settings({})
    assert [csv.claims(NAME, HEAD), KIND.claims(NAME.replace("XML", "CSV"), b"FileVersion,FileName")] == [None, None]


def test_the_header_says_what_a_request_asks_for_and_nothing_that_is_secret(tmp_path: Path) -> None:
    text = request_of([ADA], SOAP_HEADER | {"JobType": "CHK"})
    (header,) = [it for it in check_text(tmp_path, text) if isinstance(it, FileHeader)]
    assert header.job is Job.CHECK
    assert set(header.values) == {"Root", "UKPRN", "LearnerRecordCount", "JobType"}


def test_a_record_has_the_names_of_the_columns_and_the_learner_of_the_csv(tmp_path: Path) -> None:
    fields = LEARNER | {"FamilyNameAt16": "Reed", "LastKnownAddressCountyorCity": "Kent", "ULN": "9999999999"}
    (checked,) = records(check_text(tmp_path, file_of([learner(fields)])))
    assert {name: value for name, value in checked.record.values.items() if value} == fields
    assert checked.learner == Learner(
        given_name="Ada", family_name="Marlow", date_of_birth=read_date("2009-05-31"), sex="2", postcode="CV1 2WT",
        family_name_at_16="Reed", ability_to_share="1",
    )  # fmt: skip


def test_any_number_of_processes_finds_the_same(tmp_path: Path) -> None:
    plan = SamplePlan(organisation=SENDER, moment=datetime(2026, 9, 1, tzinfo=UTC), bad_percent=30, seed=1)
    person = Learner(
        given_name="Ada", family_name="Marlow", date_of_birth=read_date("2009-05-31"), sex="2", postcode="CV1 2WT"
    )
    sample = KIND.samples([person] * 2000, plan)
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    context = Context(as_of=AS_OF, file_name=sample.name, sender=SENDER)
    one, two = (list(KIND.check(path, replace(context, processes=number))) for number in (1, 2))
    assert one == two
    assert [it.notices != () for it in records(one)] == [code is not None for code in sample.truth]


def test_faultless_learners_are_only_counted_where_faults_alone_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / NAME
    wrong = learner(LEARNER | {"Gender": "M"})
    path.write_text(file_of([ADA, ADA, wrong, ADA], HEADER | {"LearnerRecordCount": "4"}), encoding="utf-8")
    found = list(KIND.check(path, Context(as_of=AS_OF, file_name=NAME, faults_only=True)))[1:]
    assert [it.records if isinstance(it, Faultless) else it.record.number for it in found
            if isinstance(it, Faultless | CheckedRecord)] == [2, 3, 1]  # fmt: skip


def test_a_learner_that_is_too_large_is_refused_alone(tmp_path: Path) -> None:
    large = ADA.replace("</Learner>", f"<Notes>{'N' * (1 << 20)}</Notes>\n</Learner>")
    found = records(check_text(tmp_path, file_of([large, ADA], HEADER | {"LearnerRecordCount": "2"})))
    assert [[notice.code for notice in it.notices] for it in found] == [["RC011"], []]


def test_a_wrong_setting_is_refused_by_its_name() -> None:
    with pytest.raises(ConfigurationError, match="colour"):
        LrbXml.from_settings({"colour": "red"})


def test_the_example_of_the_page_is_a_file_without_fault(tmp_path: Path) -> None:
    (example,) = re.findall(r"```xml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = check_text(tmp_path, example)
    assert notices(found) == []
    assert len(records(found)) == 1
