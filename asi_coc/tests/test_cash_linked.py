from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashLinked(CashCase):
    """4.3b: which payments are linked, and what they come to in any currency."""

    # -- by time ---------------------------------------------------------------
    def test_edges_of_the_window(self):
        self.at("2025-06-01")
        self.buy()
        self.pay(6000, "2025-03-10")
        for day in ("2025-02-08", "2025-04-09"):
            with self.too_much("$ 10,001.00", "(within 30 days)"):
                self.pay(4001, day)
        self.pay(4001, "2025-04-10")
        self.pay(4001, "2025-02-07")
        with self.too_much("$ 10,001.00"):
            self.pay(4001, "2025-04-01")
        self.pay(4000, "2025-04-01")

    def test_earlier_day_entered_later(self):
        """A payment in between is linked with both sides, not both with each other."""
        self.at("2025-06-01")
        self.buy()
        self.pay(6000, "2025-03-01")
        self.pay(6000, "2025-04-30")
        with self.too_much("$ 10,000.01", "March 1, 2025: $ 6,000.00"):
            self.pay(4000.01, "2025-03-31")
        self.pay(4000, "2025-03-31")
        with self.too_much("$ 10,000.01", "April 30, 2025: $ 6,000.00"):
            self.pay(0.01, "2025-04-01")

    def test_window_is_a_dated_setting(self):
        self.buy()
        self.env["asi.coc.cash.window"].create(
            {
                "company_id": self.company.id,
                "days": 90,
                "reason": "Money laundering act",
            }
        )
        self.pay(6000, "2025-03-10")
        self.at("2025-06-08")
        with self.too_much("(within 90 days)"):
            self.pay(4001, "2025-06-08")
        self.pay(4001, "2025-06-09")

    def test_shorter_window_parts_nothing(self):
        """Shortening it does not make room for one more payment."""
        self.buy()
        self.pay(6000, "2025-03-10")
        self.at("2025-03-12")
        windows = self.env["asi.coc.cash.window"]
        window = windows.create(
            {"company_id": self.company.id, "days": 1, "reason": "Too strict"}
        )
        with self.too_much("(within 30 days)"):
            self.pay(4001, "2025-03-13")
        self.at("2025-04-10")
        self.pay(6000, "2025-04-10")
        self.pay(6000, "2025-04-12")
        with self.too_much("(within 1 days)"):
            self.pay(4001, "2025-04-13")
        with self.refused(UserError, "1 days", "4.3b"):
            window.days = 5
        with self.refused(UserError, "1 days", "4.3b"):
            window.unlink()
        with self.refused(ValidationError, "April 9, 2025", "4.3b"):
            windows.create({"days": 1, "date_start": "2025-04-09", "reason": "Past"})
        coming = windows.create(
            {"days": 5, "date_start": "2025-05-01", "reason": "New act"}
        )
        coming.days = 6
        coming.unlink()

    # -- by order and bill -----------------------------------------------------
    def test_bills_of_one_order(self):
        order = self.buy(price=6000, quantity=2)
        first = self.bill(order, 1)
        self.register(first)
        self.at("2025-09-01")
        second = self.bill(order, 1)
        with self.too_much("$ 12,000.00", f"$ 6,000.00 (for {order.name}, too)"):
            self.register(second, day="2025-09-01")
        self.register(second, 4000, day="2025-09-01")
        self.register(second, 2000, day="2025-09-01", journal=self.bank)
        self.assertIn(second.payment_state, ("paid", "in_payment"))
        # another order is not linked, half a year later
        self.at("2025-12-01")
        self.register(self.bill(self.buy(price=10000)), day="2025-12-01")

    def test_parts_of_one_bill(self):
        bill = self.bill_alone(self.yard, self.scrap, 12000)
        self.register(bill, 6000)
        self.at("2025-09-01")
        with self.too_much("$ 12,000.00", f"(for {bill.name}, too)"):
            self.register(bill, day="2025-09-01")

    def test_advance_that_names_the_order(self):
        order = self.buy(price=12000)
        self.pay(6000, memo=f"Advance {order.name}")
        self.at("2025-09-01")
        bill = self.bill(order)
        with self.too_much("$ 12,000.00", f"(for {order.name}, too)"):
            self.register(bill, 6000, day="2025-09-01")
        with self.too_much("$ 12,000.00", f"(for {order.name}, too)"):
            self.take(6000, "2025-09-01", payment_ref=f"Rest, {order.name}")
        with self.too_much(f"(for {order.name}, too)"):
            self.entry(6000, "2025-09-01", ref=order.name).action_post()
        draft = self.draft(6000, "2025-09-01", memo=order.name)
        draft.outstanding_account_id = False
        with self.too_much(f"(for {order.name}, too)"):
            draft.action_post()
        self.pay(6000, "2025-09-01", memo=f"{order.name}1")

    def test_advance_matched_later(self):
        """Matching with a bill of the order shows what is linked."""
        order = self.buy(price=6000, quantity=2)
        advance = self.pay(6000)
        self.at("2025-09-01")
        first, second = self.bill(order, 1), self.bill(order, 1)
        self.register(first, day="2025-09-01")
        lines = (advance.move_id | second).line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )
        with self.too_much("$ 12,000.00", f"(for {order.name}, too)"):
            lines.reconcile()
        self.assertEqual(second.payment_state, "not_paid")

    def test_bills_put_to_one_order_later(self):
        """Bills entered without their order are linked once they are put to it."""
        order = self.buy(price=6000, quantity=2)
        first = self.bill_alone(self.yard, self.scrap, 6000)
        self.register(first)
        self.at("2025-09-01")
        second = self.bill_alone(self.yard, self.scrap, 6000, "2025-09-01")
        self.register(second, day="2025-09-01")
        first.invoice_line_ids.purchase_line_id = order.order_line
        with self.too_much("$ 12,000.00", f"(for {order.name}, too)"):
            second.invoice_line_ids.purchase_line_id = order.order_line

    # -- whose it is -----------------------------------------------------------
    def test_contacts_are_one_supplier(self):
        contact = self.env["res.partner"].create(
            {"name": "Weighbridge", "parent_id": self.yard.id}
        )
        address = self.env["res.partner"].create(
            {"name": "Yard 2", "parent_id": contact.id, "type": "other"}
        )
        self.buy(contact)
        self.pay(5000, partner=self.yard)
        self.pay(5000, partner=contact)
        for partner in (self.yard, contact, address):
            with self.too_much("Metro Scrap Yard", "$ 10,001.00"):
                self.pay(1, partner=partner)

    def test_merged_suppliers(self):
        """What both were paid counts for the one that remains."""
        twin = self.env["res.partner"].create(
            {"name": "Metro Scrap", "email": "x@y.zz"}
        )
        self.buy()
        self.buy(twin)
        self.pay(8000)
        self.pay(1500, partner=twin)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.yard | twin).ids, self.yard
        )
        self.env.invalidate_all()
        with self.too_much("$ 10,000.01"):
            self.pay(500.01)
        self.pay(500)
        checks = self.env["asi.coc.cash.check"].search([])
        self.assertEqual(checks.partner_id, self.yard)
        self.assertEqual(len(checks), 1)

    def another_company(self, name, **values):
        company = self.env["res.company"].create(
            {"name": name, "country_id": self.env.ref("base.us").id, **values}
        )
        self.env.user.company_ids |= company
        return company

    def test_entities_have_a_limit_each(self):
        other = self.another_company("Other Works")
        env = self.env(context=dict(self.env.context, allowed_company_ids=other.ids))
        self._create_accounts(other)
        till = self._create_till(other)
        scope = env["asi.coc.scope"].create({"name": "Other", "company_id": other.id})
        scope.sudo().state = "active"
        self.buy()
        self.pay(10000)
        payments = env["account.payment"]
        values = {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "partner_id": self.yard.id,
            "date": "2025-03-10",
            "journal_id": till.id,
        }
        # no supplier of scrap to the other entity yet
        payments.create({**values, "amount": 11000}).action_post()
        env["purchase.order"].create(
            {
                "partner_id": self.yard.id,
                "order_line": [
                    Command.create({"product_id": self.scrap.id, "product_qty": 1})
                ],
            }
        )
        with self.too_much("Other Works", "$ 11,001.00"):
            payments.create({**values, "amount": 1}).action_post()
        with self.too_much("Melt & Roll", "$ 10,001.00"):
            self.pay(1)

    def test_branches_are_one_entity(self):
        branch = self.another_company("Branch", parent_id=self.company.id)
        self.buy()
        self.pay(10000)
        env = self.env(
            context=dict(
                self.env.context, allowed_company_ids=(branch | self.company).ids
            )
        )
        payment = env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.yard.id,
                "amount": 1,
                "date": "2025-03-10",
                "journal_id": self.till.id,
                "company_id": branch.id,
                "destination_account_id": self.yard.with_company(
                    self.company
                ).property_account_payable_id.id,
            }
        )
        self.assertEqual(payment.company_id, branch)
        with self.too_much("Melt & Roll", "$ 10,001.00"):
            payment.action_post()

    # -- currencies ------------------------------------------------------------
    def test_rates_of_each_day(self):
        """EUR 4,000 are $ 5,000 on the 10th, and $ 8,000 from the 15th on."""
        self.rate(self.eur, "2025-03-01", 0.8)
        self.rate(self.eur, "2025-03-15", 0.5)
        self.at("2025-03-20")
        self.buy()
        self.pay(4000, "2025-03-14", currency_id=self.eur.id)
        with self.too_much(
            "$ 10,002.00",
            "March 14, 2025: 4,000.00 € = $ 5,000.00 at the rate of March 14, 2025",
            "March 15, 2025: 2,501.00 € = $ 5,002.00 at the rate of March 15, 2025",
        ):
            self.pay(2501, "2025-03-15", currency_id=self.eur.id)
        self.pay(2500, "2025-03-15", currency_id=self.eur.id)
        with self.too_much("$ 10,000.01"):
            self.pay(0.01, "2025-03-15")

    def test_till_and_entry_in_another_currency(self):
        self.rate(self.eur, "2025-03-01", 0.8)
        self.buy()
        till = self._create_till(self.company, "TILEU", currency_id=self.eur.id)
        self.take(4000, journal_id=till.id)
        self.assertEqual(self.yard.coc_cash_sum, 5000)
        entry = self.entry(100)
        # what the books say it is worth does not matter
        entry.line_ids.filtered("debit").write(
            {"currency_id": self.eur.id, "amount_currency": 4001, "balance": 100}
        )
        with self.too_much("$ 10,001.25", "4,001.00 €"):
            entry.action_post()

    def test_standard_limit_in_a_company_of_another_currency(self):
        """CNY 7.2 a dollar: CNY 72,000 are the equivalent of USD 10,000."""
        cny = self.env.ref("base.CNY")
        cny.active = True
        self.company.write(
            {"currency_id": cny.id, "country_id": self.env.ref("base.cn").id}
        )
        self.buy(currency_id=cny.id)
        with self.refused(UserError, "exchange rate of USD", "$", "4.3b"):
            self.pay(100, currency_id=cny.id)
        self.pay(100, currency_id=cny.id, payment_type="inbound")
        self.assertEqual(self.yard.coc_cash_sum, 0)
        self.rate(self.usd, "2025-03-01", 1 / 7.2)
        self.pay(72000, currency_id=cny.id)
        with self.too_much("China", "$ 10,000.00", "= $ 0.14"):
            self.pay(1, currency_id=cny.id)

    # -- the law ---------------------------------------------------------------
    def test_legal_limit_of_the_country(self):
        """It holds where there is one, be it below or above USD 10,000."""
        self.rate(self.eur, "2025-01-01", 0.8)
        self.limit(10000, "2025-03-01", self.eur)
        self.limit(500, "2025-03-01", country="base.de")
        self.buy()
        with self.too_much(
            "10,000.01 €",
            "in force in United States from March 1, 2025 on by Scrap Metal Act",
            "$ 12,500.01 = 10,000.01 € at the rate of March 10, 2025",
        ):
            self.pay(12500.01)
        self.pay(12500)

    def test_changed_limit_holds_from_its_day(self):
        self.limit(5000, "2025-07-01")
        limit = self.limit(8000, "2025-08-01")
        self.at("2025-08-01")
        self.buy()
        self.pay(9000, "2025-06-20")
        with self.too_much("$ 9,001.00", "$ 5,000.00"):
            self.pay(1, "2025-07-01")
        self.pay(1000, "2025-06-30")
        self.pay(5000, "2025-07-31")
        self.pay(3000, "2025-08-01")
        with self.too_much("$ 8,001.00"):
            self.pay(1, "2025-08-01")
        with self.too_much("$ 5,001.00", "$ 5,000.00"):
            self.pay(1, "2025-07-31")
        for change in ({"amount": 20000}, {"date_start": "2025-09-01"}):
            with self.refused(UserError, "Scrap Metal Act", "August 1, 2025", "4.3b"):
                limit.write(change)
        with self.refused(UserError, "in force"):
            limit.unlink()
        limit.source = "Scrap Metal Act, § 4"

    def test_no_cash_at_all(self):
        """Some countries let scrap be paid by bank only."""
        self.limit(0, "2025-01-01")
        self.buy()
        with self.too_much("$ 0.01", "$ 0.00"):
            self.pay(0.01)
        self.take(-100)

    def test_limit_is_not_backdated(self):
        """Who was refused cannot enter another law and pay at once."""
        self.limit(5000, "2025-01-01")
        for day in ("2025-01-02", "2025-03-10"):
            with self.refused(UserError, "Scrap Metal Act", "tomorrow", "4.3b"):
                self.limit(1000000, day)
        coming = self.limit(1000000, "2025-03-11")
        with self.refused(UserError, "March 10, 2025"):
            coming.date_start = "2025-03-10"
        self.limit(1000000, "2025-01-02", country="base.de")

    def test_limit_needs_evidence_and_an_amount(self):
        with self.refused(ValidationError, "United States", "evidence", "4.3b"):
            self.env["asi.coc.cash.limit"].create(
                {"date_start": "2025-01-01", "amount": 5, "source": "Hearsay"}
            )
        limit = self.limit(5, "2025-04-01")
        with self.refused(ValidationError, "evidence"):
            limit.evidence_ids = False
        limit.write({"amount": 6, "date_start": "2025-05-01"})
        limit.unlink()
