from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_supplier_assessment import DiligenceCase


@tagged("post_install", "-at_install")
class TestSupplierDays(DiligenceCase):
    """Suppliers are judged on the day it is where the scope is (7.1, 7.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.held = cls.env["asi.coc.certificate"].search(
            [("partner_id", "=", cls.supplier.id)]
        )
        # Reminders, and what users are shown, are not where the scope is.
        cls.env.user.tz = cls.officer.tz = "UTC"

    def at_local(self, zone, moment):
        """Let it be ``moment`` (UTC) in a scope of time zone ``zone``."""
        self.scope.tz = zone
        self.clock.move_to(moment)

    def state(self, partner):
        partner.invalidate_recordset()
        return partner.coc_due_diligence_state

    def row(self, partner):
        self.env.invalidate_all()
        return self.env["asi.coc.supplier.standing"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def test_order_on_the_first_day_without_certificate(self):
        """Half past midnight of the day after the certificate ended."""
        self.held.date_end = "2025-03-10"
        for zone, moment in (
            ("Asia/Shanghai", "2025-03-10 16:30:00"),
            ("Pacific/Auckland", "2025-03-10 11:30:00"),
        ):
            with self.subTest(zone=zone):
                self.at_local(zone, moment)
                order = self.buy(self.alumina, 5, partner=self.supplier, coc=5)
                self.assertEqual(order.coc_due_diligence_state, "none")
                self.assertEqual(self.state(self.supplier), "none")
                row = self.row(self.supplier)
                self.assertEqual(row.first_on, date(2025, 3, 11))
                self.assertEqual(row.standing, "none")
                order.button_cancel()

    def test_order_at_half_past_eleven_of_the_last_day(self):
        """It is tomorrow in UTC, but the certificate held."""
        self.held.date_end = "2025-03-10"
        for zone, moment in (
            ("America/Los_Angeles", "2025-03-11 06:30:00"),
            ("Asia/Shanghai", "2025-03-10 15:30:00"),
            ("Pacific/Auckland", "2025-03-10 10:30:00"),
        ):
            with self.subTest(zone=zone):
                self.at_local(zone, moment)
                order = self.buy(self.alumina, 5, partner=self.supplier, coc=5)
                self.assertEqual(order.coc_due_diligence_state, "not_needed")
                self.assertEqual(self.state(self.supplier), "not_needed")
                self.assertFalse(self.row(self.supplier))
                order.button_cancel()

    def test_receipt_on_the_first_day_without_certificate(self):
        self.held.date_end = "2025-03-10"
        self.at_local("Pacific/Auckland", "2025-03-10 11:30:00")
        self.receive(self.slab, 10, claimed=10, verify=False)
        row = self.row(self.supplier)
        self.assertEqual(row.last_on, date(2025, 3, 11))
        self.assertEqual(self.state(self.supplier), "none")

    def test_purchases_of_the_day_of_the_decision(self):
        """What was bought that evening is of the twelve months before it."""
        self.at_local("America/Los_Angeles", "2025-03-11 06:30:00")
        self.buy(self.alumina, 5, price=10)
        assessment = self.assess(self.dealer)
        assessment.action_review()
        assessment.action_accept()
        self.assertEqual(assessment.decided_on, date(2025, 3, 10))
        self.assertEqual(assessment.supply_ids.mapped("value"), [50])

    def test_suspension_begins_where_the_scope_is(self):
        """The day that is proposed is today's of the scope, not the user's."""
        self.at_local("Pacific/Auckland", "2025-03-10 11:30:00")
        mitigation = self.mitigate(self.find(self.assess(self.dealer)), "suspend")
        self.assertEqual(mitigation.date_start, date(2025, 3, 11))
        self.assertEqual(mitigation.finding_id.found_on, date(2025, 3, 11))
        with self.refused(UserError, "suspended since March 11, 2025"):
            self.buy(self.alumina, 1)

    def test_closed_loop_needs_due_diligence_of_today(self):
        self.accept_due_diligence(self.dealer, "2025-03-10")
        self.at_local("Pacific/Auckland", "2025-03-10 10:30:00")
        values = {"partner_id": self.dealer.id, "tracing": "Marked billets"}
        loop = self.env["asi.coc.closed.loop"].create(values)
        self.assertTrue(loop.has_due_diligence)
        loop.unlink()
        self.clock.move_to("2025-03-10 11:30:00")
        with self.refused(ValidationError, "not accepted for March 11, 2025"):
            self.env["asi.coc.closed.loop"].create(values)

    def test_last_supply_of_who_is_told_of_the_policy(self):
        self.at_local("Pacific/Auckland", "2025-03-10 11:30:00")
        self.buy(self.scrap, 5)
        row = self.env["asi.coc.policy.supplier"].search(
            [("partner_id", "=", self.dealer.id), ("scope_id", "=", self.scope.id)]
        )
        self.assertEqual(row.last_supplied_on, date(2025, 3, 11))
