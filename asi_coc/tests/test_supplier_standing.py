from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_partners import ContractorMixin
from .test_supplier_assessment import DiligenceCase


@tagged("post_install", "-at_install")
class TestSupplierStanding(DiligenceCase):
    """What assessments and mitigations mean for orders, on each day (7.2)."""

    def standing(self, day, partner=None):
        key = (partner or self.dealer, self.company, date.fromisoformat(day))
        return self.env["res.partner"]._coc_get_standings([key])[key]

    def state(self, partner=None):
        partner = partner or self.dealer
        partner.invalidate_recordset()
        return partner.coc_due_diligence_state

    # -- history --------------------------------------------------------------------
    def test_each_day_as_it_was(self):
        first = self.assess(self.dealer, valid_until="2025-05-31")
        first.action_review()
        first.action_accept()
        self.at("2025-04-10")
        mitigation = self.mitigate(self.find(first), "suspend")
        self.at("2025-04-20")
        self.end(mitigation)
        self.at("2025-06-15")
        second = self.assess(self.dealer, "high", decision_remark="Closed")
        second.action_review()
        second.action_refuse()
        self.at("2025-07-01")
        third = self.assess(self.dealer)
        third.action_review()
        third.action_accept()
        self.at("2025-08-01")
        self.mitigate(self.find(third), "terminate")
        for day, expected in (
            ("2025-03-09", "none"),
            ("2025-03-10", "current"),
            ("2025-04-09", "current"),
            ("2025-04-10", "suspended"),
            ("2025-04-19", "suspended"),
            ("2025-04-20", "current"),
            ("2025-05-31", "current"),
            ("2025-06-01", "expired"),
            ("2025-06-15", "none"),
            ("2025-07-01", "current"),
            ("2025-07-31", "current"),
            ("2025-08-01", "terminated"),
            ("2030-01-01", "terminated"),
        ):
            with self.subTest(day=day):
                self.assertEqual(self.standing(day), expected)
                self.assertEqual(
                    self.contact._coc_has_due_diligence(date.fromisoformat(day)),
                    expected == "current",
                )
        self.end(self.env["asi.coc.supplier.mitigation"].search([], limit=1))
        self.assertEqual(self.standing("2025-08-01"), "current")

    def test_per_company(self):
        self.accept_due_diligence(self.dealer)
        other = self.env["res.company"].create({"name": "Foil Makers"})
        day = date(2025, 3, 10)
        self.assertTrue(self.dealer._coc_has_due_diligence(day))
        self.assertFalse(self.dealer._coc_has_due_diligence(day, other))
        self.assertFalse(self.dealer.with_company(other)._coc_has_due_diligence(day))

    def test_many_in_one_query(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Dealer {number}"} for number in range(40)]
        )
        for partner in partners[:3]:
            self.accept_due_diligence(partner, "2025-12-31")
        days = [date(2025, 3, day) for day in range(1, 29)]
        asked = [(partner, self.company, day) for partner in partners for day in days]
        self.env.flush_all()
        with self.assertQueryCount(1):
            standings = self.env["res.partner"]._coc_get_standings(asked)
        self.assertEqual(len(standings), 40 * 28)
        self.assertEqual(list(standings.values()).count("current"), 3 * 28)

    # -- on the contact ---------------------------------------------------------------
    def test_not_needed_without_supplies(self):
        self.assertEqual(self.state(), "not_needed")
        paper = self._create_product("Paper", False, self.unit)
        self.buy(paper, 10)
        self.assertEqual(self.state(), "not_needed")
        self.buy(self.alumina, 1)
        self.assertEqual(self.state(), "none")
        self.assertEqual(self.state(self.contact), "none")

    def test_a_certified_source_of_coc_needs_none(self):
        self.buy(self.alumina, 5, partner=self.supplier, coc=5)
        self.assertEqual(self.state(self.supplier), "not_needed")
        # Non-CoC Material of a certified entity does (7.2).
        self.buy(self.alumina, 5, partner=self.supplier, coc=4)
        self.assertEqual(self.state(self.supplier), "none")

    def test_certified_on_the_day_of_the_order(self):
        self.env["asi.coc.certificate"].search(
            [("partner_id", "=", self.supplier.id)]
        ).date_end = "2025-03-09"
        self.buy(self.alumina, 5, partner=self.supplier, coc=5)
        self.assertEqual(self.state(self.supplier), "none")

    def test_traders_need_it(self):
        self.dealer.coc_is_trader = True
        self.assertEqual(self.state(), "none")

    def test_receipts_nobody_ordered(self):
        self.receive(self.slab, 10, claimed=10)
        self.assertEqual(self.state(self.supplier), "not_needed")
        self.receive(self.slab, 10)
        self.assertEqual(self.state(self.supplier), "none")

    def test_search(self):
        self.buy(self.alumina, 1)
        self.accept_due_diligence(self.customer)
        partners = self.env["res.partner"]
        for states, inside, outside in (
            (("none",), self.dealer, self.customer),
            (("current",), self.customer, self.dealer),
            (("not_needed",), self.supplier, self.dealer | self.customer),
        ):
            found = partners.search([("coc_due_diligence_state", "in", states)])
            self.assertLessEqual(inside, found)
            self.assertFalse(found & outside)

    def test_users_see_it_without_rights_on_assessments_of_others(self):
        self.accept_due_diligence(self.dealer, "2025-12-31")
        dealer = self.dealer.with_user(self.buyer)
        self.assertEqual(dealer.coc_due_diligence_state, "current")
        self.assertEqual(dealer.coc_due_diligence_until, date(2025, 12, 31))

    # -- the list --------------------------------------------------------------
    def rows(self, *domain):
        return self.env["asi.coc.supplier.standing"].search(
            [("company_id", "=", self.company.id), *domain]
        )

    def test_list_of_suppliers(self):
        self.buy(self.scrap, 5, price=100)
        order = self.buy(self.alumina, 2, price=10)
        row = self.rows()
        self.assertEqual(
            (
                row.partner_id,
                row.materials,
                row.value,
                row.standing,
                row.first_on,
                row.scope_id,
            ),
            (
                self.dealer,
                "Alumina, Scrap",
                520,
                "none",
                date(2025, 3, 10),
                self.scope,
            ),
        )
        self.assertEqual(row.last_order_id, order)
        self.assertEqual(
            row.action_assess()["context"]["default_partner_id"], self.dealer.id
        )
        self.assertEqual(
            row.with_user(self.auditor).action_assess()["res_model"], "res.partner"
        )
        assessment = self.accept_due_diligence(self.dealer)
        self.env.invalidate_all()
        row = self.rows()
        self.assertEqual((row.standing, row.assessment_id), ("current", assessment))
        self.assertEqual(row.action_assess()["res_id"], assessment.id)
        self.assertFalse(self.rows(("standing", "!=", "current")))
        self.assertEqual(row.with_user(self.auditor).standing, "current")

    def test_list_costs_the_same(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rows(("standing", "!=", "current")).read(
                ["partner_id", "standing", "materials", "value"]
            )
            return self.env.cr.sql_log_count - before

        self.buy(self.alumina, 1)
        few = cost()
        for number in range(10):
            partner = self.env["res.partner"].create({"name": f"Dealer {number}"})
            self.buy(self.alumina, 1, partner=partner)
        self.assertEqual(len(self.rows(("standing", "!=", "current"))), 11)
        self.assertLessEqual(cost(), few)

    # -- orders of stopped suppliers -------------------------------------------
    def test_suspended_is_refused(self):
        mitigation = self.stop()
        order = self.draft(self.alumina, 5).with_user(self.buyer)
        self.assertEqual(order.coc_due_diligence_state, "suspended")
        with self.refused(
            UserError,
            order.name,
            "Alumina",
            "Quick Metal",
            "suspended since March 10, 2025",
            "Human Rights Due Diligence",
            "Passports are kept",
            "7.2",
            mitigation.assessment_id.name,
            "Compliance Officer",
        ):
            order.button_confirm()
        self.assertEqual(order.state, "draft")
        self.end(mitigation)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_buyers_without_any_coc_group(self):
        plain = self.user("plain", "purchase.group_purchase_user")
        order = self.draft(self.alumina, 5).with_user(plain)
        order.button_confirm()
        self.assertEqual(self.dealer.activity_ids.user_id, self.officer)
        self.stop()
        with self.refused(UserError, "suspended since", "Passports"):
            self.draft(self.alumina, 5).with_user(plain).button_confirm()

    def test_terminated_is_refused(self):
        self.stop("terminate")
        order = self.draft(self.scrap, 5, partner=self.contact)
        with self.refused(UserError, "terminated since March 10, 2025"):
            order.button_confirm()

    def test_waiting_for_approval_is_refused_too(self):
        order = self.draft(self.alumina, 5, price=9000)
        self.company.write(
            {"po_double_validation": "two_step", "po_double_validation_amount": 1}
        )
        manager = self.user("manager", "purchase.group_purchase_manager")
        order = order.with_user(self.buyer)
        order.button_confirm()
        self.assertEqual(order.state, "to approve")
        self.stop()
        with self.refused(UserError, "Quick Metal"):
            order.with_user(manager).button_approve()

    def test_other_goods_may_be_ordered(self):
        self.stop()
        paper = self._create_product("Paper", False, self.unit)
        order = self.buy(paper, 10)
        self.assertEqual(order.state, "purchase")
        with self.refused(UserError, "Slab", "Quick Metal"):
            order.order_line = [
                Command.create({"product_id": self.slab.id, "product_qty": 1})
            ]
        with self.refused(UserError, "Slab"):
            order.order_line.product_id = self.slab

    def test_a_confirmed_order_does_not_grow(self):
        order = self.buy(self.alumina, 5)
        self.stop()
        with self.refused(UserError, "Alumina", "suspended"):
            order.order_line.product_qty = 6
        order.order_line.product_qty = 3
        self.assertEqual(order.order_line.product_qty, 3)

    def test_vendor_of_a_confirmed_order(self):
        self.stop()
        order = self.buy(self.alumina, 5, partner=self.customer)
        with self.refused(UserError, "Quick Metal", "7.2"):
            order.partner_id = self.dealer

    def test_suspension_stays_with_the_supplier(self):
        assessment = self.stop().finding_id.assessment_id
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        with self.refused(UserError, self.dealer.name, "mitigation began", "7.2"):
            assessment.with_user(self.officer).partner_id = other
        self.assertEqual(assessment.partner_id, self.dealer)

    def test_suspended_from_tomorrow(self):
        finding = self.find(self.assess(self.dealer))
        self.mitigate(finding, "suspend", date_start="2025-03-11")
        self.assertEqual(self.buy(self.alumina, 1).state, "purchase")
        self.at("2025-03-11")
        with self.refused(UserError, "suspended since March 11, 2025"):
            self.buy(self.alumina, 1)

    def test_other_companies_are_free(self):
        self.stop()
        other = self.env["res.company"].create({"name": "Foil Makers"})
        self.env.user.company_ids += other
        order = (
            self.env["purchase.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.dealer.id,
                    "company_id": other.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.alumina.id, "product_qty": 1}
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_replenishment_stays_a_draft(self):
        self.stop()
        self.slab.write(
            {
                "route_ids": [
                    Command.set(self.env.ref("purchase_stock.route_warehouse0_buy").ids)
                ],
                "seller_ids": [
                    Command.create(
                        {
                            "partner_id": self.dealer.id,
                            "price": 1,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.slab.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.stock.id,
                "product_min_qty": 10,
                "product_max_qty": 20,
            }
        )
        rule.action_replenish()
        order = self.env["purchase.order"].search(
            [("partner_id", "=", self.dealer.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual((order.state, order.order_line.product_qty), ("draft", 20))
        with self.refused(UserError, "Quick Metal"):
            order.button_confirm()

    # -- orders without due diligence ------------------------------------------
    def test_shown_on_the_order(self):
        order = self.draft(self.alumina, 5)
        for partner, coc, expected in (
            (self.dealer, 0, "none"),
            (self.supplier, 0, "none"),
            (self.supplier, 5, "not_needed"),
            (self.dealer, 5, "none"),
        ):
            order.partner_id = partner
            order.order_line.coc_ordered_qty = coc
            self.assertEqual(
                order.with_user(self.buyer).coc_due_diligence_state, expected
            )
        self.accept_due_diligence(self.dealer)
        order.invalidate_recordset()
        self.assertEqual(order.coc_due_diligence_state, "current")

    def test_an_officer_is_told_once(self):
        for _number in range(2):
            order = self.draft(self.alumina, 5).with_user(self.buyer)
            order.button_confirm()
        activities = self.dealer.activity_ids
        self.assertEqual(activities.user_id, self.officer)
        self.assertIn("without current due diligence", activities.summary)
        self.accept_due_diligence(self.dealer)
        self.assertFalse(self.dealer.activity_ids)
        self.buy(self.alumina, 5)
        self.assertFalse(self.dealer.activity_ids)

    def test_confirming_many_orders_costs_the_same(self):
        def orders(count):
            return self.env["purchase.order"].union(
                *(self.draft(self.alumina, 1) for _number in range(count))
            )

        def cost(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("coc_due_diligence_state")
            return self.env.cr.sql_log_count - before

        few, many = orders(2), orders(12)
        cost(few)
        self.assertLessEqual(cost(many), cost(few) + 1)

    # -- contacts are merged ---------------------------------------------------
    def test_merge(self):
        self.accept_due_diligence(self.dealer)
        twin = self.env["res.partner"].create({"name": "Quick Metal Ltd"})
        manager = self.user(
            "contact-manager", "asi_coc.group_user", "base.group_partner_manager"
        )
        values = {
            "state": "selection",
            "partner_ids": [Command.set((self.dealer | twin).ids)],
            "dst_partner_id": twin.id,
        }
        merges = self.env["base.partner.merge.automatic.wizard"]
        with self.refused(AccessError, "Quick Metal", "Quick Metal Ltd", "SUP/2025/"):
            merges.with_user(manager).create(values).action_merge()
        self.env.invalidate_all()
        merges.create(values).action_merge()
        self.assertTrue(twin._coc_has_due_diligence(date(2025, 3, 10)))


@tagged("post_install", "-at_install")
class TestContractorStanding(ContractorMixin, DiligenceCase):
    """The work of contractors has an assessment of its own (2.2)."""

    def test_work_needs_none(self):
        self._create_contractor()
        self._create_site()
        order = self.purchase(self.contractor, self.coil, 9)
        self.assertEqual(order.picking_ids.move_ids.mapped("is_subcontract"), [True])
        self.assertEqual(order.coc_due_diligence_state, "not_needed")
        self.assertEqual(self.contractor.coc_due_diligence_state, "not_needed")
        self.assertFalse(self.contractor.activity_ids)
        self.assertEqual(
            self.buy(self.alumina, 1, partner=self.contractor).coc_due_diligence_state,
            "none",
        )
