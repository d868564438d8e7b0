from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_operations import OperationsCase


@tagged("post_install", "-at_install")
class TestByproducts(OperationsCase):
    """8.4: what a manufacturing order makes besides is production too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foil = cls._create_product("Foil", "aluminium", cls.tonne)
        cls.dross = cls._create_product("Dross", "scrap", cls.tonne)

    def roll(self):
        """Receive 100 t of slab, 50 t of it CoC; roll 80 coil, 10 foil, 5 dross."""
        self.receive(self.slab, 100, claimed=50, place=self.mill_place)
        bom = self.make_bom(
            self.coil, 8, [(self.slab, 10)], [(self.foil, 1), (self.dross, 0.5)]
        )
        order = self.plan_order(bom, 80, self.mill_place)
        self.finish_order(order, 80)
        return order

    def test_aluminium_counts_in_the_yield_and_dross_does_not(self):
        """Yield (80 + 10) / 100 = 0.9, entitlement 0.9 × 50 t = 45 t."""
        order = self.roll()
        self.assertEqual(
            self.order_entries(order, "product_id"),
            {
                ("consumption", "pooled", "Slab"): 100,
                ("production", "pooled", "Coil"): 80,
                ("production", "pooled", "Foil"): 10,
                ("production", "pooled", "Dross"): 5,
            },
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 0.9)
        self.assertEqual(mill.entitlement, 45)

    def test_edited_byproduct_changes_the_yield(self):
        """12 t of foil instead of 10 t: yield (80 + 12) / 100 = 0.92."""
        order = self.roll()
        foil = order.move_byproduct_ids.filtered(lambda m: m.product_id == self.foil)
        foil.quantity = 12
        self.assertEqual(
            self.entries_of(foil, "mass"),
            {("production", "pooled", "10.0"): 10, ("production", "pooled", "2.0"): 2},
        )
        self.assertEqual(self.balance("post_casthouse").conversion_yield, 0.92)

    def test_byproduct_leaves_as_output_of_the_activity(self):
        """45 t of coil and foil leave with a claim: all that came in as CoC."""
        self.roll()
        self.deliver(self.coil, 80, designated=40, place=self.mill_place)
        foil = self.deliver(self.foil, 10, designated=5, place=self.mill_place)
        self.assertEqual(
            self.entries(foil), {("output", "coc"): 5, ("output", "non_coc"): 5}
        )
        self.assertEqual(self.balance("post_casthouse").available, 0)


@tagged("post_install", "-at_install")
class TestManufacturingOrders(OperationsCase):
    """8.4: consumption and production, however the order came to be done."""

    def plan_rolling(self):
        """100 t of slab, 50 t of it CoC; 9 t of coil from 10 t of slab."""
        self.receive(self.slab, 100, claimed=50, place=self.mill_place)
        bom = self.make_bom(self.coil, 9, [(self.slab, 10)])
        return self.plan_order(bom, 90, self.mill_place)

    def test_backorder_has_its_own_entries(self):
        """54 t of 90 t take 60 t of 100 t; the rest follows on another day."""
        order = self.plan_rolling()
        self.finish_order(order, 54, backorder=True)
        self.assertEqual(
            self.order_entries(order),
            {("consumption", "pooled"): 60, ("production", "pooled"): 54},
        )
        rest = order.production_group_id.production_ids - order
        self.at("2025-04-02")
        self.finish_order(rest, 36)
        self.assertEqual(
            self.order_entries(rest, "date"),
            {
                ("consumption", "pooled", "2025-04-02"): 40,
                ("production", "pooled", "2025-04-02"): 36,
            },
        )
        self.assertEqual(self.balance("post_casthouse").conversion_yield, 0.9)

    def test_closed_without_a_backorder(self):
        order = self.plan_rolling()
        self.finish_order(order, 54, backorder=False)
        self.assertEqual(
            self.order_entries(order),
            {("consumption", "pooled"): 60, ("production", "pooled"): 54},
        )

    def test_component_not_used_has_no_entry(self):
        """Offcuts were planned and not used: the order is done without them."""
        offcut = self._create_product("Offcut", "aluminium", self.tonne)
        self.receive(self.slab, 100, place=self.mill_place)
        self.receive(offcut, 10, place=self.mill_place)
        bom = self.make_bom(self.coil, 90, [(self.slab, 100), (offcut, 5)])
        bom.consumption = "flexible"
        order = self.plan_order(bom, 90, self.mill_place)
        with Form(order) as form:
            form.qty_producing = 90
        leftover = order.move_raw_ids.filtered(lambda m: m.product_id == offcut)
        leftover.quantity = 0
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(
            self.order_entries(order, "product_id"),
            {
                ("consumption", "pooled", "Slab"): 100,
                ("production", "pooled", "Coil"): 90,
            },
        )

    def test_component_added_to_a_done_order(self):
        """Another 3 t of liquid metal went in, as somebody remembers later."""
        order = self.plan_rolling()
        self.receive(self.liquid, 3, place=self.mill_place)
        self.finish_order(order, 90)
        order.action_toggle_is_locked()
        with Form(order) as form, form.move_raw_ids.new() as line:
            line.product_id = self.liquid
            line.quantity = 3
        added = order.move_raw_ids.filtered(lambda m: m.product_id == self.liquid)
        self.assertEqual(added.state, "done")
        self.assertEqual(self.entries_of(added), {("consumption", "pooled"): 3})

    def test_consumption_edited_after_done(self):
        """95 t instead of 100 t: yield 90 / 95 = 0.9474, and what was corrected."""
        order = self.plan_rolling()
        self.finish_order(order, 90)
        first = self.env["asi.coc.entry"].search(
            [("move_id", "in", order.move_raw_ids.ids)]
        )
        order.move_raw_ids.quantity = 95
        correction = self.env["asi.coc.entry"].search([("corrects_id", "=", first.id)])
        self.assertEqual((correction.flow, correction.mass), ("consumption", -5))
        self.assertEqual(
            self.order_entries(order),
            {("consumption", "pooled"): 95, ("production", "pooled"): 90},
        )
        self.assertEqual(self.balance("post_casthouse").conversion_yield, 0.9474)

    def test_produced_quantity_edited_after_done(self):
        order = self.plan_rolling()
        self.finish_order(order, 90)
        order.action_toggle_is_locked()
        with Form(order) as form:
            form.qty_producing = 85
        self.assertEqual(
            self.order_entries(order),
            {("consumption", "pooled"): 100, ("production", "pooled"): 85},
        )

    # -- dates ----------------------------------------------------------------
    def test_date_moves_what_was_made(self):
        """Odoo dates what was made by the order's end, not what was used up."""
        order = self.plan_rolling()
        self.finish_order(order, 90)
        order.date_finished = "2025-02-03 08:00:00"
        self.assertEqual(
            self.order_entries(order, "date"),
            {
                ("consumption", "pooled", "2025-03-10"): 100,
                ("production", "pooled", "2025-03-10"): 0,
                ("production", "pooled", "2025-02-03"): 90,
            },
        )

    def test_date_leaves_no_closed_period(self):
        order = self.plan_rolling()
        self.finish_order(order, 90)
        self.close(self.period)
        with self.refused(UserError, order.name, "Melt & Roll 2025", "closed"):
            order.date_finished = "2026-01-01 08:00:00"

    def test_date_enters_no_closed_period(self):
        order = self.plan_rolling()
        self.close(self.period)
        self.finish_order(order, 90)
        with self.refused(UserError, order.name, "Melt & Roll 2025", "closed"):
            order.date_finished = "2025-12-30 08:00:00"

    def test_consumption_of_a_closed_period_stays(self):
        order = self.plan_rolling()
        self.finish_order(order, 90)
        self.close(self.period)
        with self.refused(UserError, order.name, "Melt & Roll 2025", "closed"):
            order.move_raw_ids.quantity = 95

    # -- more than one facility -------------------------------------------------
    def test_components_from_another_facility(self):
        """50 t of slab straight from the casthouse, 40 % CoC: 20 t of it CoC.

        In the mill 45 t of coil come of it: yield 0.9, entitlement 18 t.
        """
        self.receive(self.slab, 100, claimed=40)
        bom = self.make_bom(self.coil, 9, [(self.slab, 10)])
        order = self.plan_order(bom, 45, self.mill_place)
        order.move_raw_ids.location_id = self.casthouse_place
        order.action_assign()
        self.finish_order(order, 45)
        self.assertEqual(
            self.order_entries(order, "facility_id"),
            {
                ("intra_entity_out", "pooled", "Casthouse"): 50,
                ("intra_entity_in", "pooled", "Mill"): 50,
                ("consumption", "pooled", "Mill"): 50,
                ("production", "pooled", "Mill"): 45,
            },
        )
        self.assertEqual(self.balance("casthouse").intra_entity_out, 20)
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.intra_entity_in, 20)
        self.assertEqual(mill.entitlement, 18)

    def test_components_taken_from_both_facilities(self):
        """30 t lie in the mill, 20 t are fetched from the casthouse."""
        self.receive(self.slab, 30, place=self.mill_place)
        self.receive(self.slab, 20)
        bom = self.make_bom(self.coil, 9, [(self.slab, 10)])
        order = self.plan_order(bom, 45, self.mill_place)
        order.move_raw_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "location_id": self.casthouse_place.id,
                    "quantity": 20,
                }
            )
        ]
        order.move_raw_ids.picked = True
        self.finish_order(order, 45)
        self.assertEqual(
            self.order_entries(order, "facility_id"),
            {
                ("intra_entity_out", "pooled", "Casthouse"): 20,
                ("intra_entity_in", "pooled", "Mill"): 20,
                ("consumption", "pooled", "Mill"): 50,
                ("production", "pooled", "Mill"): 45,
            },
        )

    def test_finished_product_into_another_facility(self):
        """The casthouse puts 90 t of slab from 100 t of liquid metal into the mill.

        Half is CoC: 45 t of 90 t go to the mill with it.
        """
        self.receive(self.liquid, 100, claimed=50)
        bom = self.make_bom(self.slab, 9, [(self.liquid, 10)])
        order = self.plan_order(bom, 90, self.casthouse_place, self.mill_place)
        self.finish_order(order, 90)
        self.assertEqual(
            self.order_entries(order, "facility_id"),
            {
                ("consumption", "pooled", "Casthouse"): 100,
                ("production", "pooled", "Casthouse"): 90,
                ("intra_entity_out", "pooled", "Casthouse"): 90,
                ("intra_entity_in", "pooled", "Mill"): 90,
            },
        )
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.conversion_yield, 0.9)
        self.assertEqual(casthouse.intra_entity_out, 45)
        self.assertEqual(self.balance("post_casthouse").intra_entity_in, 45)
