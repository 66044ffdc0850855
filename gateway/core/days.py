"""The day that rules about ages and dates are judged by."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")


def uk_day(moment: datetime) -> date:
    """Return the day in the United Kingdom at a moment that has a zone."""
    return moment.astimezone(UK).date()


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in the United Kingdom."""
    return datetime.combine(day, time(), UK)
