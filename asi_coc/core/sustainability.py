"""Sustainability data of a period: average footprint, recycled content (9.3)."""

from dataclasses import dataclass
from decimal import Decimal

from .quantity import EXACT, ZERO, Ratio


def average_footprint(parts):
    """Return the average carbon footprint of what is shipped, unrounded (9.3a).

    ``parts`` are pairs of CoC mass (tonnes) and its footprint (t CO2e/t Al);
    the average is by mass. Without mass there is none: ``None``.

    >>> average_footprint([(Decimal(300), Decimal("4")), (Decimal(100), Decimal("8"))])
    Decimal('5')
    >>> average_footprint([])
    """
    parts = list(parts)
    whole = sum((mass for mass, _footprint in parts), ZERO)
    if whole <= 0:
        return None
    emitted = sum((EXACT.multiply(mass, each) for mass, each in parts), ZERO)
    return EXACT.divide(emitted, whole)


@dataclass(frozen=True)
class AluminiumInput:
    """What came into a scope from outside in a period, in tonnes of aluminium.

    Scrap is accounted by its aluminium content. ``primary`` is what the scope
    smelts itself: the aluminium in its alumina. ``unknown_scrap`` is scrap that
    is not known to be pre- or post-consumer.
    """

    pre_consumer: Decimal = ZERO
    post_consumer: Decimal = ZERO
    dross: Decimal = ZERO
    unknown_scrap: Decimal = ZERO
    aluminium: Decimal = ZERO
    primary: Decimal = ZERO


@dataclass(frozen=True)
class RecycledContent:
    """Shares of recycled aluminium, pre-consumer and post-consumer (9.3c)."""

    pre_consumer: Ratio
    post_consumer: Ratio

    def __bool__(self):
        return self.pre_consumer.part > 0 or self.post_consumer.part > 0


def recycled_content(inputs):
    """Return the recycled content of a period's :class:`AluminiumInput` (9.3c).

    Both shares are of all aluminium that came in. 150 t of pre-consumer and
    250 t of post-consumer scrap, 400 t of ingot and 200 t of own smelting:

    >>> content = recycled_content(
    ...     AluminiumInput(
    ...         pre_consumer=Decimal(150),
    ...         post_consumer=Decimal(250),
    ...         aluminium=Decimal(400),
    ...         primary=Decimal(200),
    ...     )
    ... )
    >>> content.pre_consumer.percentage, content.post_consumer.percentage
    (Decimal('15'), Decimal('25'))

    Dross comes from making and working aluminium, so the guidance names it with
    pre-consumer scrap. Scrap of unknown kind counts in neither share, and
    neither does aluminium bought in, whatever it was made of:

    >>> content = recycled_content(
    ...     AluminiumInput(dross=Decimal(10), unknown_scrap=Decimal(30))
    ... )
    >>> content.pre_consumer.percentage, content.post_consumer.percentage
    (Decimal('25'), Decimal('0'))

    What was sent back does not make a share negative. Without any input there
    is no recycled content:

    >>> bool(recycled_content(AluminiumInput(pre_consumer=Decimal(-1))))
    False
    """
    pre_consumer = max(inputs.pre_consumer, ZERO) + max(inputs.dross, ZERO)
    post_consumer = max(inputs.post_consumer, ZERO)
    others = (inputs.unknown_scrap, inputs.aluminium, inputs.primary)
    whole = pre_consumer + post_consumer + sum(max(mass, ZERO) for mass in others)
    return RecycledContent(Ratio(pre_consumer, whole), Ratio(post_consumer, whole))
