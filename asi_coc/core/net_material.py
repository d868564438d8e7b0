"""Products of several materials: how much of a shipment is material (9.2)."""

from .quantity import EXACT, Ratio


def material_share(item_mass, items, shipped_mass):
    """Return the share (m·n)/M of a shipment that is net material (9.2).

    ``item_mass`` is m, the net material mass of one item, ``items`` n, their
    number, and ``shipped_mass`` M, the mass shipped with all other materials;
    masses in tonnes. 100 coated panels with 0.024 t of aluminium each, 2.5 t
    in all, are aluminium for 96 %:

    >>> from decimal import Decimal
    >>> share = material_share(Decimal("0.024"), Decimal(100), Decimal("2.5"))
    >>> share.part, share.percentage
    (Decimal('2.400'), Decimal('96.00'))

    The material cannot weigh more than the whole:

    >>> material_share(Decimal("0.026"), Decimal(100), Decimal("2.5"))
    Traceback (most recent call last):
    ...
    ValueError: 100 items of 0.026 t are more than the 2.5 t shipped
    """
    material = EXACT.multiply(item_mass, items)
    if material > shipped_mass:
        raise ValueError(
            f"{items} items of {item_mass} t are more than the {shipped_mass} t shipped"
        )
    return Ratio(material, shipped_mass)
