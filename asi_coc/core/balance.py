"""The mass balance of a Material Accounting Period (8.4 to 8.9).

The worked example of criterion 8.4: 80 % of what flows in is CoC Material;
500 t leave as CoC Material and 200 t go to the entity's next activity.

>>> balances = period_balances({
...     "casthouse": Flows(
...         coc_input=Decimal(800), non_coc_inflow=Decimal(200),
...         output=Decimal(700), coc_output=Decimal(500),
...         intra_entity_outflow={"post_casthouse": Decimal(250)},
...     ),
...     "post_casthouse": Flows(),
... })
>>> casthouse = balances["casthouse"]
>>> casthouse.inflow_share.percentage, casthouse.intra_entity_out
(Decimal('80'), Decimal('200.000000'))
>>> casthouse.positive_balance_carried
Decimal('100.000000')
>>> [f"{share:.2f} %" for share in (
...     casthouse.outflow_percentage, casthouse.output_percentage)]
['80.00 %', '50.00 %']

The next activity receives the 250 t with the CoC share they were given:

>>> balances["post_casthouse"].inflow_share.percentage
Decimal('80')
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from .quantity import GRAM, ZERO, Ratio

#: Supply chain activities, upstream first: the order balances are struck in.
UPSTREAM_FIRST = (
    "bauxite_mining",
    "alumina_refining",
    "smelting",
    "remelting_refining",
    "casthouse",
    "post_casthouse",
)
#: 8.8a: the largest internal overdraw, as a share of the CoC input.
OVERDRAW_LIMIT = Ratio(Decimal(20), Decimal(100))
STRICT = "strict"
STOCK_BACKED = "stock_backed"
SHORT_TERM_NEGATIVE = "short_term_negative"


@dataclass(frozen=True, kw_only=True)
class Flows:
    """What one activity received, made and sent in one period (tonnes).

    ``intra_entity_outflow`` maps each downstream activity to the mass of
    output material sent there; ``allocation`` is the CoC part of it where the
    entity chose one (8.4). ``unclaimed_inflow`` came from other activities without a
    claim: back against the chain, or from a facility that was not certified.
    ``own_dross`` is the scope's own that came from other activities: eligible scrap,
    all of it. Dross that is not own is brought from the periods before and carried
    into the next as ``other_dross`` (4.2c, see :mod:`.dross`). ``stock_on_hand`` and
    ``expected_coc_input`` count only under the scope policies that allow them (8.2,
    8.7).
    """

    coc_input: Decimal = ZERO
    non_coc_inflow: Decimal = ZERO
    unclaimed_inflow: Decimal = ZERO
    own_dross: Decimal = ZERO
    other_dross_brought: Decimal = ZERO
    other_dross_carried: Decimal = ZERO
    output: Decimal = ZERO
    coc_output: Decimal = ZERO
    intra_entity_outflow: Mapping[str, Decimal] = field(default_factory=dict)
    allocation: Decimal | None = None
    produced: Decimal = ZERO
    consumed: Decimal = ZERO
    declared_yield: Decimal | None = None
    positive_balance_brought: Decimal = ZERO
    overdraw_brought: Decimal = ZERO
    scrap_outflow: Decimal = ZERO
    eligible_scrap_output: Decimal = ZERO
    policy: str = STRICT
    stock_on_hand: Decimal = ZERO
    expected_coc_input: Decimal = ZERO


def conversion_yield(flows):
    """Return the mass of output material per mass of input material (8.4).

    Measured where the period has both, else declared, else one. A period that
    unbuilt more than it made has neither.

    >>> measured = Flows(produced=Decimal(52), consumed=Decimal(100))
    >>> conversion_yield(measured).factor
    Decimal('0.52')
    >>> conversion_yield(Flows(declared_yield=Decimal("0.5"))).factor
    Decimal('0.5')
    >>> conversion_yield(Flows()).factor
    Decimal('1')
    """
    if flows.produced > 0 and flows.consumed > 0:
        return Ratio(flows.produced, flows.consumed)
    return Ratio(flows.declared_yield or Decimal(1), Decimal(1))


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The balance of one activity and period; every figure follows from flows.

    ``intra_entity_coc_in`` and ``intra_entity_inflow`` are the CoC mass and
    the whole mass that came from upstream activities of the scope, its own dross
    from any activity included (tonnes).
    """

    flows: Flows
    intra_entity_coc_in: Decimal = ZERO
    intra_entity_inflow: Decimal = ZERO

    # -- in ---------------------------------------------------------------
    @property
    def coc_in(self):
        """CoC Material in, from outside and from upstream (tonnes)."""
        return max(self._net_coc_in, ZERO)

    @property
    def _net_coc_in(self):
        return self.flows.coc_input + self.intra_entity_coc_in

    @cached_property
    def coc_taken_back(self):
        """CoC input of a closed period that turned out to be none (tonnes out).

        A document withdrawn, a return to the supplier: what this period's input
        does not make good is drawn from the balance it was carried into (8.7).
        """
        return -self.conversion_yield.of(min(self._net_coc_in, ZERO))

    @property
    def non_coc_in(self):
        """Non-CoC Material in, from outside and from upstream (tonnes)."""
        upstream = self.intra_entity_inflow - self.intra_entity_coc_in
        outside = self.flows.non_coc_inflow + self.flows.unclaimed_inflow
        return max(outside + upstream, ZERO)

    @cached_property
    def inflow_share(self):
        """x: CoC in by all in (8.4)."""
        return Ratio(self.coc_in, self.coc_in + self.non_coc_in)

    @cached_property
    def conversion_yield(self):
        """y: mass of output material per mass of input material (8.4)."""
        return conversion_yield(self.flows)

    @cached_property
    def entitlement(self):
        """E: what came in as CoC Material, in terms of what goes out (8.4)."""
        return self.conversion_yield.of(self.coc_in)

    # -- out --------------------------------------------------------------
    @property
    def intra_entity_outflow(self):
        """All output material sent to other activities (tonnes)."""
        return sum(self.flows.intra_entity_outflow.values(), ZERO)

    @property
    def total_outflow(self):
        """T: all output material that left the activity (tonnes)."""
        return max(self.flows.output + self.intra_entity_outflow, ZERO)

    @cached_property
    def share_limit(self):
        """S: the CoC part the whole outflow may carry (8.7)."""
        return self.inflow_share.of(self.total_outflow)

    @cached_property
    def intra_entity_out(self):
        """F: the CoC part of what went to other activities (8.4).

        Metal from stock may leave too, but what never came in as CoC Material
        is not passed on (8.7).
        """
        if self.flows.allocation is not None:
            return min(self.flows.allocation, max(self.intra_entity_outflow, ZERO))
        flows = self.flows
        came_in = (
            flows.positive_balance_brought
            + self.entitlement
            - flows.overdraw_brought
            - self.coc_taken_back
        )
        share = self.inflow_share.of(max(self.intra_entity_outflow, ZERO))
        return min(share, max(came_in, ZERO))

    @property
    def allocated_share(self):
        """The CoC share that intra-entity flows carry (8.4)."""
        return Ratio(self.intra_entity_out, self.intra_entity_outflow)

    def allocated_to(self, activity):
        """Return the CoC part of the flow to ``activity`` (tonnes)."""
        sent = self.flows.intra_entity_outflow.get(activity, ZERO)
        return Ratio(sent, self.intra_entity_outflow).of(self.intra_entity_out)

    @property
    def coc_outflow(self):
        """O + F: all CoC Material that left the activity (tonnes)."""
        return self.flows.coc_output + self.intra_entity_out

    @property
    def to_cover(self):
        """O + F, and what was taken back of earlier input (tonnes)."""
        return self.coc_outflow + self.coc_taken_back

    # -- what the outflow was covered with ----------------------------------
    @property
    def positive_balance_used(self):
        """Drawn from the balance brought forward, oldest first (8.9)."""
        return max(min(self.flows.positive_balance_brought, self.to_cover), ZERO)

    @property
    def positive_balance_expired(self):
        """Brought forward and not drawn by the end of the period (8.9b)."""
        return self.flows.positive_balance_brought - self.positive_balance_used

    @property
    def from_current(self):
        """CoC outflow that this period's own input has to cover (tonnes)."""
        return self.to_cover - self.positive_balance_used

    @property
    def demand(self):
        """What both limits are held against: from current plus overdraw."""
        return self.from_current + self.flows.overdraw_brought

    @property
    def positive_balance_carried(self):
        """The input's excess over what was transferred (8.9a)."""
        return max(self.entitlement - self.demand, ZERO)

    @property
    def overdraw(self):
        """V: CoC outflow beyond the entitlement (8.8)."""
        return max(self.demand - self.entitlement, ZERO)

    # -- availability -------------------------------------------------------
    @cached_property
    def headroom(self):
        """What may still be designated; negative when too much already is.

        Limit 2 counts stock on hand under the stock-backed policy, and both
        limits count expected input under the short-term negative one.
        """
        covered = self
        outflow = self.total_outflow
        if self.flows.policy == STOCK_BACKED:
            outflow += self.flows.stock_on_hand
        elif self.flows.policy == SHORT_TERM_NEGATIVE:
            covered = self.with_coc_input(self.flows.expected_coc_input)
        limit = min(covered.entitlement, covered.inflow_share.of(outflow))
        return self.positive_balance_expired + limit - self.demand

    @property
    def available(self):
        """What may still be designated as CoC Material now, never below zero."""
        return max(self.headroom, ZERO)

    def available_for(self, mass):
        """Return what a delivery of ``mass`` t may carry as CoC Material (8.7).

        The delivery counts as outflow itself, so at 50 % a first shipment may
        carry half of it (the guidance's figure 11):

        >>> Balance(flows=Flows(
        ...     coc_input=Decimal(200_000), non_coc_inflow=Decimal(200_000),
        ... )).available_for(Decimal(200_000))
        Decimal('100000.000000')
        """
        flows = replace(
            self.flows,
            output=self.flows.output + mass,
            # What leaves is no longer on hand.
            stock_on_hand=max(self.flows.stock_on_hand - mass, ZERO),
        )
        return replace(self, flows=flows).available

    def with_coc_input(self, mass):
        """Return this balance as if ``mass`` t of CoC Material had come in too.

        What was allocated to other activities stays as it was.
        """
        flows = replace(
            self.flows,
            coc_input=self.flows.coc_input + mass,
            allocation=self.intra_entity_out,
        )
        return replace(self, flows=flows)

    # -- percentages --------------------------------------------------------
    @property
    def _accounted_coc(self):
        # Overdraw brought is made up in this period, so it counts here (8.4).
        carried = self.positive_balance_carried
        return self.from_current + carried + self.flows.overdraw_brought

    @property
    def _accounted_total(self):
        return self._accounted_coc + self.conversion_yield.of(self.non_coc_in)

    @property
    def outflow_percentage(self):
        """The guidance's equation: C / (C + N), in percent (8.4)."""
        return Ratio(self._accounted_coc, self._accounted_total).percentage

    @property
    def output_percentage(self):
        """O / (C + N), in percent (8.4)."""
        return Ratio(self.flows.coc_output, self._accounted_total).percentage

    # -- scrap --------------------------------------------------------------
    @property
    def eligible_scrap_limit(self):
        """Pre-consumer scrap that may leave as Eligible Scrap (8.6)."""
        return self.inflow_share.of(max(self.flows.scrap_outflow, ZERO))

    @property
    def eligible_scrap_headroom(self):
        """Eligible Scrap that may still be designated; negative when broken."""
        return self.eligible_scrap_limit - self.flows.eligible_scrap_output

    def eligible_scrap_available_for(self, mass):
        """Return what a delivery of ``mass`` t of scrap may carry as eligible (8.6)."""
        flows = replace(self.flows, scrap_outflow=self.flows.scrap_outflow + mass)
        return max(replace(self, flows=flows).eligible_scrap_headroom, ZERO)

    # -- period end ---------------------------------------------------------
    @property
    def overdraw_limit(self):
        """8.8a: a fifth of the period's CoC input, in output terms."""
        return OVERDRAW_LIMIT.of(self.entitlement)

    def affected_limit(self, affected_mass):
        """8.8b: the mass struck by force majeure, in output terms."""
        return self.conversion_yield.of(affected_mass)

    @property
    def share_excess(self):
        """CoC outflow beyond limit 2 at period end (8.7).

        Under 8.8 the input that is missing counts as received.
        """
        missing = self.conversion_yield.inverse.of(self.overdraw)
        if self.overdraw and self.conversion_yield.of(missing) < self.overdraw:
            missing += GRAM
        share = self.with_coc_input(missing).inflow_share
        return max(self.demand - share.of(self.total_outflow), ZERO)

    def figures(self):
        """Return the balance as a dict of exact figures (tonnes, %)."""
        return (
            {name: getattr(self, name) for name in _OWN_FIGURES}
            | {name: getattr(self.flows, name) for name in _FLOW_FIGURES}
            | {
                "intra_entity_in": self.intra_entity_coc_in,
                "inflow_percentage": self.inflow_share.percentage,
                "conversion_yield": self.conversion_yield.factor,
            }
        )


