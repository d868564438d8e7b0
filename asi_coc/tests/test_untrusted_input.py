from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import UserCase


class UntrustedCase(UserCase):
    """What RPC may send: the records of a user, made field by field."""

    def receive_as(self, user, quantity, claimed, context=None, **move_values):
        """Receive slab the way ``user`` could by RPC; return the transfer."""
        env = self.env(user=user.id, su=False)
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.casthouse_place.id,
        }
        picking = (
            env["stock.picking"]
            .with_context(**(context or {}))
            .create(
                {
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "partner_id": self.supplier.id,
                    **places,
                }
            )
        )
        move = env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": self.slab.id,
                "product_uom_qty": quantity,
                "product_uom": self.tonne.id,
                "coc_claimed_mass": claimed,
                **places,
                **move_values,
            }
        )
        picking.action_confirm()
        move.quantity = quantity
        move.picked = True
        picking.button_validate()
        return picking.with_env(self.env)


@tagged("post_install", "-at_install")
class TestDefaults(UntrustedCase):
    """Defaults of the context and of the user are as untrusted as values."""

    def test_default_document_does_not_verify_a_receipt(self):
        document = self.receive(self.slab, 10, claimed=10).coc_received_document_id
        receipt = self.receive_as(
            self.storekeeper,
            500,
            claimed=500,
            context={"default_coc_received_document_id": document.id},
        )
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 500})

    def test_default_state_does_not_activate_a_scope(self):
        scope = (
            self.env["asi.coc.scope"]
            .with_user(self.officer)
            .with_context(default_state="active")
            .create({"name": "Foundry", "company_id": self.company.id})
        )
        self.assertEqual(scope.state, "draft")

    def test_user_default_does_not_close_a_period(self):
        officer_env = self.env(user=self.officer.id, su=False)
        officer_env["ir.default"].set("asi.coc.period", "state", "closed", user_id=True)
        period = officer_env["asi.coc.period"].create(
            {
                "scope_id": self.scope.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        self.assertEqual(period.state, "open")


@tagged("post_install", "-at_install")
class TestClaimsOnVerifiedReceipts(UntrustedCase):
    """A verified document proves what was claimed when it was verified (10.2)."""

    def test_no_move_joins_a_verified_receipt(self):
        receipt = self.receive(self.slab, 10, claimed=10)
        with self.refused(UserError, "ACME-1", receipt.name, "Withdraw the"):
            self.env["stock.move"].with_user(self.storekeeper).create(
                {
                    "picking_id": receipt.id,
                    "product_id": self.slab.id,
                    "product_uom_qty": 500,
                    "product_uom": self.tonne.id,
                    "location_id": receipt.location_id.id,
                    "location_dest_id": self.casthouse_place.id,
                    "coc_claimed_mass": 500,
                    "quantity": 500,
                    "picked": True,
                }
            )
        self.assertEqual(self.balance("casthouse").coc_input, 10)

    def test_receipt_that_names_a_verified_one_as_its_origin_is_non_coc(self):
        verified = self.receive(self.slab, 10, claimed=10)
        receipt = self.receive_as(
            self.storekeeper,
            700,
            claimed=700,
            origin_returned_move_id=verified.move_ids.id,
        )
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 700})
        self.assertEqual(self.balance("casthouse").coc_input, 10)

    def test_replacement_of_returned_goods_has_its_own_claim(self):
        receipt = self.receive(self.slab, 100, claimed=100)
        returned = self.give_back(receipt, 100)
        again = self.prepare_return(returned, 100, self.casthouse_place)
        again.move_ids.coc_claimed_mass = 100
        again.coc_document_reference = "ACME-REPLACED"
        self.validate(again)
        self.assertEqual(self.entries(again), {("input", "non_coc"): 100})

        self.verify(again)
        self.assertEqual(self.entries(again)[("input", "coc")], 100)
        # 100 t in, 100 t back, 100 t in again.
        self.assertEqual(self.balance("casthouse").coc_input, 100)


@tagged("post_install", "-at_install")
class TestRights(UserCase):
    """Who may not, does not, whichever way it is asked."""

    def test_auditor_drafts_no_document(self):
        self.scope.issue_automatically = False
        self.receive(self.slab, 100, claimed=40)
        delivery = self.deliver(self.slab, 10, designated=4)
        delivery.coc_document_ids.unlink()
        with self.refused(AccessError):
            delivery.with_user(self.auditor).action_coc_document()

    def test_officer_does_not_archive_a_scope(self):
        with self.refused(UserError, "Management Representative", "(1.4)"):
            self.scope.with_user(self.officer).active = False

    def test_officer_does_not_explain_a_close_when_opening_the_period(self):
        with self.refused(UserError, "Only a Management Representative"):
            self.env["asi.coc.period"].with_user(self.officer).create(
                {
                    "scope_id": self.scope.id,
                    "date_start": "2026-01-01",
                    "date_end": "2026-12-31",
                    "closing_explanation": "All is well",
                }
            )

    def test_line_of_another_document_does_not_move_into_an_issued_one(self):
        self.receive(self.slab, 100, claimed=100)
        issued = self.deliver(self.slab, 10, designated=10).coc_document_ids
        other = (
            self.env["asi.coc.document"]
            .with_user(self.officer)
            .create(
                {
                    "scope_id": self.scope.id,
                    "date": "2025-01-01",
                    "issuer_id": self.supplier.id,
                    "customer_id": self.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "material": "aluminium",
                                "form": "Slab",
                                "coc_mass": 999,
                                "total_mass": 999,
                            }
                        )
                    ],
                }
            )
        )
        with self.refused(UserError, issued.name):
            other.line_ids.document_id = issued.id
        self.assertEqual(issued.coc_mass, 10)

    def test_force_majeure_does_not_move_into_a_closed_period(self):
        following = self.open_period("2026-01-01", "2026-12-31")
        situation = self.force_majeure(30, following)
        self.close(self.period)
        with self.refused(UserError, "Melt & Roll 2025 is closed", "Strike"):
            situation.period_id = self.period
