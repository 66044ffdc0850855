"""The hostile XML of the validation design, items 1 to 62, as ILR files: each has its outcome, its notices and an end.

Two outcomes of the design's table differ, both on the side of safety: what asks for 100,000 attributes or namespaces
(16, 17) is refused as a record too large before a schema sees it. Files in another encoding than UTF-8 (21, 27) are
refused, because the ILR's own specification says UTF-8.
"""

import gzip
import io
import resource
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.core.handover import Finding, Late
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.tally import Tally
from tests.golden.ilr_files import DELIVERY, HEAD, TAIL, check, codes, learner, message, notices
from tests.needs import HANGING_S

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def doctype(declared: str) -> bytes:
    return message(learner()).replace(b"<Message", declared.encode() + b"<Message")


def packed() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.xml", message(learner()))
    return held.getvalue()


def inside(text: str) -> bytes:
    return message(learner(), learner("A0002", inside=text))


def attributes() -> str:
    return "<a " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>"


def namespaces() -> str:
    return "<a " + " ".join(f'xmlns:a{n}="b"' for n in range(30_000)) + "/>"


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "1 billion laughs": (
        lambda: doctype('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>').replace(b"Ada", b"&b;"),
        "FILE_DOCTYPE",
    ),
    "2 quadratic blow-up": (lambda: doctype(f'<!DOCTYPE a [<!ENTITY a "{"a" * 100_000}">]>'), "FILE_DOCTYPE"),
    "3 attribute entities": (lambda: doctype('<!DOCTYPE a [<!ATTLIST Learner a CDATA "&b;">]>'), "FILE_DOCTYPE"),
    "4 file entity": (lambda: doctype('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "FILE_DOCTYPE"),
    "5 http entity": (lambda: doctype('<!DOCTYPE a [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>'), "FILE_DOCTYPE"),
    "6 parameter entity": (
        lambda: doctype('<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>'),
        "FILE_DOCTYPE",
    ),
    "7 external DTD": (lambda: doctype('<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/a.dtd">'), "FILE_DOCTYPE"),
    "10 nesting 300": (lambda: inside("<a>" * 300 + "</a>" * 300), "FILE_LIMIT"),
    "11 nesting 100k": (lambda: inside("<a>" * 100_000 + "</a>" * 100_000), "FILE_LIMIT"),
    "12 attribute of 20 MB": (lambda: message(learner(), f'<Learner a="{"x" * 20_000_000}"/>'), "FILE_LIMIT"),
    "13 text of 20 MB": (lambda: inside("x" * 20_000_000), "FILE_LIMIT"),
    "14 comment of 20 MB": (lambda: message(learner(), f"<!--{'x' * 20_000_000}-->"), "FILE_LIMIT"),
    "15 name of 100 KB": (lambda: inside(f"<{'x' * 100_000}/>"), "FILE_LIMIT"),
    "18 cp1252 declared UTF-8": (lambda: message(learner(GivenNames="Zo@")).replace(b"@", b"\xeb"), "FILE_ENCODING"),
    "19 overlong UTF-8": (lambda: message(learner(GivenNames="@")).replace(b"@", b"\xc0\xbc"), "FILE_ENCODING"),
    "20 surrogate bytes": (lambda: message(learner(GivenNames="@")).replace(b"@", b"\xed\xa0\x80"), "FILE_ENCODING"),
    "21 windows-1252, declared": (lambda: message(learner()).replace(b"UTF-8", b"windows-1252"), "FILE_ENCODING"),
    "22 unknown encoding": (lambda: message(learner()).replace(b"UTF-8", b"KLINGON"), "FILE_ENCODING"),
    "23 UTF-16 declared on UTF-8": (lambda: message(learner()).replace(b"UTF-8", b"UTF-16"), "FILE_ENCODING"),
    "24 UTF-7": (lambda: message(learner()).replace(b"UTF-8", b"UTF-7"), "FILE_ENCODING"),
    "25 UTF-32": (lambda: message(learner()).decode().encode("utf-32"), "FILE_ENCODING"),
    "27 UTF-16": (lambda: message(learner()).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "FILE_ENCODING"),
    "28 NUL in a text": (lambda: message(learner(Sex="\0")), "Schema"),
    "29 NUL padding": (lambda: message(learner()) + b"\0" * 5000, "Schema"),
    "30 control character": (lambda: message(learner(Sex="\x01")), "Schema"),
    "31 reference to NUL": (lambda: message(learner(Sex="&#0;")), "Schema"),
    "31 reference to U+FFFF": (lambda: message(learner(Sex="&#xFFFF;")), "Schema"),
    "32 cut in a record": (lambda: message(learner(), learner())[:-100], "Schema"),
    "33 cut in a tag": (lambda: message(learner(), learner())[:-16], "Schema"),
    "34 empty": (lambda: b"", "Schema"),
    "35 white space only": (lambda: b" \n\n ", "Schema"),
    "36 blank line before the declaration": (lambda: b"\n" + message(learner()), "Schema"),
    "37 two roots": (lambda: message(learner()) + b"<Message/>", "Schema"),
    "38 trailing garbage": (lambda: message(learner()) + b"garbage", "Schema"),
    "39 gzip": (lambda: gzip.compress(message(learner())), "FILE_TYPE"),
    "40 gzip bomb": (lambda: gzip.compress(b" " * 50_000_000), "FILE_TYPE"),
    "41 zip named .xml": (packed, "FILE_TYPE"),
    "42 HTML": (lambda: b"<!DOCTYPE html>\n<html></html>", "FILE_TYPE"),
    "43 JSON": (lambda: b'{"a": 1}', "FILE_TYPE"),
    "44 wrong namespace": (lambda: message(learner()).replace(b"ESFA/ILR/2025-26", b"other"), "Namespace Mismatch"),
    "45 no namespace": (lambda: message(learner()).replace(b' xmlns="ESFA/ILR/2025-26"', b""), "Namespace Mismatch"),
    "50 XML 1.1": (lambda: message(learner()).replace(b'"1.0"', b'"1.1"'), "Schema"),
    "57 undeclared prefix": (lambda: inside("<x:a/>"), "Schema"),
    "58 duplicate attribute": (lambda: inside('<a b="1" b="2"/>'), "Schema"),
    "59 bare ampersand": (lambda: inside("Marlow & Reed"), "Schema"),
    "61 last year's collection year": (
        lambda: message(*(learner(f"A{n}") for n in range(50))).replace(b"2025-26", b"2024-25"),
        "Namespace Mismatch",
    ),
}


def located(place: str) -> bytes:
    hint = f'{XSI} xsi:schemaLocation="ESFA/ILR/2025-26 {place}"'
    return message(learner()).replace(b"<Message", f"<Message {hint}".encode())


ACCEPTED: dict[str, Callable[[], bytes]] = {
    "26 UTF-8 BOM": lambda: b"\xef\xbb\xbf" + message(learner()),
    "46 prefixed": lambda: (
        message(learner())
        .replace(b"<", b"<i:")
        .replace(b"<i:/", b"</i:")
        .replace(b"<i:?", b"<?")
        .replace(b"xmlns=", b"xmlns:i=")
    ),
    "47 end tag in CDATA": lambda: message(learner(GivenNames="<![CDATA[</Learner>]]>")),
    "47 end tag in a comment": lambda: inside("<!-- </Learner><Learner> -->"),
    "47 end tag in an instruction": lambda: inside("<?a </Learner> ?>"),
    "48 all on one line": lambda: message(*(learner(f"A{n}").replace("\n", "") for n in range(3_000))),
    "49 CR only": lambda: message(learner()).replace(b"\n", b"\r"),
    "49 mixed line ends": lambda: message(learner()).replace(b"\n", b"\r\n", 9),
    "60 white space round a number": lambda: message(learner(ULN="\n 1000000043 ")),
    "9 schema location": lambda: located("ilr-2025-26.xsd"),
}
RECORDS: dict[str, tuple[Callable[[], str], str]] = {
    "8 XInclude": (
        lambda: '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
        "Schema",
    ),
    "16 100k attributes": (attributes, "RECORD_TOO_LARGE"),
    "17 100k namespaces": (namespaces, "RECORD_TOO_LARGE"),
    "51 16k bad children": (lambda: "<a/>" * 16_000, "RECORD_TOO_LARGE"),
    "55 nil": (lambda: f'<CampId {XSI} xsi:nil="true"/>', "Schema"),
    "56 type": (lambda: f'<CampId {XSI} xsi:type="xsi:no">A</CampId>', "Schema"),
}


Run = Callable[[bytes], list[Finding]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a check that opens no connection, ends soon and holds little."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)

    def run(data: bytes) -> list[Finding]:
        begun, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = check(tmp_path, data)
        assert time.process_time() - begun < HANGING_S
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 700_000
        return found

    return run


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_by_one_notice_and_nothing_of_it_is_accepted(run: Run, name: str) -> None:
    make, code = FILES[name]
    found = run(make())
    [refusal] = [notice for notice in notices(found) if notice.scope is Scope.FILE]
    assert (refusal.code, refusal.severity) == (code, Severity.ERROR)
    assert refusal.message.endswith("checked.") or refusal.message.endswith("was not.")
    assert refusal.fix.endswith(".")
    assert refusal.line is not None or code == "FILE_TYPE"
    tally = Tally()
    for one in found:
        tally.add(one)
    assert tally.totals["accepted"] == 0
    assert tally.totals["rejected"] == tally.read


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_odd_and_right_file_is_accepted(run: Run, name: str) -> None:
    data = ACCEPTED[name]()
    assert codes(run(data)) == []


def test_a_schema_location_that_could_be_fetched_is_told_and_the_file_accepted(run: Run) -> None:
    """Item 9."""
    assert codes(run(located("http://127.0.0.1:9/a"))) == ["SCHEMA_LOCATION"]


@pytest.mark.parametrize("name", RECORDS)
def test_what_only_a_learner_holds_refuses_that_learner_alone(run: Run, name: str) -> None:
    make, code = RECORDS[name]
    found = run(message(learner(), learner("A0002", inside=make()), learner("A0003")))
    assert {notice.record for notice in notices(found)} == {2}
    assert code in codes(found)


def test_53_54_a_reference_that_differs_by_case_and_spaces_alone_is_told_on_every_copy(run: Run) -> None:
    found = run(message(*(learner(ref) for ref in ("A0001", "a0001", "A 0001", "B1"))))
    late = [one for one in found if isinstance(one, Late)]
    assert [(one.record, one.refuses) for one in late] == [(1, True), (2, True), (3, True)]
    assert "line 22, line 35" in late[0].notices[0].message


def test_52_a_file_of_broken_learners_is_counted_in_full(run: Run) -> None:
    found = run(message(*(learner(f"A{n}", Sex="Male") for n in range(3_000))))
    assert codes(found) == ["FD_Sex_AL"] * 3_000


def test_62_markup_and_direction_marks_in_a_name_are_kept_as_sent(run: Run) -> None:
    found = run(message(learner(FamilyName="&lt;script&gt;\u202e", ULN="12")))
    [notice] = notices(found)
    assert isinstance(notice, Notice)
    assert notice.code == "FD_ULN_AR"


def test_the_head_alone_is_told_as_cut_off(run: Run) -> None:
    assert codes(run(HEAD.encode())) == ["Schema"]
    assert codes(run((HEAD + DELIVERY + TAIL).encode()))[0] in {"Schema", "Entity_1"}