_FLOW_FIGURES = (
    "coc_input",
    "non_coc_inflow",
    "coc_output",
    "positive_balance_brought",
    "overdraw_brought",
    "scrap_outflow",
    "eligible_scrap_output",
    "own_dross",
    "other_dross_brought",
    "other_dross_carried",
)
_OWN_FIGURES = (
    "intra_entity_inflow",
    "intra_entity_out",
    "intra_entity_outflow",
    "total_outflow",
    "entitlement",
    "share_limit",
    "positive_balance_used",
    "positive_balance_expired",
    "positive_balance_carried",
    "coc_taken_back",
    "overdraw",
    "available",
    "headroom",
    "outflow_percentage",
    "output_percentage",
    "eligible_scrap_limit",
)


def closing_problems(balance, affected_mass=ZERO):
    """Return what keeps an activity's balance from being closed (8.6 to 8.8).

    A list of ``(criterion, figure, limit)`` in tonnes, empty when both limits
    hold. ``affected_mass`` is the contracted and undelivered CoC mass that
    force majeure records explain (input terms).

    >>> over = Balance(flows=Flows(
    ...     coc_input=Decimal(100), output=Decimal(110), coc_output=Decimal(110)))
    >>> closing_problems(over)
    [('8.8', Decimal('10.000000'), Decimal('0'))]
    >>> closing_problems(over, affected_mass=Decimal(5))
    [('8.8b', Decimal('10.000000'), Decimal('5.000000'))]
    >>> closing_problems(over, affected_mass=Decimal(10))
    []
    """
    problems = []
    overdraw = balance.overdraw
    if overdraw and not affected_mass:
        problems.append(("8.8", overdraw, ZERO))
    elif overdraw:
        limits = (
            ("8.8a", balance.overdraw_limit),
            ("8.8b", balance.affected_limit(affected_mass)),
        )
        problems += [(name, overdraw, top) for name, top in limits if overdraw > top]
    if balance.share_excess:
        limit = balance.demand - balance.share_excess
        problems.append(("8.7", balance.demand, limit))
    if balance.eligible_scrap_headroom < 0:
        flows = balance.flows
        problems.append(
            ("8.6", flows.eligible_scrap_output, balance.eligible_scrap_limit)
        )
    return problems


