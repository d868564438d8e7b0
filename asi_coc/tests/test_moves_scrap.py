from odoo.tests import tagged

from .common_operations import OperationsCase


@tagged("post_install", "-at_install")
class TestScrapOrders(OperationsCase):
    """8.1: what is scrapped is lost, outside the balance."""

    def test_from_stock(self):
        """2 t of 10 t are lost; the 8 t left may all leave as CoC Material."""
        self.receive(self.slab, 10, claimed=10)
        scrap = self.scrap_product(self.slab, 2, location_id=self.casthouse_place)
        self.assertEqual(
            self.entries_of(scrap.move_ids, "facility_id"),
            {("loss", "pooled", "Casthouse"): 2},
        )
        self.assertEqual(self.balance("casthouse").total_outflow, 0)
        delivery = self.deliver(self.slab, 8, designated=8)
        self.assertEqual(self.entries(delivery), {("output", "coc"): 8})

    def test_pieces_of_a_lot(self):
        """3 billets of 2.5 t of lot H1."""
        self.billet.tracking = "lot"
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [{"product": self.billet, "quantity": 10}],
            self.supplier,
        )
        receipt.move_line_ids.lot_name = "H1"
        self.validate(receipt)
        scrap = self.scrap_product(
            self.billet,
            3,
            location_id=self.casthouse_place,
            lot_id=receipt.move_line_ids.lot_id,
        )
        self.assertEqual(
            self.entries_of(scrap.move_ids, "lot_id"), {("loss", "pooled", "H1"): 7.5}
        )

    def test_from_a_receipt(self):
        """Scrapping on arrival takes back no input; the claim stands as it was."""
        receipt = self.receive(self.slab, 10, claimed=6, verify=False)
        action = receipt.button_scrap()
        scrap = self.scrap_product(self.slab, 2, action["context"])
        self.assertEqual(scrap.location_id, self.casthouse_place)
        self.assertEqual(self.entries_of(scrap.move_ids), {("loss", "pooled"): 2})
        self.verify(receipt)
        self.assertEqual(
            self.entries(receipt),
            {("input", "coc"): 6, ("input", "non_coc"): 4, ("loss", "pooled"): 2},
        )

    def test_from_a_delivery_that_is_not_done(self):
        """10 t were to leave, 2 t fall off the crane, 8 t leave as designated."""
        self.receive(self.slab, 10, claimed=10)
        delivery = self.plan_delivery(
            {"product": self.slab, "quantity": 10, "coc_designated_qty": 8}
        )
        goods = delivery.move_ids
        action = delivery.button_scrap()
        scrap = self.scrap_product(self.slab, 2, action["context"])
        self.assertEqual(self.entries_of(scrap.move_ids), {("loss", "pooled"): 2})
        goods.quantity = 8
        goods.picked = True
        delivery.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=delivery.ids
        ).button_validate()
        self.assertEqual(self.entries_of(goods), {("output", "coc"): 8})
        self.assertEqual(self.balance("casthouse").total_outflow, 8)

    # -- manufacturing orders ---------------------------------------------------
    def plan_rolling(self):
        self.receive(self.slab, 110, claimed=55, place=self.mill_place)
        bom = self.make_bom(self.coil, 9, [(self.slab, 10)])
        return self.plan_order(bom, 90, self.mill_place)

    def test_component_before_it_is_used(self):
        """4 t of slab are lost, 100 t are used for 90 t of coil: yield 0.9."""
        order = self.plan_rolling()
        action = order.button_scrap()
        scrap = self.scrap_product(self.slab, 4, action["context"])
        self.assertEqual(scrap.location_id, self.mill_place)
        self.assertEqual(
            self.entries_of(scrap.move_ids, "production_id"),
            {("loss", "pooled", order.name): 4},
        )
        self.finish_order(order, 90)
        self.assertEqual(
            self.entries(order),
            {
                ("loss", "pooled"): 4,
                ("consumption", "pooled"): 100,
                ("production", "pooled"): 90,
            },
        )
        self.assertEqual(self.balance("post_casthouse").conversion_yield, 0.9)

    def test_finished_product(self):
        """5 t of the coil are lost after they were made: they were made."""
        order = self.plan_rolling()
        self.finish_order(order, 90)
        action = order.button_scrap()
        scrap = self.scrap_product(self.coil, 5, action["context"])
        self.assertEqual(
            self.entries_of(scrap.move_ids, "facility_id"),
            {("loss", "pooled", "Mill"): 5},
        )
        self.assertEqual(
            self.entries(order),
            {
                ("loss", "pooled"): 5,
                ("consumption", "pooled"): 100,
                ("production", "pooled"): 90,
            },
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 0.9)
        self.assertEqual(mill.total_outflow, 0)

    def test_component_of_a_done_order(self):
        """What lies beside the machine when the order is done is lost all the same."""
        order = self.plan_rolling()
        self.finish_order(order, 90)
        action = order.button_scrap()
        scrap = self.scrap_product(self.slab, 6, action["context"])
        self.assertEqual(self.entries_of(scrap.move_ids), {("loss", "pooled"): 6})
        self.assertEqual(self.balance("post_casthouse").conversion_yield, 0.9)

    def test_component_of_another_facility(self):
        """Slab still in the casthouse is the casthouse's loss, not the mill's."""
        self.receive(self.slab, 10)
        order = self.plan_rolling()
        action = order.button_scrap()
        scrap = self.scrap_product(
            self.slab, 4, action["context"], location_id=self.casthouse_place
        )
        self.assertEqual(
            self.entries_of(scrap.move_ids, "facility_id"),
            {("loss", "pooled", "Casthouse"): 4},
        )
