from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..models.asi_coc_audit import MATURITY_FIELDS
from .common_audits import CORRECT, REPORTED, AuditCase
from .common_reports import ReportCase


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

    def test_findings_stay_with_their_audit(self):
        """One per criterion: none is deleted or moved once the audit has started."""
        audit, other = self.audit(), self.audit()
        (audit | other).action_start()
        finding = self.finding(audit, "1.6")
        with self.assertRaisesRegex(UserError, "rate it as Not Applicable"):
            finding.unlink()
        for change in (
            {"audit_id": other.id},
            {"criterion_id": self.env.ref("asi_coc.criterion_1_5").id},
        ):
            with self.assertRaisesRegex(UserError, "stays there"):
                finding.write(change)
        finding.write({"audit_id": audit.id, "rating": "minor"})
        other.unlink()
        self.assertFalse(
            self.env["asi.coc.finding"].search([("audit_id", "=", other.id)])
        )

    def test_report_needs_a_finding_for_every_criterion(self):
        audit = self.audit(**REPORTED)
        audit.action_start()
        audit.finding_ids.write({"rating": "conformance", "comment": "Seen"})
        self.env.flush_all()
        # below every guard, as audits were before findings were kept
        self.env.cr.execute(
            "DELETE FROM asi_coc_finding WHERE id IN %s",
            [(self.finding(audit, "1.6").id, self.finding(audit, "8.7").id)],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, r"no finding on: 1\.6, 8\.7"):
            audit.action_report()

    def test_start_needs_supply_chain_activities(self):
        """Without any, all of sections 3 to 6 would be rated as not applicable."""
        audit = self.audit(supply_chain_activity_ids=[Command.clear()])
        with self.assertRaisesRegex(UserError, "Supply Chain Activities"):
            audit.action_start()
        self.assertEqual(audit.state, "planned")

    def test_legal_interest_makes_criteria_applicable(self):
        """Alumina of a joint venture's refinery: 3.2 is to be looked at (3.2a)."""
        refinery = self.env["res.partner"].create(
            {"name": "Red Hills Alumina", "is_company": True}
        )
        self.env["asi.coc.legal.interest"].create(
            {
                "name": "Refinery Joint Venture",
                "scope_id": self.scope.id,
                "partner_id": refinery.id,
                "activity_id": self._activity("alumina_refining").id,
                "certificate_id": self.certify(refinery, "C00091").id,
                "basis": "equity_share",
                "share": 40,
                "date_start": "2025-01-01",
                "evidence_ids": [
                    Command.create({"name": "agreement.pdf", "raw": b"%PDF"})
                ],
            }
        ).action_activate()
        audit = self.audit()
        audit.action_start()
        self.assertFalse(self.finding(audit, "3.2a").rating)
        self.assertEqual(self.finding(audit, "3.1a").rating, "not_applicable")

    def test_another_scope_brings_its_own_facts(self):
        """Until it has started, an audit follows its scope."""
        second = self.env["asi.coc.scope"].create(
            {"name": "Mill Only", "company_id": self.company.id}
        )
        self.env["asi.coc.facility"].create(
            {
                "name": "Mill",
                "scope_id": second.id,
                "activity_id": self._activity("post_casthouse").id,
                "location_id": self._create_location("Second Mill").id,
            }
        )
        audit = self.audit(member_name="MELT GROUP", certification_scope="Slab")
        self.assertEqual(audit.member_name, "MELT GROUP")
        self.assertEqual(audit.certification_scope, "Slab")
        self.assertEqual(len(audit.supply_chain_activity_ids), 3)
        audit.scope_id = second
        self.assertEqual(audit.certification_scope, "Mill Only")
        self.assertEqual(
            audit.supply_chain_activity_ids.mapped("code"), ["post_casthouse"]
        )
        audit.action_start()
        with self.assertRaisesRegex(UserError, "has started.*Mill Only"):
            audit.scope_id = self.scope

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
        form = Form(self.finding(audit, "1.1"))
        for name in ("rating", "comment"):
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form[name] = "major"
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

    def test_certification_is_entered_when_it_is_granted(self):
        """Months after the report: 5 March and 15 October in ASI's example."""
        audit = self.reported(
            audit_type="initial", **dict.fromkeys(MATURITY_FIELDS, "medium")
        )
        granted = {
            "certification_start": "2025-10-15",
            "certification_end": "2028-10-14",
            "certificate_number": "458",
            "next_audit_type": "surveillance",
            "next_audit_due": "2026-04-14",
        }
        with self.assertRaisesRegex(UserError, "is reported and stays on file"):
            audit.write({**granted, "outcome": "none"})
        audit.write(granted)
        self.assertEqual(audit.certificate_number, "458")
        with self.assertRaisesRegex(UserError, "is reported and stays on file"):
            audit.certificate_number = "459"

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
        self.assertNotIn("EthicsPoint", text)

    def test_certification_body_report_says_whom_to_ask(self):
        """In the words of ASI's reports, at their places."""
        audit = self.reported(
            audit_type="initial",
            entity_overview="Melt & Roll was founded in 1997.",
            certificate_number="458",
            **dict.fromkeys(MATURITY_FIELDS, "medium"),
        )
        text = " ".join(self.read_pages("report_audit", audit))
        place = 0
        for part in (
            "Certificate Number 458",
            "If you have an inquiry or complaint about this Certification, go to the "
            "third-party EthicsPoint portal at: "
            "https://aluminium-stewardship.ethicspoint.com/",
            "Entity Overview",
            "Maturity Ratings A rating of maturity (low, medium or high) determined by "
            "the Auditor",
            "Systems Medium Risks Medium Performance Medium Overall Medium",
            "Findings",
            "3. Primary Aluminium: Criteria for ASI Bauxite, ASI Alumina and ASI "
            "Aluminium",
            "11.1c",
            "ASI Limitation of Liability Disclaimer Organisations that make "
            "ASI-related claims are each responsible",
        ):
            found = text.find(part, place)
            self.assertGreater(found, -1, part)
            place = found
