from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestReturns(CocCase):
    """Returns take back what went, as it went."""

    def test_non_coc_delivery_comes_back_as_non_coc(self):
        self.receive(self.slab, 100)
        delivery = self.deliver(self.slab, 100)
        returned = self.prepare_return(delivery, 100)
        returned.move_ids.coc_designated_qty = 100
        self.validate(returned)
        self.assertEqual(self.entries(returned), {("output", "non_coc"): -100})
        self.assertEqual(self.balance("casthouse").available, 0)

    def test_supplier_return_takes_its_coc_along(self):
        receipt = self.receive(self.slab, 100, claimed=100)
        returned = self.prepare_return(receipt, 100)
        returned.move_ids.coc_claimed_mass = 0.000001
        self.validate(returned)
        self.assertEqual(self.balance("casthouse").coc_input, 0)

    def test_return_to_another_activity_gives_that_one_nothing(self):
        self.receive(self.slab, 100, claimed=100)
        delivery = self.deliver(self.slab, 100, designated=100)
        self.give_back(delivery, 100, self.smelter_place)
        self.assertEqual(self.balance("smelting").available, 0)
        self.assertEqual(self.balance("casthouse").coc_output, 0)

    def test_two_returns_at_once_do_not_take_back_the_same(self):
        """50 of 100 t went as CoC; two returns of 50 t bring back 50 t of it."""
        self.receive(self.slab, 100, claimed=50)
        delivery = self.deliver(self.slab, 100, designated=50)
        returns = self.prepare_return(delivery, 50) | self.prepare_return(delivery, 50)
        for move in returns.move_ids:
            move.quantity = 50
            move.picked = True
        returns._action_done()
        casthouse = self.balance("casthouse")
        self.assertEqual((casthouse.coc_output, casthouse.total_outflow), (0, 0))


