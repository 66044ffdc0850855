"""Whatever the bytes are, an ILR file ends in findings whose counts add up, and never in an exception."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.handover import Faultless, FileHeader, Finding, Late
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Scope
from tests.fuzzing import times
from tests.golden.ilr_files import NAME, check, learner, message

VALID = message(learner(), learner("A2", FamilyName="O'Neill & Sons".replace("&", "&amp;")), learner("A3", Sex="M"))
MARKUP = b"< > </Learner> <Learner> & &amp; ]]> <![CDATA[ <!-- --> <?a </Message> <Sex> </Sex> xmlns='a' A1 99999 '"
PIECES = st.sampled_from(
    [*MARKUP.split(b" "), b"\0", b"\xff", b"\r", b"\n", b"\xc3\xa9", b" ", b"<!DOCTYPE a>", b"<!DOCTYPE "]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> object:
    return tmp_path_factory.mktemp("fuzz")


def holds(found: list[Finding]) -> None:
    """Hold that the findings are of the port's types and in its order, and that a stopped file accepts nothing."""
    assert isinstance(found[0], FileHeader)
    assert all(isinstance(one, FileHeader | Notice | CheckedRecord | Late | Faultless) for one in found)
    numbers = [one.record.number for one in found if isinstance(one, CheckedRecord)]
    assert numbers == list(range(1, len(numbers) + 1))
    late = [one.record for one in found if isinstance(one, Late)]
    assert late == sorted(set(late))
    for one in found:
        notices = [one] if isinstance(one, Notice) else getattr(one, "notices", ())
        assert all(notice.message and notice.fix and notice.code != "RULE_CRASH" for notice in notices)
        if isinstance(one, CheckedRecord):
            refused = any(notice.refuses(Scope.RECORD) for notice in one.notices)
            assert (one.refused_as is not None, one.learner is None) == (refused, refused)


@settings(max_examples=times(150), deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_findings(folder: object, data: bytes) -> None:
    holds(check(folder, data))  # type: ignore[arg-type]
    holds(check(folder, data, NAME.replace(".xml", ".zip")))  # type: ignore[arg-type]


@settings(max_examples=times(250), deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 40), PIECES), min_size=1, max_size=4))
def test_a_changed_file_ends_in_findings(folder: object, changes: list[tuple[int, int, bytes]]) -> None:
    data = VALID
    for place, taken, put in changes:
        data = data[:place] + put + data[place + taken :]
    holds(check(folder, data))  # type: ignore[arg-type]


@settings(max_examples=times(60), deadline=None)
@given(cut=st.integers(0, len(VALID)), put=st.binary(max_size=20))
def test_a_cut_file_in_a_zip_ends_in_findings(folder: object, cut: int, put: bytes) -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, VALID[:cut] + put)
    holds(check(folder, held.getvalue(), NAME.replace(".xml", ".zip")))  # type: ignore[arg-type]
