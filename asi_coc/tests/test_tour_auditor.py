"""An auditor opens every menu, list and form in the browser."""

from datetime import date

from odoo import Command
from odoo.tests import tagged
from odoo.tools import file_open

from ..models.asi_coc_sourcing_policy import AREAS
from .common_partners import ContractorMixin
from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestAuditorTour(ContractorMixin, TourCase):
    """With a record behind each menu, and no button that makes another."""

    def test_auditor_looks_at_everything(self):
        self._assert_tour_opens_every_menu()
        self.receive(self.slab, 40, claimed=30, place=self.stock)
        self.receive(self.slab, 10, claimed=10, place=self.stock, verify=False)
        yard = self._create_location("Yard", self.warehouse.view_location_id)
        self.receive(self.slab, 10, place=yard)
        self.deliver(self.slab, 20, designated=12, place=self.stock)
        self.env["asi.coc.force.majeure"].create(
            {
                "name": "Strike",
                "period_id": self.period.id,
                "activity_id": self._activity("casthouse").id,
                "date": date.today(),
                "supplier_id": self.supplier.id,
                "contract": "P1",
                "affected_mass": 10,
                "evidence": "Notice of the railway",
            }
        )
        self.env["asi.coc.drift"].create(
            {
                "scope_id": self.scope.id,
                "company_id": self.company.id,
                "kind": "total",
                "state": "found",
                "period_id": self.period.id,
                "product_id": self.slab.id,
                "recorded_mass": 10,
                "expected_mass": 12,
            }
        )
        self.env["asi.coc.adoption"].create({"scope_id": self.scope.id})
        self._record_what_errors_bring()
        self._tell_suppliers()
        self._take_in_scrap()
        self._pay_for_scrap()
        self._have_work_done_outside()
        self._share_a_refinery()
        self._manage()
        latest = self.env["asi.coc.entry"].search([], limit=1)
        self.tour("asi_coc_auditor", self.auditor)
        self.assertEqual(self.env["asi.coc.entry"].search([], limit=1), latest)

    def _record_what_errors_bring(self):
        self.env["asi.coc.error"].create({"found": "Wrong mass"})
        self.env["asi.coc.verification.request"].create(
            {
                "scope_id": self.scope.id,
                "document_number": "COC/1",
                "requester_name": "Matthew Johnson",
            }
        )
        self.env["asi.coc.sustainability"].create(
            {
                "period_id": self.period.id,
                "carbon_footprint": 5.7,
                "carbon_method": "IAI",
            }
        )
        self._assess_suppliers()
        self.env["asi.coc.supplementary.statement"].create(
            {"name": "Policy", "text": "We have one.", "scope_id": self.scope.id}
        )

    def _tell_suppliers(self):
        """One supplier is told of the policy; another, uncertified, is not yet."""
        self.order_slabs()
        policy = self.env["asi.coc.sourcing.policy"].create(
            {
                "scope_id": self.scope.id,
                "version": "1.0",
                "evidence_ids": [Command.create({"name": "1.pdf", "raw": b"%PDF"})],
                **dict.fromkeys(AREAS, "As the standard has it."),
            }
        )
        policy.action_adopt()
        self.env["asi.coc.policy.communication"].create(
            {"policy_id": policy.id, "partner_id": self.supplier.id}
        )
        self.supplier = self.env["res.partner"].create({"name": "Gully Mining"})
        self.order_slabs()

    def _assess_suppliers(self):
        assessment = self.accept_due_diligence(self.customer)
        self.env["asi.coc.supplier.finding"].create(
            {
                "assessment_id": assessment.id,
                "name": "Passports are kept by the plant",
                "area_id": self.env.ref("asi_coc.risk_area_human_rights").id,
                "mitigation_ids": [
                    Command.create({"measure": "Talk", "indicator": "No passport kept"})
                ],
            }
        ).mitigation_ids.action_begin()
        self.env["asi.coc.questionnaire"].create(
            {"assessment_id": assessment.id, "contact_id": self.customer.id}
        )

    def _assert_tour_opens_every_menu(self):
        with file_open("asi_coc/static/tests/tours/auditor.js") as file:
            tour = file.read()
        menus = self.env["ir.ui.menu"].search(
            [
                ("id", "child_of", self.env.ref("asi_coc.menu_asi_coc_root").id),
                ("action", "!=", False),
            ]
        )
        self.assertEqual(len(menus), 60)
        for name in menus.get_external_id().values():
            self.assertIn(f"{name.removeprefix('asi_coc.')}:", tour)

    def _take_in_scrap(self):
        """Scrap that is assessed, scrap that waits, and a closed loop (4.2)."""
        furnace = self._create_location("Furnace")
        self.add_facility("Furnace", "remelting_refining", furnace)
        self.cans = self._create_product(
            "Cans",
            "scrap",
            self.tonne,
            coc_form_id=self.env.ref("asi_coc.form_post_consumer_scrap").id,
        )
        first, _second = (
            self.receive(self.cans, mass, place=furnace) for mass in (10, 5)
        )
        action = first.action_coc_assess_scrap()
        wizard = self.env["asi.coc.scrap.assess"].with_context(**action["context"])
        wizard.create({}).action_assess()
        stamper = self.env["res.partner"].create(
            {"name": "Stampers & Co", "is_company": True}
        )
        self.accept_due_diligence(stamper)
        self.env["asi.coc.closed.loop"].create(
            {
                "partner_id": stamper.id,
                "company_id": self.company.id,
                "tracing": "Skeletons of our alloy are baled apart",
            }
        )

    def _pay_for_scrap(self):
        """A bill of scrap, and what the law and the entity say on cash (4.3b)."""
        self.env["account.chart.template"].with_company(self.company).try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.cans.id,
                            "quantity": 10,
                            "price_unit": 900,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        ).action_post()
        self.env["asi.coc.cash.limit"].create(
            {
                "country_id": self.env.ref("base.us").id,
                "amount": 5000,
                "date_start": date.today(),
                "source": "Scrap Metal Act",
                "evidence_ids": [Command.create(self._file("law.pdf"))],
            }
        )
        self.env["asi.coc.cash.window"].create(
            {"company_id": self.company.id, "days": 60, "reason": "The bank's advice"}
        )

    def _have_work_done_outside(self):
        """A contractor, its statement, and how it agrees with our moves (2.3, 2.4)."""
        contractor = self.record_contractor(
            self.env["res.partner"].create({"name": "Finishers", "is_company": True})
        )
        statement = self.env["asi.coc.contractor.statement"].create(
            {
                "contractor_id": contractor.id,
                "period_id": self.period.id,
                "date_start": self.period.date_start,
                "date_end": self.period.date_end,
            }
        )
        self.env["asi.coc.contractor.reconciliation"].create(
            {"statement_id": statement.id, "material": "aluminium"}
        )

    def _share_a_refinery(self):
        """A legal interest in another entity's production (3.2a)."""
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
                "date_start": date.today(),
                "evidence_ids": [Command.create(self._file("agreement.pdf"))],
            }
        )

    def _manage(self):
        """What the management system brings, and how it stands (1, 7.3, 11)."""
        scope = {"scope_id": self.scope.id}
        self.env["asi.coc.procedure"].create({"name": "Manual", **scope})
        self.env["asi.coc.management.review"].create(scope)
        topic = self.env.ref("asi_coc.training_topic_standard")
        self.env["asi.coc.training"].create({"topic_id": topic.id, **scope})
        self.env["asi.coc.claims.guide"].create(
            {"version": "2.1", "date_start": "2024-01-01"}
        )
        self.env["asi.coc.claim"].create({"title": "Flyer", "text": "ASI", **scope})
        self.env["asi.coc.annual.report"].create(
            {"year": date.today().year - 1, **scope}
        )
        self.env["asi.coc.complaint"].create(
            {"concern": "Dust", "user_id": self.officer.id, **scope}
        )
        audit = self.env["asi.coc.audit"].create(
            {"date_start": date.today(), "date_end": date.today(), **scope}
        )
        audit.action_start()
        finding = audit.finding_ids[0]
        finding.rating = "minor"
        self.env["asi.coc.corrective.action"].create(
            {
                "name": "List the records",
                "finding_id": finding.id,
                "date_due": date.today(),
            }
        )
        self.scope.action_verify_ledger()
        self.scope.with_user(self.officer).action_request_audit_pack()
        self.env["asi.coc.readiness"]._refresh(self.scope)
        self.env["asi.coc.readiness.trend"]._record(self.scope)
