from decimal import Decimal

from odoo.tests import BaseCase

from ..core.balance import (
    SHORT_TERM_NEGATIVE,
    STOCK_BACKED,
    Balance,
    Flows,
    closing_problems,
    period_balances,
)
from ..core.flows import FlowCollector, Total, strike_balances


def strike(**flows):
    """Strike one activity's balance; masses in tonnes may be whole numbers."""
    return Balance(
        flows=Flows(
            **{
                name: Decimal(value) if isinstance(value, int) else value
                for name, value in flows.items()
            }
        )
    )


class TestDeclaredYields(BaseCase):
    """8.4: facilities of one activity count by what they took in."""

    def flows_of(self, *inflows):
        """Return the smelters' flows; ``inflows`` are facility, status and tonnes."""
        collector = FlowCollector(
            [
                Total("smelting", None, key, 7, "input", "alumina", status, Decimal(t))
                for key, status, t in inflows
            ],
            {"smelting": ("alumina", "aluminium")},
        )
        yields = {1: Decimal("0.52"), 2: Decimal("0.48")}
        return collector.flows({"smelting": {"declared_yields": yields}})["smelting"]

    def test_weighted_by_inflow(self):
        """(300 · 0.52 + 100 · 0.48) / 400 = 204 / 400 = 0.51, of 200 t: 102 t."""
        flows = self.flows_of(
            (1, "coc", 150), (1, "non_coc", 150), (2, "coc", 50), (2, "non_coc", 50)
        )
        self.assertEqual(flows.declared_yield, Decimal("0.51"))
        self.assertEqual(Balance(flows=flows).entitlement, 102)

    def test_one_that_took_in_nothing_does_not_count(self):
        self.assertEqual(self.flows_of((2, "coc", 100)).declared_yield, Decimal("0.48"))

    def test_one_that_gave_back_more_than_it_took_in_does_not_count(self):
        flows = self.flows_of((1, "coc", 100), (2, "coc", -20))
        self.assertEqual(flows.declared_yield, Decimal("0.52"))

    def test_plain_mean_before_anything_came_in(self):
        self.assertEqual(self.flows_of().declared_yield, Decimal("0.5"))


class TestPeriodEnd(BaseCase):
    """8.6 to 8.8: what keeps a balance from being closed."""

    def test_share_limit_after_non_coc_came_in_later(self):
        """50 of 100 t went as CoC at 50 %; with 100 t more x is 25 %, and S 25 t."""
        out = {"coc_input": 50, "output": 100, "coc_output": 50}
        self.assertEqual(closing_problems(strike(non_coc_inflow=50, **out)), [])
        self.assertEqual(
            closing_problems(strike(non_coc_inflow=150, **out)),
            [("8.7", Decimal(50), Decimal(25))],
        )

    def test_eligible_scrap_after_non_coc_came_in_later(self):
        """8 of 20 t of scrap are 40 %; with 100 t more x is 20 %, and 4 t fit."""
        out = {"coc_input": 40, "scrap_outflow": 20, "eligible_scrap_output": 8}
        self.assertEqual(closing_problems(strike(non_coc_inflow=60, **out)), [])
        self.assertEqual(
            closing_problems(strike(non_coc_inflow=160, **out)),
            [("8.6", Decimal(8), Decimal(4))],
        )


class TestOverdrawChain(BaseCase):
    """8.8c: each period makes up what the one before drew in advance."""

    def test_three_periods(self):
        # 110 t out of 100 t in: 10 t too much, half of what 8.8a allows.
        first = strike(coc_input=100, output=110, coc_output=110)
        self.assertEqual(first.overdraw, 10)
        self.assertEqual(closing_problems(first, Decimal(10)), [])

        # 50 t in have to cover 45 t out and those 10 t: 5 t too much.
        second = strike(
            coc_input=50, output=60, coc_output=45, overdraw_brought=first.overdraw
        )
        self.assertEqual((second.demand, second.overdraw), (55, 5))
        self.assertEqual(second.positive_balance_carried, 0)
        self.assertEqual(second.available, 0)
        self.assertEqual(closing_problems(second, Decimal(5)), [])
        self.assertEqual(closing_problems(second), [("8.8", Decimal(5), Decimal(0))])

        # 20 t in cover 12 t out and those 5 t; 3 t are left to carry.
        third = strike(
            coc_input=20, output=30, coc_output=12, overdraw_brought=second.overdraw
        )
        self.assertEqual((third.demand, third.overdraw), (17, 0))
        self.assertEqual(third.positive_balance_carried, 3)
        self.assertEqual(third.available, 3)
        self.assertEqual(closing_problems(third), [])
        # Over all: 100 + 50 + 20 = 110 + 45 + 12 + 3 t.


