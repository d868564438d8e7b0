from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, tagged

from .common_operations import OperationsCase


class UnbuildCase(OperationsCase):
    def roll(self, quantity=90, source=None):
        """9 t of coil from 10 t of slab, in the mill; half of the slab is CoC."""
        self.receive(
            self.slab, quantity / 0.9, claimed=quantity / 1.8, place=self.mill_place
        )
        bom = self.make_bom(self.coil, 9, [(self.slab, 10)])
        order = self.plan_order(bom, quantity, self.mill_place)
        self.finish_order(order, quantity)
        return order

    def unbuild(self, order, quantity, place=None, target=None, product=None, lot=None):
        """Fill the unbuild order's form and validate it."""
        form = Form(self.env["mrp.unbuild"])
        if order:
            form.mo_id = order
        else:
            form.product_id = product
        form.product_qty = quantity
        form.location_id = place or self.mill_place
        form.location_dest_id = target or place or self.mill_place
        if lot:
            form.lot_id = lot
        unbuild = form.save()
        unbuild.action_validate()
        self.assertEqual(unbuild.state, "done")
        return unbuild

    def unbuild_entries(self, unbuild, *fields):
        return self.entries_of(unbuild.produce_line_ids, *fields)


@tagged("post_install", "-at_install")
class TestUnbuildOfAnOrder(UnbuildCase):
    """8.4: unbuilding takes back production and consumption."""

    def test_whole(self):
        order = self.roll()
        unbuild = self.unbuild(order, 90)
        self.assertEqual(
            self.unbuild_entries(unbuild, "product_id"),
            {
                ("production", "pooled", "Coil"): -90,
                ("consumption", "pooled", "Slab"): -100,
            },
        )
        self.assertEqual(
            self.entries(order),
            {("production", "pooled"): 0, ("consumption", "pooled"): 0},
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 1)
        self.assertEqual(mill.entitlement, 50)
        self.assertEqual(mill.total_outflow, 0)

    def test_part_keeps_the_yield(self):
        """Half of it: 45 t of 90 t, 50 t of 100 t; the yield stays 0.9."""
        unbuild = self.unbuild(self.roll(), 45)
        self.assertEqual(
            self.unbuild_entries(unbuild),
            {("production", "pooled"): -45, ("consumption", "pooled"): -50},
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 0.9)
        self.assertEqual(mill.entitlement, 45)

    def test_twice(self):
        order = self.roll()
        self.unbuild(order, 45)
        second = self.unbuild(order, 45)
        self.assertEqual(
            self.unbuild_entries(second),
            {("production", "pooled"): -45, ("consumption", "pooled"): -50},
        )

    def test_lots(self):
        """Lot A lends 60 t to coil C, lot B 40 t; half of C gives back 50 t of A."""
        self.slab.tracking = self.coil.tracking = "lot"
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.mill_place,
            [{"product": self.slab, "quantity": 100}],
            self.supplier,
        )
        receipt.move_ids.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            Command.create(
                {"lot_name": name, "quantity": quantity, "product_id": self.slab.id}
            )
            for name, quantity in (("A", 60), ("B", 40))
        ]
        self.validate(receipt)
        bom = self.make_bom(self.coil, 9, [(self.slab, 10)])
        order = self.plan_order(bom, 90, self.mill_place)
        coil = self.env["stock.lot"].create(
            {"name": "C", "product_id": self.coil.id, "company_id": self.company.id}
        )
        order.lot_producing_ids = coil
        self.finish_order(order, 90)
        self.assertEqual(
            self.order_entries(order, "lot_id"),
            {
                ("consumption", "pooled", "A"): 60,
                ("consumption", "pooled", "B"): 40,
                ("production", "pooled", "C"): 90,
            },
        )
        unbuild = self.unbuild(order, 45, lot=coil)
        self.assertEqual(
            self.unbuild_entries(unbuild, "lot_id"),
            {("production", "pooled", "C"): -45, ("consumption", "pooled", "A"): -50},
        )

    def test_byproducts_go_back_too(self):
        """Of 80 t coil and 10 t foil half is unbuilt: the yield stays 0.9."""
        foil = self._create_product("Foil", "aluminium", self.tonne)
        dross = self._create_product("Dross", "scrap", self.tonne)
        self.receive(self.slab, 100, claimed=50, place=self.mill_place)
        bom = self.make_bom(self.coil, 8, [(self.slab, 10)], [(foil, 1), (dross, 0.5)])
        order = self.plan_order(bom, 80, self.mill_place)
        self.finish_order(order, 80)
        unbuild = self.unbuild(order, 40)
        self.assertEqual(
            self.unbuild_entries(unbuild, "product_id"),
            {
                ("production", "pooled", "Coil"): -40,
                ("production", "pooled", "Foil"): -5,
                ("production", "pooled", "Dross"): -2.5,
                ("consumption", "pooled", "Slab"): -50,
            },
        )
        self.assertEqual(self.balance("post_casthouse").conversion_yield, 0.9)

    def test_at_another_facility(self):
        """The casthouse's slab is in the mill when it is unbuilt there.

        It comes back to the casthouse, so nothing was sent to the mill in the
        end; the liquid metal is put where it had come from.
        """
        self.receive(self.liquid, 100, claimed=50)
        bom = self.make_bom(self.slab, 9, [(self.liquid, 10)])
        order = self.plan_order(bom, 90, self.casthouse_place)
        self.finish_order(order, 90)
        self.move_inside(self.slab, 90, self.casthouse_place, self.mill_place)
        self.assertEqual(self.balance("casthouse").intra_entity_outflow, 90)
        unbuild = self.unbuild(order, 90, self.mill_place, self.casthouse_place)
        self.assertEqual(
            self.unbuild_entries(unbuild, "facility_id"),
            {
                ("intra_entity_out", "pooled", "Mill"): 90,
                ("intra_entity_in", "pooled", "Casthouse"): 90,
                ("production", "pooled", "Casthouse"): -90,
                ("consumption", "pooled", "Casthouse"): -100,
            },
        )
        self.assertEqual(self.balance("casthouse").intra_entity_outflow, 0)
        self.assertEqual(self.balance("post_casthouse").intra_entity_inflow, 0)

    def test_components_into_another_facility(self):
        """50 t of liquid metal come free and are put into the mill."""
        self.receive(self.liquid, 100, claimed=50)
        bom = self.make_bom(self.slab, 9, [(self.liquid, 10)])
        order = self.plan_order(bom, 90, self.casthouse_place)
        self.finish_order(order, 90)
        unbuild = self.unbuild(order, 45, self.casthouse_place, self.mill_place)
        self.assertEqual(
            self.unbuild_entries(unbuild, "facility_id"),
            {
                ("production", "pooled", "Casthouse"): -45,
                ("consumption", "pooled", "Casthouse"): -50,
                ("intra_entity_out", "pooled", "Casthouse"): 50,
                ("intra_entity_in", "pooled", "Mill"): 50,
            },
        )

    def test_in_the_next_period(self):
        """What 2026 unbuilds of 2025's coil gives 2026 no better yield than 1."""
        order = self.roll()
        self.close(self.period)
        self.at("2026-02-01")
        unbuild = self.unbuild(order, 45)
        self.assertEqual(
            self.unbuild_entries(unbuild, "period_id"),
            {
                ("production", "pooled", "2026"): -45,
                ("consumption", "pooled", "2026"): -50,
            },
        )
        mill = self.balance("post_casthouse", self.next_period())
        self.assertEqual(mill.conversion_yield, 1)


