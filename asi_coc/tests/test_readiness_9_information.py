"""9.3 to 9.6: each criterion of what documents say besides goes wrong and right."""

from odoo.tests import tagged

from .common_readiness import ReadinessMixin
from .common_replacing import IssuingCase
from .common_scrap import ScrapCase


@tagged("post_install", "-at_install")
class TestInformation(IssuingCase):
    """9.3 and 9.4: what documents say besides."""

    def setUp(self):
        super().setUp()
        self.scope.issue_automatically = False

    def draft(self, **values):
        document = self.ship().coc_document_ids
        document.write(values)
        return document

    def data(self, **values):
        return self.env["asi.coc.sustainability"].create(
            {"period_id": self.period.id, **values}
        )

    # -- 9.3 ----------------------------------------------------------------
    def test_9_3a_method(self):
        self.assert_state("9.3a", "not_applicable", "it is optional")
        self.data(
            carbon_footprint=5.7, carbon_method="IAI 2021", evidence_ids=[self.file()]
        )
        document = self.draft(carbon_method=False)
        self.assert_state("9.3a", "not_applicable")
        document.action_issue()
        self.assert_state("9.3a", "missing", document.name, "without its method")
        self.assert_evidence("9.3a", "To be replaced", document)
        replacement = self.replace(document, carbon_method="IAI 2021")
        self.assert_state("9.3a", "in_order", "1 CoC Documents")
        self.assert_evidence("9.3a", "CoC Documents that say it", replacement)

    def test_9_3a_evidence(self):
        data = self.data(carbon_footprint=5.7, carbon_method="IAI 2021")
        document = self.draft()
        document.action_issue()
        self.assert_state("9.3a", "attention", document.name, "Attach evidence")
        self.assert_evidence("9.3a", "Without evidence", document)
        data.evidence_ids = [self.file()]
        self.assert_state("9.3a", "in_order")

    def test_9_3b_evidence(self):
        self.assert_state("9.3b", "not_applicable", "it is optional")
        document = self.draft(origin_information="Bauxite of Weipa")
        document.action_issue()
        self.assert_state("9.3b", "attention", document.name, "Attach evidence")
        self.assert_evidence("9.3b", "Without evidence", document)
        self.data(origin_information="Bauxite of Weipa", evidence_ids=[self.file()])
        draft = self.void(document, "replaced", issue_now=False)
        draft.action_propose_information()
        draft.action_issue()
        self.assert_state("9.3b", "in_order", "1 CoC Documents")
        self.assert_evidence("9.3b", "CoC Documents that say it", draft)

    def test_9_3c_not_of_a_smelter(self):
        (self.facility("Casthouse") | self.facility("Mill")).active = False
        self.assert_state("9.3c", "not_applicable", "No facility", "recycled")

    def test_9_3d_certificate(self):
        self.assert_state("9.3d", "not_applicable", "it is optional")
        self.receive(self.coil, 20, claimed=20, place=self.mill_place)
        delivery = self.deliver(self.coil, 10, designated=10, place=self.mill_place)
        document = delivery.coc_document_ids
        document.action_issue()
        self.assertIn("P00037", document.performance_status)
        self.assert_state("9.3d", "in_order", "1 CoC Documents")
        self.assert_evidence("9.3d", "CoC Documents that say it", document)
        status = self.env["asi.coc.certificate.status"].create(
            {
                "certificate_id": self.performance.id,
                "status": "suspended",
                "date": "2025-03-01",
            }
        )
        self.assert_state("9.3d", "missing", document.name, "was not valid on its day")
        self.assert_evidence("9.3d", "To be replaced", document)
        status.date = "2025-03-11"
        self.assert_state("9.3d", "in_order")
        status.date = "2025-03-01"
        # what left then was no CoC Material
        self.void(document, "kept")
        self.assert_state("9.3d", "not_applicable")

    def test_9_3d_not_without_post_casthouse(self):
        self.facility("Mill").active = False
        self.assert_state("9.3d", "not_applicable", "post-casthouse")

    # -- 9.4 ----------------------------------------------------------------
    def test_9_4_evidence(self):
        self.assert_state("9.4", "not_applicable", "no supplementary statement")
        statement = self.env["asi.coc.supplementary.statement"].create(
            {"name": "ISO 14001", "text": "We hold it.", "scope_id": self.scope.id}
        )
        self.assert_state("9.4", "attention", "ISO 14001", "without evidence")
        self.assert_evidence("9.4", "Statements without evidence", statement)
        statement.evidence_ids = [self.file()]
        self.assert_state("9.4", "in_order")
        document = self.draft()
        document.action_issue()
        self.assert_evidence("9.4", "CoC Documents that make one", document)
        statement.date_end = "2025-03-31"
        self.at("2025-04-01")
        self.assert_state("9.4", "attention", "The evidence has ended: ISO 14001")
        self.assert_evidence("9.4", "Statements whose evidence ended", statement)
        statement.active = False
        self.assert_state("9.4", "in_order")

    def test_9_4_document_without_evidence(self):
        """By SQL: what a document was issued with is kept."""
        self.env["asi.coc.supplementary.statement"].create(
            {
                "name": "ISO 14001",
                "text": "We hold it.",
                "scope_id": self.scope.id,
                "evidence_ids": [self.file()],
            }
        )
        document = self.draft()
        document.action_issue()
        self.env.cr.execute(
            "DELETE FROM asi_coc_document_evidence_rel WHERE document_id = %s",
            [document.id],
        )
        self.env.invalidate_all()
        self.assert_state("9.4", "missing", document.name, "Void and replace")
        self.assert_evidence("9.4", "CoC Documents without evidence", document)
        self.replace(document)
        self.assert_state("9.4", "in_order")


