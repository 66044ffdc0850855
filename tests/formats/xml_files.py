"""A small schema like that of the ILR, and files of its kind, for the tests of the XML reader."""

from pathlib import Path

from adapters.formats.xml_file import read
from adapters.formats.xml_items import FaultType, Limits, Seen, Settings, Shape, XmlItem, XmlRecord

NAMESPACE = "TEST/ILR/2025-26"
XSD = b"""<?xml version="1.0" encoding="utf-8"?>
<xs:schema xmlns="TEST/ILR/2025-26" targetNamespace="TEST/ILR/2025-26" elementFormDefault="qualified"
  xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:simpleType name="Name"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="20"/>
  </xs:restriction></xs:simpleType>
<xs:element name="Message"><xs:complexType><xs:sequence>
  <xs:element name="Header"><xs:complexType><xs:sequence>
    <xs:element name="Year"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="2526"/>
      </xs:restriction></xs:simpleType></xs:element>
    <xs:element name="Prepared" type="xs:date" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="Learner" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="LearnRefNumber"><xs:simpleType><xs:restriction base="xs:string">
      <xs:pattern value="[A-Za-z0-9]{1,12}"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="ULN"><xs:simpleType><xs:restriction base="xs:long"><xs:minInclusive value="1000000000"/>
      <xs:maxInclusive value="9999999999"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="FamilyName" type="Name" minOccurs="0"/>
    <xs:element name="DateOfBirth" type="xs:date" minOccurs="0"/>
    <xs:element name="Sex"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="F"/>
      <xs:enumeration value="M"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="LearningDelivery" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="AimType" type="xs:int"/><xs:element name="FundModel" type="xs:int"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="Outcome" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="LearnRefNumber" type="xs:string"/><xs:element name="OutDate" type="xs:date"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
SHAPE = Shape(XSD, "Message", ("Learner", "Outcome"))
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Message xmlns="TEST/ILR/2025-26">\n<Header><Year>2526</Year></Header>\n'
)
OUTCOME = "<Outcome><LearnRefNumber>A1</LearnRefNumber><OutDate>2025-01-01</OutDate></Outcome>\n"
TAIL = "</Message>\n"
SMALL = Limits(batch_bytes=600, batch_lines=40, batch_records=5)
DELIVERY = "<LearningDelivery><AimType>1</AimType><FundModel>36</FundModel></LearningDelivery>"


def learner(ref: str = "A1", *, uln: str = "1000000043", sex: str = "F", inside: str = "", more: str = "") -> str:
    """Return one learner; `inside` stands before Sex and `more` behind it."""
    start = f"<Learner>\n<LearnRefNumber>{ref}</LearnRefNumber>\n<ULN>{uln}</ULN>"
    return f"{start}{inside}\n<Sex>{sex}</Sex>{more}\n</Learner>\n"


def message(*parts: str) -> bytes:
    """Return a file of these parts between its head and its end."""
    return (HEAD + "".join(parts) + TAIL).encode()


def items_of(path: Path, data: bytes, settings: Settings | None = None) -> list[XmlItem]:
    """Return what the reader gives of a file of these bytes."""
    path.write_bytes(data)
    return list(read(path, SHAPE, settings))


def records(items: list[XmlItem]) -> list[XmlRecord]:
    """Return the records among some items."""
    return [item for item in items if isinstance(item, XmlRecord)]


def faults(items: list[XmlItem]) -> list[tuple[FaultType, int, str]]:
    """Return the type, line and path of each fault of the records among some items."""
    return [(fault.type, fault.line, fault.path) for item in records(items) for fault in item.faults]


def shout(seen: Seen) -> object:
    """Return what a kind's rules might: something of the record's values."""
    return (seen.name, seen.group["LearnRefNumber"], len(seen.faults))


NESTED_XSD = b"""<?xml version="1.0" encoding="utf-8"?>
<xs:schema xmlns="TEST/NESTED" targetNamespace="TEST/NESTED" elementFormDefault="qualified"
  xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:complexType name="Entry"><xs:sequence>
  <xs:element name="Number" type="xs:int"/><xs:element name="Date" type="xs:date" minOccurs="0"/>
  <xs:element name="Result" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="Grade" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType>
<xs:element name="Results"><xs:complexType><xs:sequence>
  <xs:element name="Header"><xs:complexType><xs:sequence>
    <xs:element name="Year" type="xs:gYear"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Centre" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="Name" type="xs:NCName" minOccurs="0"/>
    <xs:element name="Candidate" type="Entry" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="number" type="xs:int" use="required"/><xs:attribute name="note" type="xs:string"/>
    </xs:complexType></xs:element>
  <xs:element name="Pupils" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="On"><xs:complexType><xs:sequence>
      <xs:element name="Pupil" type="Entry" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
      </xs:element>
    <xs:element name="Off" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="Leaver" type="Entry" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="Trailer"><xs:complexType><xs:sequence>
    <xs:element name="Count" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
NESTED = Shape(NESTED_XSD, "Results", ("Centre/Candidate", "Pupils/On/Pupil", "Pupils/Off/Leaver"))
NESTED_HEAD = '<?xml version="1.0"?>\n<Results xmlns="TEST/NESTED">\n<Header><Year>2026</Year></Header>\n'
TRAILER = "<Trailer>\n<Count>2</Count></Trailer>\n"


def entry(name: str = "Candidate", number: str = "1", inside: str = "") -> str:
    """Return one record of a nested file on three lines."""
    return f"<{name}>\n<Number>{number}</Number>{inside}\n</{name}>\n"


def centre(*parts: str, tag: str = '<Centre number="1">') -> str:
    """Return a container of these parts, a candidate where there is none."""
    return f"{tag}\n{''.join(parts or [entry()])}</Centre>\n"


def nested(*parts: str, trailer: str = TRAILER) -> bytes:
    """Return a nested file of these parts between its head and its trailer."""
    return (NESTED_HEAD + "".join(parts) + trailer + "</Results>\n").encode()


def nested_items(path: Path, data: bytes, settings: Settings | None = None) -> list[XmlItem]:
    """Return what the reader gives of a nested file of these bytes."""
    path.write_bytes(data)
    return list(read(path, NESTED, settings))
