from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_operations import OperationsCase


class InventoryCase(OperationsCase):
    def count(self, product, quantity, day=None):
        """Count in the casthouse, press *Apply All* and date it; return the move."""
        quant = self.get_quant(product).with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        action = quant.with_context(
            active_domain=[("id", "=", quant.id)]
        ).action_apply_all()
        with Form.from_action(self.env, action) as form:
            if day:
                form.counting_date = f"{day} 08:00:00"
        form.record.action_apply()
        return self.env["stock.move"].search(
            [("product_id", "=", product.id), ("is_inventory", "=", True)],
            order="id desc",
            limit=1,
        )


@tagged("post_install", "-at_install")
class TestInventory(InventoryCase):
    """8.1: what a count finds is loss or gain, outside the balance."""

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=50)
        self.at("2025-03-20")

    def test_loss_on_the_counting_date(self):
        """97 t of 100 t were there on the 15th, entered on the 20th."""
        move = self.count(self.slab, 97, "2025-03-15")
        self.assertEqual(
            self.entries_of(move, "date", "facility_id"),
            {
                ("loss", "pooled", "2025-03-15", "Casthouse"): 3,
                ("loss", "pooled", "2025-03-20", "Casthouse"): 0,
            },
        )
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.total_outflow, 0)
        self.assertEqual(casthouse.inflow_percentage, 50)

    def test_gain_on_the_counting_date(self):
        """102 t were there: 2 t more, which are no input."""
        move = self.count(self.slab, 102, "2025-03-15")
        self.assertEqual(
            self.entries_of(move, "date"),
            {
                ("gain", "pooled", "2025-03-15"): 2,
                ("gain", "pooled", "2025-03-20"): 0,
            },
        )
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.coc_input, 50)
        self.assertEqual(casthouse.non_coc_inflow, 50)

    def test_loss_counted_today(self):
        move = self.count(self.slab, 97)
        self.assertEqual(
            self.entries_of(move, "date"), {("loss", "pooled", "2025-03-20"): 3}
        )

    def test_nothing_found(self):
        move = self.count(self.slab, 100, "2025-03-15")
        self.assertEqual(self.entries_of(move), {})

    def test_quantity_updated_on_the_product(self):
        quant = self.get_quant(self.slab).with_context(inventory_mode=True)
        quant.inventory_quantity_auto_apply = 95
        self.assertEqual(
            self.entries_of(
                self.env["stock.move"].search([("is_inventory", "=", True)], limit=1)
            ),
            {("loss", "pooled"): 5},
        )

    def test_counted_while_goods_left(self):
        """99 t of 100 t counted, then 20 t leave: 1 t is lost, not 21 t."""
        quant = self.get_quant(self.slab).with_context(inventory_mode=True)
        quant.inventory_quantity = 99
        self.env.flush_all()
        self.deliver(self.slab, 20)
        self.env.invalidate_all()  # each is a request of its own
        action = quant.action_apply_inventory()
        self.assertEqual(action["res_model"], "stock.inventory.conflict")
        conflict = Form.from_action(self.env, action).save()
        conflict.action_keep_difference()
        move = self.env["stock.move"].search([("is_inventory", "=", True)], limit=1)
        self.assertEqual(self.entries_of(move), {("loss", "pooled"): 1})

    def test_counting_date_in_a_closed_period_is_refused(self):
        """The frozen balance stays, and so does the count; today is open."""
        self.close(self.period)
        self.at("2026-02-01")
        with self.refused(UserError, "Melt & Roll 2025", "closed"):
            self.count(self.slab, 97, "2025-12-31")
        move = self.count(self.slab, 97)
        self.assertEqual(
            self.entries_of(move, "date", "period_id"),
            {("loss", "pooled", "2026-02-01", "2026"): 3},
        )

    # -- reverting --------------------------------------------------------------
    def test_reverted_loss_is_a_gain(self):
        move = self.count(self.slab, 97, "2025-03-15")
        self.at("2025-03-25")
        action = move.move_line_ids.action_revert_inventory()
        reverted = self.env["stock.move.line"].search(action["domain"]).move_id - move
        self.assertEqual(
            self.entries_of(reverted, "date", "facility_id"),
            {("gain", "pooled", "2025-03-25", "Casthouse"): 3},
        )
        self.assertEqual(
            self.entries_of(move),
            {("loss", "pooled"): 3},
        )

    def test_reverted_gain_is_a_loss(self):
        move = self.count(self.slab, 102)
        action = move.move_line_ids.action_revert_inventory()
        reverted = self.env["stock.move.line"].search(action["domain"]).move_id - move
        self.assertEqual(self.entries_of(reverted), {("loss", "pooled"): 2})

    def test_reverted_after_the_close(self):
        """2025 keeps its loss; the gain is 2026's."""
        move = self.count(self.slab, 97)
        self.close(self.period)
        self.at("2026-02-01")
        action = move.move_line_ids.action_revert_inventory()
        moves = self.env["stock.move.line"].search(action["domain"]).move_id
        self.assertEqual(
            self.entries_of(moves, "period_id"),
            {("loss", "pooled", "2025"): 3, ("gain", "pooled", "2026"): 3},
        )


