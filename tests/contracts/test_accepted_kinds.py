"""Of a file of any kind the accepted records make a file of that kind, in which nothing else is found."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from gateway import samples
from gateway.core.days import uk_day
from gateway.core.extract import Place
from gateway.core.handover import Late, SamplePlan
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.ports.kinds import FileKind
from gateway.core.response_parts import copying
from gateway.core.rules.rule import Context
from gateway.core.spool import with_late
from gateway.core.submission import Organisation, OrganisationKind
from tests.golden.fixture_cases import KINDS

MOMENT = datetime(2026, 9, 1, 14, 30, tzinfo=UTC)
SENDER = Organisation(id="sample", name="Sample", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101")
WHOLE = {name for name, kind in KINDS.items() if kind.whole_file}
"""Kinds of which all records are accepted or none, so that what is accepted is the file itself."""


def read(kind: FileKind, path: Path, name: str) -> tuple[list[Notice], list[CheckedRecord], dict[str, str]]:
    """Return what is said of a file, its records with all that is said of them, and its header."""
    found = list(kind.check(path, Context(as_of=uk_day(MOMENT), file_name=name, sender=SENDER)))
    records = [it for it in found if isinstance(it, CheckedRecord)]
    late = [it for it in found if isinstance(it, Late)]
    header = next((dict(it.values) for it in found if hasattr(it, "values") and not isinstance(it, CheckedRecord)), {})
    return [it for it in found if isinstance(it, Notice)], list(with_late(records, late)), header


def is_accepted(checked: CheckedRecord) -> bool:
    return not any(notice.refuses(Scope.RECORD) for notice in checked.notices) and checked.refused_as is None


def what(checked: CheckedRecord) -> tuple[object, ...]:
    """Return what is said of a record, but for its place in the file."""
    said = sorted((notice.code, notice.field or "", notice.value or "") for notice in checked.notices)
    return checked.record.key, checked.learner, said


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", sorted(set(KINDS) - WHOLE))
def test_the_accepted_records_make_a_file_in_which_nothing_else_is_found(name: str, seed: int, tmp_path: Path) -> None:
    kind = KINDS[name]
    plan = SamplePlan(organisation=SENDER, moment=MOMENT, bad_percent=30, seed=seed)
    sample = kind.samples(samples.people(seed, 40, uk_day(MOMENT)), plan)
    path, out = tmp_path / "given", BytesIO()
    path.write_bytes(sample.content)
    said, records, header = read(kind, path, sample.name)
    accepted = [it for it in records if is_accepted(it)]
    assert len(accepted) not in {0, len(records)}
    places = [Place(*(it.span or (-1, -1)), accepted=is_accepted(it)) for it in records]
    copying(kind, header)(BytesIO(sample.content), places, len(accepted), out)
    path.write_bytes(out.getvalue())
    again, kept, _ = read(kind, path, sample.name)
    assert [it.code for it in again if it.severity is Severity.ERROR] == []
    assert {it.code for it in again} <= {it.code for it in said}
    assert [what(it) for it in kept] == [what(it) for it in accepted]
    assert all(len(it.notices) == len(other.notices) for it, other in zip(kept, accepted, strict=True))
    assert replace(kept[0].record, number=1) == kept[0].record
