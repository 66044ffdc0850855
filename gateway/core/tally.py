"""Counts what a file kind finds while it reads, and comes to a verdict."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.core.documents import Counts, NotRun, severities
from gateway.core.handover import Faultless, FileHeader, Finding, Late
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Notices, Scope
from gateway.core.outcomes import Effect, MatchOutcome, Total
from gateway.core.results import verdict_of
from gateway.core.submission import Job, Verdict


@dataclass
class Tally:
    """Exact counts of a file's records and notices; a file with a rejection has no accepted record."""

    notices: Notices = field(default_factory=Notices)
    header: Mapping[str, str] = field(default_factory=dict)
    job: Job | None = None
    file_notices: list[Notice] = field(default_factory=list)
    read: int = 0
    refused: int = 0
    rules_not_run: Counter[str] = field(default_factory=Counter)
    checks_not_run: list[NotRun] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Count one finding."""
        if isinstance(finding, FileHeader):
            self.header, self.job = finding.values, finding.job
        elif isinstance(finding, CheckedRecord):
            self.read += 1
            self.refused += any(notice.refuses(Scope.RECORD) for notice in finding.notices)
            self.notices.add(finding.notices)
            self.rules_not_run.update(finding.not_run)
        elif isinstance(finding, Late):
            self.refused += finding.refuses and not finding.refused
            self.notices.add(finding.notices)
        elif isinstance(finding, Faultless):
            self.read += finding.records
        elif isinstance(finding, NotRun):
            self.checks_not_run.append(finding)
        else:
            self.file_notices.append(finding)
            self.notices.add([finding])

    @property
    def not_run(self) -> list[NotRun]:
        """Return what the reader could not come to, and each rule that was left out on some records."""
        rules = [
            NotRun(check=code, reason=f"Left out on {_records(count)} in which one of its fields had failed already.")
            for code, count in sorted(self.rules_not_run.items())
        ]
        return self.checks_not_run + rules

    @property
    def rejections(self) -> tuple[Notice, ...]:
        """Return the notices that refuse the whole file."""
        return tuple(notice for notice in self.file_notices if notice.refuses(Scope.FILE))

    @property
    def totals(self) -> dict[Total, int]:
        """Return accepted, rejected and held by validation alone; nothing is held before matching."""
        rejected = self.read if self.rejections else self.refused
        return {Total.ACCEPTED: self.read - rejected, Total.REJECTED: rejected, Total.HELD: 0}

    @property
    def verdict(self) -> Verdict:
        """Return the verdict by validation alone."""
        return verdict_of(self.totals, refused=bool(self.rejections))


def _records(count: int) -> str:
    return f"{count:,} record{'s' * (count != 1)}"


def counts_of(totals: Mapping[Total, int], notices: Notices, outcomes: Mapping[MatchOutcome | Effect, int]) -> Counts:
    """Return the exact counts as reports write them."""
    return Counts(
        read=sum(totals.values()),
        accepted=totals[Total.ACCEPTED],
        rejected=totals[Total.REJECTED],
        held=totals[Total.HELD],
        by_severity=severities(notices),
        by_code=dict(sorted(notices.by_code.items())),
        by_outcome={outcome: outcomes[outcome] for outcome in (*MatchOutcome, *Effect) if outcomes.get(outcome)},
    )
