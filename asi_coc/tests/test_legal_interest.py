from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import UserCase
from .common_partners import PartnersMixin


class InterestCase(PartnersMixin, UserCase):
    """The smelter holds 40 % of a refinery in another entity's scope."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplied = cls.env["asi.coc.certificate"].search(
            [("partner_id", "=", cls.supplier.id)]
        )
        cls.interest = cls.create_interest()
        cls.interest.action_activate()

    @classmethod
    def evidence(cls, name="Agreement.pdf"):
        return cls.env["ir.attachment"].create({"name": name, "raw": b"%PDF-1.7"})

    @classmethod
    def create_interest(cls, **values):
        return cls.env["asi.coc.legal.interest"].create(
            {
                "name": "Refinery Joint Venture",
                "scope_id": cls.scope.id,
                "partner_id": cls.supplier.id,
                "activity_id": cls._activity("alumina_refining").id,
                "certificate_id": cls.supplied.id,
                "basis": "equity_share",
                "share": 40,
                "date_start": "2025-01-01",
                "evidence_ids": [Command.set(cls.evidence().ids)],
                **values,
            }
        )

    @classmethod
    def allocate(cls, production=1000, period=None, **values):
        evidence = cls.evidence("Statement.pdf")
        return cls.env["asi.coc.legal.interest.allocation"].create(
            {
                "interest_id": cls.interest.id,
                "period_id": (period or cls.period).id,
                "production_mass": production,
                "evidence_ids": [Command.set(evidence.ids)],
                **values,
            }
        )

    def order_alumina(self, mass, **values):
        """Order alumina of the refinery, all of it CoC Material."""
        order = self.purchase(self.supplier, self.alumina, mass)
        order.order_line.write({"coc_ordered_qty": mass, **values})
        return order

    def take_in(self, order, mass=None, verify=True):
        """Receive an order, and have its CoC Document verified."""
        receipt = order.picking_ids
        receipt.location_dest_id = self.smelter_place
        receipt.move_ids.location_dest_id = self.smelter_place
        receipt.coc_document_reference = f"ACME-{order.id}"
        receipt.action_assign()
        self.validate(receipt)
        receipt.action_coc_claim_as_ordered()
        if mass is not None:
            receipt.move_ids.coc_claimed_mass = mass
        if verify:
            self.verify(receipt)
        return receipt

    def take(self, mass):
        return self.take_in(self.order_alumina(mass))


@tagged("post_install", "-at_install")
class TestInterest(InterestCase):
    """3.1a to 6.1a: our share of production in another certified entity's scope."""

    def test_counts_up_to_what_is_allocated(self):
        row = self.allocate(1000)
        self.assertEqual(row.allocated_mass, 400)
        receipt = self.take(250)
        self.assertEqual(self.entries(receipt)[("input", "coc")], 250)
        row.invalidate_recordset()
        self.assertEqual((row.received_mass, row.left_mass), (250, 150))
        with self.refused(
            UserError,
            "3.1a to 6.1a",
            "Within what is allocated",
            "151 t and the 250 t verified before make 401 t",
            "Refinery Joint Venture",
            "Melt & Roll 2025",
            "400 t allocated to us (3.2a)",
            "have more allocated",
        ):
            self.take(151)
        self.assertEqual(self.entries(self.take(150))[("input", "coc")], 150)

    def test_beyond_it_outside_the_interest(self):
        """The same entity sells us more, as any certified supplier."""
        self.allocate(100)
        self.take(40)
        order = self.order_alumina(100, coc_legal_interest_id=False)
        self.assertEqual(self.entries(self.take_in(order))[("input", "coc")], 100)
        self.assertEqual(self.interest.allocation_ids.received_mass, 40)

    def test_a_failed_check_on_the_document(self):
        receipt = self.take_in(self.order_alumina(10), verify=False)
        document = self.enter_paper(receipt)
        document.action_check()
        failed = document.check_ids.filtered(lambda check: not check.passed)
        self.assertEqual(failed.mapped("code"), ["legal_interest"])
        self.assertEqual(failed.criterion, "3.1a to 6.1a")
        self.assertIn("Nothing is allocated", failed.message)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})
        self.allocate(25)
        receipt.action_coc_verify()
        self.assertEqual(self.entries(receipt)[("input", "coc")], 10)

    def test_per_period_of_the_receipt(self):
        """A receipt of December counts in that year, verified in January too."""
        self.allocate(100)
        following = self.open_period("2026-01-01", "2026-12-31")
        self.allocate(100, period=following)
        self.at("2025-12-20")
        early = self.take_in(self.order_alumina(30), verify=False)
        self.at("2026-01-10")
        self.take(40)
        self.verify(early)
        rows = self.interest.allocation_ids
        rows.invalidate_recordset()
        self.assertEqual(
            {row.period_id: row.received_mass for row in rows},
            {self.period: 30, following: 40},
        )
        with self.refused(
            UserError, "41 t under", "Melt & Roll 2026", "40 t allocated"
        ):
            self.take(1)

    def test_what_goes_back_may_come_again(self):
        self.allocate(100)
        receipt = self.take(40)
        self.give_back(receipt, 15)
        self.assertEqual(self.interest.allocation_ids.received_mass, 25)
        self.take(15)

    def test_withdrawn_it_is_left_again(self):
        row = self.allocate(100)
        receipt = self.take(40)
        receipt.coc_received_document_id.action_withdraw()
        row.invalidate_recordset()
        self.assertEqual(row.left_mass, 40)
        self.take(40)

    def test_a_receipt_without_an_order_names_it(self):
        self.allocate(100)
        receipt = self.receive(self.alumina, 30, claimed=30, place=self.smelter_place)
        self.assertEqual(receipt.coc_legal_interest_id, self.interest)
        with self.refused(UserError, "11 t and the 30 t", "(3.2a)"):
            self.receive(self.alumina, 11, claimed=11, place=self.smelter_place)

    def test_partner_of_the_document(self):
        self.allocate(100)
        receipt = self.take_in(self.order_alumina(10), verify=False)
        self.certify(self.customer, "C00077")
        self.accept_due_diligence(self.supplier)
        self.supplier.coc_is_trader = True
        with self.refused(
            UserError, "Issued by Rollers United, who does not produce under", "(3.2a)"
        ):
            self.verify(
                receipt,
                issuer_id=self.customer.id,
                issuer_name=self.customer.name,
                issuer_certificate="C00077",
            )

    def test_not_in_force_on_the_day(self):
        self.allocate(100)
        order = self.order_alumina(10)
        self.interest.date_end = "2025-03-09"
        with self.refused(UserError, "not in force on March 10, 2025", "(3.2a)"):
            self.take_in(order)

    def test_the_certificate_covers_the_activity(self):
        self.allocate(100)
        order = self.order_alumina(10)
        self.supplied.supply_chain_activity_ids = self._activity("smelting")
        with self.refused(UserError, "does not cover Alumina Refining", "(3.2a)"):
            self.take_in(order)

    def test_suspended_producer(self):
        """The producer's certification is checked as any supplier's (10.3)."""
        self.allocate(100)
        self.supplied.write({"status": "suspended", "status_date": "2025-03-01"})
        with self.refused(UserError, "was not valid on March 10, 2025"):
            self.take(10)


