"""The ILR 2025-26 schema accepts and refuses what section 2 of the specification says, in each of three XSD engines.

SECTION_2 is written from the specification and never from the schema: a line is a group of fields, or fields of the
group above it, each with how often it occurs and the specification's own words for its values.
"""

import functools
import itertools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.needs import needs

ROOT = Path(__file__).parents[2]
XSD = ROOT / "schemas/xsd/ilr-2025-26/ilr-2025-26.xsd"
FILES = sorted((ROOT / "fixtures/ilr-2025-26").rglob("*.xml"))
NAMESPACE = "ESFA/ILR/2025-26"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

SECTION_2 = r"""
Message 1
  Header 1
    CollectionDetails 1
      Collection 1 only ILR; Year 1 only 2526; FilePreparationDate 1 date
    Source 1
      ProtectiveMarking 1 only OFFICIAL-SENSITIVE-Personal; UKPRN 1 10000000..99999999; SoftwareSupplier 0..1 RS 1-40
      SoftwarePackage 0..1 RS 1-30; Release 0..1 RS 1-20; SerialNo 1 [0-9]{1,2}; DateTime 1 dt
      ReferenceData 0..1 RS 1-100; ComponentSetVersion 0..1 RS 1-20
  SourceFiles 0..1
    SourceFile 1..n
      SourceFileName 1 RS 1-50; FilePreparationDate 1 date; SoftwareSupplier 0..1 RS 1-40
      SoftwarePackage 0..1 RS 1-30; Release 0..1 RS 1-20; SerialNo 1 [0-9]{1,2}; DateTime 0..1 dt
  LearningProvider 1
    UKPRN 1 10000000..99999999
  Learner 1..n
    LearnRefNumber 1 [A-Za-z0-9 ]{1,12}; PrevLearnRefNumber 0..1 [A-Za-z0-9 ]{1,12}
    PrevUKPRN 0..1 10000000..99999999; PMUKPRN 0..1 10000000..99999999; CampId 0..1 [A-Za-z0-9]{1,8}
    ULN 1 1000000000..9999999999; FamilyName 0..1 name; GivenNames 0..1 name; DateOfBirth 0..1 date
    Ethnicity 1 int 2; Sex 1 RS 1-1; LLDDHealthProb 1 int 1; NINumber 0..1 RS 1-9; Accom 0..1 int 1
    ALSCost 0..1 0..999999; PlanLearnHours 0..1 0..9999; PlanEEPHours 0..1 0..9999
    MathGrade 0..1 RS 1-4; EngGrade 0..1 RS 1-4; PostcodePrior 1 RS 1-8; Postcode 1 RS 1-8
    AddLine1 0..1 address; AddLine2 0..1 address; AddLine3 0..1 address; AddLine4 0..1 address
    TelNo 0..1 [0-9]{1,18}; Email 0..1 email
    PriorAttain 0..n
      PriorLevel 1 int 2; DateLevelApp 1 date
    LLDDandHealthProblem 0..22
      LLDDCat 1 int 2; PrimaryLLDD 0..1 int 1
    LearnerFAM 0..17
      LearnFAMType 1 RS 1-3; LearnFAMCode 1 int 3
    ProviderSpecLearnerMonitoring 0..2
      ProvSpecLearnMonOccur 1 RS 1-1; ProvSpecLearnMon 1 RS 1-20
    LearnerEmploymentStatus 0..n
      EmpStat 1 int 2; DateEmpStatApp 1 date; EmpId 0..1 int 9
      EmploymentStatusMonitoring 0..10
        ESMType 1 RS 1-3; ESMCode 1 int 2
    LearnerHE 0..1
      UCASPERID 0..1 [0-9]{10}; TTACCOM 0..1 int 1
      LearnerHEFinancialSupport 0..4
        FINTYPE 1 int 1; FINAMOUNT 1 0..999999
    LearningDelivery 1..n
      LearnAimRef 1 RS 1-8; AimType 1 int 1; AimSeqNumber 1 1..98; LearnStartDate 1 date; OrigLearnStartDate 0..1 date
      LearnPlanEndDate 1 date; FundModel 1 int 2; PHours 0..1 0..9999; OTJActHours 0..1 0..9999; ProgType 0..1 int 2
      StdCode 0..1 int 5; PartnerUKPRN 0..1 10000000..99999999; DelLocPostCode 1 RS 1-8; LSDPostcode 0..1 RS 1-8
      AddHours 0..1 0..9999; PriorLearnFundAdj 0..1 0..99; OtherFundAdj 0..1 0..999; ConRefNumber 0..1 RS 1-20
      EPAOrgID 0..1 RS 1-7; CompStatus 1 int 1; LearnActEndDate 0..1 date; WithdrawReason 0..1 int 2; Outcome 0..1 int 1
      AchDate 0..1 date; OutGrade 0..1 RS 1-6; SWSupAimId 0..1 RS 1-36; TLOut 0..1 int 2
      LearningDeliveryFAM 0..n
        LearnDelFAMType 1 RS 1-3; LearnDelFAMCode 1 RS 1-5; LearnDelFAMDateFrom 0..1 date; LearnDelFAMDateTo 0..1 date
      LearningDeliveryWorkPlacement 0..n
        WorkPlaceStartDate 1 date; WorkPlaceEndDate 0..1 date; WorkPlaceHours 1 1..9999; WorkPlaceMode 1 int 1
        WorkPlaceEmpId 0..1 int 9
      AppFinRecord 0..n
        AFinType 1 RS 1-3; AFinCode 1 int 2; AFinDate 1 date; AFinAmount 1 0..999999
      ProviderSpecDeliveryMonitoring 0..4
        ProvSpecDelMonOccur 1 RS 1-1; ProvSpecDelMon 1 RS 1-20
      LearningDeliveryHE 0..1
        SSN 0..1 RS 1-13; QUALENT3 0..1 RS 1-3; SOC 0..1 int 4; SEC 0..1 int 1
        UCASSCHEMECODE 0..1 [a-zA-Z]{2}[0-9]{2} or [0-9]{9}; TYPEYR 1 int 1; MODESTUD 1 int 2; FUNDLEV 0..1 int 2
        FUNDCOMP 0..1 int 1; STULOAD 0..1 decimal 0.1..300.0; YEARSTU 1 1..98; MSTUFEE 1 int 2
        PCOLAB 0..1 decimal 0.1..100.0; SPECFEE 1 int 1; NETFEE 0..1 0..999999; GROSSFEE 0..1 0..999999
        PERMADDCOUNTRY 0..1 RS 1-2; ELQ 0..1 int 1; HEPostCode 0..1 RS 1-8
"""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 "
SIGNS = r"~!@#$%&'()*+,-./:;<=>?[\]_{}^£€"
ADDRESS_SIGNS = r"~!@&'\()*+,-./:;"
NO_TEXT = '"|`é\t\n\r¬\u00a0“'
Words = tuple[list[str], list[str]]
VALUES: dict[str, Words] = {  # what is accepted, an ordinary value first; what is refused
    "date": (
        ["2025-09-01", "2024-02-29", "2025-09-01Z"],
        ["", "2025-02-29", "01/09/2025", "20250901", "2025-9-1", "2025-09-01T00:00:00", "2025-13-01"],
    ),
    "dt": (
        ["2025-09-01T09:30:00", "2025-09-01T09:30:00.125", "2025-09-01T09:30:00+01:00"],
        ["", "2025-09-01", "2025-09-01 09:30:00", "2025-09-01T25:00:00", "2025-09-01T09:30"],
    ),
    "name": (
        ["O'Néill-Ó Súilleabháin", "A", "Ž" * 100, "\U00020bb7" * 100, "李小龍", "عمر", "a`b~#€", " "],
        ["", "A" * 101, "A\rB", "A\nB", "A\tB", "A|B", 'A"B', *(f"A{digit}" for digit in range(10))],
    ),
    "address": (
        ["1 High St.", "A", "A" * 50, ADDRESS_SIGNS, LETTERS[:50], LETTERS[50:]],
        ["", "A" * 51, *(f"A{sign}" for sign in (set(SIGNS) - set(ADDRESS_SIGNS)) | set(NO_TEXT))],
    ),
    "email": (
        ["a.b@example.org", "a@b", "a@b@c", "@@@", "a" * 98 + "@b"],
        ["", "ab", "@", "@b", "a@", "a" * 99 + "@b", *(f"a{sign}@b" for sign in NO_TEXT)],
    ),
    "[0-9]{1,2}": (["01", "9", "00"], ["", "001", "1A", "-1", " 1", "+1"]),
    "[0-9]{1,18}": (["01632960001", "0", "9" * 18], ["", "9" * 19, "01632 960001", "+441632960001"]),
    "[0-9]{10}": (["0000000001", "9" * 10], ["", "9" * 9, "9" * 11, "00000000A1"]),
    "[A-Za-z0-9]{1,8}": (["Camp1", "a", "Z" * 8], ["", "A" * 9, "A B", "A-B", "é"]),
    "[A-Za-z0-9 ]{1,12}": (["AB 12", "a", "Z" * 12, " "], ["", "A" * 13, "A-B", "A_B", "é", "A\tB"]),
    "[a-zA-Z]{2}[0-9]{2} or [0-9]{9}": (
        ["Ab12", "123456789"],
        ["", "A123", "ABC1", "Ab1", "Ab123", "12345678", "1234567890", "Ab12123456789"],
    ),
}


