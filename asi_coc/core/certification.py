"""When a facility's certificates let it be a source of CoC Material (3 to 6 a, b).

A facility is certified on a day when the entity's CoC certificate covers its
activity (a) and the facility holds a Performance Standard certificate (b). Days are
spans, pairs of a first and a last day:

>>> first = (date(2024, 1, 1), date(2024, 12, 31))
>>> renewal = (date(2025, 1, 1), date(2025, 6, 30))
>>> unbroken_until(date(2024, 5, 1), [first, renewal])
datetime.date(2025, 6, 30)
"""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
#: 6.1b: a post-casthouse entity is certified within so many years of joining ASI.
YEARS_TO_CERTIFY = 2
#: Criterion that says where CoC Material of an activity may come from.
CRITERIA = {
    "bauxite_mining": "3.1",
    "alumina_refining": "3.2",
    "smelting": "3.3",
    "remelting_refining": "4.1",
    "casthouse": "5.1",
    "post_casthouse": "6.1",
}


def last_day_to_certify(joined):
    """Return the last day a post-casthouse facility goes uncertified (6.1b).

    >>> last_day_to_certify(date(2023, 2, 1))
    datetime.date(2025, 2, 1)
    >>> last_day_to_certify(date(2024, 2, 29))
    datetime.date(2026, 2, 28)
    """
    year = joined.year + YEARS_TO_CERTIFY
    if (joined.month, joined.day) == (2, 29):
        return date(year, 2, 28)
    return joined.replace(year=year)


def unbroken_until(day, spans):
    """Return the last day up to which ``spans`` go on without a gap from ``day``.

    ``None`` where no span has the day. A renewal that begins the day after goes on:

    >>> first = (date(2025, 1, 1), date(2025, 3, 9))
    >>> next_day = (date(2025, 3, 10), date(2026, 1, 1))
    >>> later = (date(2025, 3, 11), date(2026, 1, 1))
    >>> unbroken_until(date(2025, 3, 9), [first, next_day])
    datetime.date(2026, 1, 1)
    >>> unbroken_until(date(2025, 3, 9), [first, later])
    datetime.date(2025, 3, 9)
    >>> unbroken_until(date(2025, 3, 10), [first, later])
    """
    until = None
    for first, last in sorted(spans):
        if first <= (day if until is None else until + ONE_DAY) and last >= day:
            until = last if until is None else max(until, last)
    return until


def certified_until(day, *requirements):
    """Return the last day of a certification that rests on several spans at once.

    Each of ``requirements`` is a list of spans; all must have the day. ``None``
    where one has not.

    >>> coc = [(date(2024, 1, 1), date(2026, 12, 31))]
    >>> performance = [(date(2024, 1, 1), date(2025, 12, 31))]
    >>> certified_until(date(2025, 3, 10), coc, performance)
    datetime.date(2025, 12, 31)
    >>> certified_until(date(2026, 3, 10), coc, performance)
    """
    ends = [unbroken_until(day, spans) for spans in requirements]
    return None if None in ends else min(ends)
