from collections import Counter
from datetime import date


class AuditeeMixin:
    """What the demo's smelter on its way to certification leaves behind."""

    def _get_audit(self):
        return self.env["asi.coc.audit"].search([("scope_id", "=", self.auditee.id)])

    def test_certification_audit(self):
        audit = self._get_audit()
        self.assertEqual(audit.state, "reported")
        self.assertEqual(audit.audit_type, "initial")
        self.assertEqual(
            (audit.date_start, audit.date_end, audit.submitted_on),
            (date(2025, 2, 12), date(2025, 2, 13), date(2025, 3, 5)),
        )
        self.assertEqual(audit.certificate_number, "458")
        self.assertEqual(audit.next_audit_due, date(2026, 4, 14))
        self.assertEqual(
            Counter(audit.finding_ids.mapped("rating")),
            {"conformance": 56, "not_applicable": 28, "minor": 1},
        )

    def test_minor_non_conformance_is_corrected(self):
        audit = self._get_audit()
        finding = audit.finding_ids.filtered(lambda one: one.rating == "minor")
        self.assertEqual(finding.criterion_id.code, "1.6")
        self.assertIn("does not specify which records", finding.comment)
        self.assertEqual(finding.corrective_action_ids.state, "verified")
        self.assertFalse(finding.is_open)

    def test_certified_from_the_day_of_the_certificate(self):
        self.assertEqual(self.auditee.state, "active")
        certificate = self.auditee.certificate_id
        self.assertEqual(
            (certificate.number, certificate.date_start),
            ("458", date(2025, 10, 15)),
        )

    def test_year_without_flow_is_zero(self):
        year = self.auditee.period_ids.filtered(
            lambda period: period.date_end == date(2025, 12, 31)
        )
        self.assertEqual(year.state, "open")
        self.assertEqual(
            [
                (one.activity_id.code, one.coc_input, one.total_outflow)
                for one in year.balance_ids
            ],
            [("smelting", 0, 0), ("casthouse", 0, 0)],
        )
