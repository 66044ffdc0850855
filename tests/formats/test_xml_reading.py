"""The XML reader for file kinds: records with their notices, the rules on the file, and what stops the reading."""

from pathlib import Path

import pytest

from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading import XmlReading
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_reading_rules import describe_fields, describe_files
from adapters.formats.xml_reading_work import _tree
from gateway.core.handover import Faultless, FileHeader, Late
from gateway.core.model import CheckedRecord, Learner
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from tests.formats.xml_files import DELIVERY, OUTCOME, learner, message
from tests.formats.xml_reading_kind import DAY, findings, records, told


def test_a_right_record_keeps_what_the_kind_names_and_gives_its_learner(tmp_path: Path) -> None:
    found = findings(tmp_path, message(learner(more=DELIVERY)))
    assert found[0] == FileHeader(values={"Year": "2526"})
    [checked] = records(found)
    assert checked.record.values == {"LearnRefNumber": "A1"}
    assert [group.values for group in checked.record.all("LearningDelivery")] == [{"AimType": "1"}]
    assert (checked.record.number, checked.record.line, checked.record.key) == (1, 4, "A1")
    assert checked.learner == Learner(uln="1000000043")
    assert (checked.notices, checked.refused_as, checked.not_run) == ((), None, ())


def test_a_group_that_is_kept_whole_stays_whole() -> None:
    assert _tree(("A", "A/B", "AB/C", "D/E")) == {"A": {}, "AB": {"C": {}}, "D": {"E": {}}}


def test_a_record_with_a_notice_keeps_the_fields_of_its_rules_too(tmp_path: Path) -> None:
    [checked] = records(findings(tmp_path, message(learner(more=DELIVERY.replace("1<", "9<")))))
    assert checked.record.values == {"LearnRefNumber": "A1", "ULN": "1000000043"}
    [checked] = records(findings(tmp_path, message(learner(sex="Q", more=DELIVERY))))
    assert checked.record.values == {"LearnRefNumber": "A1", "Sex": "Q"}


def test_each_notice_stands_on_the_line_of_its_field(tmp_path: Path) -> None:
    data = message(learner(), learner("A2", sex="M", uln="1000000051", more="\n" + DELIVERY.replace("1<", "9<")))
    [_, second] = records(found := findings(tmp_path, data))
    assert told(found) == [("SEX", 12, 2, "Sex"), ("AIM", 13, 2, "LearningDelivery[1]/AimType")]
    assert [notice.message for notice in second.notices] == ["Sex is M in 2526.", "AimType is 9."]
    assert {notice.key for notice in second.notices} == {"A2"}
    assert (second.learner, second.refused_as) == (None, MatchOutcome.REFUSED)
    assert second.record["Sex"] == "M"


def test_a_field_that_failed_the_schema_leaves_its_rules_out(tmp_path: Path) -> None:
    [checked] = records(findings(tmp_path, message(learner(uln="12", sex="Q", more=DELIVERY))))
    assert [notice.code for notice in checked.notices] == ["XSD_MIN", "XSD_ENUM"]
    assert checked.not_run == ("SEX", "AIM", "CRASH")
    assert checked.refused_as is MatchOutcome.REFUSED


def test_a_record_with_a_wrong_uln_alone_is_answered_so(tmp_path: Path) -> None:
    [checked] = records(findings(tmp_path, message(learner(uln="12"))))
    assert checked.refused_as is MatchOutcome.ULN_INVALID


def test_an_empty_element_is_told_as_empty(tmp_path: Path) -> None:
    found = findings(tmp_path, message(learner(sex="", inside="<FamilyName/>")))
    assert told(found) == [("XSD_EMPTY", 6, 1, "FamilyName"), ("XSD_EMPTY", 7, 1, "Sex")]


def test_a_rule_that_raises_refuses_its_record_alone(tmp_path: Path) -> None:
    data = message(learner(uln="1000000086"), learner("A2", uln="1000000027"), learner("A3"))
    first, second, third = records(findings(tmp_path, data))
    assert [notice.code for notice in first.notices] == ["RULE_CRASH"]
    assert [notice.code for notice in second.notices] == ["RULE_CRASH"]
    assert (first.learner, second.learner, third.notices) == (None, None, ())


