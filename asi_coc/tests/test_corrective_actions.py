"""What is done about non-conformances, and who is reminded of what."""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..models.asi_coc_audit import MATURITY_FIELDS
from .common_audits import CORRECT, DUE, NEXT, AuditCase


@tagged("post_install", "-at_install")
class TestCorrectiveActions(AuditCase):
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

    def test_only_non_conformances_are_corrected(self):
        audit = self.reported()
        with self.assertRaisesRegex(ValidationError, "1.1.*Conformance"):
            self.correct(audit, finding_id=self.finding(audit, "1.1").id)

    def test_what_was_not_done_yet_is_not_done(self):
        action = self.correct(self.reported(), root_cause="None", action="A register")
        action.done_on = "2025-03-11"
        with self.assertRaisesRegex(UserError, "March 11, 2025.*after today"):
            action.action_done()

    def test_opened_again_an_action_is_done_anew(self):
        action = self.correct(
            self.reported(), root_cause="None", action="A list", done_on="2025-03-10"
        )
        with self.assertRaisesRegex(UserError, '"Open".*"Done"'):
            action.action_open_again()
        action.action_done()
        action.effectiveness = "Complete"
        action.action_verify()
        action.action_open_again()
        self.assertFalse(action.done_on)
        self.assertFalse(action.effectiveness)
        with self.assertRaisesRegex(UserError, "Done On"):
            action.action_done()

    def test_planning_ends_the_reminder_to_plan(self):
        audit = self.reported()
        self.assertTrue(audit.activity_search([CORRECT]))
        self.correct(audit)
        self.assertFalse(audit.activity_search([CORRECT]))

    def test_reminder_goes_to_who_can_open_it(self):
        """A foreman may be responsible; the representative is reminded to see to it."""
        action = self.correct(
            self.reported(),
            date_due="2025-03-20",
            responsible_id=self.coc_storekeeper.id,
        )
        self.env["asi.coc.audit"]._cron_remind()
        self.assertEqual(action.activity_search([DUE]).user_id, self.representative)

    def test_reminder_follows_day_and_person(self):
        action = self.correct(self.reported(), date_due="2025-03-20")
        self.env["asi.coc.audit"]._cron_remind()
        action.write(
            {"date_due": "2025-03-22", "responsible_id": self.representative.id}
        )
        todo = action.activity_search([DUE])
        self.assertEqual(todo.date_deadline, date(2025, 3, 22))
        self.assertEqual(todo.user_id, self.representative)
        action.date_due = "2025-04-20"
        self.assertFalse(action.activity_search([DUE]))

    def test_reminders_before_the_scope_is_certified(self):
        """What the certification audit found is corrected before there is a
        certificate, and so before the scope is active."""
        draft = self.env["asi.coc.scope"].create(
            {
                "name": "To Be Certified",
                "company_id": self.company.id,
                "representative_ids": self.representative.ids,
            }
        )
        self.env["asi.coc.facility"].create(
            {
                "name": "Mill",
                "scope_id": draft.id,
                "activity_id": self._activity("post_casthouse").id,
                "location_id": self._create_location("Second Mill").id,
            }
        )
        action = self.correct(self.reported(scope_id=draft.id), date_due="2025-03-20")
        self.assertEqual(draft.state, "draft")
        self.env["asi.coc.audit"]._cron_remind()
        self.assertEqual(action.activity_search([DUE]).user_id, self.officer)

    def test_internal_audit_does_not_hide_the_next_external_one(self):
        external = self.reported(
            audit_type="surveillance",
            **dict.fromkeys(MATURITY_FIELDS, "medium"),
            next_audit_type="recertification",
            next_audit_due="2026-03-05",
        )
        internal = self.reported(
            date_start="2025-11-03",
            date_end="2025-11-04",
            submitted_on="2025-11-05",
            next_audit_type="internal",
            next_audit_due="2026-11-03",
        )
        self.at("2026-01-10")
        self.env["asi.coc.audit"]._cron_remind()
        self.assertTrue(external.activity_search([NEXT]))
        self.assertFalse(internal.activity_search([NEXT]))
        self.audit(audit_type="recertification", date_start="2026-03-01")
        self.env["asi.coc.audit"]._cron_remind()
        self.assertFalse(external.activity_search([NEXT]))

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
