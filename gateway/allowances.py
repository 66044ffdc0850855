"""What an organisation may still send today, by its quota and by what came from it."""

from gateway.config import GatewaySettings, SenderSettings
from gateway.core.days import midnight, uk_day
from gateway.core.ports.gateway import Clock
from gateway.core.ports.submissions import Submissions
from gateway.core.quota import Quota


def allowance(settings: GatewaySettings, submissions: Submissions, clock: Clock, organisation: str) -> Quota:
    """Return what an organisation may still send today, by the day in London."""
    quota = quota_of(settings, organisation)
    if not quota.is_daily:
        return quota
    return quota.left(submissions.received(organisation, midnight(uk_day(clock()))))


def quota_of(settings: GatewaySettings, organisation: str) -> Quota:
    """Return what an organisation may send on a day; its own settings win over those of all."""
    own, others = settings.organisations.get(organisation, SenderSettings()), settings.intake
    return Quota(
        files=others.files_a_day if own.files_a_day is None else own.files_a_day,
        size=others.bytes_a_day if own.bytes_a_day is None else own.bytes_a_day,
        open_uploads=others.open_uploads if own.open_uploads is None else own.open_uploads,
    )