def test_what_stands_twice_is_told_on_every_copy_at_its_field(tmp_path: Path) -> None:
    data = message(learner(), learner("A2", uln="1000000051"), learner())
    late = [one for one in findings(tmp_path, data) if isinstance(one, Late)]
    assert [(one.record, one.refuses, one.refused) for one in late] == [(1, True, False), (3, True, False)]
    assert told(list(late)) == [
        ("SAME_REF", 5, 1, "LearnRefNumber"),
        ("SAME_ULN", 6, 1, "ULN"),
        ("SAME_REF", 15, 3, "LearnRefNumber"),
        ("SAME_ULN", 16, 3, "ULN"),
    ]
    assert late[0].notices[0].message == "It stands at line 15 too."


def test_records_of_another_element_have_their_own_rules(tmp_path: Path) -> None:
    found = findings(tmp_path, message(learner(), OUTCOME, OUTCOME))
    assert [(code, record) for code, _, record, _ in told(found)] == [("OUT", 2), ("OUT", 3)]
    assert [one.learner is None for one in records(found)] == [False, True, True]
    counts = [one.message for one in found if isinstance(one, Notice)]
    assert counts == ["3 records, 2 outcomes."]


def test_faultless_records_are_only_counted_where_that_is_asked_for(tmp_path: Path) -> None:
    parts = [learner(f"A{n}", uln=str(1000000100 + n)) for n in range(5)]
    parts[2] = learner("A2", sex="Q")
    data = message(*parts, learner("A4", uln="1000000200"))
    found = findings(tmp_path, data, faults_only=True)
    shown = [one for one in found if isinstance(one, Faultless | CheckedRecord | Late)]
    assert [one.records if isinstance(one, Faultless) else type(one).__name__ for one in shown] == [
        2, "CheckedRecord", 3, "Late", "Late",
    ]  # fmt: skip
    assert told(found) == told(findings(tmp_path, data))


def test_rules_on_the_file_run_before_the_first_record_and_on_totals_after_the_last(tmp_path: Path) -> None:
    head = message(learner()).replace(b"</Year>", b"</Year>\n<Prepared>2026-01-01</Prepared>")
    found = findings(tmp_path, head, name="bad.xml")
    kinds = [one.code if isinstance(one, Notice) else type(one).__name__ for one in found]
    assert kinds == ["FileHeader", "HEAD", "NAME", "CheckedRecord", "COUNT"]
    assert told(found) == [("HEAD", 4, None, "Header/Prepared"), ("NAME", None, None, None)]


def test_a_fault_of_the_header_refuses_the_file_and_leaves_its_rules_out(tmp_path: Path) -> None:
    head = message(learner()).replace(b"</Year>", b"</Year><Prepared>1/1/26</Prepared>")
    found = findings(tmp_path, head)
    assert told(found) == [("XSD_TYPE", 3, None, "Header/Prepared")]
    assert found[1].scope is Scope.FILE if isinstance(found[1], Notice) else False


def test_what_stops_the_reading_is_one_notice_that_says_what_was_not_checked(tmp_path: Path) -> None:
    found = findings(tmp_path, message(learner(), learner("A1"))[:-30])
    last = found[-1]
    assert isinstance(last, Notice)
    assert (last.code, last.scope, last.line) == ("FILE_TRUNCATED", Scope.FILE, 12)
    assert last.message.endswith("1 record before this place was checked, what follows was not.")
    assert not [one for one in found if isinstance(one, Late)]


def test_a_file_that_cannot_be_opened_is_still_told_of_its_name(tmp_path: Path) -> None:
    found = findings(tmp_path, b"", name="bad.xml")
    assert found[0] == FileHeader(values={})
    assert [code for code, *_ in told(found)] == ["NAME", "FILE_TRUNCATED"]


def test_another_year_and_another_namespace_are_told_apart(tmp_path: Path) -> None:
    year = findings(tmp_path, message(learner()).replace(b"2025-26", b"2024-25"))[-1]
    other = findings(tmp_path, message(learner()).replace(b"TEST/ILR/2025-26", b"ELSE"))[-1]
    assert isinstance(year, Notice)
    assert isinstance(other, Notice)
    assert (year.code, year.message) == ("FILE_NAMESPACE", "It is of 2024-25. No record was checked.")
    assert other.code == "FILE_NAMESPACE"
    assert "ELSE" in other.message
    assert "TEST/ILR/2025-26" in other.message


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    data = message(learner())
    assert told(findings(tmp_path, data, max_bytes=len(data))) == []
    assert told(findings(tmp_path, data, max_bytes=len(data) - 1)) == [("FILE_LIMIT", None, None, None)]


