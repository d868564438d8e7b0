from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase
from .common_books import BooksMixin
from .common_partners import LotsMixin


class MassCase(LotsMixin, BooksMixin, CocCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kilogram = cls.env.ref("uom.product_uom_kgm")
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.pound = cls.env.ref("uom.product_uom_lb")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")


@tagged("post_install", "-at_install")
class TestUnits(MassCase):
    """8.1: net mass in tonnes, whatever the unit of a line is."""

    def test_product_in_tonnes_received_in_every_unit_of_mass(self):
        """12 t, 12 kg = 0.012 t, 500 000 g = 0.5 t, 1000 lb = 0.453592 t."""
        self.not_reconciled = self.slab  # Odoo's stock has two digits
        for quantity, uom, mass in (
            (12, self.tonne, 12),
            (12, self.kilogram, 0.012),
            (500000, self.gram, 0.5),
            (1000, self.pound, 0.453592),
        ):
            with self.subTest(uom=uom.name):
                receipt = self.receive_in(self.slab, quantity, uom)
                self.assertEqual(self.entries(receipt), {("input", "non_coc"): mass})

    def test_two_digits_of_the_product_are_no_digits_of_the_ledger(self):
        """1234 kg are 1.23 t in Odoo's stock and 1.234 t here; 4 kg are 0 and 0.004.

        All of it delivered again: 1.234 + 0.004 t out.
        """
        self.not_reconciled = self.slab
        for kilograms, tonnes in ((1234, 1.234), (4, 0.004)):
            receipt = self.receive_in(self.slab, kilograms, self.kilogram)
            self.assertEqual(self.entries(receipt), {("input", "non_coc"): tonnes})
            delivery = self.plan_delivery(
                {"product": self.slab, "quantity": kilograms, "uom": self.kilogram}
            )
            delivery.move_ids.quantity = kilograms
            self.validate(delivery)
            self.assertEqual(self.entries(delivery), {("output", "non_coc"): tonnes})

    def test_product_in_kilograms_received_in_tonnes(self):
        """2.5 t of a product held in kg; 40 kg of it go out."""
        powder = self._create_product("Powder", "aluminium", self.kilogram)
        receipt = self.receive_in(powder, 2.5, self.tonne)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 2.5})
        self.assertEqual(
            self.entries(self.deliver(powder, 40)), {("output", "non_coc"): 0.04}
        )

    def test_dozens_and_pieces(self):
        """Billets of 2.5 t: 2 dozens are 60 t in, 5 pieces are 12.5 t out."""
        receipt = self.receive_in(self.billet, 2, self.dozen)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 60})
        delivery = self.deliver(self.billet, 5)
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 12.5})

    def test_product_held_in_dozens(self):
        """Wheels held by the dozen, 0.12 t a dozen: 3 pieces are 0.03 t."""
        wheel = self._create_product(
            "Wheel", "aluminium", self.dozen, coc_net_mass=0.12
        )
        self.assertEqual(
            self.entries(self.receive_in(wheel, 5, self.dozen)),
            {("input", "non_coc"): 0.6},
        )
        delivery = self.plan_delivery(
            {"product": wheel, "quantity": 3, "uom": self.unit}
        )
        self.validate(delivery)
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 0.03})

    def test_pieces_weighed_on_a_line(self):
        """Billets on a line in tonnes: the line's own weight, 7 t, counts."""
        receipt = self.plan_receipt(self.billet, 3)
        receipt.move_line_ids.write({"product_uom_id": self.tonne.id, "quantity": 7})
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 7})

    def test_unit_without_common_reference_waits(self):
        """50 000 pieces of a product held in t: 0.05 t to Odoo, no mass to us.

        The storekeeper corrects the unit and the quantity: they were 5 t.
        """
        self.not_reconciled = self.slab
        receipt = self.plan_receipt(self.slab, 5)
        receipt.move_line_ids.write(
            {"product_uom_id": self.unit.id, "quantity": 50000, "picked": True}
        )
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 0})
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual((entry.reason, entry.quantity), ("no_mass", 50000))
        self.assertEqual(self.scope.unclassified_count, 1)

        receipt.move_line_ids.write({"product_uom_id": self.tonne.id, "quantity": 5})
        self.scope.invalidate_recordset()
        self.assertEqual(self.ledger(), {("input", "non_coc"): 5})
        self.assertEqual(self.scope.unclassified_count, 0)

    def test_litres_have_no_mass(self):
        litre = self.env.ref("uom.product_uom_litre")
        paste = self._create_product("Paste", "aluminium", litre)
        receipt = self.receive(paste, 1000)
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 0})
        paste.coc_net_mass = 0.0015
        self.scope.action_classify()
        self.assertEqual(self.ledger(), {("input", "non_coc"): 1.5})

    def test_net_mass_of_a_product_measured_by_weight(self):
        """Coils gross in tonnes, 0.95 t of metal in each: 200 t gross are 190 t."""
        self.coil.coc_net_mass = 0.95
        receipt = self.receive(self.coil, 200)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 190})

    def test_unit_of_mass_that_divides_badly_posts_nothing_again(self):
        """A product by the pound, 0.000440 t net in each: 300 000 lb are 132 t.

        Per gram that is a number without end; no remainder may be posted when
        the ledger is compared again.
        """
        chip = self._create_product(
            "Chip", "aluminium", self.pound, coc_net_mass=0.00044
        )
        receipt = self.receive(chip, 300000)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 132})
        count = self.count_entries()
        self.env["asi.coc.entry"]._post_moves(receipt.move_ids)
        self.assertEqual(self.count_entries(), count)


