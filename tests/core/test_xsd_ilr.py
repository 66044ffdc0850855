"""The ILR schemas of three years hold what the specification says beside its table, in each of three XSD engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.core.xsd_cases import Case
from tests.core.xsd_documents import XSI, smallest
from tests.core.xsd_engines import disagreed, libxml2, other_verdicts, second, wrong, xmllint
from tests.core.xsd_table import ALL, ROOT, Table
from tests.core.xsd_values import ADDRESS_SIGNS, LETTERS, SIGNS

YEARS = ("ilr-2018-19", "ilr-2020-21", "ilr-2025-26")
FILES = sorted((ROOT / "fixtures/ilr-2025-26/valid").rglob("*.xml"))
LEARNER = "Message/Learner/"
AIM = f"{LEARNER}LearningDelivery/"
NOT_2025 = {  # of an earlier year, behind the element that it stood behind
    f"{LEARNER}Email": ["ContactPreference", "OTJHours"],
    f"{LEARNER}LearnerEmploymentStatus/EmpId": ["AgreeId"],
    f"{AIM}ProgType": ["FworkCode", "PwayCode"],
    f"{AIM}EPAOrgID": ["EmpOutcome"],
    f"{AIM}LearningDeliveryHE/SSN": ["NUMHUS", "SOC2000", "UCASAPPID", "DOMICILE"],
    f"{AIM}LearningDeliveryHE/PCOLAB": ["PCFLDCS", "PCSLDCS", "PCTLDCS"],
    "Message/Learner": ["LearnerDestinationandProgression"],
}
NOT_2020 = {
    f"{LEARNER}Email": ["OTJHours", "PriorLevel"],
    f"{LEARNER}LearnerEmploymentStatus/EmpId": ["AgreeId"],
    f"{AIM}OutGrade": ["TLOut"],
    f"{AIM}LearningDeliveryHE/SSN": ["SOC", "UCASSCHEMECODE", "PERMADDCOUNTRY"],
}
NOT_2018 = {**NOT_2020, f"{LEARNER}Email": ["PriorLevel"], f"{AIM}FundModel": ["PHours", "OTJActHours"]}
NOT_2018.pop(f"{LEARNER}LearnerEmploymentStatus/EmpId")
UNKNOWN = dict(zip(YEARS, (NOT_2018, NOT_2020, NOT_2025), strict=True))


def characters(table: Table, path: str, allowed: str) -> Iterator[Case]:
    """Of all the characters here, a text accepts those that the specification lists."""
    for sign in {*map(chr, range(0x20, 0x100)), *"\t\n\r€₤\u2013\u2018\u2019\u201c\u2026"}:
        root, (it,) = smallest(table, table.routes[path])
        it.text = f"A{sign}"
        yield Case(f"{path} with {sign!a}", root, None if sign in allowed else it)


def other_years(table: Table) -> Iterator[Case]:
    """Elements and namespaces of other years are refused."""
    for path, names in UNKNOWN[table.name].items():
        for name in names:
            root, (it,) = smallest(table, table.routes[path])
            old = etree.Element(table.tag(name))
            old.text = "1"
            it.addnext(old)
            yield Case(f"{name} of another year", root, old)
    for namespace in {"SFA/ILR/2017-18", "ESFA/ILR/2019-20", "ESFA/ILR/2026-27", *(ALL[it].namespace for it in YEARS)}:
        if namespace != table.namespace:
            text = etree.tostring(smallest(table)[0]).replace(table.namespace.encode(), namespace.encode())
            root = etree.fromstring(text)
            yield Case(f"namespace {namespace!r}", root, root)


def left_to_rules(table: Table) -> Iterator[Case]:
    """Repeated references, unknown codes and wrong check digits are for the rules: the schema accepts them."""
    root, learners = smallest(table, table.routes["Message/Learner"], 3)
    yield Case("the same learner three times", root)
    for name, text in {"Sex": "X", "ULN": "1000000042", "Postcode": "NOWHERE", "Ethnicity": "-1"}.items():
        learners[0].find(table.tag(name)).text = text
    yield Case("values that rules refuse", root)


def lexical(table: Table) -> Iterator[Case]:
    """Blanks round a number or date do not count, nor zeros and a plus sign before a number; in a text blanks count."""
    for field in ("ULN", "Ethnicity", "ALSCost", "DateOfBirth", "LearningDelivery/LearningDeliveryHE/STULOAD"):
        root, (it,) = smallest(table, table.routes[LEARNER + field])
        it.text = f" \n{it.text}\t"
        yield Case(f"{field} between blanks", root)
    root = smallest(table)[0]
    for name in ("FilePreparationDate", "DateTime"):
        (it,) = root.iter(table.tag(name))
        it.text = f"\t{it.text}\n "
    yield Case("dates of the header between blanks", root)
    for field, text in {"Ethnicity": "0031", "ALSCost": "+000000005", "ULN": "0" * 30 + "1000000043"}.items():
        root, (it,) = smallest(table, table.routes[LEARNER + field])
        it.text = text
        yield Case(f"{field} {text}", root)
    for text, taken in {"300": True, "0.10": True, "300.00": True, ".5": True, "1,5": False, "1e1": False}.items():
        root, (it,) = smallest(table, table.routes[AIM + "LearningDeliveryHE/STULOAD"])
        it.text = text
        yield Case(f"STULOAD {text}", root, None if taken else it)
    for field, text in {"Sex": " F", "Postcode": "ZZ99 9ZZ ", "LearnRefNumber": "A" * 12 + " "}.items():
        root, (it,) = smallest(table, table.routes[LEARNER + field])
        it.text = text
        yield Case(f"{field} {text!r}", root, it)


def statements(table: Table) -> list[Case]:
    """Return the cases of what the specification says beside its table."""
    root, (it,) = smallest(table, table.routes["Message/SourceFiles/SourceFile/SourceFileName"])
    it.set(f"{{{XSI}}}type", "AddressLine")
    return [
        Case("a claim to another type", root, it),
        *characters(table, f"{AIM}ConRefNumber", LETTERS + SIGNS),
        *characters(table, f"{LEARNER}AddLine4", LETTERS + ADDRESS_SIGNS),
        *(case for others in (other_years, left_to_rules, lexical) for case in others(table)),
    ]


@pytest.mark.parametrize("name", YEARS)
def test_what_the_specification_says_beside_its_table_holds(name: str, tmp_path: Path) -> None:
    table, cases = ALL[name], statements(ALL[name])
    assert not wrong(table, cases)
    assert not disagreed(table, cases)
    assert not other_verdicts(table, cases, tmp_path)


def test_the_tables_are_whole() -> None:
    assert [(len(ALL[name].routes), len(ALL[name].fields)) for name in YEARS] == [(162, 138), (163, 139), (147, 125)]


def test_only_the_latest_year_needs_a_learner() -> None:
    empty = {name: not ALL[name].routes["Message/Learner"][-1].least for name in YEARS}
    assert empty == {"ilr-2018-19": True, "ilr-2020-21": True, "ilr-2025-26": False}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_a_shipped_file_is_valid_in_every_engine(path: Path) -> None:
    table = ALL["ilr-2025-26"]
    tree = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    assert libxml2(table.xsd).validate(tree), libxml2(table.xsd).error_log
    assert second(table.xsd).is_valid(path)
    assert xmllint(table, path.parent, path.name) == {path.name: True}


def test_the_shipped_files_show_the_least_the_most_and_what_is_tolerated() -> None:
    table = ALL["ilr-2025-26"]
    files = {path.parent.name: path for path in FILES}
    names = {key: {etree.QName(it).localname for it in etree.parse(path).iter("*")} for key, path in files.items()}
    assert names["minimal"] == {it.tag.removeprefix(table.tag("")) for it in smallest(table)[0].iter()}
    assert names["maximal"] == {route[-1].name for route in table.routes.values()}
    tolerated = files["tolerated"].read_bytes()
    assert tolerated.startswith(b"\xef\xbb\xbf<!--")
    assert all(mark in tolerated for mark in (b"xsi:schemaLocation=", b"<Source>\n      <!--", b"xmlns:unused="))


@pytest.mark.parametrize("name", YEARS)
def test_a_second_schema_may_declare_the_record_as_a_root(name: str) -> None:
    table = ALL[name]
    namespace = f'xmlns="{table.namespace}" targetNamespace="{table.namespace}"'
    one = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {namespace}>
      <xs:include schemaLocation="{table.xsd.as_uri()}"/><xs:element name="Learner" type="Learner"/></xs:schema>"""
    record = smallest(table, table.routes["Message/Learner"])[1][0]
    for schema in (etree.XMLSchema(etree.fromstring(one)), xmlschema.XMLSchema10(one)):
        whole = etree.fromstring(etree.tostring(record))
        broken = etree.fromstring(etree.tostring(record).replace(b"ULN", b"UNL"))
        is_valid = schema.validate if isinstance(schema, etree.XMLSchema) else schema.is_valid
        assert (is_valid(whole), is_valid(broken)) == (True, False)
