from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CocCase, UserCase


class TourCase(UserCase, HttpCase):
    """A casthouse, with people who really sign in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.casthouse = cls.scope.facility_ids.filtered(
            lambda facility: facility.name == "Casthouse"
        )
        cls.casthouse.storage_location_ids = cls.stock
        # The browser works today, whatever day the other tests freeze.
        cls.certificate.date_end = date.max
        cls.ended = cls.period
        while cls.period.date_end < date.today():
            cls.period = cls.env["asi.coc.closing"]._create_next(cls.period)

    def setUp(self):
        # Not CocCase.setUp: a browser does not wait for a frozen clock.
        super(CocCase, self).setUp()

    def tour(self, name, user, place=""):
        user.password = user.login
        self.start_tour(f"/odoo/{place}", name, login=user.login, timeout=120)
        self.env.invalidate_all()

    def order_slabs(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": 40,
                            "coc_ordered_qty": 30,
                            "price_unit": 2000,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        return order.picking_ids

    def sell_slabs(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_uom_qty": 20,
                            "coc_wanted_qty": 12,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order.picking_ids


@tagged("post_install", "-at_install")
class TestTours(TourCase):
    """People at work in the browser, with the groups they really have."""

    def test_storekeeper_receives(self):
        receipt = self.order_slabs()
        self.tour("asi_coc_receipt", self.coc_storekeeper)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.coc_document_reference, "ACME-77")
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 25)
        self.assertEqual(receipt.coc_claim_state, "to_verify")
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 40})
        document = receipt.coc_document_ids
        self.assertEqual((document.state, document.failed_count), ("draft", 0))
        document.with_user(self.officer).action_verify()
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 25, ("input", "non_coc"): 15}
        )

    def test_storekeeper_receives_with_a_file(self):
        for tour in ("asi_coc_receipt_file", "asi_coc_receipt_drop"):
            with self.subTest(tour):
                receipt = self.order_slabs()
                self.tour(tour, self.coc_storekeeper)
                document = receipt.coc_received_document_id
                self.assertEqual(document.state, "verified")
                self.assertEqual(document.name, "ACME-78")
                self.assertEqual(
                    self.entries(receipt),
                    {("input", "coc"): 25, ("input", "non_coc"): 15},
                )
                document.action_withdraw()

    def test_salesperson_sells(self):
        # Odoo's Sales app (sale_management) shows this menu.
        self.env.ref("sale.sale_menu_root").active = True
        self.receive(self.slab, 40, claimed=30, place=self.stock)
        self.tour("asi_coc_quotation", self.salesperson)
        order = self.env["sale.order"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.coc_wanted_qty, 12)
        self.assertEqual(order.picking_ids.move_ids.coc_designated_qty, 12)
        # Nothing has left yet.
        self.assertEqual(self.balance("casthouse").coc_output, 0)
        self.assertEqual(self.entries(order.picking_ids), {})

    @mute_logger("odoo.http")
    def test_storekeeper_delivers(self):
        self.receive(self.slab, 40, claimed=30, place=self.stock)
        delivery = self.sell_slabs()
        self.tour("asi_coc_delivery", self.coc_storekeeper)
        self.assertEqual(delivery.state, "done")
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 15, ("output", "non_coc"): 5}
        )
        document = delivery.coc_document_ids
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.coc_mass, 15)
        self.assertEqual(document.total_mass, 20)
        casthouse = self.balance("casthouse")
        self.assertEqual(
            (casthouse.coc_output, casthouse.total_outflow, casthouse.available),
            (15, 20, 0),
        )

    @mute_logger("odoo.http")
    def test_officer_verifies_and_closes(self):
        with freeze_time("2025-11-10 12:00:00"):
            receipt, other = (
                self.receive(self.slab, mass, claimed, self.stock, verify=False)
                for mass, claimed in ((40, 30), (10, 10))
            )
            self.enter_paper(receipt)
        self.tour("asi_coc_officer", self.officer)
        self.assertEqual(receipt.coc_claim_state, "verified")
        self.assertEqual(receipt.coc_received_document_id.name, "ACME-1")
        self.assertEqual(receipt.coc_received_document_id.verified_by_id, self.officer)
        self.assertEqual(other.coc_claim_state, "to_verify")
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 30, ("input", "non_coc"): 10}
        )
        self.assertEqual(self.entries(other), {("input", "non_coc"): 10})
        self.assertEqual(self.balance("casthouse", self.ended).coc_input, 30)
        self.assertEqual(self.ended.state, "closing")
        self.assertFalse(self.ended.closing_ids)


@tagged("post_install", "-at_install")
class TestPhoneTours(TourCase):
    """A storekeeper with a phone: the columns of the list are on the cards."""

    browser_size = "420x900"
    touch_enabled = True
    overview = "action-stock.stock_picking_type_action"

    def test_storekeeper_receives(self):
        receipt = self.order_slabs()
        self.tour("asi_coc_phone_receipt", self.coc_storekeeper, self.overview)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.coc_document_reference, "ACME-77")
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 24)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 40})

    def test_storekeeper_delivers(self):
        self.receive(self.slab, 40, claimed=30, place=self.stock)
        delivery = self.sell_slabs()
        self.tour("asi_coc_phone_delivery", self.coc_storekeeper, self.overview)
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.coc_document_ids.coc_mass, 15)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 15, ("output", "non_coc"): 5}
        )