def values(words: str) -> Words:
    """Return values that a type accepts and values that it refuses, at and just beyond its limits."""
    if words in VALUES:
        return VALUES[words]
    name, _, rest = words.rpartition(" ")
    if name == "only":
        return [rest], ["", rest + "x", rest.lower() + " ", "x" + rest]
    if name == "RS":
        most = int(rest.removeprefix("1-"))
        fill = "A" * (most - 1)
        return ["A", fill + "9", fill + "€"], ["", fill + "AB", *(fill + sign for sign in NO_TEXT)]
    if name == "int":
        nines = "9" * int(rest)
        return ["1", nines, "0", "-" + nines], ["", nines + "9", f"-{nines}9", "x", "1.5", "1e1", "- 1", "1,0"]
    least, most = (float(end) for end in rest.split(".."))
    if name == "decimal":
        return [rest.split("..")[0], f"{most}", "10.5"], ["", "0.0", f"{most + 0.1:.1f}", "10.55", "0.05", "-0.1", "x"]
    beyond = [f"{least - 1:.0f}", f"{most + 1:.0f}", f"{most:.0f}0", f"-{most:.0f}"]
    return [f"{least:.0f}", f"{most:.0f}"], ["", "x", f"{least:.0f}.5", *beyond]


@dataclass(frozen=True)
class Element:
    """One element of the specification: how often it occurs, and its children or the words for its values."""

    name: str
    least: int
    most: int | None
    words: str
    children: tuple["Element", ...] = ()


