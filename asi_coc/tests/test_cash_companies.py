from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashCompanies(CashCase):
    """4.3b: a limit is shared by all companies, or one entity's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Foil Makers", "country_id": cls.env.ref("base.us").id}
        )
        cls.env.user.company_ids += cls.other
        cls.officer = cls.user("officer", "asi_coc.group_officer")

    def own(self, amount, day, company=None, **values):
        return self.limit(amount, day, company=company or self.company, **values)

    def test_own_limit_is_the_entitys_only(self):
        self.buy()
        self.own(500, "2025-01-01", self.other)
        self.pay(9000)
        self.own(9500, "2025-01-01")
        with self.too_much("$ 9,501.00", "$ 9,500.00", "Scrap Metal Act"):
            self.pay(501)
        self.pay(500)

    def test_stricter_of_both_holds(self):
        self.buy()
        self.limit(5000, "2025-01-01")
        self.own(8000, "2025-01-01")
        with self.too_much("$ 5,000.00"):
            self.pay(5001)
        self.own(3000, "2025-03-11")
        self.pay(5000)
        self.at("2025-05-01")
        with self.too_much("$ 3,000.00"):
            self.pay(3001, "2025-05-01")
        self.pay(3000, "2025-05-01")

    def test_stricter_of_both_in_two_currencies(self):
        """EUR 4,000 are $ 5,000 until the 15th, and $ 8,000 from then on."""
        self.rate(self.eur, "2025-03-01", 0.8)
        self.rate(self.eur, "2025-03-15", 0.5)
        self.at("2025-03-20")
        self.buy()
        self.limit(6000, "2025-01-01")
        self.own(4000, "2025-01-01", currency=self.eur)
        with self.too_much("4,000.00 €"):
            self.pay(5001, "2025-03-14")
        with self.too_much("$ 6,000.00"):
            self.pay(6001, "2025-03-15")

    def test_one_of_each_from_a_day_on(self):
        self.limit(5000, "2025-04-01")
        self.own(5000, "2025-04-01")
        self.own(5000, "2025-04-01", self.other)
        for again in (self.limit, self.own):
            with mute_logger("odoo.sql_db"), self.refused(UniqueViolation):
                again(1, "2025-04-01")

    def test_own_limit_is_not_backdated(self):
        self.own(5000, "2025-01-01")
        with self.refused(UserError, "tomorrow", "4.3b"):
            self.own(1000000, "2025-03-10")
        self.own(1000000, "2025-03-10", self.other)
        with self.refused(UserError, "in force", "4.3b"):
            self.env["asi.coc.cash.limit"].search(
                [("company_id", "=", self.company.id)]
            ).company_id = self.other

    def test_branches_have_that_of_their_entity(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        with self.refused(UserError, "Branch", "Melt & Roll", "4.3b"):
            self.own(5000, "2025-04-01", branch)

    def test_officers_see_shared_ones_and_their_own(self):
        shared = self.limit(5000, "2025-04-01")
        own = self.own(5000, "2025-04-01")
        others = self.own(5000, "2025-04-01", self.other)
        limits = self.env["asi.coc.cash.limit"].with_user(self.officer)
        self.assertEqual(limits.search([]), shared | own)
        with self.assertRaises(AccessError):
            others.with_user(self.officer).read(["amount"])
        law = limits.env["ir.attachment"].create({"name": "law.pdf", "raw": b"%PDF-"})
        entered = limits.create(
            {
                "amount": 1,
                "date_start": "2025-05-01",
                "source": "Scrap Metal Act",
                "evidence_ids": [Command.set(law.ids)],
            }
        )
        self.assertEqual(
            (entered.company_id, entered.country_id),
            (self.company.browse(), self.env.ref("base.us")),
        )
