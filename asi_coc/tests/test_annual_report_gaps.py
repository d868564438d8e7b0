from datetime import date

from odoo.tests import tagged

from .common_annual_report import AnnualReportCase, AnnualReportMixin
from .common_contractors import ContractorBase


@tagged("post_install", "-at_install")
class TestAnnualReportGapsOfContractors(AnnualReportMixin, ContractorBase):
    """A Material Accounting Period from July to June; quarterly statements (2.3)."""

    def setUp(self):
        super().setUp()
        self.period.unlink()
        self.certificate.date_start = date(2025, 7, 1)
        self.period = self.open_period(date(2025, 7, 1), date(2026, 6, 30))
        self.contractor_record.statement_months = 3

    def work(self, day):
        """10 t of slab sent, 9 t of coil back."""
        self.at(day)
        _sent, receipt = self.send()
        self.validate(receipt)

    def test_days_after_the_year(self):
        """What is due of the quarter to March is missing from 2026, not from 2025."""
        self.work("2026-02-01")
        self.at("2026-04-05")
        self.assertNotIn("contractors", self.gaps(self.report(2025)))
        self.assertIn("contractors", self.gaps(self.report(2026)))
        self.contractor_record.action_ask_statement()
        self.assertEqual(
            str(self.contractor_record.statement_ids.date_end), "2026-03-31"
        )
        self.assertNotIn("statements", self.gaps(self.report(2025)))
        self.assertIn("statements", self.gaps(self.report(2026)))

    def test_days_of_the_year(self):
        self.work("2025-11-01")
        self.at("2026-01-10")
        self.assertIn("contractors", self.gaps(self.report(2025)))
        self.contractor_record.action_ask_statement()
        gaps = self.gaps(self.report(2025))
        self.assertIn("statements", gaps)
        self.assertNotIn("contractors", gaps)
        statement = self.env[gaps["statements"]["model"]].search(
            gaps["statements"]["domain"]
        )
        self.assertEqual(statement, self.contractor_record.statement_ids)


@tagged("post_install", "-at_install")
class TestAnnualReportGaps(AnnualReportCase):
    def test_delivered_without_a_document(self):
        """In the year it was delivered in, until the document is issued (9.1)."""
        self.scope.issue_automatically = False
        self.at("2025-08-01")
        self.receive(self.slab, 100, claimed=100)
        delivery = self.deliver(self.slab, 10, designated=10)
        delivery.action_coc_document()
        self.at("2026-01-10")
        gap = self.gaps(self.report(2025))["drafts"]
        document = self.env[gap["model"]].search(gap["domain"])
        self.assertEqual(document, delivery.coc_document_ids)
        self.assertNotIn("drafts", self.gaps(self.report(2026)))
        document.action_issue()
        self.assertNotIn("drafts", self.gaps(self.report(2025)))
