from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase

tonnes = st.integers(1, 500)
parts = st.integers(0, 100)
operations = st.one_of(
    st.tuples(st.just("receive"), tonnes, parts),
    st.tuples(st.just("smelt"), tonnes, parts),
    st.tuples(st.just("send"), tonnes, parts),
    st.tuples(st.just("deliver"), tonnes, parts),
    st.tuples(st.just("give_back"), tonnes, parts),
    st.tuples(st.just("withdraw"), tonnes, parts),
    st.tuples(st.just("close"), tonnes, parts),
)


@tagged("post_install", "-at_install")
class TestLedgerProperties(CocCase):
    """Whatever is done in whatever order, the account stays an account."""

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        # Shrinking would live through hundreds of years of operations.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(operations, min_size=4, max_size=12))
    def test_any_sequence(self, sequence):
        savepoint = self.env.cr.savepoint()
        try:
            self.live(sequence)
        finally:
            # What is not written yet must go too, before the next example.
            self.env.transaction.clear()
            savepoint.rollback()

    def live(self, sequence):
        self.at("2025-03-10")
        self.live_period = self.period
        self.transfers = []
        for product, place in (
            (self.alumina, self.smelter_place),
            (self.liquid, self.smelter_place),
            (self.slab, self.casthouse_place),
        ):
            self.have_stock(product, 10**6, place)
        for name, quantity, part in sequence:
            getattr(self, f"do_{name}")(quantity, part)
            self.check_account()

    # -- operations -----------------------------------------------------------
    def do_receive(self, quantity, part):
        receipt = self.receive(self.slab, quantity, claimed=quantity * part / 100)
        self.transfers.append(receipt)

    def do_smelt(self, quantity, part):
        self.receive(
            self.alumina,
            quantity,
            claimed=quantity * part / 100,
            place=self.smelter_place,
        )
        self.produce(
            self.liquid, quantity / 2, [(self.alumina, quantity)], self.smelter_place
        )

    def do_send(self, quantity, _part):
        self.move_inside(
            self.liquid, quantity, self.smelter_place, self.casthouse_place
        )

    def do_deliver(self, quantity, part):
        wanted = quantity * part / 100
        casthouse = self.balance("casthouse", self.live_period)
        try:
            with self.env.cr.savepoint():
                delivery = self.deliver(self.slab, quantity, designated=wanted)
        except UserError:
            # Refused: what was wanted did not fit, and nothing is left of it.
            return
        self.transfers.append(delivery)
        if wanted:
            core = casthouse._get_core()
            self.assertLessEqual(core.demand, core.entitlement)
            self.assertLessEqual(core.demand, core.share_limit)

    def do_give_back(self, quantity, _part):
        if self.transfers:
            picking = self.transfers.pop()
            self.give_back(picking, min(quantity, picking.move_ids.quantity))

    def do_withdraw(self, _quantity, _part):
        documents = self.env["asi.coc.document"].search(
            [("scope_id", "=", self.scope.id), ("state", "=", "verified")]
        )
        documents[:1].action_withdraw()

    def do_close(self, _quantity, _part):
        self.live_period.closing_explanation = "Documents withdrawn on purpose"
        try:
            with self.env.cr.savepoint():
                self.close(self.live_period)
        except UserError:
            self.at(self.live_period.date_start)
            broken = self.env["asi.coc.closing"]._get_broken_limits(self.live_period)
            self.assertTrue(broken)
            return
        self.live_period = self.live_period._get_next()
        self.transfers = []
        self.at(self.live_period.date_start)

    # -- what always holds ------------------------------------------------------
    def check_account(self):
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])
        for period in self.scope.period_ids:
            for balance in period.balance_ids:
                self.check_balance(balance)

    def check_balance(self, row):
        def near(one, other):
            self.assertAlmostEqual(one, other, 5, row.display_name)

        near(
            row.positive_balance_used + row.positive_balance_expired,
            row.positive_balance_brought,
        )
        near(
            row.entitlement + row.overdraw + row.positive_balance_used,
            row.coc_output
            + row.intra_entity_out
            + row.coc_taken_back
            + row.overdraw_brought
            + row.positive_balance_carried,
        )
        following = row.period_id._get_next()
        if row.period_id.state == "closed" and following:
            next_row = self.balance(row.activity_id.code, following)
            near(row.positive_balance_carried, next_row.positive_balance_brought)
            near(row.overdraw, next_row.overdraw_brought)
            self.assertLessEqual(row.overdraw, 0)
