from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestBalance(CocCase):
    """8.4 to 8.7 through real pickings."""

    def test_worked_example(self):
        """80 % in; 500 t CoC output and 200 t intra-entity: 100 t are carried."""
        self.receive(self.slab, 1000, claimed=800)
        self.move_inside(self.slab, 250, self.casthouse_place, self.mill_place)
        self.deliver(self.slab, 700, designated=500)

        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.coc_input, 800)
        self.assertEqual(casthouse.non_coc_inflow, 200)
        self.assertEqual(casthouse.inflow_percentage, 80)
        self.assertEqual(casthouse.entitlement, 800)
        self.assertEqual(casthouse.intra_entity_out, 200)
        self.assertEqual(casthouse.coc_output, 500)
        self.assertEqual(casthouse.total_outflow, 950)
        self.assertEqual(casthouse.positive_balance_carried, 100)
        self.assertEqual(casthouse.outflow_percentage, 80)
        self.assertEqual(casthouse.output_percentage, 50)

        mill = self.balance("post_casthouse")
        self.assertEqual(mill.intra_entity_in, 200)
        self.assertEqual(mill.intra_entity_inflow, 250)
        self.assertEqual(mill.inflow_percentage, 80)
        self.assertEqual(mill.non_coc_inflow, 0)

    def test_figure_11(self):
        """At 50 % a shipment of 200,000 t may carry 100,000 t, not one gram more."""
        self.receive(self.slab, 400000, claimed=200000)
        planned = self.plan(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.slab, "quantity": 200000}],
        )
        self.assertEqual(planned.move_ids.coc_available_qty, 100000)
        planned.action_cancel()
        with self.refused(UserError, "100,000 t are available", "(8.7)"):
            self.deliver(self.slab, 200000, designated=100000.01)
        self.deliver(self.slab, 200000, designated=100000)
        self.assertEqual(self.balance("casthouse").available, 0)
        self.assertEqual(self.balance("casthouse").share_limit, 100000)