@tagged("post_install", "-at_install")
class TestStockWithoutFacility(CocCase):
    """The company's own stock that is nobody's yet is no way out and no way in."""

    def setUp(self):
        super().setUp()
        self.casthouse = self.facility("Casthouse")

    def own_the_stock(self):
        """Leave the casthouse alone, in the warehouse's stock but not around it."""
        (self.scope.facility_ids - self.casthouse).unlink()
        self.casthouse.location_id = self.stock

    def test_two_step_receipt_is_input_once_the_dock_is_classed(self):
        self.own_the_stock()
        self.warehouse.reception_steps = "two_steps"
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.slab.id, "product_qty": 10, "price_unit": 5}
                    )
                ],
            }
        )
        order.button_confirm()
        arrival = order.picking_ids
        self.validate(arrival)
        self.validate(arrival.move_ids.move_dest_ids.picking_id)
        self.casthouse.storage_location_ids = self.warehouse.wh_input_stock_loc_id
        self.scope.action_classify()
        self.assertEqual(self.balance("casthouse").non_coc_inflow, 10)

    def test_picking_for_shipment_is_no_output(self):
        self.own_the_stock()
        self.receive(self.slab, 10, place=self.stock)
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order(self.slab, 10, wanted=10)
        order.action_confirm()
        pick = order.picking_ids
        self.validate(pick)
        self.assertNotIn(("output", "coc"), self.entries(pick))

        self.casthouse.storage_location_ids = self.warehouse.wh_output_stock_loc_id
        self.scope.action_classify()
        ship = order.picking_ids - pick
        ship.move_ids.coc_designated_qty = 0
        self.validate(ship)
        self.assertEqual(self.balance("casthouse").total_outflow, 10)

    def test_transit_between_own_warehouses_is_no_flow(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Port", "code": "PORT", "company_id": self.company.id}
        )
        self.casthouse.storage_location_ids = other.lot_stock_id
        transit = self.company.internal_transit_location_id
        self.receive(self.slab, 100, claimed=50)
        self.move_inside(self.slab, 100, self.casthouse_place, transit)
        self.move_inside(self.slab, 100, transit, other.lot_stock_id)
        balance = self.balance("casthouse")
        self.assertEqual(balance.inflow_percentage, 50)
        self.assertEqual(balance.total_outflow, 0)

    def test_designation_to_an_own_depot_outside_the_scope_keeps_the_limits(self):
        depot = self._create_location("Depot")
        depot.coc_outside_scope = True
        self.receive(self.slab, 100)
        with self.refused(UserError, "0 t are available", "(8.7)"):
            self.transfer(
                "int",
                self.casthouse_place,
                depot,
                [{"product": self.slab, "quantity": 100, "coc_designated_qty": 100}],
            )

    def test_each_of_several_deliveries_has_to_be_classed(self):
        """A delivery outside the scope does not hide behind one inside."""
        depot = self._create_location("Depot")
        depot.coc_outside_scope = True
        self.receive(self.slab, 100, claimed=100)
        self.receive(self.slab, 100, place=depot)
        deliveries = self.env["stock.picking"].union(
            *(
                self.plan(
                    "out",
                    place,
                    self.env.ref("stock.stock_location_customers"),
                    [
                        {
                            "product": self.slab,
                            "quantity": quantity,
                            "coc_designated_qty": quantity,
                        }
                    ],
                    self.customer,
                )
                for place, quantity in ((self.casthouse_place, 1), (depot, 90))
            )
        )
        deliveries.move_ids.picked = True
        with self.refused(UserError, "90 Ton", "Slab", "cannot class"):
            deliveries._action_done()

    def test_what_is_classed_later_keeps_the_limits(self):
        """20 of 40 t designated leave from nowhere; 20 t of 20 t are taken already."""
        nowhere = self._create_location("Nowhere")
        self.have_stock(self.slab, 20, nowhere)
        self.receive(self.slab, 20, claimed=20)
        picking = self.plan(
            "out",
            self.casthouse_place.location_id,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.slab, "quantity": 40, "coc_designated_qty": 40}],
            self.customer,
        )
        picking.move_ids.move_line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "product_id": self.slab.id,
                        "picking_id": picking.id,
                        "quantity": 20,
                        "location_id": place.id,
                        "picked": True,
                    }
                )
                for place in (self.casthouse_place, nowhere)
            ),
        ]
        self.validate(picking)
        self.assertEqual(
            self.entries(picking),
            {("output", "coc"): 20, ("output", "unclassified"): 20},
        )
        self.facility("Casthouse").storage_location_ids |= nowhere
        with self.refused(UserError, picking.name, "0 t are available", "8.7"):
            self.scope.action_classify()

    def test_a_delivery_and_its_return_are_classed_in_that_order(self):
        """Sent from nowhere, back at the mill: once it is the casthouse's it passed it.

        What is returned comes before its return, be they classed together.
        """
        nowhere = self._create_location("Nowhere")
        self.have_stock(self.slab, 30, nowhere)
        delivery = self.deliver(self.slab, 30, place=nowhere)
        returned = self.give_back(delivery, 20, self.mill_place)
        again = self.give_back(returned, 5)
        self.assertEqual(self.entries(delivery), {("output", "unclassified"): 30})
        self.facility("Casthouse").storage_location_ids |= nowhere
        self.scope.action_classify()
        for picking, place, mass in (
            (delivery, "Casthouse", 30),
            (returned, "Casthouse", -20),
            (again, "Mill", 5),
        ):
            self.assertEqual(self.outputs(picking), {place: mass})
        self.assertEqual(
            self.entries(returned),
            {
                ("output", "non_coc"): -20,
                ("intra_entity_out", "pooled"): 20,
                ("intra_entity_in", "pooled"): 20,
            },
        )
        self.scope.action_check_drift()
        self.assertFalse(self.scope.drift_ids)

    def outputs(self, picking):
        """Return ``{facility: tonnes}`` of the output in force, classed only."""
        groups = self.env["asi.coc.entry"]._read_group(
            [("picking_id", "=", picking.id), ("flow", "=", "output")],
            ["facility_id"],
            ["mass:sum"],
        )
        return {place.name: mass for place, mass in groups if mass}


