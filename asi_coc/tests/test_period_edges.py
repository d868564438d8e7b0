from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestAfterTheClose(CocCase):
    """What turns out after a close is drawn from the balance it was carried into."""

    def test_withdrawn_document_takes_back_the_carried_balance(self):
        receipt = self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        following = self.balance("casthouse", self.next_period())
        self.assertEqual(following.positive_balance_brought, 80)
        receipt.coc_received_document_id.action_withdraw()
        self.at("2026-02-01")
        self.assertEqual(following.coc_taken_back, 80)
        self.assertEqual(following.available, 0)

    def test_supplier_return_takes_back_the_carried_balance(self):
        receipt = self.receive(self.slab, 100, claimed=60)
        self.close(self.period)
        self.at("2026-02-01")
        self.give_back(receipt, 100)
        self.have_stock(self.slab, 60)
        with self.refused(UserError, "0 t are available"):
            self.deliver(self.slab, 60, designated=60)
        following = self.next_period()
        self.close(following)
        self.assertEqual(self.balance("casthouse", following).positive_balance_used, 60)
        after = self.balance("casthouse", self.next_period(following))
        self.assertEqual(after.positive_balance_brought, 0)

    def test_late_moves_are_listed_at_the_next_close(self):
        self.close(self.period)
        self.at("2025-03-10")
        self.receive(self.slab, 10)
        with self.refused(UserError, "1 ledger entries are late", "(8.2)"):
            self.close(self.next_period())


@tagged("post_install", "-at_install")
class TestReopening(CocCase):
    def test_reopened_overdraw_still_binds_the_next_period(self):
        """130 t in, 110 t out as CoC, then 30 t go back: 10 t are overdrawn."""
        self.have_stock(self.slab, 10)
        self.receive(self.slab, 100, claimed=100)
        contract = self.receive(self.slab, 30, claimed=30)
        self.deliver(self.slab, 110, designated=110)
        self.give_back(contract, 30)
        self.force_majeure(30)
        self.close(self.period)
        self.period._get_closing()._reopen("A receipt was missing")
        self.assertEqual(self.balance("casthouse").overdraw, 10)
        following = self.balance("casthouse", self.next_period())
        self.assertEqual(following.overdraw_brought, 10)

    def test_explanation_of_the_first_close_is_no_word_on_the_second(self):
        self.receive(self.slab, 50, claimed=20, verify=False)
        self.period.closing_explanation = "Document is on its way"
        self.close(self.period)
        self.period._get_closing()._reopen("A receipt was missing")
        self.at("2025-04-01")
        self.receive(self.slab, 500, claimed=200, verify=False)
        with self.refused(UserError, "2 receipts", "(10.2)"):
            self.close(self.period)


@tagged("post_install", "-at_install")
class TestPeriodChain(CocCase):
    def test_no_period_opens_before_a_closed_one(self):
        self.receive(self.slab, 10, claimed=10)
        self.close(self.period)
        with self.refused(ValidationError, "Melt & Roll 2024", "2025", "(8.9)"):
            self.open_period("2024-01-01", "2024-12-31")

    def test_period_between_two_others_stays(self):
        middle = self.open_period("2026-01-01", "2026-12-31")
        self.open_period("2027-01-01", "2027-12-31")
        with self.refused(UserError, "Melt & Roll 2026", "gap", "(8.2)"):
            middle.unlink()

    def test_period_closes_from_the_day_after_its_end(self):
        self.at("2025-12-31")
        with self.refused(UserError, "December 31, 2025", "day after", "(8.2)"):
            self.period.action_close()
        self.at("2026-01-01")
        self.period.action_close()
        self.assertEqual(self.period.state, "closed")

    def test_period_that_starts_on_a_leap_day_closes(self):
        scope = self.env["asi.coc.scope"].create(
            {"name": "Foundry", "company_id": self.company.id, "tz": "UTC"}
        )
        self.env["asi.coc.facility"].create(
            {
                "name": "Foundry",
                "scope_id": scope.id,
                "activity_id": self._activity("smelting").id,
                "location_id": self._create_location("Foundry").id,
            }
        )
        period = self.env["asi.coc.period"].create(
            {
                "scope_id": scope.id,
                "date_start": "2024-02-29",
                "date_end": "2025-02-28",
            }
        )
        self.close(period)
        following = self.next_period(period)
        self.assertEqual(str(following.date_start), "2025-03-01")
        self.assertEqual(str(following.date_end), "2026-02-28")

    def test_archived_facility_keeps_its_balance_and_comes_back(self):
        self.receive(self.slab, 100, claimed=100)
        casthouse = self.facility("Casthouse")
        casthouse.active = False
        self.close(self.period)
        following = self.balance("casthouse", self.next_period())
        self.assertEqual(following.positive_balance_brought, 100)
        casthouse.active = True
        self.at("2026-02-01")
        self.deliver(self.slab, 5, designated=5)
        self.assertEqual(following.available, 95)


@tagged("post_install", "-at_install")
class TestTimeZones(CocCase):
    """A move falls on the day it is where the scope is."""

    def test_day_after_the_closed_one_is_open_east_of_utc(self):
        """17:00 UTC is one o'clock in the morning of January 1st in Shanghai."""
        self.scope.tz = "Asia/Shanghai"
        self.close(self.period)
        self.at("2026-03-01")
        receipt = self.receive(self.slab, 5)
        receipt.date_done = "2025-12-31 17:00:00"
        self.assertEqual(
            self.balance("casthouse", self.next_period()).non_coc_inflow, 5
        )

    def test_last_closed_day_is_closed_west_of_utc(self):
        """03:00 UTC is ten o'clock in the evening of December 31st in New York."""
        self.scope.tz = "America/New_York"
        self.close(self.period)
        self.at("2026-03-01")
        receipt = self.receive(self.slab, 5)
        with self.refused(UserError, receipt.name, "Melt & Roll 2025"):
            receipt.date_done = "2026-01-01 03:00:00"

    def test_claim_of_the_next_day_does_not_hold_up_the_close(self):
        self.open_period("2026-01-01", "2026-12-31")
        self.at("2026-01-01")
        self.receive(self.slab, 50, claimed=20, verify=False)
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")