@tagged("post_install", "-at_install")
class TestAlloys(MassCase):
    def test_bands(self):
        """100 t designated in each band: 9.99 % counts fully, then 90, 80, 70 %."""
        for percentage, coc in (
            (9.99, 100),
            (10, 90),
            (19.99, 90),
            (20, 80),
            (29.99, 80),
            (35, 70),
        ):
            with self.subTest(percentage=percentage):
                alloy = self._create_product(
                    f"Alloy {percentage}",
                    "aluminium",
                    self.tonne,
                    coc_alloy_percentage=percentage,
                )
                self.receive(alloy, 100, claimed=100)
                delivery = self.deliver(alloy, 100, designated=100)
                masses = {("output", "coc"): coc, ("output", "non_coc"): 100 - coc}
                self.assertEqual(
                    self.entries(delivery),
                    {key: mass for key, mass in masses.items() if mass},
                )

    def test_part_designated(self):
        """12 billets of 2.5 t at 35 %, 4 designated: 4 × 2.5 × 0.7 = 7 t of 30."""
        self.receive(self.billet, 12, claimed=30)
        self.billet.coc_alloy_percentage = 35
        delivery = self.deliver(self.billet, 12, designated=4)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 7, ("output", "non_coc"): 23}
        )

    def test_return_of_an_alloy(self):
        """10 t at 20 %, designated: 8 t CoC go out and come back."""
        self.receive(self.slab, 100, claimed=100)
        self.slab.coc_alloy_percentage = 20
        delivery = self.deliver(self.slab, 10, designated=10)
        returned = self.give_back(delivery, 10)
        self.assertEqual(
            self.entries(returned), {("output", "coc"): -8, ("output", "non_coc"): -2}
        )

    def test_alloy_of_what_left_as_coc_stays(self):
        """100 t went out at 5 %: they could not come back as they went at 25 %."""
        self.slab.coc_alloy_percentage = 5
        self.receive(self.slab, 100, claimed=100)
        delivery = self.deliver(self.slab, 100, designated=100)
        with self.refused(UserError, "Slab", "from 5 to 25", "(8.1)"):
            self.slab.coc_alloy_percentage = 25
        returned = self.give_back(delivery, 100)
        self.assertEqual(self.entries(returned), {("output", "coc"): -100})


