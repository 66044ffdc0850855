"""The words for fields come from the schema's own annotations; a schema fault is told in them and in no others."""

import pickle

import pytest

from adapters.formats.xml_items import FaultType, RawFault, Shape
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import record_model
from adapters.formats.xml_reading_words import EMPTY, TOO_MANY, is_required, told

XSD = b"""<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="TEST" targetNamespace="TEST"
  elementFormDefault="qualified">
<xs:simpleType name="Sex"><xs:annotation><xs:documentation>a code for the legal sex.</xs:documentation></xs:annotation>
  <xs:restriction base="xs:string">
  <xs:enumeration value="F"><xs:annotation><xs:documentation>female</xs:documentation></xs:annotation></xs:enumeration>
  <xs:enumeration value="M"/><xs:enumeration value=""/></xs:restriction></xs:simpleType>
<xs:simpleType name="Text"><xs:restriction base="xs:string"><xs:maxLength value="8"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Short"><xs:restriction base="Text"><xs:minLength value="2"/></xs:restriction></xs:simpleType>
<xs:element name="Note" type="Text"/>
<xs:element name="Message"><xs:complexType><xs:sequence>
<xs:element name="Learner" maxOccurs="9"><xs:complexType><xs:sequence>
  <xs:element name="Ref" type="Short"><xs:annotation><xs:documentation>The sender's
    own key.</xs:documentation></xs:annotation></xs:element>
  <xs:element name="Sex" type="Sex"/>
  <xs:element name="Born" type="xs:date" minOccurs="0"/>
  <xs:element name="At" type="xs:dateTime" minOccurs="0"/>
  <xs:element name="Age" minOccurs="0"><xs:simpleType><xs:restriction base="xs:int"><xs:minInclusive value="13"/>
    <xs:maxInclusive value="110"/></xs:restriction></xs:simpleType></xs:element>
  <xs:element name="Load" minOccurs="0"><xs:simpleType><xs:restriction base="xs:decimal"><xs:minInclusive value="0"/>
    </xs:restriction></xs:simpleType></xs:element>
  <xs:element ref="Note" minOccurs="0"/>
  <xs:element name="Aim" minOccurs="0" maxOccurs="2"><xs:complexType><xs:sequence>
    <xs:element name="Code" type="xs:string"/></xs:sequence><xs:attribute name="kind" type="Text"/>
  </xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
SHAPE = Shape(XSD, "Message", ("Learner",))
FIELDS = SchemaFields(SHAPE)
MODEL = record_model(SHAPE, "Learner")


@pytest.mark.parametrize(
    ("path", "looks_like"),
    [
        ("Learner/Sex", "a code for the legal sex"),
        ("Learner/Ref", "2 to 8 characters"),
        ("Learner/Born", "a date, such as 2008-05-31"),
        ("Message/Learner/Born", "a date, such as 2008-05-31"),
        ("Learner/At", "a date and time, such as 2025-10-01T09:30:00"),
        ("Learner/Age", "a whole number from 13 to 110"),
        ("Learner/Load", "a number of 0 or more"),
        ("Learner/Note", "at most 8 characters"),
        ("Learner/Aim/@kind", "at most 8 characters"),
        ("Learner/Aim/Code", ""),
        ("Learner/Aim", ""),
    ],
)
def test_what_a_field_must_be_is_said_in_words(path: str, looks_like: str) -> None:
    words = FIELDS.words(path)
    assert words is not None
    assert words.looks_like == looks_like


def test_codes_bear_their_meanings_and_a_field_its_title() -> None:
    sex, ref = FIELDS.words("Learner/Sex"), FIELDS.words("Learner/Ref")
    assert sex is not None
    assert ref is not None
    assert sex.codes == ("F (female)", "M")
    assert ref.title == "The sender's own key"


def test_an_unknown_field_has_no_words() -> None:
    assert FIELDS.words("Learner/Bogus") is None
    assert FIELDS.words("Learner/Aim/@bogus") is None
    assert FIELDS.facets("Learner/Bogus") == frozenset()


def test_what_a_value_is_held_to_is_known() -> None:
    assert FIELDS.facets("Learner/Ref") == {"minLength", "maxLength"}
    assert FIELDS.facets("Learner/Born") == {"type"}
    assert FIELDS.facets("Learner/Age") == {"type", "minInclusive", "maxInclusive"}


def test_the_words_can_be_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(FIELDS))  # noqa: S301 - made here
    assert sent.words("Learner/Age") == FIELDS.words("Learner/Age")


def fault(sort: FaultType, field: str, value: str | None = None, detail: str = "", path: str = "") -> RawFault:
    return RawFault(sort, 3, path or field, field, value, detail)


@pytest.mark.parametrize(
    ("raw", "code", "message", "fix"),
    [
        (
            fault(FaultType.ENUM, "Sex", "Q"),
            "XSD_ENUM",
            'Sex is "Q"; it must be one of F (female), M.',
            "Use a code that is allowed, as it is written there.",
        ),
        (
            fault(FaultType.TYPE, "Born", "31/05/2008"),
            "XSD_TYPE",
            'Born is "31/05/2008"; it must be a date, such as 2008-05-31.',
            "Write 2008-05-31.",
        ),
        (
            fault(FaultType.TYPE, "Born", "31/02/2008"),
            "XSD_TYPE",
            'Born is "31/02/2008"; it must be a date, such as 2008-05-31.',
            "Check the date: there is no such day. Write the year first, as in 2008-05-31.",
        ),
        (
            fault(FaultType.MAX, "Age", "111", "110"),
            "XSD_MAX",
            'Age is "111"; it must be a whole number from 13 to 110.',
            "Write a whole number from 13 to 110.",
        ),
        (
            fault(FaultType.PATTERN, "Note", "café"),
            "XSD_PATTERN",
            'Note is "café" (it holds "é"); it must be at most 8 characters.',
            "Write at most 8 characters.",
        ),
        (
            fault(FaultType.MAX_LENGTH, "Note", "x" * 9, "8"),
            "XSD_MAXLEN",
            "Note has 9 characters; at most 8 are allowed.",
            "Shorten it to 8.",
        ),
        (
            fault(FaultType.MAX_LENGTH, "Note", "x" * 500, "8"),
            "XSD_MAXLEN",
            "Note has 500 characters or more; at most 8 are allowed.",
            "Shorten it to 8.",
        ),
        (
            fault(FaultType.MIN_LENGTH, "Ref", "x", "2"),
            "XSD_MINLEN",
            "Ref has 1 character; at least 2 are needed.",
            "Complete it.",
        ),
        (
            fault(FaultType.TYPE, "Born", " "),
            EMPTY,
            "Born is empty; it must be a date, such as 2008-05-31.",
            "Fill in Born, or leave the element out.",
        ),
        (
            fault(FaultType.ENUM, "Sex", ""),
            EMPTY,
            "Sex is empty; it must be a code for the legal sex.",
            "Fill in Sex.",
        ),
        (
            fault(FaultType.MISSING, "Sex", None, "Born"),
            "XSD_MISSING",
            "Sex is missing (it stands before Born).",
            "Add Sex: a code for the legal sex.",
        ),
        (
            fault(FaultType.UNEXPECTED, "Bogus", "", "unknown"),
            "XSD_UNEXPECTED",
            "Bogus is not a known element here.",
            "Take it out, or correct its name; capital letters count.",
        ),
        (
            fault(FaultType.UNEXPECTED, "Sex", "F", "place"),
            "XSD_UNEXPECTED",
            "Sex stands in the wrong place.",
            "Put it in the order of the specification.",
        ),
        (
            fault(FaultType.UNEXPECTED, "Sex", "F", "place", "Sex[2]"),
            TOO_MANY,
            "Sex stands 2 times or more; it may stand once.",
            "Leave out all but one.",
        ),
        (
            fault(FaultType.UNEXPECTED, "Aim", None, "place", "Aim[3]"),
            TOO_MANY,
            "Aim stands 3 times or more; it may stand 2 times.",
            "Leave out all but 2.",
        ),
        (
            fault(FaultType.TOO_LARGE, "Learner", None, "2000000", "x"),
            "RECORD_TOO_LARGE",
            "The Learner record is too large to be checked (2,000,000 bytes).",
            "Split it, or ask your software's supplier why it is so large.",
        ),
    ],
)
def test_a_schema_fault_is_told_in_plain_words(raw: RawFault, code: str, message: str, fix: str) -> None:
    assert told(raw, "Learner", MODEL, FIELDS) == (code, message, fix)


def test_it_is_known_which_fields_must_stand() -> None:
    assert is_required(fault(FaultType.TYPE, "Sex"), MODEL)
    assert not is_required(fault(FaultType.TYPE, "Born"), MODEL)
    assert is_required(fault(FaultType.TYPE, "Code", path="Aim[2]/Code"), MODEL)