Route = tuple[Element, ...]


def element(words: str, children: tuple[Element, ...] = ()) -> Element:
    """Return the element that `Name 0..1 words` describes."""
    name, often, *rest = words.strip().split(" ", 2)
    least, _, most = often.partition("..")
    return Element(name, int(least), None if most == "n" else int(most or least), "".join(rest), children)


def elements(lines: list[str], depth: int = 0) -> Iterator[Element]:
    """Return the elements that stand at a depth of the indented text, with all that stands below them."""
    starts = [number for number, line in enumerate(lines) if not line.startswith("  " * (depth + 1))]
    for start, end in itertools.pairwise([*starts, len(lines)]):
        children = tuple(elements(lines[start + 1 : end], depth + 1))
        yield from (element(words, children) for words in lines[start].split(";"))


def routes(top: Element, above: Route = ()) -> Iterator[Route]:
    """Return the way from the root to each element."""
    yield (*above, top)
    for child in top.children:
        yield from routes(child, (*above, top))


(MESSAGE,) = elements(SECTION_2.strip().splitlines())
ROUTES = {"/".join(step.name for step in route): route for route in routes(MESSAGE)}
GROUPS = {path: route for path, route in ROUTES.items() if route[-1].children}
FIELDS = {path: route for path, route in ROUTES.items() if not route[-1].children}


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def node(what: Element, often: Callable[[Route], int], above: Route = ()) -> etree._Element:
    """Return an element with an ordinary value, or with each child as often as `often` says of it."""
    made = etree.Element(tag(what.name), nsmap={None: NAMESPACE})
    if not what.children:
        made.text = values(what.words)[0][0]
    for child in what.children:
        here = (*above, what, child)
        made.extend([node(child, often, here[:-1]) for _ in range(often(here))])
    return made


