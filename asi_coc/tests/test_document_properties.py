from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core.quantity import to_mass
from .test_document_life import LifeCase

tonnes = st.integers(1, 60)
parts = st.integers(0, 100)
picks = st.integers(0, 99)
operations = st.one_of(
    *(
        st.tuples(st.just(name), tonnes, parts, picks)
        for name in (
            "receive",
            "deliver",
            "deliver",
            "give_back",
            "keep",
            "replace",
            "replace",
            "finish_returned",
            "batch",
        )
    )
)


@tagged("post_install", "-at_install")
class TestDocumentProperties(LifeCase):
    """Ledger, running totals and documents agree, whatever is voided (9.6)."""

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        # Shrinking would live through hundreds of years of operations.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(operations, min_size=5, max_size=10))
    def live(self, sequence):
        savepoint = self.env.cr.savepoint()
        try:
            self.deliveries = [self.delivery]
            self.have_stock(self.slab, 10**5)
            for name, *values in sequence:
                try:
                    with self.env.cr.savepoint():
                        getattr(self, f"do_{name}")(*values)
                    self.lived.add(name)
                except (UserError, ValueError):
                    # Refused by a rule, or no document is there: nothing is left.
                    self.env.invalidate_all()
                self.check_agreement()
        finally:
            # What is not written yet must go too, before the next example.
            self.env.transaction.clear()
            savepoint.rollback()

    def test_any_sequence(self):
        self.lived = set()
        self.live()
        self.assertEqual(
            self.lived,
            {
                "receive",
                "deliver",
                "give_back",
                "keep",
                "replace",
                "finish_returned",
                "batch",
            },
        )

    def live_documents(self):
        return self.env["asi.coc.document"].search(
            [
                ("scope_id", "=", self.scope.id),
                ("direction", "=", "issued"),
                ("state", "=", "issued"),
            ],
            order="id",
        )

    def one_document(self, pick):
        documents = self.live_documents()
        return documents[pick % len(documents)] if documents else documents

    # -- operations -----------------------------------------------------------
    def do_receive(self, quantity, part, _pick):
        self.receive(self.slab, quantity, claimed=quantity * part / 100)

    def do_deliver(self, quantity, part, _pick):
        designated = quantity * part // 100
        self.deliveries.append(self.deliver(self.slab, quantity, designated))

    def do_give_back(self, quantity, _part, pick):
        picking = self.deliveries[pick % len(self.deliveries)]
        self.give_back(picking, min(quantity, picking.move_ids.quantity))

    def do_keep(self, _quantity, _part, pick):
        self.error_in(self.one_document(pick), "kept")

    def do_finish_returned(self, _quantity, _part, pick):
        document = self.one_document(pick)
        picking = document.picking_ids[:1]
        left = picking.move_ids._coc_get_quantity_with_customer()
        if left:
            self.give_back(picking, left)
        self.error_in(document, "returned")

    def do_replace(self, _quantity, part, pick):
        document = self.one_document(pick)
        kept = [
            move._coc_get_quantity_with_customer() * part // 100
            for move in document._get_delivered_moves()
        ]
        self.error_in(document, "replaced", kept)

    def do_batch(self, quantity, part, _pick):
        self.customer.coc_batch_documents = True
        both = self.env["stock.picking"].union(
            *(self.deliver(self.slab, quantity, quantity * part // 500) for _n in "ab")
        )
        self.customer.coc_batch_documents = False
        self.env["asi.coc.document"]._draft_batch(both).action_issue()
        self.deliveries += list(both)

    # -- what always holds ------------------------------------------------------
    def check_agreement(self):
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])
        self.check_limits()
        self.check_numbers()
        self.check_masses()

    def check_limits(self):
        core = self.balance("casthouse")._get_core()
        self.assertLessEqual(core.demand, core.entitlement)

    def check_numbers(self):
        documents = self.env["asi.coc.document"].search(
            [("scope_id", "=", self.scope.id), ("direction", "=", "issued")],
            order="id",
        )
        numbered = documents.filtered("name")
        self.assertEqual(
            sorted(numbered.mapped("name")),
            [f"COC/2025/{n:05}" for n in range(1, len(numbered) + 1)],
        )
        for document in documents.filtered(lambda one: one.state == "replaced"):
            self.assertEqual(document.replaced_by_id.replaces_id, document)

    def check_masses(self):
        """All CoC output is on a document in force, save what came back since."""
        live = self.live_documents()
        masses = live._get_ledger_masses()
        for document in live:
            returned = document.picking_ids.move_ids.returned_move_ids
            came_back = sum(
                move.coc_designated_qty for move in returned if move.state == "done"
            )
            if not came_back:
                self.assertAlmostEqual(document.coc_mass, masses[document.id], 6)
            else:
                self.assertIn(document, live._get_contradicted())
        self.assertEqual(
            to_mass(sum(masses.values())),
            to_mass(self.balance("casthouse").coc_output),
        )
