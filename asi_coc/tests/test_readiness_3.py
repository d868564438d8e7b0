"""Readiness on sections 3, 5 and 6: facilities, certificates, and what is sourced."""

from odoo import Command
from odoo.tests import tagged

from .common_readiness import ReadinessMixin
from .test_facility_certification import CertificationCase
from .test_legal_interest import InterestCase

#: The number of the criterion of each activity that takes CoC Material in.
NUMBERS = {
    "bauxite_mining": "3.1",
    "alumina_refining": "3.2",
    "smelting": "3.3",
    "casthouse": "5.1",
    "post_casthouse": "6.1",
}


class SourcingReadinessCase(ReadinessMixin, CertificationCase):
    """A scope that does all of primary aluminium, with a facility for each activity."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine_place = cls._create_location("Mine")
        cls.refinery_place = cls._create_location("Refinery")
        cls.mine = cls.add_facility("Mine", "bauxite_mining", cls.mine_place)
        cls.refinery = cls.add_facility(
            "Refinery", "alumina_refining", cls.refinery_place
        )
        cls.bauxite = cls._create_product("Bauxite", "bauxite", cls.tonne)

    def facilities_of(self, activity):
        return self.scope.facility_ids.filtered(
            lambda one: one.activity_id.code == activity
        )


@tagged("post_install", "-at_install")
class TestReadiness3(SourcingReadinessCase):
    # -- a: in the certified scope ------------------------------------------------
    def test_3_1a_bauxite_mining(self):
        self.check_scope("bauxite_mining")

    def test_3_2a_alumina_refining(self):
        self.check_scope("alumina_refining")

    def test_3_3a_smelting(self):
        self.check_scope("smelting")

    def test_5_1a_casthouse(self):
        self.check_scope("casthouse")

    def test_6_1a_post_casthouse(self):
        self.check_scope("post_casthouse")

    def check_scope(self, activity):
        code = NUMBERS[activity] + "a"
        facility = self.facilities_of(activity)
        self.assert_not_applicable_without(activity, code)
        self.assert_state(code, "in_order", facility.name)
        self.assert_evidence(code, "Facilities", facility)
        every = self.certificate.supply_chain_activity_ids
        self.certificate.supply_chain_activity_ids = every - facility.activity_id
        self.assert_state(
            code, "missing", facility.name, "C00037 does not cover", f"({code})"
        )
        self.certificate.supply_chain_activity_ids = every
        self.suspend(self.certificate, "2025-03-10")
        self.assert_state(code, "missing", facility.name, "Suspended since")
        self.suspend(self.certificate, "2025-03-20", "certified")
        self.at("2025-03-20")
        self.assert_state(code, "in_order")
        self.at("2026-10-31")
        self.assert_state(code, "in_order")
        self.at("2026-11-01")
        self.assert_state(code, "attention", facility.name, "December 31, 2026")
        self.at("2027-01-01")
        self.assert_state(code, "missing", "ended on December 31, 2026")
        # a renewal of the same number needs not be named on the scope
        self.certificate.copy({"date_start": "2027-01-01", "date_end": "2029-12-31"})
        self.assert_state(code, "in_order")

    # -- b: the Performance Standard ----------------------------------------------
    def test_3_1b_bauxite_mining(self):
        self.check_performance("bauxite_mining")

    def test_3_2b_alumina_refining(self):
        self.check_performance("alumina_refining")

    def test_3_3b_smelting(self):
        self.check_performance("smelting")

    def test_5_1b_casthouse(self):
        self.check_performance("casthouse")

    def check_performance(self, activity):
        code = NUMBERS[activity] + "b"
        facility = self.facilities_of(activity)
        self.assert_not_applicable_without(activity, code)
        self.assert_state(code, "in_order", facility.name, "P00037")
        self.assert_evidence(code, "Facilities", facility)
        label = "Performance Standard certificates"
        self.assert_evidence(code, label, self.performance)
        facility.certificate_id = False
        facility.earlier_certificate_ids = False
        self.assert_state(code, "missing", facility.name, "No certificate", f"({code})")
        self.assert_evidence(code, label, self.performance.browse())
        facility.certificate_id = self.performance
        # what the entity's CoC certificate lacks is another criterion's
        self.suspend(self.certificate, "2025-03-10")
        self.assertEqual(self.row(code).state, "in_order")
        self.performance.date_end = "2025-05-10"
        self.assert_state(code, "in_order")
        self.at("2025-03-11")
        self.assert_state(code, "attention", facility.name, "May 10, 2025")
        self.at("2025-05-11")
        self.assert_state(code, "missing", facility.name, "ended on May 10, 2025")
        renewal = self.performance.copy(
            {"date_start": "2025-05-11", "date_end": "2028-05-10"}
        )
        self.assert_state(code, "in_order")
        self.assert_evidence(code, label, self.performance | renewal)

    def test_6_1b_post_casthouse(self):
        mill = self.facility("Mill")
        self.check_performance("post_casthouse")
        self.scope.member_since = "2024-06-01"
        mill.certificate_id = False
        mill.earlier_certificate_ids = False
        self.at("2025-05-11")
        self.assert_state("6.1b", "missing", "Mill", "planned", "June 1, 2026")
        mill.performance_date = "2026-05-01"
        # the entity's own certificate was suspended: 6.1a tells
        self.assertEqual(self.row("6.1b").state, "in_order")
        self.at("2026-03-02")
        self.assert_state("6.1b", "attention", "Mill", "by May 1, 2026")
        self.at("2026-06-02")
        self.assert_state("6.1b", "missing", "Mill", "two years", "June 1, 2026")
        mill.certificate_id = self.performance.copy(
            {"number": "P00099", "date_start": "2026-06-01", "date_end": "2029-05-31"}
        )
        self.assertEqual(self.row("6.1b").state, "in_order")

    # -- c: what is sourced -------------------------------------------------------
    def test_3_1c_bauxite_mining(self):
        self.check_sources("bauxite_mining", self.bauxite, self.mine_place)

    def test_3_2c_alumina_refining(self):
        self.check_sources("alumina_refining", self.bauxite, self.refinery_place)

    def test_3_3c_smelting(self):
        self.check_sources("smelting", self.alumina, self.smelter_place)

    def test_5_1c_casthouse(self):
        self.check_sources("casthouse", self.slab, self.casthouse_place)

    def test_6_1c_post_casthouse(self):
        self.check_sources("post_casthouse", self.slab, self.mill_place)

    def check_sources(self, activity, product, place):
        code = NUMBERS[activity] + "c"
        self.assert_not_applicable_without(activity, code)
        self.assert_state(code, "in_order", "No CoC Material was sourced")
        receipt = self.receive(product, 10, claimed=10, place=place, verify=False)
        waiting = self.env["asi.coc.unverified.receipt"].search(
            [("picking_id", "=", receipt.id)]
        )
        label = "Received without a verified document"
        self.assertEqual(len(waiting), 1)
        self.assert_state(code, "attention", receipt.name, "Verify the document")
        self.assert_evidence(code, label, waiting)
        for other in NUMBERS.keys() - {activity}:
            self.assertEqual(self.row(NUMBERS[other] + "c").state, "in_order", other)
        self.verify(receipt)
        self.assert_state(code, "in_order", "verified document")
        self.assert_evidence(code, label, waiting.browse())
        entries = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id), ("status", "=", "coc")]
        )
        self.assertTrue(entries)
        self.assert_evidence(code, "CoC inputs with verified document", entries)
        # a receipt without any claim is Non-CoC and asks for nothing
        self.receive(product, 5, place=place)
        self.assert_state(code, "in_order")

    # -- 5.2: unique identification -----------------------------------------------
    def test_5_2_unique_identification(self):
        self.assert_not_applicable_without("casthouse", "5.2")
        self.assert_state("5.2", "in_order", "No CoC output")
        self.receive(self.slab, 30, claimed=30)
        bare = self.deliver(self.slab, 10, designated=10)
        self.assert_state("5.2", "missing", "Slab", "Track the product by lots")
        entries = self.out_of(bare)
        label = "CoC outputs without lot or serial number"
        self.assert_evidence("5.2", label, entries)
        self.give_back(bare, 10)
        self.assert_state("5.2", "in_order")
        coil = self._create_product("Ingot", "aluminium", self.tonne, tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": coil.id})
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": coil.id,
                "location_id": self.casthouse_place.id,
                "inventory_quantity": 10,
                "lot_id": lot.id,
            }
        ).action_apply_inventory()
        marked = self.deliver(coil, 10, designated=10)
        self.assert_state("5.2", "in_order", "lead back to inputs")
        self.assert_evidence(
            "5.2", "CoC outputs with lot or serial number", self.out_of(marked)
        )

    def test_5_2_a_closed_period_is_over(self):
        self.receive(self.slab, 10, claimed=10)
        self.deliver(self.slab, 10, designated=10)
        self.assert_state("5.2", "missing")
        self.close(self.period)
        self.assert_state("5.2", "in_order")

    def out_of(self, picking):
        return self.env["asi.coc.entry"].search(
            [
                ("picking_id", "=", picking.id),
                ("flow", "=", "output"),
                ("status", "=", "coc"),
            ]
        )


@tagged("post_install", "-at_install")
class TestReadinessInterest(ReadinessMixin, InterestCase):
    """3.1a to 6.1a: a legal interest instead of an own facility."""

    def test_3_2a_under_a_legal_interest(self):
        row = self.assert_state("3.2a", "in_order", "Refinery Joint Venture")
        self.assertEqual(row.evidence_text, "Legal interests in force: 1")
        self.assert_evidence("3.2a", "Legal interests in force", self.interest)
        self.assert_state("3.2b", "not_applicable", "legal interest only")
        self.supplied.status_ids = [
            Command.create({"date": "2025-03-10", "status": "suspended"})
        ]
        self.assert_state(
            "3.2a", "missing", "Refinery Joint Venture", "C00015", "Record the renewal"
        )
        self.supplied.status_ids = [
            Command.create({"date": "2025-03-12", "status": "certified"})
        ]
        self.at("2025-03-12")
        self.assert_state("3.2a", "in_order")
        self.certificate.date_end = "2025-03-11"
        self.assert_state("3.2a", "missing", "no valid CoC certificate", "Melt & Roll")
        self.certificate.date_end = "2026-12-31"
        self.interest.date_end = "2025-03-11"
        self.assert_state("3.2a", "not_applicable", "Alumina Refining")
        self.interest.date_end = False
        self.assert_state("3.2a", "in_order")
        self.interest.active = False
        self.assert_state("3.2a", "not_applicable")
