"""What `/metrics` answers, from the database at the moment of the question: no organisation, file or learner in it."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gateway.core.operations import BUCKETS, Answered, Standing, WorkerSeen
from gateway.core.ports.operations import OperationPorts

_PREFIX = "learner_gateway_"


def text(operations: OperationPorts) -> bytes:
    """Return all figures in the text form of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Now(operations))
    return generate_latest(registry)


class _Now(Collector):
    def __init__(self, operations: OperationPorts) -> None:
        self._operations = operations

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        standing = self._operations.standings.standing()
        yield _by_status(standing)
        yield _gauge("queue_waiting", "Submissions that no worker has yet.", standing.waiting)
        yield _gauge("queue_working", "Submissions that a worker has.", standing.working)
        yield _gauge("queue_oldest_seconds", "Age of the oldest that has not come to its end.", standing.oldest_s)
        yield _workers(self._operations.workers.all())
        yield _gauge("alerts", "Alarms whose cause lasts.", len(self._operations.alerts.all()))
        yield _answered(standing.answered)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, what, value=value)


def _by_status(standing: Standing) -> Metric:
    family = GaugeMetricFamily(_PREFIX + "submissions", "Submissions by status and kind.", labels=("status", "kind"))
    for (status, kind), count in sorted(standing.submissions.items()):
        family.add_metric((status, kind), count)
    return family


def _workers(seen: list[WorkerSeen]) -> Metric:
    family = GaugeMetricFamily(
        _PREFIX + "workers", "Worker processes that live, and that are silent.", labels=("state",)
    )
    dead = sum(it.is_dead for it in seen)
    family.add_metric(("alive",), sum(it.ended_how is None for it in seen) - dead)
    family.add_metric(("dead",), dead)
    return family


def _answered(answered: Mapping[str, Answered]) -> Metric:
    what = "Seconds from arrival to response, by kind."
    family = HistogramMetricFamily(_PREFIX + "response_seconds", what, labels=("kind",))
    for kind, figures in sorted(answered.items()):
        within = zip(map(str, BUCKETS), figures.within, strict=True)
        family.add_metric((kind,), [*within, ("+Inf", figures.count)], figures.seconds)
    return family
