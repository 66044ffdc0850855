"""What the log of OpenSSH's sftp sessions shows to be complete, line by line."""

from pathlib import Path

import pytest

from adapters.transports.session_log import SessionLog

BEGIN = "session opened for local user hill from [10.0.0.1]"
WRITE = 'open "/in/a.csv" flags WRITE,CREATE,TRUNCATE mode 0644'
RESUME = 'open "in/a.csv" flags WRITE,CREATE mode 0644'
CLOSE = 'close "/in/a.csv" bytes read 0 written 10'
CUT = 'forced close "/in/a.csv" bytes read 0 written 10'
FAILED = "sent status Failure"
PART = ('open "/in/a.part" flags WRITE,CREATE,TRUNCATE mode 0644', 'close "/in/a.part" bytes read 0 written 10')
RENAME = 'rename old "/in/a.part" new "/in/a.csv"'
OTHER_READS = 'open "/in/a.csv" flags READ mode 0666'


def said(folder: Path, *lines: "str | tuple[int, str]") -> SessionLog:
    """Return the log after these lines of session 7, or of the session that a line names."""
    path = folder / "log"
    spoken = [(7, BEGIN), *(it if isinstance(it, tuple) else (7, it) for it in lines)]
    path.write_text("".join(f"Nov 30 02:00:00 host internal-sftp[{number}]: {text}\n" for number, text in spoken))
    log = SessionLog(path, Path("/srv/mail"))
    log.read()
    log.close()
    return log


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ((WRITE, CLOSE), True),
        ((WRITE, CUT), False),
        ((WRITE,), False),
        ((CLOSE,), False),
        ((WRITE, CUT, RESUME, CLOSE), True),
        ((WRITE, CLOSE, WRITE), False),
        ((WRITE, CLOSE, WRITE, FAILED), True),
        ((WRITE, FAILED, CLOSE), True),
        ((WRITE, CLOSE, FAILED), True),
        ((WRITE, OTHER_READS, CLOSE), True),
        ((WRITE, (8, BEGIN), (8, WRITE), CLOSE), False),
        ((WRITE, (9, WRITE), CLOSE), True),
        ((*PART, RENAME), True),
        ((*PART, f"posix-{RENAME}"), True),
        ((PART[0], RENAME), False),
        ((RENAME,), True),
        ((RENAME, FAILED), False),
        ((WRITE, CLOSE, 'remove name "/in/a.csv"'), False),
        (('open "/srv/mail/hill/in/a.csv" flags WRITE mode 0', 'close "/in/x/../a.csv" bytes read 0 written 2'), True),
    ],
)  # fmt: skip
def test_a_file_of_ten_bytes_is_complete(tmp_path: Path, lines: tuple[str, ...], whole: bool) -> None:  # noqa: FBT001 - a table
    found = said(tmp_path, *lines).said("hill", "in/a.csv")
    assert (found is not None and found.fits(10)) == whole


def test_a_file_of_another_size_is_not_the_one_that_was_closed(tmp_path: Path) -> None:
    anew, resumed = said(tmp_path, WRITE, CLOSE), said(tmp_path, RESUME, CLOSE)
    sizes = [[bool(it and it.fits(size)) for size in (9, 10, 11)] for it in (
        anew.said("hill", "in/a.csv"), resumed.said("hill", "in/a.csv"),
    )]  # fmt: skip
    assert sizes == [[False, True, False], [False, True, True]]


def test_names_are_read_as_they_are_escaped_and_forgotten_when_gone(tmp_path: Path) -> None:
    written = r'"/in/caf\303\251 \\ "x".csv"'
    log = said(tmp_path, f"open {written} flags WRITE mode 0644", f"close {written} bytes read 0 written 1")
    name = 'café \\ "x".csv'
    assert log.said("hill", f"in/{name}") is not None
    log.forget("hill", "in", {name})
    assert log.said("hill", f"in/{name}") is not None
    log.forget("hill", "in", set())
    assert log.said("hill", f"in/{name}") is None