def smallest(route: Route = (), times: int = 1) -> tuple[etree._Element, list[etree._Element]]:
    """Return a document of what is mandatory and of the last element of a route, so many times; and those elements."""

    def often(here: Route) -> int:
        return times if here == route else max(here[-1].least, here == route[: len(here)])

    return found(node(MESSAGE, often), route)


def full(route: Route) -> tuple[etree._Element, list[etree._Element]]:
    """Return a document in which an element of the route stands with each of its siblings once; and that element."""

    def often(here: Route) -> int:
        return max(here[-1].least, here[:-1] == route[:-1] or here == route[: len(here)])

    return found(node(MESSAGE, often), route)


def found(root: etree._Element, route: Route) -> tuple[etree._Element, list[etree._Element]]:
    return root, root.findall("/".join(tag(step.name) for step in route[1:])) if route[1:] else [root]


@dataclass(frozen=True)
class Case:
    """A document and the element at which it is refused, or None where it is accepted."""

    title: str
    root: etree._Element
    at: etree._Element | None = None
    told: str = ""


def missing(route: Route) -> Iterator[Case]:
    """Each optional element may be absent; a mandatory one is missed where the next stands, or at its group."""
    root, (it,) = full(route)
    following, group = it.getnext(), it.getparent()
    group.remove(it)
    at = following if following is not None else group
    yield Case("absent", root, at if route[-1].least else None, route[-1].name if route[-1].least else "")


def too_many(route: Route) -> Iterator[Case]:
    """Each element may occur as often as its most; one more is refused, and it is the last that is."""
    most = route[-1].most
    yield Case("as often as it may", smallest(route, most or 60)[0])
    if most is not None:
        root, every = smallest(route, most + 1)
        yield Case("once too often", root, every[-1])


def out_of_order(route: Route) -> Iterator[Case]:
    """Each element is refused before the one that it follows: there, or, if that is optional, the other after it."""
    siblings = route[-2].children
    position = siblings.index(route[-1])
    if position == 0:
        return
    root, (it,) = full(route)
    before = it.getprevious()
    before.addprevious(it)
    yield Case("before its predecessor", root, it if siblings[position - 1].least else before)


def wrong_values(route: Route) -> Iterator[Case]:
    """Each field accepts the values of its type to their limits, and refuses those beyond."""
    for number, texts in enumerate(values(route[-1].words)):
        for text in texts:
            root, (it,) = smallest(route)
            it.text = text
            yield Case(ascii(text), root, it if number else None)


def wrong_content(route: Route) -> Iterator[Case]:
    """No element has an attribute, a group has no text, and nothing has a child that is not described."""
    root, (it,) = smallest(route)
    it.set("code", "1")
    yield Case("with an attribute", root, it)
    root, (it,) = smallest(route)
    child = etree.SubElement(it, tag("Unknown"))
    yield Case("with an unknown child", root, child if route[-1].children else it)
    if route[-1].children:
        root, (it,) = smallest(route)
        it.text = "text"
        yield Case("with text", root, it)


