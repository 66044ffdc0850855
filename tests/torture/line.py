"""A line to a database that may die at any moment: whoever asks is told that nobody answered, and asks again."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import psycopg

_PAUSE_S: Final = 0.001


class Line:
    """One connection, made anew whenever it has broken; any thread may ask."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def ask(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Any] | None:
        """Return a statement's rows; None where the database does not answer."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
                found = self._connection.execute(statement, values)
                return found.fetchall() if found.description else []
            except psycopg.OperationalError:
                self._hang_up()
                time.sleep(_PAUSE_S)
                return None

    def close(self) -> None:
        """Ask nothing more."""
        with self._lock:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def answers(self) -> bool:
        """Tell whether the database answers."""
        return bool(self.ask("select true"))
