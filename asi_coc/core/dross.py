"""Own dross, and dross that came from elsewhere (4.2c).

The scope's own dross is wholly eligible where it is re-melted, and need not be
tracked. What is not own is: dross that other activities bought, and dross that
Re-melting/Refining, whose account has it already, sent to them. It is taken to go
to Re-melting/Refining first, in whatever period; only what is sent beyond it is own.

5 t were bought by the casthouse; 3 t are sent to be re-melted, later 6 t:

>>> first = DrossFlows(came=Decimal(5), sent=Decimal(3), arrived=Decimal(3))
>>> own_dross(ZERO, first)
(Decimal('0'), Decimal('2'))
>>> second = DrossFlows(sent=Decimal(6), arrived=Decimal(6))
>>> own_dross(Decimal(2), second)
(Decimal('4'), Decimal('0'))

All activities are one pool: dross that passes from one to another on its way stays
what it is, and what is sold takes nothing off what is not own.
"""

from decimal import Decimal
from typing import NamedTuple

from .quantity import ZERO

#: The activity that melts dross.
REMELTING = "remelting_refining"


class DrossFlows(NamedTuple):
    """Dross of one period, in tonnes.

    ``came`` is not own: other activities bought it, or had it from
    Re-melting/Refining or out of, or into, a facility that is not certified.
    ``sent`` went to Re-melting/Refining between certified facilities. ``arrived`` is
    all that came there from other activities, less what went back.
    """

    came: Decimal = ZERO
    sent: Decimal = ZERO
    arrived: Decimal = ZERO


def dross_flows(totals):
    """Return the :class:`DrossFlows` of one period's totals.

    Dross of a facility that is not certified arrives, and is nobody's own.
    """
    came = sent = arrived = ZERO
    for total in totals:
        if not total.dross or total.material != "scrap":
            continue
        if total.activity != REMELTING and _comes_from_elsewhere(total):
            came += total.mass
        elif total.activity == REMELTING and total.flow == "intra_entity_out":
            came += total.mass
            arrived -= total.mass
        elif total.activity == REMELTING and total.flow == "intra_entity_in":
            arrived += total.mass
            if total.status == "pooled":
                sent += total.mass
    return DrossFlows(came, sent, arrived)


def _comes_from_elsewhere(total):
    # What Re-melting/Refining sends counts where it leaves.
    uncertified = total.flow == "intra_entity_in" and total.status == "non_coc"
    return total.flow == "input" or uncertified and total.counterpart != REMELTING


def own_dross(brought, flows):
    """Return own dross of a period, and what is not own and stays to be sent.

    ``brought`` is what stayed of the periods before (tonnes). Own dross is negative
    where sending was taken back that an earlier period counts:

    >>> own_dross(Decimal(5), DrossFlows(sent=Decimal(-2)))
    (Decimal('-2'), Decimal('5'))

    What was bought and went back to its supplier is no longer there to be sent:

    >>> own_dross(Decimal(5), DrossFlows(came=Decimal(-5), sent=Decimal(1)))
    (Decimal('1'), Decimal('0'))
    """
    not_own = max(brought + flows.came, ZERO)
    sent_first = min(max(flows.sent, ZERO), not_own)
    return flows.sent - sent_first, not_own - sent_first
