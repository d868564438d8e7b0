"""Material Accounting Periods: at most a year, without gap or overlap (8.2)."""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def longest_end(date_start):
    """Return the last day a period from ``date_start`` may have (8.2).

    >>> longest_end(date(2025, 1, 1))
    datetime.date(2025, 12, 31)
    >>> longest_end(date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    >>> longest_end(date(2025, 3, 1))
    datetime.date(2026, 2, 28)
    """
    if (date_start.month, date_start.day) == (2, 29):
        return date(date_start.year + 1, 2, 28)
    return date_start.replace(year=date_start.year + 1) - ONE_DAY


def is_too_long(date_start, date_end):
    """Tell whether the window is longer than 12 months (8.2).

    >>> is_too_long(date(2025, 1, 1), date(2025, 12, 31))
    False
    >>> is_too_long(date(2025, 1, 1), date(2026, 1, 1))
    True
    """
    return date_end > longest_end(date_start)


def first_break(windows):
    """Return the first pair of neighbours that do not follow day on day.

    ``windows`` is an iterable of ``(date_start, date_end)``; what comes back
    is ``None``, or ``(kind, before, after)`` with kind ``gap`` or ``overlap``.

    >>> first_half = (date(2025, 1, 1), date(2025, 6, 30))
    >>> first_break([(date(2025, 7, 1), date(2025, 12, 31)), first_half])
    >>> first_break([first_half, (date(2025, 7, 2), date(2025, 12, 31))])[0]
    'gap'
    >>> first_break([first_half, (date(2025, 6, 30), date(2025, 12, 31))])[0]
    'overlap'
    """
    ordered = sorted(windows)
    for before, after in zip(ordered, ordered[1:], strict=False):
        expected = before[1] + ONE_DAY
        if after[0] > expected:
            return "gap", before, after
        if after[0] < expected:
            return "overlap", before, after
    return None