@tagged("post_install", "-at_install")
class TestIntraEntityLimits(CocCase):
    """What goes to the next activity takes no more CoC Material along than came in."""

    def test_stock_from_before_carries_nothing_downstream(self):
        """100 t of alumina at yield 0.52 are 52 t, though 5000 t of metal move on."""
        self.have_stock(self.liquid, 5000, self.smelter_place)
        self.receive(self.alumina, 100, claimed=100, place=self.smelter_place)
        self.produce(self.liquid, 52, [(self.alumina, 100)], self.smelter_place)
        self.move_inside(self.liquid, 5000, self.smelter_place, self.casthouse_place)
        with self.refused(UserError, "52 t are available"):
            self.deliver(self.liquid, 5000, designated=5000)

    def test_stock_drawn_down_upstream_closes(self):
        """60 % of 1000 t at yield 0.52 are 312 t, of 572 t that move on."""
        self.have_stock(self.alumina, 100, self.smelter_place)
        self.receive(self.alumina, 1000, claimed=600, place=self.smelter_place)
        self.produce(self.liquid, 572, [(self.alumina, 1100)], self.smelter_place)
        self.move_inside(self.liquid, 572, self.smelter_place, self.casthouse_place)
        self.assertEqual(self.balance("smelting").intra_entity_out, 312)
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")

    def test_allocation_stays_above_what_was_shipped_downstream(self):
        self.receive(self.slab, 100, claimed=50)
        self.move_inside(self.slab, 40, self.casthouse_place, self.mill_place)
        self.deliver(self.slab, 20, designated=10, place=self.mill_place)
        with self.refused(UserError, "Casthouse", "(8.7)"):
            self.balance("casthouse").write({"allocation_set": True, "allocation": 0})

    def test_allocating_less_is_a_cure(self):
        """70 t came in for good: 80 t out and 40 t allocated overdraw by 50 t."""
        self.have_stock(self.slab, 200)
        self.receive(self.slab, 70, claimed=70)
        contract = self.receive(self.slab, 50, claimed=50)
        self.move_inside(self.slab, 40, self.casthouse_place, self.mill_place)
        casthouse = self.balance("casthouse")
        casthouse.write({"allocation_set": True, "allocation": 40})
        self.deliver(self.slab, 80, designated=80)
        self.give_back(contract, 50)
        self.assertEqual(casthouse.overdraw, 50)
        casthouse.allocation = 0
        self.assertEqual(casthouse.overdraw, 10)

    def test_flow_against_the_chain_is_no_input_from_outside(self):
        self.receive(self.slab, 100, claimed=50, place=self.mill_place)
        self.move_inside(self.slab, 20, self.mill_place, self.casthouse_place)
        self.assertEqual(self.balance("casthouse").non_coc_inflow, 0)


@tagged("post_install", "-at_install")
class TestMaterials(CocCase):
    def test_input_material_is_not_resold_as_coc(self):
        self.receive(self.alumina, 1000, claimed=1000, place=self.smelter_place)
        with self.refused(UserError, "1,000 t of Alumina", "puts out Aluminium"):
            self.deliver(self.alumina, 1000, designated=1000, place=self.smelter_place)

    def test_scrap_beyond_its_share_names_its_rule(self):
        """40 % of 20 t of scrap may be eligible; aluminium's balance is another."""
        self.receive(self.slab, 100, claimed=40)
        self.deliver(self.slab, 100, designated=40)
        self.have_stock(self.scrap, 50)
        delivery = self.plan_delivery(
            {"product": self.scrap, "quantity": 20, "coc_designated_qty": 9}
        )
        self.assertEqual(delivery.move_ids.coc_available_qty, 8)
        with self.refused(UserError, "9 t of scrap", "8 t are available", "(8.6)"):
            self.validate(delivery)


@tagged("post_install", "-at_install")
class TestMoves(CocCase):
    """What Odoo does with moves and their dates."""

    def test_merged_moves_add_up_their_claims(self):
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [
                {"product": self.slab, "quantity": 10, "coc_claimed_mass": 5},
                {"product": self.slab, "quantity": 10, "coc_claimed_mass": 7},
            ],
            self.supplier,
        )
        self.assertEqual(len(receipt.move_ids), 1)
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 12)

    def test_date_moved_and_moved_back_leaves_the_entry_where_it_was(self):
        receipt = self.receive(self.slab, 5)
        receipt.move_line_ids.date = "2025-02-03 08:00:00"
        receipt.move_line_ids.date = "2025-03-10 08:00:00"
        masses = self.env["asi.coc.entry"]._read_group(
            [("picking_id", "=", receipt.id)], ["date:day"], ["mass:sum"]
        )
        self.assertEqual(
            {str(day)[:10]: mass for day, mass in masses},
            {"2025-02-03": 0, "2025-03-10": 5},
        )
