"""The chain's calendar: operations happen on their own day."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time

#: Noon in UTC falls on the same day at all five companies.
NOON = time(12)


@contextmanager
def calendar():
    """Yield a function that makes it noon of a day, until the context ends."""
    with freeze_time(datetime.combine(date(2024, 1, 1), NOON)) as frozen:
        yield lambda day: frozen.move_to(datetime.combine(day, NOON))


def get_day(zone):
    """Return the day it is now in ``zone``."""
    return datetime.now(ZoneInfo(zone)).date()


def months(first, last):
    """Yield the first day of each month from ``first`` to ``last``."""
    while first <= last:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)