@tagged("post_install", "-at_install")
class TestAnswers(IssuingCase):
    """9.5 and 9.6: requests to verify, and errors."""

    def ask(self, document, **values):
        return self.env["asi.coc.verification.request"].create(
            {
                "document_id": document.id,
                "requester_name": "Matthew Johnson",
                "requester_email": "matthew@rollers.example.com",
                "question": "Are 6 t right?",
                **values,
            }
        )

    # -- 9.5 ----------------------------------------------------------------
    def test_9_5_answers(self):
        self.assert_state("9.5", "in_order", "Nobody has asked")
        request = self.ask(self.issue())
        self.assert_state("9.5", "attention", "Waiting", request.name)
        self.assert_evidence("9.5", "Unanswered before their deadline", request)
        self.at("2025-03-15")
        self.assert_state("9.5", "attention")
        self.at("2025-03-16")
        row = self.assert_state("9.5", "missing", request.name, "their deadline")
        self.assertNotIn("Waiting", row.explanation)
        self.assert_evidence("9.5", "Unanswered after their deadline", request)
        request.write({"outcome": "confirmed", "answer": "They are"})
        request.action_answered_elsewhere()
        self.assert_state("9.5", "in_order", "is answered")
        self.assert_evidence("9.5", "Requests", request)

    def test_9_5_unreasonable(self):
        request = self.ask(self.issue(), outcome="declined", answer="Sent five times")
        request.action_answered_elsewhere()
        self.assert_state("9.5", "attention", "Declined", request.name, "ASI")
        self.assert_evidence("9.5", "Unreasonable, ASI not informed", request)
        request.asi_informed_on = "2025-03-10"
        self.assert_state("9.5", "in_order")

    # -- 9.6 ----------------------------------------------------------------
    def test_9_6_goods_that_came_back(self):
        self.assert_state("9.6", "in_order", "No error")
        delivery = self.ship()
        document = delivery.coc_document_ids
        self.give_back(delivery, 10)
        self.assert_state("9.6", "attention", document.name, "Void or replace")
        self.assert_evidence("9.6", "To be voided or replaced", document)
        error = self.void(document, "returned")
        self.assert_state("9.6", "attention", error.name)
        self.assert_evidence("9.6", "Errors not reviewed yet", error)
        self.assert_evidence("9.6", "Void and replaced documents", document)
        self.at("2025-06-09")
        self.assert_state("9.6", "missing", error.name, "verdue")
        self.assert_evidence("9.6", "Overdue effectiveness reviews", error)
        error.write({"effective": "yes", "effectiveness_remark": "No error since"})
        error.action_review()
        self.assert_state("9.6", "in_order", "was corrected and reviewed")
        self.assert_evidence("9.6", "Errors", error)

    def test_9_6_suspected_fraud(self):
        error = self.env["asi.coc.error"].create(
            {
                "document_id": self.issue().id,
                "kind": "suspected_fraud",
                "found": "Somebody changed the document",
            }
        )
        self.assert_state("9.6", "missing", error.name, "not reported to ASI")
        self.assert_evidence("9.6", "Suspected fraud not reported to ASI", error)
        error.action_report_to_asi()
        self.assert_state("9.6", "attention")
        self.assert_state("10.4", "in_order")


@tagged("post_install", "-at_install")
class TestRecycledContent(ReadinessMixin, ScrapCase):
    """9.3c: recycled content rests on scrap whose kind is known."""

    def test_9_3c_scrap_to_assess(self):
        self.assert_state("9.3c", "not_applicable", "it is optional")
        self.receive(self.slab, 100, claimed=100)
        receipt = self.take_in(self.cans, 10)
        self.accept_due_diligence(self.supplier)
        document = self.deliver(self.slab, 10, designated=10).coc_document_ids
        document.write({"recycled_content": "10 % post-consumer"})
        document.action_issue()
        self.assert_state("9.3c", "attention", receipt.name, "Assess it")
        self.assert_evidence("9.3c", "CoC Documents that say it", document)
        self.split(receipt, post=100)
        self.assert_state("9.3c", "in_order", "1 CoC Documents")
