"""The fixtures of every kind, and what is said of each.

A case is a folder `fixtures/<kind>/<rule>/<case>`: the given file under its own name, `notices.csv`, and in `case.json`
what else must be known (each kind's reader of cases says what that may be).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from gateway import bootstrap
from gateway.core.notices import Notice
from tests.golden import ao_files, batch_cases, census_files, ctf_files, ilr_files, lrb_files, lrb_xml_files
from tests.golden.settled_cases import check_case as settled_case

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = bootstrap.file_kinds()
FIELDS = "fields"
"""The folder of cases that show all rules on a schema's fields: one that breaks each of them, one that breaks none."""
WHOLE = frozenset({"responses", "valid"})
"""Folders that are no rule's: files whose whole answer is kept, and files that the schema's own tests read."""

Read = Callable[[str, Path], Iterable[Notice]]
_BATCH: Read = lambda _, case: batch_cases.check_case(case).notices  # noqa: E731
_RESULTS: Read = lambda kind, case: ao_files.case_notices(case, type(KINDS[kind]))  # noqa: E731
_SETTLED: Read = lambda kind, case: settled_case(case, type(KINDS[kind])).notices  # noqa: E731
READERS: Mapping[str, Read] = {
    "achievement": _BATCH,
    "ao-results": _RESULTS,
    "challenge": _SETTLED,
    "ctf": lambda _, case: ctf_files.notices(ctf_files.check_case(case)),
    "decision": _SETTLED,
    "ilr": lambda kind, case: ilr_files.case_notices(case, kind),
    "jcq-results": _RESULTS,
    "lrb-csv": lambda _, case: lrb_files.notices(lrb_files.check_case(case)),
    "lrb-xml": lambda _, case: lrb_files.notices(lrb_xml_files.check_case(case)),
    "record-request": _SETTLED,
    "school-census": lambda _, case: census_files.case_notices(case),
    "tlevel": _SETTLED,
    "verify": _BATCH,
}
"""Who reads the cases of the kinds whose names begin so."""


@cache
def said_of(case: Path) -> tuple[Notice, ...]:
    """Return all that is said of a case, in its order."""
    kind = case.parent.parent.name
    (read,) = (read for name, read in READERS.items() if kind.startswith(name))
    return tuple(read(kind, case))


def cases_of(kind: str, folder: str = "*") -> list[Path]:
    """Return the cases of a kind, or those in one of its folders."""
    found = sorted((FIXTURES / kind).glob(f"{folder}/*"))
    return [case for case in found if case.is_dir() and case.parent.name not in WHOLE]
