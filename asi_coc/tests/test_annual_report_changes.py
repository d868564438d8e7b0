from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .common_annual_report import AnnualReportCase

CARRIED = ("positive_balance_carried", "aluminium")


@tagged("post_install", "-at_install")
class TestAnnualReportChanges(AnnualReportCase):
    """What the books say of a year after its report was submitted.

    Material Accounting Periods end with the year; 2024 is reported while its own is
    still open, with 60 t to carry over.
    """

    def setUp(self):
        super().setUp()
        (self.next_season | self.season).unlink()
        self.period = self.open_period(date(2024, 7, 1), date(2024, 12, 31))
        self.open_period(date(2025, 1, 1), date(2025, 12, 31))
        self.at("2024-10-01")
        self.receive(self.slab, 100, claimed=60)
        self.at("2025-01-10")

    def receive_late(self, mass, claimed=0):
        """Receive today what came on December 1, 2024."""
        receipt = self.receive(self.slab, mass, claimed=claimed)
        receipt.move_ids.date = datetime(2024, 12, 1)

    def test_late_counts_only_what_is_reported(self):
        """The close of 2024 posts entries of that year; none is an input or output."""
        self.submit(2024)
        self.receive_late(7)
        self.close(self.period)
        self.assertTrue(self.period._get_closing().entry_ids)
        gap = self.gaps(self.report(2025))["late"]
        self.assertIn("1 ledger entries", gap["text"])
        found = self.env[gap["model"]].search(gap["domain"])
        self.assertEqual((found.flow, found.mass), ("input", 7))

    def test_period_closed_since_with_other_figures(self):
        """40 t more came on a day of 2024: it is closed with 100 t."""
        report = self.submit(2024)
        before = set(self.gaps(report))
        self.assertEqual(self.sums(report, "d"), {CARRIED: 60})
        self.at("2025-01-20")
        self.receive_late(40, claimed=40)
        self.assertEqual(set(self.gaps(report)), before, "it may change again")
        self.close(self.period)
        (key,) = set(self.gaps(report)) - before
        note = self.gaps(report)[key]
        self.assertTrue(note["is_note"])
        self.assertIn("Withdraw", note["text"])
        action = report.action_open_gap(key)
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.period
        )
        self.assertEqual(self.sums(report, "d"), {CARRIED: 60})

    def test_period_closed_since_as_reported(self):
        report = self.submit(2024)
        before = set(self.gaps(report))
        self.close(self.period)
        self.assertEqual(set(self.gaps(report)), before)


@tagged("post_install", "-at_install")
class TestAnnualReportOfTwoScopes(AnnualReportCase):
    """An entity with two scopes, of different periods, reports each by itself."""

    def setUp(self):
        super().setUp()
        self.foundry_place = self._create_location("Foundry")
        self.foundry = self.scope.copy(
            {
                "name": "Foundry",
                "facility_ids": False,
                "certificate_id": self.certificate.id,
                "representative_ids": [Command.set(self.scope.representative_ids.ids)],
            }
        )
        self.env["asi.coc.facility"].create(
            {
                "name": "Foundry",
                "scope_id": self.foundry.id,
                "activity_id": self._activity("casthouse").id,
                "location_id": self.foundry_place.id,
                "certificate_id": self.performance.id,
            }
        )
        self.env["asi.coc.period"].create(
            {
                "scope_id": self.foundry.id,
                "date_start": date(2025, 1, 1),
                "date_end": date(2025, 12, 31),
            }
        )
        self.activate(self.foundry, "2025-01-01")
        self.foundry_report = self.env["asi.coc.annual.report"].create(
            {"scope_id": self.foundry.id, "year": 2025}
        )

    def test_each_reports_its_own(self):
        self.at("2025-03-01")
        self.receive(self.slab, 10)
        self.receive(self.slab, 30, place=self.foundry_place)
        line = ("non_coc_input", "aluminium")
        self.assertEqual(self.sums(self.report(2025), "c")[line], 10)
        self.assertEqual(self.sums(self.foundry_report, "c")[line], 30)

    def test_claim_of_the_other_scope(self):
        self.at("2025-03-01")
        self.receive(self.slab, 30, claimed=30, verify=False, place=self.foundry_place)
        self.assertIn("claims", self.gaps(self.foundry_report))
        self.assertNotIn("claims", self.gaps(self.report(2025)))

    def test_claim_of_a_day_of_the_year(self):
        """Entered in January, of December: it is missing from last year's report."""
        self.at("2026-01-10")
        receipt = self.receive(
            self.slab, 30, claimed=30, verify=False, place=self.foundry_place
        )
        receipt.move_ids.date = datetime(2025, 12, 20)
        line = ("non_coc_input", "aluminium")
        self.assertEqual(self.sums(self.foundry_report, "c")[line], 30)
        self.assertIn("claims", self.gaps(self.foundry_report))
