from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import UserCase

EXPIRING = "asi_coc.mail_activity_claim"


class ClaimsCase(UserCase):
    """Two versions of the Claims Guide, and claims with all they need."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        guides = cls.env["asi.coc.claims.guide"]
        cls.old_guide = guides.create({"version": "2.0", "date_start": "2022-01-01"})
        cls.guide = guides.create({"version": "2.1", "date_start": "2024-01-01"})
        cls.topic = cls.env.ref("asi_coc.training_topic_claims")
        cls.scope.representative_ids = cls.representative

    def file(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.officer)
            .create({"name": "Evidence.pdf", "raw": b"%PDF-1.7 evidence"})
        )

    def train(self, *users, day="2025-01-15"):
        training = self.env["asi.coc.training"].create(
            {
                "scope_id": self.scope.id,
                "topic_id": self.topic.id,
                "trainer": "ASI",
                "date": day,
                "attendee_ids": [Command.set([one.partner_id.id for one in users])],
                "evidence_ids": [Command.set(self.file().ids)],
            }
        )
        training.action_hold()
        return training

    def claim(self, **values):
        """Let the officer write a claim with all it needs."""
        return (
            self.env["asi.coc.claim"]
            .with_user(self.officer)
            .create(
                {
                    "scope_id": self.scope.id,
                    "title": "Billet brochure",
                    "text": "Our billets contain 40 % ASI Aluminium.",
                    "date_end": "2025-12-31",
                    "evidence_ids": [Command.set(self.file().ids)],
                    **values,
                }
            )
        )

    def approved(self, **values):
        self.train(self.officer, self.representative)
        claim = self.claim(**values)
        claim.with_user(self.representative).action_approve()
        return claim


@tagged("post_install", "-at_install")
class TestClaims(ClaimsCase):
    def test_approved_against_the_guide_in_force_and_published(self):
        claim = self.approved()
        self.assertEqual(claim.name, "CLM/2025/0001")
        self.assertEqual(claim.guide_id, self.guide)
        self.assertEqual(
            (claim.state, claim.approved_by_id, claim.approved_on),
            ("approved", self.representative, date(2025, 3, 10)),
        )
        claim.action_publish()
        self.assertEqual(
            (claim.state, claim.published_on), ("published", date(2025, 3, 10))
        )

    def test_not_published_without_approval(self):
        with self.assertRaisesRegex(UserError, '"Draft".*"Approved"'):
            self.claim().action_publish()

    def test_superseded_guide_is_refused(self):
        self.train(self.officer, self.representative)
        claim = self.claim(guide_id=self.old_guide.id)
        with self.assertRaisesRegex(UserError, r"version 2\.0.*version 2\.1 is in"):
            claim.with_user(self.representative).action_approve()

    def test_evidence_and_its_days_are_needed(self):
        self.train(self.officer, self.representative)
        claim = self.claim(evidence_ids=False, date_end=False)
        with self.assertRaisesRegex(UserError, r"Missing: Evidence, Valid Until"):
            claim.with_user(self.representative).action_approve()

    def test_wording_is_needed(self):
        self.train(self.officer, self.representative)
        claim = self.claim(text=" \n", title=" ")
        with self.refused(UserError, claim.name, "Missing: Title, Text."):
            claim.with_user(self.representative).action_approve()

    def test_author_and_approver_need_a_valid_claims_training(self):
        claim = self.claim().with_user(self.representative)
        with self.assertRaisesRegex(
            UserError, r"officer.* has no valid claims.*11\.1c"
        ):
            claim.action_approve()
        self.train(self.officer)
        with self.assertRaisesRegex(UserError, "representative.* has no valid claims"):
            claim.action_approve()
        self.train(self.representative)
        claim.action_approve()
        self.assertEqual(claim.state, "approved")

    def test_expired_training_does_not_count(self):
        self.train(self.officer, self.representative)
        # The topic's 24 months end on 14 January 2027.
        self.at("2026-12-01")
        claim = self.claim(date_end="2027-12-31").with_user(self.representative)
        self.at("2027-01-15")
        self.certificate.date_end = "2029-12-31"
        with self.assertRaisesRegex(UserError, "has no valid claims training"):
            claim.action_approve()

    def test_no_claim_without_a_certificate_that_holds(self):
        claim = self.approved()
        self.at("2027-01-01")
        self.train(self.officer, self.representative)
        with self.assertRaisesRegex(UserError, "no CoC certificate that holds"):
            self.claim(date_end="2027-12-31").with_user(
                self.representative
            ).action_approve()
        with self.assertRaisesRegex(UserError, "supported from 2025-03-10 to"):
            claim.action_publish()

    def test_what_was_approved_stays(self):
        claim = self.approved()
        for change in (lambda: claim.write({"text": "100 % ASI"}), claim.unlink):
            with self.assertRaisesRegex(UserError, "has been approved and stays"):
                change()
        with self.assertRaises(AccessError):
            claim.write({"state": "published"})
        claim.action_back_to_draft()
        claim.text = "Our billets contain 30 % ASI Aluminium."
        self.assertFalse(claim.approved_by_id)

    def test_only_a_representative_approves(self):
        self.train(self.officer, self.representative)
        claim = self.claim()
        with self.refused(UserError, "Management Representative", claim.name, "(11.1"):
            claim.action_approve()
        self.assertEqual(claim.state, "draft")

    def test_claims_guide_stays_what_claims_were_approved_against(self):
        guide = self.guide.with_user(self.officer)
        claim = self.claim()
        guide.version = "2.1.1"
        self.train(self.officer, self.representative)
        claim.with_user(self.representative).action_approve()
        for values in ({"version": "3.0"}, {"date_start": "2025-01-01"}):
            with self.refused(UserError, "2.1.1", claim.name, "(11.1a)"):
                guide.write(values)
        guide.write({"version": "2.1.1", "url": "https://example.com/guide"})
        with self.refused(UserError, "2.1.1", claim.name, "(11.1a)"):
            guide.unlink()
        self.old_guide.with_user(self.officer).unlink()
        claim.action_back_to_draft()
        guide.version = "2.1"

    def test_reason_of_a_withdrawal_stays(self):
        claim = self.approved()
        claim.withdrawal_reason = "The brochure is out of print"
        claim.action_withdraw()
        with self.refused(UserError, claim.name, "withdrawn"):
            claim.withdrawal_reason = "Never mind"

    def test_withdrawal_names_its_reason(self):
        claim = self.approved()
        claim.action_publish()
        with self.assertRaisesRegex(UserError, "Enter why"):
            claim.action_withdraw()
        claim.withdrawal_reason = "The brochure is out of print"
        claim.action_withdraw()
        self.assertEqual(
            (claim.state, claim.withdrawn_on), ("withdrawn", date(2025, 3, 10))
        )

    def test_reminder_before_the_evidence_ends(self):
        claim = self.approved()
        claim.action_publish()
        claims = self.env["asi.coc.claim"]
        self.at("2025-11-30")
        claims._cron_remind()
        self.assertFalse(claim.activity_search([EXPIRING]))
        self.at("2025-12-01")
        claims._cron_remind()
        todo = claim.activity_search([EXPIRING])
        self.assertEqual(todo.user_id, self.representative)
        self.assertEqual(todo.date_deadline, date(2025, 12, 31))
        self.assertFalse(claim.is_expired)
        self.at("2026-01-01")
        claim.invalidate_recordset()
        self.assertTrue(claim.is_expired)
        self.assertIn(claim, claims.search([("is_expired", "=", True)]))

    def test_reminder_when_the_certificate_lapses(self):
        claim = self.approved()
        claim.action_publish()
        self.env["asi.coc.certificate.status"].create(
            {
                "certificate_id": self.certificate.id,
                "status": "suspended",
                "date": "2025-04-01",
            }
        )
        self.at("2025-04-02")
        self.env["asi.coc.claim"]._cron_remind()
        self.assertTrue(claim.activity_search([EXPIRING]))

    def test_readers(self):
        claim = self.approved()
        self.assertEqual(claim.with_user(self.coc_storekeeper).title, "Billet brochure")
        with self.assertRaises(AccessError):
            claim.with_user(self.auditor).action_publish()
