"""What a rule or a schema says of the sender's data."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a notice weighs: an error refuses, a warning asks to look, an info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Scope(StrEnum):
    """What an error refuses: the whole file, or one record."""

    FILE = "file"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One finding, with its place, its cause and its cure.

    `line` is the physical line as an editor counts it, `record` the number of the record in the file; both count
    from 1 and are None where there is none. `value` is what the sender sent: only a response to that sender shows it.
    """

    code: str
    severity: Severity
    scope: Scope
    message: str
    fix: str
    line: int | None = None
    record: int | None = None
    key: str | None = None
    field: str | None = None
    value: str | None = None

    def refuses(self, scope: Scope) -> bool:
        """Tell whether this notice is an error of that scope."""
        return self.severity is Severity.ERROR and self.scope is scope


@dataclass
class Notices:
    """Notices with exact counts, whose list is cut at a limit a code so that memory stays bounded."""

    limit: int = 1000
    listed: list[Notice] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)
    by_severity: Counter[Severity] = field(default_factory=Counter)

    def add(self, notices: Iterable[Notice]) -> None:
        """Count every notice; list it while its code is under the limit."""
        for notice in notices:
            self.by_code[notice.code] += 1
            self.by_severity[notice.severity] += 1
            if self.by_code[notice.code] <= self.limit:
                self.listed.append(notice)

    @property
    def cut(self) -> bool:
        """Tell whether the list holds fewer notices than were counted."""
        return len(self.listed) < self.by_code.total()
