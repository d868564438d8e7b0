from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.balance import (
    UPSTREAM_FIRST,
    Balance,
    Flows,
    closing_problems,
    period_balances,
)
from ..core.dross import DrossFlows, own_dross
from ..core.quantity import GRAM, ZERO, Ratio, alloy_share, whole_units

masses = st.decimals(0, 1_000_000, places=6)
yields = st.none() | st.decimals("0.01", 2, places=6)
parts = st.decimals(0, 1, places=3)


@st.composite
def period_flows(draw):
    """Flows of all six activities, with what they want to designate of the rest."""
    flows = {}
    for position, activity in enumerate(UPSTREAM_FIRST):
        downstream = UPSTREAM_FIRST[position + 1 :]
        sent = (
            draw(st.dictionaries(st.sampled_from(downstream), masses, max_size=2))
            if (downstream)
            else {}
        )
        flows[activity] = Flows(
            coc_input=draw(masses),
            non_coc_inflow=draw(masses),
            output=draw(masses),
            intra_entity_outflow=sent,
            produced=draw(masses),
            consumed=draw(masses),
            declared_yield=draw(yields),
        )
    return flows


def designate(flows, wishes):
    """Designate ``wishes`` of what is available, activity by activity."""
    for activity in UPSTREAM_FIRST:
        available = period_balances(flows)[activity].available
        wanted = Ratio(wishes[activity], Decimal(1)).of(available)
        flows[activity] = _with(
            flows[activity], coc_output=min(wanted, flows[activity].output)
        )
    return period_balances(flows)


def _with(flows, **changes):
    return Flows(**{**vars(flows), **changes})


class TestCoreProperties(BaseCase):
    """What holds for any chain of periods and activities."""

    def _check_balance(self, balance):
        flows = balance.flows
        self.assertLessEqual(
            balance.positive_balance_used, flows.positive_balance_brought
        )
        self.assertEqual(
            balance.positive_balance_used + balance.positive_balance_expired,
            flows.positive_balance_brought,
        )
        # Everything in is carried, covers an outflow or was drawn in advance.
        self.assertEqual(
            balance.entitlement + balance.overdraw + balance.positive_balance_used,
            balance.to_cover
            + flows.overdraw_brought
            + balance.positive_balance_carried,
        )
        self.assertFalse(balance.overdraw and balance.positive_balance_carried)
        sent = sum(
            (balance.allocated_to(activity) for activity in flows.intra_entity_outflow),
            ZERO,
        )
        self.assertLessEqual(sent, balance.intra_entity_out)
        self.assertLess(
            balance.intra_entity_out - sent,
            GRAM * (1 + len(flows.intra_entity_outflow)),
        )

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.tuples(
                period_flows(),
                st.fixed_dictionaries({name: parts for name in UPSTREAM_FIRST}),
            ),
            min_size=1,
            max_size=4,
        )
    )
    def test_chain_of_periods(self, chain):
        carried = {}
        for flows, wishes in chain:
            brought = {
                activity: _with(
                    flows[activity],
                    positive_balance_brought=carried.get(activity, ZERO),
                )
                for activity in UPSTREAM_FIRST
            }
            before = period_balances(brought)
            balances = designate(dict(brought), wishes)
            for activity, balance in balances.items():
                self._check_balance(balance)
                if before[activity].headroom >= 0:
                    self.assertLessEqual(balance.demand, balance.entitlement)
                    self.assertLessEqual(balance.demand, balance.share_limit)
                    self.assertEqual(closing_problems(balance), [])
                carried[activity] = balance.positive_balance_carried

    @settings(max_examples=200, deadline=None)
    @given(masses, masses, masses, masses, masses, yields)
    def test_one_gram_more_is_too_much(
        self, coc, plain, brought, output, overdraw, declared
    ):
        flows = Flows(
            coc_input=coc,
            non_coc_inflow=plain,
            output=output,
            positive_balance_brought=brought,
            overdraw_brought=overdraw,
            declared_yield=declared,
        )
        balance = Balance(flows=flows)
        if balance.headroom < 0:
            self.assertEqual(balance.available, 0)
            return
        full = Balance(flows=_with(flows, coc_output=balance.available))
        self.assertEqual(full.headroom, 0)
        over = Balance(flows=_with(flows, coc_output=balance.available + GRAM))
        self.assertTrue(
            over.demand > over.entitlement or over.demand > over.share_limit
        )

    @settings(max_examples=200, deadline=None)
    @given(masses, masses, masses, yields)
    def test_overdraw_closes_within_its_limits(self, coc, output, affected, declared):
        flows = Flows(
            coc_input=coc, output=output, coc_output=output, declared_yield=declared
        )
        balance = Balance(flows=flows)
        problems = {problem[0] for problem in closing_problems(balance, affected)}
        allowed = (
            balance.overdraw <= balance.entitlement * Decimal("0.2")
            and balance.overdraw <= affected * (declared or 1)
            and affected > 0
        )
        if balance.overdraw and allowed:
            self.assertLessEqual(problems, {"8.8a", "8.8b"})
            if balance.overdraw + GRAM <= balance.entitlement * Decimal("0.2") and (
                balance.overdraw + GRAM <= affected * (declared or 1)
            ):
                self.assertEqual(problems, set())
        elif balance.overdraw:
            self.assertTrue(problems & {"8.8", "8.8a", "8.8b"})

    @settings(max_examples=200, deadline=None)
    @given(masses, st.sampled_from([Decimal(1), Decimal("0.01"), Decimal("2.5")]))
    def test_whole_units(self, quantity, unit):
        whole = whole_units(quantity, unit)
        self.assertLessEqual(whole, quantity)
        self.assertLess(quantity - whole, unit)
        self.assertEqual(whole_units(whole, unit), whole)

    @given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
    def test_more_alloy_never_counts_more(self, one, other):
        low, high = sorted((one, other))
        self.assertGreaterEqual(alloy_share(low), alloy_share(high))
        self.assertGreaterEqual(alloy_share(high), 0)

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(
            st.lists(
                st.tuples(
                    st.sampled_from(("bought", "back", "own_sent", "other_sent")),
                    masses,
                ),
                max_size=6,
            ),
            max_size=5,
        )
    )
    def test_never_more_own_dross_than_was_sent(self, chain):
        """4.2c: whatever is bought, sent round and sent on, in whatever periods."""
        brought = truly_own = counted = other = ZERO
        for operations in chain:
            came = sent = arrived = ZERO
            for kind, mass in operations:
                if kind in ("bought", "back"):
                    came += mass
                    other += mass
                    arrived -= mass if kind == "back" else ZERO
                    continue
                if kind == "other_sent":
                    mass = min(mass, other)
                    other -= mass
                else:
                    truly_own += mass
                sent += mass
                arrived += mass
            own, carried = own_dross(brought, DrossFlows(came, sent, arrived))
            counted += own
            self.assertLessEqual(counted, truly_own)
            self.assertLessEqual(own, max(arrived, ZERO))
            self.assertEqual(carried - brought, came - sent + own)
            brought = carried
