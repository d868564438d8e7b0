from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestFinancialRecords(CashCase):
    """4.3b: a financial record of every transaction with scrap suppliers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor, cls.officer, cls.clerk = (
            cls.user(name, group)
            for name, group in (
                ("money-auditor", "asi_coc.group_auditor"),
                ("money-officer", "asi_coc.group_officer"),
                ("money-user", "asi_coc.group_user"),
            )
        )

    def rows(self, *domain, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        records = self.env["asi.coc.financial.record"].with_user(user or self.auditor)
        return records.search([("company_id", "=", self.company.id), *domain])

    def test_every_transaction(self):
        self.rate(self.eur, "2025-03-01", 0.8)
        self.at("2025-03-20")
        bill = self.bill(self.buy(price=9000))
        self.bill(self.buy(self.plain, self.pencil))
        self.pay(10, partner=self.plain)
        self.register(bill, 1000, "2025-03-11")
        self.pay(2000, "2025-03-12", journal_id=self.bank.id)
        self.entry(300, "2025-03-13").action_post()
        self.take(40, "2025-03-14")
        self.pay(80, "2025-03-15", currency_id=self.eur.id)
        self.pay(5, "2025-03-16", payment_type="inbound")
        announced = self.draft(7, "2025-03-17")
        announced.outstanding_account_id = False
        announced.action_post()
        self.draft(500)
        rows = [
            (str(row.date), row.kind, row.amount_currency, row.amount)
            for row in self.rows().sorted("date")
        ]
        self.assertEqual(
            rows,
            [
                ("2025-03-11", "cash", 1000, 1000),
                ("2025-03-12", "bank", 2000, 2000),
                ("2025-03-13", "cash", 300, 300),
                ("2025-03-14", "cash", 40, 40),
                ("2025-03-15", "cash", 80, 100),
                ("2025-03-16", "cash", -5, -5),
                ("2025-03-17", "cash", 7, 7),
                ("2025-03-20", "bill", 9000, 9000),
            ],
        )
        self.assertEqual(self.rows().partner_id.sudo(), self.yard)
        (group,) = self.rows().formatted_read_group(
            [("company_id", "=", self.company.id), ("kind", "=", "cash")],
            ["partner_id"],
            ["amount:sum"],
        )
        self.assertEqual(group["amount:sum"], 1442)

    def test_near_the_limit(self):
        self.buy()
        self.pay(7999)
        suppliers = self.env["res.partner"].with_user(self.auditor)
        suppliers = suppliers.with_company(self.company)
        near = [("coc_is_near_cash_limit", "=", True)]
        self.assertFalse(suppliers.search(near))
        self.assertEqual(self.yard.coc_cash_share, 80.0)
        self.pay(1)
        self.env.invalidate_all()
        self.assertEqual(suppliers.search(near), self.yard)
        self.assertEqual(self.yard.coc_cash_sum, 8000)
        self.assertEqual(self.yard.coc_cash_limit, 10000)
        self.assertEqual(
            len(self.rows(("partner_id.coc_is_near_cash_limit", "=", True))), 2
        )
        self.at("2025-04-10")
        self.env.invalidate_all()
        self.assertEqual(self.yard.coc_cash_sum, 0)

    def test_who_reads_it(self):
        self.buy()
        self.pay(100)
        for user in (self.auditor, self.officer):
            row = self.rows(user=user)
            row.web_read({"number": {}, "partner_id": {"fields": {"display_name": {}}}})
            self.assertEqual(row.number, "PTILL/2025/00001")
            with self.assertRaises(AccessError):
                row.write({"amount": 1})
        with self.assertRaises(AccessError):
            self.rows(user=self.clerk)
        with self.assertRaises(AccessError):
            self.yard.with_user(self.clerk).read(["coc_cash_sum"])
        other = self.env["res.company"].create({"name": "Others"})
        stranger = new_test_user(
            self.env,
            "money-stranger",
            "asi_coc.group_officer",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        records = self.env["asi.coc.financial.record"].with_user(stranger)
        records = records.with_context(allowed_company_ids=other.ids)
        self.assertFalse(records.search([]))

    def test_settings_are_kept_by_officers(self):
        limit = self.limit(500, "2025-01-01")
        for user in (self.auditor, self.clerk):
            self.assertEqual(limit.with_user(user).amount, 500)
            for create in (
                lambda own: own.env["asi.coc.cash.limit"].create({"source": "x"}),
                lambda own: own.env["asi.coc.cash.window"].create({"reason": "x"}),
                lambda own: own.write({"source": "x"}),
                lambda own: own.unlink(),
            ):
                with self.assertRaises(AccessError):
                    create(limit.with_user(user))
        with self.assertRaises(AccessError):
            self.env["asi.coc.cash.check"].with_user(self.officer).create({})