def period_balances(flows_by_activity):
    """Strike the balances of a period, upstream first (8.4).

    Takes ``{activity code: Flows}`` and returns ``{activity code: Balance}``:
    intra-entity flows arrive as CoC Material in the part that the activity
    they came from allocated to them. The scope's own dross arrives wholly as CoC
    Material, and takes nothing from the activity it came from (4.2c):

    >>> balances = period_balances({
    ...     "casthouse": Flows(
    ...         coc_input=Decimal(10), non_coc_inflow=Decimal(90), output=Decimal(95)),
    ...     "remelting_refining": Flows(
    ...         non_coc_inflow=Decimal(15), own_dross=Decimal(5)),
    ... })
    >>> remelter = balances["remelting_refining"]
    >>> remelter.coc_in, remelter.inflow_share.percentage
    (Decimal('5'), Decimal('25'))
    >>> casthouse = balances["casthouse"]
    >>> casthouse.intra_entity_out, casthouse.total_outflow
    (Decimal('0.000000'), Decimal('95'))
    """
    balances = {}
    for activity in UPSTREAM_FIRST:
        if activity in flows_by_activity:
            own_dross = flows_by_activity[activity].own_dross
            balances[activity] = Balance(
                flows=flows_by_activity[activity],
                intra_entity_coc_in=sum(
                    (origin.allocated_to(activity) for origin in balances.values()),
                    own_dross,
                ),
                intra_entity_inflow=sum(
                    (
                        origin.flows.intra_entity_outflow.get(activity, ZERO)
                        for origin in balances.values()
                    ),
                    own_dross,
                ),
            )
    return balances


