"""Section 8: each criterion of the material accounting goes wrong and right again."""

from odoo.tests import tagged

from .common_readiness import ReadinessCase, ReadinessMixin
from .common_replacing import ReplacingMixin
from .common_scrap import ScrapCase
from .test_drift import DriftMixin


class AccountingMixin:
    def entries_where(self, **criteria):
        """Return the scope's ledger entries of these values."""
        return self.env["asi.coc.entry"].search(
            [
                ("scope_id", "=", self.scope.id),
                *((name, "=", value) for name, value in criteria.items()),
            ]
        )

    def tamper(self, entry, mass):
        """Change the mass of an entry by SQL: no operation can."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'on'")
        self.env.cr.execute(
            "UPDATE asi_coc_entry SET mass = %s WHERE id = %s", [mass, entry.id]
        )
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'off'")
        self.env.invalidate_all()

    def overdraw(self):
        """130 t in, 110 t out as CoC, then 30 t go back: 10 t are overdrawn."""
        self.have_stock(self.slab, 10)
        self.receive(self.slab, 100, claimed=100)
        contract = self.receive(self.slab, 30, claimed=30)
        delivery = self.deliver(self.slab, 110, designated=110)
        self.give_back(contract, 30)
        return delivery.coc_document_ids


@tagged("post_install", "-at_install")
class TestRecords(AccountingMixin, DriftMixin, ReplacingMixin, ReadinessCase):
    """8.1 to 8.5: what is recorded."""

    # -- 8.1 ----------------------------------------------------------------
    def test_8_1_unclassified(self):
        yard = self._create_location("Yard")
        self.receive(self.slab, 50, place=yard)
        self.assert_state("8.1", "attention", "1 ledger entries", "class them")
        entry = self.entries_where(status="unclassified")
        self.assert_evidence("8.1", "Unclassified", entry)
        self.facility("Casthouse").storage_location_ids = yard
        self.scope.action_classify()
        self.assert_state("8.1", "in_order", "no drift")
        self.assert_evidence("8.1", "Unclassified", entry.browse())
        self.assert_evidence("8.1", "Ledger entries", self.entries_where())

    def test_8_1_not_what_was_sealed(self):
        self.receive(self.slab, 20)
        self.scope.action_verify_ledger()
        self.assert_state("8.1", "in_order")
        entry = self.entries_where()
        self.tamper(entry, 25)
        # Nobody knows yet.
        self.assert_state("8.1", "in_order")
        self.scope.action_verify_ledger()
        self.assert_state(
            "8.1", "attention", "2 differences", "from what was posted", "As Sealed"
        )
        label = "Verifications with findings"
        verifications = self.scope.verification_ids
        self.assert_evidence("8.1", label, verifications.sorted("id")[1])
        self.tamper(entry, 20)
        self.scope.action_verify_ledger()
        self.assert_state("8.1", "in_order")
        self.assert_evidence("8.1", label, verifications.browse())

    def test_8_1_drift(self):
        receipt = self.receive(self.slab, 20)
        # below every guard: no operation leaves ledger and stock apart
        self.spoil(receipt, 25)
        finding = self.check()
        self.assertTrue(self.period._reconcile())
        row = self.period.reconciliation_ids.filtered("is_beyond")
        self.assert_state(
            "8.1", "attention", "1 findings of drift", "1 products or lots"
        )
        self.assert_evidence("8.1", "Findings of drift", finding)
        self.assert_evidence("8.1", "Unreconciled stock", row)
        self.decide(finding, "The weighbridge was right").action_post()
        self.assertFalse(self.period._reconcile())
        self.assert_state("8.1", "in_order")

    def test_8_1_not_kept(self):
        self.scope.action_suspend()
        self.assert_state("8.1", "missing", "Melt & Roll is not active", "activate it")
        self.scope.action_activate()
        self.assert_state("8.1", "in_order")

    # -- 8.2 ----------------------------------------------------------------
    def test_8_2_period_of_today(self):
        self.at("2025-11-30")
        self.assert_state("8.2", "in_order", "Melt & Roll 2025", "December 31, 2025")
        self.at("2025-12-01")
        self.assert_state("8.2", "attention", "no period follows", "Open the next")
        self.at("2026-01-10")
        self.assert_state(
            "8.2", "missing", "Melt & Roll covers January 10, 2026", "Open one"
        )
        following = self.open_period("2026-01-01", "2026-12-31")
        self.assert_state("8.2", "attention", "not closed: Melt & Roll 2025")
        self.assert_evidence("8.2", "Ended and not closed", self.period)
        self.period.action_close()
        self.assert_state("8.2", "in_order", "Melt & Roll 2026", "December 31, 2026")
        self.assert_evidence("8.2", "Periods", following | self.period)

    # -- 8.3 ----------------------------------------------------------------
    def test_8_3_claims(self):
        self.assert_state("8.3", "in_order", "zero is recorded as zero")
        receipt = self.receive(self.slab, 50, claimed=20, verify=False)
        self.assert_state("8.3", "attention", receipt.name, "Verify")
        (waiting,) = self.env["asi.coc.unverified.receipt"].search(
            [("picking_id", "=", receipt.id)]
        )
        self.assert_evidence("8.3", "Claims without a verified document", waiting)
        self.verify(receipt)
        entries = self.entries_where(flow="input")
        self.assert_state("8.3", "in_order", f"{len(entries)} ledger entries")
        self.assert_evidence("8.3", "Inputs", entries)

    def test_8_3_unclassified(self):
        yard = self._create_location("Yard")
        self.receive(self.slab, 50, place=yard)
        self.assert_state("8.3", "attention", "1 ledger entries cannot be classed")
        self.facility("Casthouse").storage_location_ids = yard
        self.scope.action_classify()
        self.assert_state("8.3", "in_order")

    # -- 8.4 ----------------------------------------------------------------
    def test_8_4_yield(self):
        """Alumina turns into metal: at a yield of 1 the output would be too much."""
        self.assert_state(
            "8.4", "attention", "No yield is known", "Smelting, Melt & Roll 2025"
        )
        self.receive(self.alumina, 100, claimed=100, place=self.smelter_place)
        self.assert_state("8.4", "missing", "Smelting", "counts as 1", "Declare")
        self.facility("Smelter").declared_yield = 0.52
        self.assert_state("8.4", "in_order")
        self.assert_evidence("8.4", "Balances", self.period.balance_ids)

    def test_8_4_measured_yield(self):
        self.receive(self.alumina, 100, claimed=100, place=self.smelter_place)
        self.assert_state("8.4", "missing", "neither measured nor declared")
        self.produce(self.liquid, 26, [(self.alumina, 50)], self.smelter_place)
        self.assert_state("8.4", "in_order")

    # -- 8.5 ----------------------------------------------------------------
    def test_8_5_whole_products(self):
        self.receive(self.billet, 12, claimed=15)
        delivery = self.deliver(self.billet, 12, designated=6)
        self.assert_state("8.5", "in_order", "whole products")
        self.assert_evidence(
            "8.5", "CoC outputs", self.entries_where(flow="output", status="coc")
        )
        # SQL: every way of designating refuses a fraction.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET coc_designated_qty = 5.5 WHERE id = %s",
            [delivery.move_ids.id],
        )
        self.env.invalidate_all()
        self.assert_state("8.5", "missing", delivery.name, "Void and replace")
        self.assert_evidence("8.5", "Parts of products designated", delivery.move_ids)
        self.replace(delivery.coc_document_ids, [5])
        self.assert_state("8.5", "in_order")

    def test_8_5_half_a_dozen(self):
        """Half a dozen are six whole billets."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self.receive(self.billet, 12, claimed=30)
        delivery = self.plan_delivery(
            {
                "product": self.billet,
                "quantity": 1,
                "uom": dozen,
                "coc_designated_qty": 0.5,
            }
        )
        self.validate(delivery)
        self.assertEqual(delivery.coc_document_ids.coc_mass, 15)
        self.assert_state("8.5", "in_order")