def characters(path: str, allowed: str) -> Iterator[Case]:
    """Of all the characters here, a text accepts those that the specification lists."""
    for sign in {*map(chr, range(0x20, 0x100)), *"\t\n\r€₤\u2013\u2018\u2019\u201c\u2026"}:
        root, (it,) = smallest(ROUTES[path])
        it.text = f"A{sign}"
        yield Case(f"{path} with {sign!a}", root, None if sign in allowed else it)


def other_years() -> Iterator[Case]:
    """Elements and namespaces of other years are refused, and so is a number where there is now a group."""
    gone = {
        "Message/Learner/NINumber": ["PriorAttain"],
        "Message/Learner/Email": ["ContactPreference", "OTJHours"],
        "Message/Learner/LearnerEmploymentStatus/EmpId": ["AgreeId"],
        "Message/Learner/LearningDelivery/ProgType": ["FworkCode", "PwayCode"],
        "Message/Learner/LearningDelivery/EPAOrgID": ["EmpOutcome"],
        "Message/Learner/LearningDelivery/LearningDeliveryHE/SSN": ["NUMHUS", "SOC2000", "UCASAPPID", "DOMICILE"],
        "Message/Learner/LearningDelivery/LearningDeliveryHE/PCOLAB": ["PCFLDCS", "PCSLDCS", "PCTLDCS"],
        "Message/Learner": ["LearnerDestinationandProgression"],
    }
    for path, names in gone.items():
        for name in names:
            root, (it,) = smallest(ROUTES[path])
            old = etree.Element(tag(name))
            old.text = "1"
            it.addnext(old)
            yield Case(f"{name} of an earlier year", root, old)
    for namespace in ("SFA/ILR/2017-18", "ESFA/ILR/2018-19", "ESFA/ILR/2020-21", "ESFA/ILR/2026-27", ""):
        text = etree.tostring(smallest()[0]).replace(NAMESPACE.encode(), namespace.encode())
        root = etree.fromstring(text.replace(b'xmlns=""', b""))
        yield Case(f"namespace {namespace!r}", root, root)


def other_roots() -> Iterator[Case]:
    """Nothing but a whole file is a document: a part of it alone is refused."""
    for path, route in ROUTES.items():
        if len(route) > 1:
            root = etree.fromstring(etree.tostring(smallest(route)[1][0], with_tail=False))
            yield Case(f"{path} as the root", root, root)


def claims() -> Iterator[Case]:
    """No field can declare itself to be null or of another type."""
    for name, value in {"nil": "true", "type": "AddressLine"}.items():
        root, (it,) = smallest(ROUTES["Message/SourceFiles/SourceFile/SourceFileName"])
        it.set(f"{{{XSI}}}{name}", value)
        yield Case(f"xsi:{name}", root, it)


def left_to_rules() -> Iterator[Case]:
    """Repeated references, unknown codes and wrong check digits are for the rules: the schema accepts them."""
    root, learners = smallest(ROUTES["Message/Learner"], 3)
    yield Case("the same learner three times", root)
    for name, text in {"Sex": "X", "ULN": "1000000042", "Postcode": "NOWHERE", "Ethnicity": "-1"}.items():
        learners[0].find(tag(name)).text = text
    yield Case("values that rules refuse", root)
    for words in ("UKPRN 99999999", "UKPRN 10000000"):
        name, text = words.split()
        root = smallest()[0]
        for it in root.iter(tag(name)):
            it.text = text
        yield Case(words, root)


