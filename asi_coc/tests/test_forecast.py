from odoo import Command
from odoo.tests import tagged

from .common import UserCase


@tagged("post_install", "-at_install")
class TestForecast(UserCase):
    """What open orders will make of the balances at period end."""

    def setUp(self):
        super().setUp()
        # 80 % so far; the warehouse's stock of slab lies in the casthouse.
        self.receive(self.slab, 100, claimed=80)
        self.casthouse = self.balance("casthouse")

    def buy(self, quantity, coc, day="2025-11-30", supplier=None):
        order = self.env["purchase.order"].create(
            {
                "partner_id": (supplier or self.supplier).id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": quantity,
                            "coc_ordered_qty": coc,
                            "price_unit": 1,
                            "date_planned": f"{day} 12:00:00",
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        return order.picking_ids

    def sell(self, quantity, wanted):
        order = self.order(self.slab, quantity, wanted)
        order.action_confirm()
        return order.picking_ids

    def plan_rolling(self, slab, coil):
        order = self.env["mrp.production"].create(
            {
                "product_id": self.coil.id,
                "product_qty": coil,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.mill_place.id,
                "location_dest_id": self.mill_place.id,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_uom_qty": slab,
                            "location_id": self.casthouse_place.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def check(self, code="casthouse", **expected):
        balance = self.balance(code)
        balance.invalidate_recordset()
        found = {name: balance[f"expected_{name}"] for name in expected}
        self.assertEqual(found, expected)

    def test_without_orders_as_it_is(self):
        self.check(inflow_percentage=80, positive_balance=80, available=0, overdraw=0)

    def test_purchases_and_sales(self):
        """100 CoC of 200 t in: 50 %. Of 120 t out 60 t may be, and are, CoC."""
        self.buy(100, 20)
        self.sell(120, 60)
        self.check(inflow_percentage=50, available=0, positive_balance=40, overdraw=0)
        # Nothing of this has happened yet.
        self.assertEqual(self.casthouse.inflow_percentage, 80)
        self.assertEqual(self.casthouse.positive_balance_carried, 80)

    def test_less_wanted_than_the_share_leaves_the_rest_available(self):
        """80 % of 50 t are 40 t, of which 15 are wanted."""
        self.sell(50, 15)
        self.check(available=25, positive_balance=65)

    def test_more_wanted_than_comes_in(self):
        """85 t wanted of 80 t: 5 t would have to be covered by 8.8."""
        self.sell(95, 85)
        self.check(available=0, positive_balance=0, overdraw=5)

    def test_production_takes_the_share_downstream(self):
        """50 t of 80 % go to the mill, 40 t CoC; 45 of 50 t come out: 36 t."""
        self.plan_rolling(slab=50, coil=45)
        self.check(positive_balance=40)
        self.check("post_casthouse", inflow_percentage=80, positive_balance=36)

    def test_only_what_is_left_of_an_order_counts(self):
        """Of 100 t ordered 60 have come, with 12 t claimed of the 20 t ordered."""
        self.facility("Casthouse").storage_location_ids = self.stock
        receipt = self.buy(100, 20)
        receipt.move_ids.quantity = 60
        receipt.move_ids.coc_claimed_mass = 12
        receipt.coc_document_reference = "ACME-77"
        receipt.move_ids.picked = True
        receipt._action_done()
        self.verify(receipt)
        # done: 92 of 160 t; planned: 8 of 40 t
        self.check(inflow_percentage=50, positive_balance=100)

    def test_what_counts_as_coc_input(self):
        self.buy(60, 60, supplier=self.customer)  # not certified
        self.check(inflow_percentage=50)
        receipt = self.buy(40, 0)
        receipt.move_ids.coc_claimed_mass = 16  # its document is here already
        self.check(inflow_percentage=48)

    def test_what_is_due_in_time(self):
        self.buy(100, 0, day="2026-01-05")
        self.check(inflow_percentage=80)
        self.buy(100, 0, day="2025-02-01")  # overdue since February
        self.check(inflow_percentage=40)
        self.at("2026-01-02")
        self.check(inflow_percentage=80)

    def test_quotations_and_cancelled_orders_are_nothing(self):
        self.order(self.slab, 50, 40)
        self.sell(50, 40).action_cancel()
        self.check(positive_balance=80)

    def test_closed_period_expects_nothing(self):
        self.open_period("2026-01-01", "2026-12-31")
        self.close(self.period)
        self.check(inflow_percentage=0, positive_balance=0)

    def test_the_moves_behind_it(self):
        receipt = self.buy(100, 20)
        rolling = self.plan_rolling(slab=50, coil=45)
        self.buy(100, 0, day="2026-01-05")
        found = self.casthouse.action_open_planned()
        self.assertEqual(
            self.env["stock.move"].search(found["domain"]),
            receipt.move_ids | rolling.move_raw_ids,
        )
        rolled = self.balance("post_casthouse").action_open_planned()
        self.assertEqual(
            self.env["stock.move"].search(rolled["domain"]),
            rolling.move_raw_ids | rolling.move_finished_ids,
        )

    def test_officers_and_auditors_see_it(self):
        self.sell(50, 15)
        for user in (self.officer, self.auditor):
            balance = self.casthouse.with_user(user)
            balance.invalidate_recordset()
            self.assertEqual(balance.expected_positive_balance, 65)