@tagged("post_install", "-at_install")
class TestOrders(InterestCase):
    """Which interest an order or a receipt is taken under."""

    def test_default_of_the_line(self):
        order = self.purchase(self.supplier, self.alumina, 10)
        self.assertEqual(order.order_line.coc_legal_interest_id, self.interest)
        self.assertTrue(order.coc_has_legal_interests)
        other = self.purchase(self.supplier, self.slab, 10)
        self.assertFalse(other.order_line.coc_legal_interest_id)
        foreign = self.purchase(self.customer, self.alumina, 10)
        self.assertFalse(foreign.order_line.coc_legal_interest_id)

    def test_in_the_form(self):
        form = Form(self.env["purchase.order"])
        form.partner_id = self.supplier
        with form.order_line.new() as line:
            line.product_id = self.alumina
            self.assertEqual(line.coc_legal_interest_id, self.interest)

    def test_none_where_several_fit(self):
        self.create_interest(name="Second Joint Venture").action_activate()
        order = self.purchase(self.supplier, self.alumina, 10)
        self.assertFalse(order.order_line.coc_legal_interest_id)

    def test_not_a_draft_or_one_that_is_over(self):
        self.interest.date_end = "2025-03-09"
        order = self.purchase(self.supplier, self.alumina, 10)
        self.assertFalse(order.order_line.coc_legal_interest_id)

    def test_only_of_the_supplier_and_the_material(self):
        order = self.purchase(self.customer, self.alumina, 10)
        with self.refused(ValidationError, "Rollers United", "Refinery Joint Venture"):
            order.order_line.coc_legal_interest_id = self.interest
        order = self.purchase(self.supplier, self.slab, 10)
        with self.refused(ValidationError, "Slab", "(3.2a)"):
            order.order_line.coc_legal_interest_id = self.interest
        receipt = self.receive(self.alumina, 1, place=self.smelter_place)
        with self.refused(ValidationError, "another entity's production", "(3.2a)"):
            receipt.write(
                {
                    "partner_id": self.customer.id,
                    "coc_legal_interest_id": self.interest.id,
                }
            )

    def test_kept_once_verified(self):
        self.allocate(100)
        order = self.order_alumina(10)
        receipt = self.take_in(order)
        with self.refused(UserError, "is verified", "Withdraw the verification"):
            order.order_line.coc_legal_interest_id = False
        with self.refused(UserError, "is verified", "Withdraw the verification"):
            receipt.coc_legal_interest_id = False

    def test_a_buyer_without_our_groups_orders_as_before(self):
        buyer = self.user("plain-buyer", "purchase.group_purchase_user")
        order = (
            self.env["purchase.order"]
            .with_user(buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.alumina.id,
                                "product_qty": 10,
                                "price_unit": 5,
                            }
                        )
                    ],
                }
            )
        )
        line = order.sudo().order_line
        self.assertEqual(line.coc_legal_interest_id, self.interest)


