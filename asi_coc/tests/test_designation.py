from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestDesignation(CocCase):
    """8.5 to 8.7 where people work: orders and deliveries."""

    # -- whole products ---------------------------------------------------------
    def test_six_of_twelve_billets(self):
        """At 50 %, six of twelve billets are CoC and six are not (8.5)."""
        self.receive(self.billet, 12, claimed=15)
        delivery = self.deliver(self.billet, 12, designated=6)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 15, ("output", "non_coc"): 15}
        )

    def test_fraction_is_refused_with_the_next_lower_whole(self):
        self.receive(self.billet, 12, claimed=30)
        with self.refused(UserError, "6.5", "Billet", "8.5", "designate 6 "):
            self.deliver(self.billet, 12, designated=6.5)

    def test_fraction_left_by_a_partial_delivery_is_refused(self):
        self.receive(self.billet, 12, claimed=30)
        delivery = self.plan_delivery(
            {"product": self.billet, "quantity": 12, "coc_designated_qty": 12}
        )
        delivery.move_ids.quantity = 6.5
        delivery.move_ids.picked = True
        with self.refused(UserError, "8.5"):
            delivery._action_done()

    def test_offer_is_in_whole_products(self):
        """31 t at 2.5 t a billet are twelve billets and a rest that stays."""
        self.receive(self.slab, 31, claimed=31)
        self.receive(self.billet, 20)
        self.deliver(self.slab, 31)
        with self.refused(UserError, "Designate at most 12 Units of Billet"):
            self.deliver(self.billet, 20, designated=20)
        self.deliver(self.billet, 20, designated=12)
        self.assertEqual(self.balance("casthouse").coc_output, 30)

    # -- refusals name record, value and rule -------------------------------------
    def test_beyond_availability(self):
        self.receive(self.slab, 100, claimed=40)
        delivery = self.plan_delivery(
            {"product": self.slab, "quantity": 50, "coc_designated_qty": 30}
        )
        count = self.env["asi.coc.entry"].search_count([])
        with self.refused(
            UserError,
            delivery.name,
            "30 t cannot be designated",
            "20 t are available for Casthouse",
            "Melt & Roll 2025",
            "40.00 %",
            "(8.7)",
            "Designate at most 20 Ton of Slab",
        ):
            self.validate(delivery)
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(self.env["asi.coc.entry"].search_count([]), count)
        delivery.move_ids.coc_designated_qty = 20
        self.validate(delivery)
        self.assertEqual(delivery.state, "done")

    def test_delivery_without_designation_always_passes(self):
        self.receive(self.slab, 100, claimed=40)
        self.deliver(self.slab, 50, designated=20)
        self.receive(self.slab, 900)
        self.assertLess(self.balance("casthouse").headroom, 0)
        self.assertEqual(self.balance("casthouse").available, 0)
        self.assertEqual(self.deliver(self.slab, 100).state, "done")

    def test_many_deliveries_at_once_count_together(self):
        self.receive(self.slab, 100, claimed=50)
        customers = self.env.ref("stock.stock_location_customers")
        deliveries = self.env["stock.picking"].union(
            *(
                self.plan(
                    "out",
                    self.casthouse_place,
                    customers,
                    [{"product": self.slab, "quantity": 30, "coc_designated_qty": 20}],
                    self.customer,
                )
                for _count in range(2)
            )
        )
        deliveries.move_ids.picked = True
        with self.refused(UserError, "40 t", "30 t are available"):
            deliveries._action_done()
        deliveries.move_ids.coc_designated_qty = 15
        deliveries._action_done()
        self.assertEqual(set(deliveries.mapped("state")), {"done"})
        self.assertEqual(self.balance("casthouse").coc_output, 30)

    def test_product_without_mass(self):
        wheel = self._create_product("Wheel", "aluminium", self.unit)
        self.receive(wheel, 8)
        with self.refused(UserError, "Wheel", "no net material mass", "(8.1)"):
            self.deliver(wheel, 8, designated=4)

    def test_product_without_material(self):
        wood = self._create_product("Pallet", False, self.unit)
        with self.refused(UserError, "Pallet", "not accounted as a CoC Material"):
            self.order(wood, 5, wanted=5)

    def test_place_without_facility(self):
        yard = self._create_location("Yard")
        self.receive(self.slab, 10, place=yard)
        with self.refused(UserError, "Slab", "No facility at this location"):
            self.deliver(self.slab, 10, designated=5, place=yard)

    def test_company_without_active_scope(self):
        self.scope.with_user(self.env.ref("base.user_admin")).action_suspend()
        self.receive(self.slab, 10)
        with self.refused(UserError, "Slab", "no active CoC Certification Scope"):
            self.deliver(self.slab, 10, designated=5)

    def test_done_designation_is_final(self):
        self.receive(self.slab, 10, claimed=10)
        delivery = self.deliver(self.slab, 10, designated=5)
        with self.refused(UserError, delivery.name, "5 ", "Slab", "return the goods"):
            delivery.move_ids.coc_designated_qty = 10

    # -- scrap ----------------------------------------------------------------
    def test_eligible_scrap_keeps_the_share(self):
        """8.6: at 40 %, 20 t of scrap may carry 8 t of Eligible Scrap."""
        self.receive(self.slab, 100, claimed=40)
        self.have_stock(self.scrap, 20)
        with self.refused(UserError, "8 t are available", "(8.6)"):
            self.deliver(self.scrap, 20, designated=9)
        self.deliver(self.scrap, 20, designated=8)
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.eligible_scrap_output, 8)
        self.assertEqual(casthouse.eligible_scrap_limit, 8)
        self.assertEqual(casthouse.total_outflow, 0)

    # -- policies -------------------------------------------------------------
    def test_strict_policy_knows_only_what_left(self):
        self.receive(self.slab, 100, claimed=50)
        self.assertEqual(self.balance("casthouse").available, 0)
        with self.refused(UserError, "5 t are available"):
            self.deliver(self.slab, 10, designated=10)

    def test_stock_backed_policy_counts_stock_on_hand(self):
        self.receive(self.slab, 100, claimed=50)
        self.scope.availability_policy = "stock_backed"
        self.assertEqual(self.balance("casthouse").available, 50)
        self.deliver(self.slab, 10, designated=10)
        self.assertEqual(self.balance("casthouse").available, 40)
        self.deliver(self.slab, 40, designated=40)
        with self.refused(UserError, "0 t are available"):
            self.deliver(self.slab, 50, designated=1)

    def test_short_term_negative_policy_needs_orders_and_a_reason(self):
        self.scope.availability_policy = "short_term_negative"
        self.receive(self.slab, 100)
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": 100,
                            "coc_ordered_qty": 100,
                            "price_unit": 1,
                            "date_planned": "2025-11-30",
                        }
                    )
                ],
            }
        )
        self.scope.facility_ids.filtered(
            lambda f: f.name == "Casthouse"
        ).storage_location_ids = self.stock
        delivery = self.plan_delivery(
            {"product": self.slab, "quantity": 50, "coc_designated_qty": 25}
        )
        with self.refused(UserError, "0 t are available"):
            self.validate(delivery)
        wizard = self.env["asi.coc.short.term.negative"].create(
            {"picking_id": delivery.id, "reason": "Acme delivers in November"}
        )
        wizard.action_allow()
        with self.refused(UserError, "0 t are available"):
            self.validate(delivery)
        purchase.button_confirm()
        self.validate(delivery)
        self.assertEqual(self.entries(delivery)[("output", "coc")], 25)
        self.assertEqual(self.balance("casthouse").overdraw, 25)

    def test_reason_without_the_policy(self):
        delivery = self.plan_delivery({"product": self.slab, "quantity": 5})
        wizard = self.env["asi.coc.short.term.negative"].create(
            {"picking_id": delivery.id, "reason": "Soon"}
        )
        with self.refused(UserError, delivery.name, "8.2"):
            wizard.action_allow()

    # -- orders ---------------------------------------------------------------
    def test_order_shows_and_proposes(self):
        self.scope.facility_ids.filtered(
            lambda f: f.name == "Casthouse"
        ).storage_location_ids = self.stock
        self.receive(self.billet, 40, claimed=100, place=self.stock)
        self.deliver(self.billet, 10, place=self.stock)
        order = self.order(self.billet, 12, wanted=7)
        # 25 t have left and 30 t will: 55 t of outflow, all of it may be CoC.
        self.assertEqual(order.order_line.coc_available_qty, 22)
        order.action_confirm()
        delivery = order.picking_ids
        self.assertEqual(delivery.move_ids.coc_designated_qty, 7)
        self.assertEqual(delivery.move_ids.coc_available_qty, 22)
        order.order_line.coc_wanted_qty = 8
        self.assertEqual(delivery.move_ids.coc_designated_qty, 8)
        self.validate(delivery)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 20, ("output", "non_coc"): 10}
        )
        document = delivery.coc_document_ids
        self.assertEqual(document.state, "issued")
        self.assertEqual((document.coc_mass, document.total_mass), (20, 30))

    def test_order_in_dozens(self):
        self.scope.facility_ids.filtered(
            lambda f: f.name == "Casthouse"
        ).storage_location_ids = self.stock
        order = self.order(self.billet, 2, wanted=1)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.action_confirm()
        move = order.picking_ids.move_ids
        designated = move.product_uom._compute_quantity(
            move.coc_designated_qty, self.unit
        )
        self.assertEqual(designated, 12)

    def test_more_wanted_than_sold(self):
        with self.refused(ValidationError, "13 Units", "Billet", "out of 12"):
            self.order(self.billet, 12, wanted=13)

    def test_more_ordered_as_coc_than_ordered(self):
        with self.refused(ValidationError, "11 Ton", "Slab", "out of 10"):
            self.env["purchase.order"].create(
                {
                    "partner_id": self.supplier.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.slab.id,
                                "product_qty": 10,
                                "coc_ordered_qty": 11,
                                "price_unit": 1,
                            }
                        )
                    ],
                }
            )

    def test_own_allocation_fits_both_limits(self):
        self.receive(self.slab, 100, claimed=50)
        self.move_inside(self.slab, 40, self.casthouse_place, self.mill_place)
        self.deliver(self.slab, 20, designated=10)
        casthouse = self.balance("casthouse")
        casthouse.write({"allocation_set": True, "allocation": 5})
        self.assertEqual(casthouse.intra_entity_out, 5)
        self.assertEqual(self.balance("post_casthouse").intra_entity_in, 5)
        self.assertEqual(casthouse.available, 15)
        with self.refused(UserError, "21 t", "Casthouse", "30 t", "(8.7)"):
            casthouse.allocation = 21

    def test_order_from_a_warehouse_whose_facilities_lie_below_its_stock(self):
        """The facility where most of the product is stored decides."""
        self.receive(self.slab, 20, claimed=20)
        order = self.order(self.slab, 8, wanted=8)
        self.assertEqual(order.order_line.coc_available_qty, 8)
        order.action_confirm()
        self.assertEqual(order.picking_ids.move_ids.coc_available_qty, 8)
