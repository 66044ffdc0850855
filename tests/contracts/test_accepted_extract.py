"""The accepted records of a file are its own bytes, and the file that they make is right itself."""

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.xml_file import read
from adapters.formats.xml_items import FileFault, FrameFault, XmlItem, XmlRecord
from gateway.core import extract as extracts
from gateway.core.errors import FilesError
from gateway.core.extract import Amendments, Place, extract
from tests.formats.xml_files import OUTCOME, SHAPE, learner, message
from tests.golden.lrb_files import HEADER, HEADINGS, LEARNER, check_text, codes, lrb_text, records

BAD = learner("B2", sex="X")


def xml_items(content: bytes) -> list[XmlItem]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "given.xml"
        path.write_bytes(content)
        return list(read(path, SHAPE))


def xml_places(content: bytes) -> list[Place]:
    found = [item for item in xml_items(content) if isinstance(item, XmlRecord)]
    return [Place(record.start, record.end, not record.faults) for record in found]


def extracted(content: bytes, places: list[Place], amendments: Amendments | None = None) -> bytes | None:
    out = BytesIO()
    accepted = sum(place.accepted for place in places)
    written = extract(BytesIO(content), places, accepted, out, amendments or Amendments())
    return out.getvalue() if written else None


def faults(content: bytes) -> list[XmlItem]:
    told = xml_items(content)
    return [
        item
        for item in told
        if isinstance(item, FileFault | FrameFault) or (isinstance(item, XmlRecord) and item.faults)
    ]


def csv_places(content: bytes, accepted: list[bool]) -> list[Place]:
    """Return where the rows below the headings stand, a row being one physical line here."""
    ends = [found.end() for found in re.finditer(rb"\r\n|\n", content)]
    spans = zip(ends, [*ends[1:], len(content)], strict=True)
    filled = [(start, end) for start, end in spans if content[start:end].strip(b",\r\n")]
    return [Place(start, end, kept) for (start, end), kept in zip(filled, accepted, strict=True)]


def lrb_amendments(header: dict[str, str]) -> Amendments:
    """Return what an LRB file needs: its header stands in the row of the first learner and counts the learners."""

    def first(row: bytes, accepted: int) -> bytes:
        text = StringIO()
        cells = dict(zip(HEADINGS, next(csv.reader([row.decode()])), strict=True))
        csv.writer(text).writerow((cells | header | {"LearnerRecordCount": str(accepted)}).values())
        return text.getvalue().encode()

    return Amendments(first=first)


def test_the_accepted_records_of_an_xml_file_make_a_file_without_faults() -> None:
    content = message(learner("A1"), BAD, learner("A3"), BAD, OUTCOME)
    found = extracted(content, xml_places(content))
    assert found is not None
    assert faults(content)
    assert faults(found) == []
    assert found == message(learner("A1"), learner("A3"), OUTCOME)


def test_a_file_whose_records_are_all_accepted_is_its_own_extract() -> None:
    content = message("<!-- first -->", learner("A1"), "\n\n", learner("A2"), OUTCOME)
    assert extracted(content, xml_places(content)) == content


def test_a_comment_behind_a_refused_record_stays() -> None:
    content = message(learner("A1"), BAD, "<!-- kept -->", learner("A3"))
    found = extracted(content, xml_places(content))
    assert found is not None
    assert b"<!-- kept -->" in found
    assert faults(found) == []


def test_a_file_without_accepted_records_has_no_extract() -> None:
    content = message(BAD)
    assert extracted(content, xml_places(content)) is None


@given(st.lists(st.sampled_from([learner("A1"), BAD, learner("A3").replace("\n", "")]), min_size=1, max_size=9))
def test_whatever_is_refused_the_extract_has_no_faults(parts: list[str]) -> None:
    content = message(*parts)
    found = extracted(content, xml_places(content))
    assert (found is None) == all(part == BAD for part in parts)
    assert found is None or faults(found) == []


def test_a_kind_amends_a_trailer_that_counts_the_records() -> None:
    content = b"<a><r>1</r><r>2</r><n>2</n></a>"
    places = [Place(3, 11, accepted=False), Place(11, 19, accepted=True)]
    tail = Amendments(tail=lambda data, count: data.replace(b"<n>2<", f"<n>{count}<".encode()))
    assert extracted(content, places, tail) == b"<a><r>2</r><n>1</n></a>"


def test_a_kind_amends_a_head_that_counts_the_records() -> None:
    head = Amendments(head=lambda data, count: data.replace(b"2", str(count).encode()))
    assert extracted(b"n=2;a;b;", [Place(4, 6, accepted=True), Place(6, 8, accepted=False)], head) == b"n=1;a;"


def test_the_accepted_rows_of_an_lrb_file_make_a_file_without_faults(tmp_path: Path) -> None:
    rows = [HEADER | LEARNER | {"LearnerRecordCount": "4", "Gender": "X"}, LEARNER, LEARNER | {"Gender": "X"}, LEARNER]
    content = lrb_text(rows).encode()
    accepted = [record.learner is not None for record in records(check_text(tmp_path, content))]
    found = extracted(content, csv_places(content, accepted), lrb_amendments(HEADER))
    assert found is not None
    assert accepted == [False, True, False, True]
    assert codes(check_text(tmp_path, found)) == []
    assert found.endswith(content.splitlines(keepends=True)[4])


def test_blank_rows_behind_a_refused_row_go_and_those_behind_an_accepted_one_stay() -> None:
    content = b"a,b\n1,2\n\n3,4\n\n5,6"
    found = extracted(content, csv_places(content, [True, False, True]))
    assert found == b"a,b\n1,2\n\n5,6"


OUTSIDE = (
    [Place(0, 99, accepted=True)],
    [Place(5, 4, accepted=True)],
    [Place(2, 4, accepted=True), Place(3, 5, accepted=True)],
    [Place(-1, -1, accepted=True)],
)


@pytest.mark.parametrize("places", OUTSIDE)
def test_places_that_do_not_fit_the_file_are_our_own_fault(places: list[Place]) -> None:
    with pytest.raises(FilesError):
        extracted(b"abcdefg", places)


def test_a_count_that_differs_from_the_places_is_our_own_fault() -> None:
    with pytest.raises(FilesError, match="3 records are accepted but 1 were copied"):
        extract(BytesIO(b"abc"), [Place(0, 3, accepted=True)], 3, BytesIO())


def test_a_file_that_grows_shorter_while_it_is_copied_is_our_own_fault() -> None:
    class Shrinking(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size)[:0]

    with pytest.raises(FilesError, match="shorter"):
        extract(Shrinking(b"abc"), [Place(0, 3, accepted=True)], 1, BytesIO())


def test_a_part_that_is_too_large_to_amend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracts, "MAX_AMENDED", 2)
    with pytest.raises(FilesError, match="too large"):
        extracted(b"abcd", [Place(3, 4, accepted=True)], Amendments(head=lambda data, _: data))
