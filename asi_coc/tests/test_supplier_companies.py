from odoo import Command
from odoo.tests import tagged

from .test_supplier_assessment import DiligenceCase


@tagged("post_install", "-at_install")
class TestSupplierCompanies(DiligenceCase):
    """What one entity decides, or has on file, makes no other one's supplier (7.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Foil Makers"})
        cls.env.user.company_ids += cls.other
        # Both are at work at once, as in the company selector.
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": (cls.company | cls.other).ids,
            }
        )
        cls.other_officer = cls.user("other-officer", "asi_coc.group_officer")
        cls.other_officer.write(
            {
                "company_ids": [Command.set(cls.other.ids)],
                "company_id": cls.other.id,
            }
        )
        cls.other_scope = cls.env["asi.coc.scope"].create(
            {
                "name": "Foil Makers",
                "company_id": cls.other.id,
                "tz": "UTC",
                "responsible_id": cls.other_officer.id,
            }
        )
        cls.other_scope.sudo().state = "active"

    def buy_elsewhere(self, product=None):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.dealer.id,
                "company_id": self.other.id,
                "order_line": [
                    Command.create(
                        {"product_id": (product or self.alumina).id, "product_qty": 1}
                    )
                ],
            }
        )
        order.button_confirm()
        return order

    def state_in(self, company, partner=None):
        partner = (partner or self.dealer).with_company(company)
        partner.invalidate_recordset()
        return partner.coc_due_diligence_state

    def test_certificates_of_another_entity(self):
        """A certificate that only the other one has on file excuses no order."""
        self.certify(self.dealer, "C00777", company_id=self.other.id)
        order = self.buy(self.alumina, 5, coc=5)
        self.assertEqual(order.coc_due_diligence_state, "none")
        self.assertEqual(self.state_in(self.company), "none")
        self.assertEqual(self.dealer.activity_ids.user_id, self.officer)

    def test_certified_trader_needs_it(self):
        self.supplier.coc_is_trader = True
        order = self.buy(self.alumina, 5, partner=self.supplier, coc=5)
        self.assertEqual(order.coc_due_diligence_state, "none")
        self.assertEqual(self.state_in(self.company, self.supplier), "none")

    def test_each_officer_has_a_task(self):
        self.buy(self.alumina, 1)
        self.buy_elsewhere()
        activities = self.dealer.activity_ids
        self.assertEqual(activities.user_id, self.officer | self.other_officer)
        self.accept_due_diligence(self.dealer)
        self.assertEqual(self.dealer.activity_ids.user_id, self.other_officer)
        self.assertEqual(self.state_in(self.company), "current")
        self.assertEqual(self.state_in(self.other), "none")

    def test_one_officer_of_both(self):
        """The task stays until the supplier is assessed for both."""
        self.other_officer.company_ids += self.company
        self.scope.responsible_id = self.other_officer
        self.buy(self.alumina, 1)
        self.buy_elsewhere()
        self.assertEqual(len(self.dealer.activity_ids), 1)
        self.accept_due_diligence(self.dealer)
        self.assertEqual(len(self.dealer.activity_ids), 1)
        assessment = self.assess(
            self.dealer, scope_id=self.other_scope.id, decision_remark="No answers"
        )
        assessment.action_review()
        assessment.action_refuse()
        self.assertFalse(self.dealer.activity_ids)

    def test_suspended_elsewhere_only(self):
        assessment = self.accept_due_diligence(self.dealer)
        self.mitigate(self.find(assessment), "suspend")
        self.assertEqual(self.state_in(self.company), "suspended")
        self.assertEqual(self.state_in(self.other), "not_needed")
        self.assertEqual(self.buy_elsewhere().state, "purchase")

    def test_list_and_search(self):
        self.accept_due_diligence(self.dealer)
        self.buy_elsewhere(self.scrap)
        rows = self.env["asi.coc.supplier.standing"].search(
            [("partner_id", "=", self.dealer.id)]
        )
        self.assertEqual(
            {row.company_id: row.standing for row in rows},
            {self.company: "current", self.other: "none"},
        )
        for company, expected in ((self.company, True), (self.other, False)):
            partners = self.env["res.partner"].with_company(company)
            found = partners.search([("coc_due_diligence_state", "=", "current")])
            self.assertEqual(self.dealer in found, expected)