class TestPolicies(BaseCase):
    """What may be designated before the period ends, and at its end (8.2, 8.7)."""

    half = {"coc_input": 50, "non_coc_inflow": 50}

    def test_stock_on_hand_counts_as_outflow_to_come(self):
        backed = {"policy": STOCK_BACKED, **self.half}
        self.assertEqual(strike(stock_on_hand=100, **backed).available, 50)
        # 50 % of 40 t
        self.assertEqual(strike(stock_on_hand=40, **backed).available, 20)
        self.assertEqual(strike(stock_on_hand=100, **self.half).available, 0)

    def test_what_leaves_is_no_longer_on_hand(self):
        """Whether 10 of 40 t leave or not: 50 % of 40 t."""
        balance = strike(stock_on_hand=40, policy=STOCK_BACKED, **self.half)
        self.assertEqual(balance.available_for(Decimal(10)), 20)
        # 60 t leave, with what was never counted on hand.
        self.assertEqual(balance.available_for(Decimal(60)), 30)

    def test_stock_on_hand_does_not_count_at_the_end(self):
        """10 t of 10 t went as CoC: allowed with 90 t on hand, 5 t too much alone."""
        balance = strike(
            output=10,
            coc_output=10,
            stock_on_hand=90,
            policy=STOCK_BACKED,
            **self.half,
        )
        self.assertEqual(balance.headroom, 40)
        self.assertEqual(closing_problems(balance), [("8.7", Decimal(10), Decimal(5))])

    def test_expected_input_counts_in_both_limits(self):
        """100 t expected next to 100 t of Non-CoC are 50 %: 25 of 50 t out."""
        expecting = {"non_coc_inflow": 100, "expected_coc_input": 100}
        balance = strike(policy=SHORT_TERM_NEGATIVE, **expecting)
        self.assertEqual(balance.available_for(Decimal(50)), 25)
        # No more than what is expected, whatever goes out.
        self.assertEqual(balance.available_for(Decimal(500)), 100)
        self.assertEqual(strike(**expecting).available_for(Decimal(50)), 0)

    def test_expected_input_does_not_count_at_the_end(self):
        balance = strike(
            non_coc_inflow=100,
            output=50,
            coc_output=25,
            expected_coc_input=100,
            policy=SHORT_TERM_NEGATIVE,
        )
        self.assertEqual((balance.headroom, balance.overdraw), (0, 25))
        # With the 25 t missing x would be 25 of 125 t, 10 of 50 t out.
        self.assertEqual(
            closing_problems(balance),
            [("8.8", Decimal(25), Decimal(0)), ("8.7", Decimal(25), Decimal(10))],
        )


class TestOwnAllocation(BaseCase):
    """8.4: what the entity allocates arrives at the next activity."""

    def chain(self, allocation, **sent):
        return period_balances(
            {
                "smelting": Flows(
                    coc_input=Decimal(50),
                    non_coc_inflow=Decimal(50),
                    output=Decimal(60),
                    intra_entity_outflow={
                        code: Decimal(mass) for code, mass in sent.items()
                    },
                    allocation=allocation,
                ),
                "remelting_refining": Flows(),
                "casthouse": Flows(output=Decimal(20)),
            }
        )

    def test_inflow_share_without_one(self):
        """50 % of 40 t; the casthouse may put 50 % of 20 t out as CoC."""
        balances = self.chain(None, casthouse=40)
        self.assertEqual(balances["smelting"].intra_entity_out, 20)
        self.assertEqual(balances["smelting"].available, 30)
        self.assertEqual(balances["casthouse"].coc_in, 20)
        self.assertEqual(balances["casthouse"].available, 10)

    def test_less_leaves_more_here_and_less_there(self):
        """5 of 40 t are 12.5 %, of 20 t out 2.5 t; 45 of 50 t stay here."""
        balances = self.chain(Decimal(5), casthouse=40)
        casthouse = balances["casthouse"]
        self.assertEqual(balances["smelting"].available, 45)
        self.assertEqual((casthouse.coc_in, casthouse.non_coc_in), (5, 35))
        self.assertEqual(casthouse.inflow_share.percentage, Decimal("12.5"))
        self.assertEqual(casthouse.available, Decimal("2.5"))

    def test_nothing_arrives_as_non_coc(self):
        balances = self.chain(Decimal(0), casthouse=40)
        self.assertEqual(balances["casthouse"].coc_in, 0)
        self.assertEqual(balances["casthouse"].non_coc_in, 40)
        self.assertEqual(balances["casthouse"].available, 0)

    def test_spread_over_what_was_sent(self):
        """8 t over 30 and 10 t: 6 and 2 t."""
        balances = self.chain(Decimal(8), casthouse=30, remelting_refining=10)
        self.assertEqual(balances["casthouse"].coc_in, 6)
        self.assertEqual(balances["remelting_refining"].coc_in, 2)