def is_downstream(origin, target):
    """Tell whether ``target`` comes after ``origin`` in the supply chain.

    >>> is_downstream("smelting", "casthouse")
    True
    """
    return UPSTREAM_FIRST.index(origin) < UPSTREAM_FIRST.index(target)


def net_flows_between(sent):
    """Return intra-entity flows net per pair of activities, downstream only.

    ``sent`` maps ``(from activity, to activity)`` to tonnes. What comes back
    from a downstream activity takes away from what was sent there; an excess
    sent upstream keeps its direction (see :func:`is_downstream`).

    >>> net_flows_between({
    ...     ("casthouse", "post_casthouse"): Decimal(100),
    ...     ("post_casthouse", "casthouse"): Decimal(30),
    ... })
    {('casthouse', 'post_casthouse'): Decimal('70')}
    """
    net = {}
    for (origin, target), mass in sent.items():
        if is_downstream(origin, target):
            pair, signed = (origin, target), mass
        else:
            pair, signed = (target, origin), -mass
        net[pair] = net.get(pair, ZERO) + signed
    return {
        pair if mass > 0 else pair[::-1]: abs(mass)
        for pair, mass in net.items()
        if mass
    }


def net_flows_by_claim(sent, unclaimed):
    """Return intra-entity flows net per pair: ``(with a claim, without one)``.

    ``sent`` carries the CoC share that its origin allocates; ``unclaimed`` left a
    facility that was not certified on the day and carries none (3 to 6 a, b). What
    goes against the chain carries none either. What comes back takes away from what
    was sent with a claim first.

    >>> pair = ("casthouse", "post_casthouse")
    >>> net_flows_by_claim({pair: Decimal(100)}, {pair: Decimal(40)})
    ({('casthouse', 'post_casthouse'): Decimal('100')}, \
{('casthouse', 'post_casthouse'): Decimal('40')})
    >>> net_flows_by_claim({pair: Decimal(100), pair[::-1]: Decimal(110)},
    ...                    {pair: Decimal(40)})
    ({}, {('casthouse', 'post_casthouse'): Decimal('30')})
    """
    sent, without = dict(sent), {}
    for pair, mass in unclaimed.items():
        kind = without if is_downstream(*pair) else sent
        kind[pair] = kind.get(pair, ZERO) + mass
    claimed = {}
    for pair, mass in net_flows_between(sent).items():
        if is_downstream(*pair):
            claimed[pair] = mass
        else:
            without[pair] = without.get(pair, ZERO) + mass
    return claimed, net_flows_between(without)


def net_manufacturing(made_and_used):
    """Return ``(produced, consumed)`` of an activity, intermediates netted.

    ``made_and_used`` holds one pair of masses per product. An activity that works
    in steps (slab to coil to sheet) makes and uses up its own intermediates;
    counting them twice would bend the yield.

    >>> slab = (Decimal(0), Decimal(100))
    >>> coil = (Decimal(90), Decimal(90))
    >>> sheet = (Decimal(81), Decimal(0))
    >>> net_manufacturing([slab, coil, sheet])
    (Decimal('81'), Decimal('100'))

    What was unbuilt, of an earlier period too, is less made and less used:

    >>> net_manufacturing([(Decimal(0), Decimal(-50)), (Decimal(-45), Decimal(0))])
    (Decimal('-45'), Decimal('-50'))
    """
    produced = consumed = ZERO
    for made, used in made_and_used:
        used_again = max(min(made, used), ZERO)
        produced += made - used_again
        consumed += used - used_again
    return produced, consumed
