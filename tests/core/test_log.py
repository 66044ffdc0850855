"""Nothing that could hold a learner's value leaves through the log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from gateway import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    log.configure(written)
    yield written
    root.handlers[:], logging.raiseExceptions = before, True
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_allowed_names_alone(stream: io.StringIO) -> None:
    logging.getLogger("gateway.worker").info("processed", extra={"submission": "s1", "family_name": "Quill"})
    (line,) = lines(stream)
    assert (line["event"], line["submission"], line["level"]) == ("processed", "s1", "info")
    assert "Quill" not in stream.getvalue()


def test_a_traceback_is_not_written(stream: io.StringIO) -> None:
    try:
        int("Zoë Quill")
    except ValueError:
        logging.getLogger("gateway.worker").exception("fault")
    assert [line["event"] for line in lines(stream)] == ["fault"]
    assert "Quill" not in stream.getvalue()


def test_other_libraries_are_heard_from_errors_upwards(stream: io.StringIO) -> None:
    logging.getLogger("procrastinate.worker").warning("job %s", "Zoë Quill")
    assert stream.getvalue() == ""
