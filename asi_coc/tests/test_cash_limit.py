from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashLimit(CashCase):
    """4.3b: cash to a scrap supplier stays within the limit, whatever posts it."""

    # -- everything that pays --------------------------------------------------
    def test_single_payment(self):
        self.buy()
        self.pay(10000)
        with self.too_much(
            "$ 10,000.01", "$ 10,000.00", "Metro Scrap Yard", "standard"
        ):
            self.pay(0.01)
        self.pay(0.01, journal_id=self.bank.id)

    def test_first_payment_is_too_much(self):
        self.buy()
        draft = self.draft(10000.01)
        with self.too_much("PTILL/2025/00001, March 10, 2025: $ 10,000.01"):
            draft.action_post()
        self.assertEqual(draft.state, "draft")

    def test_all_that_posts_counts(self):
        self.buy()
        self.pay(3000)
        self.entry(3000).action_post()
        self.take(3000)
        for post in (
            lambda: self.pay(1001),
            lambda: self.entry(1001).action_post(),
            lambda: self.take(1001),
        ):
            with self.too_much(
                "$ 10,001.00",
                "PTILL/2025/00001, March 10, 2025: $ 3,000.00 (within 30 days)",
                "TILL/2025/00001, March 10, 2025: $ 3,000.00 (within 30 days)",
                "TILL/2025/00002, March 10, 2025: $ 3,000.00 (within 30 days)",
                "March 10, 2025: $ 1,001.00",
            ):
                post()
        self.pay(1000)

    def test_wizard(self):
        bill = self.bill(self.buy(price=12000))
        with self.too_much("$ 12,000.00"):
            self.register(bill)
        self.register(bill, 4000)
        self.register(bill, 6000)
        with self.too_much("$ 12,000.00", "$ 4,000.00", "$ 6,000.00"):
            self.register(bill, 2000)
        self.register(bill, 2000, journal=self.bank)
        self.assertIn(bill.payment_state, ("paid", "in_payment"))

    def test_wizard_of_several_suppliers(self):
        """Each has its own limit; one that is beyond it stops the batch."""
        other = self.env["res.partner"].create({"name": "Port Scrap"})
        bills = self.bill(self.buy(price=6000)) | self.bill(self.buy(other, price=6000))
        self.register(bills)
        self.assertEqual(
            set(bills.mapped("payment_state")) - {"paid", "in_payment"}, set()
        )
        more = self.bill(self.buy(price=1000)) | self.bill(self.buy(other, price=4001))
        with self.too_much("Port Scrap", "$ 10,001.00"):
            self.register(more)

    def test_batch_counts_together(self):
        self.buy()
        drafts = self.draft(6000) | self.draft(4001)
        with self.too_much("$ 10,001.00", "PTILL/2025/00001, PTILL/2025/00002"):
            drafts.action_post()
        entries = self.entry(6000) | self.entry(4001)
        with self.too_much("$ 10,001.00"):
            entries.action_post()
        with self.too_much("$ 10,001.00"):
            self.env["account.bank.statement.line"].create(
                [
                    {
                        "journal_id": self.till.id,
                        "payment_ref": "Scrap",
                        "amount": -amount,
                        "partner_id": self.yard.id,
                    }
                    for amount in (6000, 4001)
                ]
            )

    def test_entry_of_another_journal(self):
        """Money taken from the till by a general journal is cash all the same."""
        self.buy()
        general = self._journal(self.company, "general")
        with self.too_much("$ 10,001.00"):
            self.entry(10001, journal=general).action_post()
        self.entry(10000, journal=general).action_post()
        with self.too_much("$ 10,001.00"):
            self.pay(1)

    def test_bill_paid_in_itself(self):
        """A bill whose last line takes the money from the till."""
        self.buy()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.yard.id,
                "invoice_date": "2025-03-10",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "account_id": account.id,
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                    for name, account, price in (
                        ("Scrap", self.company.expense_account_id, 10001),
                        ("Paid", self.till.default_account_id, -10001),
                    )
                ],
            }
        )
        with self.too_much("$ 10,001.00"):
            bill.action_post()

    def test_expense_without_payable(self):
        """The till's entry may name the supplier on any account, or only on top."""
        self.buy()
        entry = self.entry(10001)
        line = entry.line_ids.filtered("debit")
        line.account_id = self.company.expense_account_id
        with self.too_much("$ 10,001.00"):
            entry.action_post()
        entry.line_ids.partner_id = False
        entry.partner_id = self.yard
        entry.line_ids.partner_id = False
        self.assertFalse(entry.line_ids.partner_id)
        with self.too_much("$ 10,001.00"):
            entry.action_post()

    def test_cash_that_names_nobody(self):
        """It pays the bill all the same, and would be in nobody's sum."""
        bill = self.bill(self.buy(price=12000))
        entry = self.entry(12000)
        entry.line_ids.partner_id = False
        entry.action_post()
        owed = bill.line_ids.filtered(
            lambda one: one.account_type == "liability_payable"
        )
        paid = entry.line_ids.filtered("debit")
        with self.assertRaisesRegex(UserError, "names the supplier.*4.3b"):
            (owed | paid).reconcile()

    def test_payout_that_poses_as_a_reversal(self):
        """What an entry reverses on paper does not date it back."""
        self.buy()
        old = self.entry(4000, "2025-01-10")
        old.action_post()
        self.pay(9000)
        posing = self.entry(2000)
        posing.reversed_entry_id = old
        with self.too_much("$ 11,000.00"):
            posing.action_post()

    def test_cancelled_order_does_not_help(self):
        order = self.buy()
        order.picking_ids.action_cancel()
        order.button_cancel()
        with self.too_much("$ 10,001.00"):
            self.pay(10001)

    def test_payment_without_journal_entry(self):
        """Where nothing is outstanding, Odoo posts payments without an entry."""
        self.buy()
        drafts = self.draft(6000) | self.draft(4001)
        drafts.outstanding_account_id = False
        drafts[0].action_post()
        self.assertFalse(drafts[0].move_id)
        with self.too_much("$ 10,001.00"):
            drafts[1].action_post()
        with self.too_much("$ 10,001.00"):
            drafts[1].action_validate()
        with self.too_much("$ 10,001.00"):
            drafts[0].amount = 10001
        with self.too_much("$ 10,001.00"):
            self.draft(4001, state="paid")
        self.pay(4000)

    def test_till_takes_what_a_payment_announced(self):
        """The till's line of a payment is the same cash, and no more than that."""
        self.buy()
        payment = self.pay(9000)
        outstanding = payment.outstanding_account_id
        self.assertNotEqual(outstanding, self.till.default_account_id)
        line = self.take(9000, counterpart_account_id=outstanding.id)
        self.assertEqual(line.move_id.state, "posted")
        with self.too_much("$ 18,000.00"):
            self.take(9000, counterpart_account_id=outstanding.id)
        self.assertEqual(self.yard.coc_cash_sum, 9000)

    def test_transfer_to_the_bank_is_no_payment(self):
        self.buy()
        self.take(50000, partner=self.env["res.partner"])
        self.assertEqual(self.yard.coc_cash_sum, 0)

    # -- nobody overrides ------------------------------------------------------
    def test_nobody_overrides(self):
        self.buy()
        self.pay(10000)
        manager = new_test_user(
            self.env,
            "cash-manager",
            "account.group_account_manager,asi_coc.group_representative,"
            "base.group_system",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        draft = self.draft(1)
        context = {
            "force": True,
            "force_delete": True,
            "skip_account_move_synchronization": True,
            "asi_coc_cash_watch": True,
            "tracking_disable": True,
            "install_mode": True,
        }
        for payment in (
            draft.with_user(manager),
            draft.with_user(manager).sudo(),
            draft.with_context(**context),
        ):
            with self.too_much("$ 10,001.00"):
                payment.action_post()
            with self.too_much("$ 10,001.00"):
                payment.write({"state": "paid"})
        self.scope.with_user(manager).action_suspend()
        with self.too_much("$ 10,001.00"):
            draft.action_post()
        self.scope.with_user(manager).active = False
        with self.too_much("$ 10,001.00"):
            draft.action_post()

    def test_storekeeper_without_rights_is_held_to_it(self):
        """Who posts payments reads no CoC settings."""
        self.buy()
        self.limit(5000, "2025-01-01")
        clerk = new_test_user(
            self.env,
            "cash-clerk",
            "account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        payment = self.draft(5000).with_user(clerk)
        payment.action_post()
        with self.too_much("$ 5,001.00", "Scrap Metal Act"):
            self.draft(1).with_user(clerk).action_post()

    # -- who is a scrap supplier -----------------------------------------------
    def test_others_are_untouched(self):
        self.buy(self.plain, self.pencil)
        self.pay(20000, partner=self.plain)
        self.entry(20000, partner=self.plain).action_post()
        self.take(20000, partner=self.plain)
        self.assertFalse(self.env["asi.coc.cash.check"].search([]))

    def test_request_for_quotation_is_enough(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.yard.id,
                "order_line": [
                    Command.create({"product_id": self.scrap.id, "product_qty": 1})
                ],
            }
        )
        with self.too_much("$ 10,001.00"):
            self.pay(10001)
        order.button_cancel()
        self.pay(10001)

    def test_bill_without_order_is_enough(self):
        bill = self.bill_alone(self.yard, self.scrap, 10001)
        with self.too_much("$ 10,001.00"):
            self.register(bill)
        bill = self.bill_alone(self.plain, self.pencil, 10001)
        self.register(bill)

    def test_receipt_without_order_is_enough(self):
        self.supplier = self.yard
        self.receive(self.scrap, 10)
        with self.too_much("$ 10,001.00"):
            self.pay(10001)

    def test_named_by_an_officer_before_any_order(self):
        self.yard.coc_is_named_scrap_supplier = True
        with self.too_much("$ 10,001.00"):
            self.pay(10001)
        contact = self.env["res.partner"].create(
            {"name": "Cashier", "parent_id": self.yard.id}
        )
        with self.too_much("$ 10,001.00"):
            self.pay(10001, partner=contact)

    def test_paid_before_the_first_order(self):
        """What was posted before counts; more is refused, other work goes on."""
        payment = self.pay(12000)
        order = self.buy(price=12000)
        bill = self.bill(order)
        with self.too_much("$ 12,001.00", "$ 12,000.00 (within 30 days)"):
            self.pay(1)
        lines = (payment.move_id | bill).line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )
        lines.reconcile()
        self.assertIn(bill.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.yard.coc_cash_share, 120)

    def test_without_scope_there_is_no_limit(self):
        """An entity outside ASI is not held to the standard."""
        company = self.env["res.company"].create({"name": "No CoC"})
        self.env.user.company_ids |= company
        env = self.env(context=dict(self.env.context, allowed_company_ids=company.ids))
        self.yard.coc_is_named_scrap_supplier = True
        self._create_accounts(company)
        till = self._create_till(company)
        payment = env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.yard.id,
                "amount": 20000,
                "journal_id": till.id,
            }
        )
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))

    # -- the till itself -------------------------------------------------------
    def test_type_of_a_used_journal_stays(self):
        self.buy()
        self.pay(10000)
        for journal, kind in ((self.till, "bank"), (self.till, "general")):
            with self.refused(UserError, "Till", "PTILL/2025/00001", "4.3b"):
                journal.type = kind
        self.pay(1, journal_id=self.bank.id)
        with self.refused(UserError, "4.3b"):
            self.bank.type = "cash"
        unused = self._create_till(self.company, "TILL2")
        unused.type = "bank"
