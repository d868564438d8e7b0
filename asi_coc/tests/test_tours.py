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

<<<<<<< HEAD
=======
    def test_auditor_looks_at_everything(self):
        self._assert_tour_opens_every_menu()
        self.receive(self.slab, 40, claimed=30, place=self.stock)
        self.receive(self.slab, 10, claimed=10, place=self.stock, verify=False)
        yard = self._create_location("Yard", self.warehouse.view_location_id)
        self.receive(self.slab, 10, place=yard)
        self.deliver(self.slab, 20, designated=12, place=self.stock)
        self.env["asi.coc.force.majeure"].create(
            {
                "name": "Strike",
                "period_id": self.period.id,
                "activity_id": self._activity("casthouse").id,
                "date": date.today(),
                "supplier_id": self.supplier.id,
                "contract": "P1",
                "affected_mass": 10,
                "evidence": "Notice of the railway",
            }
        )
        self.env["asi.coc.drift"].create(
            {
                "scope_id": self.scope.id,
                "company_id": self.company.id,
                "kind": "total",
                "state": "found",
                "period_id": self.period.id,
                "product_id": self.slab.id,
                "recorded_mass": 10,
                "expected_mass": 12,
            }
        )
        self.env["asi.coc.adoption"].create({"scope_id": self.scope.id})
        self._record_what_errors_bring()
        latest = self.env["asi.coc.entry"].search([], limit=1)
        self.tour("asi_coc_auditor", self.auditor)
        self.assertEqual(self.env["asi.coc.entry"].search([], limit=1), latest)

    def _record_what_errors_bring(self):
        self.env["asi.coc.error"].create({"found": "Wrong mass"})
        self.env["asi.coc.verification.request"].create(
            {
                "scope_id": self.scope.id,
                "document_number": "COC/1",
                "requester_name": "Matthew Johnson",
            }
        )
        self.env["asi.coc.sustainability"].create(
            {
                "period_id": self.period.id,
                "carbon_footprint": 5.7,
                "carbon_method": "IAI",
            }
        )
        self.env["asi.coc.supplementary.statement"].create(
            {"name": "Policy", "text": "We have one.", "scope_id": self.scope.id}
        )
        self.env["asi.coc.legal.interest"].create(
            {
                "name": "Refinery Joint Venture",
                "scope_id": self.scope.id,
                "partner_id": self.supplier.id,
                "activity_id": self._activity("alumina_refining").id,
                "certificate_id": self.supplier.coc_certificate_ids[:1].id,
                "share": 40,
            }
        )

    def _assert_tour_opens_every_menu(self):
        with file_open("asi_coc/static/tests/tours/auditor.js") as file:
            tour = file.read()
        menus = self.env["ir.ui.menu"].search(
            [
                ("id", "child_of", self.env.ref("asi_coc.menu_asi_coc_root").id),
                ("action", "!=", False),
            ]
        )
        self.assertEqual(len(menus), 21)
        for name in menus.get_external_id().values():
            self.assertIn(f"{name.removeprefix('asi_coc.')}:", tour)

>>>>>>> own/main

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
