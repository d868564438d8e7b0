from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from .common import CocCase
from .common_annual_report import AnnualReportCase


@tagged("post_install", "-at_install")
class TestAnnualReportTour(AnnualReportCase, HttpCase):
    """A Management Representative submits the year in the browser."""

    def setUp(self):
        # Not CocCase.setUp: a browser does not wait for a frozen clock.
        super(CocCase, self).setUp()

    def test_representative_submits(self):
        with freeze_time("2024-10-01 12:00:00") as self.clock:
            self.receive(self.slab, 100, claimed=60)
            self.at("2025-02-01")
            self.receive(self.slab, 300, claimed=240)
            self.at("2025-08-01")
            self.receive(self.slab, 50, claimed=50)
            self.at("2026-01-10")
            self.submit(2024)
            report = self.report(2025)
        # The browser goes on asking while the report is printed.
        self.http_request_allow_all = True
        self.representative.password = self.representative.login
        self.start_tour(
            "/odoo/action-asi_coc.action_asi_coc_annual_report",
            "asi_coc_annual_report",
            login=self.representative.login,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.submitted_by_id, self.representative)
