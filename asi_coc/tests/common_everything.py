"""A scope with a record of every model, made through real operations."""

from odoo import Command

from ..models.asi_coc_sourcing_policy import AREAS
from .common import UserCase
from .common_cash import CashCase
from .common_history import HistoryMixin
from .common_partners import ContractorMixin


class EverythingCase(HistoryMixin, ContractorMixin, CashCase, UserCase):
    """One after the other, what the sections of the standard ask for is done."""

    def setUp(self):
        super().setUp()
        self.close_a_year()
        self.keep_the_management_system()
        self.have_work_done_outside()
        self.take_in_scrap()
        self.pay_for_scrap()
        self.share_a_refinery()
        self.assess_a_supplier()
        self.tell_of_the_policy()
        self.account_for_material()
        self.issue_documents()
        self.make_a_claim()
        self.be_audited()
        self.hear_a_complaint()
        self.report_and_verify()
        self.env["asi.coc.readiness"]._refresh(self.scope)
        self.env["asi.coc.readiness.trend"]._record(self.scope)
        self.env.flush_all()

    def make(self, model, **values):
        return self.env[model].create(values)

    def own(self, model, **values):
        return self.make(model, scope_id=self.scope.id, **values)

    def file(self, name="evidence.pdf"):
        return Command.create(self._file(name))

    # -- 8: the account -------------------------------------------------------
    def close_a_year(self):
        """2024 is adopted and closed."""
        self.earlier = self.open_period("2024-01-01", "2024-12-31")
        self.forget()
        self.at("2024-06-01")
        self.receive(self.slab, 30)
        self.remember()
        self.at("2025-01-10")
        self.adopt("2024-01-01")
        self.close(self.earlier)
        self.at("2025-03-10")

    def account_for_material(self):
        self.receive(self.slab, 100, claimed=60)
        self.receive(self.slab, 10, claimed=10, verify=False)
        incomplete = self.receive(self.slab, 10, claimed=10, verify=False)
        self.enter_paper(incomplete, responsible=False).action_check()
        self.receive(self.slab, 5, place=self._create_location("Yard"))
        receipt = self.receive(self.slab, 20)
        self.force_majeure(10)
        self.env.flush_all()
        # below every guard, so that there is drift to be found
        self.env.cr.execute(
            "UPDATE stock_move_line SET quantity = 25, quantity_product_uom = 25 "
            "WHERE picking_id = %s",
            [receipt.id],
        )
        self.env.invalidate_all()
        self.scope.action_check_drift()
        self.period._reconcile()
        self.period.action_open_close_steps()

    # -- 1: the management system ---------------------------------------------
    def keep_the_management_system(self):
        procedure = self.own(
            "asi.coc.procedure", name="Manual", evidence_ids=[self.file()]
        )
        procedure.action_approve()
        review = self.own("asi.coc.management.review", date="2025-02-01")
        self.make(
            "asi.coc.review.action",
            review_id=review.id,
            name="Train the buyers",
            responsible_id=self.officer.id,
            date_due="2025-06-30",
        )
        topic = self.env.ref("asi_coc.training_topic_claims")
        topic.group_ids = self.env.ref("asi_coc.group_officer")
        self.own(
            "asi.coc.training",
            topic_id=topic.id,
            trainer="ASI",
            date="2025-01-15",
            attendee_ids=[Command.set((self.officer | self.env.user).partner_id.ids)],
            evidence_ids=[self.file()],
        ).action_hold()

    # -- 2: contractors -------------------------------------------------------
    def have_work_done_outside(self):
        contractor = self.record_contractor(self._company("Finishers"))
        statement = self.make(
            "asi.coc.contractor.statement",
            contractor_id=contractor.id,
            period_id=self.period.id,
            date_start=self.period.date_start,
            date_end=self.period.date_end,
            line_ids=[Command.create({"product_id": self.coil.id})],
        )
        self.make(
            "asi.coc.contractor.reconciliation",
            statement_id=statement.id,
            material="aluminium",
        )

    def _company(self, name):
        return self.make("res.partner", name=name, is_company=True)

    # -- 3 and 4: sources and scrap -------------------------------------------
    def share_a_refinery(self):
        refinery = self._company("Red Hills Alumina")
        interest = self.own(
            "asi.coc.legal.interest",
            name="Refinery Joint Venture",
            partner_id=refinery.id,
            activity_id=self._activity("alumina_refining").id,
            certificate_id=self.certify(refinery, "C00091").id,
            basis="equity_share",
            share=40,
            date_start="2025-01-01",
            evidence_ids=[self.file()],
        )
        interest.action_activate()
        self.make(
            "asi.coc.legal.interest.allocation",
            interest_id=interest.id,
            period_id=self.period.id,
            production_mass=1000,
            evidence_ids=[self.file()],
        )

    def take_in_scrap(self):
        furnace = self._create_location("Furnace")
        self.add_facility("Furnace", "remelting_refining", furnace)
        self.cans = self._create_product(
            "Cans",
            "scrap",
            self.tonne,
            coc_form_id=self.env.ref("asi_coc.form_post_consumer_scrap").id,
        )
        first, _waiting = (
            self.receive(self.cans, mass, place=furnace) for mass in (10, 5)
        )
        action = first.action_coc_assess_scrap()
        wizard = self.env["asi.coc.scrap.assess"].with_context(**action["context"])
        wizard.create({}).action_assess()
        stamper = self._company("Stampers & Co")
        self.accept_due_diligence(stamper)
        self.make(
            "asi.coc.closed.loop",
            partner_id=stamper.id,
            company_id=self.company.id,
            tracing="Skeletons of our alloy are baled apart",
        )

    def pay_for_scrap(self):
        self.bill(self.buy(product=self.cans, price=900))
        self.pay(500)
        self.make(
            "asi.coc.cash.limit",
            country_id=self.env.ref("base.us").id,
            amount=5000,
            date_start="2025-03-10",
            source="Scrap Metal Act",
            evidence_ids=[self.file()],
        )
        self.make(
            "asi.coc.cash.window",
            company_id=self.company.id,
            days=60,
            reason="The bank's advice",
        )
        self.yard.write(
            {
                "coc_principal_ids": [
                    Command.create({"name": "Jan Rogers", "role": "owner"})
                ],
                "coc_place_ids": [Command.create({"name": "Yard", "city": "Peel"})],
                "coc_identity_evidence_ids": [
                    Command.create(
                        {"name": "Extract", "evidence_ids": [self.file("extract.pdf")]}
                    )
                ],
            }
        )

    # -- 7: due diligence -----------------------------------------------------
    def assess_a_supplier(self):
        assessment = self.accept_due_diligence(self.customer)
        self.make(
            "asi.coc.supplier.finding",
            assessment_id=assessment.id,
            name="Passports are kept by the plant",
            area_id=self.env.ref("asi_coc.risk_area_human_rights").id,
            mitigation_ids=[
                Command.create({"measure": "Talk", "indicator": "No passport kept"})
            ],
        ).mitigation_ids.action_begin()
        questionnaire = self.make(
            "asi.coc.questionnaire",
            assessment_id=assessment.id,
            contact_id=self.customer.id,
        )
        # as the page of the survey writes it
        self.make(
            "asi.coc.questionnaire.answer",
            questionnaire_id=questionnaire.id,
            question="Is there a policy?",
            answer="Yes",
        )

    def tell_of_the_policy(self):
        policy = self.own(
            "asi.coc.sourcing.policy",
            version="1.0",
            evidence_ids=[self.file()],
            **dict.fromkeys(AREAS, "As the standard has it."),
        )
        policy.action_adopt()
        self.make(
            "asi.coc.policy.communication",
            policy_id=policy.id,
            partner_id=self.supplier.id,
        )

    # -- 9 and 10: documents --------------------------------------------------
    def issue_documents(self):
        self.own(
            "asi.coc.supplementary.statement",
            name="Policy",
            text="We have one.",
            evidence_ids=[self.file()],
        )
        self.make(
            "asi.coc.sustainability",
            period_id=self.period.id,
            carbon_footprint=5.7,
            carbon_method="IAI",
            evidence_ids=[self.file()],
        )
        document = self.deliver(self.slab, 10, designated=3).coc_document_ids
        self.assertEqual(document.state, "issued")
        self.make("asi.coc.error", document_id=document.id, found="Wrong mass")
        self.make(
            "asi.coc.verification.request",
            document_id=document.id,
            requester_name="Matthew Johnson",
        )
        self.scope.issue_automatically = False
        self.deliver(self.slab, 10, designated=2)
        certificate = self.env["asi.coc.certificate"].search(
            [("partner_id", "=", self.supplier.id)]
        )
        certificate.action_record_check()
        self.make(
            "asi.coc.certificate.status",
            certificate_id=certificate.id,
            status="suspended",
            date="2025-03-20",
        )
        self.make(
            "asi.coc.throttle",
            kind="look",
            client="192.0.2.1",
            window_start="2025-03-10 12:00:00",
            hits=1,
        )

    # -- 11 and audits --------------------------------------------------------
    def make_a_claim(self):
        self.make("asi.coc.claims.guide", version="2.1", date_start="2024-01-01")
        self.own(
            "asi.coc.claim",
            title="Billet brochure",
            text="Our billets contain 40 % ASI Aluminium.",
            author_id=self.officer.id,
            date_end="2025-12-31",
            evidence_ids=[self.file()],
        ).action_approve()

    def be_audited(self):
        audit = self.own("asi.coc.audit", date_start="2025-03-05")
        audit.action_start()
        finding = audit.finding_ids[:1]
        finding.write({"rating": "minor", "comment": "Not stated"})
        self.make(
            "asi.coc.corrective.action",
            name="State it",
            finding_id=finding.id,
            responsible_id=self.officer.id,
            date_due="2025-06-30",
        )

    # -- 7.3 --------------------------------------------------------------------
    def hear_a_complaint(self):
        complaint = self.own(
            "asi.coc.complaint", concern="Dust", user_id=self.officer.id
        )
        self.env["asi.coc.complaint.statement"]._add(
            complaint, "complaint", "telephone", "Dust"
        )
        self.make("asi.coc.complaint.log", complaint_id=complaint.id, what="Visited")

    # -- 1.7 and the chain --------------------------------------------------------
    def report_and_verify(self):
        """The report of 2024 is handed in, the ledger verified, a pack asked for."""
        report = self.own("asi.coc.annual.report", year=2024)
        report.explanation = "Seen"
        report.action_submit()
        self.scope.action_verify_ledger()
        verification = self.env["asi.coc.ledger.verification"].search([], limit=1)
        self.make(
            "asi.coc.ledger.verification.finding",
            verification_id=verification.id,
            kind="entry_changed",
        )
        self.scope.action_request_audit_pack()
