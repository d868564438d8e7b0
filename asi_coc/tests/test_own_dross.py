from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_scrap import ScrapCase


@tagged("post_install", "-at_install")
class TestOwnDross(ScrapCase):
    """4.2c: the scope's own dross is 100 % eligible where it is re-melted."""

    def test_transfer_to_the_furnace(self):
        """5 t of dross beside 15 t of bought scrap: 25 % CoC in."""
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.take_in(self.clippings, 15)
        moved = self.move_inside(
            self.dross, 5, self.casthouse_place, self.furnace_place
        )
        self.assertEqual(
            self.entries(moved),
            {("intra_entity_out", "pooled"): 5, ("intra_entity_in", "pooled"): 5},
        )
        remelter = self.balance("remelting_refining")
        self.assertEqual(remelter.inflow_percentage, 25)
        self.assertEqual(
            (remelter.intra_entity_in, remelter.intra_entity_inflow), (5, 5)
        )
        self.assertEqual((remelter.coc_input, remelter.entitlement), (0, 5))

    def test_takes_nothing_from_the_origin(self):
        """The casthouse at 50 % keeps its CoC Material, and its yield."""
        self.receive(self.liquid, 100, claimed=50)
        self.produce(self.slab, 95, [(self.liquid, 100)], self.casthouse_place)
        before = self.balance("casthouse").read()[0]
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        after = self.balance("casthouse")
        after.invalidate_recordset()
        self.assertEqual(after.read()[0], before)
        self.assertEqual(after.intra_entity_outflow, 0)

    def test_by_product_straight_into_the_furnace(self):
        self.receive(self.liquid, 10)
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.slab.product_tmpl_id.id,
                "product_qty": 9,
                "company_id": self.company.id,
                "bom_line_ids": [
                    (0, 0, {"product_id": self.liquid.id, "product_qty": 10})
                ],
                "byproduct_ids": [
                    (0, 0, {"product_id": self.dross.id, "product_qty": 1})
                ],
            }
        )
        order = self.env["mrp.production"].create(
            {
                "product_id": self.slab.id,
                "bom_id": bom.id,
                "product_qty": 9,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.casthouse_place.id,
                "location_dest_id": self.casthouse_place.id,
            }
        )
        order.action_confirm()
        order.move_byproduct_ids.location_dest_id = self.furnace_place
        order.action_assign()
        order.qty_producing = 9
        order._set_qty_producing()
        order.move_byproduct_ids.quantity = 1
        for move in order.move_raw_ids | order.move_byproduct_ids:
            move.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self.balance("remelting_refining").intra_entity_in, 1)
        self.assertEqual(self.balance("remelting_refining").inflow_percentage, 100)

    def test_used_by_the_furnaces_order_where_it_lies(self):
        self.have_stock(self.dross, 5, self.casthouse_place)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.liquid.id,
                "product_qty": 4,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.furnace_place.id,
                "location_dest_id": self.furnace_place.id,
                "bom_id": False,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.dross.id,
                            "product_uom_qty": 5,
                            "location_id": self.casthouse_place.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        order.qty_producing = 4
        order.move_raw_ids.location_id = self.casthouse_place
        order.move_raw_ids.quantity = 5
        order.move_raw_ids.move_line_ids.location_id = self.casthouse_place
        order.move_raw_ids.picked = True
        order.button_mark_done()
        remelter = self.balance("remelting_refining")
        self.assertEqual(
            (remelter.intra_entity_in, remelter.conversion_yield), (5, 0.8)
        )
        self.assertEqual(remelter.entitlement, 4)

    def test_what_goes_back_is_taken_off(self):
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        self.move_inside(self.dross, 2, self.furnace_place, self.casthouse_place)
        self.assertEqual(self.balance("remelting_refining").intra_entity_in, 3)
        self.move_inside(self.dross, 3, self.furnace_place, self.mill_place)
        self.assertEqual(self.balance("remelting_refining").intra_entity_in, 0)

    def test_other_own_scrap_is_not_reported(self):
        """8.6: what stays inside, save dross."""
        self.have_stock(self.clippings, 5, self.mill_place)
        self.move_inside(self.clippings, 5, self.mill_place, self.furnace_place)
        remelter = self.balance("remelting_refining")
        self.assertEqual(
            (remelter.intra_entity_in, remelter.intra_entity_inflow), (0, 0)
        )

    def test_by_its_aluminium_content(self):
        self.dross.coc_aluminium_percentage = 60
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        self.assertEqual(self.balance("remelting_refining").intra_entity_in, 3)

    def test_bought_dross_is_assessed_not_own(self):
        self.take_in(self.dross, 5)
        remelter = self.balance("remelting_refining")
        self.assertEqual((remelter.intra_entity_in, remelter.coc_input), (0, 0))
        self.assertEqual(remelter.non_coc_inflow, 5)

    def test_liquid_of_own_dross_is_coc_to_the_casthouse(self):
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        self.produce(self.liquid, 4, [(self.dross, 5)], self.furnace_place)
        self.move_inside(self.liquid, 4, self.furnace_place, self.casthouse_place)
        casthouse = self.balance("casthouse")
        self.assertEqual((casthouse.intra_entity_in, casthouse.entitlement), (4, 4))

    def test_in_the_statement(self):
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        statement = self.env["asi.coc.statement"]._get_statement(self.period)
        listed = {one["code"]: one for one in statement["activities"]}
        (row,) = listed["remelting_refining"]["intra_entity_in"]
        self.assertEqual((row["code"], float(row["mass"])), ("casthouse", 5))
        self.assertEqual(float(row["coc_mass"]), 5)
        self.assertIn("dross", row["name"])
        self.assertEqual(listed["casthouse"]["intra_entity_out"], [])

    # -- what is not own --------------------------------------------------------
    def before_close(self, period):
        period.closing_explanation = "Dross was received where none is taken in"
        return super().before_close(period)

    def melt(self, quantity, source=None):
        """Send dross to be re-melted."""
        return self.move_inside(
            self.dross, quantity, source or self.casthouse_place, self.furnace_place
        )

    def own(self, period=None):
        """Return own dross, what was not own brought in, and carried on."""
        remelter = self.balance("remelting_refining", period)
        remelter.invalidate_recordset()
        return (
            remelter.own_dross,
            remelter.other_dross_brought,
            remelter.other_dross_carried,
        )

    def test_bought_by_the_casthouse_is_not_own(self):
        """It comes unclassified, and stays Non-CoC when it is sent on."""
        self.take_in(self.dross, 5, place=self.casthouse_place)
        self.assertEqual(self.own(), (0, 0, 5))
        self.melt(5)
        self.assertEqual(self.own(), (0, 0, 0))
        remelter = self.balance("remelting_refining")
        self.assertEqual((remelter.intra_entity_in, remelter.coc_input), (0, 0))
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.melt(5)
        self.assertEqual(self.own(), (5, 0, 0))
        self.assertEqual(remelter.inflow_percentage, 50)

    def test_through_another_activity(self):
        self.take_in(self.dross, 5, place=self.mill_place)
        self.move_inside(self.dross, 5, self.mill_place, self.casthouse_place)
        self.melt(5)
        self.assertEqual(self.own(), (0, 0, 0))

    def test_sold_takes_nothing_off(self):
        """Which dross was sold nobody knows."""
        self.take_in(self.dross, 5, place=self.casthouse_place)
        self.have_stock(self.dross, 10, self.casthouse_place)
        self.deliver(self.dross, 5)
        self.melt(5)
        self.assertEqual(self.own(), (0, 0, 0))

    def test_returned_to_its_supplier_it_is_gone(self):
        bought = self.take_in(self.dross, 5, place=self.casthouse_place)
        self.give_back(bought, 5)
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.melt(5)
        self.assertEqual(self.own(), (5, 0, 0))

    def test_from_several_activities(self):
        self.have_stock(self.dross, 4, self.mill_place)
        self.have_stock(self.dross, 6, self.casthouse_place)
        self.take_in(self.dross, 2, place=self.casthouse_place)
        self.melt(4, self.mill_place)
        self.melt(8)
        self.assertEqual(self.own(), (10, 0, 0))
        statement = self.env["asi.coc.statement"]._get_statement(self.period)
        remelter = next(
            one
            for one in statement["activities"]
            if one["code"] == "remelting_refining"
        )
        listed = [
            (row["code"], float(row["mass"]), round(float(row["coc_mass"]), 3))
            for row in remelter["intra_entity_in"]
        ]
        self.assertEqual(
            sorted(listed), [("casthouse", 8, 6.667), ("post_casthouse", 4, 3.333)]
        )

    def test_bought_dross_sent_round_over_a_period_boundary(self):
        """Re-melter to casthouse in one period, back in the next: own from nothing."""
        self.take_in(self.dross, 5)
        self.move_inside(self.dross, 5, self.furnace_place, self.casthouse_place)
        self.assertEqual(self.own(), (0, 0, 5))
        self.close(self.period)
        following = self.next_period()
        self.at("2026-02-01")
        self.assertEqual(self.own(following), (0, 5, 5))
        self.melt(5)
        self.assertEqual(self.own(following), (0, 5, 0))
        self.assertEqual(
            self.balance("remelting_refining", following).inflow_percentage, 0
        )
        self.have_stock(self.dross, 2, self.casthouse_place)
        self.melt(2)
        self.assertEqual(self.own(following), (2, 5, 0))
        # What was closed stays, and what is open follows it.
        figures = self.period._get_closing().figures["remelting_refining"]
        self.assertEqual(float(figures["other_dross_carried"]), 5)
        self.assertEqual(self.own(), (0, 0, 5))
        self.close(following)
        self.assertEqual(self.own(self.next_period(following)), (0, 0, 0))

    def test_brought_over_from_a_period_that_is_not_closed(self):
        self.open_period("2026-01-01", "2026-12-31")
        self.take_in(self.dross, 5, place=self.casthouse_place)
        self.at("2026-02-01")
        following = self.next_period()
        self.assertEqual(self.own(following), (0, 5, 5))
        self.have_stock(self.dross, 6, self.casthouse_place)
        self.melt(6)
        self.assertEqual(self.own(following), (1, 5, 0))

    def test_bought_before_there_was_a_remelter(self):
        furnace = self.facility("Furnace")
        furnace.active = False
        self.take_in(self.dross, 5, place=self.casthouse_place)
        self.close(self.period)
        self.at("2026-02-01")
        furnace.active = True
        following = self.next_period()
        following._create_missing_balances()
        self.melt(5)
        self.assertEqual(self.own(following), (0, 5, 0))

    def test_taken_back_of_a_closed_period(self):
        """CoC input of a closed period that turned out to be none (8.7)."""
        self.have_stock(self.dross, 5, self.casthouse_place)
        moved = self.melt(5)
        self.close(self.period)
        self.assertEqual(self.own(), (5, 0, 0))
        self.at("2026-02-01")
        # Nobody may correct it (8.9): below every guard, as drift is posted then.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET quantity = 2, quantity_product_uom = 2 "
            "WHERE id = %s",
            [moved.move_ids.move_line_ids.id],
        )
        self.env.invalidate_all()
        self.env["asi.coc.entry"]._post_moves(moved.move_ids)
        following = self.next_period()
        self.assertEqual(self.own(following), (-3, 0, 0))
        remelter = self.balance("remelting_refining", following)
        self.assertEqual((remelter.entitlement, remelter.coc_taken_back), (0, 3))
        self.assertEqual(remelter.available, 2)

    def test_what_is_behind_it_opens(self):
        bought = self.take_in(self.dross, 5, place=self.casthouse_place)
        moved = self.melt(5)
        remelter = self.balance("remelting_refining")
        found = self.env["asi.coc.entry"].search(remelter.action_open_dross()["domain"])
        self.assertEqual(found.picking_id, bought | moved)

    def test_dross_stays_dross(self):
        """What the balance counts by cannot change under entries (8.1)."""
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        other = self.env.ref("asi_coc.form_pre_consumer_scrap")
        with self.refused(UserError, "Dross", "CoC Form", "Pre-Consumer Scrap"):
            self.dross.product_tmpl_id.coc_form_id = other
        with self.refused(UserError, "Dross", "dross"):
            self.env.ref("asi_coc.form_dross").scrap_kind = "pre_consumer"
        self.clippings.product_tmpl_id.coc_form_id = self.env.ref("asi_coc.form_dross")