@tagged("post_install", "-at_install")
class TestWeighedLots(MassCase):
    """A lot that was weighed has its own mass per piece (8.1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billet.tracking = "lot"

    def test_lots_of_different_mass(self):
        """4 at 2.0 t, 6 at 3.0 t, 2 of the average 2.5 t: 8 + 18 + 5 = 31 t."""
        light = self.create_lot("LIGHT", self.billet, 2)
        heavy = self.create_lot("HEAVY", self.billet, 3)
        usual = self.create_lot("USUAL", self.billet)
        receipt = self.receive_lots(self.billet, [(light, 4), (heavy, 6), (usual, 2)])
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 31})
        entries = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual(
            {entry.lot_id.name: (entry.mass, entry.mass_basis) for entry in entries},
            {
                "LIGHT": (8, "2.000000 t / Units lot LIGHT"),
                "HEAVY": (18, "3.000000 t / Units lot HEAVY"),
                "USUAL": (5, "2.500000 t / Units"),
            },
        )

    def test_weighed_lot_in_dozens(self):
        """One dozen of a lot of 2.1 t a piece: 25.2 t."""
        lot = self.create_lot("D", self.billet, 2.1)
        receipt = self.plan_receipt(self.billet, 1, self.dozen)
        receipt.move_line_ids.lot_id = lot
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 25.2})

    def test_claim_of_a_heavy_lot(self):
        """10 billets of 3.0 t: the supplier may claim 30 t, not 31 t."""
        lot = self.create_lot("HEAVY", self.billet, 3)
        receipt = self.receive_lots(self.billet, [(lot, 10)], claimed=30)
        self.assertEqual(self.entries(receipt)[("input", "coc")], 30)
        with self.refused(UserError, "31 t", "30 t were received", "10.2"):
            self.receive_lots(self.billet, [(lot, 10)], claimed=31)

    def test_claim_of_a_light_lot(self):
        """10 billets of 2.0 t hold 20 t; a claim of 25 t does not fit."""
        lot = self.create_lot("LIGHT", self.billet, 2)
        with self.refused(UserError, "25 t", "20 t were received", "10.2"):
            self.receive_lots(self.billet, [(lot, 10)], claimed=25)

    def test_return_of_a_heavy_lot_to_the_supplier(self):
        """All 10 billets of 3.0 t, all claimed, go back: −30 t CoC."""
        lot = self.create_lot("HEAVY", self.billet, 3)
        receipt = self.receive_lots(self.billet, [(lot, 10)], claimed=30)
        returned = self.prepare_return(receipt, 10)
        returned.move_line_ids.lot_id = lot
        self.validate(returned)
        self.assertEqual(self.entries(returned), {("input", "coc"): -30})
        self.assertEqual(self.ledger(), {})

    def test_designation_of_weighed_lots(self):
        """4 at 2.0 t, then 6 at 3.0 t; 5 designated: 4 × 2 + 1 × 3 = 11 of 26 t."""
        light = self.create_lot("LIGHT", self.billet, 2)
        heavy = self.create_lot("HEAVY", self.billet, 3)
        self.receive_lots(self.billet, [(light, 4), (heavy, 6)], claimed=26)
        delivery = self.plan_delivery(
            {"product": self.billet, "quantity": 10, "coc_designated_qty": 5}
        )
        self.assertEqual(
            delivery.move_line_ids.sorted("id").mapped("lot_id.name"),
            ["LIGHT", "HEAVY"],
        )
        self.validate(delivery)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 11, ("output", "non_coc"): 15}
        )

    def test_offer_counts_the_actual_mass(self):
        """10 billets of 2.0 t at 50 %: of 20 t 10 t may be CoC, five billets.

        By the average of 2.5 t it would be four.
        """
        lot = self.create_lot("LIGHT", self.billet, 2)
        self.receive_lots(self.billet, [(lot, 10)], claimed=10)
        delivery = self.plan_delivery({"product": self.billet, "quantity": 10})
        self.assertEqual(delivery.move_line_ids.lot_id, lot)
        self.assertEqual(delivery.move_ids.coc_available_qty, 5)
        delivery.move_ids.coc_designated_qty = 6
        with self.refused(
            UserError, "12 t cannot be", "10 t are available", "Designate at most 5 "
        ):
            self.validate(delivery)
        delivery.move_ids.coc_designated_qty = 5
        self.validate(delivery)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 10, ("output", "non_coc"): 10}
        )

    def test_stock_backed_offer_counts_the_actual_mass(self):
        """10 billets of 3.0 t at 50 % on hand, none left yet: 15 t CoC, 5 billets.

        Delivering 5 of them (15 t) as CoC needs the other 15 t as outflow to
        come; with the average of 2.5 t only 27.5 t would be counted.
        """
        self.scope.availability_policy = "stock_backed"
        lot = self.create_lot("HEAVY", self.billet, 3)
        self.receive_lots(self.billet, [(lot, 10)], claimed=15)
        delivery = self.plan_delivery(
            {"product": self.billet, "quantity": 5, "coc_designated_qty": 5}
        )
        self.validate(delivery)
        self.assertEqual(self.entries(delivery), {("output", "coc"): 15})

    def test_lot_weighed_later_counts_from_then_on(self):
        """Received at the average of 2.5 t, then weighed: 2.4 t.

        2 of 10 go out at 2.4 t; one goes back to the supplier as it came,
        2.5 t; the receipt corrected to 9 loses 2.5 t.
        """
        lot = self.create_lot("L", self.billet)
        receipt = self.receive_lots(self.billet, [(lot, 10)])
        lot.coc_net_mass = 2.4
        delivery = self.deliver(self.billet, 2)
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 4.8})
        returned = self.give_back(receipt, 1)
        self.assertEqual(self.entries(returned), {("input", "non_coc"): -2.5})
        receipt.move_line_ids.quantity = 9
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 22.5})

    def test_lot_changed_on_a_done_line(self):
        """10 billets of lot A, 2.0 t each, were B, 3.0 t: 20 t taken back, 30 in."""
        light = self.create_lot("A", self.billet, 2)
        heavy = self.create_lot("B", self.billet, 3)
        receipt = self.receive_lots(self.billet, [(light, 10)])
        receipt.move_line_ids.lot_id = heavy
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 30})
        entries = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id)], order="id"
        )
        self.assertEqual(
            sorted((entry.lot_id.name, entry.mass) for entry in entries),
            [("A", -20), ("A", 20), ("B", 30)],
        )

    def test_lot_weighed_in_production(self):
        """Four billets of lot P are made of 10 t of slabs and weigh 2.45 t each."""
        self.receive(self.slab, 10)
        lot = self.create_lot("P", self.billet, 2.45)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.billet.id,
                "product_qty": 4,
                "product_uom_id": self.unit.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.casthouse_place.id,
                "location_dest_id": self.casthouse_place.id,
                "bom_id": False,
                "lot_producing_ids": [Command.set(lot.ids)],
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_uom_qty": 10,
                            "product_uom": self.tonne.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.action_assign()
        order.qty_producing = 4
        order.set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(
            self.entries(order),
            {("consumption", "pooled"): 10, ("production", "pooled"): 9.8},
        )


@tagged("post_install", "-at_install")
class TestScrapContent(MassCase):
    """Scrap counts by the aluminium in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = cls._create_location("Remelter")
        cls.add_facility("Remelter", "remelting_refining", place)
        cls.remelter_place = place
        cls.dross = cls._create_product("Dross", "scrap", cls.tonne)

    def receive_dross(self, quantity, **values):
        return self.receive(self.dross, quantity, place=self.remelter_place, **values)

    def test_forty_percent(self):
        """10 t of dross at 40 % are 4 t in; 2.5 t of it are 1 t out."""
        self.dross.coc_aluminium_percentage = 40
        receipt = self.receive_dross(10)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 4})
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual((entry.quantity, entry.uom_id), (10, self.tonne))
        self.assertEqual(entry.mass_basis, "unit of mass × 40.00 %")
        delivery = self.deliver(self.dross, 2.5, place=self.remelter_place)
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 1})

    def test_in_kilograms(self):
        """1234 kg at 62.5 % are 0.77125 t."""
        self.dross.coc_aluminium_percentage = 62.5
        receipt = self.plan(
            "in",
            self.suppliers,
            self.remelter_place,
            [{"product": self.dross, "quantity": 1234, "uom": self.kilogram}],
            self.supplier,
        )
        receipt.move_line_ids.quantity = 1234
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 0.77125})

    def test_empty_and_hundred_count_fully(self):
        for percentage in (0, 100):
            self.dross.coc_aluminium_percentage = percentage
            receipt = self.receive_dross(10)
            self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})

    def test_claim_is_of_aluminium(self):
        """10 t at 40 % hold 4 t; a claim of 5 t does not fit, one of 4 t does."""
        self.dross.coc_aluminium_percentage = 40
        with self.refused(UserError, "5 t", "4 t were received", "10.2"):
            self.receive_dross(10, claimed=5)
        receipt = self.receive_dross(10, claimed=4)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 4, ("input", "non_coc"): 0}
        )

    def test_content_is_scraps_alone(self):
        """The percentage of a product that is no scrap does not count."""
        self.slab.coc_aluminium_percentage = 40
        receipt = self.receive(self.slab, 10)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})
        self.slab.coc_aluminium_percentage = 0

    def test_net_mass_comes_before_content(self):
        """Bales of 0.8 t of aluminium each: their mass is net already."""
        bale = self._create_product(
            "Bale",
            "scrap",
            self.unit,
            coc_net_mass=0.8,
            coc_aluminium_percentage=40,
        )
        receipt = self.receive(bale, 5, place=self.remelter_place)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 4})

    def test_content_changed_later_counts_from_then_on(self):
        """10 t in at 40 %; analysed at 50 %: 5 t of it go back as 2 t, not 2.5."""
        self.dross.coc_aluminium_percentage = 40
        receipt = self.receive_dross(10)
        self.dross.coc_aluminium_percentage = 50
        returned = self.give_back(receipt, 5)
        self.assertEqual(self.entries(returned), {("input", "non_coc"): -2})
        receipt.move_line_ids.quantity = 11
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 4.4})
        later = self.receive_dross(10)
        self.assertEqual(self.entries(later), {("input", "non_coc"): 5})


