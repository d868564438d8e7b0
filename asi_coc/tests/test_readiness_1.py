"""Readiness on section 1: the management system and its people (1.1 to 1.5)."""

from odoo import Command
from odoo.tests import tagged

from .common_audits import AuditCase
from .common_readiness import ReadinessCase, ReadinessMixin


@tagged("post_install", "-at_install")
class TestReadiness1(ReadinessCase):
    def file(self, name="file.pdf"):
        return self.env["ir.attachment"].create({"name": name, "raw": b"%PDF-1.4"})

    def test_1_1_membership(self):
        row = self.assert_state("1.1", "in_order", "good standing", "February 1, 2023")
        self.assertEqual(row.section, "1")
        self.scope.membership_standing = "suspended"
        self.assert_state("1.1", "missing", "Melt & Roll", "Suspended", "ASI")
        self.scope.membership_standing = "good"
        self.scope.member_since = False
        self.assert_state("1.1", "missing", "class", "Enter both on the scope")
        self.scope.member_since = "2023-02-01"
        self.assert_state("1.1", "in_order")
        self.assert_evidence("1.1", "Scope", self.scope)

    def test_1_2_procedures_and_facilities(self):
        self.assert_state("1.2", "missing", "No procedure is approved", "approve it")
        procedure = self.env["asi.coc.procedure"].create(
            {
                "name": "CoC Manual",
                "scope_id": self.scope.id,
                "evidence_ids": [Command.set(self.file("manual.pdf").ids)],
            }
        )
        self.assert_state("1.2", "missing", "CoC Manual, version")
        procedure.with_user(self.representative).action_approve()
        self.assert_state(
            "1.2", "in_order", "Facilities (3)", "procedures in force (1)"
        )
        self.assert_evidence("1.2", "Procedures in force", procedure)
        self.assert_evidence("1.2", "Facilities", self.scope.facility_ids)
        # a facility that has left the scope is none of it
        mill = self.facility("Mill")
        mill.active = False
        self.assert_evidence("1.2", "Facilities", self.scope.facility_ids - mill)
        procedure.with_user(self.representative).action_new_version()
        self.assert_state("1.2", "attention", "CoC Manual, version")
        draft = self.env["asi.coc.procedure"].search(
            [("scope_id", "=", self.scope.id), ("state", "=", "draft")]
        )
        self.assert_evidence("1.2", "Procedures to approve", draft)
        draft.evidence_ids = self.file("manual-2.pdf")
        draft.with_user(self.representative).action_approve()
        self.assert_state("1.2", "in_order", "procedures in force (1)")

    def test_1_2_certificate(self):
        self.test_1_2_procedures_and_facilities()
        self.at("2027-01-01")
        self.assert_state("1.2", "attention", "no CoC certificate", "Melt & Roll")
        # a renewal has the same number
        self.certificate.copy({"date_start": "2027-01-01", "date_end": "2029-12-31"})
        self.assert_state("1.2", "in_order")

    def review(self, day, **values):
        return self.env["asi.coc.management.review"].create(
            {
                "scope_id": self.scope.id,
                "date": day,
                "participant_ids": [Command.set(self.representative.partner_id.ids)],
                "audit_results": "One minor non-conformance",
                "decisions": "Record classes are listed",
                **values,
            }
        )

    def hold(self, day, **values):
        review = self.review(day, **values)
        review.with_user(self.representative).action_hold()
        return review

    def test_1_3_management_reviews(self):
        self.assert_state("1.3", "attention", "No management review was held yet")
        first = self.hold("2025-03-10")
        self.assert_state("1.3", "in_order", "due on March 10, 2026")
        self.assert_evidence("1.3", "Management reviews held", first)
        self.at("2026-02-07")
        self.assert_state("1.3", "in_order")
        self.at("2026-02-08")
        self.assert_state("1.3", "attention", "is due on March 10, 2026")
        self.at("2026-03-11")
        second = self.review("2026-03-11")
        self.assert_state("1.3", "missing", "was due on March 10, 2026", "Hold it")
        second.with_user(self.representative).action_hold()
        self.assert_state("1.3", "in_order", "due on March 11, 2027")
        self.assert_evidence("1.3", "Management reviews held", first | second)

    def test_1_3_actions(self):
        review = self.hold("2025-03-10")
        self.assert_state("1.3", "in_order", "March 10, 2026")
        action = self.env["asi.coc.review.action"].create(
            {"name": "List them", "review_id": review.id, "date_due": "2025-04-01"}
        )
        self.at("2025-04-01")
        self.assert_state("1.3", "in_order")
        self.at("2025-04-02")
        self.assert_state("1.3", "attention", "Overdue actions", "List them")
        label = "Overdue actions of management reviews"
        self.assert_evidence("1.3", label, action)
        action.done_on = "2025-04-02"
        self.assert_state("1.3", "in_order")
        self.assert_evidence("1.3", label, action.browse())

    def test_1_4_representative(self):
        self.scope.representative_ids = self.officer
        self.assert_state("1.4", "attention", "officer cannot approve")
        self.scope.representative_ids = self.representative
        self.assert_state("1.4", "in_order", "representative")
        appointment = self.env["asi.coc.appointment"].search(
            [
                ("scope_id", "=", self.scope.id),
                ("user_id", "=", self.representative.id),
            ]
        )
        self.assertEqual(len(appointment), 1)
        self.assert_evidence("1.4", "Appointments in force", appointment)
        self.representative.active = False
        self.assert_state("1.4", "missing", "no Management Representative")
        self.assert_evidence("1.4", "Appointments in force", appointment.browse())
        self.representative.active = True
        self.assert_state("1.4", "in_order")
        self.scope.representative_ids = False
        self.assert_state("1.4", "missing", "Name one on the scope")

    def test_1_5_trainings(self):
        self.env["asi.coc.training.topic"].search([]).active = False
        topic = self.env["asi.coc.training.topic"].create(
            {
                "name": "Chain of Custody",
                "company_id": self.company.id,
                "validity_months": 12,
                "group_ids": [
                    Command.set(self.env.ref("asi_coc.group_representative").ids)
                ],
            }
        )
        self.assert_state("1.5", "missing", "No training", "Hold it")
        needs = self.env["asi.coc.training.need"].search(
            [("topic_id", "=", topic.id), ("scope_id", "=", self.scope.id)]
        )
        self.assert_evidence("1.5", "Trainings lacking", needs)
        session = self.env["asi.coc.training"].create(
            {
                "topic_id": topic.id,
                "scope_id": self.scope.id,
                "date": "2025-03-10",
                "trainer": "Jan Rogers",
                "attendee_ids": [Command.set(needs.user_id.partner_id.ids)],
                "evidence_ids": [Command.set(self.file("slides.pdf").ids)],
            }
        )
        self.assert_state("1.5", "missing", "No training")
        session.action_hold()
        self.assert_state("1.5", "in_order", "Everybody")
        self.assert_evidence("1.5", "Trainings held", session)
        self.at("2026-02-01")
        self.assert_state("1.5", "attention", "expires within 60 days")
        self.at("2026-03-10")
        self.assert_state("1.5", "attention", "that their role needs")
        self.assert_evidence("1.5", "Trainings lacking", needs)


@tagged("post_install", "-at_install")
class TestReadiness1Audits(ReadinessMixin, AuditCase):
    """1.3: what audits found is put right in time."""

    def test_1_3_corrective_actions(self):
        action = self.correct(self.reported())
        self.at("2025-06-30")
        self.assert_state("1.3", "attention", "No management review was held yet")
        self.at("2025-07-01")
        self.assert_state("1.3", "missing", "overdue: List the records to keep")
        label = "Overdue corrective actions of audits"
        self.assert_evidence("1.3", label, action.with_env(self.env))
        action.write(
            {
                "root_cause": "No list",
                "action": "There is a list",
                "done_on": "2025-07-01",
            }
        )
        action.action_done()
        self.assert_state("1.3", "attention", "No management review was held yet")
        self.assert_evidence("1.3", label, action.browse().with_env(self.env))
