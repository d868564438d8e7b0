"""Exact masses: rounding, ratios, whole products and alloy bands (8.1, 8.5)."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
#: One gram: the smallest mass the account knows, in tonnes.
GRAM = Decimal("0.000001")
# A product of two large masses has more digits than Python's default of 28.
EXACT = Context(prec=60)


def to_mass(value):
    """Return ``value`` (number, text or ``None``) as tonnes with six decimals.

    >>> to_mass(0.1) + to_mass(0.2)
    Decimal('0.300000')
    >>> to_mass(None)
    Decimal('0.000000')
    """
    return Decimal(str(value or 0)).quantize(GRAM, ROUND_HALF_UP, EXACT)


@dataclass(frozen=True)
class Ratio:
    """A share kept as two masses, so that applying it loses nothing.

    >>> third = Ratio(Decimal(1), Decimal(3))
    >>> third.of(Decimal(3))
    Decimal('1.000000')
    >>> third.percentage.quantize(Decimal("0.01"))
    Decimal('33.33')

    Without a whole there is no share:

    >>> Ratio(Decimal(0), Decimal(0)).of(Decimal(5))
    Decimal('0.000000')
    """

    part: Decimal
    whole: Decimal

    def of(self, mass):
        """Return this share of ``mass`` (tonnes), rounded down to the gram.

        Rounding down never gives away more CoC Material than came in.
        """
        return self._times(mass).quantize(GRAM, ROUND_DOWN, EXACT)

    def _times(self, value):
        if not self.whole:
            return ZERO
        return EXACT.divide(EXACT.multiply(value, self.part), self.whole)

    @property
    def percentage(self):
        """The share in percent, unrounded."""
        return self._times(Decimal(100))

    @property
    def factor(self):
        """The share as a plain factor, unrounded."""
        return self._times(Decimal(1))

    @property
    def inverse(self):
        """The ratio that leads back."""
        return Ratio(self.whole, self.part)


def alloy_share(alloy_percentage):
    """Return the part of an alloy's mass that may be CoC Material (8.1).

    Alloying elements and coatings below 10 % of the mass count fully; from
    10 % up, each band of ten percent takes ten percent away.

    >>> [str(alloy_share(Decimal(p))) for p in ("0", "9.99", "10", "19.9", "20", "35")]
    ['1', '1', '0.9', '0.9', '0.8', '0.7']
    """
    bands = (Decimal(alloy_percentage) / 10).to_integral_value(ROUND_FLOOR)
    bands = min(max(bands, ZERO), Decimal(10))
    return (10 - bands) / Decimal(10)


def whole_units(quantity, unit):
    """Return the largest whole multiple of ``unit`` within ``quantity`` (8.5).

    CoC status is given to whole products, so of six and a half billets six
    can be CoC Material:

    >>> whole_units(Decimal("6.5"), Decimal(1))
    Decimal('6')
    >>> whole_units(Decimal("2000.004"), Decimal("0.01")).normalize() == 2000
    True
    """
    count = (Decimal(quantity) / unit).to_integral_value(ROUND_FLOOR)
    return count * unit


def is_whole(quantity, unit):
    """Tell whether ``quantity`` is a whole multiple of ``unit`` (8.5).

    >>> is_whole(Decimal("6"), Decimal(1)), is_whole(Decimal("5.5"), Decimal(1))
    (True, False)
    """
    return whole_units(quantity, unit) == Decimal(quantity)
