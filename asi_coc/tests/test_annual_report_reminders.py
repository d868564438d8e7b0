from datetime import date

from odoo.tests import tagged

from .common_annual_report import AnnualReportCase


@tagged("post_install", "-at_install")
class TestAnnualReportReminders(AnnualReportCase):
    """Drafts of last year, and who is reminded of them until they are submitted."""

    def test_drafts_are_made_and_reminded_of(self):
        self.scope.representative_ids = self.representative | self.env.ref(
            "base.user_admin"
        )
        reports = self.env["asi.coc.annual.report"]
        self.at("2025-01-02")
        reports._cron_follow()
        report = reports.search([("scope_id", "=", self.scope.id)])
        self.assertEqual((report.year, report.due_date), (2024, date(2025, 6, 30)))
        self.assertFalse(report.activity_ids)
        self.at("2025-03-31")
        reports._cron_follow()
        self.assertFalse(report.activity_ids)
        for day in ("2025-04-01", "2025-05-01", "2025-06-30"):
            self.at(day)
            reports._cron_follow()
            self.assertEqual(report.activity_ids.user_id, self.scope.representative_ids)
            self.assertEqual(len(report.activity_ids), 2)
            self.assertEqual(
                set(report.activity_ids.mapped("date_deadline")), {date(2025, 6, 30)}
            )
            self.assertFalse(report.is_overdue)
        self.at("2025-07-01")
        reports._cron_follow()
        report.invalidate_recordset()
        overdue = report.activity_ids.filtered(
            lambda one: one.activity_type_id.decoration_type == "danger"
        )
        self.assertGreaterEqual(len(overdue), 2)
        self.assertTrue(report.is_overdue)
        self.assertIn(report, reports.search([("is_overdue", "=", True)]))
        self.submit(2024)
        self.assertFalse(report.activity_ids)
        self.assertFalse(report.is_overdue)

    def test_representative_who_follows_is_reminded(self):
        self.scope.representative_ids = self.env.ref("base.user_admin")
        self.at("2025-04-01")
        reports = self.env["asi.coc.annual.report"]
        reports._cron_follow()
        report = reports.search([("scope_id", "=", self.scope.id)])
        self.scope.representative_ids = self.representative
        self.at("2025-05-01")
        reports._cron_follow()
        reports._cron_follow()
        found = report.activity_ids.filtered(
            lambda one: one.user_id == self.representative
        )
        self.assertEqual(len(found), 1)

    def test_draft_of_this_year_stands_in_for_no_other(self):
        self.at("2025-12-01")
        self.report(2025)
        reports = self.env["asi.coc.annual.report"]
        reports._cron_follow()
        self.assertEqual(
            set(reports.search([("scope_id", "=", self.scope.id)]).mapped("year")),
            {2024, 2025},
        )

    def test_suspended_scope_still_reports(self):
        """It accounted in 2024, so the year is reported, whatever came after."""
        self.scope.sudo().state = "suspended"
        self.at("2025-07-01")
        reports = self.env["asi.coc.annual.report"]
        reports._cron_follow()
        report = reports.search([("scope_id", "=", self.scope.id)])
        self.assertEqual(report.year, 2024)
        self.assertTrue(report.activity_ids)

    def test_nothing_is_made_for_years_without_a_period(self):
        self.at("2024-01-10")
        reports = self.env["asi.coc.annual.report"]
        reports._cron_follow()
        self.assertFalse(reports.search([("scope_id", "=", self.scope.id)]))
