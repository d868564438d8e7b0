"""Readiness on section 4: recycled aluminium and Eligible Scrap."""

import base64

from odoo import Command
from odoo.tests import tagged

from .common import UserCase
from .common_cash import CashCase
from .common_readiness import ReadinessMixin
from .common_scrap import ScrapCase
from .test_readiness_3 import SourcingReadinessCase


@tagged("post_install", "-at_install")
class TestReadiness4Facilities(SourcingReadinessCase):
    """4.1: re-melting and refining in certified facilities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = cls._create_location("Furnace")
        cls.furnace = cls.add_facility("Furnace", "remelting_refining", place)

    def test_4_1a_in_the_certified_scope(self):
        self.assert_not_applicable_without("remelting_refining", "4.1a")
        self.assert_state("4.1a", "in_order", "Furnace")
        self.assert_evidence("4.1a", "Facilities", self.furnace)
        every = self.certificate.supply_chain_activity_ids
        self.certificate.supply_chain_activity_ids = every - self.furnace.activity_id
        self.assert_state("4.1a", "missing", "Furnace", "C00037 does not cover")
        self.certificate.supply_chain_activity_ids = every
        self.at("2026-12-01")
        self.assert_state("4.1a", "attention", "Furnace", "December 31, 2026")

    def test_4_1b_performance_standard(self):
        self.assert_not_applicable_without("remelting_refining", "4.1b")
        self.assert_state("4.1b", "in_order", "P00037")
        label = "Performance Standard certificates"
        self.assert_evidence("4.1b", label, self.performance)
        self.suspend(self.performance, "2025-03-10")
        self.assert_state("4.1b", "missing", "Furnace", "Suspended", "(4.1b)")
        self.suspend(self.performance, "2025-03-11", "certified")
        self.at("2025-03-11")
        self.assert_state("4.1b", "in_order")


class ScrapReadinessCase(ReadinessMixin, ScrapCase):
    waiting = "Scrap to assess"
    assessed = "Assessments of scrap in force"

    def to_assess(self, picking):
        return self.env["asi.coc.scrap.to.assess"].search(
            [("picking_id", "=", picking.id)]
        )


@tagged("post_install", "-at_install")
class TestReadiness4Scrap(ScrapReadinessCase):
    """4.2: what counts as Eligible Scrap."""

    def check_assessed(self, code, product, **split):
        self.assert_not_applicable_without("remelting_refining", code)
        self.assert_state(code, "in_order", "No such scrap")
        receipt = self.take_in(product, 20)
        self.assert_state(code, "attention", receipt.name, "Assess it")
        self.assert_evidence(code, self.waiting, self.to_assess(receipt))
        for other in {"4.2a", "4.2b", "4.2c"} - {code}:
            self.assertEqual(self.row(other).state, "in_order", other)
        self.split(receipt, **split)
        self.assert_state(code, "in_order", "Every receipt")
        self.assert_evidence(code, self.assessed, self.in_force(receipt))
        for other in {"4.2a", "4.2b", "4.2c"} - {code}:
            self.assert_evidence(other, self.assessed, self.in_force(receipt).browse())

    def test_4_2a_pre_consumer_scrap(self):
        self.check_assessed("4.2a", self.clippings, pre=100)

    def test_4_2b_post_consumer_scrap(self):
        self.check_assessed("4.2b", self.cans, post=100)

    def test_4_2c_dross(self):
        self.check_assessed("4.2c", self.dross, dross=100)

    def test_4_2_scrap_of_unknown_kind(self):
        """Each kind of what may be in a mixed load waits for its assessment."""
        receipt = self.take_in(self.scrap, 20)
        for code in ("4.2a", "4.2b", "4.2c"):
            self.assert_evidence(code, self.waiting, self.to_assess(receipt))
        self.split(receipt, pre=50, post=50)
        for code, kept in (("4.2a", True), ("4.2b", True), ("4.2c", False)):
            assessment = self.in_force(receipt)
            self.assert_state(code, "in_order")
            self.assert_evidence(
                code, self.assessed, assessment if kept else assessment.browse()
            )

    def test_4_2a_closed_loops(self):
        loop = self.open_loop()
        self.assert_state("4.2a", "in_order")
        self.assert_evidence("4.2a", "Closed loops", loop)
        self.accept_due_diligence(self.stamper, "2025-03-31")
        self.at("2025-04-01")
        self.assert_state("4.2a", "attention", "Stampers & Co", "Renew it")
        self.assertEqual(self.row("4.2b").state, "in_order")
        assessment = self.assess(self.stamper)
        assessment.action_review()
        assessment.action_accept()
        self.assert_state("4.2a", "in_order")
        loop.active = False
        self.assert_evidence("4.2a", "Closed loops", loop.browse())


@tagged("post_install", "-at_install")
class TestReadiness4Suppliers(ReadinessMixin, CashCase, UserCase):
    """4.3: who supplies scrap, and how they are paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.furnace_place = cls._create_location("Furnace")
        cls.add_facility("Furnace", "remelting_refining", cls.furnace_place)

    def file(self):
        data = base64.b64encode(b"%PDF-1.4 copy")
        return [Command.create({"name": "copy.pdf", "datas": data})]

    def identify(self, partner):
        country = self.env.ref("base.us").id
        partner.write(
            {
                "coc_registered_name": "Metro Scrap Yard LLC",
                "coc_registration_number": "LLC-4711",
                "coc_register": "Division of Corporations",
                "coc_register_country_id": country,
                "coc_legal_form": "Limited liability company",
                "coc_principal_ids": [
                    Command.create(
                        {
                            "name": "Jan Rogers",
                            "role": "owner",
                            "document": "passport",
                            "date_end": "2026-06-30",
                            "evidence_ids": self.file(),
                        }
                    )
                ],
                "coc_place_ids": [
                    Command.create(
                        {
                            "name": "Yard",
                            "street": "5 Dock Road",
                            "city": "Newark",
                            "country_id": country,
                            "operation": "yard",
                        }
                    )
                ],
                "coc_identity_evidence_ids": [
                    Command.create(
                        {
                            "name": "Extract of the register",
                            "date_end": "2026-12-31",
                            "evidence_ids": self.file(),
                        }
                    )
                ],
            }
        )

    def test_4_3a_know_your_supplier(self):
        self.assert_not_applicable_without("remelting_refining", "4.3a")
        self.assert_state("4.3a", "in_order", "Nobody has supplied scrap")
        self.buy()
        self.assert_state(
            "4.3a", "missing", "Metro Scrap Yard (registered name", "principals"
        )
        self.assert_evidence("4.3a", "Scrap suppliers", self.yard)
        self.assert_evidence("4.3a", "Scrap suppliers not known", self.yard)
        self.identify(self.yard)
        self.assert_state("4.3a", "missing", "Metro Scrap Yard (review)")
        self.yard.action_coc_review_identity()
        self.assert_state("4.3a", "in_order", "Every scrap supplier is known")
        self.assert_evidence("4.3a", "Scrap suppliers not known", self.yard.browse())
        for label, records in (
            ("Principals", self.yard.coc_principal_ids),
            ("Places of operation", self.yard.coc_place_ids),
            ("Evidence of the identity", self.yard.coc_identity_evidence_ids),
        ):
            self.assertEqual(len(records), 1)
            self.assert_evidence("4.3a", label, records)
        self.at("2026-02-08")
        self.assert_state("4.3a", "attention", "within 30 days", "Metro Scrap Yard")
        self.at("2026-03-11")
        self.assert_state("4.3a", "missing", "review (due on March 10, 2026)")
        self.yard.action_coc_review_identity()
        self.assert_state("4.3a", "in_order")
        # a passport that has run out
        self.at("2026-07-01")
        self.assert_state("4.3a", "missing", "document in force")

    def test_4_3a_suppliers_of_another_company(self):
        other = self.env["res.company"].create({"name": "Another Entity"})
        self.env.user.company_ids += other
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        kind = warehouse.in_type_id.id
        self.buy(picking_type_id=kind, company_id=other.id)
        self.assert_state("4.3a", "in_order", "Nobody")
        self.assert_evidence("4.3a", "Scrap suppliers", self.yard.browse())

    def test_4_3b_financial_records(self):
        self.assert_not_applicable_without("remelting_refining", "4.3b")
        self.assert_state("4.3b", "in_order", "is refused")
        order = self.buy(quantity=5)
        receipt = order.picking_ids
        receipt.location_dest_id = self.furnace_place
        receipt.move_ids.location_dest_id = self.furnace_place
        self.validate(receipt)
        self.at("2025-04-09")
        self.assert_state("4.3b", "in_order")
        self.at("2025-04-10")
        self.assert_state("4.3b", "attention", "Metro Scrap Yard", "Enter the bill")
        self.assert_evidence("4.3b", "Suppliers without a record", self.yard)
        order.action_create_invoice()
        order.invoice_ids.invoice_date = "2025-04-10"
        order.invoice_ids.action_post()
        self.assert_state("4.3b", "in_order", "on file")
        records = self.env["asi.coc.financial.record"].search(
            [("partner_id", "=", self.yard.id)]
        )
        self.assertEqual(len(records), 1)
        self.assert_evidence("4.3b", "Financial records", records)
        # One bill is not on file for what comes months later.
        self.at("2025-06-10")
        later = self.buy(quantity=5).picking_ids
        later.location_dest_id = self.furnace_place
        later.move_ids.location_dest_id = self.furnace_place
        self.validate(later)
        self.at("2025-07-11")
        self.assert_state("4.3b", "attention", "Metro Scrap Yard", "Enter the bill")

    def test_4_3b_cash(self):
        limit = self.limit(5000, "2025-03-10")
        self.limit(4000, "2025-03-10", country="base.be")
        self.assert_evidence("4.3b", "Legal limits of cash payments", limit)
        self.buy()
        self.pay(3999)
        self.assert_state("4.3b", "in_order", "cash beyond the limit is refused")
        self.pay(1)
        self.assert_state("4.3b", "attention", "80 %", "Metro Scrap Yard", "bank")
        self.assert_evidence("4.3b", "Suppliers near the limit", self.yard)
        with self.too_much("5,000"):
            self.pay(1001)
        self.at("2025-09-10")
        self.assert_state("4.3b", "in_order")