@tagged("post_install", "-at_install")
class TestAgreement(InterestCase):
    """The agreement, its evidence and what is allocated."""

    def test_needs_evidence_and_a_share(self):
        interest = self.create_interest(evidence_ids=False, share=0)
        with self.refused(
            UserError, "the agreement as evidence", "share of the production", "(3.2a)"
        ):
            interest.action_activate()
        with self.refused(UserError, "the agreement as evidence"):
            self.interest.evidence_ids = False

    def test_otherwise_agreed_says_how(self):
        interest = self.create_interest(basis="otherwise_agreed", share=0)
        with self.refused(UserError, "what was agreed otherwise"):
            interest.action_activate()
        interest.terms = "All CoC Material of the second half-year is ours."
        interest.action_activate()
        self.assertEqual(interest.state, "active")

    def test_state_is_written_by_the_buttons(self):
        interest = self.create_interest().with_user(self.officer)
        with self.refused(AccessError, "State"):
            interest.state = "active"
        with self.refused(AccessError, "State"):
            self.env["asi.coc.legal.interest"].with_user(self.officer).create(
                {
                    "name": "Mine",
                    "partner_id": self.supplier.id,
                    "activity_id": self._activity("alumina_refining").id,
                    "certificate_id": self.supplied.id,
                    "scope_id": self.scope.id,
                    "state": "active",
                }
            )

    def test_certificate_of_the_producing_entity(self):
        for values in (
            {"certificate_id": self.certificate.id},
            {"certificate_id": self.certify(self.customer, "C9").id},
            {
                "certificate_id": self.certify(
                    self.supplier, "P9", standard="performance"
                ).id
            },
        ):
            with self.refused(ValidationError, "another entity", "(3.2a)"):
                self.create_interest(**values)
        self.supplied.supply_chain_activity_ids = self._activity("smelting")
        with self.refused(ValidationError, "covers Alumina Refining"):
            self.create_interest()

    def test_no_more_than_the_share(self):
        with self.refused(
            ValidationError, "401 t cannot be allocated", "our part is 400 t", "(3.2a)"
        ):
            self.allocate(1000, allocated_mass=401)
        self.assertEqual(self.allocate(1000, allocated_mass=300).left_mass, 300)

    def test_as_agreed_up_to_the_production(self):
        self.interest.write({"basis": "otherwise_agreed", "terms": "As agreed yearly"})
        with self.refused(ValidationError, "our part is 1,000 t"):
            self.allocate(1000, allocated_mass=1001)
        self.allocate(1000, allocated_mass=900)

    def test_allocated_with_evidence(self):
        with self.refused(ValidationError, "400 t are allocated without evidence"):
            self.allocate(1000, evidence_ids=False)
        self.assertEqual(self.allocate(0, evidence_ids=False).allocated_mass, 0)

    def test_not_below_what_is_verified(self):
        row = self.allocate(1000)
        self.take(300)
        with self.refused(ValidationError, "300 t of CoC Material are verified"):
            row.allocated_mass = 299
        with self.refused(UserError, "cannot be deleted", "300 t"):
            row.unlink()
        with self.refused(UserError, "cannot change", "Producing Entity"):
            self.interest.partner_id = self.customer
        with self.refused(UserError, "stays in force"):
            self.interest.action_draft()
        with self.refused(UserError, "stays on file"):
            self.interest.unlink()

    def test_back_to_draft_while_nothing_came(self):
        self.interest.action_draft()
        self.assertEqual(self.interest.state, "draft")
        self.interest.unlink()

    def test_a_period_of_the_scope(self):
        scope = self.env["asi.coc.scope"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        period = self.env["asi.coc.period"].create(
            {
                "scope_id": scope.id,
                "date_start": "2025-01-01",
                "date_end": "2025-12-31",
            }
        )
        with self.refused(ValidationError, "is not of scope Melt & Roll"):
            self.allocate(period=period)

    @mute_logger("odoo.sql_db")
    def test_once_per_period_and_within_bounds(self):
        self.allocate()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.allocate()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.create_interest(share=101).flush_recordset()

    def test_figures_open_their_entries(self):
        row = self.allocate()
        receipt = self.take(40)
        for record in (row, self.interest):
            action = record.action_open_entries()
            entries = self.env["asi.coc.entry"].search(action["domain"])
            self.assertEqual(entries.picking_id, receipt)
            self.assertEqual(sum(entries.mapped("mass")), 40)

    def test_who_may(self):
        row = self.allocate()
        self.interest.with_user(self.officer).terms = "Yearly"
        row.with_user(self.officer).production_mass = 1100
        for user in (self.auditor, self.coc_storekeeper):
            self.assertEqual(row.with_user(user).partner_id, self.supplier)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                row.with_user(user).production_mass = 1
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.interest.with_user(user).terms = "Ours"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.interest.with_user(self.storekeeper).read(["name"])
        evidence = self.interest.with_user(self.auditor).evidence_ids
        self.assertEqual(evidence.mapped("name"), ["Agreement.pdf"])

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Others"})
        user = self.env["res.users"].create(
            {
                "name": "Other",
                "login": "coc-other-interest",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(self.env.ref("asi_coc.group_officer").ids)],
            }
        )
        interests = self.env["asi.coc.legal.interest"].with_user(user)
        interests = interests.with_context(allowed_company_ids=company.ids)
        self.assertFalse(interests.search([]))

    def test_many_receipts_cost_as_much_as_one(self):
        row = self.allocate(10000)
        counts = []
        for receipts in (1, 5):
            for _number in range(receipts):
                self.take(1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            row.mapped("received_mass")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestClose(InterestCase):
    """A period with an interest in force says what was allocated."""

    def test_missing_row(self):
        with self.refused(
            UserError, "Nothing is recorded of what Refinery Joint Venture", "(3.2a)"
        ):
            self.close(self.period)
        self.at("2025-06-01")
        self.allocate(0, evidence_ids=False)
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")

    def test_step_to_the_close_opens_an_archived_interest(self):
        self.interest.active = False
        action = self.period.action_open_close_steps()
        step = self.env["asi.coc.close.step"].search(
            [*action["domain"], ("text", "like", "Nothing is recorded")]
        )
        opened = step.action_open()
        found = self.env[opened["res_model"]].with_context(**opened["context"])
        self.assertEqual(found.search(opened["domain"]), self.interest)

    def test_closed_it_is_frozen(self):
        row = self.allocate(1000)
        self.close(self.period)
        with self.refused(UserError, "is closed", "reopen the period"):
            row.production_mass = 2000
        with self.refused(UserError, "is closed"):
            row.unlink()
        other = self.create_interest(name="Second", date_start="2026-01-01")
        with self.refused(UserError, "is closed"):
            self.allocate(1000, interest_id=other.id)

    def test_not_one_of_other_times(self):
        self.interest.date_start = "2026-01-01"
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")

    def test_more_than_allocated_cannot_be_explained(self):
        """Receipts moved into the period by their date."""
        self.allocate(100)
        following = self.open_period("2026-01-01", "2026-12-31")
        self.allocate(100, period=following)
        self.at("2025-12-30")
        self.take(40)
        self.at("2026-01-02")
        receipt = self.take(40)
        receipt.move_ids.date = "2025-12-31 12:00:00"
        receipt.move_line_ids.date = "2025-12-31 12:00:00"
        self.period.closing_explanation = "It is so."
        with self.refused(UserError, "80 t of CoC Material are verified", "40 t"):
            self.close(self.period)
