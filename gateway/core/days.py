"""The day that rules about ages and dates are judged by."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")


def uk_day(moment: datetime) -> date:
    """Return the day in the United Kingdom at a moment that has a zone."""
    return moment.astimezone(UK).date()
