"""Section 10: each criterion of receiving documents goes wrong and right again."""

from odoo import Command
from odoo.tests import tagged

from .common_readiness import ReadinessMixin
from .common_receiving import ReceivingCase
from .common_replacing import ReplacingMixin

VERIFIED = "Verified documents"


@tagged("post_install", "-at_install")
class TestReceiving(ReplacingMixin, ReadinessMixin, ReceivingCase):
    def waiting(self, receipt):
        return self.env["asi.coc.unverified.receipt"].search(
            [("picking_id", "=", receipt.id)]
        )

    def officers(self, document):
        return document.with_user(self.officer)

    # -- 10.1 ---------------------------------------------------------------
    def test_10_1_incomplete(self):
        self.assert_state("10.1", "in_order", "No CoC Document was received")
        _receipt, document = self.typed(responsible=False)
        document = document.with_user(self.env.user)
        self.assert_state(
            "10.1", "attention", "ACME-7", "not complete", "ask the issuer"
        )
        self.assert_evidence("10.1", "Incomplete documents", document)
        document.responsible = "Jan Rogers, VP Sales"
        document.action_check()
        self.assert_state(
            "10.1", "attention", "ACME-7", "not verified yet", "Verify it"
        )
        self.assert_evidence("10.1", "Drafts to verify", document)
        document.action_verify()
        self.assert_state("10.1", "in_order", "1 received documents")
        self.assert_evidence("10.1", VERIFIED, document)

    # -- 10.2 ---------------------------------------------------------------
    def test_10_2_without_a_document(self):
        self.assert_state("10.2", "in_order", "No CoC Document was received")
        receipt = self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        self.assert_state("10.2", "attention", receipt.name, "take the claims")
        self.assert_evidence(
            "10.2", "Claims without a verified document", self.waiting(receipt)
        )
        document = self.verify(receipt)
        self.assert_state("10.2", "in_order", "1 received documents", "agree")
        self.assert_evidence("10.2", VERIFIED, document)

    def test_10_2_document_that_disagrees(self):
        """The document says 60 t, the goods and their claim 6 t."""
        receipt, document = self.typed()
        document = document.with_user(self.env.user)
        document.line_ids.coc_mass = 60
        document.action_check()
        self.assert_state("10.2", "attention", "ACME-7", "do not agree", "(10.4)")
        self.assert_evidence("10.2", "Documents that disagree with the goods", document)
        document.line_ids.coc_mass = 6
        document.action_verify()
        self.assert_state("10.2", "in_order")
        document.action_withdraw()
        self.assert_state("10.2", "attention", receipt.name)
        receipt.move_ids.coc_claimed_mass = 0
        self.assert_state("10.2", "in_order")

    def test_10_2_nothing_claimed(self):
        """A certified supplier may deliver Non-CoC Material: nobody has to act."""
        receipt = self.arrive((self.slab, 10, 0))
        self.assertTrue(self.waiting(receipt))
        self.assert_state("10.2", "in_order")

    # -- 10.3 ---------------------------------------------------------------
    def test_10_3_checks(self):
        self.scope.certificate_check_days = 90
        certificate = self.env["asi.coc.certificate"].search(
            [("partner_id", "=", self.supplier.id)]
        )
        # who supplies nothing need not be looked up
        self.assert_state("10.3", "in_order", "Nobody supplies")
        self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        self.assert_state("10.3", "missing", "C00015 (Acme Alumina)", "Look it up")
        self.assert_evidence("10.3", "Checks due", certificate)
        self.assert_evidence("10.3", "Certificates of suppliers", certificate)
        certificate.with_user(self.officer).action_record_check()
        self.assert_state("10.3", "in_order", "1 certificates")
        self.assert_evidence("10.3", "Checks made", certificate.check_ids)
        self.at("2025-06-07")
        self.assert_state("10.3", "in_order")
        self.at("2025-06-08")
        self.assert_state("10.3", "missing", "every 90 days")

    def test_10_3_suspension(self):
        self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        certificate = self.env["asi.coc.certificate"].search(
            [("partner_id", "=", self.supplier.id)]
        )
        self.assert_state("10.3", "in_order")
        self.env["asi.coc.certificate.status"].create(
            {
                "certificate_id": certificate.id,
                "status": "suspended",
                "date": "2025-03-11",
            }
        )
        self.assert_state("10.3", "in_order")
        self.at("2025-03-11")
        self.assert_state("10.3", "attention", "Suspended: C00015 (Acme Alumina)")
        self.env["asi.coc.certificate.status"].create(
            {
                "certificate_id": certificate.id,
                "status": "certified",
                "date": "2025-04-01",
            }
        )
        self.at("2025-04-01")
        self.assert_state("10.3", "in_order")

    def test_10_3_renewal(self):
        self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        certificate = self.env["asi.coc.certificate"].search(
            [("partner_id", "=", self.supplier.id)]
        )
        certificate.date_end = "2025-04-10"
        self.assert_state("10.3", "in_order")
        self.at("2025-03-11")
        self.assert_state("10.3", "attention", "C00015", "ends on April 10, 2025")
        self.certify(
            self.supplier, "C00015", date_start="2025-04-11", date_end="2028-04-10"
        )
        self.assert_state("10.3", "in_order")

    # -- 10.4 ---------------------------------------------------------------
    def test_10_4_errors(self):
        self.assert_state("10.4", "in_order", "No error")
        receipt = self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        document = self.verify(receipt)
        error = self.void(document, "kept")
        self.assert_state("10.4", "attention", error.name)
        self.assert_evidence("10.4", "Errors not reviewed yet", error)
        self.at("2025-06-09")
        self.assert_state("10.4", "missing", error.name, "verdue")
        error.write({"effective": "yes", "effectiveness_remark": "No error since"})
        error.action_review()
        self.assert_state("10.4", "in_order", "was corrected and reviewed")
        self.assert_evidence("10.4", "Errors", error)
        self.assert_state("9.6", "in_order", "No error")

    def test_10_4_suspected_fraud(self):
        receipt = self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        error = self.env["asi.coc.error"].create(
            {
                "document_id": self.enter(receipt).id,
                "kind": "suspected_fraud",
                "found": "Acme did not issue this document",
            }
        )
        self.assert_state("10.4", "missing", error.name, "not reported to ASI")
        self.assert_evidence("10.4", "Suspected fraud not reported to ASI", error)
        error.action_report_to_asi()
        self.assert_state("10.4", "attention", error.name)

    # -- another entity -----------------------------------------------------
    def test_other_companies_do_not_count(self):
        """What the certificates, errors and claims of another entity say is theirs."""
        codes = [
            *("8.1", "8.2", "8.3", "8.4", "8.5", "8.7", "9.1", "9.5", "9.6"),
            *("10.1", "10.2", "10.3", "10.4", "11.1a", "11.1b", "11.1c"),
        ]
        self.facility("Smelter").declared_yield = 0.52
        before = {code: self.row(code).state for code in codes}
        self.assertEqual(set(before.values()), {"in_order"})
        other, _user = self.another_company()
        self.env.user.company_ids += other
        env = self.env(context={**self.env.context, "allowed_company_ids": other.ids})
        scope = env["asi.coc.scope"].create({"name": "Others", "company_id": other.id})
        env["asi.coc.error"].create(
            {
                "scope_id": scope.id,
                "criterion": "10.4",
                "kind": "suspected_fraud",
                "found": "Somebody else's",
            }
        )
        env["asi.coc.verification.request"].create(
            {
                "scope_id": scope.id,
                "document_number": "7",
                "received_on": "2025-01-01 12:00:00",
            }
        )
        env["asi.coc.document"].create(
            {
                "scope_id": scope.id,
                "direction": "received",
                "name": "ACME-1",
                "issuer_id": self.supplier.id,
                "customer_id": other.partner_id.id,
                "line_ids": [
                    Command.create(
                        {"material": "aluminium", "coc_mass": 1, "total_mass": 1}
                    )
                ],
            }
        ).action_check()
        self.assertEqual({code: self.row(code).state for code in codes}, before)
        self.assert_state("10.4", "missing", scope=scope)
        self.assert_state("9.5", "missing", scope=scope)
        self.assert_state("10.1", "attention", "ACME-1", scope=scope)
