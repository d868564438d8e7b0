from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import UserCase
from .common_reports import ReportCase

CORRECT = "asi_coc.mail_activity_non_conformance"
NEXT = "asi_coc.mail_activity_next_audit"
DUE = "asi_coc.mail_activity_corrective_action"
REPORTED = {
    "audit_firm": "Group Quality",
    "date_end": "2025-03-06",
    "submitted_on": "2025-03-10",
    "audit_scope": "Smelter, casthouse and rolling mill at Peel",
    "outcome": "conforming",
}


class AuditCase(UserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.write(
            {
                "responsible_id": cls.officer.id,
                "representative_ids": cls.representative.ids,
            }
        )

    def audit(self, **values):
        """Let the officer plan an internal audit."""
        return (
            self.env["asi.coc.audit"]
            .with_user(self.officer)
            .create({"scope_id": self.scope.id, "date_start": "2025-03-05", **values})
        )

    def finding(self, audit, code):
        return audit.finding_ids.filtered(lambda one: one.criterion_id.code == code)

    def reported(self, **values):
        """Report an audit that found one minor non-conformance, of 1.6."""
        audit = self.audit(**REPORTED | values)
        audit.action_start()
        audit.finding_ids.filtered(lambda one: not one.rating).write(
            {"rating": "conformance", "comment": "Seen and in order"}
        )
        self.finding(audit, "1.6").write(
            {"rating": "minor", "comment": "Which records are kept is not stated"}
        )
        audit.action_report()
        return audit

    def correct(self, audit, **values):
        return (
            self.env["asi.coc.corrective.action"]
            .with_user(self.officer)
            .create(
                {
                    "name": "List the records to keep",
                    "finding_id": self.finding(audit, "1.6").id,
                    "responsible_id": self.officer.id,
                    "date_due": "2025-06-30",
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestAudits(AuditCase):
    def test_the_standard_has_85_criteria(self):
        criteria = self.env["asi.coc.criterion"].search([])
        self.assertEqual(len(criteria), 85)
        self.assertEqual(
            criteria.grouped("section").keys(), set(map(str, range(1, 12)))
        )
        self.assertEqual(criteria[0].display_name, "1.1 ASI Membership")
        self.assertEqual(criteria[-1].code, "11.1c")
        self.assertEqual(
            self.env.ref("asi_coc.criterion_4_2a").activity_id.code,
            "remelting_refining",
        )

    def test_planned_audit_knows_the_entity(self):
        audit = self.audit()
        self.assertEqual(audit.name, "AUD/2025/0001")
        self.assertEqual(
            (audit.member_name, audit.entity_name), ("Melt & Roll", "Melt & Roll")
        )
        self.assertEqual(audit.date_end, date(2025, 3, 5))
        self.assertEqual(
            audit.supply_chain_activity_ids.mapped("code"),
            ["smelting", "casthouse", "post_casthouse"],
        )
        self.assertEqual(audit.company_id, self.company)

    def test_starting_makes_a_finding_per_criterion(self):
        audit = self.audit()
        audit.action_start()
        self.assertEqual(len(audit.finding_ids), 85)
        # 3.1, 3.2 and 4: bauxite, alumina and recycling are not in this scope.
        excluded = audit.finding_ids.filtered(lambda one: one.rating)
        self.assertEqual(
            excluded.mapped("criterion_id.code"),
            ["3.1a", "3.1b", "3.1c", "3.2a", "3.2b", "3.2c"]
            + ["4.1a", "4.1b", "4.2a", "4.2b", "4.2c", "4.3a", "4.3b"],
        )
        self.assertEqual(set(excluded.mapped("rating")), {"not_applicable"})
        with self.assertRaisesRegex(UserError, "In Progress.*Planned"):
            audit.action_start()

    def test_report_needs_every_rating_and_comment(self):
        audit = self.audit(**REPORTED)
        audit.action_start()
        with self.assertRaisesRegex(UserError, r"no rating or no comment yet: 1\.1"):
            audit.action_report()
        audit.submitted_on = False
        with self.assertRaisesRegex(UserError, "missing: Report Submitted On"):
            audit.action_report()

    def test_external_report_needs_maturity_ratings(self):
        audit = self.audit(**REPORTED, audit_type="surveillance")
        audit.action_start()
        with self.assertRaisesRegex(UserError, "Systems Maturity"):
            audit.action_report()

    def test_report_counts_and_asks_for_a_corrective_action(self):
        audit = self.reported()
        self.assertEqual(audit.state, "reported")
        self.assertEqual(audit.reported_by_id, self.officer)
        self.assertEqual(
            (audit.finding_count, audit.non_conformance_count, audit.open_count),
            (85, 1, 1),
        )
        todo = audit.activity_search([CORRECT])
        self.assertEqual(todo.user_id, self.representative)
        self.assertEqual(todo.date_deadline, date(2025, 4, 9))

    def test_reported_audit_stays_as_it_is(self):
        audit = self.reported()
        for change in (
            lambda: audit.write({"outcome": "not_conforming"}),
            lambda: self.finding(audit, "1.1").write({"rating": "major"}),
            lambda: self.finding(audit, "1.1").unlink(),
            audit.unlink,
        ):
            with self.assertRaisesRegex(UserError, "is reported and stays on file"):
                change()
        with self.assertRaises(AccessError):
            audit.write({"state": "running"})
        with self.assertRaisesRegex(UserError, "Only a Management Representative"):
            audit.action_open_again()
        audit.with_user(self.representative).action_open_again()
        self.finding(audit, "1.1").rating = "major"
        self.assertEqual(audit.non_conformance_count, 2)
        self.assertIn("taken back", audit.message_ids[0].body)

    def test_days_are_in_order(self):
        with self.assertRaisesRegex(ValidationError, "before First Day"):
            self.audit(date_end="2025-03-01")
        with self.assertRaisesRegex(ValidationError, "before Last Day"):
            self.audit(submitted_on="2025-03-01")

    def test_corrective_action_closes_the_non_conformance(self):
        audit = self.reported()
        finding = self.finding(audit, "1.6")
        open_ones = self.env["asi.coc.finding"].search(
            [("is_open", "=", True), ("audit_id", "=", audit.id)]
        )
        self.assertEqual(open_ones, finding)
        action = self.correct(audit)
        with self.assertRaisesRegex(UserError, "Root Cause, Corrective Action"):
            action.action_done()
        action.write(
            {
                "root_cause": "The procedure names no records",
                "action": "A register of record classes",
                "done_on": "2025-03-10",
            }
        )
        action.action_done()
        self.assertTrue(finding.is_open)
        with self.assertRaisesRegex(UserError, "Effectiveness"):
            action.action_verify()
        action.effectiveness = "The register was complete in April"
        action.action_verify()
        self.assertEqual(
            (action.state, action.verified_by_id, action.verified_on),
            ("verified", self.officer, date(2025, 3, 10)),
        )
        self.assertFalse(finding.is_open)
        self.assertEqual(audit.open_count, 0)
        self.assertFalse(
            self.env["asi.coc.finding"].search(
                [("is_open", "=", True), ("audit_id", "=", audit.id)]
            )
        )
        self.assertEqual(
            self.env["asi.coc.finding"].search_count(
                [("is_open", "=", False), ("audit_id", "=", audit.id)]
            ),
            85,
        )
        with self.assertRaisesRegex(UserError, "is verified and stays as it is"):
            action.action = "Nothing"
        with self.assertRaisesRegex(UserError, "stays on file"):
            action.unlink()
        action.action_open_again()
        self.assertTrue(finding.is_open)

    def test_reminders(self):
        audit = self.reported(next_audit_type="internal", next_audit_due="2026-03-05")
        action = self.correct(audit)
        audits = self.env["asi.coc.audit"]
        self.at("2025-06-15")
        audits._cron_remind()
        self.assertFalse(action.activity_search([DUE]))
        self.at("2025-06-16")
        audits._cron_remind()
        audits._cron_remind()
        self.assertEqual(action.activity_search([DUE]).user_id, self.officer)
        self.assertFalse(audit.activity_search([NEXT]))
        self.at("2025-12-05")
        audits._cron_remind()
        todo = audit.activity_search([NEXT])
        self.assertEqual(todo.user_id, self.representative)
        self.assertEqual(todo.date_deadline, date(2026, 3, 5))

    def test_no_reminder_of_an_audit_that_is_planned(self):
        audit = self.reported(next_audit_type="internal", next_audit_due="2026-03-05")
        self.audit(date_start="2026-02-01")
        self.at("2026-01-10")
        self.env["asi.coc.audit"]._cron_remind()
        self.assertFalse(audit.activity_search([NEXT]))

    def test_rights(self):
        audit = self.reported()
        with self.assertRaises(AccessError):
            audit.with_user(self.coc_storekeeper).read(["name"])
        self.assertEqual(audit.with_user(self.auditor).name, "AUD/2025/0001")
        with self.assertRaises(AccessError):
            audit.with_user(self.auditor).action_start()
        with self.assertRaises(AccessError):
            self.finding(audit, "1.1").with_user(self.auditor).comment = "?"


@tagged("post_install", "-at_install")
class TestAuditReport(AuditCase, ReportCase):
    def test_report_has_the_order_of_the_audit_reports(self):
        audit = self.reported(
            entity_overview="Melt & Roll was founded in 1997.",
            systems_maturity="medium",
            overall_maturity="high",
            certification_start="2025-10-15",
            certification_end="2028-10-14",
            next_audit_type="surveillance",
            next_audit_due="2026-04-14",
            certificate_number="458",
        )
        text = " ".join(self.read_pages("report_audit", audit))
        place = 0
        for part in (
            "Summary Audit Report",
            "Overview",
            "Member Name",
            "Entity Name",
            "Certification Scope",
            "Supply Chain Activities",
            "ASI Standard",
            "Audit Type",
            "Audit Firm",
            "Audit Date",
            "March 5, 2025 – March 6, 2025",
            "Audit Report Submission",
            "Audit Scope",
            "Audit Outcome",
            "Audit Methodology Declaration",
            "Certification Period",
            "October 15, 2025 – October 14, 2028",
            "Next Audit Type",
            "Surveillance Audit",
            "Next Audit Due Date",
            "April 14, 2026",
            "Certificate Number",
            "458",
            "Entity Overview",
            "founded in 1997",
            "Maturity Ratings",
            "Findings",
            "1. Management System and Responsibilities",
            "1.1 ASI Membership",
            "1.6 Records Management",
            "Minor Non-",
            "2. Outsourcing Contractors",
            "8.9b Positive Balance (Expiry)",
            "11. Claims and Communications",
            "11.1c Claims and Communications",
        ):
            place = text.find(part, place)
            self.assertGreater(place, -1, part)