def test_a_record_too_large_to_check_is_refused_alone(tmp_path: Path) -> None:
    found = findings(tmp_path, message(learner("A1"), learner("A2", inside="<a/>" * 16_000), learner("A3")))
    assert told([one for one in found if not isinstance(one, Late)]) == [("RECORD_TOO_LARGE", 9, 2, None)]
    assert [one.record.number for one in records(found)] == [1, 2, 3]


def test_second_looks_that_were_not_run_are_told(tmp_path: Path) -> None:
    parts = [learner(f"A{n}", uln=str(1000000100 + n), inside="<Bogus/>") for n in range(2_100)]
    last = findings(tmp_path, message(*parts), faults_only=True)[-1]
    assert isinstance(last, Notice)
    assert (last.code, last.severity) == ("LOOKS_NOT_RUN", "info")
    assert last.message.startswith("In 100 records")


def test_several_processes_find_the_same_as_one(tmp_path: Path) -> None:
    parts = [learner(f"A{n // 2}", uln=str(1000000100 + n), sex="FMQ"[n % 3], more=DELIVERY) for n in range(30_000)]
    data = message(*parts)
    assert len(data) > 4 << 20
    one, two = (findings(tmp_path, data, processes=processes, faults_only=True) for processes in (1, 2))
    assert one == two
    assert len(told(one)) > 20_000


QUALIFIED = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="T" targetNamespace="T"
 elementFormDefault="unqualified"><xs:element name="Batch"><xs:complexType><xs:sequence>
 <xs:element name="Name" type="xs:string"/><xs:element name="Learner" type="Learner" maxOccurs="3"/>
 <xs:element ref="Note" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="Note"><xs:complexType><xs:sequence><xs:element name="Text" type="xs:int"/></xs:sequence>
 </xs:complexType></xs:element>
 <xs:complexType name="Learner"><xs:sequence><xs:element name="Ref" type="Code"/><xs:element name="Day" type="xs:date"/>
 </xs:sequence></xs:complexType>
 <xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction></xs:simpleType>
 </xs:schema>"""


@pytest.mark.parametrize(
    ("opening", "note", "closing"),
    [
        ('<b:Batch xmlns:b="T">', "b:Note", "</b:Batch>"),
        ('<Batch xmlns="T"><Name xmlns="">a</Name>', "Note", "</Batch>"),
    ],
)
def test_elements_without_namespace_are_read_below_a_root_that_has_one(
    tmp_path: Path, opening: str, note: str, closing: str
) -> None:
    book = Rulebook()
    faults = {**describe_files(book), **describe_fields(book)}
    shape = Shape(QUALIFIED, "Batch", ("Learner", "Note"))
    form = XmlForm(shape=shape, book=book, faults=faults, fields=SchemaFields(shape), key="Ref")
    bare = ' xmlns=""' if "xmlns=" in opening else ""
    name = "" if "Name" in opening else "<Name>a</Name>"
    one = f"<Learner{bare}><Ref>A1</Ref>\n<Day>2025-01-01</Day></Learner>"
    bad = f"<Learner{bare}><Ref>A1234</Ref>\n<Day>1/1/25</Day></Learner>"
    text = f"<Text{bare}>x</Text>"
    path = tmp_path / "given.xml"
    path.write_text(f"{opening}{name}{one}\n{bad}\n<{note}>{text}</{note}>{closing}", encoding="utf-8")
    found = list(XmlReading(form, path, Context(as_of=DAY, file_name="given.xml")).findings())
    assert told(found) == [("XSD_MAXLEN", 3, 2, "Ref"), ("XSD_TYPE", 4, 2, "Day"), ("XSD_TYPE", 5, 3, "Text")]
    assert [one.record.key for one in records(found)] == ["A1", "A1234", ""]
    path.write_text(f"{opening}{name}{one * 4}{closing}", encoding="utf-8")
    again = list(XmlReading(form, path, Context(as_of=DAY, file_name="given.xml")).findings())
    assert [(it.code, it.scope) for it in again if isinstance(it, Notice)] == [("XSD_UNEXPECTED", Scope.FILE)]