def lexical() -> Iterator[Case]:
    """Blanks round a number or date do not count, nor zeros and a plus sign before a number; in a text blanks count."""
    learner = "Message/Learner/"
    for field in ("ULN", "Ethnicity", "ALSCost", "DateOfBirth", "LearningDelivery/LearningDeliveryHE/STULOAD"):
        root, (it,) = smallest(ROUTES[learner + field])
        it.text = f" \n{it.text}\t"
        yield Case(f"{field} between blanks", root)
    root = smallest()[0]
    for name in ("FilePreparationDate", "DateTime"):
        (it,) = root.iter(tag(name))
        it.text = f"\t{it.text}\n "
    yield Case("dates of the header between blanks", root)
    for field, text in {"Ethnicity": "0031", "ALSCost": "+000000005", "ULN": "0" * 30 + "1000000043"}.items():
        root, (it,) = smallest(ROUTES[learner + field])
        it.text = text
        yield Case(f"{field} {text}", root)
    for text, taken in {"300": True, "0.10": True, "300.00": True, ".5": True, "1,5": False, "1e1": False}.items():
        root, (it,) = smallest(ROUTES[learner + "LearningDelivery/LearningDeliveryHE/STULOAD"])
        it.text = text
        yield Case(f"STULOAD {text}", root, None if taken else it)
    for field, text in {"Sex": " F", "Postcode": "ZZ99 9ZZ ", "LearnRefNumber": "A" * 12 + " "}.items():
        root, (it,) = smallest(ROUTES[learner + field])
        it.text = text
        yield Case(f"{field} {text!r}", root, it)


def statements() -> Iterator[Case]:
    """Return the cases of what the specification says beside its table."""
    yield Case("what is mandatory", smallest()[0])
    yield Case("every element once", node(MESSAGE, lambda _: 1))
    yield Case("each as often as it may", node(MESSAGE, lambda here: here[-1].most or 3))
    yield from characters("Message/Learner/LearningDelivery/ConRefNumber", LETTERS + SIGNS)
    yield from characters("Message/Learner/AddLine4", LETTERS + ADDRESS_SIGNS)
    for others in (other_years, other_roots, claims, left_to_rules, lexical):
        yield from others()


TABLES = (missing, too_many, out_of_order, wrong_values, wrong_content)


def inside(group: str, table: Callable[[Route], Iterator[Case]]) -> Iterator[Case]:
    """Return the cases of a table for each child of a group, titled with its path; only fields have values."""
    for child in GROUPS[group][-1].children:
        if table is not wrong_values or not child.children:
            cases = table((*GROUPS[group], child))
            yield from (Case(f"{group}/{child.name}: {it.title}", it.root, it.at, it.told) for it in cases)


@functools.cache
def all_cases() -> list[Case]:
    """Return every case of the tables, and every statement."""
    return [*(it for table in TABLES for group in GROUPS for it in inside(group, table)), *statements()]


@functools.cache
def libxml2() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD))


def wrong(cases: Iterator[Case]) -> list[str]:
    """Return what libxml2 does not accept, or does not refuse at the one element where it should."""
    return [f"{case.title}: {faults(case.root)}" for case in cases if not as_told(case)]


def faults(root: etree._Element) -> list[tuple[etree._Element, str]]:
    libxml2().validate(root)
    return [(root.xpath(error.path)[0], error.message) for error in libxml2().error_log]


def as_told(case: Case) -> bool:
    found_here = faults(case.root)
    if case.at is None or not found_here:
        return case.at is None and not found_here
    return all(place is case.at for place, _ in found_here) and case.told in " ".join(told for _, told in found_here)


@pytest.mark.parametrize("group", GROUPS)
def test_an_element_may_be_absent_when_it_is_optional_and_is_missed_when_it_is_not(group: str) -> None:
    assert not wrong(inside(group, missing))


@pytest.mark.parametrize("group", GROUPS)
def test_an_element_may_stand_as_often_as_its_most_and_not_once_more(group: str) -> None:
    assert not wrong(inside(group, too_many))


@pytest.mark.parametrize("group", GROUPS)
def test_an_element_may_not_stand_before_the_one_that_it_follows(group: str) -> None:
    assert not wrong(inside(group, out_of_order))


