"""Cash to a supplier: what is linked, and what it comes to (4.3b)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True)
class Operation:
    """Cash paid once to one supplier.

    ``amounts`` are pairs of currency and amount, ``links`` orders and invoices it
    pays, ``window`` the days within which others of the supplier are linked with it.
    """

    key: int
    day: date
    amounts: tuple = ()
    links: frozenset = frozenset()
    window: int = 30


class Item(NamedTuple):
    """What one journal entry or payment says of one operation, by account."""

    key: int
    day: date
    role: str
    account: int
    currency: int
    amount: float


class Excess(NamedTuple):
    """Linked operations that come to more than the limit of the last one's day."""

    last: Operation
    operations: list
    total: float
    limit: object


def is_linked(one, other):
    """Tell whether two operations of a supplier are linked (4.3b).

    They are when they pay the same order or invoice, or when there are no more days
    between them than the window. Where the window changed, the longer one of their
    days holds: a shorter window does not part what was linked already.

    >>> one = Operation(1, date(2025, 3, 1), links=frozenset({"P1"}))
    >>> is_linked(one, Operation(2, date(2025, 3, 31)))
    True
    >>> is_linked(one, Operation(2, date(2025, 4, 1)))
    False
    >>> is_linked(one, Operation(2, date(2025, 4, 1), window=31))
    True
    >>> is_linked(one, Operation(2, date(2026, 4, 1), links=frozenset({"P1", "P2"})))
    True
    """
    if one.links & other.links:
        return True
    return abs((one.day - other.day).days) <= max(one.window, other.window)


def get_linked(one, operations):
    """Return ``one`` after those of no later day that are linked with it.

    >>> first = Operation(1, date(2025, 3, 1), links=frozenset({"P1"}))
    >>> second = Operation(2, date(2025, 3, 31))
    >>> third = Operation(3, date(2025, 4, 30), links=frozenset({"P1"}))
    >>> fourth = Operation(4, date(2025, 5, 30))
    >>> def keys(one):
    ...     return [found.key for found in get_linked(one, [fourth, third, second,
    ...                                                     first])]
    >>> keys(second), keys(third), keys(fourth)
    ([1, 2], [1, 2, 3], [3, 4])
    """
    earlier = [
        other
        for other in operations
        if other.key != one.key and other.day <= one.day and is_linked(one, other)
    ]
    return [*sorted(earlier, key=lambda other: (other.day, other.key)), one]


def find_excess(operations, before, get_limit, get_worth):
    """Return the first :class:`Excess` that a change brings about, or None (4.3b).

    ``operations`` are all of one supplier after the change. ``before`` are the
    changed ones as ``{key: operation as it was, or None}``. ``get_limit(day)``
    returns the limit of a day, with an ``amount``; ``get_worth(operation, limit)``
    what an operation comes to in the limit's currency. The limit itself may be
    reached. What was beyond the limit before and does not grow is no new excess.

    >>> class Limit(NamedTuple):
    ...     amount: float
    >>> def find(operations, before):
    ...     return find_excess(
    ...         operations, before, lambda day: Limit(100),
    ...         lambda operation, limit: sum(amount for _, amount in operation.amounts),
    ...     )
    >>> first = Operation(1, date(2025, 3, 1), (("USD", 60),))
    >>> second = Operation(2, date(2025, 3, 31), (("USD", 40),))
    >>> find([first, second], {2: None})
    >>> third = Operation(3, date(2025, 3, 2), (("USD", 1),))
    >>> found = find([first, second, third], {3: None})
    >>> found.last.key, found.total, [one.key for one in found.operations]
    (2, 101, [1, 3, 2])
    >>> find([first, second, third], {3: third})
    """
    unchanged = [one for one in operations if one.key not in before]
    changed = [one for one in operations if one.key in before]
    past = [*unchanged, *(one for one in before.values() if one)]
    affected = changed + [
        one
        for one in unchanged
        if any(other.day <= one.day and is_linked(one, other) for other in changed)
    ]
    # Of one day, what changed is told before what it is linked with.
    for one in sorted(affected, key=lambda each: (each.day, each.key not in before)):
        limit = get_limit(one.day)
        linked = get_linked(one, operations)
        total = sum(get_worth(each, limit) for each in linked)
        if total <= limit.amount:
            continue
        earlier = before.get(one.key) if one.key in before else one
        if earlier:
            was = sum(get_worth(each, limit) for each in get_linked(earlier, past))
            if total <= was:
                continue
        return Excess(one, linked, total, limit)
    return None


def find_standing_excess(operations, asked, get_limit, get_worth):
    """Return the greatest :class:`Excess` that is there already, or None (4.3b).

    Of operations that are linked with ``asked``, which is none of ``operations``;
    ``get_limit`` and ``get_worth`` are those of :func:`find_excess`.

    >>> class Limit(NamedTuple):
    ...     amount: float
    >>> def find(operations, asked):
    ...     found = find_standing_excess(
    ...         operations, asked, lambda day: Limit(100),
    ...         lambda operation, limit: sum(amount for _, amount in operation.amounts),
    ...     )
    ...     return found and (found.last.key, found.total)
    >>> first = Operation(1, date(2025, 3, 1), (("USD", 60),), frozenset({"P1"}))
    >>> second = Operation(2, date(2025, 3, 31), (("USD", 50),))
    >>> find([first, second], Operation(0, date(2025, 4, 30)))
    (2, 110)
    >>> find([first, second], Operation(0, date(2025, 5, 1)))
    >>> find([first], Operation(0, date(2025, 3, 1)))
    """
    found = []
    for one in operations:
        if is_linked(one, asked):
            limit, linked = get_limit(one.day), get_linked(one, operations)
            total = sum(get_worth(each, limit) for each in linked)
            if total > limit.amount:
                found.append(Excess(one, linked, total, limit))
    return max(found, key=lambda excess: excess.total, default=None)


def get_amounts(items):
    """Return ``{key: ((currency, amount), ...)}`` of what left the till (4.3b).

    Items with the role ``paid`` count. Those ``announced`` are what payments put on
    an outstanding account; what another entry of the till takes from there is the
    same cash, and counts only beyond it.

    >>> day = date(2025, 3, 1)
    >>> payment = [Item(1, day, "paid", 210, "USD", 60.0),
    ...            Item(1, day, "announced", 109, "USD", -60.0)]
    >>> get_amounts(payment)
    {1: (('USD', 60.0),)}
    >>> get_amounts([*payment, Item(2, day, "paid", 109, "USD", 75.0)])
    {1: (('USD', 60.0),), 2: (('USD', 15.0),)}
    >>> get_amounts([*payment, Item(2, day, "paid", 210, "USD", 60.0)])
    {1: (('USD', 60.0),), 2: (('USD', 60.0),)}
    """
    announced = defaultdict(float)
    for item in items:
        if item.role == "announced":
            announced[item.account, item.currency] -= item.amount
    sums = defaultdict(lambda: defaultdict(float))
    for item in sorted(items, key=lambda each: (each.day, each.key)):
        if item.role != "paid":
            continue
        amount, place = item.amount, (item.account, item.currency)
        if amount > 0 and announced.get(place, 0) > 0:
            same = min(amount, announced[place])
            announced[place] -= same
            amount -= same
        sums[item.key][item.currency] += amount
    return {key: tuple(sorted(found.items())) for key, found in sums.items()}
