"""Section 11: each criterion of claims goes wrong and right again."""

from odoo.tests import tagged

from .common_readiness import ReadinessMixin
from .test_claims import ClaimsCase

PUBLISHED = "Published claims"


@tagged("post_install", "-at_install")
class TestPublished(ReadinessMixin, ClaimsCase):
    """A claim of the officer, approved by the representative, is public."""

    def publish(self, **values):
        claim = self.approved(**values)
        claim.action_publish()
        return claim.with_user(self.env.user)

    def withdraw(self, claim):
        claim.withdrawal_reason = "No longer true"
        claim.action_withdraw()

    def test_11_1_without_claims(self):
        for code in ("11.1a", "11.1b", "11.1c"):
            self.assert_state(code, "in_order", "No claim is made")

    # -- 11.1a --------------------------------------------------------------
    def test_11_1a_claims_guide(self):
        claim = self.publish()
        self.assert_state("11.1a", "in_order", "1 published claims")
        self.assert_evidence("11.1a", PUBLISHED, claim)
        guide = self.env["asi.coc.claims.guide"].create(
            {"version": "3.0", "date_start": "2025-04-01"}
        )
        self.assert_state("11.1a", "in_order")
        self.at("2025-04-01")
        self.assert_state("11.1a", "attention", "3.0", "CLM/2025/0001", "anew")
        self.assert_evidence(
            "11.1a", "Of an earlier version of the Claims Guide", claim
        )
        newer = self.claim(guide_id=guide.id)
        newer.with_user(self.representative).action_approve()
        newer.action_publish()
        self.withdraw(claim)
        self.assert_state("11.1a", "in_order", "1 published claims")
        self.assert_evidence("11.1a", PUBLISHED, newer.with_user(self.env.user))

    def test_11_1a_without_certificate(self):
        self.publish()
        status = self.env["asi.coc.certificate.status"].create(
            {
                "certificate_id": self.certificate.id,
                "status": "suspended",
                "date": "2025-04-01",
            }
        )
        self.assert_state("11.1a", "in_order")
        self.at("2025-04-01")
        self.assert_state("11.1a", "missing", "CLM/2025/0001", "Withdraw")
        status.date = "2025-06-01"
        self.assert_state("11.1a", "in_order")

    # -- 11.1b --------------------------------------------------------------
    def test_11_1b_evidence_that_ends(self):
        claim = self.publish()
        self.at("2025-11-30")
        self.assert_state("11.1b", "in_order")
        self.at("2025-12-01")
        self.assert_state("11.1b", "attention", "CLM/2025/0001", "within a month")
        self.at("2026-01-01")
        self.assert_state("11.1b", "missing", "CLM/2025/0001", "Withdraw them")
        self.assert_evidence("11.1b", "Evidence ended or missing", claim)
        self.withdraw(claim)
        self.assert_state("11.1b", "in_order", "No claim is made")

    def test_11_1b_evidence_that_is_gone(self):
        """By SQL: evidence of a claim that was approved stays."""
        claim = self.publish()
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM asi_coc_claim_ir_attachment_rel WHERE asi_coc_claim_id = %s",
            [claim.id],
        )
        self.env.invalidate_all()
        self.assert_state("11.1b", "missing", "Without evidence", "CLM/2025/0001")
        self.assert_evidence("11.1b", "Evidence ended or missing", claim)
        self.withdraw(claim)
        self.assert_state("11.1b", "in_order")

    # -- 11.1c --------------------------------------------------------------
    def test_11_1c_author_of_a_draft(self):
        claim = self.claim().with_user(self.env.user)
        self.assert_state("11.1c", "attention", "officer", "before the approval")
        self.assert_evidence("11.1c", "Claims to be published", claim)
        training = self.train(self.officer)
        self.assert_state("11.1c", "in_order")
        self.assert_evidence("11.1c", "Claims trainings held", training)

    def test_11_1c_training_that_expired(self):
        """The topic's 24 months end on 14 January 2027; the claim goes on."""
        self.certificate.date_end = "2029-12-31"
        claim = self.publish(date_end="2027-12-31")
        self.assert_state("11.1c", "in_order", "trained people")
        self.at("2027-01-15")
        self.assert_state("11.1c", "missing", "officer, representative", "Hold one")
        self.assert_evidence("11.1c", PUBLISHED, claim)
        self.train(self.officer, day="2027-01-15")
        self.assert_state("11.1c", "missing", "representative")
        self.train(self.representative, day="2027-01-15")
        self.assert_state("11.1c", "in_order")