@pytest.mark.parametrize("group", GROUPS)
def test_a_field_takes_the_values_of_its_type_to_their_limits_and_none_beyond(group: str) -> None:
    assert not wrong(inside(group, wrong_values))


@pytest.mark.parametrize("group", GROUPS)
def test_an_element_has_no_attribute_no_stray_text_and_no_unknown_child(group: str) -> None:
    assert not wrong(inside(group, wrong_content))


def test_the_root_has_no_attribute_no_stray_text_and_no_unknown_child() -> None:
    assert not wrong(wrong_content((MESSAGE,)))


def test_what_the_specification_says_beside_its_table_holds() -> None:
    assert not wrong(statements())


def test_the_table_is_whole() -> None:
    assert (len(ROUTES), len(FIELDS)) == (147, 125)


def test_xmlschema_gives_the_same_verdicts() -> None:
    schema = xmlschema.XMLSchema10(XSD)
    assert not [case.title for case in all_cases() if schema.is_valid(case.root) != (case.at is None)]


def test_xmllint_gives_the_same_verdicts(tmp_path: Path) -> None:
    cases = {f"{number}.xml": case for number, case in enumerate(all_cases())}
    for name, case in cases.items():
        (tmp_path / name).write_bytes(etree.tostring(case.root))
    verdicts = xmllint(tmp_path, *cases)
    assert not [case.title for name, case in cases.items() if verdicts.get(name) != (case.at is None)]


def xmllint(folder: Path, *arguments: str) -> dict[str, bool]:
    """Return what xmllint says of each file: whether it validates. Skip where there is no xmllint, but not on CI."""
    needs("xmllint")
    command = ["xmllint", "--noout", "--schema", str(XSD), *arguments]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr
    verdicts = re.findall(r"^(\S+) (validates|fails to validate)$", told, re.MULTILINE)
    return {name: verdict == "validates" for name, verdict in verdicts}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_a_shipped_file_is_valid_in_every_engine(path: Path) -> None:
    tree = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    assert libxml2().validate(tree), libxml2().error_log
    assert xmlschema.XMLSchema10(XSD).is_valid(path)
    assert xmllint(path.parent, path.name) == {path.name: True}


def test_the_shipped_files_show_the_least_the_most_and_what_is_tolerated() -> None:
    files = {path.parent.name: path for path in FILES}
    names = {key: {etree.QName(it).localname for it in etree.parse(path).iter("*")} for key, path in files.items()}
    assert names["minimal"] == {it.tag.removeprefix(tag("")) for it in smallest()[0].iter()}
    assert names["maximal"] == {route[-1].name for route in ROUTES.values()}
    tolerated = files["tolerated"].read_bytes()
    assert tolerated.startswith(b"\xef\xbb\xbf<!--")
    assert all(mark in tolerated for mark in (b"xsi:schemaLocation=", b"<Source>\n      <!--", b"xmlns:unused="))


def test_a_second_schema_may_declare_the_record_as_a_root() -> None:
    one = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{NAMESPACE}" targetNamespace="{NAMESPACE}">
      <xs:include schemaLocation="{XSD.as_uri()}"/><xs:element name="Learner" type="Learner"/></xs:schema>"""
    record = smallest(ROUTES["Message/Learner"])[1][0]
    for schema in (etree.XMLSchema(etree.fromstring(one)), xmlschema.XMLSchema10(one)):
        whole = etree.fromstring(etree.tostring(record))
        broken = etree.fromstring(etree.tostring(record).replace(b"ULN", b"UNL"))
        is_valid = schema.validate if isinstance(schema, etree.XMLSchema) else schema.is_valid
        assert (is_valid(whole), is_valid(broken)) == (True, False)


def test_the_schema_holds_no_identity_constraint_and_reads_nothing_else() -> None:
    names = {etree.QName(it).localname for it in etree.parse(XSD).getroot().iter("*")}
    assert not names & {"unique", "key", "keyref", "include", "import", "redefine", "any", "anyAttribute", "attribute"}
