from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashTills(CashCase):
    """4.3b: what was paid in cash stays cash, whatever becomes of the till."""

    def setUp(self):
        super().setUp()
        self.buy()
        self.account = self.till.default_account_id
        self.general = self._journal(self.company, "general")

    def another_account(self):
        return self.account.copy({"name": "New Till"})

    def test_account_of_a_used_till_stays(self):
        entry = self.entry(10000, journal=self.general)
        entry.action_post()
        for account in (self.another_account(), self.bank.default_account_id):
            with self.refused(
                UserError,
                "Till",
                self.account.display_name,
                entry.name,
                "4.3b",
                "Set up another journal",
            ):
                self.till.default_account_id = account
        with self.too_much("$ 10,001.00"):
            self.pay(1)

    def test_account_of_an_unused_till_changes(self):
        account = self.another_account()
        self.till.default_account_id = account
        self.till.default_account_id = account
        with self.too_much("$ 10,001.00"):
            entry = self.entry(10001)
            entry.action_post()

    def test_account_that_another_till_has_too(self):
        """It stays a till's account, so nothing is lost."""
        self.entry(10000, journal=self.general).action_post()
        self._create_till(self.company, "TILL2", default_account_id=self.account.id)
        self.till.default_account_id = self.another_account()
        with self.too_much("$ 10,001.00"):
            self.pay(1)

    def test_till_that_only_other_journals_took_from(self):
        """No entry is in its own journal, and yet it paid in cash."""
        entry = self.entry(10000, journal=self.general)
        entry.action_post()
        for change in (
            lambda: self.till.unlink(),
            lambda: self.till.write({"type": "bank"}),
            lambda: self.till.write({"type": "general"}),
        ):
            with self.refused(UserError, "Till", entry.name, "4.3b"):
                change()
        with self.too_much("$ 10,001.00"):
            self.pay(1)

    def test_unused_till_is_deleted(self):
        till = self._create_till(self.company, "TILL2")
        till.unlink()
        self.assertFalse(till.exists())

    def test_archived_till_counts(self):
        self.entry(6000, journal=self.general).action_post()
        self.pay(4000)
        self.till.active = False
        other = self._create_till(self.company, "TILL2")
        with self.too_much("$ 10,001.00"):
            self.pay(1, journal_id=other.id)

    def test_before_the_scope_is_in_force(self):
        """Once it is, what was paid before counts (4.3b)."""
        self.entry(10000, journal=self.general).action_post()
        self.env.cr.execute(
            "UPDATE asi_coc_scope SET state = 'draft' WHERE id = %s", [self.scope.id]
        )
        self.env.invalidate_all()
        with self.refused(UserError, "4.3b"):
            self.till.default_account_id = self.another_account()

    def test_outstanding_account_of_a_posted_payment(self):
        """What it announced would else be taken for cash that came back."""
        payment = self.pay(10000)
        method = payment.payment_method_line_id.copy(
            {"payment_account_id": self.another_account().id}
        )
        for values in (
            {"payment_method_line_id": method.id},
            {"outstanding_account_id": self.another_account().id},
            {"outstanding_account_id": False},
        ):
            with self.refused(UserError, payment.name, "4.3b"):
                payment.write(values)
        with self.too_much("$ 10,001.00"):
            self.pay(1)