@tagged("post_install", "-at_install")
class TestLimits(AccountingMixin, ReplacingMixin, ReadinessCase):
    """8.6 to 8.9: what may leave, and what is carried over."""

    # -- 8.6 ----------------------------------------------------------------
    def test_8_6_share_of_scrap(self):
        """8 of 20 t are 40 %; with 100 t more x is 20 %, and 4 t fit."""
        self.assert_state("8.6", "not_applicable", "No scrap has left")
        self.have_stock(self.scrap, 30)
        self.deliver(self.scrap, 10)
        self.assert_state("8.6", "not_applicable")
        self.receive(self.slab, 100, claimed=40)
        document = self.deliver(self.scrap, 10, designated=8).coc_document_ids
        self.assert_state("8.6", "in_order", "within the inflow percentage")
        self.assert_evidence(
            "8.6",
            "Eligible Scrap out",
            self.entries_where(flow="output", material="scrap", status="coc"),
        )
        self.receive(self.slab, 100)
        self.assert_state(
            "8.6", "missing", "Casthouse", "8 t of Eligible Scrap", "4 t", "(8.6)"
        )
        self.replace(document, [4])
        self.assert_state("8.6", "in_order")

    # -- 8.7 ----------------------------------------------------------------
    def test_8_7_share_of_the_outflow(self):
        """50 of 100 t went as CoC at 50 %; with 100 t more x is 25 %, and S 25 t."""
        self.receive(self.slab, 100, claimed=50)
        document = self.deliver(self.slab, 100, designated=50).coc_document_ids
        self.assert_state("8.7", "in_order", "both limits")
        self.assert_evidence("8.7", "Balances", self.period.balance_ids)
        self.receive(self.slab, 100)
        self.assert_state(
            "8.7", "missing", "Casthouse", "50 t", "25 t", "(8.7)", "Take designations"
        )
        self.replace(document, [25])
        self.assert_state("8.7", "in_order")

    def test_8_7_input_that_went_back(self):
        document = self.overdraw()
        self.assert_state("8.7", "missing", "10 t without a force majeure record")
        situation = self.force_majeure(30)
        self.assert_state("8.7", "in_order")
        situation.unlink()
        self.assert_state("8.7", "missing")
        self.replace(document, [100])
        self.assert_state("8.7", "in_order")

    def test_8_7_policy_until_the_end_of_the_period(self):
        """Stock on hand counts as outflow to come, until the period has ended."""
        self.scope.availability_policy = "stock_backed"
        self.receive(self.slab, 100, claimed=50)
        document = self.deliver(self.slab, 20, designated=20).coc_document_ids
        self.assert_state(
            "8.7", "attention", "20 t exceeds", "10 t", "until December 31, 2025"
        )
        self.at("2026-01-01")
        self.open_period("2026-01-01", "2026-12-31")
        self.assert_state("8.7", "missing", "20 t exceeds", "10 t")
        self.replace(document, [10])
        self.assert_state("8.7", "in_order")

    # -- 8.8 ----------------------------------------------------------------
    def test_8_8a_a_fifth_of_the_input(self):
        """13 t of input allow 2.6 t of overdraw, not 7 t; the rest is replaced."""
        self.assert_state("8.8a", "in_order", "No internal overdraw")
        self.have_stock(self.slab, 7)
        self.receive(self.slab, 13, claimed=13)
        contract = self.receive(self.slab, 7, claimed=7)
        document = self.deliver(self.slab, 20, designated=20).coc_document_ids
        self.give_back(contract, 7)
        self.assert_state("8.8a", "missing", "Casthouse", "7 t", "2.6 t", "(8.8a)")
        situation = self.force_majeure(100)
        self.assert_state("8.8a", "missing", "7 t", "2.6 t")
        self.assert_state("8.8b", "in_order", "struck by force majeure")
        self.replace(document, [15])
        self.assert_state("8.8a", "in_order", "within 20 %")
        self.assert_evidence("8.8a", "Force majeure situations", situation)

    def test_8_8b_the_mass_that_was_struck(self):
        self.assert_state("8.8b", "in_order", "No internal overdraw")
        self.overdraw()
        self.assert_state("8.8a", "in_order", "within 20 %")
        self.assert_state("8.8b", "missing", "10 t", "(8.8)", "Record the situation")
        situation = self.force_majeure(9)
        self.assert_state("8.8b", "missing", "10 t", "9 t", "(8.8b)")
        situation.affected_mass = 10
        self.assert_state("8.8b", "in_order", "struck by force majeure")
        self.assert_evidence("8.8b", "Force majeure situations", situation)
        self.close(self.period)
        self.assert_evidence(
            "8.8b", "Internal overdraws", self.entries_where(flow="overdraw")
        )

    def test_8_8c_made_up_in_the_next_period(self):
        self.assert_state("8.8c", "in_order", "no internal overdraw to make up")
        self.overdraw()
        self.force_majeure(30)
        self.close(self.period)
        self.at("2026-01-20")
        self.assert_state(
            "8.8c", "attention", "Casthouse", "of 10 t", "10 t are not", "by December"
        )
        self.receive(self.slab, 6, claimed=6)
        self.assert_state("8.8c", "attention", "of 10 t", "4 t are not")
        self.at("2027-01-05")
        self.assert_state("8.8c", "missing", "4 t are not made up")
        self.at("2026-12-20")
        self.receive(self.slab, 50, claimed=50)
        self.at("2027-01-05")
        self.assert_state("8.8c", "in_order", "is made up")
        self.assert_evidence(
            "8.8c",
            "Brought forward to make up",
            self.entries_where(flow="overdraw_brought"),
        )

    # -- 8.9 ----------------------------------------------------------------
    def test_8_9a_carried_over(self):
        self.assert_state("8.9a", "in_order", "No positive balance")
        self.receive(self.slab, 1000, claimed=800)
        self.deliver(self.slab, 500, designated=400)
        self.assert_state("8.9a", "in_order")
        self.at("2026-01-05")
        self.assert_state(
            "8.9a", "attention", "Casthouse", "Melt & Roll 2025", "400 t", "Close the"
        )
        self.close(self.period)
        self.assert_state("8.9a", "in_order", "is carried over")
        entry = self.entries_where(flow="positive_balance_carried")
        self.assertEqual(entry.mass, 400)
        self.assert_evidence("8.9a", "Positive balances carried over", entry)
        self.tamper(entry, 399)
        self.assert_state("8.9a", "missing", "400 t", "399 t", "version 1")
        self.tamper(entry, 400)
        self.assert_state("8.9a", "in_order")

    def test_8_9b_expires(self):
        self.assert_state("8.9b", "in_order")
        self.receive(self.slab, 1000, claimed=800)
        self.deliver(self.slab, 500, designated=400)
        self.close(self.period)
        self.at("2026-10-01")
        self.assert_state("8.9b", "in_order")
        self.at("2026-10-02")
        self.assert_state(
            "8.9b", "attention", "Casthouse", "400 t", "expire on December 31, 2026"
        )
        self.deliver(self.slab, 150, designated=150)
        self.assert_state("8.9b", "attention", "250 t", "Deliver CoC Material")
        self.at("2027-01-01")
        row = self.assert_state("8.9b", "attention", "250 t", "were not used", "Close")
        self.assertNotIn("Deliver", row.explanation)
        self.at("2026-10-02")
        self.deliver(self.slab, 250, designated=250)
        self.assert_state("8.9b", "in_order")
        self.close(self.next_period())
        self.assert_evidence(
            "8.9b",
            "Positive balances used",
            self.entries_where(flow="positive_balance_used"),
        )

    def test_8_9b_expiry_is_recorded(self):
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        self.close(self.next_period())
        entry = self.entries_where(flow="positive_balance_expired")
        self.assertEqual(entry.mass, 80)
        self.assert_state("8.9b", "in_order")
        self.assert_evidence("8.9b", "Positive balances expired", entry)
        self.tamper(entry, 8)
        self.assert_state("8.9b", "missing", "80 t", "8 t", "Casthouse")
        self.tamper(entry, 80)
        self.assert_state("8.9b", "in_order")


@tagged("post_install", "-at_install")
class TestScrap(ReadinessMixin, ScrapCase):
    """8.3: scrap counts by its assessed aluminium content."""

    def test_8_3_scrap(self):
        receipt = self.take_in(self.cans, 10)
        self.assert_state("8.3", "attention", receipt.name, "Assess it")
        (waiting,) = self.env["asi.coc.scrap.to.assess"].search(
            [("picking_id", "=", receipt.id)]
        )
        self.assert_evidence("8.3", "Scrap to assess", waiting)
        self.split(receipt, post=100)
        self.assert_state("8.3", "in_order")
