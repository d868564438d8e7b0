"""The year-end of the demo's companies, done in the browser (1.7, 8.7 to 8.9)."""

import io
from datetime import date

import openpyxl

from odoo.tools import mute_logger

YEAR = 2025
#: What the submitted reports say: sums in tonnes, those that are zero left out. Worked
#: out by hand, from what the demo's modules tell.
REFINERY = {
    ("a", "coc_input", "bauxite"): 1_500_000,
    ("a", "coc_output", "alumina"): 600_000,
    ("c", "non_coc_input", "bauxite"): 1_500_000,
    ("c", "non_coc_output", "alumina"): 600_000,
    ("d", "positive_balance_carried", "alumina"): 50_000,
    ("e", "positive_balance_used", "alumina"): 50_000,
}
SMELTER = {
    ("a", "coc_input", "alumina"): 600_000,
    # Liquid metal 4,000 t, slab 257,500 t.
    ("a", "coc_output", "aluminium"): 261_500,
    ("c", "non_coc_input", "alumina"): 900_000,
    ("c", "non_coc_output", "aluminium"): 41_600 + 462_500,
    ("d", "positive_balance_carried", "aluminium"): 15_760 + 52_500,
    ("e", "positive_balance_used", "aluminium"): 10_160 + 62_500,
    ("g", "intra_entity", "aluminium"): 2 * 146_880,
}
MILL = {
    # The 500 t of December count, as their claim was verified first.
    ("a", "coc_input", "aluminium"): 17_500 + 500,
    ("a", "coc_output", "aluminium"): 13_900,
    ("c", "non_coc_input", "aluminium"): 12_500,
    ("c", "non_coc_output", "aluminium"): 10_900,
    ("d", "positive_balance_carried", "aluminium"): 1_500,
    ("e", "positive_balance_used", "aluminium"): 3_000,
    ("e", "positive_balance_expired", "aluminium"): 600,
    ("f", "overdraw", "aluminium"): 400,
}
RECYCLER = {
    ("a", "coc_output", "aluminium"): 7_220,
    ("b", "eligible_scrap_input", "scrap"): 3_200 + 3 * 3_360,
    ("c", "recyclable_scrap_input", "scrap"): 360 + 3 * 180,
    ("c", "non_coc_output", "aluminium"): 4 * 2_980 - 7_220,
    ("d", "positive_balance_carried", "aluminium"): 2_831,
    ("e", "positive_balance_used", "aluminium"): 4_162,
    ("e", "positive_balance_expired", "aluminium"): 1_124,
    ("g", "intra_entity", "aluminium"): 2_754 + 3 * 2_907,
    ("g", "own_dross", "scrap"): 11 * 20,
}


class YearEndMixin:
    """From the open period to the submitted report, in the chain that was lived.

    The test class is an HttpCase.
    """

    def _do_year_end(self, scope, tour):
        """Do it as the Management Representative; return ``{(part, line): tonnes}``."""
        person = self.chain.people["representative"]
        last = scope.period_ids.filtered(lambda one: one.date_end == date(YEAR, 12, 31))
        report = self._get_report(scope)
        self.assertEqual((last.state, report.state), ("open", "draft"))
        # The browser goes on asking while the report is printed.
        self.http_request_allow_all = True
        with mute_logger("odoo.http"):
            self.start_tour(
                "/odoo/action-asi_coc.action_asi_coc_period",
                f"asi_coc_year_end_{tour}",
                login=person.login,
                cookies={"cids": str(scope.company_id.id)},
                timeout=180,
            )
        self.env.invalidate_all()
        self.assertEqual(last.state, "closed")
        self.assertEqual(last.closing_ids.closed_by_id, person)
        self.assertFalse(last.closing_explanation)
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.submitted_by_id, person)
        self.assertFalse(report.explanation)
        self._check_files(report)
        return self._read_report(report)

    def test_year_end_of_the_refinery(self):
        self.assertEqual(self._do_year_end(self.acme, "refinery"), REFINERY)

    def test_year_end_of_the_smelter(self):
        self.assertEqual(self._do_year_end(self.smelting_company, "smelter"), SMELTER)

    def test_year_end_of_the_mill(self):
        """A claim is verified first, its supplier's certificate being checked."""
        self.assertEqual(self._do_year_end(self.rollers, "mill"), MILL)

    def test_year_end_of_the_recycler(self):
        """A contractor's statement is entered from its letter first (2.3)."""
        self.assertEqual(self._do_year_end(self.recycler, "recycler"), RECYCLER)

    def test_year_end_of_the_auditee(self):
        """Nothing was shipped as CoC Material: zero is reported as zero."""
        self.assertEqual(self._do_year_end(self.auditee, "auditee"), {})
        sums = {
            (group["part"], group["line"]): str(group["mass"])
            for group in self._get_report(self.auditee)._get_report()["groups"]
        }
        self.assertEqual(sums["a", "coc_output"], "0")

    def _get_report(self, scope):
        return self.env["asi.coc.annual.report"].search(
            [("scope_id", "=", scope.id), ("year", "=", YEAR)]
        )

    def _check_files(self, report):
        version = report.version_id
        self.assertEqual(version.pdf_attachment_id.raw[:5], b"%PDF-")
        workbook = openpyxl.load_workbook(io.BytesIO(version.xlsx_attachment_id.raw))
        self.assertGreaterEqual(len(workbook.sheetnames), 7)

    def _read_report(self, report):
        return {
            (group["part"], group["line"], group["material"]): float(group["mass"])
            for group in report._get_report()["groups"]
            if group["mass"]
        }
