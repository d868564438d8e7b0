"""Odoo's pages for customers and vendors are no way around an auditor's rights."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import UserCase

SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="  # noqa: E501


@tagged("post_install", "-at_install")
class TestAuditorPortal(UserCase, HttpCase):
    """These pages act as superuser for whoever may read an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quotation = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "require_signature": True,
                "require_payment": False,
                "order_line": [
                    Command.create({"product_id": cls.slab.id, "product_uom_qty": 1})
                ],
            }
        )
        cls.quotation.action_quotation_sent()
        cls.order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.supplier.id,
                "order_line": [
                    Command.create({"product_id": cls.slab.id, "product_qty": 1})
                ],
            }
        )
        cls.order.button_confirm()

    def accept(self, **params):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.quotation.id}/accept",
            {"name": "Jan Rogers", "signature": SIGNATURE, **params},
        )

    def test_auditor_reads_orders(self):
        self.assertEqual(self.quotation.with_user(self.auditor).state, "sent")
        self.assertEqual(self.order.with_user(self.auditor).state, "purchase")

    def test_auditor_accepts_no_quotation(self):
        self.authenticate(self.auditor.login, self.auditor.login)
        self.assertIn("error", self.accept())
        self.assertEqual(self.quotation.state, "sent")
        self.assertFalse(self.quotation.signature)

    def test_auditor_declines_no_quotation(self):
        self.authenticate(self.auditor.login, self.auditor.login)
        self.url_open(
            f"/my/orders/{self.quotation.id}/decline",
            data={"decline_message": "No", "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(self.quotation.state, "sent")

    def test_auditor_changes_no_planned_date(self):
        before = self.order.order_line.date_planned
        self.authenticate(self.auditor.login, self.auditor.login)
        self.make_jsonrpc_request(
            f"/my/purchase/{self.order.id}/update",
            {str(self.order.order_line.id): "2026-01-01"},
        )
        self.env.invalidate_all()
        self.assertEqual(self.order.order_line.date_planned, before)

    def test_auditor_gets_no_link_of_the_customer(self):
        for order in (self.quotation, self.order):
            own = order.with_user(self.auditor)
            with self.refused(AccessError, "Auditor"):
                own.get_portal_url()
            order._portal_ensure_token()
            with self.assertRaises(AccessError):
                own.read(["access_token"])
            self.assertNotIn("access_token", own.fields_get())

    def test_customer_still_accepts(self):
        """By the link, signed in or not; whoever sells still gets it."""
        token = self.quotation._portal_ensure_token()
        seller = self.user("coc_seller", "sales_team.group_sale_salesman_all_leads")
        self.assertIn(token, self.quotation.with_user(seller).get_portal_url())
        self.authenticate(None, None)
        self.assertIn("redirect_url", self.accept(access_token=token))
        self.assertEqual(self.quotation.state, "sale")
