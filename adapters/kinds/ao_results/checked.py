"""What becomes of a checked result before its learner is looked for: refused, or kept waiting (`gateway-files` 10)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters.kinds.ao_results.result import learner
from adapters.kinds.ao_results.rules_grades import QUALIFICATIONS, UNKNOWN_QUALIFICATION, qualification
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord
from gateway.core.notices import Scope
from gateway.core.rules.rule import Context


def with_waiting(findings: Iterable[Finding], context: Context) -> Iterator[Finding]:
    """Yield findings; a result whose only error is a qualification that is not on the list has its learner too.

    So it goes on to matching, and the decision on it keeps it waiting.
    """
    for found in findings:
        if isinstance(found, CheckedRecord) and found.notices and _waits(found, context):
            yield replace(found, learner=learner(found.record), refused_as=None)
        else:
            yield found


def _waits(checked: CheckedRecord, context: Context) -> bool:
    """Tell whether a qualification that is not on the list, and nothing else, keeps a result from being taken."""
    errors = {notice.code for notice in checked.notices if notice.refuses(Scope.RECORD)}
    if errors != {UNKNOWN_QUALIFICATION} or not context.reference.loaded(QUALIFICATIONS):
        return False
    return qualification(checked.record, context) is None
