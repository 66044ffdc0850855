"""A ZIP upload: its one file comes out whole, or the ZIP is refused for what is wrong with it."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.zip_file import ZipFault, ZipLimits, ZipRefusal, unpacked
from tests.fuzzing import times

NAME = "ILR-10000001-2526-20260115-093000-01.ZIP"
INSIDE = "ILR-10000001-2526-20260115-093000-01.xml"
CONTENT = b"<Message>caf\xc3\xa9</Message>\n" * 1000


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as made:
        for name, data in members or ((INSIDE, CONTENT),):
            made.writestr(name, data)
    return held.getvalue()


def outcome(folder: Path, data: bytes, limits: ZipLimits | None = None) -> bytes | ZipRefusal:
    path = folder / "given"
    path.write_bytes(data)
    with unpacked(path, NAME, limits) as found:
        return found if isinstance(found, ZipRefusal) else found.read_bytes()


def why(folder: Path, data: bytes, limits: ZipLimits | None = None) -> ZipFault:
    found = outcome(folder, data, limits)
    assert isinstance(found, ZipRefusal)
    assert found.message.endswith(".")
    assert found.fix.endswith((".", ")."))
    return found.why


def central(data: bytes, place: int, value: bytes) -> bytes:
    """Change what the archive's list says of its member."""
    at = data.index(b"PK\x01\x02") + place
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_file_comes_out_whole(tmp_path: Path, method: int) -> None:
    assert outcome(tmp_path, archive(method=method)) == CONTENT
    assert outcome(tmp_path, archive((INSIDE, b""), method=method)) == b""


def test_the_unpacked_file_is_gone_after_its_block(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(archive())
    with unpacked(path, NAME) as found:
        assert isinstance(found, Path)
    assert not found.exists()
    assert not found.parent.exists()


def test_letter_case_of_the_names_is_no_matter(tmp_path: Path) -> None:
    assert outcome(tmp_path, archive((INSIDE.lower().replace("xml", "XML"), CONTENT))) == CONTENT


def test_what_was_written_as_a_stream_comes_out_too(tmp_path: Path) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    held = Stream()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(INSIDE, CONTENT)
    assert outcome(tmp_path, held.getvalue()) == CONTENT


@pytest.mark.parametrize(
    "inside",
    [
        "other.xml",
        f"folder/{INSIDE}",
        f"../{INSIDE}",
        f"/{INSIDE}",
        f"..\\{INSIDE}",
        f"C:{INSIDE}",
    ],
)
def test_a_path_or_another_name_is_refused(tmp_path: Path, inside: str) -> None:
    assert why(tmp_path, archive((inside, CONTENT))) is ZipFault.NAME


def test_none_or_several_files_are_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    zipfile.ZipFile(held, "w").close()
    assert why(tmp_path, held.getvalue()) is ZipFault.NOT_ONE
    assert why(tmp_path, archive((INSIDE.replace(".xml", ".txt"), CONTENT))) is ZipFault.NOT_ONE
    assert why(tmp_path, archive((INSIDE.replace(".xml", ""), CONTENT))) is ZipFault.NOT_ONE
    assert why(tmp_path, archive((INSIDE, b"a"), ("b.xml", b"b"))) is ZipFault.NOT_ONE
    assert why(tmp_path, archive(("folder/", b""), (f"folder/{INSIDE}", b"a"))) is ZipFault.NOT_ONE


def test_a_password_is_refused(tmp_path: Path) -> None:
    assert why(tmp_path, central(archive(), 8, b"\x01\x00")) is ZipFault.PROTECTED


def test_another_method_is_refused(tmp_path: Path) -> None:
    assert why(tmp_path, archive(method=zipfile.ZIP_LZMA)) is ZipFault.METHOD


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<Message/>", archive()[:-30], archive()[200:]])
def test_what_is_no_whole_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    assert why(tmp_path, data) is ZipFault.CORRUPT


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("size", [0, 10, len(CONTENT) - 1, len(CONTENT) + 1, 1 << 30])
def test_a_wrong_size_in_the_list_is_found(tmp_path: Path, size: int, method: int) -> None:
    lying = central(archive(method=method), 24, struct.pack("<L", size))
    assert why(tmp_path, lying) is ZipFault.CORRUPT
    fitting = central(lying, 16, struct.pack("<L", zlib.crc32(CONTENT[:size])))
    assert why(tmp_path, fitting) is ZipFault.CORRUPT


def test_a_wrong_packed_size_is_found(tmp_path: Path) -> None:
    whole = archive()
    packed = struct.unpack("<L", whole[18:22])[0]
    for wrong in (packed - 1, packed + 1, packed + 10_000):
        assert why(tmp_path, central(whole, 20, struct.pack("<L", wrong))) is ZipFault.CORRUPT


def test_a_list_that_names_another_file_than_the_heading_is_refused(tmp_path: Path) -> None:
    assert why(tmp_path, archive().replace(INSIDE.encode(), b"X" * len(INSIDE), 1)) is ZipFault.CORRUPT


def test_a_changed_byte_is_found_by_the_checksum(tmp_path: Path) -> None:
    assert why(tmp_path, archive(method=zipfile.ZIP_STORED).replace(b"caf", b"cab", 1)) is ZipFault.CORRUPT


def test_a_bomb_is_refused_before_its_limit_and_in_little_memory(tmp_path: Path) -> None:
    bomb = archive((INSIDE, b" " * 60_000_000))
    lying = central(bomb, 24, struct.pack("<L", 100))
    limits = ZipLimits(most_bytes=50_000_000, most_ratio=2_000)
    tracemalloc.start()
    assert why(tmp_path, lying, limits) is ZipFault.TOO_LARGE
    assert why(tmp_path, bomb) is ZipFault.TOO_LARGE
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert len(bomb) < 100_000


def test_the_limit_itself_is_allowed(tmp_path: Path) -> None:
    exact = ZipLimits(most_bytes=len(CONTENT))
    assert outcome(tmp_path, archive(), exact) == CONTENT
    assert why(tmp_path, archive(), ZipLimits(most_bytes=len(CONTENT) - 1)) is ZipFault.TOO_LARGE


def test_a_list_of_a_million_files_is_not_read(tmp_path: Path) -> None:
    entry = archive()[archive().index(b"PK\x01\x02") : archive().index(b"PK\x05\x06")]
    entries = entry * (2_000_000 // len(entry))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entries), 0, 0)
    assert why(tmp_path, entries + end) is ZipFault.CORRUPT


@settings(max_examples=times(200), deadline=None)
@given(st.data())
def test_whatever_the_bytes_are_there_is_a_file_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    changed = bytearray(archive((INSIDE, CONTENT[:200])))
    for _ in range(data.draw(st.integers(0, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    found = outcome(tmp_path_factory.mktemp("zip"), bytes(changed[: data.draw(st.integers(0, len(changed)))]))
    assert isinstance(found, ZipRefusal) or found == CONTENT[:200]