@tagged("post_install", "-at_install")
class TestRelocation(InventoryCase):
    """8.4: goods relocated from the list of stock are moved as by a transfer."""

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=50)

    def relocate_slab(self, target):
        """Press *Relocate* and say where to; return the move."""
        self.relocate(self.get_quant(self.slab), target)
        return self.env["stock.move"].search(
            [("product_id", "=", self.slab.id)], order="id desc", limit=1
        )

    def test_within_one_activity(self):
        shelf = self._create_location("Shelf", self.casthouse_place)
        move = self.relocate_slab(shelf)
        self.assertEqual(move.location_dest_id, shelf)
        self.assertEqual(self.entries_of(move), {})

    def test_between_two_activities(self):
        """100 t to the mill, half of them CoC."""
        move = self.relocate_slab(self.mill_place)
        self.assertEqual(
            self.entries_of(move, "facility_id"),
            {
                ("intra_entity_out", "pooled", "Casthouse"): 100,
                ("intra_entity_in", "pooled", "Mill"): 100,
            },
        )
        self.assertEqual(self.balance("casthouse").intra_entity_out, 50)
        self.assertEqual(self.balance("post_casthouse").intra_entity_in, 50)

    def test_reverted_relocation_is_a_transfer_back(self):
        """Odoo reverts it like an adjustment; nothing was lost or gained."""
        move = self.relocate_slab(self.mill_place)
        action = move.move_line_ids.action_revert_inventory()
        back = self.env["stock.move.line"].search(action["domain"]).move_id - move
        self.assertEqual(
            self.entries_of(back, "facility_id"),
            {
                ("intra_entity_out", "pooled", "Mill"): 100,
                ("intra_entity_in", "pooled", "Casthouse"): 100,
            },
        )
        self.assertEqual(self.balance("casthouse").intra_entity_outflow, 0)

    def test_moved_by_code(self):
        self.get_quant(self.slab).move_quants(location_dest_id=self.mill_place)
        move = self.env["stock.move"].search([("is_inventory", "=", True)], limit=1)
        self.assertEqual(
            self.entries_of(move),
            {("intra_entity_out", "pooled"): 100, ("intra_entity_in", "pooled"): 100},
        )


@tagged("post_install", "-at_install")
class TestMovesWithoutATransfer(OperationsCase):
    """8.1: a move that belongs to no transfer means what it would mean in one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def test_from_a_supplier_and_back(self):
        move = self.move_alone(10, self.suppliers, self.casthouse_place)
        self.assertEqual(self.entries_of(move), {("input", "non_coc"): 10})
        back = self.move_alone(
            4, self.casthouse_place, self.suppliers, origin_returned_move_id=move.id
        )
        self.assertEqual(self.entries_of(back), {("input", "non_coc"): -4})

    def test_claim_waits_for_a_document(self):
        """There is no receipt whose document could be verified (10.2)."""
        move = self.move_alone(
            10, self.suppliers, self.casthouse_place, coc_claimed_mass=6
        )
        self.assertEqual(self.entries_of(move), {("input", "non_coc"): 10})

    def test_to_a_customer_and_back(self):
        """6 of 10 t designated; 5 t come back, the 4 t without a claim first."""
        self.receive(self.slab, 10, claimed=6)
        move = self.move_alone(
            10, self.casthouse_place, self.customers, coc_designated_qty=6
        )
        self.assertEqual(
            self.entries_of(move), {("output", "coc"): 6, ("output", "non_coc"): 4}
        )
        back = self.move_alone(
            5, self.customers, self.casthouse_place, origin_returned_move_id=move.id
        )
        self.assertEqual(
            self.entries_of(back), {("output", "non_coc"): -4, ("output", "coc"): -1}
        )

    def test_designation_is_held_to_the_limits(self):
        self.receive(self.slab, 10, claimed=6)
        with self.refused(UserError, "7 t", "6 t are available"):
            self.move_alone(
                10, self.casthouse_place, self.customers, coc_designated_qty=7
            )

    def test_inside(self):
        self.receive(self.slab, 10)
        shelf = self._create_location("Shelf", self.casthouse_place)
        put = self.move_alone(10, self.casthouse_place, shelf)
        self.assertEqual(self.entries_of(put), {})
        sent = self.move_alone(10, shelf, self.mill_place)
        self.assertEqual(
            self.entries_of(sent, "facility_id"),
            {
                ("intra_entity_out", "pooled", "Casthouse"): 10,
                ("intra_entity_in", "pooled", "Mill"): 10,
            },
        )

    def test_to_production_without_an_order(self):
        """Nothing says what it was used for: it is lost."""
        self.receive(self.slab, 10)
        used = self.move_alone(
            3, self.casthouse_place, self.slab.property_stock_production
        )
        self.assertEqual(self.entries_of(used), {("loss", "pooled"): 3})
