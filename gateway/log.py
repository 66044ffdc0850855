"""Structured events as JSON lines on standard error, from which personal data is dropped before anything is written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    {
        "attempts", "bytes", "code", "count", "error", "event", "exception_type", "extension", "fingerprint", "folder",
        "host", "job", "kind", "level", "logger", "organisation", "outcome", "part", "peer", "pid", "port", "piece",
        "reason", "seconds", "sha256", "signal", "status", "step", "submission", "timestamp", "verdict", "where",
        "worker",
    }
)  # fmt: skip
"""The only names that an event may carry: none of them can hold a learner's value."""

_OTHERS = ("paramiko", "uvicorn", "procrastinate", "psycopg", "alembic", "sqlalchemy", "asyncio")


def drop_personal_data(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the allowed names alone: tracebacks, arguments and anything that a library adds may hold a value."""
    return {name: value for name, value in event.items() if name in ALLOWED}


def configure(stream: TextIO | None = None) -> None:
    """Send every logger's events through one formatter to a stream; other libraries are heard from errors upwards."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            drop_personal_data,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.raiseExceptions = False  # its own report of a failure would print the event's arguments
    for name in _OTHERS:
        logging.getLogger(name).setLevel(logging.ERROR)
