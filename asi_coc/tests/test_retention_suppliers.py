from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestRetentionOfSuppliers(CashCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.user(
            "buyer", "base.group_partner_manager", "purchase.group_purchase_user"
        )

    def identify(self):
        return self.env["asi.coc.supplier.principal"].create(
            {
                "partner_id": self.yard.id,
                "name": "Jane Roe",
                "evidence_ids": [
                    Command.create({"name": "Passport.pdf", "raw": b"%PDF-1.7"})
                ],
            }
        )

    def test_contact_is_not_a_way_to_its_records(self):
        principal = self.identify()
        self.buy().button_cancel()
        with self.refused(UserError, "Principals of scrap suppliers", "Jane Roe"):
            self.yard.unlink()
        with self.refused(UserError, "Passport.pdf", "Jane Roe"):
            principal.evidence_ids = False
        with self.assertRaises(UserError) as caught:
            self.yard.with_user(self.buyer).unlink()
        self.assertNotIn("Jane", str(caught.exception))
        self.assertIn("Principals of scrap suppliers", str(caught.exception))
        self.assertTrue(principal.exists())
        with freeze_time("2045-01-01"):
            principal.unlink()

    def test_whom_nothing_was_ordered_from_goes(self):
        principal = self.identify()
        self.yard.unlink()
        self.assertFalse(principal.exists())


@tagged("post_install", "-at_install")
class TestRetentionOfOdoosRecords(CashCase):
    def test_orders_bills_and_payments_of_scrap(self):
        order = self.buy()
        bill = self.bill(order)
        with self.refused(UserError, "Purchase orders with receipts", "2030"):
            order.unlink()
        with self.refused(UserError, "set to 'Done'"):
            order.picking_ids.unlink()
        paper = self.env["ir.attachment"].create(
            {
                "name": "Weighing slip",
                "raw": b"10 t",
                "res_model": "stock.picking",
                "res_id": order.picking_ids.id,
            }
        )
        with self.refused(UserError, "Receipts, deliveries and transfers", "2030"):
            paper.unlink()
        bill.button_draft()
        with self.refused(UserError, "Bills and journal entries", "2030"):
            bill.unlink()

    def test_quotations_and_other_suppliers_go(self):
        order = self.buy()
        order.button_cancel()
        order.unlink()
        other = self.buy(self.plain, self.pencil)
        bill = self.bill(other)
        bill.button_draft()
        bill.unlink()
        self.assertFalse((order | bill.line_ids.purchase_order_id).exists())
