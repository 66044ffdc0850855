"""The accepted results of a file in XML or of fixed width come back within their candidates and centres, as they stood.

What holds none goes with them, and the counts at the end are those of what is left.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest

from gateway.core.agreement import Agreement
from gateway.core.errors import FilesError
from gateway.core.extract import Place
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Scope
from gateway.core.ports.kinds import FileKind
from gateway.core.response_parts import copying
from gateway.core.review import Judgement
from gateway.core.rules.rule import Context
from tests.golden import jcq_files
from tests.golden.ao_files import AS_OF, NORTH, RESULT
from tests.golden.ao_xml_files import HEADER as XML_HEADER
from tests.golden.ao_xml_files import NAME as XML_NAME
from tests.golden.ao_xml_files import candidate_element
from tests.golden.fixture_cases import KINDS
from tests.golden.jcq_files import ALEX, JO
from tests.results_office import Office, office_of, settled

XML, JCQ = KINDS["ao-results-xml"], KINDS["jcq-results"]
BAD = {"QAN": "60112"}
REFS = iter(f"r{number}" for number in range(1, 1_000))


@pytest.fixture
def office(database: str, tmp_path: Path) -> Office:
    """Return an office that sends the accepted results back."""
    made = office_of(database, tmp_path)
    made.record.agreements.add(Agreement(organisation=NORTH.id, valid_from=AS_OF, accepted_file=True))
    return made


def found_in(kind: FileKind, folder: Path, name: str, content: bytes) -> tuple[list[CheckedRecord], list[Notice]]:
    """Return the records of a file, and the errors that are told of the file itself."""
    path = folder / name
    path.write_bytes(content)
    found = list(kind.check(path, Context(as_of=AS_OF, file_name=name, sender=NORTH)))
    notices = [it for it in found if isinstance(it, Notice) and it.refuses(Scope.FILE)]
    return [it for it in found if isinstance(it, CheckedRecord)], notices


def places_of(records: Sequence[CheckedRecord]) -> list[Place]:
    return [Place(*(it.span or (-1, -1)), accepted=it.refused_as is None) for it in records]


def extracted(kind: FileKind, folder: Path, name: str, content: bytes) -> bytes:
    """Return the file of the accepted records, in which no error is found and no other record."""
    records, errors = found_in(kind, folder, name, content)
    assert errors == []
    accepted = [it for it in records if it.refused_as is None]
    out = BytesIO()
    copying(kind, {})(BytesIO(content), places_of(records), len(accepted), out)
    again, errors = found_in(kind, folder, name, out.getvalue())
    assert errors == []
    assert [it.refused_as for it in again] == [None] * len(accepted)
    assert [(it.record.key, it.learner) for it in again] == [(it.record.key, it.learner) for it in accepted]
    return out.getvalue()


def result(**change: str) -> dict[str, str]:
    return RESULT | {"RecordRef": next(REFS)} | change


def candidate(*results: dict[str, str], number: int = 1) -> str:
    return candidate_element(*(one | {"CandidateNumber": f"{number:04}"} for one in results))


def centre(number: int, *parts: str) -> str:
    """Return a centre of these candidates, its tags written as they need not be."""
    inside = "\n".join(parts)
    return f"<Centre\n  ukprn='10012345' centreNumber=\"{number}\">\n{inside}\n</Centre >"


def xml(*centres: str, counts: tuple[int, int, int], blank: str = "") -> bytes:
    """Return a file of these centres; the gateway writes its counts without the blanks that may stand round them."""
    header = "".join(f"<{name}>{value}</{name}>" for name, value in XML_HEADER.items())
    names = ("CentreCount", "CandidateCount", "ResultCount")
    trailer = "".join(f"<{name}>{blank}{count}</{name}>" for name, count in zip(names, counts, strict=True))
    inside = "\n".join(centres)
    return (
        f'<?xml version="1.0"?>\n<!-- <Centre> --><AwardingOrganisationResults xmlns="urn:edugateway:ao-results:1" '
        f'version="1">\n<Header>{header}</Header>\n{inside}\n<Trailer><!-- <ResultCount>9</ResultCount> -->{trailer}'
        "</Trailer>\n</AwardingOrganisationResults>\n"
    ).encode()


def test_of_a_candidate_the_accepted_results_stay_as_they_stood(tmp_path: Path) -> None:
    right, other = result(Grade="6"), result(QAN="601/8701/3", Grade="A")
    content = xml(centre(12345, candidate(right, result(**BAD), other)), counts=(1, 1, 3), blank="\n ")
    expected = xml(centre(12345, candidate(right, other)), counts=(1, 1, 2))
    assert extracted(XML, tmp_path, XML_NAME, content) == expected


@pytest.mark.parametrize("bad", [(0,), (2,), (0, 1), (1, 2)], ids=["first", "last", "first two", "last two"])
def test_blanks_behind_a_refused_result_go_with_it(bad: tuple[int, ...], tmp_path: Path) -> None:
    given = [result(QAN=qan) for qan in ("601/1234/7", "601/8701/3", "601/8702/5")]
    content = xml(
        centre(12345, candidate(*(one | (BAD if at in bad else {}) for at, one in enumerate(given)))), counts=(1, 1, 3)
    )
    kept = [one for at, one in enumerate(given) if at not in bad]
    expected = xml(centre(12345, candidate(*kept)), counts=(1, 1, len(kept)))
    assert extracted(XML, tmp_path, XML_NAME, content) == expected


def test_candidates_and_centres_without_an_accepted_result_are_left_out(tmp_path: Path) -> None:
    first, second = result(), result(QAN="601/8701/3")
    ours = candidate(first)
    theirs = candidate(second, number=2)
    content = xml(
        centre(12344, candidate(result(**BAD))),
        "<!-- the second centre -->",
        centre(12345, candidate(result(**BAD), number=3), ours, "<!-- & <Result> -->", theirs),
        centre(12346, candidate(result(**BAD), result(**BAD))),
        counts=(3, 5, 6),
    )
    expected = xml(
        "<!-- the second centre -->",
        centre(12345, ours, "<!-- & <Result> -->", theirs),
        counts=(1, 2, 2),
    )
    assert extracted(XML, tmp_path, XML_NAME, content) == expected


def test_a_comment_in_a_centre_that_is_left_out_goes_with_it(tmp_path: Path) -> None:
    right = centre(12345, candidate(result()))
    content = xml(centre(12344, "<!-- note -->", candidate(result(**BAD))), right, counts=(2, 2, 2))
    assert extracted(XML, tmp_path, XML_NAME, content) == xml(right, counts=(1, 1, 1))


def test_prefixes_and_odd_markup_are_told_from_results(tmp_path: Path) -> None:
    text = xml(centre(12345, candidate(result(), result(**BAD))), counts=(1, 1, 2)).decode()
    text = text.replace("<Grade>", "<!-- </Candidate> --><Grade><![CDATA[").replace("</Grade>", "]]></Grade>")
    text = text.replace("</Result>", "</Result ><?note <Result>?>", 1)
    prefixed = text.replace("xmlns=", "xmlns:a=")
    for name in ("AwardingOrganisationResults", "Header", "Centre", "Candidate", "Result", "Trailer", *XML_HEADER):
        prefixed = prefixed.replace(f"<{name}", f"<a:{name}").replace(f"</{name}", f"</a:{name}")
    for name in ("QAN", "Level", "Grade", "AwardDate", "FamilyName", "GivenNames", "DateOfBirth", "UCI", "ULN", "Sex"):
        prefixed = prefixed.replace(f"<{name}>", f"<a:{name}>").replace(f"</{name}>", f"</a:{name}>")
    for sent in (text, prefixed.replace("a:a:", "a:")):
        found = extracted(XML, tmp_path, XML_NAME, sent.encode())
        assert found.count(b"ref=") == 1


@pytest.mark.parametrize("places", [[Place(-1, -1, accepted=True)], [Place(9, 4, accepted=True)]])
@pytest.mark.parametrize("kind", [XML, JCQ], ids=["xml", "fixed width"])
def test_places_that_do_not_fit_the_file_are_our_own_fault(kind: FileKind, places: list[Place]) -> None:
    with pytest.raises(FilesError, match="do not fit"):
        copying(kind, {})(BytesIO(b"R1\r\nR9\r\n"), places, 1, BytesIO())


def test_a_kept_file_that_became_shorter_is_our_own_fault() -> None:
    with pytest.raises(FilesError, match="shorter"):
        copying(XML, {})(BytesIO(b"<a>"), [Place(9, 14, accepted=True)], 1, BytesIO())


def test_a_candidate_with_other_results_than_were_read_is_our_own_fault(tmp_path: Path) -> None:
    content = xml(centre(12345, candidate(result(), result(**BAD))), counts=(1, 1, 2))
    places = places_of(found_in(XML, tmp_path, XML_NAME, content)[0])
    with pytest.raises(FilesError, match="do not fit"):
        copying(XML, {})(BytesIO(content), [*places, places[0]], 2, BytesIO())


def test_another_number_of_results_than_are_accepted_is_our_own_fault(tmp_path: Path) -> None:
    content = xml(centre(12345, candidate(result())), counts=(1, 1, 1))
    places = places_of(found_in(XML, tmp_path, XML_NAME, content)[0])
    with pytest.raises(FilesError, match="2 records are accepted but 1 were copied"):
        copying(XML, {})(BytesIO(content), places, 2, BytesIO())


R2 = f"R2{ALEX['centre']}10012345EXAMPLE ACADEMY"
WRONG = {"qan": "60112"}


def lines_of(*results: dict[str, str]) -> list[str]:
    """Return a candidate and these results of it."""
    return [jcq_files.candidate(results[0]), *map(jcq_files.result_line, results)]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["CR LF", "LF", "CR"])
def test_of_a_fixed_width_file_the_accepted_results_stay_and_are_counted(end: str, tmp_path: Path) -> None:
    ada = JO | {"number": "0003", "uci": "123450230003H", "uln": "", "name": "QUILL: ADA"}
    body = [R2, *lines_of(ALEX, ALEX | WRONG), *lines_of(JO | WRONG, JO | WRONG), *lines_of(ada)]
    content = jcq_files.whole(body).replace("\r\n", end)
    expected = jcq_files.whole([R2, *lines_of(ALEX), *lines_of(ada)]).replace("\r\n", end)
    assert extracted(JCQ, tmp_path, jcq_files.NAME, content.encode()) == expected.encode()


def test_centres_and_candidates_without_a_result_are_left_out_of_a_fixed_width_file(tmp_path: Path) -> None:
    north = {**ALEX, "centre": "12346", "uci": ""}
    body = [
        *("R2" + "12344", jcq_files.candidate(ALEX | {"centre": "12344"})),
        *(R2, jcq_files.candidate(JO), *lines_of(ALEX)),
        *("R2" + "12346", *lines_of(north | WRONG)),
        "junk" * 24,
    ]
    name, header = "R6G26_91.X01", {"centre": "00000"}
    content = jcq_files.whole(body, **header) + "\r\n\r\n"
    expected = jcq_files.whole([R2, *lines_of(ALEX)], **header) + "\r\n\r\n"
    assert extracted(JCQ, tmp_path, name, content.encode()) == expected.encode()


def test_a_header_or_centre_that_is_too_long_is_cut_lest_it_refuse_the_file(tmp_path: Path) -> None:
    body = [R2, *lines_of(*[ALEX | WRONG] * 80, ALEX)]
    content = jcq_files.whole(body).replace(" \r\n", " too long\r\n", 2)
    assert extracted(JCQ, tmp_path, jcq_files.NAME, content.encode()) == jcq_files.whole([R2, *lines_of(ALEX)]).encode()


def test_letters_beyond_ascii_stay_the_bytes_that_they_were(tmp_path: Path) -> None:
    zoe = ALEX | {"name": "BLOGGS: ZO\u00cb"}
    content = jcq_files.whole([R2, *lines_of(zoe, zoe | WRONG)]).encode("latin-1")
    found = extracted(JCQ, tmp_path, jcq_files.NAME, content)
    assert found == jcq_files.whole([R2, *lines_of(zoe)]).encode("latin-1")


QUALIFIED = ("601/1234/7", "601/8701/3", "601/8702/5")
IN_DOUBT = {"FamilyName": "Quill", "GivenNames": "Ada"}
"""Nobody who has the ULN that is sent, so that the result waits for a person."""


def test_the_accepted_results_in_xml_are_among_the_responses(office: Office) -> None:
    first, wrong, doubtful = (result(QAN=qan, Grade="") for qan in QUALIFIED)
    first, doubtful = first | {"Grade": "7"}, doubtful | {"Grade": "B"} | IN_DOUBT
    content = xml(centre(12345, candidate(first, wrong), candidate(doubtful)), counts=(1, 2, 3))
    sent = office.send(XML_NAME, content.decode())
    assert sent.verdict == "part"
    expected = xml(centre(12345, candidate(first)), counts=(1, 1, 1))
    assert office.part(sent, "accepted.xml").encode() == expected
    settled(office, Judgement.SAME, "9990000017")
    expected = xml(centre(12345, candidate(doubtful)), counts=(1, 1, 1))
    assert office.part(sent, "supplement-1.accepted.xml").encode() == expected


def test_the_accepted_results_of_fixed_width_are_among_the_responses(office: Office) -> None:
    sent = office.send(jcq_files.NAME, jcq_files.whole([R2, *lines_of(ALEX, ALEX | WRONG)]))
    assert office.part(sent, "accepted.X01") == jcq_files.whole([R2, *lines_of(ALEX)])
