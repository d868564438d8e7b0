from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashChanges(CashCase):
    """4.3b: what is posted changes, comes back, is reversed or posted again."""

    def setUp(self):
        super().setUp()
        self.buy()

    # -- what comes back -------------------------------------------------------
    def test_refund_makes_no_room(self):
        """Cash that the supplier brings back is no reason to pay more in cash."""
        self.pay(10000)
        self.pay(5000, payment_type="inbound")
        self.take(-1000)
        with self.too_much("$ 10,001.00"):
            self.pay(1)

    def test_reversal_takes_the_payment_back(self):
        entry = self.entry(10000)
        entry.action_post()
        reversal = entry._reverse_moves([{"date": "2025-03-11"}], cancel=True)
        self.assertEqual(reversal.state, "posted")
        self.pay(10000)
        with self.too_much("$ 20,000.00"):
            reversal.button_draft()
        with self.too_much("$ 20,000.00"):
            reversal._reverse_moves([{"date": "2025-03-11"}], cancel=True)
        self.assertEqual(reversal.state, "posted")

    def test_reversal_of_a_payment(self):
        """The entry of a payment, reversed with the wizard."""
        payment = self.pay(10000)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=payment.move_id.ids)
            .create({"journal_id": self.till.id, "date": "2025-03-10"})
        )
        wizard.refund_moves()
        reversal = payment.move_id.reversal_move_ids
        self.assertEqual(reversal.state, "posted")
        self.pay(10000)
        with self.too_much("$ 10,001.00"):
            self.pay(1)

    def test_part_of_what_was_too_much_is_reversed(self):
        """What was beyond the limit before there was one may get less."""
        other = self.env["res.partner"].create({"name": "Port Scrap"})
        entry = self.entry(15000, partner=other)
        entry.action_post()
        self.buy(other)
        reversal = entry._reverse_moves([{"date": "2025-03-11"}])
        reversal.write(
            {
                "line_ids": [
                    (
                        1,
                        line.id,
                        {
                            "debit": 2000 if line.debit else 0,
                            "credit": 2000 if line.credit else 0,
                        },
                    )
                    for line in reversal.line_ids
                ]
            }
        )
        reversal.action_post()
        with self.too_much("$ 13,001.00"):
            self.pay(1, partner=other)

    # -- draft and posted again ------------------------------------------------
    def test_draft_and_post_again(self):
        payment = self.pay(6000)
        payment.action_draft()
        self.pay(6000)
        with self.too_much("$ 12,000.00"):
            payment.action_post()
        payment.amount = 4000
        payment.action_post()
        payment.action_draft()
        payment.action_post()
        entry = self.entry(100)
        with self.too_much("$ 10,100.00"):
            entry.action_post()
        payment.action_draft()
        payment.action_cancel()
        entry.action_post()

    def test_what_was_too_much_is_not_posted_again(self):
        """Posted before the limit was there, reset to draft after."""
        other = self.env["res.partner"].create({"name": "Port Scrap"})
        payment = self.pay(15000, partner=other)
        self.buy(other)
        payment.action_draft()
        with self.too_much("$ 15,000.00"):
            payment.action_post()

    def test_draft_is_edited_before_it_is_posted(self):
        """The entry counts, whatever the payment says."""
        payment = self.draft(100)
        payment.action_post()
        payment.action_draft()
        payment.move_id.write(
            {
                "line_ids": [
                    (
                        1,
                        line.id,
                        {
                            "debit": 10001 if line.debit else 0,
                            "credit": 10001 if line.credit else 0,
                        },
                    )
                    for line in payment.move_id.line_ids
                ]
            }
        )
        self.assertEqual(payment.amount, 100)
        with self.too_much("$ 10,001.00"):
            payment.action_post()

    def test_moved_from_bank_to_till_in_draft(self):
        payment = self.pay(10001, journal_id=self.bank.id)
        payment.action_draft()
        outstanding = payment.outstanding_account_id
        self.till.outbound_payment_method_line_ids.payment_account_id = outstanding
        payment.journal_id = self.till
        with self.too_much("$ 10,001.00"):
            payment.action_post()

    # -- while posted ----------------------------------------------------------
    def test_posted_payment_says_what_its_entry_does(self):
        payment = self.pay(100)
        other = self.env["res.partner"].create({"name": "Port Scrap"})
        for values, label in (
            ({"amount": 9000}, "Amount"),
            ({"partner_id": other.id}, "Customer/Vendor"),
            ({"date": "2025-01-01"}, "Date"),
            ({"journal_id": self.bank.id}, "Journal"),
        ):
            with self.refused(UserError, payment.name, label, "4.3b"):
                payment.write(values)
        payment.write({"amount": 100, "memo": "Scrap"})
        banked = self.pay(20000, journal_id=self.bank.id)
        with self.refused(UserError, banked.name, "Journal", "4.3b"):
            banked.journal_id = self.till
        plain = self.pay(20000, partner=self.plain)
        plain.amount = 20001

    def test_line_of_the_till_is_changed(self):
        self.pay(6000)
        line = self.take(1000)
        with self.too_much("$ 10,001.00"):
            line.amount = -4001
        with self.too_much("$ 10,001.00"):
            line.with_context(skip_readonly_check=True).write({"amount": -4001})
        line.amount = -4000
        nobody = self.take(10001, partner=self.env["res.partner"])
        with self.too_much("$ 20,001.00"):
            nobody.partner_id = self.yard
        with self.too_much("$ 20,001.00"):
            nobody.move_id.line_ids.write({"partner_id": self.yard.id})
        nobody.partner_id = self.plain

    def test_items_of_a_posted_entry_are_changed(self):
        self.pay(6000)
        entry = self.entry(4001, partner=self.plain)
        entry.action_post()
        item = entry.line_ids.filtered("debit")
        with self.too_much("$ 10,001.00"):
            item.partner_id = self.yard
        own = self.entry(1000)
        own.action_post()
        change = [
            (
                1,
                line.id,
                {
                    "debit": 4001 if line.debit else 0,
                    "credit": 4001 if line.credit else 0,
                },
            )
            for line in own.line_ids
        ]
        with self.too_much("$ 10,001.00"):
            own.with_context(skip_readonly_check=True).write({"line_ids": change})
        with self.too_much("$ 7,000.00", "$ 5,000.00"):
            self.limit(5000, "2025-01-01")
            own.line_ids.filtered("debit").partner_id = self.plain
            own.line_ids.filtered("debit").partner_id = self.yard

    def test_moved_to_another_day(self):
        self.at("2025-06-01")
        self.pay(6000, "2025-03-10")
        entry = self.entry(6000, "2025-05-10")
        entry.action_post()
        with self.too_much("$ 12,000.00"):
            entry.with_context(skip_readonly_check=True).date = "2025-03-20"
        line = self.take(6000, "2025-02-01")
        with self.too_much("$ 12,000.00"):
            line.date = "2025-03-01"
