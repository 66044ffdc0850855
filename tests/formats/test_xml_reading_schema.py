"""Schemas of several files: what is included or imported is found, and a file cannot change a type by itself."""

from datetime import date
from pathlib import Path

import pytest

from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading import XmlReading
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm, file_model
from adapters.formats.xml_reading_rules import describe_fields, describe_files
from adapters.formats.xml_schema import Derived
from adapters.formats.xml_schema_documents import SchemaError, loaded
from gateway.core.notices import Notice
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context

OPENING = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="M" xmlns:o="O" targetNamespace="M"
 elementFormDefault="qualified">"""
MAIN = f"""{OPENING}
<xs:include schemaLocation="parts/common.xsd"/><xs:import namespace="O" schemaLocation="other.xsd"/>
<xs:element name="File"><xs:complexType><xs:sequence><xs:element name="Name" type="Code"/>
<xs:element ref="Pupil" maxOccurs="unbounded"/><xs:element ref="o:Place" minOccurs="0" maxOccurs="2"/></xs:sequence>
</xs:complexType></xs:element>
<xs:element name="Pupil"><xs:complexType><xs:complexContent><xs:extension base="Person"><xs:sequence>
<xs:element ref="o:Place" minOccurs="0"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
</xs:schema>"""
COMMON = f"""{OPENING}<xs:include schemaLocation="../deep.xsd"/>
<xs:complexType name="Person"><xs:sequence><xs:group ref="Names"/><xs:element name="Day" type="xs:date"/></xs:sequence>
</xs:complexType></xs:schema>"""
DEEP = f"""{OPENING}
<xs:simpleType name="Code"><xs:annotation><xs:documentation>1 to 3 characters</xs:documentation></xs:annotation>
<xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="3"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Short"><xs:restriction base="Code"><xs:maxLength value="2"/></xs:restriction></xs:simpleType>
<xs:group name="Names"><xs:sequence><xs:element name="Ref" type="Code"/>
<xs:element name="Alias" type="Code" minOccurs="0" maxOccurs="2"/></xs:sequence></xs:group></xs:schema>"""
OTHER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="O" targetNamespace="O"
 elementFormDefault="qualified"><xs:element name="Place"><xs:complexType><xs:sequence>
 <xs:element name="Town" type="Town"/></xs:sequence></xs:complexType></xs:element>
 <xs:simpleType name="Town"><xs:annotation><xs:documentation>a town in capital letters</xs:documentation>
 </xs:annotation><xs:restriction base="xs:string"><xs:pattern value="[A-Z]+"/></xs:restriction></xs:simpleType>
</xs:schema>"""


@pytest.fixture
def shape(tmp_path: Path) -> Shape:
    (tmp_path / "parts").mkdir()
    for name, text in {"main": MAIN, "parts/common": COMMON, "deep": DEEP, "other": OTHER}.items():
        (tmp_path / f"{name}.xsd").write_text(text, encoding="utf-8")
    return Shape(loaded(str(tmp_path / "main.xsd")), "File", ("Pupil", "Place"))


def told(shape: Shape, tmp_path: Path, inside: str) -> list[tuple[str, int | None, str | None, str]]:
    book = Rulebook()
    form = XmlForm(
        shape=shape,
        book=book,
        faults={**describe_files(book), **describe_fields(book)},
        fields=SchemaFields(shape),
        key="Ref",
    )
    path = tmp_path / "given.xml"
    path.write_text(f'<File xmlns="M" xmlns:o="O">\n<Name>N</Name>{inside}</File>', encoding="utf-8")
    found = XmlReading(form, path, Context(as_of=date(2026, 1, 15), file_name="given.xml")).findings()
    notices = [it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ()))]
    return [(it.code, it.record, it.field, it.message) for it in notices]


PUPIL = "<Pupil><Ref>A1</Ref><Day>2010-01-01</Day><o:Place><o:Town>LEEDS</o:Town></o:Place></Pupil>\n"


def test_what_is_included_and_imported_is_checked_and_told_in_its_own_words(shape: Shape, tmp_path: Path) -> None:
    assert told(shape, tmp_path, PUPIL + "<o:Place><o:Town>LEEDS</o:Town></o:Place>") == []
    wrong = PUPIL.replace("A1", "A123").replace("LEEDS", "Leeds") + "<o:Place><o:Town>York</o:Town></o:Place>"
    town = "it must be a town in capital letters."
    assert told(shape, tmp_path, wrong) == [
        ("XSD_MAXLEN", 1, "Ref", "Ref has 4 characters; at most 3 are allowed."),
        ("XSD_PATTERN", 1, "Place/Town", f'Town is "Leeds"; {town}'),
        ("XSD_PATTERN", 2, "Town", f'Town is "York"; {town}'),
    ]


def test_the_second_look_knows_what_is_imported(shape: Shape, tmp_path: Path) -> None:
    wrong = PUPIL.replace("<Day>", "<Bogus/><Day>").replace("LEEDS", "Leeds")
    assert [code for code, *_ in told(shape, tmp_path, wrong)] == ["XSD_UNEXPECTED", "XSD_PATTERN"]


def test_how_often_and_where_a_reference_may_stand_is_held(shape: Shape, tmp_path: Path) -> None:
    place = "<o:Place><o:Town>LEEDS</o:Town></o:Place>"
    assert [code for code, *_ in told(shape, tmp_path, PUPIL + place * 3)] == ["XSD_UNEXPECTED"]
    assert [code for code, *_ in told(shape, tmp_path, place + PUPIL)] == ["XSD_UNEXPECTED"]


def test_a_file_cannot_put_another_type_in_place_of_a_field_s_own(shape: Shape, tmp_path: Path) -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Short"'
    [(code, record, field, _)] = told(shape, tmp_path, PUPIL.replace("<Ref>", f"<Ref {xsi}>"))
    assert (code, record, field) == ("XSD_OTHER", 1, "Ref")


def test_the_model_follows_groups_base_types_and_references(shape: Shape) -> None:
    pupil = file_model(shape).children["Pupil"]
    assert list(pupil.children) == ["Ref", "Alias", "Day", "Place"]
    assert (pupil.required, pupil.repeated) == ({"Ref", "Day"}, {"Alias"})
    assert pupil.most == {"Ref": 1, "Alias": 2, "Day": 1, "Place": 1}
    assert list(pupil.children["Place"].children) == ["Town"]
    assert Derived(shape).tag("Place") == "{O}Place"
    assert Derived(shape).longest_run == 3


def test_a_schema_that_lacks_what_it_names_is_our_own_fault(shape: Shape, tmp_path: Path) -> None:
    for records, root in ((("Pupil",), "Other"), (("Bogus",), "File")):
        with pytest.raises(SchemaError, match=r"Other|Bogus"):
            Derived(Shape(shape.xsd, root, records)).record_xsd  # noqa: B018 - made when it is first asked for
    with pytest.raises(SchemaError, match="Missing"):
        file_model(Shape(shape.xsd.replace(b'ref="Pupil"', b'ref="Missing"'), "File", ("Pupil",)))
    (tmp_path / "deep.xsd").write_text(DEEP.replace('xmlns:o="O"', 'xmlns:o="X"'), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"deep\.xsd"):
        loaded(str(tmp_path / "main.xsd"))
