from contextlib import nullcontext

from odoo.tests import tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashCosts(CashCase):
    """4.3b: what the limit of cash payments costs those who post."""

    def count(self, records, watched=True):
        """Return how many queries it takes to post ``records``."""
        cash = type(self.env["asi.coc.cash"])
        if not watched:
            self.patch(cash, "_watch", lambda *_: nullcontext())
            self.patch(cash, "_note", lambda *_: None)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records.action_post()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def bills(self, number):
        bills = self.env["account.move"]
        for _bill in range(number):
            bill = self.bill_alone(self.plain, self.pencil, 10)
            bill.button_draft()
            bills |= bill
        return bills

    def banked(self, number):
        entries = self.env["account.move"]
        for _entry in range(number):
            entry = self.entry(50, partner=self.yard, journal=self.bank)
            money = entry.line_ids.filtered("credit")
            money.account_id = self.bank.default_account_id
            entries |= entry
        return entries

    def drafts(self, number, **values):
        payments = self.env["account.payment"]
        for _payment in range(number):
            payments |= self.draft(10, **values)
        return payments

    def compare(self, make):
        """Return the queries of posting two records, watched and not."""
        # The first fills caches; the last of a journal's numbers costs less.
        first, watched, unwatched, _last = (make(2) for _time in range(4))
        self.count(first)
        return self.count(watched), self.count(unwatched, watched=False)

    def test_bills_cost_nothing(self):
        watched, unwatched = self.compare(self.bills)
        self.assertEqual(watched, unwatched)

    def test_entries_of_the_bank_cost_nothing(self):
        self.buy()
        watched, unwatched = self.compare(self.banked)
        self.assertEqual(watched, unwatched)

    def test_bank_payments_cost_nothing(self):
        self.buy()
        watched, unwatched = self.compare(
            lambda number: self.drafts(number, journal_id=self.bank.id)
        )
        self.assertEqual(watched, unwatched)

    def test_cash_to_others_costs_one_query(self):
        """The one that asks whether somebody is a scrap supplier."""
        self.buy()
        watched, unwatched = self.compare(
            lambda number: self.drafts(number, partner=self.plain)
        )
        self.assertLessEqual(watched - unwatched, 2)

    def test_many_cost_as_much_as_one(self):
        """However many are posted, and however many were posted before."""
        self.buy()
        extra = []
        self.count(self.drafts(1))
        for number in (1, 20):
            extra.append(self.count(self.drafts(number)))
        unwatched = [
            self.count(self.drafts(number), watched=False) for number in (1, 20)
        ]
        costs = [mine - plain for mine, plain in zip(extra, unwatched, strict=True)]
        self.assertLessEqual(costs[1] - costs[0], 2, (extra, unwatched))
        self.assertLessEqual(costs[0], 20)
