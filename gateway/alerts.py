"""What operators must know of at once: what is wrong now, told once while it lasts, and once more when it ends."""

import logging
import shutil
import socket
from collections.abc import Iterator, Sequence
from datetime import timedelta

from gateway.bootstrap import House
from gateway.core.errors import GatewayError
from gateway.core.operations import Alert, Cause
from gateway.core.ports.messengers import Messenger
from gateway.core.ports.operations import Alerts

log = logging.getLogger("gateway.alerts")

_LEASE = timedelta(minutes=2)
"""Long enough for every messenger's tries; a host that dies while it tells is followed by another."""
_PER_CENT = 100


def look(house: House, messengers: Sequence[Messenger]) -> None:
    """See what is wrong, and tell what operators do not know yet; any number of hosts may look at once."""
    alerts = house.record.operations.alerts
    alerts.keep(list(causes(house)), socket.gethostname())
    for alert in alerts.due(_LEASE):
        _tell(alert, messengers, alerts)


def causes(house: House) -> Iterator[Cause]:
    """Yield what is wrong now: what is parked, a long queue, dead workers, what lies uncollected, a full disk."""
    settings, operations = house.settings.alerts, house.record.operations
    standing = operations.standings.standing()
    for submission in standing.parked:
        yield Cause(name=f"parked {submission}", text=f"`gateway submissions show {submission}` says why it waits.")
    if standing.oldest_s > settings.oldest_s:
        text = f"The oldest of {standing.waiting + standing.working} submissions has waited {standing.oldest_s:.0f} s."
        yield Cause(name="queue", text=f"{text} Start more workers, or see `gateway doctor`.")
    for worker in operations.workers.all():
        if worker.is_dead:
            yield Cause(name=f"worker {worker.name}", text="It has said nothing for a minute: look at its host.")
    yield from _uncollected(house)
    yield from _disk(house)


def _uncollected(house: House) -> Iterator[Cause]:
    """Yield whose responses lie uncollected: a person there must be told before they leave the mailbox."""
    days = timedelta(days=house.settings.alerts.uncollected_days)
    for it in house.record.operations.standings.uncollected(days):
        until = it.since + timedelta(days=house.settings.retention.uncollected_days)
        text = (
            f"{it.files} response files wait in its out/ since {it.since:%d %B %Y}; they begin to leave it on "
            f"{until:%d %B %Y}. Tell the organisation."
        )
        yield Cause(name=f"uncollected {it.organisation}", text=text)


def _disk(house: House) -> Iterator[Cause]:
    usage, host = shutil.disk_usage(house.home), socket.gethostname()
    free = _PER_CENT * usage.free / usage.total
    if free < house.settings.alerts.disk_free_percent:
        text = f"{free:.0f} % of the disk of {house.home} is free: make room before files are refused."
        yield Cause(name=f"disk {host}", text=text, host=host)


def _tell(alert: Alert, messengers: Sequence[Messenger], alerts: Alerts) -> None:
    """Tell by every messenger; what one of them does not take is told again later."""
    log.error(
        "alert", extra={"code": alert.name, "reason": alert.text, "status": "ended" if alert.ended_at else "begun"}
    )
    failed = False
    for messenger in messengers:
        try:
            messenger.send(alert)
        except GatewayError as error:
            failed = True
            log.error("alert not sent", extra={"code": alert.name, "error": str(error)})  # noqa: TRY400 - it says all
    if not failed:
        alerts.told(alert)