@tagged("post_install", "-at_install")
class TestUnbuildOfStock(UnbuildCase):
    """8.4: nobody says which order made it."""

    def test_keeps_the_yield(self):
        self.roll()
        unbuild = self.unbuild(None, 45, product=self.coil)
        self.assertEqual(
            self.unbuild_entries(unbuild, "facility_id"),
            {
                ("production", "pooled", "Mill"): -45,
                ("consumption", "pooled", "Mill"): -50,
            },
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 0.9)
        self.assertEqual(mill.entitlement, 45)

    def test_bought_coil_gives_no_better_yield_than_one(self):
        """45 t of bought coil, 9 t of it from 10 t of slab: 50 t of slab.

        Unbuilding makes no CoC Material: of 90 t, 45 t came in as CoC.
        """
        self.receive(self.coil, 90, claimed=45, place=self.mill_place)
        self.make_bom(self.coil, 9, [(self.slab, 10)])
        unbuild = self.unbuild(None, 45, product=self.coil)
        self.assertEqual(
            self.unbuild_entries(unbuild),
            {("production", "pooled"): -45, ("consumption", "pooled"): -50},
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 1)
        self.assertEqual(mill.entitlement, 45)


@tagged("post_install", "-at_install")
class TestUnbuildOfAMine(UnbuildCase):
    """8.3: what a mine makes is its input, and unbuilding takes it back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine_place = cls._create_location("Mine")
        cls.bauxite = cls._create_product("Bauxite", "bauxite", cls.tonne)
        certificate = cls.env["asi.coc.certificate"].create(
            {
                "number": "PS-9",
                "standard": "performance",
                "partner_id": cls.company.partner_id.id,
                "date_start": "2025-01-01",
                "date_end": "2025-06-30",
                "company_id": cls.company.id,
            }
        )
        # The certificate has ended by the day the test runs.
        with freeze_time("2025-01-01"):
            cls.add_facility(
                "Mine", "bauxite_mining", cls.mine_place, certificate_id=certificate.id
            )

    def test_certified(self):
        order = self.produce(self.bauxite, 1000, [], self.mine_place)
        unbuild = self.unbuild(order, 400, self.mine_place)
        self.assertEqual(self.unbuild_entries(unbuild), {("input", "coc"): -400})
        self.assertEqual(self.balance("bauxite_mining").coc_input, 600)

    def test_takes_back_what_was_coc_when_it_was_mined(self):
        """Mined in March under a certificate that ended in June: still CoC input."""
        order = self.produce(self.bauxite, 1000, [], self.mine_place)
        self.at("2025-07-01")
        unbuild = self.unbuild(order, 400, self.mine_place)
        self.assertEqual(self.unbuild_entries(unbuild), {("input", "coc"): -400})
        self.assertEqual(self.balance("bauxite_mining").coc_input, 600)