class TestTakenBack(BaseCase):
    """8.9: input of a closed period that turned out to be none."""

    def test_drawn_from_the_balance_it_was_carried_into(self):
        balance = strike(coc_input=-80, positive_balance_brought=80)
        self.assertEqual(balance.coc_taken_back, 80)
        self.assertEqual(balance.positive_balance_used, 80)
        self.assertEqual((balance.available, balance.overdraw), (0, 0))
        self.assertEqual(closing_problems(balance), [])

    def test_the_rest_stays_available(self):
        balance = strike(coc_input=-30, positive_balance_brought=80)
        self.assertEqual((balance.available, balance.entitlement), (50, 0))

    def test_counts_in_output_terms(self):
        """80 t of alumina at yield 0.52 are 41.6 t of metal."""
        balance = strike(
            coc_input=-80,
            positive_balance_brought=50,
            declared_yield=Decimal("0.52"),
        )
        self.assertEqual(balance.coc_taken_back, Decimal("41.6"))
        self.assertEqual(balance.available, Decimal("8.4"))

    def test_new_input_makes_it_good_first(self):
        """50 t in less 30 t taken back: 20 t came in, and the balance is whole."""
        balance = strike(coc_input=50 - 30, positive_balance_brought=80)
        self.assertEqual((balance.coc_taken_back, balance.entitlement), (0, 20))
        self.assertEqual(balance.positive_balance_expired, 80)

    def test_beyond_the_balance_it_is_overdrawn(self):
        """100 t taken back of 80 t: 20 t are missing, and the period stays open."""
        balance = strike(coc_input=-100, positive_balance_brought=80)
        self.assertEqual((balance.overdraw, balance.available), (20, 0))
        self.assertEqual(closing_problems(balance)[0], ("8.8", Decimal(20), Decimal(0)))


class TestForecast(BaseCase):
    """What is planned counts as if it were done by period end."""

    MATERIALS = {
        "smelting": ("alumina", "aluminium"),
        "casthouse": ("aluminium", "aluminium"),
    }

    @staticmethod
    def total(activity, flow, status, mass, material="aluminium", counterpart=None):
        product = {"alumina": 7, "aluminium": 8}[material]
        return Total(
            activity, counterpart, 1, product, flow, material, status, Decimal(mass)
        )

    def test_planned_flows_pass_down_the_chain(self):
        """60 of 100 t in, then 100 t more without a claim: 30 %.

        The casthouse gets 80 t with 24 t of CoC Material, of which 10 go out; the
        smelter keeps 60 - 24 = 36 t, of which the next period may use all.
        """
        done = [
            self.total("smelting", "input", "coc", 60, "alumina"),
            self.total("smelting", "input", "non_coc", 40, "alumina"),
        ]
        planned = [
            self.total("smelting", "input", "non_coc", 100, "alumina"),
            self.total(
                "smelting", "intra_entity_out", "pooled", 80, counterpart="casthouse"
            ),
            self.total("casthouse", "output", "coc", 10),
            self.total("casthouse", "output", "non_coc", 40),
        ]
        expected = strike_balances(done + planned, self.MATERIALS, {})
        self.assertEqual(expected["smelting"].inflow_share.percentage, 30)
        self.assertEqual(expected["smelting"].positive_balance_carried, 36)
        self.assertEqual(expected["casthouse"].coc_in, 24)
        self.assertEqual(expected["casthouse"].available, 5)
        self.assertEqual(expected["casthouse"].positive_balance_carried, 14)

    def test_planned_production_bends_the_yield(self):
        """52 of 100 t were made, 50 of 100 t are planned: 102 of 200, 51 %."""
        done = [
            self.total("smelting", "input", "coc", 100, "alumina"),
            self.total("smelting", "consumption", "pooled", 100, "alumina"),
            self.total("smelting", "production", "pooled", 52),
        ]
        planned = [
            self.total("smelting", "consumption", "pooled", 100, "alumina"),
            self.total("smelting", "production", "pooled", 50),
        ]
        expected = strike_balances(done + planned, self.MATERIALS, {})["smelting"]
        self.assertEqual(expected.entitlement, 51)

    def test_brought_balance_is_drawn_first(self):
        settings = {"casthouse": {"positive_balance_brought": Decimal(30)}}
        planned = [
            self.total("casthouse", "output", "coc", 50),
            self.total("casthouse", "input", "coc", 15),
        ]
        expected = strike_balances(planned, self.MATERIALS, settings)["casthouse"]
        self.assertEqual(expected.positive_balance_used, 30)
        self.assertEqual((expected.overdraw, expected.available), (5, 0))
