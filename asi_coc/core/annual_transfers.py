"""CoC Material between a scope's activities, per calendar year (1.7g).

A balance allocates CoC Material to intra-entity flows for a whole Material
Accounting Period; the report asks for a calendar year.
"""

from decimal import Decimal
from typing import NamedTuple

from .annual_report import Group, Row, sort_groups
from .balance import is_downstream
from .quantity import ZERO, Ratio

NO_SHARE = Ratio(ZERO, ZERO)


class Transfer(NamedTuple):
    """One sum of the ledger's intra-entity flows out of ``origin`` (tonnes).

    ``claimed`` is false where the origin was not certified on the day.
    """

    period: int
    origin: str
    target: str
    claimed: bool
    late: bool
    mass: Decimal


class Reported(NamedTuple):
    """What one report says of the flow between two activities in one period."""

    mass: Decimal = ZERO
    coc_mass: Decimal = ZERO


def puts_out_several(materials):
    """Tell whether part g is asked for: more than one CoC Material is put out.

    >>> puts_out_several({"smelting": ("alumina", "aluminium"),
    ...                         "casthouse": ("aluminium", "aluminium")})
    False
    >>> puts_out_several({"alumina_refining": ("bauxite", "alumina"),
    ...                         "smelting": ("alumina", "aluminium")})
    True
    """
    return len({put_out for _taken_in, put_out in materials.values()}) > 1


def net_transfers(transfers):
    """Return ``({(period, origin, target): mass with a claim}, …without one, late)``.

    Of pairs in the direction of the supply chain; what comes back is taken off
    what was sent with a claim, as in the balance. The late part is the claimed
    mass of earlier years.
    """
    claimed, without, late = {}, {}, {}
    for one in transfers:
        forward = is_downstream(one.origin, one.target)
        pair = (one.origin, one.target) if forward else (one.target, one.origin)
        key, mass = (one.period, *pair), one.mass if forward else -one.mass
        sums = claimed if one.claimed or not forward else without
        sums[key] = sums.get(key, ZERO) + mass
        if one.late and sums is claimed:
            late[key] = late.get(key, ZERO) + mass
    return claimed, without, late


def coc_of_transfers(transfers, shares, earlier):
    """Return ``{(period, origin, target): Reported}`` of one year (1.7g).

    ``shares`` are the CoC shares that the period's balance gives each pair. The
    year gets the part of the period's CoC Material that its days have of the mass:
    of 200 t CoC in 250 t, 150 t of which moved this year, 120 t.

    >>> pair = (1, "casthouse", "post_casthouse")
    >>> sent = Transfer(*pair, True, False, Decimal(150))
    >>> share = Ratio(Decimal(200), Decimal(250))
    >>> coc_of_transfers([sent], {pair: share}, {})[pair].coc_mass
    Decimal('120.000000')

    ``earlier`` is what submitted reports said of the same period. Had its 100 t been
    reported at a provisional 50 %, this year reports what is missing of the 200 t:

    >>> reported = Reported(Decimal(100), Decimal(50))
    >>> coc_of_transfers([sent], {pair: share}, {pair: reported})[pair].coc_mass
    Decimal('150.000000')
    """
    claimed, _without, _late = net_transfers(transfers)
    found = {}
    for key in claimed.keys() | earlier.keys():
        before = earlier.get(key, Reported())
        mass = claimed.get(key, ZERO)
        share = shares.get(key, NO_SHARE)
        found[key] = Reported(mass, share.of(before.mass + mass) - before.coc_mass)
    return found


def transfer_groups(materials, transfers, shares, earlier):
    """Return part g: CoC Material between activities, per pair (tonnes).

    Each pair that can pass material on has its row, zero or not; ``whole`` is all
    mass that went, with a claim or without one, less what came back.
    """
    claimed, without, late = net_transfers(transfers)
    reported = coc_of_transfers(transfers, shares, earlier)
    rows = {}
    for origin, (_taken_in, put_out) in materials.items():
        for target, (taken_in, _put_out) in materials.items():
            if put_out == taken_in and is_downstream(origin, target):
                rows[origin, target] = (put_out, ZERO, ZERO, ZERO)
    for key in reported.keys() | without.keys():
        pair, one = key[1:], reported.get(key, Reported())
        if pair not in rows:
            continue
        material, mass, whole, of_earlier = rows[pair]
        share, before = shares.get(key, NO_SHARE), earlier.get(key, Reported())
        correction = share.of(before.mass) - before.coc_mass
        rows[pair] = (
            material,
            mass + one.coc_mass,
            whole + claimed.get(key, ZERO) + without.get(key, ZERO),
            of_earlier + correction + share.of(late.get(key, ZERO)),
        )
    groups = {}
    for (origin, target), (material, mass, whole, of_earlier) in rows.items():
        groups.setdefault(material, []).append(
            Row(
                activity=origin,
                counterpart=target,
                mass=mass,
                late=of_earlier,
                whole=whole,
            )
        )
    return sort_groups(
        Group(part="g", line="intra_entity", material=material, rows=own)
        for material, own in groups.items()
    )