@tagged("post_install", "-at_install")
class TestChangedMass(MassCase):
    """A product's mass counts from when it is changed; what was posted keeps it."""

    def test_return_keeps_the_mass_first_recorded(self):
        """10 pieces out at 2.5 t, then 2.6 t: 4 of them return as −10 t."""
        self.have_stock(self.billet, 20)
        delivery = self.deliver(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        returned = self.give_back(delivery, 4)
        self.assertEqual(self.entries(returned), {("output", "non_coc"): -10})
        self.assertEqual(
            self.entries(self.deliver(self.billet, 4)), {("output", "non_coc"): 10.4}
        )

    def test_edit_keeps_the_mass_first_recorded(self):
        """10 pieces at 2.5 t corrected to 8: 20 t, and back to 12: 30 t."""
        receipt = self.receive(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        receipt.move_line_ids.quantity = 8
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 20})
        receipt.move_line_ids.quantity = 12
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 30})

    def test_changing_the_mass_posts_nothing(self):
        receipt = self.receive(self.billet, 10)
        count = self.count_entries()
        self.billet.coc_net_mass = 2.6
        self.env["asi.coc.entry"]._post_moves(receipt.move_ids)
        self.assertEqual(self.count_entries(), count)

    def test_edit_of_a_return_keeps_it_too(self):
        self.have_stock(self.billet, 20)
        delivery = self.deliver(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        returned = self.give_back(delivery, 4)
        self.billet.coc_net_mass = 2.7
        returned.move_line_ids.quantity = 3
        self.assertEqual(self.entries(returned), {("output", "non_coc"): -7.5})

    def test_taken_to_zero_and_back(self):
        """10 at 2.5 t set to none after the change, and back to 10: 25 t."""
        receipt = self.receive(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        receipt.move_line_ids.quantity = 0
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 0})
        receipt.move_line_ids.quantity = 10
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 25})

    def test_date_changed_after_the_mass(self):
        receipt = self.receive(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        receipt.date_done = "2025-02-03 08:00:00"
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 25})

    def test_unit_changed_after_the_mass(self):
        """10 pieces at 2.5 t were one dozen: 30 t."""
        receipt = self.receive(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        receipt.move_line_ids.write({"product_uom_id": self.dozen.id, "quantity": 1})
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 30})

    def test_other_lot_after_the_mass(self):
        """10 pieces of lot A at 2.5 t were lot B; neither was weighed: 25 t still."""
        self.billet.tracking = "lot"
        first = self.create_lot("A", self.billet)
        second = self.create_lot("B", self.billet)
        receipt = self.receive_lots(self.billet, [(first, 10)])
        self.billet.coc_net_mass = 2.6
        receipt.move_line_ids.lot_id = second
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 25})

    def test_claimed_return_after_the_mass(self):
        """10 pieces, 25 t, all CoC, go back after the change to 2.4 t: −25 t CoC."""
        receipt = self.receive(self.billet, 10, claimed=25)
        self.billet.coc_net_mass = 2.4
        returned = self.give_back(receipt, 10)
        self.assertEqual(self.entries(returned), {("input", "coc"): -25})
        self.assertEqual(self.ledger(), {})

    def test_verification_after_the_mass(self):
        """25 t were received; their claim of 25 t is verified after the change."""
        receipt = self.receive(self.billet, 10, claimed=25, verify=False)
        self.billet.coc_net_mass = 2.4
        self.verify(receipt)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 25, ("input", "non_coc"): 0}
        )

    def test_mass_found_later_counts_for_what_waited(self):
        """8 wheels waited without mass; 3 came back before it was known."""
        wheel = self._create_product("Wheel", "aluminium", self.unit)
        receipt = self.receive(wheel, 8)
        returned = self.give_back(receipt, 3)
        wheel.coc_net_mass = 0.01
        self.scope.action_classify()
        self.assertEqual(
            self.ledger(wheel), {("input", "non_coc"): 0.05}, "8 × 0.01 − 3 × 0.01"
        )
        self.assertEqual(self.entries(returned)[("input", "non_coc")], -0.03)
