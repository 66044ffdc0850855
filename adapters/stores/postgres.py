"""PostgreSQL as the one system of record, embedded in the home or reached by URL."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, SkipValidation

from adapters.stores.acts import PostgresActs
from adapters.stores.agreements import PostgresAgreements
from adapters.stores.alerts import PostgresAlerts
from adapters.stores.api_keys import PostgresApiKeys
from adapters.stores.audit import PostgresAudit
from adapters.stores.backups import PostgresBackups
from adapters.stores.candidates import look_by_index
from adapters.stores.change_notices import PostgresChangeNotices
from adapters.stores.database import Pool, open_lookups, open_pool
from adapters.stores.embedded import EmbeddedPostgres
from adapters.stores.enquiries import PostgresEnquiries
from adapters.stores.figures import PostgresFigures
from adapters.stores.file_keys import PostgresFileKeys
from adapters.stores.identity_changes import PostgresIdentityChanges
from adapters.stores.learner_records import PostgresLearnerRecords
from adapters.stores.mailboxes import PostgresMailboxes
from adapters.stores.migrate import migrate
from adapters.stores.organisations import PostgresOrganisations
from adapters.stores.pgp_certificates import PostgresPgpCertificates
from adapters.stores.questions import PostgresQuestions
from adapters.stores.queue import PostgresQueue
from adapters.stores.records import PostgresRecords
from adapters.stores.reference import PostgresReference
from adapters.stores.register import PostgresRegister
from adapters.stores.register_changes import PostgresRegisterChanges
from adapters.stores.register_keys import Matching
from adapters.stores.removals import PostgresRemovals
from adapters.stores.reviews import PostgresReviews
from adapters.stores.standings import PostgresStandings
from adapters.stores.submissions import PostgresStore
from adapters.stores.supplements import PostgresSupplements
from adapters.stores.turns import turn
from adapters.stores.workers import PostgresWorkers
from gateway.core.errors import GatewayError, StoreError
from gateway.core.permutation import IssuingRange
from gateway.core.ports.operations import OperationPorts
from gateway.core.ports.review import ReviewPorts
from gateway.core.review import ReviewPlan


class RecordSettings(BaseModel):
    """Where the database is, and what only the composition root can hand over.

    Without `url` a PostgreSQL of the gateway's own runs in `home`.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    home: Path
    url: str | None = None
    options: Mapping[str, str] = {}
    issuing: IssuingRange | None = None
    matching: SkipValidation[Matching]
    review: ReviewPlan = ReviewPlan()


class PostgresRecord:
    """The `SystemOfRecord` port: one database, one pool of connections, several ports."""

    def __init__(self, settings: RecordSettings) -> None:
        self._embedded = None if settings.url else EmbeddedPostgres(settings.home, options=settings.options)
        url, self._pool = self._opened(settings.url)
        self._url = url
        self._lookups = open_lookups(url, look_by_index)
        self.queue = PostgresQueue(url, self._pool)
        self.store = self.submissions = PostgresStore(self._pool, self.queue)
        self.organisations = PostgresOrganisations(self._pool)
        self.agreements = PostgresAgreements(self._pool)
        self.mailboxes = PostgresMailboxes(self._pool)
        self.register_changes = PostgresRegisterChanges(self._pool, matching=settings.matching)
        self.change_notices = PostgresChangeNotices(self._pool)
        self.records = PostgresRecords(self._pool)
        self.audit = PostgresAudit(self._pool)
        self.learners = PostgresLearnerRecords(self._pool, settings.matching)
        self.removals = PostgresRemovals(self._pool)
        self.api_keys = PostgresApiKeys(self._pool)
        self.pgp_certificates = PostgresPgpCertificates(self._pool)
        self.file_keys = PostgresFileKeys(self._pool)
        self.backups = PostgresBackups(url, self._pool, embedded=self._embedded is not None)
        self.reference = PostgresReference(self._pool, settings.home / "reference")
        self.register = self.register_keeping = PostgresRegister(
            self._pool,
            self._lookups,
            matching=settings.matching,
            issuing=settings.issuing,
        )
        self.review = _review(self._pool, settings)
        self.operations = OperationPorts(
            workers=PostgresWorkers(self._pool),
            standings=PostgresStandings(self._pool),
            alerts=PostgresAlerts(self._pool),
            acts=PostgresActs(self._pool, self.queue),
        )

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the system of record, started and brought up to date.

        Raise StoreError where it cannot be, and ConfigurationError where ULNs were issued from another range before.
        """
        record = cls(RecordSettings.model_validate(settings))
        try:
            record.register.begin_issuing()
        except GatewayError:
            record.close()
            raise
        return record

    def _opened(self, url: str | None) -> tuple[str, Pool]:
        """Start the embedded database where there is no URL, bring it up to date, and open its pool."""
        reached = url or (self._embedded.start() if self._embedded else "")
        try:
            migrate(reached)
            return reached, open_pool(reached)
        except StoreError:
            if self._embedded is not None:
                self._embedded.stop()
            raise

    @staticmethod
    def restore(home: Path, copy: Path) -> None:
        """Make a base backup the embedded database of a new home; raise StoreError where that has one."""
        EmbeddedPostgres(home).adopt(copy)

    def revive(self) -> bool:
        """Start an embedded database again that has died, and tell whether it had; one at a URL is left alone."""
        if self._embedded is None or self._embedded.running():
            return False
        self._embedded.start()
        return True

    def turn(self, name: str) -> AbstractContextManager[Callable[[], bool]]:
        """Ask for the turn at something of that name, for as long as the block lasts; of all hosts one has it."""
        return turn(self._url, name)

    def close(self) -> None:
        """Give every connection back, and stop an embedded database that nobody else uses."""
        self._close_pools()
        if self._embedded is not None:
            self._embedded.stop()

    def remove(self) -> None:
        """Delete an embedded database for good, with all that it holds; one at a URL is left alone."""
        self._close_pools()
        if self._embedded is not None:
            self._embedded.remove()

    def _close_pools(self) -> None:
        self._lookups.close()
        self._pool.close()


def _review(pool: Pool, settings: RecordSettings) -> ReviewPorts:
    plan = settings.review
    return ReviewPorts(
        questions=PostgresQuestions(pool),
        reviews=PostgresReviews(pool, timedelta(seconds=plan.gather_s)),
        supplements=PostgresSupplements(pool),
        enquiries=PostgresEnquiries(pool, timedelta(days=plan.window_days)),
        changes=PostgresIdentityChanges(pool, settings.matching),
        figures=PostgresFigures(pool, plan.most_variations),
        plan=plan,
    )
