"""What the specifications say beside their tables: alternatives, free order, open parts; and whole files by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.core.xsd_cases import Case, instead
from tests.core.xsd_documents import full, smallest
from tests.core.xsd_engines import disagreed, other_verdicts, wrong
from tests.core.xsd_table import ALL, Table

PUPIL = "Message/Pupils/PupilsOnRoll/PupilOnRoll"
LEAVER = "Message/Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll"
CTF = "CTfile/CTFpupilData/Pupil"


def replaced(table: Table, path: str, text: str, *, taken: bool = True) -> Iterator[Case]:
    """Put another element in the place of one."""
    root, (it,) = smallest(table, table.routes[path])
    other = etree.fromstring(text)
    it.getparent().replace(it, other)
    yield Case(f"{text} in place of {path}", root, None if taken else other)


def added(table: Table, path: str, text: str, *, taken: bool = True) -> Iterator[Case]:
    """Put an element at the end of a group."""
    root, (it,) = full(table, (*table.routes[path], table.routes[path][-1].children[0]))
    group = it.getparent()
    other = etree.fromstring(text)
    group.append(other)
    yield Case(f"{text} at the end of {path}", root, None if taken else other)


def census(table: Table) -> Iterator[Case]:
    """Gender may be Sex, and so on; modules stand in any order; LearnerFAM holds pairs."""
    yield from instead(table, "Message/Header/Source/Xversion", "XVersion")
    aim = f"{PUPIL}/LearningAims/LearningAim"
    yield from (*instead(table, f"{aim}/QN", "QAN"), *instead(table, f"{aim}/SCC", "DiscCode"))
    for pupil in (PUPIL, LEAVER):
        detail = f"{pupil}/Attendance/TermlyAttendance/SessionDetails/SessionDetail/AbsenceSessions"
        yield from (*instead(table, f"{pupil}/PupilIdentifiers/Gender", "Sex"), *instead(table, detail, "Sessions"))
    lines = "<LineAddressFormat><AddressLine1>1 High Street</AddressLine1></LineAddressFormat>"
    yield from replaced(table, f"{PUPIL}/HomeInformation/Address/BS7666Address", lines)
    pairs = "<LearnerFAMType>NLM</LearnerFAMType><LearnerFAMCode>01</LearnerFAMCode>"
    yield from added(table, PUPIL, f"<LearnerFAM>{pairs * 3}</LearnerFAM>")
    yield from added(table, PUPIL, "<LearnerFAM/>")
    root, (it,) = smallest(table, table.routes[f"{PUPIL}/PupilStatus"])
    pair = etree.fromstring("<LearnerFAM><LearnerFAMCode>01</LearnerFAMCode></LearnerFAM>")
    it.addnext(pair)
    yield Case("a code without its type", root, pair[0])
    yield from replaced(table, f"{PUPIL}/WorkPlacement", "<WorkPlacement><Mode unit='x'>1</Mode></WorkPlacement>")
    yield from added(table, PUPIL, "<Unknown/>", taken=False)
    root, (it,) = full(table, (*table.routes[PUPIL], table.routes[PUPIL][-1].children[0]))
    group = it.getparent()
    group[:] = reversed([*group])
    yield Case("the modules in reverse", root)
    root, (it,) = smallest(table, table.routes[f"{PUPIL}/PupilStatus/EntryDate"])
    it.text = "\n 2025-01-16\t"
    yield Case("a date between blanks", root)


def ctf(table: Table) -> Iterator[Case]:
    """Later blocks stand at the end in any order; Contacts and Attendance hold anything; another child is unknown."""
    later = ["<PLAA>A</PLAA>", "<YoungCarer code='P'/>", "<ServiceChild><From>2020</From></ServiceChild>"]
    for block in later:
        yield from added(table, CTF, block)
    yield from added(table, CTF, "<ULN>1000000043</ULN>", taken=False)
    for line in range(1, 6):
        lines = f"<AddressLines><AddressLine{line}>1 High Street</AddressLine{line}></AddressLines>"
        yield from replaced(table, f"{CTF}/Address/BS7666Address", lines)
    for name in ("Contacts", "Attendance"):
        yield from replaced(table, f"{CTF}/{name}", f"<{name}><A><B c='1'>x</B><B/></A>text</{name}>")


def soap(table: Table) -> Iterator[Case]:
    """An organisation is named by its reference or its UKPRN."""
    path = "SubmitBatch/OrganisationRef"
    yield from replaced(table, path, "<UKPRN>TEST0038</UKPRN>")
    yield from replaced(table, path, "<UKPRN>1000123</UKPRN>", taken=False)


def prefixes(table: Table) -> Iterator[Case]:
    """The elements within a root in the batch namespace carry none."""
    text = etree.tostring(smallest(table)[0]).replace(b"xmlns:x=", b"xmlns=").replace(b"x:", b"")
    root = etree.fromstring(text)
    yield Case("every element in the namespace", root, root[0])


def blanks(table: Table) -> Iterator[Case]:
    """Blanks round a date and time do not count."""
    root, (it,) = smallest(table, table.routes["AchievementBatchJob/EndDate"])
    it.text = " 2016-12-01T09:32:00\n"
    yield Case("a date and time between blanks", root)


OTHERS = {
    "achievement-xml-out": blanks,
    "school-census": census,
    "ctf": ctf,
    "lrb-soap": soap,
    **dict.fromkeys(("lrb-xml", "lrb-xml-out", "lrb-soap-out", "verify-xml", "verify-xml-out"), prefixes),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_specification_says_beside_its_table_holds(name: str, tmp_path: Path) -> None:
    table = ALL[name]
    cases = [*OTHERS[name](table)]
    assert cases
    assert not wrong(table, cases)
    assert not disagreed(table, cases)
    assert not other_verdicts(table, cases, tmp_path)


ALSO = {  # names that stand in no table, because they take the place of another or may hold anything
    "school-census": {"Sex", "QAN", "DiscCode", "Sessions", "LearnerFAM", "LearnerFAMType", "LearnerFAMCode"},
    "ctf": {"AddressLines", *(f"AddressLine{line}" for line in range(1, 6)), "PLAA", "YoungCarer"},
}
OPEN = {"WorkPlacement", "ProgrammeAim", "Contacts", "Attendance"}
FILES = sorted((Path(__file__).parent / "xsd_files").glob("*.xml"))


def names(root: etree._Element, *, through: set[str]) -> set[str]:
    """Return the names of all elements, but of those within an open one."""
    found = {etree.QName(root).localname}
    for child in root.iterchildren("*"):
        is_open = etree.QName(child).localname in through and child.find("*") is not None
        found |= {etree.QName(child).localname} if is_open else names(child, through=through)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_made_by_hand_with_every_element_is_valid(path: Path, tmp_path: Path) -> None:
    table = ALL[path.stem]
    root = etree.parse(path).getroot()
    case = [Case(path.stem, root)]
    assert not [*wrong(table, case), *disagreed(table, case), *other_verdicts(table, case, tmp_path)]
    expected = {route[-1].name for route in table.routes.values() if not route[-1].is_attribute}
    through = OPEN if path.stem == "ctf" else OPEN - {"Attendance"}
    assert names(root, through=through) == expected | ALSO.get(path.stem, set())


def test_every_schema_has_a_file_made_by_hand() -> None:
    assert {path.stem for path in FILES} == set(ALL) - {"ilr-2025-26"}  # its files are fixtures
