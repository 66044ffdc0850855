"""The pages and the samples of batch files of awarding organisations are what the kinds read."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.kinds.achievement.responder import COUNTERS, EFFECTS
from adapters.kinds.verify.kind import CODE_TEXTS
from gateway.core.handover import SamplePlan
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Severity
from gateway.core.rules.rule import Context
from gateway.samples import people
from tests.golden.batch_cases import AS_OF, KINDS, NORTH, ROOT, check_text
from tests.golden.settled_cases import reference

PAGES = {sort: ROOT / "adapters" / "kinds" / sort / "README.md" for sort in ("verify", "achievement")}
PLAN = SamplePlan(organisation=NORTH, moment=datetime(2026, 9, 1, 14, 30, tzinfo=UTC), bad_percent=30, seed=4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_the_page_is_a_file_without_fault(kind: str, tmp_path: Path) -> None:
    sort, _, carrier = kind.partition("-")
    (example,) = re.findall(rf"```{carrier}\n(.*?)```", PAGES[sort].read_text(encoding="utf-8"), re.DOTALL)
    found = check_text(kind, tmp_path, example)
    assert found.file_notices == []
    assert [answer.checked.notices for answer in found.answers] == [()] * (2 if carrier == "csv" else 1)


def test_the_pages_name_every_code_counter_and_flag() -> None:
    verify, achievement = (page.read_text(encoding="utf-8") for page in PAGES.values())
    assert [code for code in CODE_TEXTS if code not in verify] == []
    assert [name for name in (*EFFECTS.values(), *COUNTERS.values()) if name not in achievement] == []


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_about_a_sample_is_what_is_found(kind: str, processes: int, tmp_path: Path) -> None:
    made = KINDS[kind].from_settings({})
    sample = made.samples(list(people(3, 300, date(2026, 9, 1))), PLAN)
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    context = Context(as_of=AS_OF, file_name=sample.name, sender=NORTH, reference=reference(), processes=processes)
    found = list(made.check(path, context))
    assert [it for it in found if isinstance(it, Notice)] == []
    codes = [
        {notice.code for notice in it.notices if notice.severity is Severity.ERROR}
        for it in found
        if isinstance(it, CheckedRecord)
    ]
    assert codes == [{code} if code else set() for code in sample.truth]
    assert sum(code is not None for code in sample.truth) == 90
